"""What was found on a page: edits to apply, revert, choose anew, print and store."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal

Verdict = Literal["clean", "repaired", "suspicious"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another wording for a span, and its probability."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Edit:
    """A span of the input and the wording that belongs there.

    `start` and `end` are character offsets in the input, half-open.
    `probability` is that of the replacement being the right one.
    """

    start: int
    end: int
    original: str
    replacement: str
    probability: float
    alternatives: tuple[Alternative, ...] = ()

    def choose(self, text: str) -> Edit:
        """The same edit with another wording, one of `alternatives` or a reader's own.

        It is sure then (probability 1), and what it replaces becomes an alternative.
        """
        others = tuple(a for a in self.alternatives if a.text != text)
        if text != self.replacement:
            others = (Alternative(self.replacement, self.probability), *others)
        return replace(self, replacement=text, probability=1.0, alternatives=others)


@dataclass(frozen=True, slots=True)
class Detection:
    """A span that looks spun; offsets as in `Edit`."""

    start: int
    end: int
    original: str
    probability: float


@dataclass(frozen=True)
class Repair:
    """All that was found on one page.

    `candidates` are all edits down to the floor of the options; `edits` are the
    ones that are made: those at `threshold` or above, if the verdict is
    `repaired`. `detections` are all spans that look spun, whatever was made of
    them; none on a page that the gate leaves alone. `score` tells how spun the
    page is, 0 to 1; `reason` says in words why the verdict is what it is.

    >>> edit = Edit(4, 14, "metropolis", "city", 0.9)
    >>> repair = Repair("The metropolis.", "repaired", "", 0.97, 0.5, (edit,))
    >>> repair.text
    'The city.'
    >>> repair.revert(repair.text)
    'The metropolis.'
    >>> repair.at(0.95).text
    'The metropolis.'
    """

    input: str
    verdict: Verdict
    reason: str
    score: float
    threshold: float
    candidates: tuple[Edit, ...] = ()
    detections: tuple[Detection, ...] = ()

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        if self.verdict != "repaired":
            return ()
        return tuple(e for e in self.candidates if e.probability >= self.threshold)

    @cached_property
    def text(self) -> str:
        """The repaired text."""
        return self.apply()

    def apply(self, edits: Iterable[Edit] | None = None) -> str:
        """The input with `edits` made (default: the chosen ones)."""
        out = []
        place = 0
        for edit in sorted(self.edits if edits is None else edits, key=lambda e: e.start):
            if edit.start < place:
                raise ValueError(f"two edits overlap at character {edit.start}; keep one of them")
            if self.input[edit.start : edit.end] != edit.original:
                raise ValueError(f"the edit at character {edit.start} was made for another text")
            out += [self.input[place : edit.start], edit.replacement]
            place = edit.end
        out.append(self.input[place:])
        return "".join(out)

    def revert(self, repaired: str) -> str:
        """The input again, from the repaired text and this record's edits.

        Raises ValueError if `repaired` is not what these edits make.
        """
        out = []
        place = shift = 0
        for edit in self.edits:
            start = edit.start + shift
            if repaired[start : start + len(edit.replacement)] != edit.replacement:
                raise ValueError(
                    f"character {start} does not hold {edit.replacement!r}: the text was changed "
                    "after the repair, or belongs to another one"
                )
            out += [repaired[place:start], edit.original]
            place = start + len(edit.replacement)
            shift += len(edit.replacement) - (edit.end - edit.start)
        reverted = "".join([*out, repaired[place:]])
        if reverted != self.input:
            raise ValueError("the text was changed between the edits, or belongs to another repair")
        return reverted

    def at(self, threshold: float) -> Repair:
        """The same findings, stricter or bolder, without running the models again.

        Bolder than the defaults may be asked of a page that was left alone, too.
        """
        made = sum(e.probability >= threshold for e in self.candidates)
        left: Verdict = "suspicious" if self.verdict == "repaired" else self.verdict
        return replace(
            self,
            threshold=threshold,
            verdict="repaired" if made else left,
            reason=f"{made} edits at threshold {threshold:g}",
        )

    def select(self, keep: Callable[[Edit], bool]) -> Repair:
        """Only the candidates that `keep` takes; they are still subject to the threshold."""
        return replace(self, candidates=tuple(e for e in self.candidates if keep(e)))

    def diff(self, name: str = "text") -> str:
        """A unified diff from the input to the repaired text."""
        before, after = _lines(self.input), _lines(self.text)
        lines = difflib.unified_diff(before, after, name, f"{name} (repaired)")
        return "".join(
            x if x.endswith("\n") else x + "\n\\ No newline at end of file\n" for x in lines
        )

    def to_json(self) -> str:
        """One line of JSON: the input, the repaired text, all candidates and detections."""
        record = asdict(self) | {"text": self.text, "edits": len(self.edits)}
        return json.dumps(record, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Repair:
        """The record that `to_json` wrote. Raises ValueError if it is none."""
        try:
            record: dict[str, Any] = json.loads(line)
            candidates = tuple(
                Edit(
                    **edit | {"alternatives": tuple(Alternative(**a) for a in edit["alternatives"])}
                )
                for edit in record["candidates"]
            )
            detections = tuple(Detection(**detection) for detection in record["detections"])
            fields = ("input", "verdict", "reason", "score", "threshold")
            return cls(
                **{field: record[field] for field in fields},
                candidates=candidates,
                detections=detections,
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"not a record written by Repair.to_json: {error}") from error


def _lines(text: str) -> list[str]:
    """Lines as diff and patch see them, ends included: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
