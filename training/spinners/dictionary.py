"""Spinners that work from a word list: WP Auto Spinner and its kin.

Their lists are lines of `source|synonym|...`. Lines are tried in file order;
where a line's source stands as whole words, in lower case or with its first
letter in upper case, every occurrence is replaced by another member of the
line. So the first line that matches wins, and nothing covered stays as it was.
"""

from __future__ import annotations

import heapq
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from training.pairs import Segment, Words, untouched, words
from training.spinners.base import (
    CAPITALISED,
    HYPHENATED,
    MASKED,
    QUOTED,
    Density,
    Spinner,
    cased,
    drawn,
    locked,
    percentile,
)

Entries = Literal["all", "train", "held_out"]
HELD_OUT = 10  # per cent of a list's lines, by the hash of what they replace


@dataclass(frozen=True)
class Manner:
    """How one version of a plugin uses its list."""

    per_occurrence: bool = False  # 2015: a draw for each occurrence; 2021: one for the page
    shuffle: bool = False  # every member of a line is a source, not only the first
    cascade: bool = False  # Newsomatic: later lines may replace what earlier ones wrote
    skip_hyphenated: bool = True  # since about 2019
    skip_quoted: bool = False
    skip_capitalised: bool = False
    density: Density = 1.0  # share of the lines in use; 1: the whole list, as the plugins do


AS_IN_2021 = Manner()


class DictionarySpinner:
    """Spins pages with one list; see `Manner` for the ways to do it."""

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        self._lines = [[words(member) for member in line] for line in lines]
        self._firsts = _Sources(self._lines, shuffle=False)
        self._all = _Sources(self._lines, shuffle=True)

    @classmethod
    def load(cls, path: str | Path, entries: Entries = "all") -> DictionarySpinner:
        """Read a list of `source|synonym|...` lines; lines of one member are passed over.

        `held_out` takes a tenth of the lines, by the hash of their source, and of
        their synonyms those that no other line has; `train` takes the others.

        Raises ValueError if no line of the file can be used.
        """
        text = Path(path).read_text(encoding="utf-8", errors="replace")
        lines = [[m.strip() for m in line.split("|") if words(m)] for line in text.splitlines()]
        lines = _taken([line for line in lines if len(line) > 1], entries)
        if not lines:
            raise ValueError(f"{path}: no line of the form 'source|synonym'; is it a spinner list?")
        return cls(lines)

    def forms(self) -> frozenset[str]:
        """The single words the spinner can write in place of others."""
        return frozenset(m[0][1] for line in self._lines for m in line[1:] if len(m) == 1)

    def spin(self, text: str, rng: random.Random, manner: Manner = AS_IN_2021) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        page = words(text)
        slots: list[Segment | None] = [untouched(word) for word in page]
        density = drawn(manner.density, rng)
        kept = locked(text, _kept(manner))
        places: dict[str, list[int]] = defaultdict(list)
        for i, (_, word) in enumerate(page):
            places[word.lower()].append(i)

        sources = self._all if manner.shuffle else self._firsts
        todo = sorted(sources.candidates(page))  # a sorted list is a heap
        queued = set(todo)
        draws: dict[bool, Words] = {}
        while todo:
            number, member = heapq.heappop(todo)
            if density < 1 and rng.random() >= density:
                continue
            line = self._lines[number]
            source = line[member]
            others = [m for m in line if m != source] or [source]
            draws.clear()
            for i in sorted(set(places[source[0][1].lower()])):
                done = 0  # words of the slot that this line has dealt with
                while match := _match(slots, i, done, source):
                    if any(kept[j] for j in match.slots):
                        break
                    upper = match.first[1][0].isupper()
                    if manner.per_occurrence or upper not in draws:
                        draws[upper] = rng.choice(others)
                    spun = match.before + cased(draws[upper], match.first) + match.after
                    original = [word for j in match.slots for word in _filled(slots[j]).original]
                    slots[i] = Segment(spun, original)
                    for j in match.slots[1:]:
                        slots[j] = None
                    kept[i] = not manner.cascade
                    done = len(spun) - len(match.after)
                    if manner.cascade:  # what was written may be the source of a later line
                        for _, word in spun:
                            places[word.lower()].append(i)
                        for candidate in sources.candidates(_around(slots, i)):
                            if candidate > (number, member) and candidate not in queued:
                                queued.add(candidate)
                                heapq.heappush(todo, candidate)
        return [segment for segment in slots if segment is not None]


