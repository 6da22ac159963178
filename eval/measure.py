"""The figures of the model card: restored wording, harm and speed.

Each function takes held-out documents and a `Repairer` and returns plain
figures; every score of the repaired text stands beside that of doing nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics import BLEU, CHRF

from eval.edits import Counts, count, gold_edits
from repair.repairer import Repairer
from training.pairs import original_text
from training.spinners.dictionary import DictionarySpinner, Manner


@dataclass(frozen=True)
class Restoration:
    """Edits against gold, and both text scores for doing nothing and for the repaired text."""

    counts: Counts
    bleu: tuple[float, float]
    chrf: tuple[float, float]
    passed: float  # share of the pages that the gate let through

    def __str__(self) -> str:
        return (
            f"{self.counts}; BLEU {self.bleu[0]:.1f} -> {self.bleu[1]:.1f}, "
            f"chrF {self.chrf[0]:.1f} -> {self.chrf[1]:.1f}; gate passed {self.passed:.2%}"
        )


def restoration(
    repairer: Repairer,
    documents: Sequence[str],
    spinner: DictionarySpinner,
    manner: Manner,
    seed: int,
) -> Restoration:
    """Spin the documents, repair them, and compare with what they were."""
    rng = random.Random(seed)
    pages = [spinner.spin(text, rng, manner) for text in documents]
    spun = [gold_edits(page) for page in pages]
    clean = [original_text(page) for page in pages]
    repairs = list(repairer.explain_many([text for text, _ in spun], progress=True))
    counts = Counts()
    for (text, gold), repair in zip(spun, repairs):
        counts += count(text, gold, repair.edits)
    before, after = [text for text, _ in spun], [repair.text for repair in repairs]
    return Restoration(
        counts,
        _scores(BLEU(), before, after, clean),
        _scores(CHRF(), before, after, clean),
        sum(repairer.is_spun(text) for text in before) / len(before),
    )


def harm(repairer: Repairer, documents: Sequence[str]) -> tuple[Counts, float]:
    """Edits on clean text, all of them false, and the share of pages the gate let through."""
    counts = Counts()
    passed = 0
    for repair in repairer.explain_many(documents, progress=True):
        counts += count(repair.input, [], repair.edits)
        passed += repairer.is_spun(repair.input)
    return counts, passed / len(documents)


def speed(repairer: Repairer, pages: Sequence[str]) -> float:
    """Words a second over a stream of pages, after a first one has warmed the models."""
    repairer.fix(pages[0])
    start = time.perf_counter()
    words = sum(len(text.split()) for text in repairer.fix_many(pages))
    return words / (time.perf_counter() - start)


def of_length(documents: Sequence[str], words: int) -> list[str]:
    """Pages of so many words: paragraphs joined until there are enough, the rest dropped.

    >>> of_length(["a b c", "d e", "f"], 2)
    ['a b', 'c d', 'e f']
    """
    stream = [word for text in documents for word in text.split(" ")]
    return [" ".join(stream[i : i + words]) for i in range(0, len(stream) - words + 1, words)]


def _scores(
    metric: BLEU | CHRF, before: list[str], after: list[str], clean: list[str]
) -> tuple[float, float]:
    one, two = (metric.corpus_score(texts, [clean]).score for texts in (before, after))
    return one, two
