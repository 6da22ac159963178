"""Segments: trimmed to what differs, aligned from two texts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from training.labelled import LabelledPage
from training.pairs import Segment, align, original_text, spun_text, trimmed, untouched, words

TRIMMED = [
    # spun, original, the changed part of each
    ("home windows", "windows", ("home windows", "windows")),  # both sides stay non-empty
    ("software program", "software", ("software program", "software")),
    ("the big city", "the large town", ("big city", "large town")),
    ("in a big city", "in a town", ("big city", "town")),
    ("The city was", "the town was", ("city", "town")),  # case does not count
    ("who've", "who have", ("who've", "who have")),  # no white space where the other has some
    ("was n't", "was not", ("n't", "not")),
    ("a well-known man", "a famous man", ("well-known", "famous")),
]


@pytest.mark.parametrize(("spun", "original", "expected"), TRIMMED)
def test_trimmed(spun: str, original: str, expected: tuple[str, str]) -> None:
    kept = list(trimmed([Segment(words(spun), words(original))]))
    (changed,) = [segment for segment in kept if segment.changed]
    assert (_plain(changed.spun), _plain(changed.original)) == expected
    assert spun_text(kept) == spun


def test_what_differs_in_case_alone_is_no_change() -> None:
    kept = list(trimmed([Segment(words("The City"), words("the city"))]))
    assert not any(segment.changed for segment in kept)


_WORDS = st.lists(st.sampled_from(["a", "b", "B", "c", "'", "-"]), min_size=1, max_size=8)
_TEXTS = st.one_of(_WORDS.map(" ".join), _WORDS.map("".join))


@given(_TEXTS, _TEXTS)
def test_trimming_loses_no_word(spun: str, original: str) -> None:
    kept = list(trimmed([Segment(words(spun), words(original))]))
    assert spun_text(kept) == spun
    assert _lower(s.original for s in kept) == [w.lower() for _, w in words(original)]
    for segment in kept:
        assert segment.spun and segment.original


@given(_TEXTS, _TEXTS)
@example("b c", "a b c")  # something is missing at the very start
@example("a b c", "c")
@example("a", "b a")
def test_aligning_loses_no_word(spun: str, original: str) -> None:
    page = align(spun, original)
    assert spun_text(page) == spun
    assert [w for s in page for _, w in s.original] == [w for _, w in words(original)]
    for segment in page:
        assert segment.spun and segment.original


@given(st.text(), st.text())
@example("", "a")
@example("a", " ")
def test_any_two_texts_can_be_aligned(spun: str, original: str) -> None:
    assert spun_text(align(spun, original)) == spun.rstrip()
    LabelledPage.of(align(spun, original))


def test_gaps_stand_before_their_words() -> None:
    assert words(" a  b,\n") == [(" ", "a"), ("  ", "b"), ("", ",")]
    page = align("the \t pinnacle,\nof", "the head, of")
    assert spun_text(page) == "the \t pinnacle,\nof"
    assert original_text(page) == "the head,\nof"  # words that are the same keep the page's gaps
    (changed,) = [segment for segment in page if segment.changed]
    assert changed == Segment([(" \t ", "pinnacle")], [(" ", "head")])


def test_insertions_take_a_neighbour_along() -> None:
    page = align("go to to town", "go to town")
    (changed,) = [segment for segment in page if segment.changed]
    assert (_plain(changed.spun), _plain(changed.original)) in (("go to", "go"), ("to to", "to"))


def test_an_untouched_segment_is_not_changed() -> None:
    assert not untouched((" ", "a")).changed


def _plain(side: list[tuple[str, str]]) -> str:
    return "".join(gap + word for gap, word in side).strip()


def _lower(sides: object) -> list[str]:
    return [word.lower() for side in sides for _, word in side]  # type: ignore[attr-defined]
