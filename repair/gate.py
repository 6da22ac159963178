"""How spun is this page? A linear model over hashed n-grams, and whether it is English at all.

Most pages of a real corpus end here, so this is the code whose speed counts:
all of it is a regular expression, a C checksum and numpy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32

import numpy as np

BITS = 20  # 2**20 weights of one byte
_CHUNK = 1 << 20  # characters taken at a time, so that memory does not grow with the page
# ASCII words, and runs of anything beyond ASCII as one token each: enough to
# tell a page in another script, and half the time of a Unicode-aware pattern.
_TOKEN = re.compile(rb"[a-z]+|[\x80-\xff]+")
# Multipliers are odd 32-bit constants (Knuth's 2654435761 and two of xxHash's):
# the checksum of one word must land elsewhere alone and in each place of a pair.
_ALONE, _FIRST, _SECOND = np.uint32(2654435761), np.uint32(2246822519), np.uint32(3266489917)

# The commonest words of English that are rare or absent in its neighbours:
# they make 25 to 45 % of running English, spun or not, and under 8 % of
# German, French, Spanish, Italian, Portuguese or Dutch.
_ENGLISH = (
    b"the of and to that is was for it with as are be by this have from had not but which or "
    b"were they you their has been would who there will what when about if more than his he at"
).split()
_ENGLISH_HASHES = np.sort(np.array([crc32(word) for word in _ENGLISH], np.uint32))
_ENGLISH_SHARE = 0.12
_ENGLISH_LEAST = 12  # tokens; below, a text is too short to call foreign


@dataclass(frozen=True)
class Gauge:
    """What the gate read off a page: its score (0 to 1), tokens, and share of English words."""

    score: float
    tokens: int
    english_share: float

    @property
    def english(self) -> bool:
        return self.tokens < _ENGLISH_LEAST or self.english_share >= _ENGLISH_SHARE


@dataclass(frozen=True)
class Gate:
    """Weights of the n-grams, as bytes, with their scale and the bias.

    The evidence of a page is the sum of its n-grams' weights over the square
    root of its length: noise grows with the root, so one cut serves all lengths.
    """

    weights: np.ndarray  # int8, shape (2 ** BITS,)
    scale: float
    bias: float
    cut: float  # pages below this score are clean

    @classmethod
    def load(cls, path: str | Path) -> Gate:
        with np.load(path) as stored:
            scalars = (float(stored[name]) for name in ("scale", "bias", "cut"))
            return cls(stored["weights"], *scalars)

    def save(self, path: str | Path) -> None:
        np.savez_compressed(
            path, weights=self.weights, scale=self.scale, bias=self.bias, cut=self.cut
        )

    @cached_property
    def _float_weights(self) -> np.ndarray:
        return self.weights.astype(np.float32) * np.float32(self.scale)

    def gauge(self, text: str) -> Gauge:
        evidence, tokens, english = 0.0, 0, 0
        for hashes in _hashes(text):
            evidence += float(self._float_weights[ngrams(hashes)].sum(dtype=np.float64))
            tokens += len(hashes)
            english += int(np.isin(hashes, _ENGLISH_HASHES).sum())
        if not tokens:
            return Gauge(0.0, 0, 0.0)
        logit = evidence / tokens**0.5 + self.bias
        return Gauge(float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))), tokens, english / tokens)


def features(text: str) -> tuple[np.ndarray, int]:
    """The buckets of a text's n-grams (int64), and its number of tokens."""
    parts = list(_hashes(text))
    buckets = [ngrams(hashes) for hashes in parts]
    return np.concatenate(buckets or [np.zeros(0, np.int64)]), sum(map(len, parts))


def ngrams(hashes: np.ndarray) -> np.ndarray:
    """Buckets of the single words and of the neighbouring pairs."""
    pairs = hashes[:-1] * _FIRST + hashes[1:] * _SECOND
    both: np.ndarray = np.concatenate([hashes * _ALONE, pairs])
    return (both >> np.uint32(32 - BITS)).astype(np.int64)


def _hashes(text: str) -> Iterator[np.ndarray]:
    for place in range(0, len(text), _CHUNK):
        chunk = text[place : place + _CHUNK].lower().encode("utf-8", "replace")
        tokens = _TOKEN.findall(chunk)
        yield np.fromiter(map(crc32, tokens), np.uint32, len(tokens))
