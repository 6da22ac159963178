"""Pictures of a run: what threshold, word and page do to the scores. SVG whose text stays text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from wordfreq import zipf_frequency

from eval import score
from eval.case import Case, Outcome
from eval.metrics import detection, edits
from eval.report.figures import FIGURES
from eval.report.stored import NOTHING, REPAIR, Run, Suite
from repair.files import write
from repair.options import Options

# Okabe and Ito's colours, which no kind of colour blindness mixes up.
_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#767676"
_MARKERS = "sD^vPX<>*h"  # peers differ in shape alone: there are more of them than safe colours

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # so that text can be searched, and read aloud
    "svg.hashsalt": "repair",  # so that the same picture is the same file
    "text.parse_math": False,  # a suite's name may hold a dollar sign
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
}
_SMALLEST, _LARGEST = 12, 120  # areas of a reliability diagram's dots, in square points
_WIDTH, _HEIGHT = 7.2, 4.2  # inches; at 10 points the text is as large as that of a README

_MARKED = (0.3, 0.7, 0.9)  # thresholds named on the curve, beside the default
_FREQUENCIES = (3, 3.5, 4, 4.5, 5, 5.5, 6)  # below 3: rarer than one in a million words
_DENSITIES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)  # below 0.05: what the suite `light` is about


def draw(directory: Path) -> list[Path]:
    """Draw all pictures of a run into its folder `pictures`; returns their paths.

    Each suite whose wording is wanted back has four, and all of them share one.
    """
    run = Run(directory)
    spun = {
        name: suite
        for name, suite in run.results["suites"].items()
        if REPAIR in suite["tools"] and "bleu" in suite["tools"][REPAIR]["figures"]
    }
    with mpl.rc_context(_STYLE):
        made = {"before-after": before_and_after(spun)} if spun else {}
        for name, suite in spun.items():
            cases, outcomes = run.cases(name), run.outcomes(name, REPAIR)
            made |= {
                f"{name}-threshold": by_threshold(name, suite, cases, outcomes),
                f"{name}-frequency": by_frequency(name, cases, outcomes),
                f"{name}-density": by_density(name, cases, outcomes),
                f"{name}-reliability": reliability(name, cases, outcomes),
            }
        return [_save(figure, directory / "pictures" / f"{n}.svg") for n, figure in made.items()]


def by_threshold(
    name: str, suite: Suite, cases: Sequence[Case], outcomes: Sequence[Outcome]
) -> Figure:
    """Precision against restored as the threshold falls, and the peers where they stand."""
    figure, axes = _axes(f"{name}: precision and restored at each threshold ({_pages(cases)})")
    points = score.curve(cases, outcomes)
    default = Options().threshold
    axes.plot([p.restored for p in points], [p.precision for p in points], color=_BLUE, lw=2)
    for threshold in (*_MARKED, default):
        reached = [p for p in points if p.threshold >= threshold]
        if reached:
            at = (reached[-1].restored, reached[-1].precision)
            is_default = threshold == default
            label = f"{REPAIR}, default {default:g}" if is_default else f"{threshold:g}"
            axes.plot(
                *at, "o", color=_BLUE, ms=9 if is_default else 5, mfc=None if is_default else "w"
            )
            axes.annotate(label, at, xytext=(7, 5), textcoords="offset points", color=_BLUE)
    peers = [tool for tool in suite["tools"] if tool not in (REPAIR, NOTHING)]
    for tool, marker in zip(peers, _MARKERS):
        found = suite["tools"][tool]["figures"]
        if "precision" in found:
            axes.plot(found["restored"], found["precision"], marker, color=_ORANGE, label=tool)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    _percent(axes.xaxis, "restored")
    _percent(axes.yaxis, "precision")
    return figure


def by_frequency(name: str, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Figure:
    """Restored by how common the original is; of several words, `wordfreq` makes an estimate."""
    restored: list[list[bool]] = [[] for _ in _ranges(_FREQUENCIES)]
    for case, outcome in zip(cases, outcomes):
        for gold, made in edits.groups(case.gold, outcome.edits):
            for wanted, right in zip(gold, edits.judge(case.source, gold, made)[0]):
                frequency = zipf_frequency(wanted.replacement, "en")
                restored[np.digitize(frequency, _FREQUENCIES)].append(right)
    figure, axes = _axes(f"{name}: restored by frequency of the original ({_pages(cases)})")
    shares = [sum(group) / len(group) if group else 0.0 for group in restored]
    bars = axes.bar(_ranges(_FREQUENCIES), shares, color=_BLUE)
    axes.bar_label(bars, [f"n = {len(group):,}" for group in restored], padding=2, fontsize=9)
    axes.grid(axis="x", visible=False)
    axes.set_xlabel("Zipf frequency of the original (log10 of occurrences in a billion words)")
    _percent(axes.yaxis, "restored")
    axes.set_ylim(0, 1)
    return figure


def by_density(name: str, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Figure:
    """Restored and precision by the share of a page's words that were spun."""
    counts = [score.PageCounts() for _ in _ranges(_DENSITIES)]
    for case, outcome in zip(cases, outcomes):
        labels = score.word_opinions([case], [outcome]).labels
        density = sum(labels) / max(1, len(labels))
        counts[np.digitize(density, _DENSITIES)] += score.page_counts(case, outcome)
    figure, axes = _axes(f"{name}: scores by density ({_pages(cases)})")
    groups = [
        (f"{label}\nn = {group.pages:,}", score.ratios(group))
        for label, group in zip(_ranges([f"{edge:.0%}" for edge in _DENSITIES]), counts)
        if group.pages
    ]
    for key, marker, color in (("restored", "o", _BLUE), ("precision", "s", _ORANGE)):
        # A page without edits has no precision, and leaves a gap.
        values = [ratios.get(key, np.nan) for _, ratios in groups]
        axes.plot([label for label, _ in groups], values, marker, ls="-", color=color, label=key)
    axes.legend()
    axes.set_xlabel("share of a page's words that were spun (n: pages)")
    _percent(axes.yaxis, "restored, precision")
    axes.set_ylim(0, 1.02)
    return figure


