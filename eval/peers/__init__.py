"""The tools that repair is measured beside, each behind the same two members.

A peer's module, and what that needs, is imported only when the peer is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from eval.case import Case, Outcome

# The name of a tool, and the module whose `load` makes it.
TOOLS = {
    "repair": "ours",
    "nothing": "nothing",
    "backwards": "backwards",
    "ngram": "ngram",
    "language_model": "language_model",
    "detector_only": "detector_only",
    "harper": "harper",
    "symspell": "symspell",
}


class PeerError(ValueError):
    """A peer that cannot be had; the message says what it wants."""


class Tool(Protocol):
    """Something that repairs pages."""

    name: str

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        """One outcome a case, in order, made from `case.source` alone."""
        ...


def load(name: str, settings: Mapping[str, str]) -> Tool:
    """The tool of this name; each takes from `settings` what it knows.

    `model` is a directory of models (default: the shipped ones) and `threads`
    how many it may use (default: each core's). `list` is a spinner's list, and
    `shuffle: true` says that the spinner writes any member of a line for any
    other. `corpus` holds clean text, of whose part for training `words` are
    counted (default: 10,000,000), once for each `cache` directory.

    Raises PeerError if the name is unknown, a setting is missing, or a package is.

    >>> load("nothing", {}).name
    'nothing'
    """
    if name not in TOOLS:
        raise PeerError(f"no tool {name!r}; choose from {', '.join(TOOLS)}")
    tool: Tool = import_module(f"eval.peers.{TOOLS[name]}").load(settings)
    return tool


def setting(settings: Mapping[str, str], key: str, tool: str, what: str) -> str:
    """A setting that a tool cannot do without."""
    if not settings.get(key):
        raise PeerError(f"{tool} needs the setting {key!r}: {what}")
    return settings[key]


def package(name: str, tool: str, install: str) -> Any:
    """A package that only one tool needs. Raises PeerError, with the line that installs it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise PeerError(f"{tool} needs {name}: {install}") from error
