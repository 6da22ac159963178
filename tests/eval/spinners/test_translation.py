"""Round trips through another language, with the engines that are installed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from eval.spinners import translation
from training.pairs import spun_text

TEXT = (
    "The old barn stood at the end of a narrow road, and nobody had painted it for thirty years.\n"
    "When the farmer died, his children sold the land to a company that wanted to build houses."
)


@pytest.mark.parametrize("engine", ["neural", "rules"])
def test_round_trip(engine: Any) -> None:
    try:
        spinner = translation.load(engine)
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(str(error))
    once, twice = (spun_text(spinner.spin(TEXT, random.Random(seed))) for seed in (1, 2))
    assert once == twice != TEXT, "no dice are rolled"
    assert once.count("\n") == 1
    assert "died" in once and "company" in once, "it is English"
    assert "  " not in once


def test_what_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="apt-get install apertium apertium-eng-spa"):
        translation.round_trip("rules")
