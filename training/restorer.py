"""Train the restorer: any seq2seq checkpoint that transformers can load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from repair.vocabulary import Vocabulary
from training.examples import IGNORED
from training.loop import Schedule, fit


def train(config: dict[str, Any], run: str | Path) -> None:
    """Train from the checkpoint directory `config["start"]`, and save the model in `run`/model."""
    vocabulary = Vocabulary.load(config["start"])
    model = AutoModelForSeq2SeqLM.from_pretrained(config["start"])
    padding = (vocabulary.pad, IGNORED)
    fit(model, _loss, config["lessons"], padding, Schedule(**config["schedule"]), run)
    model.save_pretrained(Path(run) / "model")
    AutoTokenizer.from_pretrained(config["start"]).save_pretrained(Path(run) / "model")
    vocabulary.save(Path(run) / "model")


def _loss(model: Any, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    # Padding is attended to, here as in use: see `repair.vocabulary.padded`.
    return model(input_ids=source, attention_mask=torch.ones_like(source), labels=target).loss
