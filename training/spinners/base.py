"""What all spinners share: their contract, what they leave alone, the case of what they write."""

from __future__ import annotations

import hashlib
import random
import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Protocol

from repair.page import PROTECTED, WORD
from training.pairs import Segment, Words

Density = float | list[float]  # a share, or the two ends between which each page draws its own

MASKED = re.compile(rf"{PROTECTED['markup'].pattern}|(?:https?://|www\.)\S+")
HYPHENATED = re.compile(r"\w+(?:-\w+)+")
QUOTED = re.compile(r'"[^"\n]*"|\u201c[^\u201d\n]*\u201d')
CAPITALISED = re.compile(r"(?<=[^.!?\u201d\"\s] )[A-Z]\w*")

# Determiners, pronouns, prepositions, conjunctions and auxiliaries, with what an apostrophe cuts
# off them. Thesauri have many as nouns (in: indium, he: helium, us: the country).
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those each every either neither both all any some no none one ones
    another other others such same own few many much more most less least several enough
    i me my mine myself you your yours yourself yourselves he him his himself she her hers herself
    it its itself we us our ours ourselves they them their theirs themselves who whom whose which
    what whatever whoever somebody someone something anybody anyone anything nobody nothing everyone
    everybody everything there here where when why how
    about above across after against along among around as at before behind below beneath beside
    besides between beyond by despite down during except for from in inside into like near of off on
    onto out outside over past per since than through throughout till to toward towards under until
    up upon via with within without
    and but or nor so yet if unless because although though while whereas whether once
    be am is are was were been being do does did done doing have has had having can could may might
    must shall should will would ought not only also too very just then now again
    s t d ll m re ve don doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn
    mustn shan needn ain
    """.split()
)


class Spinner(Protocol):
    """A program that rewrites pages; one object in one manner."""

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        ...

    def forms(self) -> frozenset[str]:
        """The single words the spinner can write in place of others; empty if nothing tells."""
        ...


def drawn(density: Density, rng: random.Random) -> float:
    """The density of one page."""
    return rng.uniform(*density) if isinstance(density, list) else density


def percentile(wording: str) -> int:
    """A whole number from 0 to 99 by the hash of a wording's content words, less a final s.

    Numbers and articles do not change it, so that a split by it keeps them together.

    >>> percentile("neural network"), percentile("the neural networks"), percentile("deep learning")
    (45, 45, 1)
    """
    found = re.findall(r"\w+", wording.lower())
    content = [word.rstrip("s") for word in found if word not in FUNCTION_WORDS]
    digest = hashlib.sha256(" ".join(content or found).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100


def locked(text: str, patterns: Iterable[re.Pattern[str]]) -> bytearray:
    """One byte a word: 1 where one of the patterns takes a part of it.

    >>> list(locked("a well-known [car id=1] car", [MASKED, HYPHENATED]))
    [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    """
    starts = [match.start() for match in WORD.finditer(text)]
    out = bytearray(len(starts))
    for pattern in patterns:
        for match in pattern.finditer(text):
            begin = bisect_left(starts, match.start())
            end = bisect_left(starts, match.end())
            out[begin:end] = b"\1" * (end - begin)
    return out


def cased(replacement: Words, first: tuple[str, str]) -> Words:
    """`replacement` with the white space of the word it begins in place of, and its upper case.

    >>> cased([("", "the"), (" ", "place")], ("  ", "Where"))
    [('  ', 'The'), (' ', 'place')]
    """
    word = replacement[0][1]
    if first[1][0].isupper():
        word = word[0].upper() + word[1:]
    return [(first[0], word), *replacement[1:]]
