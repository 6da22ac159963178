"""Suites build the same cases every time, and say what is wrong with a file of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from eval import suites
from eval.case import Gold
from eval.suites import Suite
from repair.edits import Edit, Repair
from training.config import ConfigError

SENTENCES = [
    "The house by the river has many children in old boats.",
    "A teacher began to repair the house, and it's hard to find money for it.",
    "People came to see the boats; some said that they would rather walk.",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Documents of several paragraphs; which of them are `test` their words decide."""
    path = tmp_path / "documents.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for number in range(300):
            text = "\n".join(f"{sentence} Number {number}." for sentence in SENTENCES)
            file.write(json.dumps({"text": text}) + "\n")
    return path


@pytest.fixture
def spinner(tmp_path: Path) -> Path:
    path = tmp_path / "list.dat"
    path.write_text("house|dwelling|abode\nboats|vessels|watercraft\nit's|it is truly\n")
    return path


@pytest.fixture
def write(tmp_path: Path, corpus: Path, spinner: Path) -> Callable[..., Suite]:
    """A suite of these texts and this spinner, with changes."""

    def written(**changes: Any) -> Suite:
        settings: dict[str, Any] = {
            "what": "a dictionary spinner",
            "kind": "spun",
            "seed": 1,
            "words": 20,
            "texts": [{"path": str(corpus), "register": "stories", "documents": 3}],
            "spinners": [{"name": "own", "list": str(spinner)}],
        }
        settings |= changes
        settings = {key: value for key, value in settings.items() if value is not None}
        (tmp_path / "own.yaml").write_text(yaml.safe_dump(settings))
        return Suite.load(tmp_path / "own.yaml")

    return written


def test_gold_makes_the_reference_of_the_source(write: Callable[..., Suite]) -> None:
    cases = list(write().cases())
    assert len(cases) == 3
    for case in cases:
        edits = [
            Edit(g.start, g.end, case.source[g.start : g.end], g.replacement, 1.0)
            for g in case.gold
        ]
        assert edits
        assert Repair(case.source, "repaired", "", 1.0, 0.5).apply(edits) == case.reference
        assert case.source.count("\n") == 1, "paragraphs up to the twentieth word"
        assert case.tags == {"register": "stories", "words": "20", "spinner": "own"}


def test_rebuilt_byte_for_byte(write: Callable[..., Suite], tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    assert suites.write(write().cases(), one) == suites.write(write().cases(), two)
    assert one.read_bytes() == two.read_bytes()
    assert list(suites.read(one)) == list(write().cases())
    assert suites.write(write(seed=2).cases(), two) != suites.write(write().cases(), one)


def test_no_case_depends_on_how_many_there_are(write: Callable[..., Suite]) -> None:
    many, few = list(write().cases()), list(write().limited(2).cases())
    assert few == many[:2]


def test_lengths_and_spinners_make_a_grid(write: Callable[..., Suite], spinner: Path) -> None:
    both = [
        {"name": "all", "list": str(spinner)},
        {"name": "half", "list": str(spinner), "manner": {"density": 0.5}},
    ]
    cases = list(write(words=[5, 30], spinners=both).limited(1).cases())
    assert [(c.tags["words"], c.tags["spinner"]) for c in cases] == [
        ("5", "all"),
        ("5", "half"),
        ("30", "all"),
        ("30", "half"),
    ]
    assert len({case.id for case in cases}) == 4


def test_other_wordings_that_are_as_right(write: Callable[..., Suite]) -> None:
    (case,) = write(words=40).limited(1).cases()
    accepted = {g.replacement: g.accepted for g in case.gold}
    assert accepted["it's"] == ("it is", "it’s")
    assert accepted["house"] == ()


def test_clean_pages_have_no_gold(write: Callable[..., Suite]) -> None:
    for case in write(kind="clean", spinners=None).cases():
        assert case.source == case.reference and case.gold == ()


def test_translated_pages_are_their_own_reference(write: Callable[..., Suite]) -> None:
    for case in write(kind="translated").cases():
        assert case.source == case.reference and case.gold == ()
        assert "dwelling" in case.source or "abode" in case.source


def test_a_users_own_pairs(write: Callable[..., Suite], tmp_path: Path) -> None:
    pairs = tmp_path / "mine.csv"
    pairs.write_text("spun,clean\nThe metropolis sleeps well-off.,The city sleeps well off.\n")
    suite = write(texts=None, spinners=None, words=None, pairs=[str(pairs)])
    (case,) = suite.cases()
    assert case.id == "mine/0" and case.reference == "The city sleeps well off."
    assert case.gold == (Gold(4, 14, "city"), Gold(26, 27, " "))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "mixed"}, "kind is 'mixed', but must be clean or spun or translated"),
        ({"texts": None}, "a suite needs either `texts` or `pairs`"),
        ({"pairs": ["mine.csv"]}, "a suite needs either `texts` or `pairs`"),
        ({"sed": 3}, "nothing here reads sed; did you mean seed?"),
        ({"spinners": [{"list": "x.dat"}]}, "spinners.0.name is missing"),
    ],
)
def test_what_is_wrong_is_named(
    changes: dict[str, Any], message: str, write: Callable[..., Suite]
) -> None:
    with pytest.raises(ConfigError, match=message):
        write(**changes)


def test_an_unknown_suite() -> None:
    with pytest.raises(ConfigError, match=r"no suite wpsa; there are: .*wpas-2021"):
        Suite.load("wpsa")


@pytest.mark.parametrize("name", suites.names())
def test_the_suites_of_the_project_load(name: str) -> None:
    assert Suite.load(name).name == name
