"""What the two models found at one place, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass

from repair.restorer import Reading
from repair.spans import Span


@dataclass(frozen=True)
class Finding:
    """One span, what the detector thought of it, and what the restorer reads in its place."""

    span: Span
    spun: float  # probability that the span is spun
    readings: tuple[Reading, ...]  # best first
