"""Spinners to measure with: training's, those whose words it may not see, and translation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eval.spinners import packages, translation
from training import config, spinners
from training.spinners import Spinner

KINDS: Mapping[str, Callable[..., Spinner]] = {
    **spinners.KINDS,
    "moby": packages.moby,
    "neighbours": packages.neighbours,
    "roget": packages.roget,
    "texthumanize": packages.texthumanize,
    "translation": translation.load,
}


def load(settings: Mapping[str, Any]) -> Spinner:
    """The spinner that settings describe; see `training.spinners.load`."""
    return spinners.load(settings, KINDS)


def shape(settings: Any) -> config.Shape:
    """What the settings of a spinner must hold, for `training.config.compare`."""
    return config.spinner(settings, KINDS)
