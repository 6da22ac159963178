"""What a tool got wrong, a record for each mistake, dearest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.case import Case, Gold, Outcome
from eval.metrics import edits as metric
from repair.edits import Alternative, Detection, Edit

Kind = Literal["innocent", "wording", "undetected", "unsure", "misread"]

_CONTEXT = 12  # words either side: about a sentence, enough to judge a wording by
_REACH = 400  # characters they are looked for in, five times what English takes on average
_WORD_STARTS = re.compile(r"(?<=\s)(?=\S)")
_WORD_ENDS = re.compile(r"(?<=\S)(?=\s)")


@dataclass(frozen=True)
class Error:
    """A stretch of a page that came out other than it should.

    `source` stood there, `wanted` should, `written` is what the tool made of it;
    where it made nothing, its likeliest reading, or "" if it had none.
    `probability` is the tool's, of what it wrote or read, or of the word being
    spun if it read nothing. `cost` is what `errors` sorts by. The kinds:

    - `innocent`: the tool changed what was not spun;
    - `wording`: it changed what was spun into something else than the original;
    - `undetected`: it left a spun word that it did not suspect;
    - `unsure`: it suspected the word and read it rightly, or not at all, but left it;
    - `misread`: it left a word that it read wrongly.
    """

    page: str
    kind: Kind
    before: str
    source: str
    after: str
    written: str
    wanted: str
    probability: float
    cost: float


def errors(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[Error]:
    """The stretches that hold neither the original nor an accepted wording, dearest first.

    Edits and gold edits that touch make one error. A wrong edit costs its
    probability, as a sure mistake is the worse one, and 1 more than that on a
    spun page, 2 more on a page to be left alone. A miss costs the probability
    that the tool denied the right wording, at most 1.

    >>> case = Case("a", "My metropolis sleeps.", "My city sleeps.", (Gold(3, 13, "city"),))
    >>> [error] = errors([case], [Outcome("a", case.source)])
    >>> error.kind, error.before, error.source, error.wanted, error.after, error.cost
    ('undetected', 'My ', 'metropolis', 'city', ' sleeps.', 1.0)
    """
    found = [e for case, outcome in zip(cases, outcomes) for e in _of_page(case, outcome)]
    return sorted(found, key=lambda error: -error.cost)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a stretch of a text, twelve words each, on one line.

    >>> context("Ten men lifted the  metropolis, then left.", 20, 30)
    ('Ten men lifted the ', ', then left.')
    """
    before = _WORD_STARTS.split(text[max(0, start - _REACH) : start])
    behind = _WORD_ENDS.split(text[end : end + _REACH])
    more_before = start > _REACH or len(before) > _CONTEXT
    more_behind = end + _REACH < len(text) or len(behind) > _CONTEXT
    return (
        "… " * more_before + _one_line("".join(before[-_CONTEXT:])),
        _one_line("".join(behind[:_CONTEXT])) + " …" * more_behind,
    )


def _of_page(case: Case, outcome: Outcome) -> Iterator[Error]:
    for gold, made in metric.groups(case.gold, outcome.edits):
        if not made:
            yield from (_miss(case, missed, outcome) for missed in gold)
        elif not _right(case.source, gold, made):
            spans: list[metric.Edit] = [*gold, *made]
            start, end = min(span.start for span in spans), max(span.end for span in spans)
            probability = max(edit.probability for edit in made)
            before, after = context(case.source, start, end)
            yield Error(
                page=case.id,
                kind="wording" if gold else "innocent",
                before=before,
                source=_one_line(case.source[start:end]),
                after=after,
                written=_one_line(_outcome(case.source, start, end, made)),
                wanted=_one_line(_outcome(case.source, start, end, gold)),
                probability=probability,
                cost=probability + (1 if case.gold else 2),
            )


def _miss(case: Case, gold: Gold, outcome: Outcome) -> Error:
    """A gold edit that nothing was made of, and what the tool thought there."""
    read = [
        (reading.probability, reading.text, _restores(case, edit, reading.text))
        for edit in outcome.candidates
        if _overlap(edit, gold)
        for reading in (Alternative(edit.replacement, edit.probability), *edit.alternatives)
    ]
    suspected = [d.probability for d in outcome.detections if _overlap(d, gold)]
    kind: Kind
    if read:
        probability, written, right = max(read)
        kind = "unsure" if right else "misread"
    else:
        probability, written = max(suspected, default=0.0), ""
        kind = "unsure" if suspected else "undetected"
    before, after = context(case.source, gold.start, gold.end)
    return Error(
        page=case.id,
        kind=kind,
        before=before,
        source=_one_line(case.source[gold.start : gold.end]),
        after=after,
        written=_one_line(written),
        wanted=_one_line(gold.replacement),
        probability=probability,
        cost=1 - max((chance for chance, _, right in read if right), default=0.0),
    )


def _restores(case: Case, edit: Edit, wording: str) -> bool:
    """Whether a wording in an edit's place is right by itself."""
    gold = [g for g in case.gold if _overlap(edit, g)]
    return _right(case.source, gold, [metric.Change(edit.start, edit.end, wording)])


def _right(source: str, gold: Sequence[Gold], made: Sequence[metric.Edit]) -> bool:
    """Whether all the gold is restored, to an accepted wording at least, and nothing else made."""
    if _exact(source, gold, made):
        return True
    accepted = [_accepted(source, edit, made) for edit in gold]
    return accepted != [*gold] and _exact(source, accepted, made)


def _exact(source: str, gold: Sequence[metric.Edit], made: Sequence[metric.Edit]) -> bool:
    restored, right = metric.judge(source, gold, made)
    return all(restored) and all(map(all, right))


def _accepted(source: str, gold: Gold, made: Sequence[metric.Edit]) -> metric.Edit:
    """The gold edit with the accepted wording that came out, if one did."""
    changes = (metric.Change(gold.start, gold.end, wording) for wording in gold.accepted)
    return next((c for c in changes if all(metric.judge(source, [c], made)[0])), gold)


def _outcome(source: str, start: int, end: int, edits: Sequence[metric.Edit]) -> str:
    """How a stretch of the source reads with some edits made."""
    out = []
    for edit in edits:
        out += [source[start : edit.start], edit.replacement]
        start = edit.end
    return "".join([*out, source[start:end]])


def _overlap(one: Edit | Detection, other: Gold) -> bool:
    return one.start < other.end and other.start < one.end


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
