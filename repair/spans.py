"""A range of words."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of a page's word indices."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start
