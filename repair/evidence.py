"""What speaks for and against each edit: both models, the whole page, and how the words read.

A finding becomes a proposal in four steps: all occurrences of its words on the
page vote, the article before it is heard, a language model reads each wording
between its neighbours, and what would change nothing is dropped.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from repair.articles import disagreements, is_article
from repair.ngrams import EDGE, ORDER, Ngrams, word_id
from repair.page import WORD, Page
from repair.restorer import Reading
from repair.spans import Span
from repair.wording import recased

# How often an article before a span does not fit what stood there: when it belonged to the entry.
ARTICLE_SLIP = 0.05
OPINIONS = 13  # numbers in an `Evidence`
WORDINGS = 1 << 16  # buckets for what is known of single wordings: 128 KB
CLEAN_WORDS = 60  # words of clean text that every page is thought to begin with; see `density`
# A finding is read as restored, where it is another's neighbour, if the detector and the restorer
# are surer of it than this; below, the word that stands there is the likelier one.
LIKELY_SPUN, LIKELY_READING = 0.5, 0.4
FARTHEST = 15.0  # log odds of two wordings in a context beyond which more says nothing


@dataclass(frozen=True)
class Finding:
    """One span, what the detector thought of it, and what the restorer reads in its place."""

    span: Span
    spun: float  # probability that the span is spun
    readings: tuple[Reading, ...]  # best first


@dataclass(frozen=True)
class Evidence:
    """What the calibration sees of an edit.

    `opinions` are those of the models, of the page, and of the language model,
    and last whether the wording is the restorer's first; `wordings` the buckets
    of the words it takes away, of those it puts there, and of both together.
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
    for finding, fluencies in zip(findings, _fluencies(page, findings, ngrams)):
        start, end = page.starts[finding.span.start], page.ends[finding.span.end - 1]
        original = page.text[start:end]
        words = [page.word(i) for i in range(*finding.span)]
        wordings: dict[str, Evidence] = {}
        for reading, fluency in zip(finding.readings, fluencies):
            text = recased(words, reading.text)
            same = text.lower() == original.lower()
            digits = any(map(str.isdigit, text))  # not ours to write
            if text and not same and not digits and text not in wordings:
                seen = (
                    *_opinions(finding, reading, share, len(page)),
                    *fluency,
                    float(not wordings),
                )
                wordings[text] = Evidence(seen, buckets(original, text))
        if wordings:
            yield Proposal(start, end, wordings)


def _opinions(finding: Finding, reading: Reading, share: float, length: int) -> tuple[float, ...]:
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


def _fluencies(
    page: Page, findings: Sequence[Finding], ngrams: Ngrams
) -> Iterator[list[tuple[float, ...]]]:
    """How much better each reading of each finding reads there than what stands there.

    The log odds of the reading against the page's words, and against the best
    other reading, each also with its negative part cut off.
    """
    contexts = _contexts(page, findings)
    written = [
        [_ids(_surface(page, finding.span)), *(_ids(r.text) for r in finding.readings)]
        for finding in findings
    ]
    scores = iter(
        ngrams.scores(
            [
                [*left, *ids, *right]
                for (left, right), wordings in zip(contexts, written)
                for ids in wordings
            ]
        )
    )
    for finding in findings:
        stands = next(scores)
        read = [next(scores) for _ in finding.readings]
        out = []
        for i, score in enumerate(read):
            rival = max(read[:i] + read[i + 1 :], default=stands)
            better = [min(max(score - x, -FARTHEST), FARTHEST) for x in (stands, rival)]
            out.append((*better, *(max(x, 0.0) for x in better)))
        yield out


def _contexts(page: Page, findings: Sequence[Finding]) -> list[tuple[list[int], list[int]]]:
    """The ids of the words before and after each finding, its neighbours read as restored."""
    restored = {
        f.span.start: f
        for f in findings
        if f.spun > LIKELY_SPUN and f.readings and math.exp(f.readings[0].score) > LIKELY_READING
    }
    near = ORDER - 1
    stream = [EDGE] * near
    begins, ends = [0] * len(page), [0] * len(page)  # places of each word in the stream
    i = 0
    while i < len(page):
        if i and "\n" in page.text[page.ends[i - 1] : page.starts[i]]:
            stream += [EDGE] * near
        finding = restored.get(i)
        last = finding.span.end if finding else i + 1
        begins[i:last] = [len(stream)] * (last - i)
        stream += _ids(finding.readings[0].text) if finding else [word_id(page.word(i))]
        ends[i:last] = [len(stream)] * (last - i)
        i = last
    stream += [EDGE] * near
    out = []
    for finding in findings:
        start, end = begins[finding.span.start], ends[finding.span.end - 1]
        out.append((stream[start - near : start], stream[end : end + near]))
    return out


def _ids(words: str) -> list[int]:
    return [word_id(word) for word in WORD.findall(words)]


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
