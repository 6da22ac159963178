"""What it would cost if the same seq2seq wrote out whole sentences, unchanged words and all.

For speed only. The shipped restorer learned to write the wordings of marked
spans and nothing else, so what it writes here is no sentence, and has no score;
but a step of the decoder costs the same whatever it writes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ctranslate2

from repair.detector import WINDOW
from repair.models import SHIPPED
from repair.page import Page
from repair.repairer import BATCH
from repair.vocabulary import Vocabulary, padded


def words_per_second(
    texts: Iterable[str], model: str | Path | None = None, threads: int = 1
) -> float:
    """Words/s of greedy decoding, where as many tokens are written as are read. Warm.

    In the shipped way otherwise: int8, the same windows of whole sentences, the
    same batches, `threads` of them at once. Two things flatter the figure: the
    decoder's cut vocabulary (one that can write any word has a larger output
    layer), and that no logits are kept, from which repair's probabilities come.
    """
    directory = Path(model or SHIPPED) / "restorer"
    vocabulary = Vocabulary.load(directory)
    translator = ctranslate2.Translator(
        str(directory), compute_type="int8", inter_threads=threads, intra_threads=1
    )
    words = 0
    sources: list[list[int]] = []
    for text in texts:
        words += len(text.split())
        page = Page.of(text)
        for window in page.windows(vocabulary.cost, WINDOW - vocabulary.frame):
            sources.append([i for w in range(*window) for i in vocabulary.pieces(page.word(w))])

    def write(batch: list[list[int]]) -> None:
        # One length for a batch, the mean: as many tokens in all as there are to write.
        length = round(sum(map(len, batch)) / len(batch))
        framed = [vocabulary.framed(source) for source in batch]
        translator.translate_batch(
            [[vocabulary.tokenizer.id_to_token(i) for i in ids] for ids in framed],
            beam_size=1,
            min_decoding_length=length,
            max_decoding_length=length,
        )

    batches = _batches(sources, vocabulary.frame)
    write(batches[0])
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, batches))
    return words / (time.perf_counter() - start)


def _batches(sources: Iterable[list[int]], frame: int) -> list[list[list[int]]]:
    """Windows of about one length together, and of one length class: no padding is added."""
    classes: dict[int, list[list[int]]] = {}
    for source in sorted(sources, key=len):
        classes.setdefault(padded(len(source) + frame), []).append(source)
    return [same[i : i + BATCH] for same in classes.values() for i in range(0, len(same), BATCH)]
