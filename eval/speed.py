"""How fast and how small: words a second by stage, batch, length and density; memory; start-up.

Warm, on pages of 500 words unless said otherwise, each figure the best of some
rounds: other programs can only make a round slower.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from eval.case import Case
from eval.peers.whole_sentence import words_per_second
from repair import repairer as pipeline
from repair.options import Options
from repair.page import Page
from repair.repairer import PageFindings, Repairer

ROUNDS = 2
PAGES, WORDS = 30, 500
GROUP = 8  # pages of each density and length
STREAMS = (1, 20, 200)  # pages whose repair's memory is measured
BATCHES = (4, 8, 12, 16, 32, 64)
CLEAN_COPIES = 40  # clean pages go by so fast that a round needs more of them


SUITES = ("wpas-2021", "density", "length")  # whose cases it measures on


def measure(cases: Mapping[str, Sequence[Case]], model: str | None) -> dict[str, Any]:
    """All figures, words/s unless the key says otherwise, on the cases of `SUITES`.

    The tags of the cases of `density` and `length` name their groups.
    """
    cores = os.cpu_count() or 1
    pages = cases["wpas-2021"]
    spun = of_length((case.source for case in pages), WORDS)[:PAGES]
    clean = of_length((case.reference for case in pages), WORDS)[:PAGES]
    repair = Repairer.load(model)
    one = Repairer.load(model, Options(threads=1))
    return {
        "conditions": f"{len(spun)} pages of {WORDS} words, batches of {pipeline.BATCH} windows, "
        f"{cores} threads in all, 1 thread for figures per core; best of {ROUNDS} rounds",
        "spun": rate(repair, spun),
        "clean": rate(repair, clean * CLEAN_COPIES),
        "per_core": {"spun": rate(one, spun), "clean": rate(one, clean * CLEAN_COPIES)},
        "stages_per_core": stages(one, spun),
        "whole_sentence_per_core": words_per_second(spun, model),
        "batch_per_core": {str(batch): _with_batch(one, spun, batch) for batch in BATCHES},
        "density_per_core": {
            name: rate(one, [case.source for case in group[:GROUP]])
            for name, group in _grouped(cases["density"], "spinner").items()
        },
        "length_per_core": {
            name: rate(one, [case.source for case in group[:GROUP]])
            for name, group in _grouped(cases["length"], "words").items()
        },
        "seconds": {
            "import repair": _seconds("-c", "import repair"),
            "repair --help": _seconds("-m", "repair", "--help"),
            "first page": _seconds("-c", f"import repair; repair.fix({spun[0]!r})"),
        },
        "memory_mb": {f"{count} pages": _memory_mb(spun, count, model) for count in STREAMS},
    }


def rate(repair: Repairer, pages: Sequence[str]) -> float:
    """Words a second over a stream of pages, once the models are warm."""
    repair.fix(pages[0])
    words = sum(len(page.split()) for page in pages)
    return words / _best(lambda: sum(map(len, repair.fix_many(pages))))


def stages(repair: Repairer, pages: Sequence[str]) -> dict[str, float]:
    """Words a second of each stage alone, on pages that all come to the last one."""
    gate = repair.models.gate
    words = sum(len(page.split()) for page in pages)
    seconds: dict[str, float] = defaultdict(lambda: float("inf"))

    def timed(name: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        seconds[name] = min(seconds[name], time.perf_counter() - start)

    with repair.workers() as pool:
        for _ in range(ROUNDS):
            timed("gate", lambda: [gate.gauge(page) for page in pages])
            _time_models(repair, pages, pool, timed)
    return {name: words / spent for name, spent in seconds.items()}


def of_length(texts: Iterable[str], words: int) -> list[str]:
    """Pages of so many words: texts joined until there are enough, the rest dropped.

    >>> of_length(["a b c", "d e", "f"], 2)
    ['a b', 'c d', 'e f']
    """
    stream = [word for text in texts for word in text.split(" ")]
    return [" ".join(stream[i : i + words]) for i in range(0, len(stream) - words + 1, words)]


def _time_models(
    repair: Repairer,
    pages: Sequence[str],
    pool: ThreadPoolExecutor,
    timed: Callable[[str, Callable[[], object]], None],
) -> None:
    # The stages' own methods: what a user calls runs all of them at once.
    readings = [PageFindings(Page.of(page)) for page in pages]
    timed("detector", lambda: repair._detect(readings, pool))
    timed("restorer", lambda: repair._restore(readings, pool))
    gauges = [repair.models.gate.gauge(page) for page in pages]
    decide = lambda: [repair._decided(r, g) for r, g in zip(readings, gauges)]
    timed("decide", decide)


def _with_batch(repair: Repairer, pages: Sequence[str], batch: int) -> float:
    before = pipeline.BATCH
    pipeline.BATCH = batch
    try:
        return rate(repair, pages)
    finally:
        pipeline.BATCH = before


def _grouped(cases: Sequence[Case], tag: str) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.tags[tag]].append(case)
    return groups


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _seconds(*arguments: str) -> float:
    """Wall time of a fresh interpreter, less that of one that does nothing."""

    def spent(*arguments: str) -> float:
        command = [sys.executable, *arguments]
        return _best(lambda: subprocess.run(command, check=True, capture_output=True))

    return max(0.0, spent(*arguments) - spent("-c", ""))


# Not getrusage: a process begins there with the peak of the one that started it.
_MEMORY = """
import json, re, sys
from repair.repairer import Repairer
pages, model = json.load(sys.stdin)
for _ in Repairer.load(model).fix_many(pages):
    pass
print(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
"""


def _memory_mb(pages: Sequence[str], count: int, model: str | None) -> float:
    """Peak memory of a fresh process that repairs a stream of `count` pages. Linux only."""
    stream = [pages[i % len(pages)] for i in range(count)]
    ran = subprocess.run(
        [sys.executable, "-c", _MEMORY],
        input=json.dumps([stream, model]),
        check=True,
        capture_output=True,
        text=True,
    )
    return int(ran.stdout) / 1024
