"""Trained models become int8 CTranslate2 models, with all that the runtime needs beside them.

    detector/  encoder/  head.npz  architecture.json  tokenizer.json  vocabulary.json
    restorer/  model.bin  config.json  *_vocabulary.json  and the same last three
    gate.npz  ngrams.npz  decider.npz  manifest.json

CTranslate2's part of the detector has a directory of its own, because it calls
its list of tokens `vocabulary.json` too. `architecture.json` is the
configuration that the model was trained with: `training.dequantize` needs it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from ctranslate2.converters.transformers import _MODEL_LOADERS as LOADERS
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, BertForTokenClassification
from transformers.models.bert.modeling_bert import BertPooler

from repair.models import write_manifest
from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training import shards
from training.warmstart import tokenizer_for_transformers


def assemble(runs: str | Path, out: str | Path, targets: Sequence[str | Path] = ()) -> None:
    """Export what was trained in `runs` into `out`, a directory that `repair` can load.

    `runs` holds detector/model, restorer/model, gate/gate.npz, ngrams/ngrams.npz and
    perhaps a decider.npz; what it lacks is kept if `out` has it. `targets` are the shard
    directories whose target tokens are all that the decoder will know.
    """
    runs, out = Path(runs), Path(out)
    known = sorted({i for directory in targets for i in target_ids(directory)}) or None
    with replacing(out) as new:
        for name in ("detector", "restorer"):
            model = runs / name / "model"
            if not model.is_dir():
                _keep(out / name, new, f"{model}: no trained {name} here")
            elif name == "detector":
                export_detector(model, new / name)
            else:
                export_restorer(model, new / name, known)
        for name in ("gate", "ngrams"):
            if (path := runs / name / f"{name}.npz").exists():
                shutil.copy(path, new)
            else:
                _keep(out / path.name, new, f"{path}: no trained {name} here")
        decider = next((d for d in (runs, out) if (d / "decider.npz").exists()), None)
        if decider is not None:
            shutil.copy(decider / "decider.npz", new)
        if decider != runs:
            what = "is the one from before" if decider else "is missing, and `repair` needs it"
            advice = f"next: python -m training calibrate CONFIG {out}"
            print(f"{out / 'decider.npz'}: {what}; {advice}", file=sys.stderr)
        if (out / "MODEL_CARD.md").exists():
            shutil.copy(out / "MODEL_CARD.md", new)
        write_manifest(new)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB", file=sys.stderr)


def _keep(old: Path, new: Path, missing: str) -> None:
    if not old.exists():
        stage = old.stem
        raise FileNotFoundError(f"{missing}; make it with `python -m training {stage} CONFIG RUN`")
    if old.is_dir():
        shutil.copytree(old, new / old.name)
    else:
        shutil.copy(old, new)
    print(f"{old}: kept, since {missing}", file=sys.stderr)


def export_detector(model_dir: str | Path, out_dir: str | Path) -> None:
    """Export a `BertForTokenClassification`; its head stays float32, in `head.npz`.

    `weight` is (classes, hidden) and `bias` (classes,): the logits are the
    encoder's last hidden states times `weight` transposed, plus `bias`.
    """
    model: Any = BertForTokenClassification.from_pretrained(model_dir, dtype=torch.float32)
    # The converter asks for both; transformers has no other kind of positions left for BERT.
    model.config.position_embedding_type = "absolute"
    model.bert.pooler = BertPooler(model.config)
    spec = _specification(model.bert, tokenizer_for_transformers(Vocabulary.load(model_dir)))
    del spec.pooler_dense, spec.pooler_activation  # the tagger never pools
    weight, bias = (part.detach().numpy() for part in model.classifier.parameters())
    with replacing(out_dir) as new:
        _save(spec, new / "encoder")
        np.savez(new / "head.npz", weight=weight, bias=bias)
        _accompany(model_dir, new)


def export_restorer(
    model_dir: str | Path, out_dir: str | Path, target_ids: Sequence[int] | None = None
) -> None:
    """Export any seq2seq model that both transformers and CTranslate2 know.

    With `target_ids` the decoder reads and writes only these tokens, the marks
    and the special tokens; the encoder still reads every token. The output
    projection over 30,522 tokens is half of a decoding step: with 11,500 one
    window's step takes 0.7 ms instead of 1.5. The file grows by 5 MB, because
    encoder and decoder no longer share one table.
    """
    model = AutoModelForSeq2SeqLM.from_pretrained(model_dir, dtype=torch.float32)
    if model.config.model_type == "bart":  # post-norm is all that transformers' BART can be
        model.config.normalize_before, model.config.normalize_embedding = False, True
    # CTranslate2 scales T5's logits if embeddings are tied, but transformers 5 calls every T5 tied:
    # its T5 has a flag for the scale (off in T5 1.1 and Flan-T5), its mT5 never scales.
    if model.config.model_type in ("t5", "mt5"):
        scaled = getattr(model.config, "scale_decoder_outputs", False)
        model.config.tie_word_embeddings = scaled
    spec = _specification(model, AutoTokenizer.from_pretrained(model_dir))
    if target_ids is not None:
        _cut_decoder(spec, {*target_ids, *_framing_ids(spec, Vocabulary.load(model_dir))})
    with replacing(out_dir) as new:
        _save(spec, new)
        _accompany(model_dir, new)


def target_ids(shard_directory: str | Path) -> list[int]:
    """The token ids that the targets of some shards use, in order; padding is left out."""
    paths = list(Path(shard_directory).glob("*.npz"))
    if not paths:
        raise FileNotFoundError(f"{shard_directory}: no shards; give a lesson's `data` directory")
    used: set[int] = set()
    for path in paths:
        used.update(np.concatenate([target for _, target in shards.read(path)]).tolist())
    return sorted(i for i in used if i >= 0)


@contextmanager
def replacing(directory: str | Path) -> Iterator[Path]:
    """A path to write a directory to, which takes the place of `directory` once it is whole."""
    directory = Path(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}.") as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        yield new
        if directory.exists():
            directory.rename(Path(scratch) / "old")
        new.rename(directory)


def _specification(model: Any, tokenizer: Any) -> Any:
    """What `TransformersConverter` makes of a directory, of a model in memory."""
    kind = type(model.config).__name__
    if kind not in LOADERS:
        raise ValueError(f"CTranslate2 cannot run {kind}; it knows {', '.join(sorted(LOADERS))}")
    with torch.no_grad():
        return LOADERS[kind](model, tokenizer)


def _framing_ids(spec: Any, vocabulary: Vocabulary) -> set[int]:
    """What a decoder needs besides words: marks, padding, start, end and unknown."""
    config = spec.config
    tokens = [config.bos_token, config.eos_token, config.unk_token, config.decoder_start_token]
    tokens += [CLOSE, *map(mark, range(MARKS))]
    return {vocabulary.pad, *(vocabulary.id(token) for token in tokens)}


def _cut_decoder(spec: Any, ids: set[int]) -> None:
    rows = sorted(ids)
    decoder = spec.decoder
    with torch.no_grad():  # indexing copies, so the encoder's embeddings stay whole
        decoder.embeddings.weight = decoder.embeddings.weight[rows]
        decoder.projection.weight = decoder.projection.weight[rows]
        if decoder.projection.has_bias():
            decoder.projection.bias = decoder.projection.bias[rows]
    tokens = spec._vocabularies["target"].pop()
    spec.register_target_vocabulary([tokens[i] for i in rows])


def _save(spec: Any, directory: Path) -> None:
    """The second half of CTranslate2's `Converter.convert`."""
    spec.validate()
    spec.optimize("int8")
    directory.mkdir(exist_ok=True)
    spec.save(str(directory))


def _accompany(model_dir: str | Path, new: Path) -> None:
    shutil.copy(Path(model_dir) / "config.json", new / "architecture.json")
    for name in ("tokenizer.json", "vocabulary.json"):
        shutil.copy(Path(model_dir) / name, new / name)
