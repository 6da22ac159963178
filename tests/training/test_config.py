"""Configs are checked key by key, and the message says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from training import config

CONFIGS = Path(__file__).parents[2] / "configs"
PREPARE = CONFIGS / "small" / "restorer_data.yaml"
TRAIN = CONFIGS / "small" / "restorer.yaml"

OURS = [path for name in ("prepare", "train", "small") for path in (CONFIGS / name).glob("*.yaml")]


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_own_configs_are_sound(path: Path) -> None:
    shards = path.parent.name == "prepare" or path.stem.endswith("_data")
    stage = path.stem.removesuffix("_more")
    config.check(config.load(path), "prepare" if shards else stage, path)


WRONG = [
    (PREPARE, "prepare", "seeed=1", "nothing here reads seeed; did you mean seed?"),
    (PREPARE, "prepare", "noise.mised=1", "did you mean noise.missed?"),
    (PREPARE, "prepare", "corpora.0.x=1", "nothing here reads corpora.0.x; known: path, weight"),
    (PREPARE, "prepare", "kind=gate", "kind is 'gate', but must be detector or restorer"),
    (PREPARE, "prepare", "kind=detector", "nothing here reads windows"),
    (PREPARE, "prepare", "examples=many", "examples is 'many', but must be a whole number"),
    (PREPARE, "prepare", "examples=true", "examples is True, but must be a whole number"),
    (PREPARE, "prepare", "corpora=news.jsonl", "corpora is 'news.jsonl', but must be a list"),
    (PREPARE, "prepare", "corpora=[news.jsonl]", "corpora.0 is 'news.jsonl', but must be settings"),
    (PREPARE, "prepare", "recipes=[{list: x}]", "recipes.0.weight is missing; it must be a number"),
    (PREPARE, "prepare", "recipes.0.manner={density: [a]}", "must be a number, or a list"),
    (TRAIN, "restorer", "schedule={minutes: 1}", "schedule.learning_rate is missing"),
    (TRAIN, "restorer", "schedule.minuts=1", "did you mean schedule.minutes?"),
    (TRAIN, "detector", "start=x", "nothing here reads lessons.0.guide"),
    (TRAIN, "restorer", "lessons.1.until=0.9", "lessons end at [0.4, 0.9]; each `until` must"),
    (TRAIN, "restorer", "lessons=[]", "the last lesson must go on to the end"),
]


@pytest.mark.parametrize(("path", "stage", "change", "message"), WRONG)
def test_errors_name_the_key_and_the_file(
    path: Path, stage: str, change: str, message: str
) -> None:
    with pytest.raises(config.ConfigError) as error:
        config.check(config.load(path, [change]), stage, path)
    assert message in str(error.value) and str(path) in str(error.value)


RIGHT: list[tuple[str, str, dict[str, Any]]] = [
    ("start", "from", {"from": "repair/weights"}),
    ("start", "from and checkpoint", {"from": "repair/weights", "checkpoint": "t5-small"}),
    ("start", "checkpoint", {"checkpoint": "t5-small"}),
    ("start", "encoder", {"encoder": "bert", "decoder_layers": [1, 3]}),
    ("gate", "pairs", {"seed": 1, "pages": 9, "epochs": 1, "learning_rate": 1, "pairs": ["p"]}),
    (
        "prepare",
        "pairs alone",
        {"kind": "detector", "vocabulary": "v", "examples": 1, "seed": 1, "pairs": ["p"]},
    ),
]


@pytest.mark.parametrize(("stage", "name", "settings"), RIGHT)
def test_other_ways(stage: str, name: str, settings: dict[str, Any]) -> None:
    config.check(settings, stage, "x.yaml")


def test_changes() -> None:
    changes = ["schedule.learning_rate=1e-3", "lessons.1.data=x", "schedule.seed=7", "a.b=[1, 2]"]
    changed = config.load(TRAIN, changes)
    assert changed["schedule"]["learning_rate"] == 1e-3
    assert changed["lessons"][1] == {"data": "x"}
    assert (changed["schedule"]["seed"], changed["a"]) == (7, {"b": [1, 2]})
    for change in ("schedule", "=1", "lessons.7.data=x", "lessons.x=1", "start.x=1"):
        with pytest.raises(config.ConfigError, match="--set"):
            config.load(TRAIN, [change])


@pytest.mark.parametrize("text", ["", "- a\n", "a: [\n", "\x00"])
def test_files_that_are_no_config(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(config.ConfigError, match=r"x\.yaml"):
        config.load(path)


def test_numbers_as_people_write_them(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: 4e-4\nb: -1E5\nc: 1.5e+3\nd: e5\n")
    assert config.load(tmp_path / "x.yaml") == {"a": 4e-4, "b": -1e5, "c": 1500.0, "d": "e5"}
