"""SymSpell: a spelling corrector. A spinner writes real words, so it should find nothing.

What it changes on clean text, names and rare words, is what it costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from eval.case import Case, Outcome
from eval.peers import package
from eval.peers.edited import edited
from repair.edits import Edit
from repair.page import APOSTROPHES, Page
from repair.wording import recased

_PARTS = frozenset(APOSTROPHES + "-")  # beside these stand parts of words, which no dictionary has
DISTANCE = 2  # letters, the package's own default


class SymSpell:
    """Replaces each word that the package's English dictionary lacks by the nearest one in it."""

    name = "symspell"

    def __init__(self) -> None:
        symspellpy = package("symspellpy", self.name, "pip install 'symspellpy>=6.9,<7'")
        self._speller = symspellpy.SymSpell(DISTANCE)
        self._nearest = symspellpy.Verbosity.TOP
        dictionary = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
        self._speller.load_dictionary(str(dictionary), term_index=0, count_index=1)

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        return (edited(case, list(self._edits(case.source))) for case in cases)

    def _edits(self, text: str) -> Iterator[Edit]:
        page = Page.of(text)
        for i in filter(page.editable, range(len(page))):
            word, start, end = page.word(i), page.starts[i], page.ends[i]
            if not _PARTS.isdisjoint(word + text[start - 1 : start] + text[end : end + 1]):
                continue
            for found in self._speller.lookup(word.lower(), self._nearest, DISTANCE):
                if found.distance:
                    yield Edit(start, end, word, recased([word], found.term), 1.0)


def load(settings: Mapping[str, str]) -> SymSpell:
    return SymSpell()
