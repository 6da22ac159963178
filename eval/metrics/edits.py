"""Edits against gold edits of the same text: which were restored, which of those made are right.

Wordings are compared word by word, white space left out and letter case not: a
reader would have to mend a wrong capital too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import Any, Protocol, TypeVar

import datasets  # type: ignore[import-untyped]
import evaluate  # type: ignore[import-untyped]

WORD = re.compile(r"\w+|[^\w\s]")  # repair.page's, which a copied file cannot import

_INPUTS = """
Args:
    sources: the texts as the tool was given them.
    predictions: what it made of them.
    references: as they should read.
    gold, made: for each text the edits from source to reference and from source to prediction,
        mappings of `start`, `end` (characters of the source, half-open), `replacement` and, in
        gold, `accepted`, a list of other right wordings. Whoever knows them should give them: by
        default they are found by aligning words, and neighbouring edits then become one.
Returns:
    restored: share of the gold edits whose span came out exactly as in the reference.
    precision: share of the edits made whose aligned reference has exactly their replacement.
    f05: both together, precision counting twice.
    err: (TP - FP) / (TP + FN), below 0 for a tool that does more harm than good.
    restored_accepted, precision_accepted: with accepted wordings, where gold lists any.
    No precision if no edit was made; nothing at all if there is no gold edit.
"""

Range = tuple[int, int]  # half-open
Opcode = tuple[str, int, int, int, int]  # difflib's
Verdict = tuple[list[bool], list[list[bool]]]  # what `judge` returns


class Edit(Protocol):
    """A span of a text, in character offsets, half-open, and the wording to put there."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def replacement(self) -> str: ...


class GoldEdit(Edit, Protocol):
    """The right edit; `accepted` are other wordings that would be right too."""

    @property
    def accepted(self) -> Collection[str]: ...


G = TypeVar("G", bound=Edit)
E = TypeVar("E", bound=Edit)
C = TypeVar("C", bound="Counts")


@dataclass(frozen=True)
class Change:
    """An edit, and a gold edit, as this module makes them."""

    start: int
    end: int
    replacement: str
    accepted: Collection[str] = ()


