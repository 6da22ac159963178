"""Choices from left to right, whatever the model."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import pytest

from eval.case import Case, Outcome
from eval.peers.choosing import Choosing
from eval.peers.word_list import WordList
from repair.edits import Detection, Edit

WORDS = WordList.of([["city", "metropolis"], ["town", "metropolis"], ["party", "get together"]])


class StandIn:
    """Likes some wordings, and remembers what it was asked."""

    def __init__(self, **likes: float) -> None:
        self.likes = likes
        self.asked: list[tuple[str, tuple[str, ...], str]] = []

    def __call__(self, before: str, wordings: Sequence[str], after: str) -> list[float]:
        self.asked.append((before, tuple(wordings), after))
        return [log(self.likes[wording.lower().replace(" ", "_")]) for wording in wordings]


def chosen(model: StandIn, text: str) -> Outcome:
    (outcome,) = Choosing("stand-in", WORDS, model).run([Case("1", text, "")])
    return outcome


def test_the_likeliest_is_written_and_read_on_the_left() -> None:
    model = StandIn(metropolis=0.2, city=0.3, town=0.5, get_together=0.1, party=0.3)
    outcome = chosen(model, "A metropolis has a get together. Bye")
    assert outcome.text == "A town has a party. Bye"
    assert model.asked == [
        ("A ", ("metropolis", "city", "town"), " has a get together. Bye"),
        ("A town has a ", ("get together", "party"), ". Bye"),
    ]
    assert outcome.edits == outcome.candidates
    assert outcome.edits[0] == Edit(2, 12, "metropolis", "town", 0.5)
    assert outcome.detections[0] == Detection(2, 12, "metropolis", 0.8)
    assert outcome.edits[1].probability == pytest.approx(0.75)


def test_what_is_likelier_as_it_stands_is_kept_but_remains_a_candidate() -> None:
    model = StandIn(metropolis=0.6, city=0.3, town=0.1, get_together=0.1, party=0.3)
    outcome = chosen(model, "Metropolis! A get together")
    assert outcome.text == "Metropolis! A party"
    assert model.asked[1][0] == "Metropolis! A "
    assert [(e.replacement, e.probability) for e in outcome.candidates] == [
        ("City", 0.3),
        ("party", 0.75),
    ]
    assert outcome.edits == outcome.candidates[1:]
    assert [d.probability for d in outcome.detections] == [0.4, 0.75]


def test_a_tie_leaves_the_text_as_it_is() -> None:
    assert chosen(StandIn(get_together=0.5, party=0.5), "A get together").text == "A get together"


def test_hardly_likely_wordings_do_not_underflow() -> None:
    model = lambda before, wordings, after: [-9000.0, -9001.0][: len(wordings)]
    (outcome,) = Choosing("x", WORDS, model).run([Case("1", "A get together", "")])
    assert outcome.candidates[0].probability == pytest.approx(0.2689)
