"""Words to subword ids and back, one word at a time.

Each word is encoded alone, so a word's pieces never depend on its neighbours
and word indices survive the trip through any model. What the models need to
know of a tokenizer beyond its pieces stands in `vocabulary.json` beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

MARKS = 32  # spans a window may hold; 95 words of a fully spun page hold 20, rarely 28
CLOSE = "</>"
_LONGEST_WORD = 12  # pieces kept of one word: longer ones are junk, and must not flood a window


def mark(number: int) -> str:
    """The token that opens span `number` in the source and answers it in the target."""
    return f"<{number}>"


_ABBREVIATION = re.compile(r"\b[a-z] \.(?: [a-z] \.)+")  # u . s .


class Vocabulary:
    """A tokenizer with the ids that frame a window: start, end, pad, unknown, marks."""

    def __init__(
        self, tokenizer: Tokenizer, start: Sequence[int], end: Sequence[int], pad: int
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.tokenizer = tokenizer
        self.start = tuple(start)
        self.end = tuple(end)
        self.pad = pad
        self.frame = len(self.start) + len(self.end)
        added = tokenizer.get_added_tokens_decoder()
        self._special = {i for i, token in added.items() if token.special}
        self.pieces = lru_cache(maxsize=1 << 16)(self._pieces)

    @classmethod
    def load(cls, directory: str | Path) -> Vocabulary:
        """Read `tokenizer.json` and `vocabulary.json` of a model directory."""
        directory = Path(directory)
        frame = json.loads((directory / "vocabulary.json").read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        return cls(tokenizer, frame["start"], frame["end"], frame["pad"])

    def save(self, directory: str | Path) -> None:
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save(str(directory / "tokenizer.json"))
        frame = {"start": self.start, "end": self.end, "pad": self.pad}
        (directory / "vocabulary.json").write_text(json.dumps(frame) + "\n", encoding="utf-8")

    def _pieces(self, word: str) -> tuple[int, ...]:
        ids = self.tokenizer.encode(word, add_special_tokens=False).ids
        return tuple(ids[:_LONGEST_WORD]) or (self.pad,)

    def cost(self, word: str) -> int:
        return len(self.pieces(word))

    def id(self, token: str) -> int:
        found = self.tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(
                f"the tokenizer has no token {token!r}; was the model made by training/?"
            )
        return int(found)

    def framed(self, ids: Iterable[int]) -> list[int]:
        """A window's ids between start and end, padded to its own length class."""
        window = [*self.start, *ids, *self.end]
        return window + [self.pad] * (padded(len(window)) - len(window))

    def wording(self, ids: Sequence[int]) -> str:
        """The text of some target ids, with apostrophes and hyphens joined to their words.

        Empty if one of the ids is no part of a word, such as the unknown token: what it
        stood for is lost.
        """
        if self._special.intersection(ids):
            return ""
        return glued(str(self.tokenizer.decode(list(ids))).split())


def padded(length: int) -> int:
    """The length class of a window: the next multiple of 32.

    Padding is made of ordinary tokens that the models see in training too: so
    the numbers depend on the window alone, never on its neighbours in a batch.
    """
    return -(-length // 32) * 32


def glued(words: Sequence[str]) -> str:
    """Join words with spaces, but not around apostrophes and hyphens inside a word.

    >>> glued(["who", "'", "ve", "well", "-", "known"])
    "who've well-known"
    >>> glued(["the", "u", ".", "s", ".", "team"])
    'the u.s. team'
    """
    out = " ".join(words)
    for joiner in ("'", "\u2019", "-"):
        out = out.replace(f" {joiner} ", joiner)
    return _ABBREVIATION.sub(lambda match: match.group().replace(" ", ""), out)
