"""Each kind of error, what it costs, and what is no error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.case import Case, Gold, Outcome
from eval.report.errors import context, errors
from repair.edits import Alternative, Detection, Edit

SOURCE = "The metropolis hired ten men, and the barn by the stream was new."
CASE = Case(
    "barn/1",
    SOURCE,
    SOURCE.replace("metropolis", "city").replace("stream", "river"),
    (Gold(4, 14, "city", ("town",)), Gold(50, 56, "river")),
)


def edit(original: str, replacement: str, probability: float, *others: Alternative) -> Edit:
    start = SOURCE.index(original)
    return Edit(start, start + len(original), original, replacement, probability, others)


RIVER = edit("stream", "river", 0.9)


def outcome(*made: Edit, left: tuple[Edit, ...] = (), detected: float | None = None) -> Outcome:
    """Of a tool that restores the river and what else is said; `left` are candidates."""
    detections = () if detected is None else (Detection(4, 14, "metropolis", detected),)
    return Outcome(CASE.id, "", (*made, RIVER), (*made, *left, RIVER), detections)


CITY, TOWER = edit("metropolis", "city", 0.4), edit("metropolis", "tower", 0.4)
SURE_TOWER = replace(TOWER, probability=0.8)
RIGHT_SECOND = replace(TOWER, alternatives=(Alternative("city", 0.25),))
RIGHT_FIRST = replace(CITY, alternatives=(Alternative("tower", 0.25),))


@pytest.mark.parametrize(
    ("found", "kind", "written", "probability", "cost"),
    [
        (outcome(SURE_TOWER), "wording", "tower", 0.8, 1.8),
        (outcome(), "undetected", "", 0.0, 1.0),
        (outcome(detected=0.3), "unsure", "", 0.3, 1.0),
        (outcome(left=(CITY,), detected=0.3), "unsure", "city", 0.4, 0.6),
        (outcome(left=(RIGHT_FIRST,), detected=0.3), "unsure", "city", 0.4, 0.6),
        (outcome(left=(TOWER,), detected=0.3), "misread", "tower", 0.4, 1.0),
        (outcome(left=(RIGHT_SECOND,), detected=0.3), "misread", "tower", 0.4, 0.75),
    ],
)
def test_kinds_of_errors_with_a_spun_word(
    found: Outcome, kind: str, written: str, probability: float, cost: float
) -> None:
    [error] = errors([CASE], [found])
    assert (error.kind, error.written) == (kind, written)
    assert (error.source, error.wanted, error.page) == ("metropolis", "city", "barn/1")
    assert error.probability == probability
    assert error.cost == pytest.approx(cost)


def test_an_innocent_word_costs_more_on_a_page_to_be_left_alone() -> None:
    innocent = edit("barn", "shed", 0.7)
    [error] = errors([CASE], [outcome(edit("metropolis", "city", 0.9), innocent)])
    assert (error.kind, error.source, error.written, error.wanted) == (
        "innocent",
        "barn",
        "shed",
        "barn",
    )
    assert error.cost == pytest.approx(1.7)
    [error] = errors([Case("c", SOURCE, SOURCE)], [Outcome("c", "", (innocent,))])
    assert error.kind == "innocent"
    assert error.cost == pytest.approx(2.7)


@pytest.mark.parametrize(
    "made",
    [
        edit("metropolis", "city", 0.9),
        edit("metropolis", "town", 0.9),  # accepted too
        edit("The metropolis", "The  city", 0.9),  # the same words
    ],
)
def test_no_errors(made: Edit) -> None:
    assert errors([CASE], [outcome(made)]) == []


def test_edits_that_overlap_make_one_error() -> None:
    wide = edit("metropolis hired ten", "town took on ten", 0.6)
    [error] = errors([CASE], [outcome(wide)])
    assert (error.kind, error.source, error.written, error.wanted) == (
        "wording",
        "metropolis hired ten",
        "town took on ten",
        "city hired ten",
    )


def test_the_dearest_come_first() -> None:
    cases = [CASE, Case("clean", SOURCE, SOURCE), replace(CASE, id="barn/2")]
    found = errors(
        cases,
        [
            outcome(left=(CITY,)),
            Outcome("clean", "", (edit("barn", "shed", 0.1),)),
            outcome(SURE_TOWER, edit("barn", "shed", 0.9)),
        ],
    )
    assert [(e.page, e.kind) for e in found] == [
        ("clean", "innocent"),
        ("barn/2", "innocent"),
        ("barn/2", "wording"),
        ("barn/1", "unsure"),
    ]


def test_context_is_twelve_words_either_side() -> None:
    text = " ".join(f"w{number}" for number in range(40)) + "."
    start = text.index("w20")
    before, after = context(text, start, start + 3)
    assert before == "… w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 "
    assert after == " w21 w22 w23 w24 w25 w26 w27 w28 w29 w30 w31 w32 …"
    assert context("(one), two", 1, 4) == ("(", "), two")
    assert context("one\n\ntwo", 5, 8) == ("one ", "")
    assert len("".join(context("x" * 5000, 2000, 2001))) < 1000  # no white space at all
