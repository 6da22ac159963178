"""Detection: which words and pages are called spun, and whether probabilities keep their word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import datasets  # type: ignore[import-untyped]
import evaluate  # type: ignore[import-untyped]
import numpy as np
from sklearn.metrics import (  # type: ignore[import-untyped]
    average_precision_score,
    brier_score_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

LIKELY = 0.5  # from here on a word is more probably spun than not, if the probabilities hold
BINS = 10  # of equal width, as in most papers on calibration since Guo et al. (2017)

_INPUTS = """
Args:
    predictions: for each page the probability of each word being spun.
    references: for each page the label of each word, 1 for spun.
    page_predictions: the probability of each page being spun; its label is 1 if any word's is.
    edit_predictions, edit_references: the probability of each edit, and 1 if it is right.
Returns:
    word_precision, word_recall, word_f05: of calling words spun from a probability of 0.5 on.
    word_auc, word_average_precision: areas under the ROC and the precision-recall curve.
    word_ece, word_brier: expected calibration error and Brier score.
    word_reliability: bins of `least` and `most` probability, with the `count` in them, the mean
        `probability` and the `share` whose label is 1.
    page_… and edit_…: the same of pages, and the last four of edits, where they are given.
    Left out are areas where all labels are alike, and precision where nothing is called spun.
"""


@dataclass(frozen=True)
class Bin:
    """Of `count` cases the mean probability, and the share in which it came true."""

    least: float
    most: float
    count: int
    probability: float
    share: float


def decisions(labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, float]:
    """Precision, recall and F0.5 of saying yes from `LIKELY` on; no precision if it never is said.

    >>> decisions([1, 0, 1], [0.9, 0.8, 0.1])
    {'precision': 0.5, 'recall': 0.5, 'f05': 0.5}
    """
    called = [int(probability >= LIKELY) for probability in probabilities]
    precision, recall, f05, _ = precision_recall_fscore_support(
        labels, called, beta=0.5, average="binary", zero_division=0
    )
    found = {"precision": float(precision)} if any(called) else {}
    return found | {"recall": float(recall), "f05": float(f05)}


def ranking(labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, float]:
    """Areas under the ROC and the precision-recall curve; none if all labels are alike.

    >>> ranking([0, 1, 0, 1], [0.1, 0.4, 0.35, 0.8])
    {'auc': 1.0, 'average_precision': 1.0}
    """
    if len(set(labels)) < 2:
        return {}
    return {
        "auc": float(roc_auc_score(labels, probabilities)),
        "average_precision": float(average_precision_score(labels, probabilities)),
    }


def reliability(labels: Sequence[int], probabilities: Sequence[float]) -> list[Bin]:
    """The bins that hold anything; a probability on a border belongs to the upper one.

    >>> [(b.least, b.count, b.share) for b in reliability([1, 0, 1], [0.85, 0.85, 0.9])]
    [(0.8, 2, 0.5), (0.9, 1, 1.0)]
    """
    p, y = np.asarray(probabilities, float), np.asarray(labels, float)
    edges = np.arange(BINS + 1) / BINS
    bins = np.digitize(p, edges[1:-1])
    return [
        Bin(
            float(edges[b]),
            float(edges[b + 1]),
            int(np.sum(bins == b)),
            float(p[bins == b].mean()),
            float(y[bins == b].mean()),
        )
        for b in np.unique(bins)
    ]


def calibration(labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, float]:
    """The expected calibration error, which is the bins' mean distance from truth, and Brier score.

    >>> {k: round(v, 3) for k, v in calibration([1, 0], [0.8, 0.9]).items()}  # off by 0.2 and 0.9
    {'ece': 0.55, 'brier': 0.425}
    """
    bins = reliability(labels, probabilities)
    distance = sum(one.count * abs(one.probability - one.share) for one in bins)
    return {
        "ece": distance / len(labels),
        "brier": float(brier_score_loss(labels, probabilities, pos_label=1)),
    }


class Detection(evaluate.Metric):  # type: ignore[misc]
    """How well spun words and pages are told from others, for `evaluate`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Detection of spun words and pages, and calibration of probabilities.",
            citation="",
            inputs_description=_INPUTS,
            features=datasets.Features(
                {
                    "predictions": datasets.Sequence(datasets.Value("float64")),
                    "references": datasets.Sequence(datasets.Value("int64")),
                }
            ),
        )

    def _compute(
        self,
        predictions: Sequence[Sequence[float]],
        references: Sequence[Sequence[int]],
        page_predictions: Sequence[float] | None = None,
        edit_predictions: Sequence[float] | None = None,
        edit_references: Sequence[int] | None = None,
    ) -> dict[str, Any]:
        labels = [label for page in references for label in page]
        probabilities = [probability for page in predictions for probability in page]
        found = _all("word", labels, probabilities)
        if page_predictions is not None:
            found |= _all("page", [int(any(page)) for page in references], page_predictions)
        if edit_predictions is not None and edit_references is not None:
            found |= _calibrated("edit", edit_references, edit_predictions)
        return found


def _all(kind: str, labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, Any]:
    found = decisions(labels, probabilities) | ranking(labels, probabilities)
    return {f"{kind}_{key}": value for key, value in found.items()} | _calibrated(
        kind, labels, probabilities
    )


def _calibrated(kind: str, labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, Any]:
    found = {f"{kind}_{key}": value for key, value in calibration(labels, probabilities).items()}
    return found | {f"{kind}_reliability": [asdict(b) for b in reliability(labels, probabilities)]}
