"""Starting points: a BERT-shaped encoder as detector, and as both halves of a BART.

Both are post-norm with learned positions, so the weights map one to one: the
embedding of token type 0 is added to the positions, BART's positions start at
row 2, and decoder layers copy encoder layers, cross-attention the encoder's
self-attention.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertModel,
    PreTrainedTokenizerFast,
)

from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark


def encoder_directory(path: str | None, scratch: Path) -> Path:
    """The directory of the BERT-shaped encoder; by default MiniLM's, from its package."""
    if path is not None:
        return Path(path)
    from all_minilm_l6_v2 import extract_model

    return Path(extract_model(str(scratch)))


def vocabulary_of(encoder: Path) -> Vocabulary:
    """The encoder's WordPiece vocabulary, with `[unusedN]` entries renamed to span marks."""
    settings = json.loads((encoder / "tokenizer.json").read_text(encoding="utf-8"))
    pieces = settings["model"]["vocab"]
    if f"[unused{MARKS + 1}]" not in pieces:
        raise ValueError(
            f"{encoder}: its vocabulary has no [unused1] to [unused{MARKS + 1}], whose places the"
            " span marks take; choose another BERT"
        )
    for number, token in enumerate([CLOSE, *map(mark, range(MARKS))], 1):
        pieces[token] = pieces.pop(f"[unused{number}]")
    settings["truncation"] = settings["padding"] = None
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    return Vocabulary(tokenizer, [pieces["[CLS]"]], [pieces["[SEP]"]], pieces["[PAD]"])


def restorer(encoder: BertModel, vocabulary: Vocabulary, layers: list[int]) -> Any:
    """A BART with the encoder's weights; decoder layer i copies encoder layer `layers[i]`."""
    bert: Any = encoder.config
    if not all(layer in range(bert.num_hidden_layers) for layer in layers):
        raise ValueError(
            f"decoder_layers {layers}: the encoder's layers are 0 to {bert.num_hidden_layers - 1}"
        )
    config: Any = BartConfig(
        vocab_size=bert.vocab_size,
        d_model=bert.hidden_size,
        encoder_layers=bert.num_hidden_layers,
        decoder_layers=len(layers),
        encoder_attention_heads=bert.num_attention_heads,
        decoder_attention_heads=bert.num_attention_heads,
        encoder_ffn_dim=bert.intermediate_size,
        decoder_ffn_dim=bert.intermediate_size,
        max_position_embeddings=bert.max_position_embeddings,
        activation_function=bert.hidden_act,
        # One pass over fresh examples cannot overfit, and dropout's random numbers cost a tenth.
        dropout=0.0,
        bos_token_id=vocabulary.start[0],
        eos_token_id=vocabulary.end[0],
        pad_token_id=vocabulary.pad,
        decoder_start_token_id=vocabulary.start[0],
        forced_eos_token_id=None,
    )
    model = BartForConditionalGeneration(config)
    source, target = encoder.state_dict(), model.state_dict()
    words = source["embeddings.word_embeddings.weight"].clone()
    marks = [vocabulary.id(CLOSE), *(vocabulary.id(mark(n)) for n in range(MARKS))]
    words[marks] = distinct_rows(words, len(marks))
    positions = source["embeddings.position_embeddings.weight"]
    positions = positions + source["embeddings.token_type_embeddings.weight"][0]
    for name in ("shared", "encoder.embed_tokens", "decoder.embed_tokens"):
        target[f"model.{name}.weight"].copy_(words)
    target["lm_head.weight"].copy_(words)
    for side in ("encoder", "decoder"):
        target[f"model.{side}.embed_positions.weight"][2:].copy_(positions)
        for part in ("weight", "bias"):
            target[f"model.{side}.layernorm_embedding.{part}"].copy_(
                source[f"embeddings.LayerNorm.{part}"]
            )
    for i in range(bert.num_hidden_layers):
        _copy_layer(source, i, target, f"model.encoder.layers.{i}", ("self_attn",))
    for i, layer in enumerate(layers):
        _copy_layer(
            source, layer, target, f"model.decoder.layers.{i}", ("self_attn", "encoder_attn")
        )
    model.load_state_dict(target)
    return model


def distinct_rows(words: torch.Tensor, count: int) -> torch.Tensor:
    """Embeddings for `count` new tokens: random directions, as long as an ordinary word's.

    [unusedN] entries are near copies of each other (cosine 0.83), half as long
    as words; with those for marks a decoder never learned to tell spans apart.
    """
    fresh = torch.randn(count, words.shape[1], generator=torch.Generator().manual_seed(0))
    rows: torch.Tensor = fresh / torch.linalg.vector_norm(fresh, dim=1, keepdim=True)
    rows *= torch.linalg.vector_norm(words, dim=1).median()
    return rows


def _copy_layer(
    source: dict[str, torch.Tensor],
    layer: int,
    target: dict[str, torch.Tensor],
    name: str,
    attentions: tuple[str, ...],
) -> None:
    bert = f"encoder.layer.{layer}"
    names = {
        "fc1": "intermediate.dense",
        "fc2": "output.dense",
        "final_layer_norm": "output.LayerNorm",
    }
    for attention in attentions:
        names |= {
            f"{attention}.q_proj": "attention.self.query",
            f"{attention}.k_proj": "attention.self.key",
            f"{attention}.v_proj": "attention.self.value",
            f"{attention}.out_proj": "attention.output.dense",
            f"{attention}_layer_norm": "attention.output.LayerNorm",
        }
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            target[f"{name}.{ours}.{part}"].copy_(source[f"{bert}.{theirs}.{part}"])


def tokenizer_for_transformers(vocabulary: Vocabulary) -> PreTrainedTokenizerFast:
    """The same tokenizer in the clothes that transformers and CTranslate2's converter expect."""
    token = vocabulary.tokenizer.id_to_token
    return PreTrainedTokenizerFast(
        tokenizer_object=vocabulary.tokenizer,
        bos_token=token(vocabulary.start[0]),
        eos_token=token(vocabulary.end[0]),
        pad_token=token(vocabulary.pad),
        unk_token="[UNK]",
    )
