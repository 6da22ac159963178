"""The stages strung together: gate, detector, restorer, decide. One object for heavy use."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from repair.decide import density
from repair.detector import Detector, spans
from repair.detector import encode as encode_for_detector
from repair.edits import Detection, Repair, Verdict
from repair.evidence import spun_share
from repair.findings import Finding
from repair.gate import Gauge
from repair.models import ModelError, Models
from repair.ngrams import Ngrams
from repair.options import Options
from repair.page import Page
from repair.restorer import Restorer
from repair.restorer import encode as encode_for_restorer
from repair.spans import Span
from repair.vocabulary import MARKS

# Windows in one call of a model: 12 stay in the cache; 24 were 8 % slower here, 64 a third.
BATCH = 12
# Characters of spun pages that are read together: enough to fill the batches of
# every length class, and what bounds memory in a stream of pages.
GROUP = 60_000
# Characters that wait in all, clean pages behind a spun one included: output keeps its order.
HELD = 2_000_000
# A page of which less than this share looks spun is not worth the restorer's time.
LEAST_SHARE = 0.004
# A page of which this share looks spun, but where no edit is safe, is suspicious.
SUSPICIOUS_SHARE = 0.05

T = TypeVar("T")
Window = tuple[int, int]


@dataclass
class PageFindings:
    """A page on its way through the stages."""

    page: Page
    windows: list[Window] = field(default_factory=list)
    spans: dict[int, list[tuple[Span, float]]] = field(default_factory=dict)  # by window
    findings: list[Finding] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the page's words that look spun."""
        return spun_share(self.page, (pair for pairs in self.spans.values() for pair in pairs))

    @property
    def detections(self) -> tuple[Detection, ...]:
        """All spans that look spun, in order."""
        page = self.page
        places = (
            (page.starts[span.start], page.ends[span.end - 1], probability)
            for number in sorted(self.spans)
            for span, probability in self.spans[number]
        )
        return tuple(Detection(a, b, page.text[a:b], round(p, 4)) for a, b, p in places)


