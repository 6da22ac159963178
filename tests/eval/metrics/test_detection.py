"""Detection and calibration, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.detection import Bin, calibration, decisions, ranking, reliability

LABELS = [1, 0, 1, 0, 1]
PROBABILITIES = [0.95, 0.9, 0.6, 0.3, 0.3]

labelled = st.lists(
    st.tuples(st.integers(0, 1), st.floats(0, 1, allow_nan=False)), min_size=1, max_size=50
)


def test_decisions() -> None:
    # Called spun: the first three, two of them rightly, of three.
    expected = {"precision": 2 / 3, "recall": 2 / 3, "f05": 2 / 3}
    assert decisions(LABELS, PROBABILITIES) == pytest.approx(expected)
    assert decisions([1, 1, 1, 0], [0.5, 0.4, 0, 0]) == pytest.approx(
        {"precision": 1, "recall": 1 / 3, "f05": 1.25 / (1 + 0.25 * 3)}
    )


def test_no_precision_of_calling_nothing_spun() -> None:
    assert decisions([1, 0], [0.2, 0.1]) == {"recall": 0, "f05": 0}


def test_ranking() -> None:
    # Of the six pairs of a spun and a clean word 3.5 are in order, the tie as half a one.
    assert ranking(LABELS, PROBABILITIES)["auc"] == pytest.approx(3.5 / 6)
    # Precision where each spun word comes up: 1, 2/3, and 3/5 with the tie.
    assert ranking(LABELS, PROBABILITIES)["average_precision"] == pytest.approx(
        (1 + 2 / 3 + 3 / 5) / 3
    )
    assert ranking([1, 1], [0.1, 0.2]) == {}


def test_reliability() -> None:
    assert reliability(LABELS, PROBABILITIES) == [
        Bin(0.3, 0.4, 2, 0.3, 0.5),
        Bin(0.6, 0.7, 1, 0.6, 1.0),
        Bin(0.9, 1.0, 2, 0.925, 0.5),
    ]
    assert [b.least for b in reliability([0, 1], [0, 1])] == [0, 0.9]  # both ends have a bin


def test_calibration() -> None:
    found = calibration(LABELS, PROBABILITIES)
    assert found["ece"] == pytest.approx((2 * 0.2 + 1 * 0.4 + 2 * 0.425) / 5)
    squares = (0.05**2, 0.9**2, 0.4**2, 0.3**2, 0.7**2)
    assert found["brier"] == pytest.approx(sum(squares) / 5)


def test_one_kind_of_label_is_calibrated_too() -> None:
    assert calibration([1, 1], [0.75, 0.75]) == pytest.approx({"ece": 0.25, "brier": 0.0625})
    assert calibration([0], [0.75]) == pytest.approx({"ece": 0.75, "brier": 0.75**2})


@given(labelled)
def test_knowing_the_labels_is_perfect(pairs: list[tuple[int, float]]) -> None:
    labels = [label for label, _ in pairs]
    sure = [float(label) for label in labels]
    assert calibration(labels, sure) == {"ece": 0, "brier": 0}
    assert set(ranking(labels, sure).values()) <= {1.0}
    if any(labels):
        assert decisions(labels, sure) == {"precision": 1, "recall": 1, "f05": 1}


@given(labelled)
def test_bins_hold_every_case_once(pairs: list[tuple[int, float]]) -> None:
    labels, probabilities = zip(*pairs)
    bins = reliability(labels, probabilities)
    assert sum(b.count for b in bins) == len(pairs)
    assert sum(b.count * b.share for b in bins) == pytest.approx(sum(labels))
    assert all(b.least - 1e-9 <= b.probability <= b.most + 1e-9 for b in bins)
