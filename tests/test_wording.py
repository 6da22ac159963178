"""The case of a replacement comes from what it replaces."""

from __future__ import annotations

import pytest

from repair.wording import recased


@pytest.mark.parametrize(
    ("originals", "wording", "expected"),
    [
        (["metropolis"], "city", "city"),
        (["Metropolis"], "city", "City"),
        (["METROPOLIS"], "city hall", "CITY HALL"),
        # Word by word where the numbers agree.
        (["White", "Home"], "white house", "White House"),
        (["Home", "windows"], "new windows", "New windows"),
        # Not too long ago -> Recently; only the first letter tells.
        (["Not", "too", "long", "ago"], "recently", "Recently"),
        (["not", "Too"], "recently", "recently"),
        (["The", "place"], "where", "Where"),
        # One to many: a sentence's first word, or a name? The first is commoner.
        (["Recently"], "not long ago", "Not long ago"),
        # Many to many of another number, all capitalised: a title.
        (["New", "York", "Metropolis"], "new york", "New York"),
        # A single capital is a sentence's first letter, not a word in capitals.
        (["A"], "one", "One"),
        (["I"], "we", "We"),
        # Words with apostrophes and hyphens are several.
        (["Who", "'", "ve"], "who have", "Who have"),
        (["Well", "-", "known"], "famous", "Famous"),
        # Scripts without case have none to carry over.
        (["東京"], "city", "city"),
        (["Élan"], "éclat", "Éclat"),
        (["metropolis"], "", ""),
    ],
)
def test_recased(originals: list[str], wording: str, expected: str) -> None:
    assert recased(originals, wording) == expected
