"""The letter case of a replacement."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Common words that are names wherever they stand; a spinner's list has few of them.
_PROPER = re.compile(
    r"\b(?:i|u\.s|u\.k|united (?:states|kingdom|nations)|americans?|british|english|european"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august"
    r"|september|october|november|december|christmas)\b(?:(?<=\.s)\.|(?<=\.k)\.)?"
)


def recased(originals: Sequence[str], wording: str) -> str:
    """`wording` in the case of the words it replaces, word by word where their numbers agree.

    Spinners carry over the case of the first letter, so it tells the original's.

    >>> recased(["Metropolis", "Corridor"], "city hall")
    'City Hall'
    >>> recased(["us"], "u.s."), recased(["US"], "united states"), recased(["people"], "americans")
    ('U.S.', 'United States', 'Americans')
    >>> recased(["Not", "too", "long", "ago"], "recently")
    'Recently'
    """
    wording = _PROPER.sub(lambda match: match.group().title(), wording)
    letters = "".join(originals)
    if len(letters) > 3 and letters.isupper():  # up to three are an abbreviation, no shouting
        return wording.upper()
    words = wording.split(" ")
    if len(words) == len(originals):
        return " ".join(map(_like, originals, words))
    if len(originals) > 1 and all(word[:1].isupper() for word in originals):
        return " ".join(_like(originals[0], word) for word in words)
    return _like(originals[0], wording)


def _like(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
