"""The figures of one tool on one suite, from the pages and what the tool made of them.

Counts add up over pages, so that whoever keeps those of each page can resample
pages later: `ratios` makes figures of any sum. What does not add up (BLEU,
areas, calibration) is computed over all pages at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from eval.case import Case, Outcome
from eval.metrics import detection, edits, harm, rewriting
from eval.metrics.edits import Counts
from repair.edits import Repair

_WORD = re.compile(r"\w+")  # punctuation is never spun, so it would flatter every detector


@dataclass(frozen=True)
class PageCounts(Counts):
    """What adds up over pages, of one page or of many.

    `spared` are pages that must be left alone, with their words, the edits
    made on them, and how many were `changed` all the same; `judged` are those
    that the tool gave a verdict on, and `suspicious` those it called so.
    """

    pages: int = 0
    violations: int = 0
    spared: int = 0
    spared_words: int = 0
    spared_edits: int = 0
    changed: int = 0
    judged: int = 0
    suspicious: int = 0


class Opinions(NamedTuple):
    """What was so (1 or 0) beside the probability that a tool gave it."""

    labels: list[int]
    probabilities: list[float]


class Point(NamedTuple):
    """What making all edits of at least a probability would reach."""

    threshold: float
    restored: float
    precision: float


def page_counts(case: Case, outcome: Outcome) -> PageCounts:
    """The counts of one page; the edits of an outcome that has a text alone are found by alignment.

    Raises ValueError if the outcome is another page's, or its edits do not make its text.
    """
    if case.id != outcome.id:
        raise ValueError(
            f"page {case.id} stands beside the outcome of {outcome.id}; give both in one order"
        )
    made: Sequence[edits.Edit] = outcome.edits
    if not made:
        made = edits.edits_between(case.source, outcome.text)
    elif Repair(case.source, "repaired", "", 0.0, 0.0, outcome.edits).text != outcome.text:
        raise ValueError(f"page {case.id}: the edits of the outcome do not make its text")
    counts = edits.count(case.source, case.gold, made)
    spared = int(not case.gold)
    return PageCounts(
        **vars(counts),
        pages=1,
        violations=harm.violations(case.source, outcome.text),
        spared=spared,
        spared_words=spared * counts.words,
        spared_edits=spared * counts.made,
        changed=spared * (outcome.text != case.source),
        judged=int(outcome.verdict is not None),
        suspicious=int(outcome.verdict == "suspicious"),
    )


def ratios(counts: PageCounts) -> dict[str, float]:
    """The figures that counts alone give, less those that make no sense there.

    >>> found = ratios(PageCounts(words=2000, pages=4, spared=4, spared_words=2000, changed=1))
    >>> found["left_alone"], found["edits_per_10k"], "restored" in found
    (0.75, 0.0, False)
    """
    found: dict[str, float] = {
        "pages": counts.pages,
        "words": counts.words,
        "violations": counts.violations,
        **counts.figures(),
    }
    if counts.spared:
        changed = counts.changed / counts.spared
        found |= {"pages_changed": changed, "left_alone": 1 - changed}
        found["edits_per_10k"] = 1e4 * counts.spared_edits / max(1, counts.spared_words)
    if counts.judged:
        found["suspicious"] = counts.suspicious / counts.judged
    return found


def figures(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Every figure that makes sense for these pages and this tool.

    - of all pages: pages, words, violations, and suspicious of a tool with verdicts
    - of pages to be left alone: edits_per_10k, pages_changed, left_alone
    - of spun pages: restored, precision, f05, err, and where gold lists accepted wordings
      restored_accepted, precision_accepted; bleu, chrf, each also with _before and _p
    - of a tool that detects, if any page is spun: word_precision, word_recall, word_f05; if it
      has probabilities: word_auc, and word_ece of the words that it suspects at all
    - of a tool with probabilities: edit_ece, and page_auc if there are pages of both kinds
    """
    pairs = list(zip(cases, outcomes, strict=True))
    found = ratios(sum((page_counts(*pair) for pair in pairs), PageCounts()))
    spun = [(case, outcome) for case, outcome in pairs if case.gold]
    if spun:
        texts = zip(*((case.source, outcome.text, case.reference) for case, outcome in spun))
        found |= rewriting.figures(rewriting.compare(*texts))
        found |= _word_figures(word_opinions(cases, outcomes))
    edit = edit_opinions(cases, outcomes)
    if edit.labels:
        found["edit_ece"] = detection.calibration(*edit)["ece"]
    scores = [outcome.score for outcome in outcomes if outcome.score is not None]
    if len(scores) == len(cases):
        ranked = detection.ranking([int(bool(case.gold)) for case in cases], scores)
        found |= {"page_auc": ranked["auc"]} if ranked else {}
    return found


