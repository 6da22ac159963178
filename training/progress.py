"""Progress on a terminal's stderr, one line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """Pass on the first `total` items, telling how far it is."""
    began = told = time.monotonic()
    pause = 1.0 if sys.stderr.isatty() else 30.0
    end = "\r" if sys.stderr.isatty() else "\n"
    done = 0
    for done, item in enumerate(islice(items, total), 1):
        yield item
        now = time.monotonic()
        if now - told > pause:
            told = now
            rate = done / (now - began)
            left = (total - done) / rate
            print(f"{label}: {done:,}/{total:,}, {rate:,.0f}/s, {left / 60:.1f} min left",
                  end=end, file=sys.stderr, flush=True)
    print(f"{label}: {done:,} in {(time.monotonic() - began) / 60:.1f} min", file=sys.stderr)
