"""Tiny models for the tests of training: random, but whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from repair.vocabulary import Vocabulary
from training.warmstart import vocabulary_of

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """One thread, since tests run side by side."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def documents() -> list[str]:
    lines = (DATA / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.fixture(scope="session")
def save_wordpiece() -> Callable[[Path, Iterable[str]], int]:
    """Writes a tokenizer of some words into a directory; returns the size of its vocabulary."""

    def save(directory: Path, words: Iterable[str]) -> int:
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        tokens = ["[PAD]", *(f"[unused{i}]" for i in range(1, 41)), "[UNK]", "[CLS]", "[SEP]"]
        tokens += [*words, *letters, *(f"##{letter}" for letter in letters)]
        pieces = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
        tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        tokenizer.save(str(directory / "tokenizer.json"))
        return len(pieces)

    return save


@pytest.fixture(scope="session")
def tiny_bert(
    documents: list[str],
    save_wordpiece: Callable[[Path, Iterable[str]], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A random BERT whose WordPiece vocabulary holds the words of tests/data."""
    directory = tmp_path_factory.mktemp("bert")
    texts = " ".join([*documents, (DATA / "spinner.txt").read_text(encoding="utf-8")])
    size = save_wordpiece(directory, sorted(set(re.findall(r"\w+|[^\w\s]", texts.lower()))))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=size,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=256,  # a window of 128 tokens, and marks for all its spans
        initializer_range=0.1,
    )
    BertModel(config).save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def vocabulary(tiny_bert: Path) -> Vocabulary:
    return vocabulary_of(tiny_bert)