def reliability(name: str, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Figure:
    """What came true of the probabilities of words and edits: on the diagonal what they say."""
    words, candidates = (f(cases, outcomes) for f in (score.word_opinions, score.edit_opinions))
    suspected = [(label, p) for label, p in zip(*words) if p]  # as `word_ece` has it
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    figure.suptitle(
        f"{name}: reliability of probabilities ({_pages(cases)})", x=0.01, ha="left", size=11
    )
    panels = (
        ("words under suspicion", "share that was spun", suspected),
        ("edits considered", "share that was right", list(zip(*candidates))),
    )
    for axes, (title, share, opinions) in zip(figure.subplots(1, 2), panels):
        axes.plot([0, 1], [0, 1], "--", color=_GREY, lw=1)
        axes.set(
            title=f"{title}, n = {len(opinions):,}", aspect="equal", xlim=(0, 1), ylim=(0, 1.02)
        )
        if opinions:
            bins = detection.reliability(*zip(*opinions))
            most = max(bin_.count for bin_ in bins)
            axes.plot([b.probability for b in bins], [b.share for b in bins], color=_BLUE, lw=1)
            axes.scatter(
                [b.probability for b in bins],
                [b.share for b in bins],
                [_SMALLEST + _LARGEST * b.count / most for b in bins],
                color=_BLUE,
                clip_on=False,  # the last bin's is often at the edge
            )
        _percent(axes.xaxis, "probability")
        _percent(axes.yaxis, share)
    return figure


def before_and_after(suites: Mapping[str, Suite]) -> Figure:
    """BLEU and chrF of spun suites beside those of doing nothing."""
    shown = {
        f"{name} ({suite['pages']:,})": suite["tools"][REPAIR]["figures"]
        for name, suite in reversed(list(suites.items()))  # the first one on top
    }
    pages = sum(suite["pages"] for suite in suites.values())
    figure = Figure(figsize=(_WIDTH, 1.2 + 0.5 * len(shown)), layout="constrained")
    title = f"before and after the repair, suite by suite ({pages:,} pages)"
    figure.suptitle(title, x=0.01, ha="left", size=11)
    for axes, key in zip(figure.subplots(1, 2, sharey=True), ("bleu", "chrf")):
        places = np.arange(len(shown))
        for shift, suffix, color, label in (
            (0.2, "_before", _GREY, "doing nothing"),
            (-0.2, "", _BLUE, REPAIR),
        ):
            values = [figures[key + suffix] for figures in shown.values()]
            bars = axes.barh(places + shift, values, 0.38, color=color, label=label)
            axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=9)
        axes.set(xlim=(0, 110), xlabel=f"{FIGURES[key].label} (0 to 100)")
        axes.set_yticks(places, list(shown))
        axes.grid(axis="y", visible=False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return figure


def _axes(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    return figure, axes


def _percent(axis: Axis, label: str) -> None:
    axis.set_major_formatter(PercentFormatter(1, symbol=""))
    axis.set_label_text(f"{label} (%)")


def _pages(cases: Sequence[Case]) -> str:
    spans = sum(len(case.gold) for case in cases)
    return f"{len(cases):,} pages, {spans:,} spun spans"


def _ranges(edges: Sequence[object]) -> list[str]:
    """Names of the bins that edges make.

    >>> _ranges([3, 4.5])
    ['under 3', '3 to 4.5', '4.5 and up']
    """
    middle = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"under {edges[0]}", *middle, f"{edges[-1]} and up"]


def _save(figure: Figure, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    drawn = io.BytesIO()
    # Tight: a title may be wider than its axes.
    figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
    write(path, drawn.getvalue())
    return path
