"""Exported models say what the trained ones say, and can be trained on from.

The models are random, but with large weights, so that they tell their inputs
apart. Errors are measured in standard deviations of the expected numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    AutoModelForSeq2SeqLM,
    BartForConditionalGeneration,
    BertConfig,
    BertForTokenClassification,
    BertModel,
    MT5ForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5ForConditionalGeneration,
)

import training.detector
import training.restorer
from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training import dequantize, export, shards, warmstart

TOLERANCE = 0.25  # deviations; int8 was seen to be off by 0.03 on average, 0.14 at most
PAGE = "the <0> pinnacle </> of the <1> governing </> party , and a <2> metropolis </> ."
WINDOWS = [PAGE, "a governing party of the metropolis", "<0> xyz </> . the qux party"]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def encoder(
    save_wordpiece: Callable[[Path, Iterable[str]], int], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A random BERT with a WordPiece vocabulary, as one would download it."""
    directory = tmp_path_factory.mktemp("encoder")
    letters = "abcdefghijklmnopqrstuvwxyz"
    syllables = [a + b for a in letters for b in "aeiou"]
    words = [*PAGE.replace("<", "").replace(">", "").split(), "head", "ruling", "city", "top"]
    made_up = [a + b for a in syllables for b in syllables][:1900]
    size = save_wordpiece(directory, [*words, *made_up])
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        layer_norm_eps=1e-12,
        initializer_range=0.2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(config)
    _perturb(model)
    model.save_pretrained(directory)
    return directory


