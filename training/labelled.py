"""A spun page and its gold: which words the spinner wrote, and over what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from repair.page import Page
from repair.spans import Span
from training.pairs import Segment, spun_text, trimmed


@dataclass(frozen=True)
class LabelledPage:
    """A spun page, its gold beside it."""

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