@dataclass(frozen=True)
class Counts:
    """What adds up over pages: gold edits, those restored, edits made, those right, words read.

    The `_accepted` ones take accepted wordings too; `choices` are the gold
    edits that have any. Edits made are counted in pieces, see `judge`.
    """

    gold: int = 0
    restored: int = 0
    made: int = 0
    right: int = 0
    words: int = 0
    restored_accepted: int = 0
    right_accepted: int = 0
    choices: int = 0

    def __add__(self: C, other: C) -> C:
        return type(self)(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def recall(self) -> float:
        """Share of the gold edits that were restored exactly."""
        return self.restored / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.made if self.made else 1.0

    @property
    def f05(self) -> float:
        """The mean of precision and recall that counts precision twice as important."""
        p, r = self.precision, self.recall
        return 1.25 * p * r / (0.25 * p + r) if p + r else 0.0

    @property
    def err(self) -> float:
        """(TP - FP) / (TP + FN): the share of the errors that is gone, less new ones.

        0 for doing nothing, negative for a tool that harms more than it mends.
        """
        return (self.restored - (self.made - self.right)) / self.gold if self.gold else 0.0

    @property
    def false_per_10k(self) -> float:
        return 1e4 * (self.made - self.right) / max(1, self.words)

    def figures(self) -> dict[str, float]:
        """The figures that make sense: none without gold, no precision without edits.

        >>> Counts(gold=4, restored=3, made=5, right=3).figures()
        {'restored': 0.75, 'f05': 0.625, 'err': 0.25, 'precision': 0.6}
        """
        if not self.gold:
            return {}
        found = {"restored": self.recall, "f05": self.f05, "err": self.err}
        if self.choices:
            found["restored_accepted"] = self.restored_accepted / self.gold
        if self.made:
            found["precision"] = self.precision
            if self.choices:
                found["precision_accepted"] = self.right_accepted / self.made
        return found


def count(text: str, gold: Iterable[GoldEdit], made: Iterable[Edit]) -> Counts:
    """Compare the edits made of a text with its gold.

    Raises ValueError if edits of one side overlap.

    >>> gold = [Change(4, 16, "party", accepted=("faction",))]
    >>> found = count("his get together won", gold, [Change(0, 16, "his faction")])
    >>> found.made, found.restored, found.restored_accepted
    (1, 0, 1)
    """
    total = Counts(words=len(text.split()))
    for wanted, edits in groups(gold, made):
        restored, right = verdict = judge(text, wanted, edits)
        restored_too, right_too = _lenient(text, wanted, edits, verdict)
        total += Counts(
            gold=len(wanted),
            restored=sum(restored),
            made=sum(map(len, right)),
            right=sum(map(sum, right)),
            restored_accepted=sum(restored_too),
            right_accepted=sum(map(sum, right_too)),
            choices=sum(bool(edit.accepted) for edit in wanted),
        )
    return total


def groups(gold: Iterable[G], made: Iterable[E]) -> list[tuple[list[G], list[E]]]:
    """The edits of both sides in order, together where they touch."""
    golds = sorted(gold, key=lambda e: (e.start, e.end))
    edits = sorted(made, key=lambda e: (e.start, e.end))
    starts = []
    reach = -1
    for start, end in sorted((e.start, e.end) for e in (*golds, *edits)):
        if start > reach:
            starts.append(start)
        reach = max(reach, end)
    found: list[tuple[list[G], list[E]]] = [([], []) for _ in starts]
    for wanted in golds:
        found[bisect_right(starts, wanted.start) - 1][0].append(wanted)
    for edit in edits:
        found[bisect_right(starts, edit.start) - 1][1].append(edit)
    return found


def judge(text: str, gold: Sequence[Edit], made: Sequence[Edit]) -> Verdict:
    """Whether each gold edit is restored, and whether each piece of each edit made is right.

    The outcomes of both sides, whose edits come in order, are aligned word by
    word. A gold edit is restored if its words stand in the other outcome one
    after the other with none put in beside them; a piece is right likewise,
    with none missing beside it.

    Pieces make tools alike that cut their edits differently: words that an edit
    only repeats are left out, and an edit that runs over several gold edits is
    cut at their borders, as the alignment carries them over. An edit that
    changes no word has no pieces.

    >>> gold = [Change(0, 9, "ruling"), Change(10, 22, "party")]
    >>> judge("governing get together", gold, [Change(0, 22, "ruling circle")])
    ([True, False], [[True, False]])
    """
    start = min((edit.start for edit in (*gold, *made)), default=0)
    end = max((edit.end for edit in (*gold, *made)), default=0)
    pieces = [_pieces(text, edit) for edit in made]
    wanted, gold_ranges = _outcome(text, start, end, gold)
    written, ranges = _outcome(text, start, end, [piece for own in pieces for piece in own])
    opcodes = SequenceMatcher(None, wanted, written, autojunk=False).get_opcodes()
    lost = [(i1, i2) for tag, i1, i2, _, _ in opcodes if tag != "equal"]
    strange = [(j1, j2) for tag, _, _, j1, j2 in opcodes if tag != "equal"]
    cuts = _cuts(gold_ranges, len(wanted), opcodes)
    left = iter(ranges)
    right = [
        [
            _whole(part, strange)
            for first, last in islice(left, len(own))
            for part in pairwise([first, *(c for c in cuts if first < c < last), last])
        ]
        for own in pieces
    ]
    return [_whole(span, lost) for span in gold_ranges], right


def edits_between(source: str, text: str) -> list[Change]:
    """The edits that turn the words of one text into those of another, found by aligning them.

    They can be made as they stand, so one that inserts or deletes words or joins
    them to others takes the white space around along.

    >>> edits_between("he was tardily", "he was very late")
    [Change(start=7, end=14, replacement='very late', accepted=())]
    >>> edits_between("he was late", "he was very late")
    [Change(start=6, end=7, replacement=' very ', accepted=())]
    """
    ours, theirs = list(WORD.finditer(source)), list(WORD.finditer(text))
    matcher = SequenceMatcher(
        None, [word.group() for word in ours], [word.group() for word in theirs], autojunk=False
    )
    edits = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            start, end = _between(ours, i1, i2, len(source))
            left, right = _between(theirs, j1, j2, len(text))
            old, new = source[start:end], text[left:right]
            if tag == "replace":
                old_lead, new_lead = _white(old, new)
                old_tail, new_tail = _white(old[::-1], new[::-1])
                start, end = start + old_lead, end - old_tail
                new = new[new_lead : len(new) - new_tail]
            edits.append(Change(start, end, new))
    return edits


def _lenient(
    text: str, gold: Sequence[GoldEdit], made: Sequence[Edit], verdict: Verdict
) -> Verdict:
    """The verdict once an accepted wording, where it is what came out, stands for the gold one."""
    chosen: list[Edit] = [*gold]
    for number, edit in enumerate(gold if made else ()):
        wordings = () if verdict[0][number] else edit.accepted
        for wording in wordings:
            other = Change(edit.start, edit.end, wording)
            attempt = judge(text, [*chosen[:number], other, *chosen[number + 1 :]], made)
            if attempt[0][number]:
                chosen[number], verdict = other, attempt
                break
    return verdict


def _cuts(gold: Sequence[Range], words: int, opcodes: Sequence[Opcode]) -> list[int]:
    """Where the other outcome has the inner borders of gold ranges, if the alignment shows them.

    Words put in at a border go with the gold edit, not with the plain text beside it.
    """
    starts = {first for first, _ in gold}
    cuts = []
    for border in (starts | {last for _, last in gold}) - {0, words}:
        places = [
            j1 + border - i1
            for tag, i1, i2, j1, _ in opcodes
            if tag == "equal" and i1 <= border <= i2
        ]
        if places:
            cuts.append(min(places) if border in starts else max(places))
    return sorted(cuts)


def _whole(span: Range, differences: Iterable[Range]) -> bool:
    """Whether a range of words is free of differences, and an empty range also bordered by none.

    A difference that is empty (words of the other side only) counts at the borders, too.
    """
    first, last = span
    return not any(
        (a < last and first < b) or ((a == b or first == last) and a <= last and first <= b)
        for a, b in differences
    )


def _pieces(text: str, edit: Edit) -> list[Change]:
    """An edit less the words that it only repeats."""
    parts = edits_between(text[edit.start : edit.end], edit.replacement)
    return [Change(edit.start + p.start, edit.start + p.end, p.replacement) for p in parts]


def _outcome(
    text: str, start: int, end: int, edits: Iterable[Edit]
) -> tuple[list[str], list[Range]]:
    """The words of a stretch of text after some edits, and which of them each edit wrote."""
    parts = []
    written = []  # in characters of the outcome
    place, length = start, 0
    for edit in edits:
        if edit.start < place:
            raise ValueError(f"two edits overlap at character {edit.start}; keep one of them")
        parts += [text[place : edit.start], edit.replacement]
        begin = length + edit.start - place
        length = begin + len(edit.replacement)
        written.append((begin, length))
        place = edit.end
    words = list(WORD.finditer("".join([*parts, text[place:end]])))
    starts, ends = [word.start() for word in words], [word.end() for word in words]
    ranges = [(bisect_right(ends, begin), bisect_left(starts, stop)) for begin, stop in written]
    return [word.group() for word in words], ranges


def _between(words: Sequence[re.Match[str]], first: int, last: int, length: int) -> Range:
    """The characters between the words around a range of words, in a text of some length."""
    return (
        words[first - 1].end() if first else 0,
        words[last].start() if last < len(words) else length,
    )


def _white(one: str, other: str) -> Range:
    """The lengths of the white space before two wordings, if both have some."""
    lengths = len(one) - len(one.lstrip()), len(other) - len(other.lstrip())
    return lengths if all(lengths) else (0, 0)


class Edits(evaluate.Metric):  # type: ignore[misc]
    """The edit metric for `evaluate`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Share of a text's wrong wordings put right, and of edits that are right.",
            citation="",
            inputs_description=_INPUTS,
            features=datasets.Features(
                dict.fromkeys(("sources", "predictions", "references"), datasets.Value("string"))
            ),
        )

    def _compute(
        self,
        sources: Sequence[str],
        predictions: Sequence[str],
        references: Sequence[str],
        gold: Sequence[Sequence[Mapping[str, Any]]] | None = None,
        made: Sequence[Sequence[Mapping[str, Any]]] | None = None,
    ) -> dict[str, float]:
        total = Counts()
        golds, mades = (
            map(edits_between, sources, texts)
            if edits is None
            else ([Change(**edit) for edit in page] for page in edits)
            for texts, edits in ((references, gold), (predictions, made))
        )
        for source, wanted, edits in zip(sources, golds, mades, strict=True):
            total += count(source, wanted, edits)
        return total.figures()
