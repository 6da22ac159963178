"""The tables of README and model card, made from `results.json` and never typed.

A document says where a table belongs with a pair of marks, each on a line of its own:

    <!-- eval:suites -->
    <!-- /eval:suites -->
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from eval.report.figures import FIGURES, MISSING
from eval.report.stored import NOTHING, REPAIR, Figures, Results, Suite, Tool
from eval.suites import Kind
from repair.files import read, write

CHANCE = 0.05  # the usual level: a difference with a larger p may well be chance
PERHAPS_CHANCE = "°"

_TITLES: dict[Kind, str] = {
    "spun": "Spun pages, to be restored",
    "clean": "Clean pages, to be left alone",
    "translated": "Machine-translated pages, to be left alone and called suspicious",
}
_HEADLINES: dict[Kind, tuple[str, ...]] = {
    "spun": ("restored", "precision", "f05", "err", "bleu", "chrf", "violations"),
    "clean": ("edits_per_10k", "pages_changed", "violations"),
    "translated": ("left_alone", "suspicious", "edits_per_10k", "violations"),
}
_ACCEPTED = ("restored_accepted", "precision_accepted")
_DETECTION = (
    "word_precision",
    "word_recall",
    "word_f05",
    "word_auc",
    "page_auc",
    "word_ece",
    "edit_ece",
)
# What speed.py measures: key, name, unit, decimals.
_SPEEDS = (
    ("spun", "spun pages", "words/s", 0),
    ("clean", "clean pages", "words/s", 0),
    ("per_core", "one core", "words/s", 0),
    ("stages_per_core", "one core, stage", "words/s", 0),
    ("whole_sentence_per_core", "one core, if the seq2seq wrote whole sentences", "words/s", 0),
    ("batch_per_core", "one core, windows in a batch", "words/s", 0),
    ("density_per_core", "one core, density", "words/s", 0),
    ("length_per_core", "one core, words in a page", "words/s", 0),
    ("seconds", "start-up", "s", 2),
    ("memory_mb", "peak memory", "MB", 0),
)
_UNMEASURED: Tool = {"figures": {}, "by": {}}


def main_table(results: Results, by_tag: bool = True) -> str:
    """Every suite, with each figure of `repair` beside that of doing nothing.

    Suites of one kind share a table, as they share their figures. Below a suite
    stand its registers, spinners and so on, where it has several, unless
    `by_tag` is off.
    """
    parts = []
    for kind, title in _TITLES.items():
        columns = _HEADLINES[kind]
        rows = [
            row
            for name, suite in results["suites"].items()
            if suite["kind"] == kind
            for row in islice(_rows(name, suite, columns), None if by_tag else 1)
        ]
        if rows:
            parts += [
                f"**{title}** (doing nothing → repair)",
                table(["suite", "text", "pages", "words"], labels(columns), rows),
            ]
    if any(PERHAPS_CHANCE in part for part in parts):
        parts.append(f"{PERHAPS_CHANCE} may be chance: p ≥ {CHANCE:g} in a paired bootstrap")
    return "\n\n".join([*parts, _signature(results)])


def detection_table(results: Results) -> str:
    """How well `repair` finds spun words and pages, and what its probabilities are worth.

    ECE is the expected calibration error; `accepted` counts other right wordings too.
    """
    columns = (*_DETECTION, *_ACCEPTED)
    rows = []
    for name, suite in results["suites"].items():
        found = suite["tools"].get(REPAIR, _UNMEASURED)["figures"]
        if any(key in found for key in columns):
            rows.append([name, *(FIGURES[key].show(found.get(key)) for key in columns)])
    return f"{table(['suite'], labels(columns), rows)}\n\n{_signature(results)}"


def peer_tables(results: Results) -> str:
    """A table for each suite: what every tool made of the same pages, the best in bold."""
    parts = []
    for name, suite in results["suites"].items():
        tools = {tool: measured["figures"] for tool, measured in suite["tools"].items()}
        columns = [
            key
            for key in (*_HEADLINES[suite["kind"]], *_ACCEPTED, "word_f05", "page_auc")
            if any(key in figures for figures in tools.values())
        ]
        best = [_best(key, tools.values()) for key in columns]
        rows = []
        for tool, figures in tools.items():
            cells = [FIGURES[key].show(figures.get(key)) for key in columns]
            rows.append([tool, *(f"**{c}**" if c == top else c for c, top in zip(cells, best))])
        size = f"{suite['pages']:,} pages, {suite['words']:,} words"
        parts += [
            f"**{name}**: {_escaped(suite['what'])} ({size})",
            table(["tool"], labels(columns), rows),
        ]
    return "\n\n".join([*parts, _signature(results)])


def speed_table(results: Results, per_core: bool = True) -> str:
    """Words a second, seconds and megabytes, with the conditions they were measured under.

    The figures of one core, by stage, batch, density and length, are left out
    if `per_core` is off.
    """
    speed = results["speed"]
    rows = [
        (f"{what}, {setting}" if setting else what, f"{value:,.{digits}f} {unit}")
        for key, what, unit, digits in _SPEEDS
        if per_core or not key.endswith("per_core")
        for setting, value in _settings(speed[key])
    ]
    conditions = _escaped(speed["conditions"])
    return f"{table(['what'], ['measured'], rows)}\n\n{conditions}\n\n{_signature(results)}"


def replace_marked(path: str | Path, texts: Mapping[str, str]) -> None:
    """Put each text between the marks of its name in a document, all of them or none.

    Raises ValueError if a name's marks are not there exactly once, FileError if
    the document cannot be read or written.
    """
    document = read(str(path))
    for name, text in texts.items():
        marks = f"<!-- eval:{name} -->", f"<!-- /eval:{name} -->"
        parts = re.split("|".join(map(re.escape, marks)), document)
        if re.findall("|".join(map(re.escape, marks)), document) != [*marks]:
            raise ValueError(
                f"{path}: no place for the table {name!r}. Put these two lines where it belongs, "
                f"once and in this order, and run again:\n{marks[0]}\n{marks[1]}"
            )
        document = f"{parts[0]}{marks[0]}\n\n{text}\n\n{marks[1]}{parts[2]}"
    write(path, document.encode())


def table(left: Sequence[str], right: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the columns on the right, of figures, are set flush right.

    >>> print(table(["suite"], ["BLEU"], [["barn|yard", "83.7"]]))
    | suite | BLEU |
    | --- | ---: |
    | barn\\|yard | 83.7 |
    """
    rules = [*("---" for _ in left), *("---:" for _ in right)]
    lines = [[*left, *right], rules, *([_escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def labels(figures: Iterable[str]) -> list[str]:
    """How the heads of these figures' columns read."""
    return [FIGURES[key].label for key in figures]


def _settings(measured: float | Mapping[str, float]) -> Iterable[tuple[str, float]]:
    return measured.items() if isinstance(measured, Mapping) else [("", measured)]


def _rows(name: str, suite: Suite, columns: Sequence[str]) -> Iterator[list[str]]:
    """A suite's row, and one for each value of each tag that has several."""
    tools = suite["tools"]
    nothing, ours = tools.get(NOTHING, _UNMEASURED), tools.get(REPAIR, _UNMEASURED)
    both = _both(nothing["figures"], ours["figures"], columns)
    yield [name, suite["what"], f"{suite['pages']:,}", f"{suite['words']:,}", *both]
    for tag, values in ours["by"].items():
        for value, figures in values.items():
            beside = nothing["by"].get(tag, {}).get(value, {})
            pages, words = (f"{figures[key]:,.0f}" for key in ("pages", "words"))
            yield ["", f"{tag} {value}", pages, words, *_both(beside, figures, columns)]


def _both(nothing: Figures, ours: Figures, columns: Sequence[str]) -> list[str]:
    """Doing nothing's figures and ours, with a sign where they may differ by chance."""
    cells = []
    for key in columns:
        show = FIGURES[key].show
        sign = PERHAPS_CHANCE if ours.get(f"{key}_p", 0) >= CHANCE else ""
        both = f"{show(nothing.get(key))} → {show(ours.get(key))}{sign}"
        cells.append(both if key in nothing or key in ours else MISSING)
    return cells


def _best(key: str, tools: Iterable[Figures]) -> str:
    """The best of the tools' figures as it is printed, so that what looks equal is equal."""
    values = [figures[key] for figures in tools if key in figures]
    figure = FIGURES[key]
    return figure.show(max(values) if figure.higher_is_better else min(values))


def _signature(results: Results) -> str:
    return f"`{results['signature']}`"


def _escaped(cell: str) -> str:
    return html.escape(cell, quote=False).replace("|", "\\|")