@dataclass(frozen=True)
class _InManner:
    spinner: DictionarySpinner
    manner: Manner

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        return self.spinner.spin(text, rng, self.manner)

    def forms(self) -> frozenset[str]:
        return self.spinner.forms()


_read = cache(DictionarySpinner.load)  # the recipes of a config share their lists


def load(list: str, manner: Manner = AS_IN_2021, entries: Entries = "all") -> Spinner:
    """The spinner of the list in the file `list`."""
    return _InManner(_read(list, entries), manner)


def _taken(lines: list[list[str]], entries: Entries) -> list[list[str]]:
    if entries == "all":
        return lines
    ours = [line for line in lines if percentile(line[0]) >= HELD_OUT]
    if entries == "train":
        return ours
    written = {synonym for line in ours for synonym in line[1:]}
    held = (line for line in lines if percentile(line[0]) < HELD_OUT)
    new = ([line[0], *(s for s in line[1:] if s not in written)] for line in held)
    return [line for line in new if len(line) > 1]


def _kept(manner: Manner) -> Iterator[re.Pattern[str]]:
    """What the manner leaves alone; tags, URLs and shortcodes are in every manner."""
    yield MASKED
    if manner.skip_hyphenated:
        yield HYPHENATED
    if manner.skip_quoted:
        yield QUOTED
    if manner.skip_capitalised:
        yield CAPITALISED


class _Sources:
    """The members that can be replaced, by their first two words."""

    def __init__(self, lines: Sequence[Sequence[Words]], shuffle: bool) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for number, line in enumerate(lines):
            for member in range(len(line) if shuffle else 1):
                key = tuple(word for _, word in line[member][:2])
                self._by_words[(key[0].lower(), *key[1:])].append((number, member))

    def candidates(self, page: Words) -> set[tuple[int, int]]:
        """(line, member) of the sources whose first two words stand on the page."""
        one = {(word.lower(),) for _, word in page}
        two = {(a.lower(), b) for (_, a), (_, b) in pairwise(page)}
        return {at for key in (one | two) & self._by_words.keys() for at in self._by_words[key]}


@dataclass(slots=True)
class _Match:
    slots: list[int]
    first: tuple[str, str]  # the word the match begins with
    before: Words  # words of the first slot before the match
    after: Words  # words of the last slot behind it


def _match(slots: list[Segment | None], i: int, skipped: int, source: Words) -> _Match | None:
    """Where `source` begins in slot `i`, after its first `skipped` words."""
    segment = slots[i]
    if segment is None:
        return None
    wanted = source[0][1]
    forms = (wanted, wanted[0].upper() + wanted[1:])
    for at in range(skipped, len(segment.spun)):
        if segment.spun[at][1] in forms and (match := _match_at(slots, i, at, source)):
            return match
    return None


def _match_at(slots: list[Segment | None], i: int, at: int, source: Words) -> _Match | None:
    segment = _filled(slots[i])
    match = _Match([i], segment.spun[at], segment.spun[:at], [])
    rest = segment.spun[at + 1 :]
    for gap, word in source[1:]:
        while not rest:
            i += 1
            if i >= len(slots):
                return None
            if (following := slots[i]) is not None:
                match.slots.append(i)
                rest = following.spun
        between, found = rest[0]
        # A list's space stands for any on the page, but not for the end of a line.
        if found != word or bool(between) != bool(gap) or "\n" in between:
            return None
        rest = rest[1:]
    match.after = rest
    return match


def _around(slots: list[Segment | None], i: int) -> Words:
    """The words near slot `i`: enough for the first two of any source that slot `i` is part of."""
    near = (segment for segment in slots[max(0, i - 5) : i + 6] if segment is not None)
    return [word for segment in near for word in segment.spun]


def _filled(segment: Segment | None) -> Segment:
    assert segment is not None, "a match lists only filled slots"
    return segment
