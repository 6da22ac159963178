"""How well do words follow one another? A trigram model whose n-grams are kept as hashes alone.

Counts of words, pairs and triples of clean text, scored by stupid backoff
(Brants et al. 2007, "Large language models in machine translation"): the share
of the longest context that was seen, times 0.4 for each word of it given up.
A wrong count by a collision of two 32-bit hashes meets one look-up in a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

ORDER = 3
EDGE = 0  # stands, as often as needed, where a paragraph begins and ends
BACKOFF = 0.4
# Logarithms of counts are kept in steps of 1/14: a byte then holds counts up to 80 million.
_STEPS = 14
_MULTIPLIER = np.uint32(2654435761)  # Knuth's, odd: spreads over all 32 bits
_DIGIT = crc32(b"0")


def word_id(word: str) -> int:
    """The id of a word, case aside; all words with digits share one, and both apostrophes."""
    word = word.lower().replace("’", "'")
    return _DIGIT if any(map(str.isdigit, word)) else crc32(word.encode("utf-8", "replace"))


def hashes(ids: np.ndarray) -> np.ndarray:
    """One uint32 for each n-gram of word ids, shape (n-grams, order)."""
    out = np.full(len(ids), ids.shape[1], np.uint32)
    for column in ids.T.astype(np.uint32):
        out = (out ^ column) * _MULTIPLIER
        out ^= out >> np.uint32(15)
    return out


@dataclass(frozen=True)
class Table:
    """The n-grams of one order: their hashes, sorted, and the steps of their log counts."""

    hashes: np.ndarray  # uint32, shape (n-grams,)
    steps: np.ndarray  # uint8, shape (n-grams,)

    @classmethod
    def of(cls, hashes: np.ndarray, counts: np.ndarray) -> Table:
        """From sorted, distinct hashes and their counts."""
        return cls(hashes, np.rint(np.log(counts) * _STEPS).clip(0, 255).astype(np.uint8))

    def log_counts(self, ids: np.ndarray) -> np.ndarray:
        """The logarithm of each n-gram's count, -inf of one that is not here."""
        if not len(self.hashes):
            return np.full(len(ids), -np.inf)
        wanted = hashes(ids)
        places = np.searchsorted(self.hashes, wanted).clip(max=len(self.hashes) - 1)
        found = self.hashes[places] == wanted
        return np.where(found, self.steps[places] / _STEPS, -np.inf)


@dataclass(frozen=True)
class Ngrams:
    """The model: a table for each order, and how many words were counted."""

    tables: tuple[Table, ...]
    words: int

    @classmethod
    def load(cls, path: str | Path) -> Ngrams:
        with np.load(path) as stored:
            tables = []
            for order in range(1, ORDER + 1):
                low, high = (stored[f"{part}{order}"].astype(np.uint32) for part in ("low", "high"))
                gaps = low | high << np.uint32(8)
                tables.append(Table(np.cumsum(gaps, dtype=np.uint32), stored[f"steps{order}"]))
            return cls(tuple(tables), int(stored["words"]))

    def save(self, path: str | Path) -> None:
        """Write the gaps between hashes, low bytes apart from the rest: a third of the size."""
        arrays: dict[str, np.ndarray] = {"words": np.array(self.words)}
        for order, table in enumerate(self.tables, 1):
            gaps = np.diff(table.hashes, prepend=np.uint32(0))
            arrays[f"low{order}"] = (gaps & np.uint32(255)).astype(np.uint8)
            high = gaps >> np.uint32(8)
            arrays[f"high{order}"] = high.astype(np.min_scalar_type(int(high.max())))
            arrays[f"steps{order}"] = table.steps
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # allow_pickle, it fears

    def log_probabilities(self, triples: np.ndarray) -> np.ndarray:
        """Of the third word of each triple after the other two; ids of shape (triples, 3)."""
        singles, pairs, threes = self.tables
        three, before_three = threes.log_counts(triples), pairs.log_counts(triples[:, :2])
        two, before_two = pairs.log_counts(triples[:, 1:]), singles.log_counts(triples[:, 1:2])
        one = np.maximum(singles.log_counts(triples[:, 2:]), 0.0)  # unknown: as if seen once
        back = math.log(BACKOFF)
        with np.errstate(invalid="ignore"):  # -inf - -inf, where neither was seen
            out: np.ndarray = np.where(
                np.isfinite(three),
                three - np.maximum(before_three, three),
                np.where(
                    np.isfinite(two),
                    back + two - np.maximum(before_two, two),
                    2 * back + one - math.log(self.words),
                ),
            )
        return out

    def scores(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The log-probability of each sequence of ids after its first two, which are context."""
        triples = [tuple(s[i : i + 3]) for s in sequences for i in range(len(s) - 2)]
        if not triples:
            return [0.0] * len(sequences)
        each = self.log_probabilities(np.array(triples, np.uint32))
        owners = np.repeat(np.arange(len(sequences)), [max(0, len(s) - 2) for s in sequences])
        sums = np.bincount(owners, each, len(sequences))
        return [float(score) for score in sums]

    def rarest(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The logarithm of the count of each sequence's rarest word; 0 for one never seen."""
        ids = np.array([i for s in sequences for i in s], np.uint32)
        counts = iter(np.maximum(self.tables[0].log_counts(ids[:, None]), 0.0).tolist())
        return [min((next(counts) for _ in s), default=0.0) for s in sequences]
