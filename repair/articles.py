"""Edits whose articles fit: none may leave *a attack* or *an key* behind.

An article and the word after it must be decided together. So an edit takes the
article before it along where one of its wordings would not fit, and two
neighbouring edits become one where the first may end in an article. Whatever
selection of edits is made then, each carries the articles it needs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from repair.edits import Alternative, Edit
from repair.page import Page

# Vowel letters that sound like a consonant, and silent h.
_CONSONANT_SOUND = re.compile(
    r"eu|ewe|one(?:\b|s|ness|time|sel)|once|ouija|"
    r"u(?:biq|fo|gan|k|ni(?:[coqtvx]|f|l[ae]|s[eo])|nanim|ran|ri|ro|ruguay|re[at]|s[aeiu]|ta[hr]|ten|ter|til|top)"
)
_SILENT_H = re.compile(r"hour|honest|honou?r|heir")
_PAIR = re.compile(r"(?<![\w'\u2019@#/-])(an?)(\s+)(?=(\w+))", re.I)


def article_for(word: str) -> str | None:
    """The article that fits before a word, or None where either may be right.

    >>> [article_for(word) for word in ("key", "attack", "hour", "unit", "NBA")]
    ['a', 'an', 'an', 'a', None]
    """
    if not (word.isascii() and word.isalpha()) or len(word) == 1 or word.isupper():
        return None  # spelled or spoken (an X-ray), digits, foreign letters: the author knows
    if is_article(word):
        return None  # a slip of the author's or a spinner's; no article can be right
    word = word.lower()
    if _SILENT_H.match(word):
        return "an"
    return "an" if word[0] in "aeiou" and not _CONSONANT_SOUND.match(word) else "a"


def is_article(word: str) -> bool:
    return word.lower() in ("a", "an")


def disagreements(text: str) -> list[str]:
    """The pairs in a text whose article does not fit the word after it.

    >>> disagreements("a attack on an key junction")
    ['a attack', 'an key']
    """
    return [m.group() + m.group(3) for m in _PAIR.finditer(text) if not _fits(m)]


def fitted(text: str) -> str:
    """The text with every article made to fit.

    >>> fitted("An key, a attack")
    'A key, an attack'
    """

    def fit(match: re.Match[str]) -> str:
        if _fits(match):
            return match.group()
        article = article_for(match.group(3)) or ""
        return (article.capitalize() if match.group(1)[0] == "A" else article) + match.group(2)

    return _PAIR.sub(fit, text)


def agreeing(page: Page, edits: Iterable[Edit]) -> list[Edit]:
    """The same edits, in order, each with the articles it needs."""
    fused: list[Edit] = []
    for edit in edits:
        if fused and _parted(page, fused[-1], edit):
            left = fused.pop()
            gap = page.text[left.end : edit.start]
            edit = Edit(
                left.start,
                edit.end,
                left.original + gap + edit.original,
                left.replacement + gap + edit.replacement,
                min(left.probability, edit.probability),
            )
        fused.append(edit)
    return [_fitting(page, edit) for edit in fused]


def _fits(match: re.Match[str]) -> bool:
    return article_for(match.group(3)) in (None, match.group(1).lower())


def _wordings(edit: Edit) -> tuple[str, ...]:
    return (edit.replacement, *(a.text for a in edit.alternatives))


def _parted(page: Page, left: Edit, right: Edit) -> bool:
    """Whether an article of one edit stands before a word of the next."""
    ends = (left.original, *_wordings(left))
    between = page.text[left.end : right.start]
    return between.isspace() and any(is_article(text.split()[-1]) for text in ends)


def _fitting(page: Page, edit: Edit) -> Edit:
    first = bisect_left(page.starts, edit.start)
    after = bisect_left(page.starts, edit.end)
    start = edit.start
    if first and page.editable(first - 1) and page.joined(first - 1):
        article = page.word(first - 1)
        lead = page.text[page.starts[first - 1] : edit.start]
        if is_article(article) and any(disagreements(lead + text) for text in _wordings(edit)):
            start = page.starts[first - 1]
    lead = page.text[start : edit.start]
    tail = page.text[edit.end : page.ends[after]] if after < len(page) else ""

    def fit(text: str) -> str:
        whole = fitted(lead + text + tail)
        return whole[: len(whole) - len(tail)]

    return Edit(
        start,
        edit.end,
        lead + edit.original,
        fit(edit.replacement),
        edit.probability,
        tuple(Alternative(fit(a.text), a.probability) for a in edit.alternatives),
    )
