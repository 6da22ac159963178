"""Everything a user can choose, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass

from repair.page import PROTECTED


@dataclass(frozen=True)
class Options:
    """How to repair. The defaults are those that every published figure was measured at.

    >>> Options(threshold=0.9).threshold
    0.9
    """

    threshold: float = 0.5
    """Least probability of an edit that is made. Higher: fewer wrong edits, more spun words left.
    The probabilities are calibrated: of the edits at 0.7, about 70 in 100 are right."""

    harm: float = 1.0
    """False edits accepted per 10,000 words of clean text, 0.1 to 100. It sets how spun a page
    must look before anything on it is touched. Lower: lightly spun pages stay as they are."""

    floor: float = 0.1
    """Candidates down to this probability are kept in a `Repair`, so that another threshold can
    be tried without a new run. Lower: larger records, nothing else."""

    alternatives: int = 3
    """Other wordings listed for each candidate, 0 to 8. More: larger records, same speed."""

    protect: tuple[str, ...] = tuple(PROTECTED)
    """What is never touched, of `code`, `markup`, `urls`, `emails`, `names`, `digits`.
    Leaving `digits` out has no effect on numerals themselves: only words are ever edited."""

    threads: int = 0
    """Threads for the models; 0: one for each core. More than the cores only costs."""

    def __post_init__(self) -> None:
        _check("threshold", self.threshold, 0.0, 1.0)
        _check("harm", self.harm, 0.1, 100.0)
        _check("floor", self.floor, 0.01, 1.0)
        _check("alternatives", self.alternatives, 0, 8)
        _check("threads", self.threads, 0, 1024)
        unknown = set(self.protect) - set(PROTECTED)
        if unknown:
            raise ValueError(
                f"protect: {', '.join(sorted(unknown))} unknown; choose from {', '.join(PROTECTED)}"
            )


def _check(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"{name} is {value}, but must lie between {least:g} and {most:g}")
