"""A spinner's list read backwards: from what it writes to what may have stood there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.peers import PeerError, setting
from repair.page import WORD, Page
from repair.spans import Span
from repair.wording import recased
from training.marks import markable

Form = tuple[str, ...]  # the words of a wording, in lower case


@dataclass(frozen=True)
class Match:
    """A span of a page that the list can have written, and the wordings that may have stood there.

    `wordings` are in the list's order and in the case of the span.
    """

    start: int  # character offsets in the page, half-open
    end: int
    form: str
    wordings: tuple[str, ...]


class WordList:
    """The sources of each wording that a spinner can write.

    >>> words = WordList.of([["city", "metropolis"], ["a lot of", "numerous"], ["town", "city"]])
    >>> [(m.form, m.wordings) for m in words.matches(Page.of("Numerous cars. My metropolis!"))]
    [('Numerous', ('A lot of',)), ('metropolis', ('city',))]
    """

    def __init__(self, sources: Mapping[Form, Sequence[str]]) -> None:
        self._sources = sources
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of the wordings that begin so
        for form in sources:
            self._lengths[form[0]].add(len(form))

    @classmethod
    def of(cls, lines: Iterable[Sequence[str]], shuffle: bool = False) -> WordList:
        """Lines of a source and its synonyms; with `shuffle`, every member is a source."""
        sources: dict[Form, dict[str, None]] = defaultdict(dict)
        for line in lines:
            for source in line if shuffle else line[:1]:
                for member in line:
                    if form_of(member) != form_of(source):
                        sources[form_of(member)][source] = None
        return cls({form: tuple(found) for form, found in sources.items()})

    @classmethod
    def load(cls, settings: Mapping[str, str], tool: str) -> WordList:
        """The list that `settings` name. Raises PeerError if there is none in the file."""
        path = Path(setting(settings, "list", tool, "a file of 'source|synonym|…' lines"))
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = ([m.strip() for m in line.split("|") if form_of(m)] for line in text.splitlines())
        usable = [line for line in lines if len(line) > 1]
        if not usable:
            raise PeerError(f"{path}: no line of the form 'source|synonym'; is it a spinner list?")
        return cls.of(usable, settings.get("shuffle", "false") == "true")

    def matches(self, page: Page) -> list[Match]:
        """What the list can have written on a page, in order, none overlapping: longest first.

        Protected words are passed over, as repair does.
        """
        words = [page.word(i).lower() for i in range(len(page))]
        found = [
            Span(i, i + length)
            for i, word in enumerate(words)
            for length in self._lengths.get(word, ())
            if i + length <= len(words)
            and tuple(words[i : i + length]) in self._sources
            and markable(page, Span(i, i + length))
        ]
        found.sort(key=lambda span: (-span.length, span.start))
        taken = bytearray(len(page))
        kept = []
        for span in found:
            if not any(taken[span.start : span.end]):
                taken[span.start : span.end] = b"\1" * span.length
                kept.append(span)
        return [self._match(page, span) for span in sorted(kept)]

    def wordings(self, text: str) -> tuple[str, ...]:
        """What may have stood where `text` stands, in its case; nothing if it is not of the list.

        >>> WordList.of([["city", "metropolis"]]).wordings("Metropolis")
        ('City',)
        """
        sources = self._sources.get(form_of(text), ())
        return tuple(dict.fromkeys(recased(WORD.findall(text), source) for source in sources))

    def _match(self, page: Page, span: Span) -> Match:
        start, end = page.starts[span.start], page.ends[span.end - 1]
        return Match(start, end, page.text[start:end], self.wordings(page.text[start:end]))


def form_of(text: str) -> Form:
    """The words of a text as a list is searched for them.

    >>> form_of("Well-known")
    ('well', '-', 'known')
    """
    return tuple(WORD.findall(text.lower()))
