"""What stood there? A seq2seq model that writes only the replacements of marked spans.

source   … the <0> pinnacle </> of Russia's <1> governing </> <2> get together </> , …
target   <0> head <1> ruling <2> party
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ctranslate2
import numpy as np

from repair.page import Page
from repair.spans import Span
from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark

ALTERNATIVES = 3  # other words looked at for each span: one argmax over 12,000 logits each


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording, in lower case, that may belong in a span, and its log-probability."""

    text: str
    score: float


def encode(
    vocabulary: Vocabulary, page: Page, window: tuple[int, int], spans: Sequence[Span]
) -> list[int]:
    """A window's ids with each span between its mark and the closing token."""
    opens = {span.start: vocabulary.id(mark(n)) for n, span in enumerate(spans)}
    closes = {span.end for span in spans}
    close = vocabulary.id(CLOSE)
    ids: list[int] = []
    for i in range(*window):
        if i in closes:
            ids.append(close)
        if i in opens:
            ids.append(opens[i])
        ids.extend(vocabulary.pieces(page.word(i)))
    if window[1] in closes:
        ids.append(close)
    return vocabulary.framed(ids)


class Restorer:
    """The int8 model of a directory; `threads` batches can run at once."""

    def __init__(self, directory: str | Path, threads: int) -> None:
        directory = Path(directory)
        self.vocabulary = Vocabulary.load(directory)
        self._translator = ctranslate2.Translator(
            str(directory), compute_type="int8", inter_threads=threads, intra_threads=1
        )
        self._tokens = _target_tokens(directory)
        self._marks = {mark(n): n for n in range(MARKS)}
        self._end = self.vocabulary.tokenizer.id_to_token(self.vocabulary.end[-1])
        self._word = cache(self._whole_word)  # few of the tokens are ever asked for

    def read(
        self, windows: Sequence[Sequence[int]], counts: Sequence[int]
    ) -> list[list[tuple[Reading, ...]]]:
        """The readings of each span of each window, best first.

        `windows` are equally long outputs of `encode`, with `counts` spans each.
        A span that the model passed over has no readings.
        """
        token = self.vocabulary.tokenizer.id_to_token
        results = self._translator.translate_batch(
            [[token(i) for i in ids] for ids in windows],
            beam_size=1,
            max_decoding_length=_longest(max(counts)),
            return_logits_vocab=True,
            return_end_token=True,
        )
        return [self._parsed(result, count) for result, count in zip(results, counts)]

    def _parsed(
        self, result: ctranslate2.TranslationResult, count: int
    ) -> list[tuple[Reading, ...]]:
        """Cut a target at its marks: the tokens between two are one span's wording.

        A wording's score is the sum over its tokens and the mark that ends it.
        The other readings are the other words that could have begun it.
        """
        out: list[tuple[Reading, ...]] = [()] * count
        longest = _longest(count)  # its own limit, whatever the batch's was
        tokens = result.hypotheses[0][:longest]
        at: int | None = None
        wording: list[int] = []
        score, others = 0.0, list[Reading]()
        for token, step in zip(tokens, result.logits[0]):
            logits = np.array(step)
            peak = logits.max()
            total = float(peak + np.log(np.exp(logits - peak).sum()))
            chosen = int(logits.argmax())
            number = self._marks.get(token)
            ends = number is not None or token == self._end
            if at is not None:
                score += float(logits[chosen]) - total
                if ends:
                    text = self.vocabulary.wording(wording)
                    if text:
                        out[at] = (Reading(text, score), *(r for r in others if r.text != text))
                elif not wording:
                    others = self._beginnings(logits, total, chosen)
            if ends:
                at = number if number is not None and number < count else None
                wording, score, others = [], 0.0, []
            else:
                wording.append(self.vocabulary.id(token))
        return out

    def _beginnings(self, logits: np.ndarray, total: float, chosen: int) -> list[Reading]:
        logits = logits.copy()
        logits[chosen] = -np.inf
        out = []
        for _ in range(ALTERNATIVES):
            best = int(logits.argmax())
            if word := self._word(self._tokens[best]):
                out.append(Reading(word, float(logits[best]) - total))
            logits[best] = -np.inf
        return out

    def _whole_word(self, token: str) -> str:
        """The word a token spells, or nothing if it is a piece that continues one.

        Only a whole word can be listed as another wording: of a longer one just
        the beginning is known.
        """
        piece = self.vocabulary.id(token)
        twice = self.vocabulary.wording([piece, piece]).split()
        return twice[0] if len(twice) == 2 and twice[0].isalpha() else ""


def _longest(count: int) -> int:
    """Tokens that the wordings of so many spans may take: 8 each are far more than any took."""
    return 8 * count + 8


def _target_tokens(directory: Path) -> list[str]:
    for name in ("target_vocabulary.json", "shared_vocabulary.json"):
        if (directory / name).exists():
            tokens: list[str] = json.loads((directory / name).read_text(encoding="utf-8"))
            return tokens
    raise FileNotFoundError(f"{directory}: no target vocabulary; export the model again")
