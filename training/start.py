"""The checkpoints that training starts from: a warm start, shipped models, any seq2seq model."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    BertModel,
    PreTrainedTokenizerFast,
)

from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training.dequantize import save_start
from training.export import replacing
from training.warmstart import (
    distinct_rows,
    encoder_directory,
    restorer,
    tokenizer_for_transformers,
    vocabulary_of,
)


def start(config: dict[str, Any], out: str | Path) -> None:
    """Write `out`/detector and `out`/restorer, as the config says.

    `encoder` is the directory of a BERT-shaped model (left out: MiniLM, from
    its package), of which the restorer takes `decoder_layers`; `from` is a
    directory of exported models, to go on with; `checkpoint` is a seq2seq
    model that takes the restorer's place.
    """
    out = Path(out)
    shipped = config.get("from")
    if shipped is not None:
        save_start(Path(shipped) / "detector", out / "detector")
    else:
        with TemporaryDirectory() as scratch:
            encoder = encoder_directory(config.get("encoder"), Path(scratch))
            _from_encoder(encoder, config.get("decoder_layers"), out)
    if "checkpoint" in config:
        _from_checkpoint(config["checkpoint"], out / "restorer")
    elif shipped is not None:
        save_start(Path(shipped) / "restorer", out / "restorer")


def _from_encoder(directory: Path, decoder_layers: list[int] | None, out: Path) -> None:
    kind = json.loads((directory / "config.json").read_text(encoding="utf-8"))["model_type"]
    if kind != "bert":
        raise ValueError(f"{directory}: a {kind} model, but the detector must be BERT-shaped")
    vocabulary = vocabulary_of(directory)
    encoder: Any = BertModel.from_pretrained(directory, dtype=torch.float32)
    models = {"detector": encoder}
    if decoder_layers is not None:
        models["restorer"] = restorer(encoder, vocabulary, decoder_layers)
    for name, model in models.items():
        with replacing(out / name) as new:
            model.save_pretrained(new)
            tokenizer_for_transformers(vocabulary).save_pretrained(new)
            vocabulary.save(new)


def _from_checkpoint(checkpoint: str, out: Path) -> None:
    """Save a BART-, T5- or otherwise shaped model with marks among its tokens."""
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(checkpoint, dtype=torch.float32)
    tokenizer: Any = AutoTokenizer.from_pretrained(checkpoint)
    if not tokenizer.is_fast:
        raise ValueError(
            f"{checkpoint}: its tokenizer cannot be turned into a fast one (tokenizer.json), which"
            " is all that the runtime reads; choose a checkpoint that has one"
        )
    marks = [CLOSE, *map(mark, range(MARKS))]
    fresh = [token for token in marks if token not in tokenizer.get_vocab()]
    added = [AddedToken(token, special=True, normalized=False) for token in marks]
    tokenizer.add_tokens(added, special_tokens=True)
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    if fresh:
        rows = tokenizer.convert_tokens_to_ids(fresh)
        with torch.no_grad():  # the second is often the first once more
            for table in (model.get_input_embeddings(), model.get_output_embeddings()):
                table.weight[rows] = distinct_rows(table.weight[: min(rows)], len(rows))
    spaced = _spaced(tokenizer.backend_tokenizer)
    begin, end = _frame(tokenizer)
    vocabulary = Vocabulary(spaced, begin, end, tokenizer.pad_token_id)
    _check_words_come_back(vocabulary, checkpoint)
    roles = ("bos_token", "eos_token", "pad_token", "unk_token")
    tokens = {role: str(token) for role in roles if (token := getattr(tokenizer, role))}
    with replacing(out) as new:
        model.save_pretrained(new)
        wrapped = PreTrainedTokenizerFast(tokenizer_object=spaced, **tokens)
        wrapped.save_pretrained(new)
        vocabulary.save(new)


def _frame(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that a tokenizer puts before and behind a text."""
    bare = tokenizer("a", add_special_tokens=False).input_ids
    framed = tokenizer("a").input_ids
    for at in range(len(framed) - len(bare) + 1):
        if framed[at : at + len(bare)] == bare:
            return framed[:at], framed[at + len(bare) :]
    raise ValueError(f"the tokenizer turns 'a' into {bare} alone, but {framed} in a frame")


def _spaced(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer with a space before every word that it is given, as inside a text.

    Words are encoded one at a time (`repair.vocabulary`). BART's tokenizer as
    it comes would read each as the beginning of a text, and write them with no
    space between.
    """
    settings = json.loads(tokenizer.to_str())
    steps = settings["pre_tokenizer"] or {}
    for step in steps.get("pretokenizers", [steps]):
        if step.get("type") == "ByteLevel":
            step["add_prefix_space"] = True
        if step.get("type") == "Metaspace":
            step["prepend_scheme"] = "always"
    return Tokenizer.from_str(json.dumps(settings))


def _check_words_come_back(vocabulary: Vocabulary, checkpoint: str) -> None:
    text = vocabulary.wording([*vocabulary.pieces("the"), *vocabulary.pieces("the")])
    if text != "the the":
        raise ValueError(
            f"{checkpoint}: its tokenizer, given 'the' twice, writes {text!r}; the restorer needs"
            " one that writes words with a space between, as BERT's, BART's and T5's do"
        )
