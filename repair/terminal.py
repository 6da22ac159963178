"""A `Repair` for the eyes of a person: verdict, the article with its changes, a table of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from repair.edits import Edit, Repair

_RESET = "\x1b[0m"
_STRUCK, _NEW, _BOLD, _DIM = "\x1b[9;31m", "\x1b[32m", "\x1b[1m", "\x1b[2m"
_VERDICTS = {"clean": _BOLD, "repaired": "\x1b[1;32m", "suspicious": "\x1b[1;33m"}
_WIDEST = 30  # characters of a table's column; longer wordings run over
# Anything that could steer a terminal: an article must not move the cursor or set a title.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile(r"\r\n?|\n")


class Places:
    """Where a character offset lies: line and column, both from 1, as editors count.

    >>> Places("one\\r\\ntwo\\nthree").of(10)
    (3, 2)
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def of(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def explained(name: str, repair: Repair, color: bool) -> str:
    """The whole explanation. Without colour, changes are written as wdiff does.

    >>> repair = Repair("The metropolis.", "repaired", "1 edit", 0.97, 0.5,
    ...     (Edit(4, 14, "metropolis", "city", 0.91),))
    >>> print(explained("a.txt", repair, color=False))
    a.txt: repaired (score 0.97): 1 edit
    <BLANKLINE>
    The [-metropolis-]{+city+}.
    <BLANKLINE>
    1:5  0.91  metropolis -> city
    <BLANKLINE>
    """
    verdict = _painted(repair.verdict, _VERDICTS[repair.verdict], color)
    parts = [f"{printable(name)}: {verdict} (score {repair.score:.2f}): {repair.reason}"]
    if repair.edits:
        parts += [marked(repair, color).rstrip("\n"), "\n".join(_table(repair, color))]
    if left := len(repair.candidates) - len(repair.edits):
        note = f"candidates not made: {left} (--json lists them)"
        parts.append(_painted(note, _DIM, color))
    return "\n\n".join(parts) + "\n"


def marked(repair: Repair, color: bool) -> str:
    """The article, each edit as its original struck through and its replacement after it."""
    out = []
    place = 0
    for edit in repair.edits:
        out.append(printable(repair.input[place : edit.start]))
        before, after = printable(edit.original), printable(edit.replacement)
        if color:
            out.append(f"{_STRUCK}{before}{_RESET} {_NEW}{after}{_RESET}")
        else:
            out.append(f"[-{before}-]{{+{after}+}}")
        place = edit.end
    return "".join([*out, printable(repair.input[place:])])


def printable(text: str) -> str:
    """The text without what would steer a terminal.

    >>> printable("\\x1b]0;title\\x07\\r\\n")
    '�]0;title�\\n'
    """
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A span's wording for a line of its own.

    >>> one_line("get\\ttogether")
    'get together'
    """
    return printable(" ".join(text.split()))


def _table(repair: Repair, color: bool) -> Iterator[str]:
    """One line an edit: place, probability, before -> after, alternatives."""
    places = Places(repair.input)
    rows = [("{}:{}".format(*places.of(edit.start)), edit) for edit in repair.edits]
    first = max((len(place) for place, _ in rows), default=0)
    second = min(_WIDEST, max((len(one_line(e.original)) for _, e in rows), default=0))
    third = min(_WIDEST, max((len(one_line(e.replacement)) for _, e in rows), default=0))
    for place, edit in rows:
        before = _painted(one_line(edit.original).ljust(second), "\x1b[31m", color)
        after = one_line(edit.replacement)
        line = f"{place.ljust(first)}  {edit.probability:.2f}  {before} -> "
        line += _painted(after, _NEW, color)
        if edit.alternatives:
            line += " " * (third - len(after)) + "  " + _painted(_others(edit), _DIM, color)
        yield line


def _others(edit: Edit) -> str:
    return "or " + ", ".join(f"{one_line(a.text)} {a.probability:.2f}" for a in edit.alternatives)


def _painted(text: str, code: str, color: bool) -> str:
    return f"{code}{text}{_RESET}" if color else text
