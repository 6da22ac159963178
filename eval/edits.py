"""Scores of edits against gold edits of the same text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from repair.edits import Edit
from repair.page import WORD
from training.pairs import Segment, trimmed


@dataclass(frozen=True)
class Counts:
    """Edits in the gold, of them restored, edits made, of them right, and words read."""

    gold: int = 0
    restored: int = 0
    made: int = 0
    right: int = 0
    words: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(vars(self).values(), vars(other).values())))

    @property
    def recall(self) -> float:
        """Share of the gold edits that were restored exactly."""
        return self.restored / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.made if self.made else 1.0

    @property
    def false_per_10k(self) -> float:
        return 1e4 * (self.made - self.right) / max(1, self.words)

    def __str__(self) -> str:
        return (
            f"restored {self.recall:.3f} ({self.restored}/{self.gold}), "
            f"precision {self.precision:.3f} ({self.right}/{self.made}), "
            f"{self.false_per_10k:.2f} wrong in 10,000 words ({self.words:,})"
        )


def gold_edits(segments: Iterable[Segment]) -> tuple[str, list[Edit]]:
    """The spun text and the edits that undo the spinner, with the shared outer words left out."""
    out: list[str] = []
    edits = []
    place = 0
    for segment in trimmed(segments):
        spun = "".join(gap + word for gap, word in segment.spun)
        if segment.changed:
            lead = len(segment.spun[0][0])
            original = "".join(gap + word for gap, word in segment.original)
            clean = original[len(segment.original[0][0]) :]
            edits.append(Edit(place + lead, place + len(spun), spun[lead:], clean, 1.0))
        out.append(spun)
        place += len(spun)
    return "".join(out), edits


def count(text: str, gold: Sequence[Edit], made: Sequence[Edit]) -> Counts:
    """Compare the edits made of a text with its gold.

    Edits that overlap are judged together: their two outcomes are aligned word
    by word. An edit is right, a gold edit restored, if its words stand in the
    other outcome one after the other, with no stray word beside them.
    """
    restored = right = 0
    for gold_group, made_group in _groups(gold, made):
        both = [*gold_group, *made_group]
        start, end = min(e.start for e in both), max(e.end for e in both)
        wanted, wanted_by = _outcome(text, start, end, gold_group)
        written, written_by = _outcome(text, start, end, made_group)
        blocks = SequenceMatcher(None, wanted, written, autojunk=False).get_matching_blocks()
        pairs = [(a + k, b + k) for a, b, size in blocks for k in range(size)]
        restored += _whole(wanted_by, dict(pairs), len(written))
        right += _whole(written_by, {b: a for a, b in pairs}, len(wanted))
    return Counts(len(gold), restored, len(made), right, len(text.split()))


def _whole(owners: Sequence[int | None], partner: Mapping[int, int], others: int) -> int:
    """How many edits stand whole on the other side, which has `others` words.

    `owners` are the edits that wrote each word; `partner` maps the places of
    words to those of the same words on the other side.
    """
    matched = {-1, others, *partner.values()}
    places: dict[int, list[int | None]] = defaultdict(list)
    for place, owner in enumerate(owners):
        if owner is not None:
            places[owner].append(partner.get(place))
    whole = 0
    for found in places.values():
        if None not in found:
            first, last = found[0] or 0, found[-1] or 0
            together = last - first + 1 == len(found)
            whole += together and {first - 1, last + 1} <= matched
    return whole


def _outcome(
    text: str, start: int, end: int, edits: Sequence[Edit]
) -> tuple[list[str], list[int | None]]:
    """The words of a stretch of text after some edits, and the edit that wrote each."""
    words: list[str] = []
    owners: list[int | None] = []
    place = start
    for number, edit in enumerate(edits):
        for part, owner in ((text[place : edit.start], None), (edit.replacement, number)):
            new = WORD.findall(part)
            words += new
            owners += [owner] * len(new)
        place = edit.end
    rest = WORD.findall(text[place:end])
    return words + rest, owners + [None] * len(rest)


def _groups(gold: Sequence[Edit], made: Sequence[Edit]) -> Iterable[tuple[list[Edit], list[Edit]]]:
    """Edits of both sides, grouped where they overlap."""
    groups: list[tuple[list[Edit], list[Edit]]] = []
    reach = -1
    for edit, side in sorted(
        [(e, 0) for e in gold] + [(e, 1) for e in made], key=lambda pair: (pair[0].start, pair[1])
    ):
        if edit.start >= reach:
            groups.append(([], []))
        groups[-1][side].append(edit)
        reach = max(reach, edit.end)
    return groups
