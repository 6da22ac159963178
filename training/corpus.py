"""Clean documents: reading them, and keeping the held-out ones apart.

The rule, in two parts. A document is held out by the hash of its text: 2 % are
`test`, 2 % are `dev`, the rest may be trained on. And because wire copy runs
in many papers, a document of the rest is dropped if a fifth of its shingles
(every eighth run of ten words) stand in any held-out document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

SPLITS = ("train", "dev", "test")
_WORD = re.compile(r"\w+")
_SHINGLE, _SHARED = 10, 0.2


def read(path: str, text: str = "text", split: str = "train") -> Iterator[str]:
    """The texts of a corpus, in order: a local JSONL, CSV, Parquet or text file, or a hub name."""
    from datasets import load_dataset

    suffixes = "".join(Path(path).suffixes)
    kinds = {".json": "json", ".csv": "csv", ".parquet": "parquet", ".txt": "text"}
    kind = next((k for s, k in kinds.items() if s in suffixes), None)
    if kind is None:
        rows = load_dataset(path, split=split, streaming=True)
    elif Path(path).exists():
        rows = load_dataset(kind, data_files=path, split="train", streaming=True)
    else:
        raise FileNotFoundError(f"{path}: no such corpus; paths in a config are relative to where you run it")
    for row in rows:
        if row[text]:
            yield row[text]


def split_of(text: str) -> str:
    """`test`, `dev` or `train`, from the text's letters alone."""
    digest = hashlib.sha256("".join(_WORD.findall(text.lower())).encode()).digest()
    place = int.from_bytes(digest[:4], "big") % 100
    return "test" if place < 2 else "dev" if place < 4 else "train"


def training_documents(paths: Iterable[str]) -> Iterator[str]:
    """The documents that may be trained on: not held out, nor nearly the same as one that is.

    Reads each corpus twice.
    """
    paths = list(paths)
    held_out = {
        shingle
        for path in paths
        for text in read(path)
        if split_of(text) != "train"
        for shingle in _shingles(text, every=1)
    }
    for path in paths:
        for text in read(path):
            if split_of(text) == "train":
                own = list(_shingles(text, every=8))
                if sum(s in held_out for s in own) <= _SHARED * len(own):
                    yield text


def held_out(path: str, split: str) -> Iterator[str]:
    """The `dev` or `test` documents of a corpus."""
    return (text for text in read(path) if split_of(text) == split)


def _shingles(text: str, every: int) -> Iterator[int]:
    words = _WORD.findall(text.lower())
    for i in range(0, max(1, len(words) - _SHINGLE + 1), every):
        yield crc32(" ".join(words[i : i + _SHINGLE]).encode())
