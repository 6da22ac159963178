"""Listed phrases are replaced, and the splits keep their originals apart."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.pairs import original_text, spun_text
from training.spinners import phrases
from training.spinners.phrases import PhraseSpinner, split_of

PAIRS = [
    ("profound soil", "deep earth"),
    ("profound soil layers", "deep earth layer"),
    ("mud", "earth"),
    ("fore-cooking", "pre-heating"),
    ("gold", "Au"),
]
ONE_WAY = [
    ("a phrase", "The deep earth is", "The profound soil is"),
    ("the longest first", "a deep earth layer of earth", "a profound soil layers of mud"),
    ("whole words only", "deep earthy earths", "deep earthy earths"),
    ("a capital is carried over", "Deep earth. Earth", "Profound soil. Mud"),
    ("of each word, if they are as many", "Deep Earth", "Profound Soil"),
    ("all capitals", "DEEP EARTH", "PROFOUND SOIL"),
    ("a hyphen is part of it", "Pre-heating, pre - heating", "Fore-cooking, pre - heating"),
    ("any space stands for a space", "deep  earth", "profound soil"),
    ("but not the end of a line", "deep\nearth", "deep\nmud"),
    ("a link is left", "see earth.org/deep earth", "see earth.org/deep mud"),
    ("capitals in the list", "au", "gold"),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in ONE_WAY], ids=[case[0] for case in ONE_WAY]
)
def test_with_one_way_to_spin(text: str, expected: str) -> None:
    page = PhraseSpinner(PAIRS).spin(text, random.Random(0))
    assert spun_text(page) == expected
    assert original_text(page) == text


def test_one_draw_for_the_page() -> None:
    spinner = PhraseSpinner([("mud", "earth"), ("soil", "earth")])
    texts = {spun_text(spinner.spin("earth, earth", random.Random(seed))) for seed in range(20)}
    assert texts == {"mud, mud", "soil, soil"}


def test_density_is_the_share_of_originals() -> None:
    spinner = PhraseSpinner([(f"s{i}", f"wa{i}") for i in range(400)], 0.25)
    text = " ".join(f"wa{i}" for i in range(400)).translate(
        str.maketrans("0123456789", "abcdefghij")
    )
    letters = PhraseSpinner([("s", word) for word in text.split()], 0.25)
    assert 70 < spun_text(letters.spin(text, random.Random(0))).split().count("s") < 130
    assert spun_text(spinner.spin("wa1 wa2", random.Random(0))) == "wa1 wa2", "digits are protected"


def test_forms_are_the_single_words_it_can_write() -> None:
    assert PhraseSpinner(PAIRS).forms() == {"mud", "gold"}


def test_load_takes_one_split(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    originals = [f"w{i}" for i in range(1000)]
    rows = [f"s{original}\t{original}\t1" for original in originals]
    path.write_text("\n".join(["spun\toriginal\tcount", *rows, "", "alone"]), encoding="utf-8")
    parts = {s: phrases.load(str(path), s).forms() for s in ("train", "dev", "test")}
    assert sum(map(len, parts.values())) == 1000 == len(frozenset().union(*parts.values()))
    assert 650 < len(parts["train"]) < 750 and 70 < len(parts["dev"]) < 130
    assert parts["test"] == {f"s{w}" for w in originals if split_of(w) == "test"}
    assert phrases.load(str(path), "all").forms() == frozenset().union(*parts.values())


def test_originals_that_are_function_words_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("spun\toriginal\nblob\tby the\nstain\t-\nmud\tthe earth\n", encoding="utf-8")
    assert phrases.load(str(path), "all", function_words=False).forms() == {"mud"}
    assert phrases.load(str(path), "all").forms() == {"blob", "stain", "mud"}


def test_forms_of_an_original_share_its_split() -> None:
    assert (
        len({split_of(o) for o in ("neural network", "Neural networks", "a neural network")}) == 1
    )


def test_a_file_without_phrases(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("spun\toriginal\nalone\n", encoding="utf-8")
    with pytest.raises(ValueError, match="is it a list of phrases"):
        phrases.load(str(path))


_WORDS = st.sampled_from(["deep", "earth", "layer", "Deep", "pre", "-", "heating", "\n", "Au", " "])


@given(st.lists(st.one_of(_WORDS, st.text(max_size=5))).map(" ".join), st.integers(0, 9))
def test_the_original_is_kept_beside_it(text: str, seed: int) -> None:
    page = PhraseSpinner(PAIRS, 0.7).spin(text, random.Random(seed))
    assert original_text(page) == text.rstrip()
    assert all(segment.spun and segment.original for segment in page)
