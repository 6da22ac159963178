"""How often words, pairs and triples of words stand in clean text: exact, in sorted arrays.

A word is a number below 2^21, so a triple is one 63-bit key. Only the training
part of a corpus is counted; no count comes from a page that is measured.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from eval.peers import PeerError, setting
from eval.peers.word_list import form_of
from training import corpus

ORDER = 3
BITS = 21  # of one word in a key: three fit into an int64 and its sign
UNKNOWN = 0  # also stands between two documents, so that nothing is counted across them
WORDS = 10_000_000  # of news: counted in 43 s of a busy core, in 1 GB; more is better and larger


@dataclass(frozen=True)
class Counts:
    """For each order, from 1 to 3, the sorted keys of its n-grams and how often each stands.

    >>> counts = Counts.of(["The city won.", "The city lost."])
    >>> counts.count(["the", "city"]), counts.count(["city", "lost"]), counts.count(["won", "the"])
    (2, 1, 0)
    """

    ids: Mapping[str, int]
    keys: tuple[np.ndarray, ...]
    counts: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Counts:
        """Count texts, in lower case. Raises PeerError if they hold too many different words."""
        ids: dict[str, int] = {}
        stream = array("i", [UNKNOWN] * ORDER)
        for text in texts:
            stream.extend([ids.setdefault(word, len(ids) + 1) for word in form_of(text)])
            stream.append(UNKNOWN)
        if len(ids) >= 1 << BITS:
            raise PeerError(f"{len(ids):,} different words are too many: set 'words' lower")
        words = np.frombuffer(stream, np.int32).astype(np.int64)
        found = [_counted(words, order) for order in range(1, ORDER + 1)]
        return cls(ids, tuple(keys for keys, _ in found), tuple(times for _, times in found))

    @classmethod
    def load(cls, settings: Mapping[str, str], tool: str) -> Counts:
        """The counts of the corpus that `settings` name, from the cache if they are there."""
        path = setting(settings, "corpus", tool, "clean text, as `training.corpus.read` takes it")
        cache = Path(setting(settings, "cache", tool, "a directory that keeps its counts"))
        limit = int(settings.get("words", WORDS))
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        digest = sha256(f"{path} {size} {limit}".encode()).hexdigest()[:12]
        stored = cache / f"counts-{digest}.npz"
        if not stored.exists():
            counts = cls.of(_first(corpus.training_documents([path]), limit))
            cache.mkdir(parents=True, exist_ok=True)
            counts.save(stored)
        return cls.read(stored)

    @classmethod
    def read(cls, path: Path) -> Counts:
        """What `save` wrote."""
        with np.load(path) as stored:
            words = stored["words"].tobytes().decode().split("\n")
            keys, counts = (
                tuple(stored[f"{name}{order}"] for order in range(1, ORDER + 1))
                for name in ("keys", "counts")
            )
        return cls({word: i for i, word in enumerate(words, 1)}, keys, counts)

    def save(self, path: Path) -> None:
        """Write a whole file or nothing."""
        arrays = {"words": np.frombuffer("\n".join(self.ids).encode(), np.uint8)}
        for order, (keys, counts) in enumerate(zip(self.keys, self.counts), 1):
            arrays |= {f"keys{order}": keys, f"counts{order}": counts}
        temporary = path.with_suffix(".tmp")
        with open(temporary, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub wants a bool there
        os.replace(temporary, path)

    def count(self, words: Sequence[str]) -> int:
        """How often some words stand together; of more than three, their rarest triple counts."""
        ids = [self.ids.get(word, UNKNOWN) for word in words]
        order = min(len(ids), ORDER)
        grams = (ids[i : i + order] for i in range(len(ids) - order + 1))
        return min(looked_up(self.keys[order - 1], self.counts[order - 1], key(g)) for g in grams)

    def frequency(self, text: str) -> int:
        """The count of a wording as it is written in a list."""
        return self.count(form_of(text))


def key(ids: Sequence[int]) -> int:
    """The key of an n-gram.

    >>> key([1, 0, 3]) == 2**42 + 3
    True
    """
    packed = 0
    for i in ids:
        packed = packed << BITS | i
    return packed


def looked_up(keys: np.ndarray, values: np.ndarray, wanted: int) -> int:
    """The value beside a key, 0 if there is none."""
    place = int(keys.searchsorted(wanted))
    return int(values[place]) if place < len(keys) and keys[place] == wanted else 0


def _counted(words: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    last = len(words) - order + 1
    keys = np.zeros(last, np.int64)
    within = np.ones(last, bool)  # one document
    for n in range(order):
        part = words[n : n + last]
        keys = keys << BITS | part
        within &= part != UNKNOWN
    found, counts = np.unique(keys[within], return_counts=True)
    return found, counts.astype(np.int32)


def _first(texts: Iterable[str], words: int) -> Iterator[str]:
    """Texts from the beginning until they hold so many words."""
    for text in texts:
        if words <= 0:
            return
        words -= len(text.split())
        yield text
