"""Harm: changes where none should be, and changes of what no tool may touch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import datasets  # type: ignore[import-untyped]
import evaluate  # type: ignore[import-untyped]

# What is protected beyond doubt, in patterns of their own: with the tool's, a gap in them would
# hide itself. Of `12-year-old` only the number is; of `2021-05-04` all.
PROTECTED = re.compile(
    r"""
      ```.*?```|`[^`\n]+`                                   # code
    | (?:https?|ftp)://\S+|\bwww\.\S+                       # URLs
    | [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+           # e-mails
    | (?<!\w)[@#]\w+                                        # names and tags
    | (?<!\w)\w*\d\w*(?:[.,:/-]\w*\d\w*)*                   # numbers, and words with digits
    """,
    re.VERBOSE | re.DOTALL,
)
WORD = re.compile(r"\w+|[^\w\s]")  # repair.page's, which a copied file cannot import

_INPUTS = """
Args:
    sources: texts that must be left alone.
    predictions: what the tool made of them.
    made: for each text the number of edits, if the tool knows it; by default differing stretches
        of words are counted, which makes one of neighbouring edits.
Returns:
    edits_per_10k: edits in 10,000 words.
    pages_changed: share of the texts in which any character is another.
    violations: numbers, URLs, e-mails, code, @names and #tags lost, changed or added.
"""


def violations(source: str, prediction: str) -> int:
    """How many protected tokens were lost, changed or added; must be 0.

    >>> violations("Ask @ann on 5 May, see www.site.org", "Ask @bob on May 5, see www.site.org")
    1
    """
    return _differences(PROTECTED, source, prediction)[1]


def differences(source: str, prediction: str) -> int:
    """In how many places the words differ.

    >>> differences("the big city sleeps", "the small city wakes up")
    2
    """
    return _differences(WORD, source, prediction)[0]


def _differences(token: re.Pattern[str], source: str, prediction: str) -> tuple[int, int]:
    """Where the tokens of two texts differ: the number of places, and of tokens there."""
    before, after = token.findall(source), token.findall(prediction)
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    sizes = [max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in opcodes if tag != "equal"]
    return len(sizes), sum(sizes)


class Harm(evaluate.Metric):  # type: ignore[misc]
    """Harm done to texts that must be left alone, for `evaluate`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Edits and changed pages where none should be, and protected tokens lost.",
            citation="",
            inputs_description=_INPUTS,
            features=datasets.Features(
                dict.fromkeys(("sources", "predictions"), datasets.Value("string"))
            ),
        )

    def _compute(
        self,
        sources: Sequence[str],
        predictions: Sequence[str],
        made: Sequence[int] | None = None,
    ) -> dict[str, float]:
        pairs = list(zip(sources, predictions, strict=True))
        edits = sum(differences(*pair) for pair in pairs) if made is None else sum(made)
        return {
            "edits_per_10k": 1e4 * edits / max(1, sum(len(text.split()) for text in sources)),
            "pages_changed": sum(source != text for source, text in pairs) / len(pairs),
            "violations": sum(violations(*pair) for pair in pairs),
        }
