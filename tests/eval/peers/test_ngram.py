"""The trigram model is a distribution, and by hand it comes out the same."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.peers.counts import UNKNOWN, Counts
from eval.peers.ngram import KneserNey

TEXTS = ["a b c a b d", "a b c", "b c a c b", "d a b c"]
MODEL = KneserNey(Counts.of(TEXTS))
IDS = {word: i for i, word in enumerate("abcd", 1)}


@given(st.lists(st.integers(UNKNOWN, 5), max_size=2))
def test_all_words_together_are_certain(context: list[int]) -> None:
    total = sum(MODEL.probability(word, context) for word in (UNKNOWN, *IDS.values()))
    assert total == pytest.approx(1)


def test_by_hand() -> None:
    # "x y x z": words x, y, z follow 2, 1, 1 words (of pairs xy, yx, xz: x after y; y, z after x).
    model = KneserNey(Counts.of(["x y x z"]))
    x, y, z = 1, 2, 3
    # Each order's discount is n1 / (n1 + 2 n2), n2 at least 1: of words 3 follow one word, so 3/5;
    # of pairs, yx and xz follow one word: 2/4; of triples, xyx and yxz stand once: 2/4.
    word_y = (1 - 3 / 5 + 3 / 5 * 3 * (1 / 4)) / 3
    assert model.probability(y, []) == pytest.approx(word_y) == pytest.approx(0.85 / 3)
    # Behind x only z was seen in a triple, once; y gets what the discount leaves.
    pair_xy = (0 + 2 / 4 * 1 * word_y) / 1
    assert model.probability(y, [x]) == pytest.approx(pair_xy)
    # Behind y x stood z: the discount leaves a half for the shorter context.
    assert model.probability(y, [y, x]) == pytest.approx(0.5 * pair_xy)
    assert model.probability(z, [y, x]) == pytest.approx(0.5 + 0.5 * model.probability(z, [x]))
    assert model.probability(y, [z, x]) == model.probability(y, [x]), "z x was never seen"


def test_a_sentence_is_the_product_of_its_words() -> None:
    a, b, c, d = IDS.values()
    chain = [(a, [d]), (b, [d, a]), (c, [a, b])]
    product = 1.0
    for word, context in chain:
        product *= MODEL.probability(word, context)
    assert exp(MODEL.log_probability([a, b, c], [d])) == pytest.approx(product)


def test_a_score_takes_two_words_on_either_side() -> None:
    score = MODEL("d a b", ["C", "a b"], " a c d d")
    a, b, c, _ = IDS.values()
    assert score[0] == pytest.approx(MODEL.log_probability([c, a, c], [a, b]))
    assert score[1] == pytest.approx(MODEL.log_probability([a, b, a, c], [a, b]))


def test_a_word_never_seen_is_unlikely_but_possible() -> None:
    (score,) = MODEL("a b ", ["zebra"], "")
    assert log(1e-3) < score < min(MODEL("a b ", ["c", "d"], ""))
