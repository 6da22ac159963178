"""Programs that give back nothing but a text, as spinners."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from training.pairs import Segment, align
from training.spinners.base import Density, drawn

_PARAGRAPH = re.compile(r"\s*\S(?:[^\n]*\S)?")  # with the white space before it


@dataclass(frozen=True)
class Rewriter:
    """Has the paragraphs of a page rewritten and finds the changed words by aligning.

    `rewrite` is given the paragraphs, the density and a seed, and gives back as many.

    >>> from training.pairs import spun_text
    >>> loud = Rewriter(lambda texts, density, seed: [t.replace("car", "auto") for t in texts])
    >>> spun_text(loud.spin("A car.\\n\\nA red car.", random.Random(0)))
    'A auto.\\n\\nA red auto.'
    """

    rewrite: Callable[[list[str], float, int], list[str]]
    density: Density = 1.0

    def spin(self, text: str, rng: random.Random) -> list[Segment]:
        """Spin one page; returns its segments, changed and untouched, in order."""
        originals = _PARAGRAPH.findall(text)
        density, seed = drawn(self.density, rng), rng.getrandbits(32)
        spun = self.rewrite([original.lstrip() for original in originals], density, seed)
        out: list[Segment] = []
        for new, old in zip(spun, originals, strict=True):
            gap = old[: len(old) - len(old.lstrip())]
            out.extend(align(gap + new.strip(), old))
        return out

    def forms(self) -> frozenset[str]:
        """Nothing: a text does not tell what else could have been written."""
        return frozenset()


def package(name: str, pinned: str, module: str = "") -> Any:
    """The module of a package from PyPI that must be of one version, as its output hangs on it.

    Raises ImportError with the command that installs it.
    """
    try:
        found = version(name)
    except PackageNotFoundError:
        found = "not installed"
    if found != pinned:
        raise ImportError(
            f"this spinner needs {name} {pinned}, but it is {found}: pip install '{name}=={pinned}'"
        )
    return importlib.import_module(module or name)
