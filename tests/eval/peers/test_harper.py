"""Harper's first suggestions, made."""

from __future__ import annotations

import pytest

from eval import peers
from eval.case import Case
from repair.edits import Edit

pytest.importorskip("harper", reason="pip install harper-py")


def test_mistakes_are_mended_and_spun_words_are_not_seen() -> None:
    mistaken = "He left teh the the metropolis \U0001f642 in a hour."
    spun = "The pinnacle of the get together mentioned it."
    first, second = peers.load("harper", {}).run([Case("1", mistaken, ""), Case("2", spun, "")])
    assert "the metropolis \U0001f642 in an hour." in first.text and "teh" not in first.text
    assert Edit(mistaken.index("a hour"), mistaken.index(" hour"), "a", "an", 1.0) in first.edits
    assert second.text == spun


def test_overlapping_lints_are_not_both_made() -> None:
    text = "their going to the the the the shop, its a a a importent thing thing. " * 3
    (outcome,) = peers.load("harper", {}).run([Case("1", text, "")])
    assert all(a.end <= b.start for a, b in zip(outcome.edits, outcome.edits[1:]))
    assert outcome.edits