@pytest.fixture(scope="module")
def detector(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("detector")
    torch.manual_seed(1)
    model = BertForTokenClassification.from_pretrained(encoder, num_labels=3)
    _perturb(model.classifier)
    model.save_pretrained(directory)
    warmstart.vocabulary_of(encoder).save(directory)
    return directory


@pytest.fixture(scope="module")
def restorer(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("restorer")
    vocabulary = warmstart.vocabulary_of(encoder)
    model = warmstart.restorer(BertModel.from_pretrained(encoder), vocabulary, [0, 1])
    _listen(model)
    model.save_pretrained(directory)
    warmstart.tokenizer_for_transformers(vocabulary).save_pretrained(directory)
    vocabulary.save(directory)
    return directory


@pytest.fixture(scope="module")
def t5_scaled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A T5 as the first ones were, its logits scaled."""
    return _t5(tmp_path_factory.mktemp("t5"), tied=True)


@pytest.fixture(scope="module")
def t5_unscaled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A T5 like 1.1 and Flan-T5: not scaled, though transformers 5 calls it tied."""
    return _t5(tmp_path_factory.mktemp("t5"), tied=False)


@pytest.fixture(scope="module")
def mt5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never scaled, whatever its configuration says."""
    return _t5(tmp_path_factory.mktemp("mt5"), tied=True, kind=MT5ForConditionalGeneration)


def test_detector_says_the_same(detector: Path, tmp_path: Path) -> None:
    export.export_detector(detector, tmp_path / "out")
    model = ctranslate2.Encoder(str(tmp_path / "out" / "encoder"), intra_threads=1)
    ids = np.array([_ids(Vocabulary.load(tmp_path / "out"), text) for text in WINDOWS], np.int32)
    lengths = np.full(len(ids), ids.shape[1], np.int32)
    views = map(ctranslate2.StorageView.from_array, (ids, lengths))
    hidden = np.array(model.forward_batch(*views).last_hidden_state)
    with np.load(tmp_path / "out" / "head.npz") as head:
        weight, bias = head["weight"], head["bias"]
    assert (weight.shape, weight.dtype, bias.shape, bias.dtype) == ((3, 32), "f4", (3,), "f4")
    logits = hidden @ weight.T + bias
    with torch.inference_mode():
        torch_model = BertForTokenClassification.from_pretrained(detector)
        expected = torch_model(torch.from_numpy(ids).long()).logits.numpy()
    assert np.abs(logits - expected).max() < TOLERANCE * expected.std()


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("kind", ["restorer", "t5_scaled", "t5_unscaled", "mt5"])
def test_seq2seq_says_the_same(
    kind: str, cut: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    directory: Path = request.getfixturevalue(kind)
    vocabulary = Vocabulary.load(directory)
    size = vocabulary.tokenizer.get_vocab_size()
    ids = [i for text in ("head ruling city top", "ruling party") for i in _words(vocabulary, text)]
    ids += list(range(100, size, 7))
    export.export_restorer(directory, tmp_path / "out", sorted(set(ids)) if cut else None)
    model = ctranslate2.Translator(str(tmp_path / "out"), intra_threads=1)
    torch_model = AutoModelForSeq2SeqLM.from_pretrained(directory)
    known = list(range(torch_model.config.vocab_size))
    if cut:
        known = _target_ids(tmp_path / "out", vocabulary)
        assert set(ids) < set(known) < set(range(size))

    sources = [_ids(vocabulary, text) for text in WINDOWS]
    tokens = [[vocabulary.tokenizer.id_to_token(i) for i in source] for source in sources]
    results = model.translate_batch(
        tokens, beam_size=1, max_decoding_length=12, no_repeat_ngram_size=1
    )
    written = [[vocabulary.id(token) for token in x.hypotheses[0]] for x in results]
    assert len({tuple(ids) for ids in written}) > 1, "these windows should not all read alike"
    rng = np.random.default_rng(0)
    drawn = [rng.choice([i for i in known if i < size], 10).tolist() for _ in sources]
    for targets in (written, drawn):
        words = [[vocabulary.tokenizer.id_to_token(i) for i in target] for target in targets]
        for source, target, scores in zip(sources, targets, model.score_batch(tokens, words)):
            expected = _log_probabilities(torch_model, source, target, known)
            error = TOLERANCE * expected[:, known].std()
            end = torch_model.config.eos_token_id  # it is scored too
            right = expected[np.arange(len(target) + 1), [*target, end]]
            assert np.abs(np.array(scores.log_probs) - right).max() < error
            if targets is written:  # greedy: nothing was clearly better than what was chosen
                for step in range(len(target)):
                    best = np.delete(expected[step], target[:step]).max()
                    assert best - right[step] < 2 * error


def test_cut_decoder_keeps_the_encoder_whole(restorer: Path, tmp_path: Path) -> None:
    export.export_restorer(restorer, tmp_path / "whole")
    export.export_restorer(restorer, tmp_path / "cut", [60, 50])
    whole, cut = (dequantize.read(tmp_path / name / "model.bin") for name in ("whole", "cut"))
    known = _target_ids(tmp_path / "cut", Vocabulary.load(restorer))
    assert len(known) == 2 + (MARKS + 1) + 4  # and padding, start, end, unknown
    for name, value in whole.items():
        rows = known if name.startswith(("decoder/embeddings", "decoder/projection")) else ...
        np.testing.assert_array_equal(cut[name], value[rows], name)


def test_target_ids(tmp_path: Path) -> None:
    examples = [([1, 2], [7, 5, -100]), ([3], [5]), ([4], [9])]
    shards.write(examples, tmp_path / "shards", size=2)
    assert export.target_ids(tmp_path / "shards") == [5, 7, 9]
    with pytest.raises(FileNotFoundError, match="no shards"):
        export.target_ids(tmp_path)


def test_detector_survives_the_round_trip(detector: Path, tmp_path: Path) -> None:
    export.export_detector(detector, tmp_path / "int8")
    before = BertForTokenClassification.from_pretrained(detector)
    _assert_int8_close(before, dequantize.load_detector(tmp_path / "int8"))
    dequantize.save_start(tmp_path / "int8", tmp_path / "start")
    export.export_detector(tmp_path / "start", tmp_path / "again")
    _assert_same_variables(tmp_path / "int8" / "encoder", tmp_path / "again" / "encoder")


@pytest.mark.parametrize("ids", [None, list(range(60, 900))], ids=["whole", "cut"])
def test_restorer_survives_the_round_trip(
    restorer: Path, tmp_path: Path, ids: list[int] | None
) -> None:
    export.export_restorer(restorer, tmp_path / "int8", ids)
    before = BartForConditionalGeneration.from_pretrained(restorer)
    _assert_int8_close(before, dequantize.load_restorer(tmp_path / "int8"))
    dequantize.save_start(tmp_path / "int8", tmp_path / "start")
    export.export_restorer(tmp_path / "start", tmp_path / "again", ids)
    _assert_same_variables(tmp_path / "int8", tmp_path / "again")


def test_training_goes_on_from_int8(detector: Path, restorer: Path, tmp_path: Path) -> None:
    schedule = {"minutes": 1, "learning_rate": 1e-3, "batch_tokens": 64, "max_steps": 2}
    source, target = [42, 50, 60, 43], [0, 1, 2, 0]
    shards.write([(source, target)] * 8, tmp_path / "data")
    config = {"lessons": [{"data": str(tmp_path / "data")}], "schedule": schedule}
    export.export_detector(detector, tmp_path / "detector")
    export.export_restorer(restorer, tmp_path / "restorer")
    for stage, name in ((training.detector, "detector"), (training.restorer, "restorer")):
        start = tmp_path / f"{name}_start"
        dequantize.save_start(tmp_path / name, start)
        stage.train(config | {"start": str(start)}, tmp_path / "runs" / name)
    model_dirs = (tmp_path / "runs" / name / "model" for name in ("detector", "restorer"))
    export.export_detector(next(model_dirs), tmp_path / "detector")
    export.export_restorer(next(model_dirs), tmp_path / "restorer")


def test_only_bart_is_read_back(t5_scaled: Path, tmp_path: Path) -> None:
    export.export_restorer(t5_scaled, tmp_path / "out")
    with pytest.raises(ValueError, match="a t5 model, but only bart"):
        dequantize.load_restorer(tmp_path / "out")


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    with pytest.raises(KeyError), export.replacing(tmp_path / "out") as new:
        (new / "half").touch()
        raise KeyError
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "old"]
    with export.replacing(tmp_path / "out") as new:
        (new / "whole").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "whole"]


def _t5(directory: Path, tied: bool, kind: Any = T5ForConditionalGeneration) -> Path:
    sentences = [
        "the pinnacle of the governing party",
        "a big city and its ruling party",
        "the head of the party is in the city",
    ]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>", CLOSE, *map(mark, range(MARKS))]
    tokenizer.train_from_iterator(
        sentences,
        trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>"),
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    torch.manual_seed(2)
    config = {
        "vocab_size": len(fast) + 5,  # T5's own embeddings are longer than its vocabulary too
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "decoder_start_token_id": 0,
        "tie_word_embeddings": tied,
    }
    model = kind(kind.config_class.from_dict(config))
    _listen(model)
    with torch.no_grad():
        model.shared.weight[len(fast) :] = 0.0
    model.save_pretrained(directory)
    fast.save_pretrained(directory)
    Vocabulary(tokenizer, [], [1], 0).save(directory)
    return directory


def _perturb(module: torch.nn.Module) -> None:
    """Give biases and layer norms, which start at 0 and 1, values that can be mixed up."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter), alpha=0.1)


def _listen(model: torch.nn.Module) -> None:
    """Make a random decoder heed the source more than the token it wrote last."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("encoder_attn.out_proj.weight", "EncDecAttention.o.weight")):
                parameter.mul_(4)


def _words(vocabulary: Vocabulary, text: str) -> list[int]:
    return [i for word in text.split() for i in vocabulary.pieces(word)]


def _ids(vocabulary: Vocabulary, text: str) -> list[int]:
    """A framed window; marks are one token each, as `repair.restorer.encode` makes them."""
    marks = {CLOSE, *map(mark, range(MARKS))}
    pieces = ([vocabulary.id(w)] if w in marks else vocabulary.pieces(w) for w in text.split())
    return vocabulary.framed(i for word in pieces for i in word)


def _target_ids(directory: Path, vocabulary: Vocabulary) -> list[int]:
    tokens = json.loads((directory / "target_vocabulary.json").read_text(encoding="utf-8"))
    return [vocabulary.id(token) for token in tokens]


def _log_probabilities(
    model: Any, source: list[int], target: list[int], known: list[int]
) -> np.ndarray:
    """Torch's log-probabilities, (steps, vocabulary), if only `known` tokens exist."""
    prefix = torch.tensor([[model.config.decoder_start_token_id, *target]])
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([source]), decoder_input_ids=prefix).logits[0]
    out = torch.full_like(logits, -torch.inf)
    out[:, known] = logits[:, known].log_softmax(-1)
    return out.numpy()


def _assert_int8_close(before: torch.nn.Module, after: torch.nn.Module) -> None:
    """Each weight within half a step of 1/127 of its row's largest value."""
    expected, state = before.state_dict(), after.state_dict()
    assert expected.keys() == state.keys()
    for name, value in expected.items():
        got = state[name]
        if name.endswith("embed_positions.weight"):  # rows that no position maps to
            value, got = value[2:], got[2:]
        step = value.abs().amax(-1, keepdim=True) / 127 if value.dim() == 2 else torch.zeros(1)
        assert ((got - value).abs() <= 0.501 * step).all(), name


def _assert_same_variables(left: Path, right: Path) -> None:
    a, b = (dequantize.read(directory / "model.bin") for directory in (left, right))
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-6, err_msg=name)
