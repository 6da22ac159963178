"""Which edits are safe? Page-wide evidence, calibrated probabilities, articles that agree."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np

from repair.articles import agreeing, disagreements, is_article
from repair.edits import Alternative, Edit
from repair.options import Options
from repair.page import Page
from repair.restorer import Reading
from repair.spans import Span
from repair.wording import recased

# How often an article before a span does not fit what stood there: when it belonged to the entry.
ARTICLE_SLIP = 0.05
FEATURES = 8  # opinions in an `Evidence`
WORDINGS = 1 << 16  # buckets for what is known of single wordings: 128 KB
CLEAN_WORDS = 60  # words of clean text that every page is thought to begin with; see `density`


@dataclass(frozen=True)
class Finding:
    """One span, what the detector thought of it, and what the restorer reads in its place."""

    span: Span
    spun: float  # probability that the span is spun
    readings: tuple[Reading, ...]  # best first


@dataclass(frozen=True)
class Evidence:
    """What the calibration sees of an edit.

    `opinions` are those of the models and the page; `wordings` the buckets of
    the words it takes away, of those it puts there, and of both together.
    """

    opinions: tuple[float, ...]
    wordings: tuple[int, ...]


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
        if weights.shape != (FEATURES + 1,) or wordings.shape != (WORDINGS,):
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
        self, page: Page, findings: Sequence[Finding], options: Options
    ) -> tuple[Edit, ...]:
        """All edits down to the floor, in order, none overlapping."""
        edits = []
        for proposal in proposals(page, findings, self.vote):
            (best, probability), *others = (
                (text, round(self.probability(evidence), 4))
                for text, evidence in proposal.wordings.items()
            )
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


@dataclass(frozen=True)
class Proposal:
    """The wordings that may replace a span, best first, with the evidence for each."""

    start: int
    end: int
    wordings: dict[str, Evidence]


def proposals(page: Page, findings: Sequence[Finding], vote: float) -> Iterator[Proposal]:
    """What could be changed, after the page's vote and the article's, less what changes nothing."""
    share = spun_share(page, ((f.span, f.spun) for f in findings))
    for finding in voted(page, findings, vote):
        finding = with_article(page, finding)
        start, end = page.starts[finding.span.start], page.ends[finding.span.end - 1]
        original = page.text[start:end]
        words = [page.word(i) for i in range(*finding.span)]
        wordings: dict[str, Evidence] = {}
        for reading in finding.readings:
            text = recased(words, reading.text)
            same = text.lower() == original.lower()
            digits = any(map(str.isdigit, text))  # not ours to write
            if text and not same and not digits and text not in wordings:
                seen = opinions(finding, reading, share, len(page))
                wordings[text] = Evidence(seen, buckets(original, text))
        if wordings:
            yield Proposal(start, end, wordings)


def opinions(finding: Finding, reading: Reading, share: float, length: int) -> tuple[float, ...]:
    """Both models' opinions of an edit, the page's, and the sizes.

    The models' enter as log odds and as they are: near 1 the first say too much,
    near 0.5 the second too little (together 1.5 points more restored at equal precision).
    """
    return (
        _log_odds(finding.spun),
        _log_odds(math.exp(reading.score)),
        math.log(share + 0.005),
        _log_odds(finding.spun) * math.log(share + 0.005),
        finding.spun,
        math.exp(reading.score),
        math.log(finding.span.length),
        math.log(length + 1.0),
    )


def buckets(original: str, replacement: str) -> tuple[int, ...]:
    """Where the weights of an edit's wordings lie.

    >>> buckets("Metropolis", "City") == buckets("metropolis", "city")
    True
    """
    original, replacement = original.lower(), replacement.lower()
    keys = (f"{original}>", f">{replacement}", f"{original}>{replacement}")
    return tuple(crc32(key.encode()) % WORDINGS for key in keys)


def spun_share(page: Page, found: Iterable[tuple[Span, float]]) -> float:
    """The share of the page's words that look spun, thinned by some clean words.

    The thinning keeps one suspicious word from condemning a short text.
    """
    words = sum(spun * span.length for span, spun in found)
    return words / (len(page) + CLEAN_WORDS)


def density(page: Page, edits: Iterable[Edit]) -> float:
    """Expected right edits for each word of the page, thinned like `spun_share`."""
    return sum(edit.probability for edit in edits) / (len(page) + CLEAN_WORDS)


def voted(page: Page, findings: Sequence[Finding], vote: float) -> list[Finding]:
    """Let all occurrences of a wording on the page vote on what stood there.

    A page is one run of a spinner, which mostly draws once for all occurrences
    (93 of 104 words replaced twice or more had one form throughout).
    """
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[_surface(page, finding.span)].append(finding)
    pools = {surface: _pooled(group) for surface, group in groups.items() if len(group) > 1}
    out = []
    for finding in findings:
        pooled = pools.get(_surface(page, finding.span))
        if pooled is None:
            out.append(finding)
            continue
        own = {reading.text: math.exp(reading.score) for reading in finding.readings}
        mixed = {
            text: (1 - vote) * own.get(text, 0.0) + vote * pooled[text]
            for text in own.keys() | pooled.keys()
        }
        best = sorted(mixed.items(), key=lambda item: (-item[1], item[0]))
        readings = tuple(Reading(text, math.log(max(p, 1e-9))) for text, p in best)
        out.append(replace(finding, readings=readings))
    return out


def _pooled(group: Sequence[Finding]) -> dict[str, float]:
    """The mean probability of each wording over the occurrences of a group."""
    pooled: dict[str, float] = defaultdict(float)
    for finding in group:
        for reading in finding.readings:
            pooled[reading.text] += math.exp(reading.score) / len(group)
    return pooled


def with_article(page: Page, finding: Finding) -> Finding:
    """Weigh a span's readings by whether they fit the article before it.

    Spinners leave an article outside their entry as it was, so in *a important*
    the original began with a consonant: *a key*, not *an essential*.
    """
    before = finding.span.start - 1
    if before < 0 or not page.joined(before) or not is_article(page.word(before)):
        return finding
    article = page.word(before).lower()
    weighed = [
        (reading, ARTICLE_SLIP if disagreements(f"{article} {reading.text}") else 1.0)
        for reading in finding.readings
    ]
    lost = sum(math.exp(reading.score) * (1 - weight) for reading, weight in weighed)
    total = math.log(max(1.0 - lost, 1e-6))
    readings = [Reading(r.text, min(0.0, r.score + math.log(w) - total)) for r, w in weighed]
    return replace(finding, readings=tuple(sorted(readings, key=lambda r: -r.score)))


def _surface(page: Page, span: Span) -> str:
    return " ".join(page.word(i).lower() for i in range(*span))


def _log_odds(probability: float) -> float:
    probability = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(probability / (1 - probability))
