"""How does each wording read in its place, once its neighbours are mended?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from repair.findings import Finding
from repair.ngrams import EDGE, ORDER, Ngrams, word_id
from repair.page import WORD, Page

# A finding is read as restored, where it is another's neighbour, if the detector and the restorer
# are surer of it than this; below, the word that stands there is the likelier one.
LIKELY_SPUN, LIKELY_READING = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class Fluency:
    """Log-probabilities of a wording after the words before it, and of those behind after it.

    `rarest` is the logarithm of how often its rarest word was counted.
    """

    before: float
    behind: float
    rarest: float

    @property
    def whole(self) -> float:
        return self.before + self.behind


def fluencies(page: Page, findings: Sequence[Finding], ngrams: Ngrams) -> list[list[Fluency]]:
    """For each finding the fluency of the words that stand there, then that of each reading."""
    wordings = [
        [[word_id(page.word(i)) for i in range(*finding.span)]]
        + [_ids(reading.text) for reading in finding.readings]
        for finding in findings
    ]
    before, behind = [], []
    for (left, right), finding_wordings in zip(_contexts(page, findings), wordings):
        for ids in finding_wordings:
            before.append([*left, *ids])
            behind.append([*[*left, *ids][1 - ORDER :], *right])
    found = map(
        Fluency,
        ngrams.scores(before),
        ngrams.scores(behind),
        ngrams.rarest([ids for finding_wordings in wordings for ids in finding_wordings]),
    )
    return [[next(found) for _ in finding_wordings] for finding_wordings in wordings]


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
