"""Train the restorer: any seq2seq checkpoint that transformers can load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training.examples import IGNORED
from training.loop import Schedule, fit


def train(config: dict[str, Any], run: str | Path) -> None:
    """Train from the checkpoint directory `config["start"]`, and save the model in `run`/model."""
    vocabulary = Vocabulary.load(config["start"])
    # Some checkpoints are stored in half precision, in which AdamW's steps are rounded away.
    model = AutoModelForSeq2SeqLM.from_pretrained(config["start"], dtype=torch.float32)
    padding = (vocabulary.pad, IGNORED)
    fit(model, Loss(vocabulary), config["lessons"], padding, Schedule(**config["schedule"]), run)
    model.save_pretrained(Path(run) / "model")
    AutoTokenizer.from_pretrained(config["start"]).save_pretrained(Path(run) / "model")
    vocabulary.save(Path(run) / "model")


class Loss:
    """Cross entropy, and in a lesson with `guide` the guided alignment of Chen et al. (2016).

    A decoder that was never trained with its encoder does not find the span it
    is to answer: it sat at the loss of a unigram model for 250 steps here.
    Guided, it is told where to look: half of the heads of each layer pay for
    the attention they spend outside the span that the mark before them names.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._marks = torch.tensor([vocabulary.id(mark(n)) for n in range(MARKS)])
        self._close = vocabulary.id(CLOSE)

    def __call__(
        self, model: Any, source: torch.Tensor, target: torch.Tensor, lesson: dict[str, Any]
    ) -> torch.Tensor:
        weight = lesson.get("guide", 0.0)
        model.set_attn_implementation("eager" if weight else "sdpa")
        # Padding is attended to, here as in use: see `repair.vocabulary.padded`.
        output = model(
            input_ids=source,
            attention_mask=torch.ones_like(source),
            labels=target,
            output_attentions=bool(weight),
        )
        loss: torch.Tensor = output.loss
        if weight:
            loss = loss + weight * self._outside(source, target, output.cross_attentions)
        return loss

    def _outside(
        self, source: torch.Tensor, target: torch.Tensor, attentions: tuple[torch.Tensor, ...]
    ) -> torch.Tensor:
        """Mean negative log of the attention that falls on the right span."""
        marks = self._marks.to(source.device)
        opened = torch.isin(source, marks).cumsum(1)
        closed = (source == self._close).cumsum(1)
        span = torch.where(opened > closed, opened, 0)  # (batch, source): 1 + number of the span
        asked = torch.isin(target, marks).cumsum(1)
        asked = asked - torch.isin(target, marks).long()  # marks seen before each prediction
        asked = torch.where(target == IGNORED, 0, asked)
        right = (asked[:, :, None] == span[:, None, :]) & (asked > 0)[:, :, None]
        guided = (asked > 0).float()
        total = torch.zeros((), device=source.device)
        for layer in attentions:
            heads = layer[:, : layer.shape[1] // 2].float()  # (batch, heads, target, source)
            inside = (heads * right[:, None]).sum(-1).clamp_min(1e-6)
            total = total - (inside.log().mean(1) * guided).sum() / guided.sum().clamp_min(1)
        return total / len(attentions)
