"""A model directory is checked before it is used, and what is wrong is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repair import models
from repair.decide import Decider
from repair.gate import BITS
from repair.models import ModelError, Models

DECIDER = replace(Decider.ignorant(), budgets=((1.0, 0.01),), vote=0.5)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A gate that knows nothing and a decider; the neural models are not loaded here."""
    path = tmp_path / "weights"
    (path / "detector").mkdir(parents=True)
    weights = np.zeros(1 << BITS, np.int8)
    np.savez(path / "gate.npz", weights=weights, scale=1.0, bias=0.0, cut=0.5)
    DECIDER.save(path / "decider.npz")
    (path / "detector" / "vocabulary.json").write_text("{}")
    (path / "MODEL_CARD.md").write_text("may be edited")
    models.write_manifest(path)
    return path


def rewrite_manifest(directory: Path, manifest: Any) -> None:
    (directory / "manifest.json").write_text(json.dumps(manifest))


def test_a_whole_directory_loads(directory: Path) -> None:
    (directory / "MODEL_CARD.md").write_text("edited")
    (directory / "notes.txt").write_text("more files do no harm")
    loaded = Models.load(str(directory))
    assert loaded.directory == directory
    assert loaded.gate.gauge("A city.").score == 0.5
    assert loaded.decider.vote == 0.5


@pytest.mark.parametrize("path", ["nowhere", "weights/gate.npz", "weights/detector"])
def test_no_models_here(directory: Path, path: str) -> None:
    with pytest.raises(ModelError, match=f"{path}: no models here.*python -m training export"):
        Models.load(directory.parent / path)


@pytest.mark.parametrize("name", ["gate.npz", "decider.npz", "detector/vocabulary.json"])
def test_missing_file(directory: Path, name: str) -> None:
    (directory / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: missing; install the package again"):
        Models.load(directory)
    (directory / name).mkdir()
    with pytest.raises(ModelError, match=f"{name}: missing"):
        Models.load(directory)


def test_wrong_size(directory: Path) -> None:
    path = directory / "gate.npz"
    path.write_bytes(path.read_bytes()[:-1])  # a download that was cut off
    with pytest.raises(ModelError, match=r"gate\.npz: damaged"):
        Models.load(directory)


def test_wrong_bytes(directory: Path) -> None:
    path = directory / "decider.npz"
    replace(DECIDER, vote=0.6).save(path)
    with pytest.raises(ModelError, match=r"decider\.npz: damaged"):
        Models.load(directory)


@pytest.mark.parametrize("place", [0, 1000, 500_000])
def test_wrong_bytes_of_a_file_too_large_for_its_checksum(directory: Path, place: int) -> None:
    path = directory / "gate.npz"
    data = bytearray(path.read_bytes())
    assert len(data) >= 1 << 20
    data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(ModelError, match="weights: cannot be read"):
        Models.load(directory)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"files": 3}', '{"files": ["gate.npz"]}', "\x00"]
)
def test_bad_manifest(directory: Path, text: str) -> None:
    (directory / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.json: damaged"):
        Models.load(directory)


@pytest.mark.parametrize("entry", [3, None, [], [1], "ab", {"size": 1}, ["1", "2"]])
def test_bad_entry_of_a_manifest(directory: Path, entry: Any) -> None:
    rewrite_manifest(directory, {"files": {"decider.npz": entry}})
    with pytest.raises(ModelError, match="damaged"):
        Models.load(directory)


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        dict.fromkeys(vars(DECIDER), 1),
        vars(DECIDER) | {"outer": [1.0]},
    ],
)
def test_a_file_of_another_make(directory: Path, arrays: dict[str, Any]) -> None:
    """Whole by the manifest, but written by a version that wrote something else."""
    np.savez(directory / "decider.npz", **arrays)
    models.write_manifest(directory)
    with pytest.raises(ModelError, match=r"weights: cannot be read.*install the package again"):
        Models.load(directory)


def test_the_shipped_models_are_whole() -> None:
    models.check(models.SHIPPED)
    size = sum(path.stat().st_size for path in models.SHIPPED.rglob("*") if path.is_file())
    assert size <= 75_000_000
