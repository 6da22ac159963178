"""A text as the models see it: words with their places, and what must not be touched.

Everything downstream speaks of *word indices*; only this module knows how they
map to characters. The text itself is never normalised, so any selection of
edits leaves every other character as it was.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# A run of letters and digits, or one other visible character. BERT's own
# pre-tokeniser cuts in the same places, so a word never straddles two.
WORD = re.compile(r"\w+|[^\w\s]")

APOSTROPHES = "'\u2019"
_JOINERS = frozenset(APOSTROPHES + "-")
_ENDS_SENTENCE = frozenset(".!?\u2026")
_CLOSES_QUOTE = frozenset("\"')]\u201d\u2019")

# Each quantifier is bounded or cannot restart, so that no input is quadratic.
PROTECTED: dict[str, re.Pattern[str]] = {
    "code": re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`|\{\{?[^{}\n]*\}\}?", re.S),
    "markup": re.compile(r"<[^<>]*>|&#?\w{1,31};|\[/?\w+(?:[ =][^\[\]\n]*)?\](?!\()"),
    "urls": re.compile(
        r"(?:https?|ftp)://\S+|\bwww\.\S+|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63})+(?:/\S*)?"
        r"|(?<!\w)(?:/[\w.-]{1,255}){2,}|\b[A-Za-z]:\\\S+"
    ),
    "emails": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    "names": re.compile(r"[@#]\w+"),
    "digits": re.compile(r"[\d_]"),  # locks the whole word around it
}

_BEYOND_LATIN = "\u0250"  # letters from here on belong to no English word

# Accents of their own, soft hyphens and invisible joiners cut a word into pieces that are none.
_CUT = re.compile(r"\w?[\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]+\w?")


@dataclass(frozen=True)
class Page:
    """A text and the places of its words.

    >>> page = Page.of("Visit the metropolis (see example.org).")
    >>> [page.word(i) for i in range(4)]
    ['Visit', 'the', 'metropolis', '(']
    >>> page.editable(2), page.editable(5)
    (True, False)
    """

    text: str
    starts: array[int]
    ends: array[int]
    locked: bytearray = field(repr=False)

    @classmethod
    def of(cls, text: str, protect: tuple[str, ...] = tuple(PROTECTED)) -> Page:
        """Cut `text` into words and lock what `protect` names (keys of `PROTECTED`)."""
        starts, ends = array("q"), array("q")
        for match in WORD.finditer(text):
            starts.append(match.start())
            ends.append(match.end())
        page = cls(text, starts, ends, bytearray(len(starts)))
        page._lock_non_letters()
        page._lock(_CUT)
        for kind in protect:
            page._lock(PROTECTED[kind])
        return page

    def __len__(self) -> int:
        return len(self.starts)

    def word(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]]

    def gap(self, index: int) -> str:
        """What stands between word `index` and the one after it."""
        return self.text[self.ends[index] : self.starts[index + 1]]

    def editable(self, index: int) -> bool:
        return not self.locked[index]

    def joined(self, index: int) -> bool:
        """Whether words `index` and `index + 1` may stand in one edit."""
        gap = self.gap(index)
        return not gap or (gap.isspace() and "\n" not in gap and "\r" not in gap)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Half-open ranges of word indices, in order and without holes."""
        begin = 0
        for i in range(len(self) - 1):
            gap = self.gap(i)
            if not gap:
                continue
            last = self.word(i)
            closed = last in _CLOSES_QUOTE and i > begin and self.word(i - 1) in _ENDS_SENTENCE
            if "\n" in gap or last in _ENDS_SENTENCE or closed:
                yield begin, i + 1
                begin = i + 1
        if begin < len(self):
            yield begin, len(self)

    def windows(self, cost: Callable[[str], int], budget: int) -> Iterator[tuple[int, int]]:
        """Pack whole sentences into ranges that cost at most `budget` tokens.

        A sentence dearer than the budget is cut between words. The ranges
        depend on the text alone, so a page is read alike in every batch.
        """
        begin, spent = 0, 0
        for left, right in self.sentences():
            costs = [cost(self.word(i)) for i in range(left, right)]
            total = sum(costs)
            if spent + total > budget and begin < left:
                yield begin, left
                begin, spent = left, 0
            if total <= budget:
                spent += total
                continue
            for i, price in zip(range(left, right), costs):
                if spent + price > budget and begin < i:
                    yield begin, i
                    begin, spent = i, 0
                spent += price
        if begin < len(self):
            yield begin, len(self)

    def _lock_non_letters(self) -> None:
        for i in range(len(self)):
            word = self.word(i)
            if word.isalpha() and max(word) < _BEYOND_LATIN:
                continue
            inside = (
                word in _JOINERS
                and 0 < i < len(self) - 1
                and self.starts[i] == self.ends[i - 1]
                and self.ends[i] == self.starts[i + 1]
                and self.word(i - 1).isalpha()
                and self.word(i + 1).isalpha()
            )
            self.locked[i] = not inside

    def _lock(self, pattern: re.Pattern[str]) -> None:
        i = 0
        for match in pattern.finditer(self.text):
            begin, end = match.span()
            while i < len(self) and self.ends[i] <= begin:
                i += 1
            j = i
            while j < len(self) and self.starts[j] < end:
                self.locked[j] = True
                j += 1
