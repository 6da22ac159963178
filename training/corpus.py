"""Clean documents: reading them, and keeping the held-out ones apart.

The rule, in two parts. A document is held out by the hash of its text: 2 % are
`test`, 2 % are `dev`, the rest may be trained on. And because wire copy runs
in many papers, a document of the rest is dropped if a fifth of its shingles
(every eighth run of ten words) stand in any held-out document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from zlib import crc32

SPLITS = ("train", "dev", "test")
_WORD = re.compile(r"\w+")
_SHINGLE, _SHARED = 10, 0.2
# Endings that name a format, whatever compression follows them (`.jsonl.xz`).
_FORMATS = {
    ".jsonl": "json",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".txt": "text",
}


def read(path: str, text: str = "text", split: str = "train") -> Iterator[str]:
    """The texts of a corpus, in order: a local JSONL, CSV, Parquet or text file, or a hub name.

    `text` names the column; rows where it is empty are passed over. The lines
    of a text file are one document each. `split` counts for hub names, and for
    directories, which are read as the hub's sets are.

    Raises FileNotFoundError if there is no such file, ValueError if the column is missing.
    """
    from datasets import load_dataset  # type: ignore[import-untyped]

    suffixes = Path(path).suffixes
    kind = next((_FORMATS[s] for s in reversed(suffixes) if s in _FORMATS), None)
    local = Path(path)
    on_hub = not (kind or local.is_file() or path[:1] in "./~" or path.count("/") > 1)
    if kind is not None and local.is_file():
        rows = load_dataset(kind, data_files=str(path), split="train", streaming=True)
    elif local.is_dir() or on_hub:
        rows = load_dataset(path, split=split, streaming=True)
    else:
        raise FileNotFoundError(
            f"{path}: no such corpus; a corpus is a {', '.join(_FORMATS)} file (compressed or not),"
            " its path relative to where you run the command, or the name of a set on the hub"
        )
    for row in rows:
        if text not in row:
            raise ValueError(
                f"{path}: no column {text!r}, but {', '.join(map(repr, row))};"
                " name the one that holds the texts (`text:` beside the corpus's `path:`)"
            )
        if row[text]:
            yield str(row[text])


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
    guard = held_out_shingles(text for path in paths for text in read(path))
    for path in paths:
        yield from trainable(read(path), guard)


def held_out_shingles(texts: Iterable[str]) -> set[int]:
    """What `trainable` must know of all corpora: the shingles of their held-out documents."""
    held_out = (text for text in texts if split_of(text) != "train")
    return {shingle for text in held_out for shingle in _shingles(text, every=1)}


def trainable(texts: Iterable[str], guard: Collection[int]) -> Iterator[str]:
    """The texts that are not held out and share too few shingles with those that are."""
    for text in texts:
        if split_of(text) == "train":
            own = list(_shingles(text, every=8))
            if sum(shingle in guard for shingle in own) <= _SHARED * len(own):
                yield text


def held_out(path: str, split: str, text: str = "text") -> Iterator[str]:
    """The `dev` or `test` documents of a corpus; `text` names the column, as in `read`."""
    return (document for document in read(path, text) if split_of(document) == split)


def _shingles(text: str, every: int) -> Iterator[int]:
    words = _WORD.findall(text.lower())
    for i in range(0, max(1, len(words) - _SHINGLE + 1), every):
        yield crc32(" ".join(words[i : i + _SHINGLE]).encode())
