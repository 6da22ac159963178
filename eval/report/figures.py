"""How each figure of a measurement is named and printed, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass

MISSING = "–"  # the figure makes no sense there


@dataclass(frozen=True)
class Figure:
    """`scale` turns the stored value into the printed one: 100 makes percent of a share."""

    label: str
    scale: float
    digits: int
    higher_is_better: bool = True

    def show(self, value: float | None, sign: str = "") -> str:
        """The value as it is printed everywhere; `sign="+"` for differences.

        >>> FIGURES["restored"].show(0.7723), FIGURES["err"].show(-0.25), FIGURES["bleu"].show(None)
        ('77.2', '−25.0', '–')
        """
        if value is None:
            return MISSING
        rounded = round(value * self.scale, self.digits) + 0.0  # -0.0 becomes 0.0
        return f"{rounded:{sign},.{self.digits}f}".replace("-", "−")


def _share(label: str, higher_is_better: bool = True) -> Figure:
    return Figure(f"{label} %", 100, 1, higher_is_better)


# In the order in which they are printed.
FIGURES = {
    "restored": _share("restored"),
    "precision": _share("precision"),
    "f05": _share("F0.5"),
    "err": _share("ERR"),
    "restored_accepted": _share("restored, accepted wordings too"),
    "precision_accepted": _share("precision, accepted wordings too"),
    "bleu": Figure("BLEU", 1, 1),
    "chrf": Figure("chrF", 1, 1),
    "left_alone": _share("pages left alone"),
    "suspicious": _share("called suspicious"),
    "edits_per_10k": Figure("edits in 10,000 words", 1, 2, False),
    "pages_changed": _share("pages changed", False),
    "violations": Figure("violations", 1, 0, False),
    "word_precision": _share("word precision"),
    "word_recall": _share("word recall"),
    "word_f05": _share("word F0.5"),
    "word_auc": _share("word AUC"),
    "page_auc": _share("page AUC"),
    "word_ece": _share("word ECE", False),
    "edit_ece": _share("edit ECE", False),
}
