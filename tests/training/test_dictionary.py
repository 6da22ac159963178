"""The plugin's manner, rule by rule; see the module's docstring and `Manner`."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from training.pairs import original_text, spun_text
from training.spinners.dictionary import DictionarySpinner, Manner

LISTS = Path(__file__).parents[1] / "data" / "spinner.txt"

ONE_WAY: list[tuple[str, list[str], dict[str, Any], str, str]] = [
    ("whole words only", ["car|auto"], {}, "A car, a cart, scar.", "A auto, a cart, scar."),
    ("every occurrence", ["car|auto"], {}, "car car.\n\n(car)", "auto auto.\n\n(auto)"),
    ("first letter upper", ["car|auto"], {}, "Car. Car", "Auto. Auto"),
    ("all capitals stay", ["car|auto"], {}, "CAR cAR car", "CAR cAR auto"),
    ("capitals in the list", ["Paris|Rome"], {}, "Paris paris", "Rome paris"),
    ("first line wins", ["car|auto", "car|van"], {}, "a car", "a auto"),
    ("file order", ["red|blue", "red car|van"], {}, "a red car", "a blue car"),
    ("phrases first", ["red car|van", "red|blue"], {}, "a red car, red", "a van, blue"),
    ("phrase, upper", ["in fact|indeed"], {}, "In fact it is", "Indeed it is"),
    ("a phrase may begin a word later", ["a b|x"], {}, "a a b", "a x"),
    ("nothing twice", ["car|auto", "auto|van"], {}, "car auto", "auto van"),
    ("not within a phrase", ["old car|auto bus", "bus|van"], {}, "old car bus", "auto bus van"),
    ("a phrase ends with its line", ["old car|auto"], {}, "old\ncar old  car", "old\ncar auto"),
    ("apostrophes", ["don't|never"], {}, "I don't. don' t", "I never. don' t"),
    ("only the first is a source", ["car|auto"], {}, "auto", "auto"),
    ("shuffle: every member", ["car|auto"], {"shuffle": True}, "Auto car", "Car auto"),
    ("hyphenated are left", ["well|nicely"], {}, "well-known as well", "well-known as nicely"),
    ("but not in 2015", ["well|nicely"], {"skip_hyphenated": False}, "well-off", "nicely-off"),
    ("quotes are spun", ["car|auto"], {}, '"A car", he', '"A auto", he'),
    ("unless kept", ["car|auto"], {"skip_quoted": True}, '"A car", a car', '"A car", a auto'),
    ("curly too", ["car|auto"], {"skip_quoted": True}, "“A car” car", "“A car” auto"),
    ("names are spun", ["may|could"], {}, "In May we may", "In Could we could"),
    (
        "unless kept, but not where a sentence begins",
        ["may|could"],
        {"skip_capitalised": True},
        "May I? In May we may. May we",
        "Could I? In May we could. Could we",
    ),
    (
        "tags, links and shortcodes are left",
        ["car|auto"],
        {},
        '<a title="car">car</a> www.car.com/car https://x.org/car [car id=1] car',
        '<a title="car">auto</a> www.car.com/car https://x.org/car [car id=1] auto',
    ),
    ("no density, no change", ["car|auto"], {"density": 0.0}, "a car", "a car"),
    ("cascade", ["a|b", "b|c", "c|d"], {"cascade": True}, "a B", "d D"),
    ("cascade goes down only", ["b|c", "a|b"], {"cascade": True}, "a b", "b c"),
    (
        "cascade takes a part of what was written, with the word after it",
        ["car|old auto", "auto shop|store"],
        {"cascade": True},
        "a car shop",
        "a old store",
    ),
    (
        "cascade takes every occurrence in what was written",
        ["car|auto and auto", "auto|van"],
        {"cascade": True},
        "a car",
        "a van and van",
    ),
    (
        "cascade tries each place in what was written",
        ["x|a a b", "a b|c"],
        {"cascade": True},
        "x",
        "a c",
    ),
]


@pytest.mark.parametrize(
    ("lines", "manner", "text", "expected"),
    [case[1:] for case in ONE_WAY],
    ids=[case[0] for case in ONE_WAY],
)
def test_with_one_way_to_spin(
    lines: list[str], manner: dict[str, Any], text: str, expected: str
) -> None:
    for seed in range(3):
        page = _spinner(*lines).spin(text, random.Random(seed), Manner(**manner))
        assert spun_text(page) == expected
        assert original_text(page) == text


def test_every_member_but_the_original_is_drawn() -> None:
    spinner = _spinner("car|auto|van|red bus")
    assert _drawn(spinner, "car") == {"auto", "van", "red bus"}
    assert _drawn(spinner, "auto", shuffle=True) == {"car", "van", "red bus"}


def test_one_draw_for_the_page_and_case_form() -> None:
    drawn = {tuple(text.split()) for text in _drawn(_spinner("car|auto|van"), "car car Car Car")}
    assert all(first == second and third == fourth for first, second, third, fourth in drawn)
    assert any(first != third.lower() for first, _, third, _ in drawn), "each form has its own"


def test_a_draw_for_each_occurrence() -> None:
    drawn = _drawn(_spinner("car|auto|van"), "car car", per_occurrence=True)
    assert drawn == {"auto auto", "auto van", "van auto", "van van"}


def test_density_is_the_share_of_lines_in_use() -> None:
    spinner = _spinner(*(f"w{i}|s{i}" for i in range(400)))
    text = " ".join(f"w{i} w{i}" for i in range(400))
    spun = spun_text(spinner.spin(text, random.Random(0), Manner(density=0.25))).split()
    assert spun[::2] == spun[1::2], "a line is used throughout or not at all"
    assert 70 < sum(word[0] == "s" for word in spun[::2]) < 130


def test_forms_are_the_single_words_it_can_write() -> None:
    assert _spinner("car|auto|red bus", "town|city").forms() == {"auto", "city"}


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("car| auto \n\nalone\nred|;|\n|\n", encoding="utf-8")
    spinner = DictionarySpinner.load(path)
    assert _drawn(spinner, "car red alone") == {"auto ; alone"}
    path.write_text("no list\n", encoding="utf-8")
    with pytest.raises(ValueError, match="is it a spinner list"):
        DictionarySpinner.load(path)


def test_entries_hold_out_lines_with_their_synonyms(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    lines = [f"w{i}|s{i}|common" for i in range(400)]
    path.write_text("\n".join(lines), encoding="utf-8")
    text = " ".join(f"w{i}" for i in range(400))
    train, held = (
        {s.original[0][1]: s.spun[0][1] for s in spinner.spin(text, random.Random(0)) if s.changed}
        for spinner in (DictionarySpinner.load(path, e) for e in ("train", "held_out"))
    )
    assert 20 < len(held) < 60 and len(train) + len(held) == 400 == len({*train, *held})
    assert "common" in train.values() and "common" not in held.values()


_LIST = DictionarySpinner.load(LISTS)
_WORDS = st.sampled_from([w for line in LISTS.read_text().split("\n") for w in line.split("|")])
_TEXTS = st.lists(st.one_of(_WORDS, _WORDS.map(str.title), st.text(max_size=9))).map(" ".join)
_MANNERS = st.builds(
    Manner,
    **dict.fromkeys(("per_occurrence", "shuffle", "cascade", "skip_hyphenated"), st.booleans()),
    density=st.sampled_from([0.5, 1.0]),
)


@given(_TEXTS, _MANNERS, st.integers(0, 9))
@example("İ ß\x1c", Manner(shuffle=True), 0)
def test_the_original_is_kept_beside_it(text: str, manner: Manner, seed: int) -> None:
    page = _LIST.spin(text, random.Random(seed), manner)
    assert original_text(page) == text.rstrip()
    assert all(segment.spun and segment.original for segment in page)


def _spinner(*lines: str) -> DictionarySpinner:
    return DictionarySpinner([line.split("|") for line in lines])


def _drawn(spinner: DictionarySpinner, text: str, **manner: bool) -> set[str]:
    rng = random.Random(1)
    return {spun_text(spinner.spin(text, rng, Manner(**manner))) for _ in range(60)}
