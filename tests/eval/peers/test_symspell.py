"""SymSpell mends what is no word, and sees nothing in a spun page."""

from __future__ import annotations

import pytest

from eval import peers
from eval.case import Case

pytest.importorskip("symspellpy", reason="pip install symspellpy")


def test_mistakes_are_mended_and_spun_words_are_not_seen() -> None:
    mistaken = "Recieved a mesage from https://recieved.example in 1999."
    spun = "The pinnacle of the get together wasn't mentioned in the well-known statemnt's text."
    first, second = peers.load("symspell", {}).run([Case("1", mistaken, ""), Case("2", spun, "")])
    assert first.text == "Received a message from https://recieved.example in 1999."
    assert second.text == spun and not second.detections
