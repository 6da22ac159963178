"""Aligned pages into the examples that the models learn from.

The runtime's own encoders make the sources (`repair.detector.encode`,
`repair.restorer.encode`), so training and use cannot drift apart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from repair.detector import BEGIN, INSIDE, OUTSIDE, WINDOW
from repair.detector import encode as encode_for_detector
from repair.page import Page
from repair.restorer import encode as encode_for_restorer
from repair.spans import Span
from repair.vocabulary import MARKS, Vocabulary, mark
from training.pairs import Segment, spun_text, trimmed

IGNORED = -100  # torch's own "no label here"

Sequences = tuple[list[int], list[int]]  # source ids, target ids or labels


@dataclass(frozen=True)
class LabelledPage:
    """A spun page and its gold: which word ranges were written by the spinner, over what."""

    page: Page
    gold: dict[Span, tuple[str, ...]]  # range of word indices -> the original words, lower case

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> LabelledPage | None:
        """None where the replacements ran together with their surroundings (rare)."""
        kept = list(trimmed(segments))
        page = Page.of(spun_text(kept))
        if len(page) != sum(len(segment.spun) for segment in kept):
            return None
        gold = {}
        i = 0
        for segment in kept:
            end = i + len(segment.spun)
            if segment.changed:
                gold[Span(i, end)] = tuple(word.lower() for _, word in segment.original)
            i = end
        return cls(page, gold)

    def written(self) -> set[str]:
        """The single words, in lower case, that the spinner wrote on this page."""
        return {self.page.word(span.start).lower() for span in self.gold if span.length == 1}


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


@dataclass(frozen=True)
class Noise:
    """How the marks in training differ from the gold, as a detector's would."""

    missed: float = 0.05  # gold edits left unmarked
    merged: float = 0.10  # neighbouring gold edits under one mark
    widened: float = 0.04  # a gold edit marked together with an innocent neighbour
    cut: float = 0.02  # only a part of a longer gold edit marked; target: the same words
    suspects: float = 0.05  # innocent words that a spinner could have written
    innocents: float = 0.004  # any other innocent word


@dataclass
class RestorerExamples:
    """Windows with marked spans; targets are the wordings that belong there.

    `suspects` are the words spinners write: marked though innocent, they teach
    the model to keep an author's own *metropolis*.
    """

    vocabulary: Vocabulary
    suspects: Set[str]
    noise: Noise = Noise()
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(
        self, labelled: LabelledPage, windows: Iterable[tuple[int, int]], rng: random.Random
    ) -> Iterator[Sequences]:
        page = labelled.page
        for window in windows:
            gold = {s: o for s, o in labelled.gold.items() if window[0] <= s.start < window[1]}
            marked = self._marks(page, window, gold, rng)[:MARKS]
            if not marked or not self._wanted(page, marked, rng):
                continue
            source = encode_for_restorer(self.vocabulary, page, window, [s for s, _ in marked])
            target: list[int] = []
            for number, (_, words) in enumerate(marked):
                target.append(self.vocabulary.id(mark(number)))
                for word in words:
                    target.extend(self.vocabulary.pieces(word))
            yield source, target + list(self.vocabulary.end)

    def _wanted(
        self, page: Page, marked: list[tuple[Span, tuple[str, ...]]], rng: random.Random
    ) -> bool:
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

    def _marks(
        self,
        page: Page,
        window: tuple[int, int],
        gold: dict[Span, tuple[str, ...]],
        rng: random.Random,
    ) -> list[tuple[Span, tuple[str, ...]]]:
        noise = self.noise
        starts = {span.start: span for span in gold}
        out: list[tuple[Span, tuple[str, ...]]] = []
        i = window[0]
        while i < window[1]:
            span = starts.get(i)
            if span is None:
                word = page.word(i).lower()
                odds = noise.suspects if word in self.suspects else noise.innocents
                if word.isalpha() and page.editable(i) and rng.random() < odds:
                    out.append((Span(i, i + 1), (word,)))
                i += 1
                continue
            i = span.end
            words = gold[span]
            if not markable(page, span) or rng.random() < noise.missed:
                continue
            if span.length > 1 and rng.random() < noise.cut:
                part = Span(span.start, span.end - 1)
                out.append((part, tuple(page.word(j).lower() for j in range(*part))))
                continue
            if rng.random() < noise.widened:
                j = span.start - 1
                free = j >= window[0] and not (out and out[-1][0].end > j)
                if free and markable(page, Span(j, span.end)) and not _ends_edit(gold, j + 1):
                    span, words = Span(j, span.end), (page.word(j).lower(), *words)
            if out and out[-1][0].end == span.start and rng.random() < noise.merged:
                before, earlier = out[-1]
                if markable(page, Span(before.start, span.end)):
                    out[-1] = Span(before.start, span.end), (*earlier, *words)
                    continue
            out.append((span, words))
        return out


def markable(page: Page, span: Span) -> bool:
    """Whether the detector could mark this span at all."""
    return all(page.editable(i) for i in range(*span)) and all(
        page.joined(i) for i in range(span.start, span.end - 1)
    )


def _ends_edit(gold: dict[Span, tuple[str, ...]], place: int) -> bool:
    return any(span.end == place for span in gold)
