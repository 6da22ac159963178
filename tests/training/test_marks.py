"""Marks on spans: the gold, the gold with made-up errors, and a real detector's."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from repair.models import SHIPPED
from repair.spans import Span
from training.labelled import LabelledPage
from training.marks import DetectedMarks, Mark, Noise, NoisyMarks, wanted
from training.pairs import Segment, align

NONE = Noise(**dict.fromkeys((field.name for field in fields(Noise)), 0.0))
CLEAN = "The house by the river has many children in 12 old boats. A big storm."
SPUN = "The dwelling by the waterway has a lot of youngsters in 12 old boats. A huge tempest."


@pytest.fixture
def page() -> LabelledPage:
    return _labelled(align(SPUN, CLEAN))


NOISES = [
    (Noise(missed=1), [], []),
    (
        Noise(merged=1),
        ["dwelling", "waterway", "a lot of youngsters", "huge tempest"],
        ["house", "river", "many children", "big storm"],
    ),
    (
        Noise(widened=1),
        ["the dwelling", "the waterway", "has a lot of youngsters", "a huge tempest"],
        ["the house", "the river", "has many children", "a big storm"],
    ),
    (
        Noise(cut=1),
        ["dwelling", "waterway", "a lot of", "huge"],
        ["house", "river", "a lot of", "huge"],  # a part alone has no original: keep it
    ),
    (
        Noise(suspects=1),
        ["dwelling", "by", "waterway", "a lot of youngsters", "boats", "huge tempest"],
        ["house", "by", "river", "many children", "boats", "big storm"],
    ),
]


@pytest.mark.parametrize(("noise", "marked", "targets"), NOISES)
def test_noise(noise: Noise, marked: list[str], targets: list[str], page: LabelledPage) -> None:
    ((name, _),) = [item for item in vars(noise).items() if item[1] == 1]
    marks = NoisyMarks({"by", "boats"}, Noise(**{**vars(NONE), name: 1.0}))
    read = _read(page, marks(page, random.Random(0)))
    assert read == list(zip(marked, targets, strict=True))


def test_neighbouring_edits_may_share_a_mark() -> None:
    one = Segment([("", "huge")], [("", "big")]), Segment([(" ", "tempest")], [(" ", "storm")])
    page = _labelled(one)
    for merged, expected in ((0.0, ["huge", "tempest"]), (1.0, ["huge tempest"])):
        marks = NoisyMarks(set(), Noise(**{**vars(NONE), "merged": merged}))
        assert [span for span, _ in _read(page, marks(page, random.Random(0)))] == expected


def test_innocents_are_editable_words() -> None:
    clean = _labelled(align(CLEAN, CLEAN))
    marks = NoisyMarks(set(), Noise(**{**vars(NONE), "innocents": 1.0}))
    words = [word.lower() for word in CLEAN.replace(".", "").split() if word != "12"]
    assert _read(clean, marks(clean, random.Random(0))) == [(word, word) for word in words]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("dwelling", "dwelling", "house"),
        ("The", "by", "the house by"),
        ("lot", "youngsters", "lot of youngsters"),  # the gold edit begins before: keep
        ("waterway", "of", "river has a lot of"),  # one edit whole, one cut
        ("old", "boats", "old boats"),
    ],
)
def test_what_belongs_in_a_span(first: str, last: str, words: str, page: LabelledPage) -> None:
    shown = [page.page.word(i) for i in range(len(page.page))]
    span = Span(shown.index(first), shown.index(last) + 1)
    assert " ".join(wanted(page, span)) == words


def test_a_detectors_marks() -> None:
    """The shipped detector's spans, each with what the gold says of it."""
    spun = (
        "The pinnacle of the ruling get together visited the southern metropolis on Friday,"
        " and town officers stated that the retailer home windows had been damaged."
    )
    clean = (
        "The head of the ruling party visited the southern city on Friday,"
        " and town officers said that the shop windows were broken."
    )
    page = _labelled(align(spun, clean))
    never = NoisyMarks(set(), Noise(**{**vars(NONE), "missed": 1.0}))
    detected = DetectedMarks.load(SHIPPED / "detector", 1.0, never)
    marks = detected(page, random.Random(0))
    assert ("metropolis", "city") in _read(page, marks)
    assert all(words == wanted(page, span) for span, words in marks)
    assert [span for span, _ in marks] == sorted(span for span, _ in marks)
    detected = DetectedMarks(detected.detector, 0.0, never)
    assert detected(page, random.Random(0)) == [], "a share of none: the made-up marks"


def _labelled(segments: object) -> LabelledPage:
    page = LabelledPage.of(segments)  # type: ignore[arg-type]
    assert page is not None
    return page


def _read(labelled: LabelledPage, marks: list[Mark]) -> list[tuple[str, str]]:
    page = labelled.page
    return [
        (" ".join(page.word(i).lower() for i in range(*span)), " ".join(words))
        for span, words in marks
    ]