def signatures() -> dict[str, str]:
    """sacrebleu's signatures of `bleu` and `chrf`, which do not depend on the pages."""
    found = rewriting.compare(["a"], ["a"], ["a"])
    return {key: comparison.signature for key, comparison in found.items()}


def word_opinions(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Opinions:
    """Of every word whether gold changes it, and the highest probability of a detection on it.

    >>> from eval.case import Gold
    >>> from repair.edits import Detection
    >>> case = Case("a", "The metropolis sleeps.", "The city sleeps.", (Gold(4, 14, "city"),))
    >>> word_opinions([case], [Outcome("a", case.source, detections=(Detection(4, 21, "", 0.7),))])
    Opinions(labels=[0, 1, 0], probabilities=[0.0, 0.7, 0.7])
    """
    found = Opinions([], [])
    for case, outcome in zip(cases, outcomes):
        words = list(_WORD.finditer(case.source))
        starts, ends = [word.start() for word in words], [word.end() for word in words]
        labels, probabilities = [0] * len(words), [0.0] * len(words)
        for gold in case.gold:
            for place in range(bisect_right(ends, gold.start), bisect_left(starts, gold.end)):
                labels[place] = 1
        for suspect in outcome.detections:
            for place in range(bisect_right(ends, suspect.start), bisect_left(starts, suspect.end)):
                probabilities[place] = max(probabilities[place], suspect.probability)
        found.labels.extend(labels)
        found.probabilities.extend(probabilities)
    return found


def edit_opinions(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Opinions:
    """Of every candidate whether it is right, all its pieces, and its probability."""
    found = Opinions([], [])
    for case, outcome in zip(cases, outcomes):
        for gold, candidates in edits.groups(case.gold, outcome.candidates):
            _, right = edits.judge(case.source, gold, candidates)
            found.labels.extend(int(all(pieces)) for pieces in right)
            found.probabilities.extend(edit.probability for edit in candidates)
    return found


def curve(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[Point]:
    """Restored and precision at each threshold that makes a difference, highest first.

    All candidates from the threshold on are made, whatever the verdict on their page.
    Empty if there is no gold, or no candidate.
    """
    wanted = sum(len(case.gold) for case in cases)
    steps = sorted((step for pair in zip(cases, outcomes) for step in _steps(*pair)), reverse=True)
    points = []
    restored = right = made = 0
    for threshold, together in groupby(steps, key=lambda step: step[0]):
        for _, more_restored, more_right, more_made in together:
            restored += more_restored
            right += more_right
            made += more_made
        if wanted and made:
            points.append(Point(threshold, restored / wanted, right / made))
    return points


def _steps(case: Case, outcome: Outcome) -> Iterator[tuple[float, int, int, int]]:
    """What each lower threshold adds to the edits restored, right and made, group by group."""
    for gold, candidates in edits.groups(case.gold, outcome.candidates):
        before = (0, 0, 0)
        for threshold in sorted({edit.probability for edit in candidates}, reverse=True):
            kept = [edit for edit in candidates if edit.probability >= threshold]
            restored, right = edits.judge(case.source, gold, kept)
            now = (sum(restored), sum(map(sum, right)), sum(map(len, right)))
            yield threshold, now[0] - before[0], now[1] - before[1], now[2] - before[2]
            before = now


def _word_figures(words: Opinions) -> dict[str, float]:
    suspected = [(label, p) for label, p in zip(*words) if p]
    if not suspected:
        return {}
    found = detection.decisions(*words)
    if any(p < 1 for _, p in suspected):  # else the tool has no probabilities
        found["auc"] = detection.ranking(*words)["auc"]
        labels, probabilities = zip(*suspected)
        found["ece"] = detection.calibration(labels, probabilities)["ece"]
    return {f"word_{key}": value for key, value in found.items()}
