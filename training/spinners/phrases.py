"""Replaces phrases by what spinners are known to have written for them.

Its lists, gathered from spun texts, hold one substitution a line: the spun
wording, a tab, its original; further columns are not read. The originals are
split by `percentile`: below 70 `train`, below 80 `dev`, the rest `test`, so that
a suite can ask for originals that no training has seen.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from repair.page import PROTECTED
from repair.wording import recased
from training.pairs import Segment, Words, untouched, words
from training.spinners.base import FUNCTION_WORDS, Density, drawn, locked, percentile

Split = Literal["train", "dev", "test", "all"]


class PhraseSpinner:
    """Replaces each original on the page, the longest first, by one of its spun wordings.

    A wording is drawn once for the page. `density` is the share of the originals
    on the page that are replaced.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], density: Density = 1.0) -> None:
        """`pairs` are (spun, original)."""
        self._spun: dict[_Key, list[str]] = defaultdict(list)
        self._longest: dict[str, int] = defaultdict(int)  # by the first word, in words
        for spun, original in pairs:
            source = words(original)
            self._spun[_key(source)].append(spun)
            first = source[0][1].lower()
            self._longest[first] = max(self._longest[first], len(source))
        self._density = density

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        page = words(text)
        kept = locked(text, PROTECTED.values())
        density = drawn(self._density, rng)
        draws: dict[_Key, str | None] = {}
        out: list[Segment] = []
        i = 0
        while i < len(page):
            original = self._original(page, i, kept)
            key = _key(original)
            if original and key not in draws:
                draws[key] = rng.choice(self._spun[key]) if rng.random() < density else None
            if (wording := draws.get(key)) is not None:
                spun = words(recased([word for _, word in original], wording))
                out.append(Segment([(original[0][0], spun[0][1]), *spun[1:]], original))
            else:
                out.extend(map(untouched, original or page[i : i + 1]))
            i += len(original) or 1
        return out

    def forms(self) -> frozenset[str]:
        """The single words the spinner can write in place of others."""
        return frozenset(s for some in self._spun.values() for s in some if len(words(s)) == 1)

    def _original(self, page: Words, i: int, kept: Sequence[int]) -> Words:
        """The longest original that begins at word `i`; empty if there is none."""
        for length in range(self._longest.get(page[i][1].lower(), 0), 0, -1):
            found = page[i : i + length]
            if _key(found) in self._spun and not any(kept[i : i + length]):
                return found
        return []


def load(
    list: str, split: Split = "train", density: Density = 1.0, function_words: bool = True
) -> PhraseSpinner:
    """The spinner of one split of the file `list`.

    Without `function_words` it leaves out originals that consist of these alone:
    they stand everywhere, and where a list has few of them, they are slips.

    Raises ValueError if no line of the file can be used.
    """
    return PhraseSpinner(_read(list, split, function_words), density)


@cache
def _read(path: str, split: Split, function_words: bool) -> list[tuple[str, str]]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()[1:]  # the first names the columns
    rows = [[cell.strip() for cell in line.split("\t")[:2]] for line in lines]
    pairs = [(row[0], row[1]) for row in rows if len(row) == 2 and all(map(words, row))]
    if not pairs:
        raise ValueError(
            f"{path}: no line of the form 'spun<tab>original'; is it a list of phrases?"
        )
    return [
        (spun, original)
        for spun, original in pairs
        if split in ("all", split_of(original)) and (function_words or _content(original))
    ]


def _content(original: str) -> bool:
    return any(w.isalpha() and w.lower() not in FUNCTION_WORDS for _, w in words(original))


def split_of(original: str) -> Split:
    """The split in which an original lies, whatever its number or article."""
    place = percentile(original)
    return "train" if place < 70 else "dev" if place < 80 else "test"


_Key = tuple[tuple[str, str], ...]


def _key(source: Words) -> _Key:
    """The words in lower case; a space stands for any but the end of a line."""
    gaps = ["", *("\n" if "\n" in gap else gap and " " for gap, _ in source[1:])]
    return tuple((gap, word.lower()) for gap, (_, word) in zip(gaps, source))
