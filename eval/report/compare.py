"""Which figures of two runs differ beyond chance, by resampling the pages that both measured.

The paired bootstrap of Koehn (2004), https://aclanthology.org/W04-3250. Many
figures are looked at together, and some of them would differ by chance alone:
so the p-values are adjusted after Benjamini and Hochberg (1995), and of the
differences listed as real at most one in twenty is expected to be none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control  # type: ignore[import-untyped]

from eval.metrics import rewriting
from eval.report.figures import FIGURES, MISSING
from eval.report.stored import Run
from eval.report.tables import CHANCE, PERHAPS_CHANCE, table
from eval.score import PageCounts, ratios

SAMPLES = 10_000  # then the ends of a 95 % interval rest on 250 samples each
SEED = 0
_AT_ONCE = 1_000  # samples drawn together: with 1,000 pages, 8 MB
_FIELDS = [field.name for field in fields(PageCounts)]


@dataclass(frozen=True)
class Difference:
    """A figure of a tool on a suite in both runs, in the units of `results.json`.

    `low` and `high` bound the difference with 95 % confidence (None for BLEU and
    chrF, whose p is sacrebleu's own); `p` is adjusted for the figures looked at.
    """

    suite: str
    tool: str
    figure: str
    before: float
    after: float
    low: float | None
    high: float | None
    p: float

    @property
    def beyond_chance(self) -> bool:
        return self.p < CHANCE


@dataclass(frozen=True)
class Comparison:
    """All that can be compared between two runs; printed, it is a table of what differs."""

    signatures: tuple[str, str]
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        rows = [_row(d) for d in self.differences if d.before != d.after]
        real = sum(d.beyond_chance for d in self.differences)
        heads = table(
            ["suite", "tool", "figure"],
            ["before", "after", "difference", "95 % interval", "p, adjusted"],
            rows,
        )
        return (
            f"before: `{self.signatures[0]}`\n\nafter: `{self.signatures[1]}`\n\n{heads}\n\n"
            f"{real} of {len(self.differences)} figures differ beyond chance; "
            f"{PERHAPS_CHANCE} may be chance (p ≥ {CHANCE:g})"
        )


def compare(before: Path, after: Path) -> Comparison:
    """Compare the suites and tools that two runs have in common.

    Raises ValueError if there are none, or if the runs' pages differ.
    """
    one, other = Run(before), Run(after)
    found = [
        d for suite, tool in _shared(one, other) for d in _differences(one, other, suite, tool)
    ]
    adjusted = false_discovery_control([d.p for d in found])
    return Comparison(
        (one.results["signature"], other.results["signature"]),
        tuple(replace(d, p=float(p)) for d, p in zip(found, adjusted)),
    )


def _shared(before: Run, after: Run) -> list[tuple[str, str]]:
    ours, theirs = before.results["suites"], after.results["suites"]
    for name in ours.keys() & theirs.keys():
        if ours[name]["sha256"] != theirs[name]["sha256"]:
            raise ValueError(
                f"the runs measured different pages of {name}, so nothing can be compared: "
                "run both on one version of the suite, with the same --documents"
            )
    shared = [
        (name, tool)
        for name, suite in ours.items()
        if name in theirs
        for tool in suite["tools"]
        if tool in theirs[name]["tools"]
    ]
    if not shared:
        raise ValueError(
            f"{before.directory} and {after.directory} have no suite and tool in common: run "
            "`python -m eval run` with the same suites and tools into both"
        )
    return shared


def _differences(before: Run, after: Run, suite: str, tool: str) -> Iterator[Difference]:
    """The figures of one tool on one suite, with p-values that are not adjusted yet."""
    counts = [_matrix(run.counts(suite, tool)) for run in (before, after)]
    one, other = (ratios(PageCounts(*matrix.sum(axis=0).tolist())) for matrix in counts)
    sampled = list(zip(*map(_resampled, counts)))
    for key in FIGURES:
        if key in one and key in other:
            changes = np.array([b[key] - a[key] for a, b in sampled if key in a and key in b])
            low, high = np.quantile(changes, [0.025, 0.975])
            p = _p(changes) if len(counts[0]) > 1 else 1.0  # a single page is drawn every time
            yield Difference(suite, tool, key, one[key], other[key], float(low), float(high), p)

    cases = before.cases(suite)
    pages = zip(cases, before.outcomes(suite, tool), after.outcomes(suite, tool))
    spun = [(a.text, b.text, case.reference) for case, a, b in pages if case.gold]
    if any(a != b for a, b, _ in spun):  # the slow part, and needless if they are the same
        for key, found in rewriting.compare(*zip(*spun)).items():
            yield Difference(suite, tool, key, found.before, found.score, None, None, found.p)


def _matrix(counts: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Counts, a row for each page, a column for each field."""
    return np.array([[page[field] for field in _FIELDS] for page in counts], dtype=np.int64)


def _resampled(counts: np.ndarray) -> Iterator[dict[str, float]]:
    """The figures of as many pages, drawn with replacement; the same draws at every call."""
    rng = np.random.default_rng(SEED)
    pages = len(counts)
    for _ in range(SAMPLES // _AT_ONCE):
        times = rng.multinomial(pages, np.full(pages, 1 / pages), size=_AT_ONCE)
        for sums in (times @ counts).tolist():
            yield ratios(PageCounts(*sums))


def _p(changes: np.ndarray) -> float:
    """How probable it is, at most, that the difference has the other sign, or is none; two-sided.

    One is added to either count, so that no finite number of samples proves anything.
    """
    least = min(np.count_nonzero(changes <= 0), np.count_nonzero(changes >= 0))
    return float(min(1.0, 2 * (least + 1) / (len(changes) + 1)))


def _row(difference: Difference) -> list[str]:
    d, figure = difference, FIGURES[difference.figure]
    interval = MISSING
    if d.low is not None and d.high is not None:
        interval = f"{figure.show(d.low, '+')} to {figure.show(d.high, '+')}"
    return [
        d.suite,
        d.tool,
        figure.label,
        figure.show(d.before),
        figure.show(d.after),
        figure.show(d.after - d.before, "+"),
        interval,
        f"{d.p:.4f}{'' if d.beyond_chance else PERHAPS_CHANCE}",
    ]
