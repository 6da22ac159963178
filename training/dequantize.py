"""Exported int8 models become torch models again, so that training can go on from them.

CTranslate2 stores each row of a weight as `round(row * scale)` with `scale`
127 over the row's largest value: what is lost is half a step of 1/127 of that
value, and a second export loses nothing more.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForTokenClassification,
)

from repair.vocabulary import Vocabulary
from training.export import replacing
from training.warmstart import tokenizer_for_transformers

_VERSION = 6  # of CTranslate2's binary format
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # in the order of its DataType

# A module of CTranslate2 and the torch modules whose rows it stacks, within one layer.
Names = Mapping[str, tuple[str, ...]]
_BERT_LAYER: Names = {
    "self_attention/linear_0": (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
    ),
    "self_attention/linear_1": ("attention.output.dense",),
    "self_attention/layer_norm": ("attention.output.LayerNorm",),
    "ffn/linear_0": ("intermediate.dense",),
    "ffn/linear_1": ("output.dense",),
    "ffn/layer_norm": ("output.LayerNorm",),
}
_BART_ENCODER_LAYER: Names = {
    "self_attention/linear_0": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "self_attention/linear_1": ("self_attn.out_proj",),
    "self_attention/layer_norm": ("self_attn_layer_norm",),
    "ffn/linear_0": ("fc1",),
    "ffn/linear_1": ("fc2",),
    "ffn/layer_norm": ("final_layer_norm",),
}
_BART_DECODER_LAYER: Names = {
    **_BART_ENCODER_LAYER,
    "attention/linear_0": ("encoder_attn.q_proj",),
    "attention/linear_1": ("encoder_attn.k_proj", "encoder_attn.v_proj"),
    "attention/linear_2": ("encoder_attn.out_proj",),
    "attention/layer_norm": ("encoder_attn_layer_norm",),
}


def load_detector(directory: str | Path) -> BertForTokenClassification:
    """The token classifier that `training.export.export_detector` wrote."""
    directory = Path(directory)
    config: Any = BertConfig.from_dict(_architecture(directory, "bert"))
    names = {
        "encoder/embeddings_0": ("bert.embeddings.word_embeddings",),
        "encoder/embeddings_1": ("bert.embeddings.token_type_embeddings",),
        "encoder/position_encodings": ("bert.embeddings.position_embeddings",),
        "encoder/layernorm_embedding": ("bert.embeddings.LayerNorm",),
        **_layers("encoder", "bert.encoder.layer", _BERT_LAYER, config.num_hidden_layers),
    }
    state = _state(read(directory / "encoder" / "model.bin"), names)
    with np.load(directory / "head.npz") as head:
        for part in ("weight", "bias"):
            state[f"classifier.{part}"] = torch.from_numpy(head[part])
    model = BertForTokenClassification(config)
    model.load_state_dict(state)
    model.train(False)
    return model


def load_restorer(directory: str | Path) -> BartForConditionalGeneration:
    """The BART that `training.export.export_restorer` wrote.

    A decoder whose vocabulary was cut gets all of it back, from the encoder's
    embeddings, which it shares.
    """
    directory = Path(directory)
    config: Any = BartConfig.from_dict(_architecture(directory, "bart"))
    variables = read(directory / "model.bin")
    if not config.tie_word_embeddings or "decoder/projection/bias" in variables:
        raise ValueError(
            f"{directory}: the decoder has an output projection of its own, which the export may"
            " have cut; train on from the checkpoint that was exported instead"
        )
    names = {
        **_layers("encoder", "model.encoder.layers", _BART_ENCODER_LAYER, config.encoder_layers),
        **_layers("decoder", "model.decoder.layers", _BART_DECODER_LAYER, config.decoder_layers),
        "encoder/embeddings_0": ("model.shared",),
    }
    for side in ("encoder", "decoder"):
        names[f"{side}/position_encodings"] = (f"model.{side}.embed_positions",)
        names[f"{side}/layernorm_embedding"] = (f"model.{side}.layernorm_embedding",)
    state = _state(variables, names)
    shared = state["model.shared.weight"]
    for side in ("encoder", "decoder"):
        state[f"model.{side}.embed_tokens.weight"] = shared
        # BART's positions start at row 2; the rows before are never read.
        positions = f"model.{side}.embed_positions.weight"
        state[positions] = torch.nn.functional.pad(state[positions], (0, 0, 2, 0))
    state["lm_head.weight"] = shared
    state["final_logits_bias"] = torch.zeros(1, len(shared))
    model = BartForConditionalGeneration(config)
    model.load_state_dict(state)
    model.train(False)
    return model


def save_start(directory: str | Path, out: str | Path) -> None:
    """Write an exported model, detector or restorer, as a `start` for training."""
    directory = Path(directory)
    detector = (directory / "head.npz").exists()
    model: Any = load_detector(directory) if detector else load_restorer(directory)
    vocabulary = Vocabulary.load(directory)
    with replacing(out) as new:
        model.save_pretrained(new)
        tokenizer_for_transformers(vocabulary).save_pretrained(new)
        vocabulary.save(new)


def read(path: str | Path) -> dict[str, np.ndarray]:
    """The variables of a CTranslate2 `model.bin` by name, the int8 ones as float32."""
    with open(path, "rb") as file:

        def number(kind: str) -> int:
            return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])

        def string() -> str:
            return file.read(number("H"))[:-1].decode()

        if (version := number("I")) != _VERSION:
            raise ValueError(f"{path}: binary version {version}, but this reader knows {_VERSION}")
        string()  # the specification's name
        number("I")  # and revision
        stored: dict[str, np.ndarray] = {}
        for _ in range(number("I")):
            name = string()
            shape = [number("I") for _ in range(number("B"))]
            kind = _TYPES[number("B")]
            stored[name] = np.frombuffer(file.read(number("I")), kind).reshape(shape)
        aliases = [(string(), string()) for _ in range(number("I"))]
    for name in [name for name in stored if f"{name}_scale" in stored]:
        stored[name] = stored[name] / stored.pop(f"{name}_scale")[:, None]
    return stored | {alias: stored[name] for alias, name in aliases}


def _architecture(directory: Path, kind: str) -> dict[str, Any]:
    path = directory / "architecture.json"
    if not path.exists():
        raise FileNotFoundError(f"{path}: only models that training.export wrote can be read back")
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if config["model_type"] != kind:
        raise ValueError(
            f"{directory}: a {config['model_type']} model, but only {kind} is read back from int8"
            " here; train on from the checkpoint that was exported instead"
        )
    return config


def _layers(side: str, ours: str, names: Names, count: int) -> dict[str, tuple[str, ...]]:
    return {
        f"{side}/layer_{i}/{theirs}": tuple(f"{ours}.{i}.{name}" for name in modules)
        for i in range(count)
        for theirs, modules in names.items()
    }


def _state(variables: Mapping[str, np.ndarray], names: Names) -> dict[str, torch.Tensor]:
    """A torch state dictionary; stacked modules get their equal shares of rows."""
    state = {}
    for theirs, modules in names.items():
        for part in ("weight", "gamma", "encodings", "bias", "beta"):
            if f"{theirs}/{part}" not in variables:
                continue
            ours = "bias" if part in ("bias", "beta") else "weight"
            rows = np.split(variables[f"{theirs}/{part}"], len(modules))
            for module, values in zip(modules, rows, strict=True):
                state[f"{module}.{ours}"] = torch.tensor(values)
    return state
