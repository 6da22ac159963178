"""BLEU and chrF as sacrebleu's own command line has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eval.metrics.rewriting import compare, figures

# A page has lines and more than one blank; a line of sacrebleu's files has neither.
REFERENCES = [
    "The mayor opened the new bridge on Monday.\nIt cost 3.2 million, she said.",
    "Bees find their way home by the sun;  on dull days they stay inside.",
    "“We lost,” said the captain, “but we shall be back.”\n\nNobody doubted it.",
    "Boil the milk, stir in the flour, and let it stand for an hour.",
    "A well-\nkept garden needs a patient gardener.",
    "The train was late again, so half of the class missed the exam.",
]
SOURCES = [
    "The civic chairman opened the new extension on Monday.\nIt cost 3.2 million, she said.",
    "Honey bees find their direction home by the sun;  on dull days they stay inside.",
    "“We lost,” said the skipper, “but we will be back.”\n\nNo one questioned it.",
    "Bubble the milk, mix in the flour, and let it represent an hour.",
    "A well-\nkept nursery needs a patient plant specialist.",
    "The train was late again, so half of the class missed the exam.",
]
PREDICTIONS = [
    "The mayor opened the new extension on Monday.\nIt cost 3.2 million, she said.",
    "Bees find their way home by the sun;  on dull days they stay inside.",
    "“We lost,” said the captain, “but we will be back.”\n\nNo one doubted it.",
    "Boil the milk, mix in the flour, and let it stand for an hour.",
    "A well-\nkept garden needs a patient gardener.",
    "The train was late once more, so half of the class missed the exam.",
]


def sacrebleu(directory: Path, *arguments: str) -> str:
    """What `python -m sacrebleu` prints for the pages above, one a line, with 12 digits."""
    for name, pages in (("ref", REFERENCES), ("before", SOURCES), ("after", PREDICTIONS)):
        lines = "".join(" ".join(page.split()) + "\n" for page in pages)
        (directory / name).write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", "ref", "-m", "bleu", "chrf", "-w", "12"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [*command, *arguments], cwd=directory, env=environment, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_the_command_line_prints_the_same(tmp_path: Path) -> None:
    printed = json.loads(sacrebleu(tmp_path, "-i", "after", "--format", "json"))
    found = compare(SOURCES, PREDICTIONS, REFERENCES)
    for one, key in zip(printed, ("bleu", "chrf")):
        assert round(found[key].score, 12) == one["score"]
        parts = found[key].signature.split("|")
        assert one["signature"] == "|".join(p for p in parts if p not in ("bs:1000", "seed:12345"))


def test_the_command_line_prints_the_same_with_the_bootstrap(tmp_path: Path) -> None:
    # LaTeX, because sacrebleu 2.6 with numpy 2 cannot print this as JSON.
    printed = sacrebleu(tmp_path, "-i", "before", "after", "--paired-bs", "--format", "latex")
    before, after = (
        [re.findall(r"[\d.]+", cell) for cell in line.split("&")[1:]]
        for line in printed.splitlines()
        if "&" in line and "CI" not in line
    )
    found = compare(SOURCES, PREDICTIONS, REFERENCES)
    for one, unrepaired, repaired in zip((found["bleu"], found["chrf"]), before, after):
        assert f"{one.before:.12f}" == unrepaired[0]
        assert f"{one.score:.12f}" == repaired[0]
        assert f"{one.p:.4f}" == repaired[-1]
        assert f" {one.signature}\n" in printed
    assert 0.001 < found["chrf"].p < found["bleu"].p < 0.05  # neither the least p nor none


@pytest.mark.parametrize(
    ("predictions", "pages"), [(SOURCES, len(SOURCES)), (PREDICTIONS, 1)], ids=["same", "one page"]
)
def test_nothing_to_tell_from_chance(predictions: list[str], pages: int) -> None:
    found = compare(SOURCES[:pages], predictions[:pages], REFERENCES[:pages])
    assert found["bleu"].p == found["chrf"].p == 1


def test_perfect() -> None:
    found = figures(compare(SOURCES, REFERENCES, REFERENCES))
    assert found["bleu"] == pytest.approx(100)
    assert found["chrf"] == 100
    assert found["bleu_before"] < 100 > found["chrf_before"]
