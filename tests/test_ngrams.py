"""The trigram model against counts worked by hand, and through its file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from repair.ngrams import BACKOFF, EDGE, Ngrams, word_id
from training import ngrams as counting
from training.ngrams import count

TEXTS = ["the old city", "The old town\nthe old city", "a new city"]
THE = 3 / 5  # of five edges, the last one included, three are followed by it
STEP = 1 / 14  # counts are kept in steps of this logarithm


def ids(words: str) -> list[int]:
    return [EDGE, EDGE, *map(word_id, words.split())]


@pytest.fixture
def model() -> Ngrams:
    return count(TEXTS, least=1)


@pytest.mark.parametrize(
    ("words", "probability"),
    [
        ("the", THE),
        ("the old", THE * 1),
        ("the old city", THE * 1 * 2 / 3),
        ("the old town", THE * 1 * 1 / 3),
        (
            "the new city",
            THE * (BACKOFF**2 * 1 / 12) * (BACKOFF * 1),
        ),  # "new" was never after "the"
        ("zebra", BACKOFF**2 * 1 / 12),  # unknown: as if seen once among twelve words
    ],
)
def test_stupid_backoff(words: str, probability: float, model: Ngrams) -> None:
    assert model.words == 12
    (score,) = model.scores([ids(words)])
    assert score == pytest.approx(math.log(probability), abs=2 * STEP * len(words.split()))


def test_each_sequence_is_scored_alone(model: Ngrams) -> None:
    sequences = [ids("the old city"), [], ids("a"), [EDGE, EDGE], ids("the old zebra")]
    assert model.scores(sequences) == pytest.approx([model.scores([s])[0] for s in sequences])
    assert model.scores([]) == []
    assert model.scores([[EDGE]]) == [0.0]


def test_what_counts_as_one_word() -> None:
    assert word_id("City") == word_id("city") != word_id("cities")
    assert word_id("1999") == word_id("7th") == word_id("٣")
    assert word_id("don’t") == word_id("don't")
    assert word_id("\ud800")  # half a surrogate pair, as broken text may hold


def test_rare_ngrams_are_left_out() -> None:
    model = count(TEXTS, least=2)
    known, unknown = model.scores([ids("the old city"), ids("the old town")])
    assert known > unknown
    assert [len(table.hashes) for table in model.tables] == [4, 5, 5]


def test_nothing_counted() -> None:
    model = count(["a b c"], least=99)
    assert np.isfinite(model.scores([ids("a b c")])).all()


def test_the_file_holds_the_model(model: Ngrams, tmp_path: Path) -> None:
    model.save(tmp_path / "ngrams.npz")
    loaded = Ngrams.load(tmp_path / "ngrams.npz")
    assert loaded.words == model.words
    for one, two in zip(loaded.tables, model.tables, strict=True):
        np.testing.assert_array_equal(one.hashes, two.hashes)
        np.testing.assert_array_equal(one.steps, two.steps)
        assert one.hashes.dtype == np.uint32


def test_counting_in_chunks(model: Ngrams, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the n-grams across their borders, chunks change nothing."""
    monkeypatch.setattr(counting, "CHUNK", 5)
    parts = count(TEXTS, least=1)
    assert parts.words == model.words
    np.testing.assert_array_equal(parts.tables[0].hashes, model.tables[0].hashes)
    assert len(parts.tables[2].hashes) < len(model.tables[2].hashes)
