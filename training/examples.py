"""Aligned pages into the examples that the models learn from.

The runtime's own encoders make the sources (`repair.detector.encode`,
`repair.restorer.encode`), so training and use cannot drift apart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from repair.detector import BEGIN, INSIDE, OUTSIDE, WINDOW
from repair.detector import encode as encode_for_detector
from repair.page import Page
from repair.restorer import encode as encode_for_restorer
from repair.vocabulary import MARKS, Vocabulary, mark
from training.labelled import LabelledPage
from training.marks import Mark

IGNORED = -100  # torch's own "no label here"

Sequences = tuple[list[int], list[int]]  # source ids, target ids or labels


def detector_examples(labelled: LabelledPage, vocabulary: Vocabulary) -> Iterator[Sequences]:
    """Windows with a label on each editable word's first piece: outside, begin or inside."""
    page = labelled.page
    labels = [OUTSIDE] * len(page)
    for span in labelled.gold:
        labels[span.start : span.end] = [BEGIN] + [INSIDE] * (span.length - 1)
    for window in page.windows(vocabulary.cost, WINDOW - vocabulary.frame):
        ids, firsts = encode_for_detector(vocabulary, page, window)
        target = [IGNORED] * len(ids)
        for word, place in zip(range(*window), firsts, strict=True):
            if page.editable(word):
                target[place] = labels[word]
        yield ids, target


@dataclass
class RestorerExamples:
    """Windows with marked spans; targets are the wordings that belong there."""

    vocabulary: Vocabulary
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(
        self,
        page: Page,
        marks: Sequence[Mark],
        windows: Iterable[tuple[int, int]],
        rng: random.Random,
    ) -> Iterator[Sequences]:
        for window in windows:
            within = (m for m in marks if window[0] <= m[0].start and m[0].end <= window[1])
            marked = list(islice(within, MARKS))
            if not marked or not self._wanted(page, marked, rng):
                continue
            source = encode_for_restorer(self.vocabulary, page, window, [s for s, _ in marked])
            target: list[int] = []
            for number, (_, words) in enumerate(marked):
                target.append(self.vocabulary.id(mark(number)))
                for word in words:
                    target.extend(self.vocabulary.pieces(word))
            yield source, target + list(self.vocabulary.end)

    def _wanted(self, page: Page, marked: Sequence[Mark], rng: random.Random) -> bool:
        """Prefer windows with substitutions that were seen rarely so far.

        A fifth of the windows whose substitutions are all common pass, so the
        frequent ones keep most of their weight while the rare ones are all seen.
        """
        pairs = [
            (" ".join(page.word(i).lower() for i in range(*span)), " ".join(words))
            for span, words in marked
        ]
        rarest = min(self.seen[pair] for pair in pairs)
        if rng.random() > max(0.2, 1 / (1 + rarest / 20)):
            return False
        self.seen.update(pairs)
        return True
