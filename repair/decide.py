"""Which edits are safe? Calibrated probabilities, a harm budget, articles that agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from repair.articles import agreeing
from repair.edits import Alternative, Edit
from repair.evidence import CLEAN_WORDS, OPINIONS, WORDINGS, Evidence, proposals
from repair.findings import Finding
from repair.ngrams import Ngrams
from repair.options import Options
from repair.page import Page

HIDDEN = 32  # units; on 240 pages restored at precision 0.90 was 0.68 without any, 0.70 with these


@dataclass(frozen=True)
class Decider:
    """A small network that weighs the evidence, and the page densities that keep each harm budget.

    An edit's log odds of being right are the sum of a hidden layer of tanh
    units over its opinions, of the opinions themselves, and of what is known of
    its wordings: which are easily taken for spun ones, which pairs the restorer
    confuses. The last row of the first two belongs to the constant 1.
    `budgets` are pairs (false edits per 10,000 clean words, least density),
    measured on held-out clean pages.
    """

    inner: np.ndarray  # float32, shape (OPINIONS + 1, HIDDEN)
    outer: np.ndarray  # float32, shape (HIDDEN,)
    direct: np.ndarray  # float32, shape (OPINIONS + 1,)
    wordings: np.ndarray  # float16, shape (WORDINGS,)
    budgets: tuple[tuple[float, float], ...]
    vote: float  # share of a span's reading that the page's other occurrences decide

    @classmethod
    def load(cls, path: str | Path) -> Decider:
        with np.load(path) as stored:
            arrays = {name: stored[name] for name in _SHAPES}
            budgets, vote = stored["budgets"], stored["vote"]
        for name, shape in _SHAPES.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{path}: {name} of the shape {arrays[name].shape}, not {shape}")
        pairs = tuple((float(harm), float(density)) for harm, density in budgets)
        return cls(**arrays, budgets=pairs, vote=float(vote))

    @classmethod
    def ignorant(cls) -> Decider:
        """One that gives every edit a probability of a half."""
        zeros = {name: np.zeros(shape, np.float32) for name, shape in _SHAPES.items()}
        return cls(**zeros, budgets=((1.0, 0.0),), vote=0.0)

    def save(self, path: str | Path) -> None:
        np.savez_compressed(path, **vars(self))

    def least_density(self, harm: float) -> float:
        """The density a page must have so that clean text suffers at most `harm`."""
        kept = [density for budget, density in self.budgets if budget <= harm]
        return min(kept, default=max(density for _, density in self.budgets))

    def candidates(
        self, page: Page, findings: Sequence[Finding], options: Options, ngrams: Ngrams
    ) -> tuple[Edit, ...]:
        """All edits down to the floor, in order, none overlapping."""
        found = list(proposals(page, findings, self.vote, ngrams))
        probabilities = iter(
            self.probabilities([one for proposal in found for one in proposal.wordings.values()])
        )
        edits = []
        for proposal in found:
            probable = [(text, round(next(probabilities), 4)) for text in proposal.wordings]
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

    def probabilities(self, evidence: Sequence[Evidence]) -> list[float]:
        """The calibrated probabilities that edits are right."""
        if not evidence:
            return []
        opinions = np.array([(*one.opinions, 1.0) for one in evidence], np.float32)
        known = self.wordings[np.array([one.wordings for one in evidence])].astype(np.float32)
        logits = np.tanh(opinions @ self.inner) @ self.outer + opinions @ self.direct + known.sum(1)
        return [1 / (1 + math.exp(-float(logit))) for logit in logits.clip(-30, 30)]


_SHAPES = {
    "inner": (OPINIONS + 1, HIDDEN),
    "outer": (HIDDEN,),
    "direct": (OPINIONS + 1,),
    "wordings": (WORDINGS,),
}


def density(page: Page, edits: Iterable[Edit]) -> float:
    """Expected right edits for each word of the page, thinned like `spun_share`."""
    return sum(edit.probability for edit in edits) / (len(page) + CLEAN_WORDS)
