"""From evidence to edits: probabilities, what is proposed at all, and the harm budget."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from repair.decide import Decider, density
from repair.edits import Edit
from repair.evidence import OPINIONS, Evidence, buckets
from repair.findings import Finding
from repair.options import Options
from repair.page import Page
from repair.restorer import Reading
from repair.spans import Span
from training.ngrams import count

NGRAMS = count(["The big city sleeps."], 1)
PAGE = Page.of("The huge metropolis sleeps.")
READINGS = (Reading("town", math.log(0.6)), Reading("city", math.log(0.3)))
FINDINGS = [Finding(Span(2, 3), 0.9, READINGS)]


def knowing(**weights: float) -> Decider:
    """A decider that looks at how likely the restorer's reading is, and knows some pairs."""
    decider = Decider.ignorant()
    direct = decider.direct.copy()
    direct[4] = weights.pop("likely", 0.0)
    wordings = decider.wordings.copy()
    for written, weight in weights.items():
        wordings[buckets("metropolis", written)[2]] = weight
    return replace(decider, direct=direct, wordings=wordings)


def test_an_ignorant_decider() -> None:
    evidence = Evidence((1.0,) * OPINIONS, (0, 1, 2))
    assert Decider.ignorant().probabilities([evidence, evidence]) == [0.5, 0.5]


def test_hidden_units_and_extremes() -> None:
    decider = Decider.ignorant()
    inner, outer = decider.inner.copy(), decider.outer.copy()
    inner[0, 0], outer[0] = 1.0, 100.0
    decider = replace(decider, inner=inner, outer=outer)
    opinions = [(x, *(0.0,) * (OPINIONS - 1)) for x in (-9.0, 0.0, 9.0)]
    low, middle, high = decider.probabilities([Evidence(x, (0, 0, 0)) for x in opinions])
    assert low < 1e-9 and middle == 0.5 and high > 1 - 1e-9


@pytest.mark.parametrize(
    ("weights", "best", "other"),
    [
        ({"likely": 5.0}, "town", "city"),
        ({"city": 4.0}, "city", "town"),  # the calibration may overrule the restorer
    ],
)
def test_the_best_wording_wins(weights: dict[str, float], best: str, other: str) -> None:
    (edit,) = knowing(**weights).candidates(PAGE, FINDINGS, Options(), NGRAMS)
    assert (edit.start, edit.end, edit.original) == (9, 19, "metropolis")
    assert edit.replacement == best
    assert [a.text for a in edit.alternatives] == [other]
    assert edit.probability > edit.alternatives[0].probability


def test_candidates_below_the_floor_are_dropped() -> None:
    decider = knowing(city=-9.0, town=-9.0)
    assert decider.candidates(PAGE, FINDINGS, Options(), NGRAMS) == ()
    assert decider.candidates(PAGE, FINDINGS, Options(threshold=0.0), NGRAMS) != ()


def test_the_budget_sets_the_density() -> None:
    decider = replace(Decider.ignorant(), budgets=((0.5, 0.2), (1.0, 0.1), (5.0, 0.0)))
    assert [decider.least_density(harm) for harm in (0.1, 0.5, 2.0, 9.0)] == [0.2, 0.2, 0.1, 0.0]


def test_density_is_thinned() -> None:
    edit = Edit(9, 19, "metropolis", "city", 0.9)
    assert density(PAGE, [edit]) == pytest.approx(0.9 / (5 + 60))
    assert density(PAGE, []) == 0


def test_the_file_holds_the_decider(tmp_path: Path) -> None:
    decider = replace(knowing(likely=2.0, city=1.5), budgets=((1.0, 0.25),), vote=0.5)
    decider.save(tmp_path / "decider.npz")
    loaded = Decider.load(tmp_path / "decider.npz")
    for name, value in vars(decider).items():
        np.testing.assert_array_equal(getattr(loaded, name), value)
