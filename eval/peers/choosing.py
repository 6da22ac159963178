"""A language model chooses in context among what the list says may have stood there.

From left to right: each choice is made before the next, with all that is
already chosen to its left and the text as it came to its right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from eval.case import Case, Outcome
from eval.peers.edited import edited
from eval.peers.word_list import WordList
from repair.edits import Detection, Edit
from repair.page import Page


class Scorer(Protocol):
    """A language model, seen from outside."""

    def __call__(self, before: str, wordings: Sequence[str], after: str) -> Sequence[float]:
        """The log-probability of each wording and the text behind it, after what stands before."""
        ...


class Choosing:
    """Keeps a wording or takes a source of it, whichever the model finds likelier.

    An edit is as probable as its wording among those to choose from, a span as
    likely spun as all of them but the one that stands there.
    """

    def __init__(self, name: str, words: WordList, scorer: Scorer) -> None:
        self.name = name
        self._words = words
        self._scorer = scorer

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        return map(self._chosen, cases)

    def _chosen(self, case: Case) -> Outcome:
        text = case.source
        edits, candidates, detections = list[Edit](), list[Edit](), list[Detection]()
        before, place = "", 0
        for match in self._words.matches(Page.of(text)):
            before += text[place : match.start]
            place = match.end
            wordings = (match.form, *match.wordings)
            chances = _shares(self._scorer(before, wordings, text[place:]))
            best = 1 + int(np.argmax(chances[1:]))
            place_and_form = match.start, match.end, match.form
            detections.append(Detection(*place_and_form, round(1 - chances[0], 4)))
            candidates.append(Edit(*place_and_form, wordings[best], round(chances[best], 4)))
            if chances[best] > chances[0]:
                edits.append(candidates[-1])
                before += wordings[best]
            else:
                before += match.form
        return edited(case, edits, candidates, detections)


def _shares(scores: Sequence[float]) -> list[float]:
    """The softmax of log-probabilities.

    >>> _shares([-1000.0, -1000.0])
    [0.5, 0.5]
    """
    shares = np.exp(np.array(scores) - max(scores))
    return [float(share) for share in shares / shares.sum()]
