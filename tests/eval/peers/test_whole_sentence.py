"""As many tokens are written as are read; only the time they take is of use."""

from __future__ import annotations

from typing import Any

import ctranslate2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.peers import whole_sentence
from eval.peers.whole_sentence import words_per_second
from repair.repairer import BATCH
from repair.vocabulary import padded

TEXTS = ["The boat had left the harbour before dawn, and nobody saw it go. " * 30, "Nobody."] * 8


def test_as_many_tokens_are_written_as_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read, written = [], []

    class Counted(ctranslate2.Translator):  # type: ignore[misc]
        def translate_batch(self, sources: list[list[str]], **options: Any) -> Any:
            results = super().translate_batch(sources, **options)
            read.append(sum(len([t for t in s if t != "[PAD]"]) for s in sources))
            written.append(sum(len(r.hypotheses[0]) for r in results))
            return results

    monkeypatch.setattr(ctranslate2, "Translator", Counted)
    assert words_per_second(TEXTS) > 0
    frames = 2 * BATCH  # start and end of each window
    assert all(0.7 * r - frames <= w <= r for r, w in zip(read, written)), (read, written)


@given(st.lists(st.integers(1, 126), max_size=60))
def test_batches_hold_all_windows_and_mix_no_length_classes(lengths: list[int]) -> None:
    batches = whole_sentence._batches([[0] * length for length in lengths], frame=2)
    assert sorted(len(source) for batch in batches for source in batch) == sorted(lengths)
    for batch in batches:
        assert len(batch) <= BATCH and len({padded(len(s) + 2) for s in batch}) == 1
