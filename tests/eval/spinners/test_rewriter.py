"""Programs that give back a text: paragraph by paragraph, and pinned."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.spinners.rewriter import Rewriter, package
from training.pairs import original_text, spun_text


def test_each_paragraph_and_the_space_between() -> None:
    seen = []

    def shout(paragraphs: list[str], density: float, seed: int) -> list[str]:
        seen.append((paragraphs, density))
        return [text.replace("barn", "old shed") for text in paragraphs]

    text = "  A barn \n\n\tThe barn, the\n   \nend\n"
    page = Rewriter(shout, 0.4).spin(text, random.Random(0))
    assert seen == [(["A barn", "The barn, the", "end"], 0.4)]
    assert spun_text(page) == "  A old shed \n\n\tThe old shed, the\n   \nend"
    assert original_text(page) == text.rstrip()


def test_a_page_has_its_own_density_and_seed() -> None:
    rewriter = Rewriter(lambda texts, density, seed: [f"{density} {seed}"], [0.1, 0.9])
    rng = random.Random(0)
    assert len({spun_text(rewriter.spin("x", rng)) for _ in range(9)}) == 9
    assert rewriter.forms() == frozenset()


def test_a_paragraph_lost_is_an_error() -> None:
    with pytest.raises(ValueError):
        Rewriter(lambda texts, density, seed: texts[1:]).spin("one\ntwo", random.Random(0))


@given(st.text(st.sampled_from("ab \n\t.")))
def test_nothing_rewritten_is_nothing_changed(text: str) -> None:
    page = Rewriter(lambda texts, density, seed: texts).spin(text, random.Random(0))
    assert spun_text(page) == text.rstrip()
    assert not any(segment.changed for segment in page)


def test_packages_are_pinned() -> None:
    with pytest.raises(ImportError, match=r"but it is not installed: pip install 'nosuch==1\.0'"):
        package("nosuch", "1.0")
    with pytest.raises(ImportError, match=r"needs numpy 0\.1, but it is [1-9]"):
        package("numpy", "0.1")
