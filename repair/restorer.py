"""What stood there? A seq2seq model that writes only the replacements of marked spans.

source   … the <0> pinnacle </> of Russia's <1> governing </> <2> get together </> , …
target   <0> head <1> ruling <2> party
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2

from repair.page import Page
from repair.spans import Span
from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording, in lower case, that may belong in a span, and its log-probability."""

    text: str
    score: float


def encode(
    vocabulary: Vocabulary, page: Page, window: tuple[int, int], spans: Sequence[Span]
) -> list[int]:
    """A window's ids with each span between its mark and the closing token."""
    opens = {span.start: vocabulary.id(mark(n)) for n, span in enumerate(spans)}
    closes = {span.end for span in spans}
    close = vocabulary.id(CLOSE)
    ids: list[int] = []
    for i in range(*window):
        if i in closes:
            ids.append(close)
        if i in opens:
            ids.append(opens[i])
        ids.extend(vocabulary.pieces(page.word(i)))
    if window[1] in closes:
        ids.append(close)
    return vocabulary.framed(ids)
