"""Which words are spun? A token classifier over windows of the page."""

from __future__ import annotations

from repair.page import Page
from repair.vocabulary import Vocabulary

WINDOW = 128  # tokens, the frame included: about 95 words
OUTSIDE, BEGIN, INSIDE = 0, 1, 2  # the classes of a word


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
