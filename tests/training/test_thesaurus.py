"""Synonyms of random senses, in the form of the word they replace; the two open thesauri."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.pairs import original_text, spun_text
from training.spinners import thesaurus
from training.spinners.thesaurus import Sense, Thesaurus, ThesaurusSpinner

SOURCE: Thesaurus = {
    "city": [Sense("NOUN", ("city", "metropolis"))],
    "town": [Sense("NOUN", ("town", "urban center"))],
    "opinion": [Sense("NOUN", ("opinion", "point of view"))],
    "leave": [Sense("VERB", ("leave", "go away"))],
    "big": [Sense("ADJ", ("big", "large", "Big"))],
    "famous": [Sense("ADJ", ("famous", "important"))],
    "quick": [Sense("ADJ", ("quick", "important"))],
    "in": [Sense("NOUN", ("in", "indium"))],
    "barns": [Sense(None, ("sheds",))],
    "mill": [Sense(None, ("plant",))],
    "don": [Sense("NOUN", ("don", "father"))],
}
ONE_WAY: list[tuple[str, dict[str, Any], str, str]] = [
    ("a synonym", {}, "a city", "a metropolis"),
    ("never the word itself", {}, "big big", "large large"),
    ("plural", {}, "two cities", "two metropolises"),
    ("of a phrase, the last word", {}, "Towns", "Urban centers"),
    ("but before an of", {}, "opinions", "points of view"),
    ("a verb's first word", {}, "She leaves, leaving", "She goes away, going away"),
    ("comparative", {}, "bigger", "larger"),
    ("where the synonym has none", {}, "quicker", "important"),
    ("lemmas only", {"inflect": False}, "cities leaves", "metropolis go away"),
    ("no part of speech: as listed", {}, "barns", "sheds"),
    ("and only where listed", {}, "the mill, mills", "the plant, mills"),
    ("function words", {}, "In it, in a city", "In it, in a metropolis"),
    ("cut by an apostrophe", {}, "I don't, the city's", "I don't, the metropolis's"),
    ("first letter upper", {}, "City City", "Metropolis Metropolis"),
    ("all capitals stay", {}, "CITY cITY", "CITY cITY"),
    ("hyphenated are left", {}, "a big-city", "a big-city"),
    ("protected are left", {}, "city.org #city `city` <city>", "city.org #city `city` <city>"),
    ("no density, no change", {"density": 0.0}, "a city", "a city"),
]


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [case[1:] for case in ONE_WAY],
    ids=[case[0] for case in ONE_WAY],
)
def test_with_one_way_to_spin(options: dict[str, Any], text: str, expected: str) -> None:
    page = ThesaurusSpinner(SOURCE, **{"density": 1.0, **options}).spin(text, random.Random(0))
    assert spun_text(page) == expected
    assert original_text(page) == text


def test_any_sense_and_any_reading() -> None:
    source: Thesaurus = {
        "leave": [Sense("VERB", ("leave", "go")), Sense("VERB", ("leave", "exit", "part"))],
        "left": [Sense("ADJ", ("left", "socialist")), Sense("NOUN", ("left", "sinister"))],
    }
    written = {
        spun_text(ThesaurusSpinner(source, 1.0).spin("left", random.Random(seed)))
        for seed in range(80)
    }
    assert written == {"went", "gone", "exited", "parted", "socialist", "sinister"}


def test_one_draw_for_the_page_or_for_each_occurrence() -> None:
    source: Thesaurus = {"big": [Sense("ADJ", ("big", "large", "great"))]}
    for each, number in ((False, 2), (True, 4)):
        spinner = ThesaurusSpinner(source, 1.0, per_occurrence=each)
        texts = {spun_text(spinner.spin("big, Big", random.Random(seed))) for seed in range(40)}
        assert len(texts) == number


def test_density_is_the_share_of_covered_words() -> None:
    letters = "abcdefghijklmnopqrst"
    covered = [f"w{a}{b}" for a in letters for b in letters]
    source: Thesaurus = {word: [Sense(None, ("spun",))] for word in covered}
    text = " ".join(covered) + " and others that none covers"
    spun = spun_text(ThesaurusSpinner(source, 0.25).spin(text, random.Random(0))).split()
    assert 70 < spun.count("spun") < 130


def test_forms_are_the_single_words() -> None:
    source: Thesaurus = {"town": [Sense("NOUN", ("town", "urban center", "burg"))]}
    assert ThesaurusSpinner(source).forms() == {"town", "burg"}


def test_wordnet(tmp_path: Path) -> None:
    licence = "  1 This software is free\n"
    for part, lines in {
        "noun": "00000017 03 n 02 Barn_Owl 0 barn_owl 0 001 @ 00000020 n 0000 | a bird\n",
        "verb": "00000017 29 v 02 hoot 0 screech 0 000 | cry\n00000099 29 v 01 be 0 000 | be",
        "adj": "00000017 00 a 02 owlish(ip) 0 wise 0 000 | like an owl\n",
        "adv": "",
    }.items():
        (tmp_path / f"data.{part}").write_text(licence + lines, encoding="utf-8")
    assert thesaurus.wordnet(tmp_path) == {
        "barn owl": [Sense("NOUN", ("Barn Owl", "barn owl"))] * 2,
        "hoot": [Sense("VERB", ("hoot", "screech"))],
        "screech": [Sense("VERB", ("hoot", "screech"))],
        "owlish": [Sense("ADJ", ("owlish", "wise"))],
        "wise": [Sense("ADJ", ("owlish", "wise"))],
    }


def test_mythes(tmp_path: Path) -> None:
    path = tmp_path / "th.dat"
    path.write_text(
        "UTF-8\nOwl|2\n(noun)|hooter|bird (generic term)\n(verb)|smuggle|declare (antonym)\n"
        "wise|1\n(adj)|owlish (similar term)|sage\n",
        encoding="utf-8",
    )
    found = thesaurus.mythes(path)
    assert found["owl"] == [Sense("NOUN", ("hooter", "bird")), Sense("VERB", ("smuggle",))]
    assert found["wise"] == [Sense("ADJ", ("owlish", "sage"))]


def test_a_missing_source_names_its_package(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="apt-get install wordnet-base"):
        thesaurus.wordnet(tmp_path)
    with pytest.raises(FileNotFoundError, match="apt-get install mythes-en-us"):
        thesaurus.mythes(tmp_path / "th.dat")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lemminflect", None)
    with pytest.raises(ImportError, match="pip install 'lemminflect"):
        ThesaurusSpinner(SOURCE, 1.0).spin("a city", random.Random(0))


@pytest.mark.parametrize("source", ["wordnet", "mythes"])
def test_the_installed_thesauri(source: Any) -> None:
    try:
        spinner = thesaurus.load(source, density=1.0)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert len(spinner.forms()) > 40_000
    texts = {spun_text(spinner.spin("The cities grew.", random.Random(i))) for i in range(30)}
    assert len(texts) > 5 and any("metropolises" in text for text in texts)


_WORDS = st.sampled_from(["city", "Towns", "left", "big-city", "it's", "\n", "x.org", "leaves"])


@given(st.lists(st.one_of(_WORDS, st.text(max_size=9))).map(" ".join), st.integers(0, 9))
def test_the_original_is_kept_beside_it(text: str, seed: int) -> None:
    page = ThesaurusSpinner(SOURCE, 0.7).spin(text, random.Random(seed))
    assert original_text(page) == text.rstrip()
    assert all(segment.spun and segment.original for segment in page)
