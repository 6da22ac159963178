"""A small run's directory, with pages written for it and outcomes whose errors are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from eval import score, suites
from eval.case import Case, Gold, Outcome
from repair.edits import Detection, Edit

ORIGINAL = "The city hired ten men in spring, and the big barn by the river was new again."
SPUN = "The metropolis hired ten men in spring, and the huge barn by the stream was new again."
CLEAN = "Nobody in the village knew </script><script>why</script> the old mill was burnt."

Tool = Callable[[Case], Outcome]


def edit(text: str, original: str, replacement: str, probability: float) -> Edit:
    start = text.index(original)
    return Edit(start, start + len(original), original, replacement, probability)


def spun_case(id_: str) -> Case:
    gold = []
    for spun, original in (("metropolis", "city"), ("huge", "big"), ("stream", "river")):
        start = SPUN.index(spun)
        gold.append(Gold(start, start + len(spun), original))
    return Case(id_, SPUN, ORIGINAL, tuple(gold))


CASES = {
    "barn": [spun_case(f"barn/{number}") for number in range(12)],
    "mill": [Case(f"mill/{number}", CLEAN, CLEAN) for number in range(4)],
}


def repair(case: Case) -> Outcome:
    """One spun word restored, one read wrongly, one left; a word of each clean page changed."""
    made: tuple[Edit, ...]
    if not case.gold:
        made = (edit(CLEAN, "old", "former", 0.6),)
        return Outcome(case.id, CLEAN.replace("old", "former"), made, made, (), "repaired", 0.4)
    made = (edit(SPUN, "metropolis", "city", 0.95), edit(SPUN, "huge", "large", 0.7))
    unmade = edit(SPUN, "stream", "river", 0.3)
    detections = tuple(
        Detection(e.start, e.end, e.original, min(1.0, e.probability + 0.1))
        for e in (*made, unmade)
    )
    text = SPUN.replace("metropolis", "city").replace("huge", "large")
    return Outcome(case.id, text, made, (*made, unmade), detections, "repaired", 0.9)


def nothing(case: Case) -> Outcome:
    return Outcome(case.id, case.source)


def backwards(case: Case) -> Outcome:
    """The list's first entry: right once, and never sure."""
    if not case.gold:
        return nothing(case)
    return Outcome(case.id, SPUN.replace("huge", "big"), (edit(SPUN, "huge", "big", 1.0),))


def _write_run(directory: Path, tools: Mapping[str, Tool]) -> Path:
    results: dict[str, Any] = {"signature": f"repair:{directory.name}", "suites": {}}
    for name, cases in CASES.items():
        (directory / name).mkdir(parents=True)
        results["suites"][name] = {
            "kind": "spun" if cases[0].gold else "clean",
            "what": f"pages about a {name}",
            "sha256": suites.write(iter(cases), directory / name / "cases.jsonl"),
            "pages": len(cases),
            "words": sum(len(case.source.split()) for case in cases),
            "tools": {
                tool: {"figures": _measured(directory / name, tool, run, cases), "by": {}}
                for tool, run in tools.items()
            },
        }
    (directory / "results.json").write_text(json.dumps(results))
    return directory


def _measured(directory: Path, tool: str, run: Tool, cases: Sequence[Case]) -> dict[str, float]:
    outcomes = [run(case) for case in cases]
    counts = [{"id": c.id, **asdict(score.page_counts(c, o))} for c, o in zip(cases, outcomes)]
    lines = "".join(outcome.to_json() + "\n" for outcome in outcomes)
    (directory / f"{tool}.jsonl").write_text(lines)
    (directory / f"{tool}.counts.json").write_text(json.dumps(counts))
    return score.figures(cases, outcomes)


@pytest.fixture(scope="session")
def write_run() -> Callable[[Path, Mapping[str, Tool]], Path]:
    """Writes a run's directory as `eval.run` leaves it, less what reports do not read."""
    return _write_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of `repair` and two others. Reports may add files of their own."""
    directory = tmp_path_factory.mktemp("run")
    return _write_run(directory, {"repair": repair, "nothing": nothing, "backwards": backwards})
