"""The outcome of a tool that makes edits."""

from __future__ import annotations

from collections.abc import Sequence

from eval.case import Case, Outcome
from repair.edits import Detection, Edit


def edited(
    case: Case,
    edits: Sequence[Edit],
    candidates: Sequence[Edit] = (),
    detections: Sequence[Detection] | None = None,
) -> Outcome:
    """The case's source with some edits made, given in order and without overlaps.

    A tool without detections of its own suspects what it edits.
    """
    written = []
    place = 0
    for edit in edits:
        written += [case.source[place : edit.start], edit.replacement]
        place = edit.end
    if detections is None:
        detections = [Detection(e.start, e.end, e.original, e.probability) for e in edits]
    text = "".join([*written, case.source[place:]])
    return Outcome(case.id, text, tuple(edits), tuple(candidates), tuple(detections))
