"""Our detector without our restorer: what it marks becomes the list's most frequent source.

Beside repair's own scores it shows what reading the context adds, and beside
`backwards` what the detector alone does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from eval.case import Case, Outcome
from eval.peers.counts import Counts
from eval.peers.edited import edited
from eval.peers.ours import repairer_of
from eval.peers.word_list import WordList
from repair.edits import Detection, Edit
from repair.repairer import Repairer


class DetectorOnly:
    """An edit is as probable as its span is to be spun; made from the default threshold on."""

    name = "detector_only"

    def __init__(
        self, repairer: Repairer, words: WordList, frequency: Callable[[str], float]
    ) -> None:
        self._threshold = repairer.options.threshold
        self._everything = Repairer(repairer.models, replace(repairer.options, threshold=0.0))
        self._words = words
        self._frequency = frequency

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        for case in cases:
            suspects = self._everything.detect(case.source)
            candidates = [edit for suspect in suspects for edit in self._edits(suspect)]
            edits = [edit for edit in candidates if edit.probability >= self._threshold]
            yield edited(case, edits, candidates, suspects)

    def _edits(self, suspect: Detection) -> Iterator[Edit]:
        if wordings := self._words.wordings(suspect.original):
            best = max(wordings, key=self._frequency)
            yield Edit(suspect.start, suspect.end, suspect.original, best, suspect.probability)


def load(settings: Mapping[str, str]) -> DetectorOnly:
    words = WordList.load(settings, DetectorOnly.name)
    frequency = Counts.load(settings, DetectorOnly.name).frequency
    return DetectorOnly(repairer_of(settings), words, frequency)
