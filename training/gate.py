"""Train the gate: logistic regression over hashed n-grams of pages and pieces of pages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from repair.gate import BITS, Gate, features
from training.pairs import spun_text
from training.prepare import drawn_pages

Sample = tuple[np.ndarray, int, int]  # buckets, tokens, 1 if spun


def train(config: dict[str, Any], run: str | Path) -> None:
    """Fit the weights on the config's pages and save them as `run`/gate.npz."""
    torch.set_num_threads(config.get("threads", 1))
    torch.manual_seed(config["seed"])
    count = config["pages"]
    samples = list(tqdm(_samples(config), "reading pages for the gate", count))
    weights = torch.nn.EmbeddingBag(2**BITS, 1, mode="sum", sparse=True)
    torch.nn.init.zeros_(weights.weight)
    bias = torch.zeros(1, requires_grad=True)
    # Adagrad: n-grams differ in frequency by five orders of magnitude.
    optimizer = torch.optim.Adagrad([*weights.parameters(), bias], lr=config["learning_rate"])
    rng = random.Random(config["seed"])
    for epoch in range(config["epochs"]):
        rng.shuffle(samples)
        losses = []
        for start in range(0, len(samples), 64):
            batch = samples[start : start + 64]
            logits = _logits(weights, bias, batch)
            spun = torch.tensor([float(label) for _, _, label in batch])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, spun)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        print(f"gate: epoch {epoch + 1}, loss {np.mean(losses):.4f}")
    Path(run).mkdir(parents=True, exist_ok=True)
    quantised(weights.weight.detach().numpy()[:, 0], float(bias.detach())).save(
        Path(run) / "gate.npz"
    )


def quantised(weights: np.ndarray, bias: float) -> Gate:
    """The gate with its weights rounded to bytes; `calibrate` sets its cut."""
    scale = float(np.abs(weights).max()) / 127 or 1.0
    return Gate(np.round(weights / scale).astype(np.int8), scale, bias, cut=0.5)


def _samples(config: dict[str, Any]) -> Iterator[Sample]:
    """Whole pages and pieces of them: a gate that knows only long pages errs on short ones."""
    rng = random.Random(config["seed"])
    for segments in islice(drawn_pages(config, rng), config["pages"]):
        size = int(10 ** rng.uniform(1.5, 3.1))  # 30 to 1,250 words
        start = rng.randrange(max(1, len(segments) - size + 1))
        piece = segments[start : start + size]
        buckets, tokens = features(spun_text(piece))
        yield buckets, tokens, int(any(segment.changed for segment in piece))


def _logits(weights: torch.nn.Module, bias: torch.Tensor, batch: list[Sample]) -> torch.Tensor:
    buckets = torch.from_numpy(np.concatenate([b for b, _, _ in batch]))
    lengths = torch.tensor([0, *(len(b) for b, _, _ in batch)])[:-1].cumsum(0)
    roots = torch.tensor([max(1, tokens) ** 0.5 for _, tokens, _ in batch])
    sums: torch.Tensor = weights(buckets, lengths)[:, 0]
    return sums / roots + bias
