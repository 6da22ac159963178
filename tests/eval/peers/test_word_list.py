"""What a list can have written, found on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.peers import PeerError
from eval.peers.word_list import WordList
from repair.page import Page

FOUND = [
    ("a word", ["car|auto"], "An auto.", [("auto", ("car",))]),
    ("not the source", ["car|auto"], "A car.", []),
    ("unless any member is", ["car|auto", "auto|van"], "A van", [("van", ("auto",))]),
    ("several sources, in the list's order", ["a|x", "b|x"], "x", [("x", ("a", "b"))]),
    ("the same source twice", ["a|x", "a|x|y"], "x", [("x", ("a",))]),
    (
        "case",
        ["car|auto", "a b|x y"],
        "Auto X y X Y",
        [
            ("Auto", ("Car",)),
            ("X y", ("A b",)),
            ("X Y", ("A B",)),
        ],
    ),
    ("no change of case alone", ["March|march"], "We march", []),
    ("whole words", ["car|auto"], "automatic", []),
    ("longest first", ["a|x", "b|x y"], "x y x", [("x y", ("b",)), ("x", ("a",))]),
    ("longest, though it begins later", ["a|x y", "b|y z w"], "x y z w", [("y z w", ("b",))]),
    ("across spaces, not lines", ["a|x y"], "x  y x\ny", [("x  y", ("a",))]),
    ("not across a comma", ["a|x y"], "x, y", []),
    (
        "apostrophes and hyphens",
        ["we've|we've", "a|well-known"],
        "well-known",
        [
            ("well-known", ("a",)),
        ],
    ),
    ("not in links and code", ["car|auto"], "https://auto.example/auto `auto` @auto", []),
]


@pytest.mark.parametrize(
    ("lines", "text", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND]
)
def test_matches(lines: list[str], text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    matches = WordList.of([line.split("|") for line in lines]).matches(Page.of(text))
    assert [(m.form, m.wordings) for m in matches] == expected
    assert all(text[m.start : m.end] == m.form for m in matches)


def test_shuffle_makes_every_member_a_source() -> None:
    words = WordList.of([["car", "auto", "van"]], shuffle=True)
    assert words.wordings("van") == ("car", "auto") and words.wordings("Car") == ("Auto", "Van")


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("car| auto |van\n\nalone\n|\n", encoding="utf-8")
    words = WordList.load({"list": str(path)}, "a tool")
    assert words.wordings("auto") == ("car",) and not words.wordings("alone")
    assert WordList.load({"list": str(path), "shuffle": "true"}, "").wordings("car")
    path.write_text("no list\n", encoding="utf-8")
    with pytest.raises(PeerError, match="is it a spinner list"):
        WordList.load({"list": str(path)}, "a tool")