class Repairer:
    """Loaded models and options. Safe to share between threads; make one for each process.

    >>> repairer = Repairer.load()
    >>> repairer.fix("He likes coffee.")
    'He likes coffee.'
    """

    def __init__(self, models: Models, options: Options = Options()) -> None:
        self.models = models
        self.options = options
        self._threads = options.threads or os.cpu_count() or 1

    @classmethod
    def load(cls, path: str | Path | None = None, options: Options = Options()) -> Repairer:
        """Models from a directory, by default those that came with the package.

        Raises ModelError if they are missing or damaged.
        """
        return cls(Models.load(path), options)

    def fix(self, text: str) -> str:
        """The text with its spun words put right; unchanged if it is not spun."""
        return self.explain(text).text

    def explain(self, text: str) -> Repair:
        """All that was found on the page; see `Repair`."""
        return next(self.explain_many([text]))

    def fix_many(self, texts: Iterable[str], progress: bool = False) -> Iterator[str]:
        """Repair a stream of pages, in order; see `explain_many`."""
        return (repair.text for repair in self.explain_many(texts, progress))

    def explain_many(self, texts: Iterable[str], progress: bool = False) -> Iterator[Repair]:
        """Repair a stream of pages, in order, reading ahead only as far as batches need.

        Pages share batches, but none changes another's result. `progress` shows
        a bar on stderr.
        """
        if progress:
            from tqdm import tqdm

            texts = tqdm(texts, "repairing", unit=" pages", mininterval=0.5)
        return self._stream(texts)

    def detect(self, text: str) -> list[Detection]:
        """The spans that look spun, whether or not their wording can be restored.

        Spans on a page that the gate calls clean are not looked for.
        """
        gauge = self.models.gate.gauge(text)
        if self._left_alone(gauge) is not None:
            return []
        reading = PageFindings(Page.of(text, self.options.protect))
        with self.workers() as pool:
            self._detect([reading], pool)
        return [d for d in reading.detections if d.probability >= self.options.threshold]

    def score(self, text: str) -> float:
        """How spun the page is, 0 to 1, by the gate alone: 1,000 pages of 500 words a second."""
        return self.models.gate.gauge(text).score

    def is_spun(self, text: str) -> bool:
        """Whether the page is English and its score is above the gate's cut."""
        return self._left_alone(self.models.gate.gauge(text)) is None

    @cached_property
    def ngrams(self) -> Ngrams:
        """The language model that judges wordings in their context."""
        return _loaded(Ngrams.load, self.models.directory / "ngrams.npz")

    @cached_property
    def _detector(self) -> Detector:
        return _loaded(Detector, self.models.directory / "detector", self._threads)

    @cached_property
    def _restorer(self) -> Restorer:
        return _loaded(Restorer, self.models.directory / "restorer", self._threads)

    def workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads)

    def _stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        waiting: list[tuple[str, Gauge]] = []
        spun = held = 0  # characters of spun pages, and of all that wait with them
        with self.workers() as pool:
            for text in texts:
                gauge = self.models.gate.gauge(text)
                waiting.append((text, gauge))
                held += len(text)
                spun += len(text) if self._left_alone(gauge) is None else 0
                if not spun or spun >= GROUP or held >= HELD:
                    yield from self._group(waiting, pool)
                    waiting, spun, held = [], 0, 0
            yield from self._group(waiting, pool)

    def _group(
        self, pages: Sequence[tuple[str, Gauge]], pool: ThreadPoolExecutor
    ) -> Iterator[Repair]:
        reasons = [self._left_alone(gauge) for _, gauge in pages]
        passed = [text for (text, _), reason in zip(pages, reasons) if reason is None]
        readings = self.readings(passed, pool)
        for (text, gauge), reason in zip(pages, reasons):
            if reason is not None:
                yield Repair(text, "clean", reason, gauge.score, self.options.threshold)
            else:
                yield self._decided(next(readings), gauge)

    def readings(self, texts: Sequence[str], pool: ThreadPoolExecutor) -> Iterator[PageFindings]:
        """What the two models find on some pages, before any decision and past the gate."""
        readings = [PageFindings(Page.of(text, self.options.protect)) for text in texts]
        self._detect(readings, pool)
        self._restore(readings, pool)
        return iter(readings)

    def _left_alone(self, gauge: Gauge) -> str | None:
        """Why the gate leaves a page alone, or None if it lets it through."""
        if not gauge.tokens:
            return "no English words"
        if not gauge.english:
            return f"not English: {gauge.english_share:.0%} of its words are common English ones"
        if gauge.score < self.models.gate.cut:
            return "reads like natural English"
        return None

    def _detect(self, readings: Sequence[PageFindings], pool: ThreadPoolExecutor) -> None:
        if not readings:
            return
        detector = self._detector
        jobs: list[tuple[PageFindings, int, list[int], list[int]]] = []
        for reading in readings:
            reading.windows = detector.windows(reading.page)
            for number, window in enumerate(reading.windows):
                ids, firsts = encode_for_detector(detector.vocabulary, reading.page, window)
                jobs.append((reading, number, ids, firsts))
        batches = _batches(jobs, lambda job: len(job[2]))
        run = lambda batch: detector.probabilities([ids for _, _, ids, _ in batch])
        for batch, classes in zip(batches, pool.map(run, batches)):
            for (reading, number, _, firsts), window_classes in zip(batch, classes):
                first = reading.windows[number][0]
                found = spans(reading.page, first, window_classes[firsts])
                if found:
                    reading.spans[number] = found[:MARKS]

    def _restore(self, readings: Sequence[PageFindings], pool: ThreadPoolExecutor) -> None:
        jobs: list[tuple[PageFindings, int, list[int]]] = []
        for reading in readings:
            if reading.share < LEAST_SHARE:
                continue
            for number, pairs in sorted(reading.spans.items()):
                window = reading.windows[number]
                marked = [span for span, _ in pairs]
                ids = encode_for_restorer(self._restorer.vocabulary, reading.page, window, marked)
                jobs.append((reading, number, ids))
        batches = _batches(jobs, lambda job: len(job[2]))
        run = lambda batch: self._restorer.read(
            [ids for _, _, ids in batch], [len(r.spans[n]) for r, n, _ in batch]
        )
        for batch, results in zip(batches, pool.map(run, batches)):
            for (reading, number, _), wordings in zip(batch, results):
                reading.findings += [
                    Finding(span, spun, found)
                    for (span, spun), found in zip(reading.spans[number], wordings)
                    if found
                ]

    def _decided(self, reading: PageFindings, gauge: Gauge) -> Repair:
        page, options, decider = reading.page, self.options, self.models.decider
        reading.findings.sort(key=lambda finding: finding.span)
        candidates = decider.candidates(page, reading.findings, options, self.ngrams)
        made = [edit for edit in candidates if edit.probability >= options.threshold]
        if made and density(page, candidates) >= decider.least_density(options.harm):
            unsure = sum(map(len, reading.spans.values())) - len(made)
            verdict: Verdict = "repaired"
            reason = f"{len(made)} edits; {max(0, unsure)} more spans left alone because unsure"
        elif reading.share >= SUSPICIOUS_SHARE:
            reason = "looks spun or machine-translated, but no edit is safe"
            verdict = "suspicious"
        else:
            reason = f"too few signs of a spinner ({reading.share:.1%} of the words)"
            verdict = "clean"
        return Repair(
            page.text,
            verdict,
            reason,
            gauge.score,
            options.threshold,
            candidates,
            reading.detections,
        )


def _batches(jobs: list[T], length: Callable[[T], int]) -> list[list[T]]:
    """Jobs of one length class together: results must not depend on a batch's longest."""
    classes: dict[int, list[T]] = defaultdict(list)
    for job in jobs:
        classes[length(job)].append(job)
    return [same[i : i + BATCH] for same in classes.values() for i in range(0, len(same), BATCH)]


def _loaded(kind: Callable[..., T], path: Path, *options: int) -> T:
    try:
        return kind(path, *options)
    except Exception as error:  # tokenizers raises nothing more precise
        raise ModelError(f"{path}: cannot be loaded ({error})") from error
