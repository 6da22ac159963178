"""Differences that are real, those that are not, and runs that cannot be compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eval.case import Case, Outcome
from eval.report.compare import compare
from repair.edits import Edit

Tool = Callable[[Case], Outcome]
WriteRun = Callable[[Path, Mapping[str, Tool]], Path]


def restoring(count: int, *, pages: int = 12) -> Tool:
    """A tool that restores the first so many spun words of each of the first so many pages."""

    def run(case: Case) -> Outcome:
        late = int(case.id.split("/")[1]) >= pages
        made = tuple(
            Edit(g.start, g.end, case.source[g.start : g.end], g.replacement, 0.9)
            for g in case.gold[: 0 if late else count]
        )
        text = case.source
        for edit in reversed(made):
            text = text[: edit.start] + edit.replacement + text[edit.end :]
        return Outcome(case.id, text, made, made)

    return run


def test_a_difference_on_every_page_is_beyond_chance(tmp_path: Path, write_run: WriteRun) -> None:
    before = write_run(tmp_path / "before", {"repair": restoring(1), "nothing": restoring(0)})
    after = write_run(tmp_path / "after", {"repair": restoring(3), "other": restoring(3)})
    found = compare(before, after)
    assert {d.tool for d in found.differences} == {"repair"}  # what both measured
    real = {d.figure: d for d in found.differences if d.beyond_chance}
    assert set(real) == {"restored", "f05", "err", "bleu", "chrf"}
    restored = real["restored"]
    assert restored.before == pytest.approx(1 / 3) and restored.after == 1.0
    assert restored.low == restored.high == pytest.approx(2 / 3)  # the same on all pages
    assert restored.p < 0.01
    assert "| barn | repair | restored % | 33.3 | 100.0 | +66.7 | +66.7 to +66.7 | 0.0" in str(
        found
    )
    assert "mill" not in str(found)  # nothing differs there
    assert "5 of " in str(found)


def test_a_difference_on_one_page_may_be_chance(tmp_path: Path, write_run: WriteRun) -> None:
    before = write_run(tmp_path / "before", {"repair": restoring(2, pages=11)})
    after = write_run(tmp_path / "after", {"repair": restoring(2)})
    found = compare(before, after)
    [restored] = (d for d in found.differences if d.figure == "restored")
    assert restored.after - restored.before == pytest.approx(2 / 36)
    assert restored.low == 0.0  # one page in twelve is often not drawn
    assert restored.high == pytest.approx(2 / 36 * 3)  # drawn three times: 97 in 100 samples
    assert restored.p > 0.05 and not restored.beyond_chance
    assert f"| {restored.p:.4f}° |" in str(found)


def test_the_same_run_differs_in_nothing(tmp_path: Path, write_run: WriteRun) -> None:
    run = write_run(tmp_path / "run", {"repair": restoring(2)})
    found = compare(run, run)
    assert found.differences and all(d.p == 1.0 for d in found.differences)
    assert compare(run, run) == found  # seeded


def test_one_page_proves_nothing(tmp_path: Path, write_run: WriteRun) -> None:
    runs = [
        write_run(tmp_path / name, {"repair": restoring(count)})
        for name, count in (("before", 1), ("after", 3))
    ]
    for run in runs:
        counts = run / "barn" / "repair.counts.json"
        counts.write_text(json.dumps(json.loads(counts.read_text())[:1]))
    [restored] = (d for d in compare(*runs).differences if d.figure == "restored")
    assert restored.p == 1.0


def test_other_pages_are_refused(tmp_path: Path, write_run: WriteRun) -> None:
    before, after = (write_run(tmp_path / n, {"repair": restoring(1)}) for n in ("a", "b"))
    results = json.loads((after / "results.json").read_text())
    results["suites"]["mill"]["sha256"] = "0"
    (after / "results.json").write_text(json.dumps(results))
    with pytest.raises(ValueError, match=r"different pages of mill.*run both"):
        compare(before, after)


def test_runs_without_anything_in_common_are_refused(tmp_path: Path, write_run: WriteRun) -> None:
    before = write_run(tmp_path / "a", {"repair": restoring(1)})
    after = write_run(tmp_path / "b", {"other": restoring(1)})
    with pytest.raises(ValueError, match="no suite and tool in common"):
        compare(before, after)


def test_a_missing_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"results\.json is missing.*python -m eval run"):
        compare(tmp_path, tmp_path)
