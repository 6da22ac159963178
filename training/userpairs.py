"""A user's own pairs: files whose rows hold a spun text and the clean one it was made from."""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeGuard

from training.pairs import Segment, align, untouched, words

_OPENERS: dict[str, Callable[..., Any]] = {".xz": lzma.open, ".gz": gzip.open}
_LONGEST_FIELD = 1 << 24  # characters in a CSV field; Python's own limit is one long article


def pages(path: str | Path) -> Iterator[list[Segment]]:
    """Two pages a row: the spun text over its original, and the clean text with nothing changed.

    Without the second a detector that learns from pairs alone would never see
    natural English.
    """
    for spun, clean in rows(path):
        yield align(spun, clean)
        yield [untouched(word) for word in words(clean)]


def rows(path: str | Path) -> Iterator[tuple[str, str]]:
    """The `spun` and `clean` texts of a JSONL or CSV file (.xz and .gz too), row by row.

    Rows that are broken, or lack one of the texts, are passed over and counted on stderr.
    """
    read = broken = 0
    with _OPENERS.get(Path(path).suffix, open)(path, "rt", encoding="utf-8-sig") as file:
        for row in _csv(file) if ".csv" in Path(path).suffixes else _jsonl(file):
            spun, clean = (row.get(name) if row else None for name in ("spun", "clean"))
            if _is_text(spun) and _is_text(clean):
                read += 1
                yield spun, clean
            else:
                broken += 1
    if broken:
        print(
            f"{path}: {broken} of {read + broken} rows passed over; each row needs"
            " a `spun` and a `clean` text",
            file=sys.stderr,
        )


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _jsonl(file: TextIO) -> Iterator[dict[str, Any] | None]:
    for line in file:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        yield row if isinstance(row, dict) else None


def _csv(file: TextIO) -> Iterator[dict[str, Any] | None]:
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield from csv.DictReader(file)
    finally:
        csv.field_size_limit(before)
