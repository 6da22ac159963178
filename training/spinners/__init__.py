"""Simulators of the programs whose text we repair, one a module.

Settings name a spinner: `kind`, and the parameters of the loader of that kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Any, get_type_hints

from training.spinners import dictionary, phrases, thesaurus
from training.spinners.base import Spinner

__all__ = ["KINDS", "Spinner", "load"]

KINDS: Mapping[str, Callable[..., Spinner]] = {
    "dictionary": dictionary.load,
    "phrases": phrases.load,
    "thesaurus": thesaurus.load,
}


def load(
    settings: Mapping[str, Any], kinds: Mapping[str, Callable[..., Spinner]] = KINDS
) -> Spinner:
    """The spinner that settings describe, `{kind: thesaurus, source: wordnet}` for example.

    Without a `kind` it is a `dictionary`. The settings are taken as sound:
    `training.config.spinner` tells their shape.
    """
    own = dict(settings)
    make = kinds[own.pop("kind", "dictionary")]
    for key, hint in get_type_hints(make).items():
        if isinstance(hint, type) and is_dataclass(hint) and key in own:
            own[key] = hint(**own[key])
    return make(**own)
