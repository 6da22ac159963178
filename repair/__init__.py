"""Find synonym-spun wording in English text and put the natural words back.

>>> import repair
>>> repair.fix("He likes coffee.")
'He likes coffee.'

For many pages, load a `Repairer` once and use its `fix_many`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repair.edits import Alternative, Detection, Edit, Repair
    from repair.models import ModelError
    from repair.options import Options
    from repair.repairer import Repairer

__version__ = "0.1.0"
__all__ = [
    "Alternative",
    "Detection",
    "Edit",
    "ModelError",
    "Options",
    "Repair",
    "Repairer",
    "detect",
    "explain",
    "fix",
    "is_spun",
    "score",
]

# Loaded on first use, so that `import repair` and `repair --help` start at once.
_HOMES = {
    "Alternative": "edits",
    "Detection": "edits",
    "Edit": "edits",
    "ModelError": "models",
    "Options": "options",
    "Repair": "edits",
    "Repairer": "repairer",
}


def fix(text: str) -> str:
    """The text with its spun words put right; unchanged if it is not spun."""
    return _repairer().fix(text)


def explain(text: str) -> Repair:
    """All that was found: text, edits, verdict, page score; see `Repair`."""
    return _repairer().explain(text)


def detect(text: str) -> list[Detection]:
    """The spans that look spun, with their probabilities."""
    return _repairer().detect(text)


def score(text: str) -> float:
    """How spun the page is, 0 to 1."""
    return _repairer().score(text)


def is_spun(text: str) -> bool:
    """Whether the page as a whole looks spun."""
    return _repairer().is_spun(text)


@cache
def _repairer() -> Repairer:
    from repair.repairer import Repairer

    return Repairer.load()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"repair.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'repair' has no attribute {name!r}")
