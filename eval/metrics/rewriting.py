"""BLEU and chrF of repaired texts, never without those of the texts before the repair.

Scores, signatures and the paired bootstrap are sacrebleu's own: its command
line prints the same numbers for the same pages, one a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import datasets  # type: ignore[import-untyped]
import evaluate  # type: ignore[import-untyped]
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result

SAMPLES = 1000  # resamples of the bootstrap: sacrebleu's default, as its seed, 12345

_INPUTS = """
Args:
    sources: the texts as the tool was given them.
    predictions: what it made of them.
    references: as they should read.
Returns:
    bleu, chrf: the scores of the predictions, 0 to 100.
    bleu_before, chrf_before: those of the sources.
    bleu_p, chrf_p: how probable so large a difference is by chance (paired bootstrap).
    bleu_signature, chrf_signature: sacrebleu's.
"""


@dataclass(frozen=True)
class Comparison:
    """A score, 0 to 100, beside that of the unrepaired text.

    `p` is how probable so large a difference is by chance. `signature` names
    all that the numbers depend on, seed and resamples included.
    """

    score: float
    before: float
    p: float
    signature: str


def compare(
    sources: Sequence[str], predictions: Sequence[str], references: Sequence[str]
) -> dict[str, Comparison]:
    """`bleu` and `chrf`; a page is a segment, its white space made single blanks.

    `p` is 1 where resampling cannot tell anything: for one page, or if no page
    was changed. (There sacrebleu finds no resample beyond the difference, and
    prints its least p, 1 / 1001, for nothing at all.)

    >>> found = compare(["a b c d e"] * 2, ["a b c d f"] * 2, ["a b c d f"] * 2)["bleu"]
    >>> round(found.before, 1), round(found.score, 1)
    (66.9, 100.0)
    """
    before, after, wanted = (
        [" ".join(text.split()) for text in texts] for texts in (sources, predictions, references)
    )
    signatures, results = PairedTest(
        [("before", before), ("after", after)],
        {"bleu": BLEU(references=[wanted]), "chrf": CHRF(references=[wanted])},
        references=None,  # the metrics hold them already
        test_type="bs",
        n_samples=SAMPLES,
    )()
    untold = len(wanted) == 1 or before == after
    found: dict[str, Comparison] = {}
    for key, name in (("bleu", "BLEU"), ("chrf", "chrF2")):
        baseline, system = (result for result in results[name] if isinstance(result, Result))
        p = 1.0 if untold or system.p_value is None else system.p_value
        found[key] = Comparison(system.score, baseline.score, p, str(signatures[name]))
    return found


def figures(comparisons: dict[str, Comparison]) -> dict[str, float]:
    """The numbers alone, under keys such as `bleu`, `bleu_before` and `bleu_p`."""
    found: dict[str, float] = {}
    for key, one in comparisons.items():
        found |= {key: one.score, f"{key}_before": one.before, f"{key}_p": one.p}
    return found


class Rewriting(evaluate.Metric):  # type: ignore[misc]
    """BLEU and chrF beside those of doing nothing, for `evaluate`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="BLEU and chrF of repaired texts beside those of the unrepaired ones.",
            citation="",
            inputs_description=_INPUTS,
            features=datasets.Features(
                dict.fromkeys(("sources", "predictions", "references"), datasets.Value("string"))
            ),
        )

    def _compute(
        self, sources: Sequence[str], predictions: Sequence[str], references: Sequence[str]
    ) -> dict[str, float | str]:
        found = compare(sources, predictions, references)
        return figures(found) | {f"{key}_signature": one.signature for key, one in found.items()}
