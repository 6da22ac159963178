"""Everything the list can have written goes back, to what is most frequent."""

from __future__ import annotations

from eval import peers
from eval.case import Case
from eval.peers.backwards import Backwards
from eval.peers.word_list import WordList

PAGE = "The Pinnacle of the get together mentioned the metropolis at the tip of the week."


def test_all_goes_back_with_its_case(settings: dict[str, str]) -> None:
    (outcome,) = peers.load("backwards", settings).run([Case("1", PAGE, "")])
    assert outcome.text == "The Head of the party said the city at the end of the week."
    assert [(d.original, d.probability) for d in outcome.detections] == [
        (word, 1.0) for word in ("Pinnacle", "get together", "mentioned", "metropolis", "tip")
    ]


def test_the_most_frequent_source_wins_and_of_equals_the_first() -> None:
    words = WordList.of([["city", "metropolis"], ["town", "metropolis"]])
    for town, expected in ((2, "town"), (1, "city")):
        tool = Backwards(words, {"city": 1, "town": town}.__getitem__)
        (outcome,) = tool.run([Case("1", "a metropolis", "")])
        assert outcome.text == f"a {expected}"
