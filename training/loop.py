"""The training loop that every neural stage shares.

Training is bounded by time, not steps: a run has a number of minutes, the
learning rate falls to zero over them, and a run that was cut off goes on from
its last checkpoint with the minutes that were left.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training import shards

Batch = tuple[torch.Tensor, torch.Tensor]  # source ids, targets; int64 of shape (windows, length)


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn; the numbers' reasons stand in the configs."""

    minutes: float
    learning_rate: float
    batch_tokens: int
    warmup: float = 0.03  # share of the minutes over which the rate rises
    weight_decay: float = 0.01
    clip: float = 1.0
    checkpoint_minutes: float = 4.0
    threads: int = 1
    seed: int = 0
    max_steps: int | None = None  # for tests


def fit(
    model: torch.nn.Module,
    loss: Callable[[Any, torch.Tensor, torch.Tensor, dict[str, Any]], torch.Tensor],
    lessons: list[dict[str, Any]],
    padding: tuple[int, int],
    schedule: Schedule,
    run: str | Path,
) -> None:
    """Train `model` in place, with checkpoints and a log under `run`.

    `lessons` are shard directories in order, each with the share of the minutes
    `until` which it is read. `padding` fills sources and targets up to the
    longest of a batch.
    """
    run = Path(run)
    run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(schedule.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device).train()
    optimizer = torch.optim.AdamW(
        model.parameters(), schedule.learning_rate, weight_decay=schedule.weight_decay, fused=True
    )
    state = _State()
    if (run / "checkpoint.pt").exists():
        state = _load(run / "checkpoint.pt", model, optimizer, device)
        print(f"{run}: going on after {state.seconds / 60:.1f} min", file=sys.stderr)
    total = schedule.minutes * 60
    saved = state.seconds
    tick = time.monotonic()
    losses: list[float] = []
    with open(run / "log.jsonl", "a", encoding="utf-8") as log:
        while state.seconds < total and state.step != schedule.max_steps:
            lesson = next(x for x in lessons if state.seconds / total < x.get("until", 1.01))
            batches = _batches(lesson["data"], state.shard, padding, schedule)
            for source, target in islice(batches, state.batch, None):
                done = state.seconds / total
                if done >= lesson.get("until", 1.0) or state.step == schedule.max_steps:
                    break
                rate = schedule.learning_rate * min(done / schedule.warmup + 1e-3, 1 - done)
                for group in optimizer.param_groups:
                    group["lr"] = rate
                with torch.autocast(device.type, dtype=torch.bfloat16):
                    value = loss(model, source.to(device), target.to(device), lesson)
                value.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                losses.append(float(value.detach()))
                state.step += 1
                state.batch += 1
                state.tokens += source.numel()
                now = time.monotonic()
                state.seconds += now - tick
                tick = now
                if state.step % 25 == 0:
                    line = {
                        "step": state.step,
                        "minutes": round(state.seconds / 60, 2),
                        "tokens": state.tokens,
                        "loss": round(float(np.mean(losses)), 4),
                    }
                    print(json.dumps(line), file=log, flush=True)
                    losses.clear()
                if state.seconds - saved > schedule.checkpoint_minutes * 60:
                    _save(run / "checkpoint.pt", model, optimizer, state)
                    saved = state.seconds
            if state.step != schedule.max_steps:
                state.shard, state.batch = state.shard + 1, 0
    _save(run / "checkpoint.pt", model, optimizer, state)


@dataclass
class _State:
    seconds: float = 0.0
    step: int = 0
    tokens: int = 0
    shard: int = 0
    batch: int = 0  # batches of the shard that were read already


def _batches(
    directory: str, number: int, padding: tuple[int, int], schedule: Schedule
) -> Iterator[Batch]:
    """The batches of one shard: the `number`-th, counting round and round.

    Windows of one padded length stand together, so that few shapes occur.
    """
    paths = sorted(Path(directory).glob("*.npz"))
    if not paths:
        raise FileNotFoundError(f"{directory}: no shards; run `python -m training prepare` first")
    rng = random.Random(schedule.seed + number)
    examples = sorted(
        shards.read(paths[number % len(paths)]),
        key=lambda x: (len(x[0]), len(x[1]) // 8, rng.random()),
    )
    batches: list[Batch] = []
    while examples:
        length = len(examples[0][0])
        count = max(1, schedule.batch_tokens // length)
        same = [x for x in examples[:count] if len(x[0]) == length]
        del examples[: len(same)]
        batches.append(tuple(_stack([x[i] for x in same], padding[i]) for i in (0, 1)))  # type: ignore[arg-type]
    rng.shuffle(batches)
    yield from batches


def _stack(rows: list[np.ndarray], fill: int) -> torch.Tensor:
    length = -(-max(map(len, rows)) // 8) * 8  # few shapes: each new one is compiled for bf16
    out = np.full((len(rows), length), fill, np.int64)
    for row, values in zip(out, rows):
        row[: len(values)] = values
    return torch.from_numpy(out)


def _save(
    path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, state: _State
) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "state": vars(state)},
        temporary,
    )
    os.replace(temporary, path)


def _load(
    path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, device: torch.device
) -> _State:
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    return _State(**checkpoint["state"])
