"""One page to measure on, and what a tool made of it: plain records that go to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from repair.edits import Alternative, Detection, Edit, Verdict
from training.pairs import Segment, trimmed


@dataclass(frozen=True)
class Gold:
    """A span of the source and the wording it had before it was spun.

    `start` and `end` are character offsets in the source, half-open. `accepted`
    are other wordings that would be right too, listed before any model ran.
    """

    start: int
    end: int
    replacement: str
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A page as a tool is given it (`source`), as it should read (`reference`), and why.

    `gold` is empty on pages that must be left alone; then both texts are equal.
    `tags` tell pages of one suite apart: `register`, `density`, `spinner`…
    """

    id: str
    source: str
    reference: str
    gold: tuple[Gold, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a tool made of a case's source.

    `edits` are those it made, offsets in the source; `candidates` also those it
    would have made at a lower threshold (a tool without probabilities leaves
    them out); `detections` every span it suspects, whatever it made of it.
    `verdict` and `score` (how spun the page is, 0 to 1) are None where a tool
    has no opinion.
    """

    id: str
    text: str
    edits: tuple[Edit, ...] = ()
    candidates: tuple[Edit, ...] = ()
    detections: tuple[Detection, ...] = ()
    verdict: Verdict | None = None
    score: float | None = None

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Outcome:
        """The record that `to_json` wrote."""
        record = json.loads(line)
        for name in ("edits", "candidates"):
            record[name] = tuple(
                Edit(**e | {"alternatives": tuple(Alternative(**a) for a in e["alternatives"])})
                for e in record[name]
            )
        record["detections"] = tuple(Detection(**d) for d in record["detections"])
        return cls(**record)


def gold_of(page: Iterable[Segment]) -> tuple[str, str, tuple[Gold, ...]]:
    """The source, the reference, and the edits between them, less the outer words they share.

    >>> from training.pairs import align
    >>> _, reference, gold = gold_of(align("his get together won", "his party won"))
    >>> reference, gold
    ('his party won', (Gold(start=4, end=16, replacement='party', accepted=()),))
    """
    source: list[str] = []
    reference: list[str] = []
    gold = []
    place = 0
    for segment in trimmed(page):
        spun = "".join(gap + word for gap, word in segment.spun)
        original = "".join(gap + word for gap, word in segment.original)
        if segment.changed:
            lead, clean_lead = len(segment.spun[0][0]), len(segment.original[0][0])
            gold.append(Gold(place + lead, place + len(spun), original[clean_lead:]))
        source.append(spun)
        reference.append(original)
        place += len(spun)
    return "".join(source), "".join(reference), tuple(gold)
