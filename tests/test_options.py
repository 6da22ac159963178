"""Options refuse what makes no sense, and say what would."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from repair.options import Options
from repair.page import PROTECTED


def test_the_edges_are_allowed() -> None:
    Options(threshold=0.0, harm=0.1, floor=0.01, alternatives=0, protect=(), threads=0)
    Options(threshold=1.0, harm=100.0, floor=1.0, alternatives=8, protect=tuple(PROTECTED))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("threshold", 1.01, "threshold is 1.01, but must lie between 0 and 1"),
        ("threshold", -0.1, "threshold is -0.1"),
        ("threshold", float("nan"), "threshold is nan"),
        ("harm", 0.0, "harm is 0.0, but must lie between 0.1 and 100"),
        ("harm", float("inf"), "harm is inf"),
        ("floor", 0.0, "floor is 0.0, but must lie between 0.01 and 1"),
        ("alternatives", 9, "alternatives is 9, but must lie between 0 and 8"),
        ("threads", -1, "threads is -1"),
        ("protect", ("urls", "url", "code "), "protect: code , url unknown; choose from code, "),
    ],
)
def test_what_is_refused(field: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Options(**{field: value})


def test_options_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Options().threshold = 0.9  # type: ignore[misc]
    assert hash(Options()) == hash(Options(threshold=0.5))


def test_everything_is_protected_by_default() -> None:
    assert set(Options().protect) == set(PROTECTED)


def test_the_command_line_offers_every_option() -> None:
    from repair.arguments import parse

    values = {"protect": "urls", "threads": "2", "alternatives": "2"}
    for field in fields(Options):
        args = parse(["fix", f"--{field.name}", values.get(field.name, "0.3")])
        assert args.options != Options(), field.name
