"""The training loop, with a clock that ticks once a step: so a run is the same on any machine."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from training import shards
from training.loop import Schedule, fit

PADDING = (0, -100)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(ticks)))
    monkeypatch.setattr("training.loop.time", clock)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Shards of sources that repeat one number, and as many labels."""
    examples = [([1 + i % 7] * (3 + i % 5), [i % 2] * (3 + i % 5)) for i in range(40)]
    shards.write(examples, tmp_path / "data", size=15)
    return tmp_path / "data"


def test_a_run_ends_with_its_minutes(data: Path, tmp_path: Path) -> None:
    seen = _Seen()
    model = _model()
    fit(model, seen, [{"data": str(data)}], PADDING, _schedule(minutes=1.0), tmp_path / "run")
    assert len(seen.sources) == 60
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [25, 50]
    assert json.loads(lines[1])["loss"] < json.loads(lines[0])["loss"]


def test_batches_hold_windows_of_one_length_and_all_examples(data: Path, tmp_path: Path) -> None:
    seen = _Seen()
    fit(_model(), seen, [{"data": str(data)}], PADDING, _schedule(), tmp_path / "run")
    sources = {tuple(row[row > 0].tolist()) for source in seen.sources for row in source}
    assert sources == {(1 + i % 7,) * (3 + i % 5) for i in range(40)}
    for source, target in zip(seen.sources, seen.targets, strict=True):
        assert source.shape == target.shape and source.shape[1] == 8
        assert source.numel() <= 32 or len(source) == 1
        lengths = (source > 0).sum(1)
        assert (lengths == lengths[0]).all()
        assert ((target == -100) == (source == 0)).all()


def test_lessons_follow_each_other(data: Path, tmp_path: Path) -> None:
    seen = _Seen()
    first = {"data": str(data), "until": 0.25, "guide": 1.0}
    fit(_model(), seen, [first, {"data": str(data)}], PADDING, _schedule(), tmp_path / "run")
    guided = ["guide" in lesson for lesson in seen.lessons]
    assert guided == sorted(guided, reverse=True)
    assert 13 <= sum(guided) <= 16


def test_max_steps_and_going_on(data: Path, tmp_path: Path) -> None:
    lessons = [{"data": str(data)}]
    seen = _Seen()
    model = _model()
    fit(model, seen, lessons, PADDING, _schedule(max_steps=7), tmp_path / "run")
    assert len(seen.sources) == 7
    left = {name: value.clone() for name, value in model.state_dict().items()}

    again = _Seen()
    other = _model(seed=1)
    fit(other, again, lessons, PADDING, _schedule(max_steps=12), tmp_path / "run")
    assert len(again.sources) == 5
    assert all((again.first_state[name] == left[name]).all() for name in left)
    state = torch.load(tmp_path / "run" / "checkpoint.pt")
    assert (state["state"]["step"], state["state"]["seconds"]) == (12, 12.0)
    assert {float(s["step"]) for s in state["optimizer"]["state"].values()} == {12.0}


def test_a_run_that_was_cut_off_goes_on_from_its_checkpoint(data: Path, tmp_path: Path) -> None:
    lessons = [{"data": str(data)}]
    schedule = _schedule(checkpoint_minutes=0.25)
    with pytest.raises(KeyboardInterrupt):
        fit(_model(), _Seen(stop=40), lessons, PADDING, schedule, tmp_path / "run")
    assert torch.load(tmp_path / "run" / "checkpoint.pt")["state"]["step"] == 32
    seen = _Seen()
    fit(_model(), seen, lessons, PADDING, schedule, tmp_path / "run")
    assert len(seen.sources) == 60 - 32
    assert not list((tmp_path / "run").glob("*.tmp"))


def test_a_resumed_run_reads_what_one_piece_would(data: Path, tmp_path: Path) -> None:
    lessons = [{"data": str(data)}]
    whole, first, second = _Seen(), _Seen(), _Seen()
    fit(_model(), whole, lessons, PADDING, _schedule(max_steps=20), tmp_path / "whole")
    fit(_model(), first, lessons, PADDING, _schedule(max_steps=4), tmp_path / "parts")
    fit(_model(), second, lessons, PADDING, _schedule(max_steps=20), tmp_path / "parts")
    both = first.sources + second.sources
    assert all(map(torch.equal, whole.sources, both))
    assert len(whole.sources) == len(both)


def test_no_shards(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no shards; run `python -m training prepare`"):
        fit(_model(), _Seen(), [{"data": str(tmp_path)}], PADDING, _schedule(), tmp_path / "run")


class _Seen:
    """A loss that notes what it was called with."""

    def __init__(self, stop: int | None = None) -> None:
        self.sources: list[torch.Tensor] = []
        self.targets: list[torch.Tensor] = []
        self.lessons: list[dict[str, Any]] = []
        self.first_state: dict[str, torch.Tensor] = {}
        self._stop = stop

    def __call__(
        self,
        model: Callable[[torch.Tensor], torch.Tensor],
        source: torch.Tensor,
        target: torch.Tensor,
        lesson: dict[str, Any],
    ) -> torch.Tensor:
        if len(self.sources) == self._stop:
            raise KeyboardInterrupt
        if not self.sources:
            assert isinstance(model, torch.nn.Module)
            self.first_state = {name: v.clone() for name, v in model.state_dict().items()}
        self.sources.append(source)
        self.targets.append(target)
        self.lessons.append(lesson)
        logits = model(source).float().flatten(0, 1)
        return torch.nn.functional.cross_entropy(logits, target.flatten())


def _model(seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Embedding(8, 4), torch.nn.Linear(4, 2))


def _schedule(**other: Any) -> Schedule:
    settings = {"minutes": 1.0, "learning_rate": 0.1, "batch_tokens": 32}
    return Schedule(**(settings | other))
