"""Examples on disk: plain numpy archives, so that a training machine needs torch alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

Sequences = tuple[list[int], list[int]]  # source ids, target ids or labels


def write(examples: Iterable[Sequences], directory: str | Path, size: int = 2000) -> int:
    """Write `examples` as numbered shards of `size`; returns how many examples there were.

    Each shard appears whole or not at all, so a training may already read a
    directory that is still being filled.
    """
    directory = Path(directory)
    examples = iter(examples)
    total = number = 0
    while batch := list(islice(examples, size)):
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{number:05d}.npz"
        temporary = path.with_suffix(".tmp")
        with open(temporary, "wb") as file:
            np.savez_compressed(
                file,
                source=_flat([source for source, _ in batch]),
                target=_flat([target for _, target in batch]),
                source_lengths=np.array([len(source) for source, _ in batch], np.int32),
                target_lengths=np.array([len(target) for _, target in batch], np.int32),
            )
        os.replace(temporary, path)
        total += len(batch)
        number += 1
    return total


def read(path: str | Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The examples of one shard: pairs of int32 arrays."""
    with np.load(path) as shard:
        sources = np.split(shard["source"], np.cumsum(shard["source_lengths"])[:-1])
        targets = np.split(shard["target"], np.cumsum(shard["target_lengths"])[:-1])
    yield from zip(sources, targets, strict=True)


def _flat(sequences: list[list[int]]) -> np.ndarray:
    return np.array([i for sequence in sequences for i in sequence], np.int32)
