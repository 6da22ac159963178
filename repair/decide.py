"""Which edits are safe? Calibrated probabilities, a harm budget, articles that agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from repair.articles import agreeing
from repair.edits import Alternative, Edit
from repair.evidence import CLEAN_WORDS, OPINIONS, WORDINGS, Evidence, Finding, proposals
from repair.ngrams import Ngrams
from repair.options import Options
from repair.page import Page


@dataclass(frozen=True)
class Decider:
    """Weights of the calibration, and the page densities that keep each harm budget.

    `weights` belong to an `Evidence`'s opinions, the last one to the constant 1;
    `wordings` to its buckets: which words are easily taken for spun ones, and
    which pairs the restorer confuses. `budgets` are pairs (false edits per
    10,000 clean words, least density), measured on held-out clean pages.
    """

    weights: tuple[float, ...]
    wordings: np.ndarray  # float16, shape (WORDINGS,)
    budgets: tuple[tuple[float, float], ...]
    vote: float  # share of a span's reading that the page's other occurrences decide

    @classmethod
    def load(cls, path: str | Path) -> Decider:
        with np.load(path) as stored:
            weights, wordings = stored["weights"], stored["wordings"]
            budgets, vote = stored["budgets"], stored["vote"]
        if weights.shape != (OPINIONS + 1,) or wordings.shape != (WORDINGS,):
            raise ValueError(f"{path}: weights of the shapes {weights.shape} and {wordings.shape}")
        pairs = tuple((float(harm), float(density)) for harm, density in budgets)
        return cls(tuple(map(float, weights)), wordings, pairs, float(vote))

    def save(self, path: str | Path) -> None:
        np.savez_compressed(
            path,
            weights=self.weights,
            wordings=self.wordings.astype(np.float16),
            budgets=self.budgets,
            vote=self.vote,
        )

    def least_density(self, harm: float) -> float:
        """The density a page must have so that clean text suffers at most `harm`."""
        kept = [density for budget, density in self.budgets if budget <= harm]
        return min(kept, default=max(density for _, density in self.budgets))

    def candidates(
        self, page: Page, findings: Sequence[Finding], options: Options, ngrams: Ngrams
    ) -> tuple[Edit, ...]:
        """All edits down to the floor, in order, none overlapping."""
        edits = []
        for proposal in proposals(page, findings, self.vote, ngrams):
            probable = (
                (text, round(self.probability(evidence), 4))
                for text, evidence in proposal.wordings.items()
            )
            (best, probability), *others = sorted(probable, key=lambda pair: -pair[1])
            if probability >= min(options.floor, options.threshold):
                alternatives = tuple(Alternative(*other) for other in others)
                start, end = proposal.start, proposal.end
                edits.append(
                    Edit(
                        start,
                        end,
                        page.text[start:end],
                        best,
                        probability,
                        alternatives[: options.alternatives],
                    )
                )
        return tuple(agreeing(page, edits))

    def probability(self, evidence: Evidence) -> float:
        """The calibrated probability that an edit is right."""
        logit = sum(w * x for w, x in zip(self.weights, (*evidence.opinions, 1.0), strict=True))
        logit += float(self.wordings[list(evidence.wordings)].sum(dtype=np.float64))
        return 1 / (1 + math.exp(-logit))


def density(page: Page, edits: Iterable[Edit]) -> float:
    """Expected right edits for each word of the page, thinned like `spun_share`."""
    return sum(edit.probability for edit in edits) / (len(page) + CLEAN_WORDS)
