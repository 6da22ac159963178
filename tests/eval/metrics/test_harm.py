"""Harm on sentences of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import harm
from eval.metrics.harm import differences, violations
from repair import page

TEXT = (
    "On 2021-05-04 @ann paid $3,500.50 for the 12-year-old car; write to joe.b@site.co.uk, "
    "see https://site.org/a?b=1 or www.site.org, run `rm x` at 10:30. #cars C3PO"
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("car;", "automobile;", 0),
        ("12-year-old", "12-annum-aged", 0),  # only the number is protected
        ("paid", "paid  ", 0),
        ("2021-05-04", "2021-05-05", 1),
        ("@ann", "Ann", 1),
        ("3,500.50", "3 500.50", 2),  # one number became two
        ("12-", "twelve-", 1),
        ("joe.b@site.co.uk", "joe.b@spot.co.uk", 1),
        ("/a?b=1", "/the?b=1", 1),
        ("www.site.org", "www.place.org", 1),
        ("rm x", "remove x", 1),
        ("10:30", "10:31", 1),
        ("#cars", "#autos", 1),
        ("C3PO", "C3P0", 1),
        ("On 2021-05-04", "On 2021-05-04, 1", 1),
        (TEXT, "", 11),
    ],
)
def test_protected_tokens(old: str, new: str, expected: int) -> None:
    assert old in TEXT
    assert violations(TEXT, TEXT.replace(old, new)) == expected


def test_the_order_counts() -> None:
    assert violations("from 3 to 5", "from 5 to 3") > 0


@given(st.text())
def test_the_same_text_is_unharmed(text: str) -> None:
    assert violations(text, text) == differences(text, text) == 0


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ("A red fox ran.", 0),
        ("A  red fox ran.", 0),  # white space is no wording
        ("A crimson fox ran.", 1),
        ("A crimson fox sped.", 2),
        ("A crimson vixen ran.", 1),  # neighbours cannot be told apart
        ("A red fox quickly ran.", 1),
    ],
)
def test_places_that_differ(prediction: str, expected: int) -> None:
    assert differences("A red fox ran.", prediction) == expected


@pytest.mark.parametrize("hostile", ["a", "1a", "1.", "a.b", "1-a-", "a@", "`", "```\n", "www."])
def test_long_runs_take_no_quadratic_time(hostile: str) -> None:
    harm.PROTECTED.findall(hostile * 100_000)  # minutes, if it were


def test_words_are_those_of_the_pipeline() -> None:
    assert (harm.WORD.pattern, harm.WORD.flags) == (page.WORD.pattern, page.WORD.flags)
