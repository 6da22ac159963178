"""The list read backwards, the choice made by a trigram model of clean text.

Interpolated Kneser-Ney with one discount an order (Kneser & Ney 1995; Chen &
Goodman 1999, section 2.7): a triple counts by how often it stands, a pair and a
word by how many different words they follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from eval.peers.choosing import Choosing
from eval.peers.counts import BITS, ORDER, UNKNOWN, Counts, key, looked_up
from eval.peers.word_list import WordList, form_of

NEAR = 400  # characters on either side that the two words of context are looked for in


@dataclass(frozen=True)
class _Level:
    """One order: its n-grams, and for each context the sum and the number of what follows it."""

    keys: np.ndarray
    counts: np.ndarray
    contexts: np.ndarray
    sums: np.ndarray
    kinds: np.ndarray
    discount: float

    @classmethod
    def of(cls, keys: np.ndarray, counts: np.ndarray) -> _Level:
        contexts, firsts, kinds = np.unique(keys >> BITS, return_index=True, return_counts=True)
        once, twice = (max(1, int((counts == n).sum())) for n in (1, 2))
        sums = np.add.reduceat(counts.astype(np.int64), firsts)
        return cls(keys, counts, contexts, sums, kinds, once / (once + 2 * twice))

    def probability(self, context: int, word: int, lower: float) -> float:
        """That of a word, where `lower` is what the next shorter context gives it."""
        total = looked_up(self.contexts, self.sums, context)
        if not total:
            return lower
        count = looked_up(self.keys, self.counts, context << BITS | word)
        kinds = looked_up(self.contexts, self.kinds, context)
        return (max(count - self.discount, 0) + self.discount * kinds * lower) / total


class KneserNey:
    """The trigram model of some counts, a `Scorer`.

    >>> counts = Counts.of(["a big city", "a big city", "the big city", "a town", "a small town"])
    >>> stay, change = KneserNey(counts)("a big ", ["town", "city"], ".")
    >>> change > stay
    True
    """

    def __init__(self, counts: Counts) -> None:
        self._ids = counts.ids
        _, pairs, triples = counts.keys
        followed = _followed(pairs, 1), _followed(triples, 2), (triples, counts.counts[2])
        self._levels = tuple(_Level.of(*level) for level in followed)

    def __call__(self, before: str, wordings: Sequence[str], after: str) -> list[float]:
        context = self._words(before[-NEAR:])[1 - ORDER :]
        # Further words have no context that the wordings differ in.
        follows = self._words(after[:NEAR])[: ORDER - 1]
        return [
            self.log_probability([*self._words(wording), *follows], context) for wording in wordings
        ]

    def log_probability(self, words: Sequence[int], context: Sequence[int] = ()) -> float:
        """That of some words (ids) in a row, behind at most two others."""
        line = [*context, *words]
        return sum(
            log(self.probability(line[i], line[max(0, i + 1 - ORDER) : i]))
            for i in range(len(context), len(line))
        )

    def probability(self, word: int, context: Sequence[int]) -> float:
        """That of one word behind at most two others; UNKNOWN is a word, too."""
        chance = 1 / (len(self._ids) + 1)
        for length, level in enumerate(self._levels[: len(context) + 1]):
            chance = level.probability(key(context[len(context) - length :]), word, chance)
        return chance

    def _words(self, text: str) -> list[int]:
        return [self._ids.get(word, UNKNOWN) for word in form_of(text)]


def _followed(keys: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """The last `order` words of longer n-grams, and how many different words they follow."""
    return np.unique(keys & ((1 << BITS * order) - 1), return_counts=True)


def load(settings: Mapping[str, str]) -> Choosing:
    words = WordList.load(settings, "ngram")
    return Choosing("ngram", words, KneserNey(Counts.load(settings, "ngram")))
