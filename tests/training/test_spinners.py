"""Settings name a spinner, a recipe has it spin, and a density may be drawn for each page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from training import config, spinners
from training.pairs import spun_text
from training.prepare import recipes
from training.spinners.base import drawn, percentile


@pytest.fixture
def word_list(tmp_path: Path) -> str:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"w{i}|s{i}\n" for i in range(300)), encoding="utf-8")
    return str(path)


def test_a_dictionary_unless_a_kind_is_named(word_list: str) -> None:
    for settings in ({"list": word_list}, {"kind": "dictionary", "list": word_list}):
        assert _spun(spinners.load(settings), "a w1 W2") == "a s1 S2"


def test_the_manner_is_kept(word_list: str) -> None:
    manner = {"skip_capitalised": True}
    spinner = spinners.load({"list": word_list, "manner": manner})
    assert _spun(spinner, "a w1 W2") == "a s1 W2"


def test_phrases(tmp_path: Path) -> None:
    path = tmp_path / "phrases.tsv"
    path.write_text("spun\toriginal\tcount\nmetal bird\tplane\t3\n", encoding="utf-8")
    spinner = spinners.load({"kind": "phrases", "list": str(path), "split": "all"})
    assert _spun(spinner, "The plane") == "The metal bird"


def test_a_density_of_two_numbers_is_drawn_for_each_page(word_list: str) -> None:
    text = " ".join(f"w{i}" for i in range(300))
    spinner = spinners.load({"list": word_list, "manner": {"density": [0.2, 0.8]}})
    rng = random.Random(1)
    shares = [spun_text(spinner.spin(text, rng)).count("s") / 300 for _ in range(40)]
    assert min(shares) < 0.35 and max(shares) > 0.65
    assert all(0.1 < share < 0.9 for share in shares)


def test_a_density_of_one_number_takes_no_draw() -> None:
    rng = random.Random(1)
    before = rng.getstate()
    assert drawn(0.5, rng) == 0.5
    assert rng.getstate() == before


def test_recipes(word_list: str) -> None:
    ways = recipes([{"weight": 2, "list": word_list}, {"weight": 1}])
    assert [way.weight for way in ways] == [2, 1]
    texts = [spun_text(way.page("w1 w2", random.Random(0))) for way in ways]
    assert texts == ["s1 s2", "w1 w2"]


RIGHT: list[dict[str, Any]] = [
    {"weight": 1},
    {"weight": 1, "list": "x"},
    {"weight": 1, "list": "x", "manner": {"density": [0.1, 0.4], "shuffle": True}},
    {"weight": 1, "kind": "dictionary", "list": "x", "entries": "held_out"},
    {"weight": 1, "kind": "thesaurus", "source": "wordnet", "density": 0.3, "inflect": False},
    {"weight": 1, "kind": "thesaurus", "source": "mythes", "density": [0.1, 0.3]},
    {"weight": 1, "kind": "phrases", "list": "x", "split": "test"},
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"weight": 1, "kind": "oracle"}, "kind is 'oracle', but must be dictionary or phrases or th"),
    ({"weight": 1, "kind": "dictionary"}, "recipes.0.list is missing; it must be text"),
    ({"weight": 1, "lst": "x"}, "did you mean recipes.0.list?"),
    ({"weight": 1, "list": "x", "entries": "some"}, "entries is 'some', but must be all or held"),
    ({"weight": 1, "list": "x", "density": 0.5}, "nothing here reads recipes.0.density"),
    ({"weight": 1, "list": "x", "manner": {"densty": 1}}, "did you mean recipes.0.manner.density"),
    ({"weight": 1, "kind": "thesaurus"}, "source is missing; it must be mythes or wordnet"),
    ({"weight": 1, "kind": "phrases", "list": "x", "density": "all"}, "a number, or a list"),
    ({"list": "x"}, "weight is missing"),
]


@pytest.mark.parametrize("recipe", RIGHT)
def test_recipes_that_can_be_used(recipe: dict[str, Any]) -> None:
    config.check(_calibration(recipe), "calibrate", "x.yaml")


@pytest.mark.parametrize(("recipe", "message"), WRONG)
def test_recipes_that_cannot(recipe: dict[str, Any], message: str) -> None:
    with pytest.raises(config.ConfigError) as error:
        config.check(_calibration(recipe), "calibrate", "x.yaml")
    assert message in str(error.value)


def test_a_recipe_must_be_settings() -> None:
    with pytest.raises(config.ConfigError, match="must be settings"):
        config.check(_calibration("x"), "calibrate", "x.yaml")


def test_percentiles_spread_and_do_not_tell_forms_apart() -> None:
    places = [percentile(f"word{i}") for i in range(2000)]
    assert set(places) == set(range(100))
    assert 150 < sum(place < 10 for place in places) < 250
    assert percentile("The old barns") == percentile("an Old barn")
    assert percentile("the") != percentile("of"), "of a function word alone, itself counts"


def _spun(spinner: spinners.Spinner, text: str) -> str:
    return spun_text(spinner.spin(text, random.Random(0)))


def _calibration(recipe: Any) -> dict[str, Any]:
    return {"seed": 1, "corpora": [], "recipes": [recipe], "pages": 1, "clean_passed": 0.1}
