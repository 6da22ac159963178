"""Counts agree with counting by hand, and come back from the disk."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.peers import counts as module
from eval.peers.counts import Counts
from training import corpus

TEXTS = st.lists(st.lists(st.sampled_from("abcde"), max_size=12).map(" ".join), max_size=6)


@given(TEXTS, st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3))
def test_as_counted_by_hand(texts: list[str], asked: list[str]) -> None:
    by_hand = Counter(
        tuple(words[i : i + len(asked)])
        for words in map(str.split, texts)
        for i in range(len(words) - len(asked) + 1)
    )
    assert Counts.of(texts).count(asked) == by_hand[tuple(asked)]


def test_a_longer_wording_is_as_frequent_as_its_rarest_triple() -> None:
    counts = Counts.of(["as far as I know", "as far as I see", "far as I know"])
    assert counts.frequency("As far as I know") == 2
    assert counts.frequency("as far as you know") == 0


def test_only_what_may_be_trained_on_is_counted_and_only_once(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_back = "The city has a new mayor"
    split = lambda text: "test" if text.startswith(kept_back) else "train"
    monkeypatch.setattr(corpus, "split_of", split)
    counts = Counts.load(settings, "a tool")
    assert counts.frequency("mayor said") == 1 and counts.frequency("new mayor") == 0
    monkeypatch.setattr(corpus, "training_documents", None)  # not read again
    again = Counts.load(settings, "a tool")
    assert again.ids == counts.ids and again.frequency("the city") == counts.frequency("the city")


def test_only_so_many_words(settings: dict[str, str]) -> None:
    assert Counts.load(settings | {"words": "20"}, "").frequency("iceberg") == 0
    assert Counts.load(settings, "").frequency("iceberg") == 1


def test_too_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BITS", 2)
    with pytest.raises(ValueError, match="4 different words are too many: set 'words' lower"):
        Counts.of(["a b c d"])


def test_save_and_read(tmp_path: Path) -> None:
    counts = Counts.of(["na\u00efve caf\u00e9 \u2028 caf\u00e9", "caf\u00e9"])
    counts.save(tmp_path / "counts.npz")
    stored = Counts.read(tmp_path / "counts.npz")
    assert stored.ids == counts.ids and stored.frequency("caf\u00e9") == 3
    assert [path.name for path in tmp_path.iterdir()] == ["counts.npz"]
