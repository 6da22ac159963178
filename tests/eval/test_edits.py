"""Edit scores against cases worked by hand."""

from __future__ import annotations

import pytest

from eval.edits import Counts, count, gold_edits
from repair.edits import Edit
from training.pairs import align

ORIGINAL = "The head of the city said his party won, and the city cheered."
SPUN = "The pinnacle of the metropolis said his get together won, and the metropolis cheered."


def edit(original: str, replacement: str, nth: int = 0) -> Edit:
    start = -1
    for _ in range(nth + 1):
        start = SPUN.index(original, start + 1)
    return Edit(start, start + len(original), original, replacement, 0.9)


def gold() -> list[Edit]:
    text, edits = gold_edits(align(SPUN, ORIGINAL))
    assert text == SPUN
    return edits


def test_the_gold_undoes_the_spinner() -> None:
    assert [(e.original, e.replacement) for e in gold()] == [
        ("pinnacle", "head"),
        ("metropolis", "city"),
        ("get together", "party"),
        ("metropolis", "city"),
    ]


@pytest.mark.parametrize(
    ("made", "restored", "right"),
    [
        ([], 0, 0),
        ([edit("pinnacle", "head")], 1, 1),
        ([edit("pinnacle", "top")], 0, 0),
        ([edit("cheered", "sang")], 0, 0),
        ([edit("metropolis", "city"), edit("metropolis", "city", 1)], 2, 2),
        ([edit("his get together", "his party")], 1, 1),  # wider, but the same outcome
        ([edit("get together", "party"), edit("won", "lost")], 1, 1),
        ([edit("get", "party")], 0, 1),  # "party together": its word is right, the span is not
        ([edit("pinnacle of the metropolis", "head of the town")], 1, 0),
    ],
)
def test_count(made: list[Edit], restored: int, right: int) -> None:
    found = count(SPUN, gold(), made)
    assert found == Counts(gold=4, restored=restored, made=len(made), right=right, words=14)


def test_rates() -> None:
    counts = Counts(gold=4, restored=3, made=5, right=4, words=1000)
    assert (counts.recall, counts.precision, counts.false_per_10k) == (0.75, 0.8, 10.0)
    assert (counts + counts).recall == 0.75
    assert Counts().recall == Counts().precision == 1.0
