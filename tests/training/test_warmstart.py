"""A BERT's weights in a BART: the encoder must say the same, the marks must be new."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertModel

from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training import warmstart


@pytest.fixture(scope="module")
def bert(tiny_bert: Path) -> BertModel:
    """With biases and norms, which start at 0 and 1, moved so that they can be mixed up."""
    model = BertModel.from_pretrained(tiny_bert)
    torch.manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter), alpha=0.2)
    model.train(False)
    return model


def test_the_encoder_says_the_same(bert: BertModel, vocabulary: Vocabulary) -> None:
    model = warmstart.restorer(bert, vocabulary, [1])
    model.train(False)
    words = "the farmers began to repair the old bridge , said lena moss .".split()
    ids = torch.tensor([vocabulary.framed(i for word in words for i in vocabulary.pieces(word))])
    everything = torch.ones_like(ids)
    with torch.inference_mode():
        ours = model.model.encoder(ids, attention_mask=everything).last_hidden_state
        theirs = bert(ids, attention_mask=everything).last_hidden_state
    # Not closer, because BART's layer norms add 1e-5 to the variance and BERT's 1e-12.
    assert (ours - theirs).abs().max() < 1e-3 * theirs.abs().max()


def test_decoder_layers_copy_the_encoder_layers_named(
    bert: BertModel, vocabulary: Vocabulary
) -> None:
    state = warmstart.restorer(bert, vocabulary, [1, 0]).state_dict()
    for place, layer in enumerate([1, 0]):
        query = bert.state_dict()[f"encoder.layer.{layer}.attention.self.query.weight"]
        for attention in ("self_attn", "encoder_attn"):
            name = f"model.decoder.layers.{place}.{attention}.q_proj.weight"
            assert torch.equal(state[name], query)
    with pytest.raises(ValueError, match="the encoder's layers are 0 to 1"):
        warmstart.restorer(bert, vocabulary, [2])


def test_marks_are_told_apart(bert: BertModel, vocabulary: Vocabulary) -> None:
    state = warmstart.restorer(bert, vocabulary, [1]).state_dict()
    words = bert.state_dict()["embeddings.word_embeddings.weight"]
    ids = [vocabulary.id(token) for token in (CLOSE, *map(mark, range(MARKS)))]
    marks = state["model.shared.weight"][ids]
    lengths = torch.linalg.vector_norm(marks, dim=1)
    assert torch.allclose(lengths, torch.linalg.vector_norm(words, dim=1).median())
    cosines = torch.nn.functional.normalize(marks) @ torch.nn.functional.normalize(marks).T
    assert (cosines - torch.eye(len(ids))).abs().max() < 0.6  # random, of 64 dimensions
    others = [i for i in range(len(words)) if i not in ids]
    assert torch.equal(state["model.shared.weight"][others], words[others])


def test_vocabulary(tiny_bert: Path, tmp_path: Path) -> None:
    vocabulary = warmstart.vocabulary_of(tiny_bert)
    token = vocabulary.tokenizer.id_to_token
    assert [token(i) for i in (*vocabulary.start, *vocabulary.end)] == ["[CLS]", "[SEP]"]
    assert token(vocabulary.pad) == "[PAD]"
    settings = json.loads((tiny_bert / "tokenizer.json").read_text(encoding="utf-8"))
    del settings["model"]["vocab"]["[unused33]"]
    shutil.copytree(tiny_bert, tmp_path / "bert")
    (tmp_path / "bert" / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ValueError, match=r"no \[unused1\] to \[unused33\].*another BERT"):
        warmstart.vocabulary_of(tmp_path / "bert")
