"""Articles agree with the word after them, whatever selection of edits is made."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.articles import agreeing, article_for, disagreements, fitted
from repair.edits import Alternative, Edit, Repair
from repair.page import PROTECTED, Page


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("a", "city key year European eulogy ewe one once one-time Ouija"),
        ("a", "unit university unique uniform union unanimous unison user usual useful usage"),
        ("a", "utility utensil utopia uranium urine ubiquitous Ukrainian"),
        ("a", "Ugandan Uganda Utah"),
        ("a", "house historic hotel hero honey"),
        ("an", "attack eastern important other apple Italian onset onerous"),
        ("an", "hour honest honor honour heir heiress hourly"),
        ("an", "uncle urban ugly umbrella uneasy unimportant unidentified unusual usher utter"),
        ("an", "unanswered unimpressed uninjured upset urgent ulcer"),
        (None, "NBA US FBI 8 3rd École naïve İstanbul"),  # their authors know
        (None, "X F M U"),  # read out: an X-ray, a U-turn
    ],
)
def test_article_for(article: str | None, words: str) -> None:
    wrong = {word: article_for(word.split("-")[0]) for word in words.split()}
    assert {word: found for word, found in wrong.items() if found != article} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a attack on an key junction", "an attack on a key junction"),
        ("A important A\u00a0hour", "An important An\u00a0hour"),
        ("an  city\ta\tattack", "a  city\tan\tattack"),
        ("AN city", "A city"),
        # What is no article.
        ("vitamin-a attack", "vitamin-a attack"),
        ("@a attack", "@a attack"),
        ("l'a attack", "l'a attack"),
        ("a, attack", "a, attack"),
        ("team A", "team A"),
        # What may be right.
        ("an NBA a FBI", "an NBA a FBI"),
        ("a 8 an 9", "a 8 an 9"),
        ("", ""),
    ],
)
def test_fitted(text: str, expected: str) -> None:
    assert fitted(text) == expected
    assert disagreements(expected) == []


VOCABULARY = ["a", "an", "the", "city", "attack", "hour", "unit", "is", ",", "big"]
WORDINGS = ["city", "attack", "an", "a", "a unit", "hour of a", "old", "key"]
texts = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=9).map(" ".join)


@st.composite
def pages_with_edits(draw: st.DrawFn) -> tuple[Page, list[Edit]]:
    """A page whose articles fit, and edits that would not always leave them so."""
    page = Page.of(fitted(draw(texts)))
    edits = []
    i = 0
    while i < len(page):
        length = draw(st.integers(1, 2))
        j = min(i + length, len(page))
        editable = all(map(page.editable, range(i, j)))
        if draw(st.booleans()) and editable:
            start, end = page.starts[i], page.ends[j - 1]
            best, other = draw(st.sampled_from(WORDINGS)), draw(st.sampled_from(WORDINGS))
            alternatives = (Alternative(other, 0.2),)
            edits.append(Edit(start, end, page.text[start:end], best, 0.7, alternatives))
        i = j
    return page, edits


@given(pages_with_edits())
def test_every_selection_leaves_articles_that_fit(case: tuple[Page, list[Edit]]) -> None:
    page, edits = case
    agreed = agreeing(page, edits)
    repair = Repair(page.text, "repaired", "", 1.0, 0.5, tuple(agreed))
    sizes = range(len(agreed) + 1)
    for chosen in chain.from_iterable(combinations(agreed, size) for size in sizes):
        assert disagreements(repair.apply(chosen)) == []
    for edit in agreed:
        for other in edit.alternatives:
            assert disagreements(repair.apply([edit.choose(other.text)])) == []


def test_an_edit_takes_its_article_along_only_where_it_must() -> None:
    page = Page.of("It is a massive metropolis.")
    city, old = Edit(16, 26, "metropolis", "city", 0.9), Edit(8, 15, "massive", "old", 0.9)
    assert agreeing(page, [city]) == [city]
    assert agreeing(page, [old]) == [Edit(6, 15, "a massive", "an old", 0.9)]


def test_a_capital_article_stays_capital() -> None:
    page = Page.of("A assault. An vital road.")
    edits = [Edit(2, 9, "assault", "attack", 0.9), Edit(14, 19, "vital", "key", 0.9)]
    made = [edit.replacement for edit in agreeing(page, edits)]
    assert made == ["An attack", "A key"]


def test_a_locked_article_is_left_alone() -> None:
    page = Page.of("See `a` massive hall", tuple(PROTECTED))
    edit = Edit(8, 15, "massive", "old", 0.9)
    assert agreeing(page, [edit]) == [edit]


def test_neighbours_around_an_article_become_one() -> None:
    page = Page.of("hire an organization quickly")
    left = Edit(5, 20, "an organization", "a", 0.9)
    right = Edit(21, 28, "quickly", "agency", 0.6)
    (edit,) = agreeing(page, [left, right])
    assert (edit.start, edit.end, edit.probability) == (5, 28, 0.6)
    assert edit.replacement == "an agency"
