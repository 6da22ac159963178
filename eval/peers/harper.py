"""Harper: the grammar and spelling checker that a user can install offline, without Java.

Every suggestion it puts first is accepted, as a user in a hurry would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.case import Case, Outcome
from eval.peers import package
from eval.peers.edited import edited
from repair.edits import Edit


class Harper:
    """Harper with its own default rules, American English."""

    name = "harper"

    def __init__(self) -> None:
        harper = package("harper", self.name, "pip install 'harper-py>=0.2,<0.3'")
        self._linter = harper.Linter()
        self._kinds = harper.SuggestionKind

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        return (edited(case, list(self._edits(case.source))) for case in cases)

    def _edits(self, text: str) -> Iterator[Edit]:
        place = 0
        lints = self._linter.lint(text, language="plaintext")
        for lint in sorted(lints, key=lambda lint: lint.span.start):
            if lint.suggestions and lint.span.start >= place:
                first = lint.suggestions[0]
                kept = lint.problem_text if first.kind == self._kinds.INSERT_AFTER else ""
                replacement = kept + first.replacement_text
                place = lint.span.end
                yield Edit(lint.span.start, place, lint.problem_text, replacement, 1.0)


def load(settings: Mapping[str, str]) -> Harper:
    return Harper()
