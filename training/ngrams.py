"""Counting the words, pairs and triples of clean text into the language model `repair.ngrams`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from repair.ngrams import EDGE, ORDER, Ngrams, Table, hashes, word_id
from repair.page import WORD
from training import corpus

CHUNK = 16_000_000  # words counted at a time: half a gigabyte to sort their n-grams in


def train(config: dict[str, Any], run: str | Path) -> None:
    """Write `ngrams.npz` into the directory `run`, of the n-grams seen `least` times or more."""
    run = Path(run)
    run.mkdir(parents=True, exist_ok=True)
    texts = corpus.training_documents(entry["path"] for entry in config["corpora"])
    shown = tqdm(texts, "counting n-grams", unit=" documents", mininterval=1)
    model = count(shown, config["least"])
    model.save(run / "ngrams.npz")
    sizes = ", ".join(f"{len(table.hashes):,}" for table in model.tables)
    print(f"{model.words:,} words; n-grams kept, by order: {sizes}")


def count(texts: Iterable[str], least: int) -> Ngrams:
    """The model of some texts, of the n-grams that they hold `least` times or more."""
    totals = [(np.zeros(0, np.uint32), np.zeros(0, np.int64)) for _ in range(ORDER)]
    words = 0
    for ids in _chunks(texts):
        words += int((ids != EDGE).sum())
        for order in range(1, ORDER + 1):
            grams = np.lib.stride_tricks.sliding_window_view(ids, order)
            counted = np.unique(hashes(grams), return_counts=True)
            totals[order - 1] = _summed(totals[order - 1], counted)
    kept = (counts >= least for _, counts in totals)
    tables = (Table.of(keys[k], counts[k]) for (keys, counts), k in zip(totals, kept))
    return Ngrams(tuple(tables), words)


def _chunks(texts: Iterable[str]) -> Iterator[np.ndarray]:
    """The ids of all words, paragraphs between edges; n-grams across two chunks are not seen."""
    stream = _stream(texts)
    while len(chunk := np.fromiter(islice(stream, CHUNK), np.uint32)) >= ORDER:
        yield chunk


def _stream(texts: Iterable[str]) -> Iterator[int]:
    known = cache(word_id)
    edges = [EDGE] * (ORDER - 1)
    for text in texts:
        for paragraph in text.split("\n"):
            if found := WORD.findall(paragraph):
                yield from edges
                yield from map(known, found)
    yield from edges


def _summed(
    one: tuple[np.ndarray, np.ndarray], two: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of counts in one; keys sorted and distinct."""
    keys, places = np.unique(np.concatenate([one[0], two[0]]), return_inverse=True)
    return keys, np.bincount(places, np.concatenate([one[1], two[1]])).astype(np.int64)
