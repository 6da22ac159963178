"""The letter case of a replacement."""

from __future__ import annotations

from collections.abc import Sequence


def recased(originals: Sequence[str], wording: str) -> str:
    """`wording` in the case of the words it replaces, word by word where their numbers agree.

    Spinners carry over the case of the first letter, so it tells the original's.

    >>> recased(["Metropolis", "Corridor"], "city hall")
    'City Hall'
    >>> recased(["Not", "too", "long", "ago"], "recently")
    'Recently'
    """
    letters = "".join(originals)
    if len(letters) > 1 and letters.isupper():
        return wording.upper()
    words = wording.split(" ")
    if len(words) == len(originals):
        return " ".join(map(_like, originals, words))
    if len(originals) > 1 and all(word[:1].isupper() for word in originals):
        return " ".join(_like(originals[0], word) for word in words)
    return _like(originals[0], wording)


def _like(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
