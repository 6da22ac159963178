"""A run's directory, as `python -m eval run` leaves it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict, cast

from eval import suites
from eval.case import Case, Outcome

REPAIR, NOTHING = "repair", "nothing"  # the tools that every table shows; the others are peers

Figures = dict[str, float]  # a figure that makes no sense for the pages is missing


class Tool(TypedDict):
    """What one tool reached on a suite, in all and by each value of each tag."""

    figures: Figures
    by: dict[str, dict[str, Figures]]


class Suite(TypedDict):
    """A suite of `results.json`: what was measured, and what came out.

    `sha256` is that of the cases, so it tells whether two runs saw the same pages.
    """

    kind: suites.Kind
    what: str
    sha256: str
    pages: int
    words: int
    tools: dict[str, Tool]


class Results(TypedDict):
    """What reports read of `results.json`; `signature` names models, options and versions."""

    signature: str
    suites: dict[str, Suite]
    speed: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """The files of a run, read when they are asked for."""

    directory: Path

    @cached_property
    def results(self) -> Results:
        return cast(Results, json.loads(self._found("results.json").read_text(encoding="utf-8")))

    def cases(self, suite: str) -> list[Case]:
        return list(suites.read(self._found(suite, "cases.jsonl")))

    def outcomes(self, suite: str, tool: str) -> list[Outcome]:
        with open(self._found(suite, f"{tool}.jsonl"), encoding="utf-8") as file:
            return [Outcome.from_json(line) for line in file]

    def counts(self, suite: str, tool: str) -> list[dict[str, Any]]:
        """One record for each page: its `id`, and counts that add up over pages."""
        stored = self._found(suite, f"{tool}.counts.json").read_text(encoding="utf-8")
        return cast(list[dict[str, Any]], json.loads(stored))

    def _found(self, *names: str) -> Path:
        path = self.directory.joinpath(*names)
        if not path.exists():
            raise FileNotFoundError(
                f"{path} is missing: {self.directory} holds no finished run. Run `python -m eval "
                "run` into the same directory again; it goes on where it stopped."
            )
        return path
