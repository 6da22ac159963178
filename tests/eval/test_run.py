"""A run: every tool on every case, resumed where it was cut off, refused where things changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from eval import peers, run
from eval.case import Case, Outcome
from eval.suites import Suite
from repair.edits import Edit

PAIRS = [
    ("The metropolis sleeps.", "The city sleeps."),
    ("A huge old metropolis.\u2028No city.", "A big old city.\u2028No city."),
    ("The pinnacle of the party.", "The head of the party."),
]


class Tool:
    """Restores one word, and can be made to fail after some pages."""

    name = "tool"

    def __init__(self, pages: int = 99) -> None:
        self.pages = pages
        self.seen: list[str] = []

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        for case in cases:
            if len(self.seen) == self.pages:
                raise KeyboardInterrupt
            self.seen.append(case.id)
            start = case.source.find("metropolis")
            edits = (Edit(start, start + 10, "metropolis", "city", 0.9),) if start >= 0 else ()
            text = case.source.replace("metropolis", "city")
            yield Outcome(case.id, text, edits, edits)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps({"spun": a, "clean": b}) + "\n" for a, b in PAIRS))
    path = tmp_path / "own.yaml"
    settings = {"what": "own pairs", "kind": "spun", "seed": 1, "pairs": [str(pairs)]}
    path.write_text(yaml.safe_dump(settings))
    return Suite.load(path)


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    made = Tool()
    monkeypatch.setattr(peers, "load", lambda name, settings: made)
    return made


def test_the_figures(suite: Suite, tool: Tool, tmp_path: Path) -> None:
    run.run([suite], ["tool"], tmp_path / "out", {})
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    found = results["suites"]["own"]
    assert (found["pages"], found["words"], found["kind"]) == (3, 14, "spun")
    figures = found["tools"]["tool"]["figures"]
    assert (figures["restored"], figures["precision"]) == (0.5, 1.0)
    assert figures["bleu_before"] < figures["bleu"]
    assert results["signature"].startswith("repair:") and "|sacrebleu:" in results["signature"]
    counts = json.loads((tmp_path / "out" / "own" / "tool.counts.json").read_text())
    assert [page["gold"] for page in counts] == [1, 2, 1]


def test_a_run_that_was_cut_off_goes_on(suite: Suite, tool: Tool, tmp_path: Path) -> None:
    run.run([suite], ["tool"], tmp_path / "whole", {})
    tool.seen, tool.pages = [], 2
    with pytest.raises(KeyboardInterrupt):
        run.run([suite], ["tool"], tmp_path / "out", {})
    path = tmp_path / "out" / "own" / "tool.jsonl"
    path.write_bytes(path.read_bytes()[:-10])  # as a killed process may leave it
    tool.seen, tool.pages = [], 99
    run.run([suite], ["tool"], tmp_path / "out", {})
    assert tool.seen == ["pairs/1", "pairs/2"]
    for name in ("own/tool.jsonl", "own/cases.jsonl", "own/tool.counts.json", "results.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_nothing_is_measured_twice(suite: Suite, tool: Tool, tmp_path: Path) -> None:
    for _ in range(2):
        run.run([suite], ["tool"], tmp_path / "out", {})
    assert len(tool.seen) == 3


def test_other_settings_need_another_place(suite: Suite, tool: Tool, tmp_path: Path) -> None:
    run.run([suite], ["tool"], tmp_path / "out", {})
    other = Suite("own", suite.what, suite.kind, {**suite.settings, "seed": 2})
    with pytest.raises(run.RunError, match="built with other settings; choose another --out"):
        run.run([other], ["tool"], tmp_path / "out", {})


def test_other_models_need_another_place(suite: Suite, tool: Tool, tmp_path: Path) -> None:
    run.run([suite], ["tool"], tmp_path / "out", {})
    model = tmp_path / "model"
    model.mkdir()
    (model / "manifest.json").write_text('{"files": {"gate.npz": [1, 2]}}')
    with pytest.raises(run.RunError, match="was measured with other models"):
        run.run([suite], ["tool"], tmp_path / "out", {"model": str(model)})
