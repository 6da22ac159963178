"""Guards the shipped models: on pages written for it they must not do worse than this.

`tests/cases/spun.txt` holds pages as `{spun=original}`, `tests/cases/clean.txt` pages to be left
alone. The floors lie a little below what the models of the day reached, so that a worse model
cannot land unnoticed; a better one may raise them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.case import Case, Gold
from eval.peers.ours import load
from eval.score import figures
from repair import Repairer

CASES = Path(__file__).with_name("cases")
_SPUN = re.compile(r"\{([^={}]+)=([^={}]+)\}")


def spun_cases() -> list[Case]:
    cases = []
    for number, page in enumerate((CASES / "spun.txt").read_text(encoding="utf-8").split("\n\n")):
        page = page.strip()
        source, reference, place = "", "", 0
        gold = []
        for match in _SPUN.finditer(page):
            between = page[place : match.start()]
            source, reference, place = source + between, reference + between, match.end()
            gold.append(Gold(len(source), len(source) + len(match[1]), match[2]))
            source, reference = source + match[1], reference + match[2]
        rest = page[place:]
        cases.append(Case(str(number), source + rest, reference + rest, tuple(gold)))
    return cases


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    cases = spun_cases()
    assert len(cases) == 7 and sum(len(case.gold) for case in cases) > 250
    return figures(cases, list(load({}).run(cases)))


def test_restores(found: dict[str, float]) -> None:
    assert found["restored"] >= 0.75
    assert found["precision"] >= 0.89
    assert found["bleu"] >= found["bleu_before"] + 47


def test_probabilities_mean_what_they_say(found: dict[str, float]) -> None:
    assert found["edit_ece"] < 0.08


def test_does_no_harm(found: dict[str, float]) -> None:
    assert found["violations"] == 0
    pages = (CASES / "clean.txt").read_text(encoding="utf-8").split("\n\n")
    assert [page for page in pages if Repairer.load().fix(page) != page] == []


def test_speed() -> None:
    """How many times as long as its gate a page takes: 2,600 here, whatever the machine."""
    repairer = Repairer.load()
    text = "\n".join(case.source for case in spun_cases())
    repairer.fix(text)

    def seconds(work: Callable[[str], object], rounds: int) -> float:
        start = time.process_time()
        for _ in range(rounds):
            work(text)
        return (time.process_time() - start) / rounds

    assert seconds(repairer.fix, 3) < 5000 * seconds(repairer.score, 100)
