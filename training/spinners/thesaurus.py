"""Spinners that work from a thesaurus and are blind to sense.

A word is replaced by a random synonym of a random one of its senses, brought into
the form of the word it replaces, or left a lemma, as many such programs do.
"""

from __future__ import annotations

import importlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from repair.page import PROTECTED
from training.pairs import Segment, untouched, words
from training.spinners.base import FUNCTION_WORDS, HYPHENATED, Density, cased, drawn, locked

Part = Literal["NOUN", "VERB", "ADJ", "ADV"]  # of speech, by their names in Universal Dependencies


class Sense(NamedTuple):
    """Words that mean the same; `part` is None where the source does not tell it."""

    part: Part | None
    synonyms: tuple[str, ...]


Thesaurus = Mapping[str, Sequence[Sense]]  # by word, in lower case


class _Way(NamedTuple):
    """Synonyms to draw from, and the Penn tags of the form they must take; none: as listed."""

    tags: tuple[str, ...]
    synonyms: tuple[str, ...]


class ThesaurusSpinner:
    """Replaces words that stand in a thesaurus, except function words.

    `density` is the share of the covered words that are replaced. As most
    spinners do, it draws once for the page and all occurrences of a word, or
    `per_occurrence`. Left alone are words in capitals or with a hyphen, and all
    that repair itself protects.

    Where the thesaurus tells parts of speech, lemmas are looked up for their
    inflected forms, and `inflect` gives synonyms the form of what they replace.
    """

    def __init__(
        self,
        thesaurus: Thesaurus,
        density: Density = 0.3,
        inflect: bool = True,
        per_occurrence: bool = False,
    ) -> None:
        self._thesaurus = thesaurus
        self._density = density
        self._inflect = inflect
        self._per_occurrence = per_occurrence
        self._ways_of: dict[str, tuple[_Way, ...]] = {}

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        kept = locked(text, (*PROTECTED.values(), HYPHENATED))
        density = drawn(self._density, rng)
        draws: dict[str, str | None] = {}
        out = []
        for (gap, word), lock in zip(words(text), kept):
            key = word.lower()
            if lock or not word[1:].islower() or not (ways := self._ways(key)):
                out.append(untouched((gap, word)))
                continue
            if self._per_occurrence or key not in draws:
                draws[key] = _replacement(ways, rng) if rng.random() < density else None
            if (spun := draws[key]) is None:
                out.append(untouched((gap, word)))
            else:
                out.append(Segment(cased(words(spun), (gap, word)), [(gap, word)]))
        return out

    def forms(self) -> frozenset[str]:
        """The single words of the thesaurus; other forms of them can be written too."""
        synonyms = (s for senses in self._thesaurus.values() for sense in senses for s in sense[1])
        return frozenset(s for s in synonyms if s.isalpha())

    def _ways(self, word: str) -> tuple[_Way, ...]:
        if word not in self._ways_of:
            covered = word not in FUNCTION_WORDS
            self._ways_of[word] = tuple(self._find_ways(word)) if covered else ()
        return self._ways_of[word]

    def _find_ways(self, word: str) -> Iterator[_Way]:
        for part, lemma, tags in _readings(word):
            for sense in self._thesaurus.get(lemma, ()):
                others = tuple(s for s in sense.synonyms if s.lower() not in (word, lemma))
                if sense.part == part and others:
                    yield _Way(tags if self._inflect else (), others)


def load(
    source: Literal["wordnet", "mythes"],
    density: Density = 0.3,
    inflect: bool = True,
    per_occurrence: bool = False,
) -> ThesaurusSpinner:
    """The spinner that works from WordNet, or from LibreOffice's thesaurus.

    Raises FileNotFoundError, naming the Debian package, if the source is not installed.
    """
    thesaurus = wordnet() if source == "wordnet" else mythes()
    return ThesaurusSpinner(thesaurus, density, inflect, per_occurrence)


@cache
def wordnet(directory: Path = Path("/usr/share/wordnet")) -> Thesaurus:
    """WordNet as Debian's package `wordnet-base` has it, each synset a sense of its words.

    The format is described in its manual page wndb(5).
    """
    parts: dict[str, Part] = {"noun": "NOUN", "verb": "VERB", "adj": "ADJ", "adv": "ADV"}
    out: dict[str, list[Sense]] = defaultdict(list)
    for name, part in parts.items():
        for line in _lines(directory / f"data.{name}", "wordnet-base"):
            if line.startswith(" "):  # the licence
                continue
            fields = line.split(" ")
            count = int(fields[3], 16)
            found = (word.partition("(")[0] for word in fields[4 : 4 + 2 * count : 2])  # galore(ip)
            synset = tuple(word.replace("_", " ") for word in found)
            for word in synset if count > 1 else ():
                out[word.lower()].append(Sense(part, synset))
    return out


@cache
def mythes(path: Path = Path("/usr/share/mythes/th_en_US_v2.dat")) -> Thesaurus:
    """LibreOffice's English thesaurus, Debian's package `mythes-en-us`.

    Its lists hold broader terms and near ones too, which a program that offers
    synonyms shows among the others; antonyms are left out.
    """
    parts: dict[str, Part] = {"(noun)": "NOUN", "(verb)": "VERB", "(adj)": "ADJ", "(adv)": "ADV"}
    out: dict[str, list[Sense]] = {}
    senses: list[Sense] = []
    for line in _lines(path, "mythes-en-us"):
        first, *rest = line.rstrip("\n").split("|")
        if first in parts:
            listed = (s for s in rest if not s.endswith("(antonym)"))
            senses.append(Sense(parts[first], tuple(s.partition(" (")[0] for s in listed)))
        else:
            senses = out.setdefault(first.lower(), [])
    return out


def _lines(path: Path, package: str) -> Iterator[str]:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such thesaurus; install it: apt-get install {package}")
    with path.open(encoding="utf-8") as file:
        yield from file


def _readings(word: str) -> Iterator[tuple[Part | None, str, tuple[str, ...]]]:
    """What a word may be: part of speech, lemma, and the tags of the form it has of the lemma."""
    yield None, word, ()
    lemminflect = _lemminflect()
    for part, lemmas in lemminflect.getAllLemmas(word).items():
        for lemma in lemmas:
            forms = lemminflect.getAllInflections(lemma, part) if lemma != word else {}
            yield part, lemma, tuple(tag for tag, spelt in forms.items() if word in spelt)


def _replacement(ways: Sequence[_Way], rng: random.Random) -> str:
    way = rng.choice(ways)
    synonym = rng.choice(way.synonyms)
    return _inflected(synonym, rng.choice(way.tags)) if way.tags else synonym


@cache
def _inflected(synonym: str, tag: str) -> str:
    """`synonym` in the form `tag`: its first word if a verb's, else the last before an `of`.

    >>> _inflected("carry out", "VBD"), _inflected("urban center", "NNS")
    ('carried out', 'urban centers')
    >>> _inflected("point of view", "NNS")
    'points of view'
    """
    if tag.startswith("V"):
        before, (head, space, after) = "", synonym.partition(" ")
    else:
        phrase, space, after = synonym.partition(" of ")
        before, gap, head = phrase.rpartition(" ")
        before += gap
    # Without rules for words it does not know, which make "importanter".
    forms = _lemminflect().getInflection(head, tag, inflect_oov=False)
    return before + (forms[0] if forms else head) + space + after


def _lemminflect() -> Any:
    try:
        return importlib.import_module("lemminflect")
    except ImportError as error:
        raise ImportError(
            "a thesaurus spinner needs lemminflect; install it: pip install 'lemminflect>=0.2.3'"
        ) from error
