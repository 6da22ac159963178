"""Which words are spun? A token classifier over windows of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import numpy as np

from repair.page import Page
from repair.spans import Span
from repair.vocabulary import Vocabulary

WINDOW = 128  # tokens, the frame included: about 95 words
OUTSIDE, BEGIN, INSIDE = 0, 1, 2  # the classes of a word

# A span grows from a word that is more likely spun than `SEED` over neighbours
# above `GROW`. Low on purpose: the restorer can still keep what it is given,
# and what is not marked here is lost.
SEED, GROW = 0.35, 0.15


def encode(
    vocabulary: Vocabulary, page: Page, window: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """A window's ids, framed and padded, and the place of each word's first piece."""
    ids: list[int] = []
    firsts: list[int] = []
    for i in range(*window):
        firsts.append(len(vocabulary.start) + len(ids))
        ids.extend(vocabulary.pieces(page.word(i)))
    return vocabulary.framed(ids), firsts


class Detector:
    """The int8 model of a directory; `threads` batches can run at once."""

    def __init__(self, directory: str | Path, threads: int) -> None:
        directory = Path(directory)
        self.vocabulary = Vocabulary.load(directory)
        self._encoder = ctranslate2.Encoder(
            str(directory / "encoder"), compute_type="int8", inter_threads=threads, intra_threads=1
        )
        with np.load(directory / "head.npz") as head:
            self._weight = head["weight"].T.copy()
            self._bias = head["bias"]

    def windows(self, page: Page) -> list[tuple[int, int]]:
        return list(page.windows(self.vocabulary.cost, WINDOW - self.vocabulary.frame))

    def probabilities(self, ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Class probabilities, float32 of shape (windows, length, 3), of equally long windows."""
        inputs = np.array(ids, np.int32)
        lengths = np.full(len(inputs), inputs.shape[1], np.int32)
        view = ctranslate2.StorageView.from_array
        output = self._encoder.forward_batch(view(inputs), view(lengths))
        logits = np.array(output.last_hidden_state) @ self._weight + self._bias
        logits = np.exp(logits - logits.max(-1, keepdims=True))
        return np.asarray(logits / logits.sum(-1, keepdims=True))


def spans(page: Page, first: int, classes: np.ndarray) -> list[tuple[Span, float]]:
    """The spans of a window whose first word is `first`, and how likely each is spun.

    `classes` are the class probabilities of the window's words, shape (words, 3).
    A span is as likely spun as its likeliest word.
    """
    spun = 1 - classes[:, OUTSIDE]
    out: list[tuple[Span, float]] = []
    open_span: tuple[int, int] | None = None

    def close() -> None:
        if open_span is None:
            return
        best = float(spun[open_span[0] - first : open_span[1] - first].max())
        span = _whole(page, Span(*open_span), first, first + len(classes))
        if best > SEED and span is not None and not (out and out[-1][0].end > span.start):
            out.append((span, best))

    for k, probability in enumerate(spun):
        i = first + k
        if probability <= GROW or not page.editable(i):
            close()
            open_span = None
        elif (
            open_span is not None and classes[k, INSIDE] >= classes[k, BEGIN] and page.joined(i - 1)
        ):
            open_span = open_span[0], i + 1
        else:
            close()
            open_span = i, i + 1
    close()
    return out


def _whole(page: Page, span: Span, least: int, most: int) -> Span | None:
    """Take in the rest of a word that the span begins or ends within: *who've*, *well-known*."""
    start, end = span
    while not page.word(start).isalpha():
        start -= 1
        if start < least or not page.editable(start):
            return None
    while not page.word(end - 1).isalpha():
        end += 1
        if end > most or not page.editable(end - 1):
            return None
    return Span(start, end)
