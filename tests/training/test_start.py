"""Where training starts: warm starts, shipped models, and other people's checkpoints."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForSeq2SeqLM,
    BartConfig,
    BartForConditionalGeneration,
    PreTrainedTokenizerFast,
)

from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training.start import start

TOKENS = [CLOSE, *map(mark, range(MARKS))]


@pytest.fixture(scope="module")
def bart(documents: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BART with a byte-level vocabulary, as one would download it."""
    directory = tmp_path_factory.mktemp("bart")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), add_prefix_space=False
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )
    fast.save_pretrained(directory)
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(fast),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=256,
    )
    BartForConditionalGeneration(config).half().save_pretrained(directory)
    return directory


def test_from_an_encoder(tiny_bert: Path, tmp_path: Path) -> None:
    start({"encoder": str(tiny_bert), "decoder_layers": [0, 1]}, tmp_path)
    for name in ("detector", "restorer"):
        vocabulary = Vocabulary.load(tmp_path / name)
        assert all(map(vocabulary.id, TOKENS))
    assert json.loads((tmp_path / "restorer" / "config.json").read_text())["decoder_layers"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["detector", "restorer"]


def test_from_a_checkpoint(bart: Path, tiny_bert: Path, tmp_path: Path) -> None:
    start({"encoder": str(tiny_bert), "checkpoint": str(bart)}, tmp_path)
    vocabulary = Vocabulary.load(tmp_path / "restorer")
    assert (vocabulary.start, vocabulary.end, vocabulary.pad) == ((0,), (2,), 1)
    words = [*vocabulary.pieces("farmers"), *vocabulary.pieces("'"), *vocabulary.pieces("s")]
    assert vocabulary.wording([*words, *vocabulary.pieces("bread")]) == "farmers's bread"

    before = AutoModelForSeq2SeqLM.from_pretrained(bart, dtype=torch.float32)
    after = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "restorer")
    assert after.dtype == torch.float32, "a half's steps would be rounded away in training"
    old, new = (model.get_input_embeddings().weight.detach() for model in (before, after))
    assert torch.equal(new[: len(old)], old)
    assert [vocabulary.id(token) for token in TOKENS] == list(range(len(old), len(new)))
    rows = torch.nn.functional.normalize(new[len(old) :])
    assert (rows @ rows.T - torch.eye(len(TOKENS))).abs().max() < 0.8  # random, of 32 dimensions
    norms = torch.linalg.vector_norm(new, dim=1)
    assert torch.allclose(norms[len(old) :], norms[: len(old)].median())


def test_marks_are_added_once(bart: Path, tiny_bert: Path, tmp_path: Path) -> None:
    config = {"encoder": str(tiny_bert), "checkpoint": str(bart)}
    start(config, tmp_path / "once")
    start(config | {"checkpoint": str(tmp_path / "once" / "restorer")}, tmp_path / "twice")
    once, twice = (
        AutoModelForSeq2SeqLM.from_pretrained(tmp_path / name / "restorer").state_dict()
        for name in ("once", "twice")
    )
    assert once.keys() == twice.keys()
    assert all(torch.equal(once[name], twice[name]) for name in once)


def test_the_detector_must_be_a_bert(bart: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a bart model, but the detector must be BERT-shaped"):
        start({"encoder": str(bart), "decoder_layers": [0]}, tmp_path)


def test_words_must_come_back_apart(bart: Path, tiny_bert: Path, tmp_path: Path) -> None:
    shutil.copytree(bart, tmp_path / "glued")
    path = tmp_path / "glued" / "tokenizer.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["pre_tokenizer"] = {"type": "Whitespace"}
    path.write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ValueError, match="writes 'thethe'"):
        start({"encoder": str(tiny_bert), "checkpoint": str(tmp_path / "glued")}, tmp_path / "out")
