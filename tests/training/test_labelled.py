"""A page and its gold, from aligned segments."""

from __future__ import annotations

from training.labelled import LabelledPage
from training.pairs import Segment, align


def test_gold() -> None:
    spun = "The dwelling by the waterway has a lot of youngsters in 12 old boats. A huge tempest."
    clean = "The house by the river has many children in 12 old boats. A big storm."
    labelled = LabelledPage.of(align(spun, clean))
    assert labelled is not None
    page = labelled.page
    assert {
        " ".join(page.word(i).lower() for i in range(*span)): " ".join(words)
        for span, words in labelled.gold.items()
    } == {
        "dwelling": "house",
        "waterway": "river",
        "a lot of youngsters": "many children",
        "huge tempest": "big storm",
    }
    assert labelled.written() == {"dwelling", "waterway"}


def test_words_that_ran_together_make_no_page() -> None:
    joined = Segment([("", "a"), ("", "b")], [("", "a"), (" ", "b")])
    assert LabelledPage.of([joined]) is None
