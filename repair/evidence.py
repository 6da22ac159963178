"""What speaks for and against each edit: both models, the whole page, and how the words read.

A finding becomes a proposal in four steps: all occurrences of its words on the
page vote, the article before it is heard, a language model reads each wording
between its neighbours, and what would change nothing is dropped.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from repair.articles import disagreements, is_article
from repair.findings import Finding
from repair.fluency import Fluency, fluencies
from repair.ngrams import Ngrams
from repair.page import Page
from repair.restorer import Reading
from repair.spans import Span
from repair.wording import recased

# How often an article before a span does not fit what stood there: when it belonged to the entry.
ARTICLE_SLIP = 0.05
OPINIONS = 24  # numbers in an `Evidence`
WORDINGS = 1 << 16  # buckets for what is known of single wordings: 128 KB
CLEAN_WORDS = 60  # words of clean text that every page is thought to begin with; see `density`
FARTHEST = 15.0  # log odds of two wordings in a context beyond which more says nothing


@dataclass(frozen=True)
class Evidence:
    """What the calibration sees of an edit.

    `opinions` are those of the two models, of the language model and of the
    page, and last whether the wording is the restorer's first; `wordings` the
    buckets of the words it takes away, of those it puts there, and of both.
    """

    opinions: tuple[float, ...]
    wordings: tuple[int, ...]


@dataclass(frozen=True)
class Proposal:
    """The wordings that may replace a span, the restorer's best first, with their evidence."""

    start: int  # character offsets in the page's text, half-open
    end: int
    wordings: dict[str, Evidence]


def proposals(
    page: Page, findings: Sequence[Finding], vote: float, ngrams: Ngrams
) -> Iterator[Proposal]:
    """What could be changed, in order; what changes nothing is left out.

    `vote` is the share of a span's reading that its other occurrences decide.
    """
    share = spun_share(page, ((f.span, f.spun) for f in findings))
    findings = [with_article(page, finding) for finding in voted(page, findings, vote)]
    surfaces = [_surface(page, finding.span) for finding in findings]
    occurrences = Counter(surfaces)
    starts, ends = ({f.span[side] for f in findings} for side in (0, 1))
    log_share = math.log(share + 0.005)
    fluency = fluencies(page, findings, ngrams)
    for finding, surface, (stands, *fluent) in zip(findings, surfaces, fluency):
        start, end = page.starts[finding.span.start], page.ends[finding.span.end - 1]
        original = page.text[start:end]
        words = [page.word(i) for i in range(*finding.span)]
        around = (
            log_share,
            math.log(len(page) + 1.0),
            math.log(occurrences[surface]),
            float(finding.span.start in ends),
            float(finding.span.end in starts),
            float(original[:1].isupper()),
        )
        rivals = Rivals.of(finding, original, [reads.whole for reads in fluent], stands.whole)
        wordings: dict[str, Evidence] = {}
        for reading, reads in zip(finding.readings, fluent):
            text = recased(words, reading.text)
            same = text.lower() == original.lower()
            digits = any(map(str.isdigit, text))  # not ours to write
            if text and not same and not digits and text not in wordings:
                seen = (
                    *_models(finding, reading, rivals, log_share),
                    *_language(reads, stands, rivals),
                    *around,
                    math.log(finding.span.length),
                    float(len(text.split()) - finding.span.length),
                    float(not wordings),
                )
                wordings[text] = Evidence(seen, buckets(original, text))
        if wordings:
            yield Proposal(start, end, wordings)


@dataclass(frozen=True)
class Rivals:
    """What a reading is measured against: the others of its finding."""

    likeliest: float  # the highest probability that the restorer gives a reading
    keeping: float  # what it gives to the words that stand there
    fluent: tuple[float, float]  # the two highest scores of readings by the language model

    @classmethod
    def of(cls, finding: Finding, original: str, scores: list[float], stands: float) -> Rivals:
        likely = {reading.text: math.exp(reading.score) for reading in finding.readings}
        best, *others = sorted(scores, reverse=True) if scores else [stands]
        return cls(
            max(likely.values(), default=0.0),
            likely.get(original.lower(), 0.0),
            (best, others[0] if others else stands),
        )

    def best_but(self, score: float) -> float:
        """The highest score of another reading than the one that has this score."""
        return self.fluent[1] if score == self.fluent[0] else self.fluent[0]


def _models(
    finding: Finding, reading: Reading, rivals: Rivals, log_share: float
) -> tuple[float, ...]:
    """What the detector and the restorer think.

    As log odds and as they are: near 1 the first say too much, near 0.5 the second too little.
    """
    likely = math.exp(reading.score)
    return (
        _log_odds(finding.spun),
        finding.spun,
        _log_odds(finding.spun) * log_share,
        _log_odds(likely),
        likely,
        likely - rivals.likeliest,
        rivals.keeping,
    )


def _language(reads: Fluency, stands: Fluency, rivals: Rivals) -> tuple[float, ...]:
    """How a reading reads: against the words that stand there, and against the best other one."""
    better = (
        reads.before - stands.before,
        reads.behind - stands.behind,
        reads.whole - rivals.best_but(reads.whole),
        stands.before,
        stands.behind,
    )
    limited = (min(max(x, -FARTHEST), FARTHEST) for x in better)
    return (*limited, reads.rarest, stands.rarest, reads.rarest - stands.rarest)


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
