"""repair itself, at the shipped defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.case import Case, Outcome
from repair.options import Options
from repair.repairer import Repairer


class Ours:
    """The whole pipeline. A page that the gate leaves alone has a score, but no detections."""

    name = "repair"

    def __init__(self, repairer: Repairer) -> None:
        self._repairer = repairer

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        repairs = self._repairer.explain_many(case.source for case in cases)
        for case, found in zip(cases, repairs):
            yield Outcome(
                case.id,
                found.text,
                found.edits,
                found.candidates,
                found.detections,
                found.verdict,
                found.score,
            )


def load(settings: Mapping[str, str]) -> Ours:
    return Ours(repairer_of(settings))


def repairer_of(settings: Mapping[str, str]) -> Repairer:
    """The models that `settings` name; threads change the speed alone, never a result."""
    return Repairer.load(settings.get("model"), Options(threads=int(settings.get("threads", 0))))
