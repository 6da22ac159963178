"""The detector marks, the list answers."""

from __future__ import annotations

from eval.case import Case
from eval.peers.detector_only import DetectorOnly
from eval.peers.word_list import WordList
from repair.options import Options
from repair.repairer import Repairer

WORDS = WordList.of(
    [["city", "metropolis"], ["end", "tip"], ["said", "mentioned"], ["week", "month"]]
)
SPUN = (
    "The metropolis council voted to shut the previous bridge. Officers mentioned the work would "
    "begin earlier than the tip of the month, and it will take as much as a yr."
)


def test_what_is_marked_and_listed_is_replaced(repairer: Repairer) -> None:
    (outcome,) = DetectorOnly(repairer, WORDS, len).run([Case("1", SPUN, "")])
    made = {edit.original: edit.replacement for edit in outcome.edits}
    assert made == {"metropolis": "city", "mentioned": "said", "tip": "end"}
    assert "month" in outcome.text, "the list knows it, but the detector does not suspect it"
    suspects = {d.original for d in outcome.detections}
    assert "previous" in suspects and "previous" in outcome.text, "suspected, but not listed"
    assert all(edit.probability >= Options.threshold for edit in outcome.edits)


def test_candidates_are_the_unsure_ones_too(repairer: Repairer) -> None:
    everything = WordList({tuple(w.lower().split()): ("x",) for w in SPUN.split()})
    sure = Repairer(repairer.models, Options(threshold=0.95))
    (outcome,) = DetectorOnly(sure, everything, len).run([Case("1", SPUN, "")])
    unsure = [edit for edit in outcome.candidates if edit.probability < 0.95]
    assert unsure and not set(unsure) & set(outcome.edits)
    assert [e for e in outcome.candidates if e not in unsure] == list(outcome.edits)


def test_a_clean_page_is_left_alone(repairer: Repairer) -> None:
    text = "He called it a metropolis, and meant it. The town had doubled in ten years."
    (outcome,) = DetectorOnly(repairer, WORDS, len).run([Case("1", text, "")])
    assert outcome.text == text and not outcome.detections
