"""Train the detector: a BERT-shaped token classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForTokenClassification

from repair.vocabulary import Vocabulary
from training.examples import IGNORED
from training.loop import Schedule, fit


def train(config: dict[str, Any], run: str | Path) -> None:
    """Train from the checkpoint directory `config["start"]`, and save the model in `run`/model."""
    vocabulary = Vocabulary.load(config["start"])
    model = AutoModelForTokenClassification.from_pretrained(
        config["start"],
        num_labels=3,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
    )
    padding = (vocabulary.pad, IGNORED)
    fit(model, _loss, config["lessons"], padding, Schedule(**config["schedule"]), run)
    model.save_pretrained(Path(run) / "model")
    vocabulary.save(Path(run) / "model")


def _loss(
    model: Any, source: torch.Tensor, target: torch.Tensor, lesson: dict[str, Any]
) -> torch.Tensor:
    logits = model(input_ids=source).logits
    return torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1), target.flatten(), ignore_index=IGNORED
    )
