"""The list read backwards: all it can have written becomes its most frequent source.

What a person would try first, with the spinner's list at hand. Frequency is the
count in the training part of a clean corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.case import Case, Outcome
from eval.peers.counts import Counts
from eval.peers.edited import edited
from eval.peers.word_list import WordList
from repair.edits import Edit
from repair.page import Page


class Backwards:
    """Replaces every wording of the list, whatever stands around it."""

    name = "backwards"

    def __init__(self, words: WordList, frequency: Callable[[str], float]) -> None:
        self._words = words
        self._frequency = frequency

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        for case in cases:
            edits = [
                Edit(m.start, m.end, m.form, max(m.wordings, key=self._frequency), 1.0)
                for m in self._words.matches(Page.of(case.source))
            ]
            yield edited(case, edits)


def load(settings: Mapping[str, str]) -> Backwards:
    words = WordList.load(settings, Backwards.name)
    return Backwards(words, Counts.load(settings, Backwards.name).frequency)
