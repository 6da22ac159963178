"""Which spans the restorer is shown, and what it should write there.

In use a detector marks the spans, and it errs. In training they come from the
gold, with errors made up (`NoisyMarks`: needs no model), or from a detector
that was trained before (`DetectedMarks`: the very errors that will be met).
"""

from __future__ import annotations

import random
from collections.abc import Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from repair.detector import Detector, encode, spans
from repair.page import Page
from repair.spans import Span
from training.labelled import LabelledPage

Mark = tuple[Span, tuple[str, ...]]  # a marked range of words, and the words that belong there


@dataclass(frozen=True)
class Noise:
    """How made-up marks differ from the gold."""

    missed: float = 0.05  # gold edits left unmarked
    merged: float = 0.10  # neighbouring gold edits under one mark
    widened: float = 0.04  # a gold edit marked together with an innocent neighbour
    cut: float = 0.02  # only a part of a longer gold edit marked; target: the same words
    suspects: float = 0.05  # innocent words that a spinner could have written
    innocents: float = 0.004  # any other innocent word


@dataclass(frozen=True)
class NoisyMarks:
    """The gold with made-up errors.

    `suspects` are the words spinners write: marked though innocent, they teach
    the restorer to keep an author's own *metropolis*.
    """

    suspects: Set[str]
    noise: Noise = Noise()

    def __call__(self, labelled: LabelledPage, rng: random.Random) -> list[Mark]:
        page, gold, noise = labelled.page, labelled.gold, self.noise
        starts = {span.start: span for span in gold}
        out: list[Mark] = []
        i = 0
        while i < len(page):
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
                out.append((part, _words(page, part)))
                continue
            if rng.random() < noise.widened:
                j = span.start - 1
                free = j >= 0 and not (out and out[-1][0].end > j)
                if free and markable(page, Span(j, span.end)) and not _ends_edit(gold, j + 1):
                    span, words = Span(j, span.end), (page.word(j).lower(), *words)
            if out and out[-1][0].end == span.start and rng.random() < noise.merged:
                before, earlier = out[-1]
                if markable(page, Span(before.start, span.end)):
                    out[-1] = Span(before.start, span.end), (*earlier, *words)
                    continue
            out.append((span, words))
        return out


@dataclass(frozen=True)
class DetectedMarks:
    """What a detector marks, on a `share` of the pages; `otherwise` on the rest."""

    detector: Detector
    share: float
    otherwise: NoisyMarks

    @classmethod
    def load(cls, directory: str | Path, share: float, otherwise: NoisyMarks) -> DetectedMarks:
        return cls(Detector(directory, threads=1), share, otherwise)

    def __call__(self, labelled: LabelledPage, rng: random.Random) -> list[Mark]:
        if rng.random() >= self.share:
            return self.otherwise(labelled, rng)
        return [(span, wanted(labelled, span)) for span in self._spans(labelled.page)]

    def _spans(self, page: Page) -> list[Span]:
        detector = self.detector
        windows = detector.windows(page)
        encoded = [encode(detector.vocabulary, page, window) for window in windows]
        found: list[Span] = []
        # Of one length, as the detector wants them: all but a page's last mostly are.
        for _, same in groupby(range(len(windows)), key=lambda n: len(encoded[n][0])):
            numbers = list(same)
            classes = detector.probabilities([encoded[n][0] for n in numbers])
            for n, window_classes in zip(numbers, classes):
                marked = spans(page, windows[n][0], window_classes[encoded[n][1]])
                found += [span for span, _ in marked]
        return found


def wanted(labelled: LabelledPage, span: Span) -> tuple[str, ...]:
    """The words that belong in a span: those of the gold edits that lie whole within it.

    Of an edit that the span cuts, and of innocent words, the same words.
    """
    inside = {s.start: s for s in labelled.gold if span.start <= s.start and s.end <= span.end}
    words: list[str] = []
    i = span.start
    while i < span.end:
        edit = inside.get(i)
        words += labelled.gold[edit] if edit else _words(labelled.page, Span(i, i + 1))
        i = edit.end if edit else i + 1
    return tuple(words)


def markable(page: Page, span: Span) -> bool:
    """Whether the detector could mark this span at all."""
    return all(page.editable(i) for i in range(*span)) and all(
        page.joined(i) for i in range(span.start, span.end - 1)
    )


def _words(page: Page, span: Span) -> tuple[str, ...]:
    return tuple(page.word(i).lower() for i in range(*span))


def _ends_edit(gold: dict[Span, tuple[str, ...]], place: int) -> bool:
    return any(span.end == place for span in gold)
