"""The small preset through the commands that a person types: spin, train, export, repair."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sentencepiece
import yaml
from transformers import T5Config, T5ForConditionalGeneration

from repair import Options, Repairer
from repair.decide import Decider
from repair.edits import Repair
from repair.evidence import OPINIONS
from repair.models import write_manifest
from training import shards
from training.__main__ import main

ROOT = Path(__file__).parents[2]
SPUN = (
    "A great multitude of folks came to Tidewell to see the watercraft. It is troublesome to find"
    " monetary resources for apples, uttered Mrs Okafor. Numerous youngsters in Harwick walk to"
    " faculty building along the stream, and the tutor kicked off to fix up the dwelling."
)
SECONDS = 0.5  # what a step takes with the small preset on one core
# Anything goes: these models are too small to be sure of a thing.
BOLD = Options(threshold=0.0, floor=0.01, threads=1)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory to work in, with our tests/data and configs.

    The clock of training ticks by steps there, so that no machine is too slow.
    """
    directory = tmp_path_factory.mktemp("workplace")
    (directory / "tests").symlink_to(ROOT / "tests")
    (directory / "configs").symlink_to(ROOT / "configs")
    ticks = itertools.count(step=SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        patch.setattr("training.loop.time", SimpleNamespace(monotonic=lambda: next(ticks)))
        yield directory


@pytest.fixture(scope="module")
def small(workplace: Path, tiny_bert: Path) -> Path:
    """runs/small, where all was trained, and models exported."""
    _run("start configs/small/start.yaml runs/small/start", encoder=tiny_bert, decoder_layers=[1])
    _run("prepare configs/small/detector_data.yaml runs/small/detector_data", examples=500)
    _run("prepare configs/small/restorer_data.yaml runs/small/restorer_data", examples=500)
    _run("gate configs/small/gate.yaml runs/small/gate", pages=300)
    _run("ngrams configs/small/ngrams.yaml runs/small/ngrams")
    _run("detector configs/small/detector.yaml runs/small/detector", **_steps(80))
    _run("restorer configs/small/restorer.yaml runs/small/restorer", **_steps(150))
    _run("export runs/small runs/small/models --targets runs/small/restorer_data")
    _calibrate(Path("runs/small/models"))
    return workplace / "runs" / "small"


def test_the_small_preset(small: Path) -> None:
    _repaired(small / "models")
    found = Repairer.load(small / "models", BOLD).detect(SPUN)
    flagged = {word for span in found for word in span.original.lower().split()}
    assert len(flagged & {"folks", "watercraft", "uttered", "youngsters", "tutor"}) >= 4
    assert not flagged & {"came", "find", "apples", "harwick", "walk"}


def test_the_decoder_knows_the_targets_alone(small: Path) -> None:
    tokens = json.loads((small / "models" / "restorer" / "target_vocabulary.json").read_text())
    assert {"children", "boat", "<0>"} < set(tokens)
    assert not {"youngsters", "watercraft"} & set(tokens), "spinners' words that nobody wrote"


def test_calibration(small: Path) -> None:
    shutil.copytree(small / "models", "runs/calibrated")
    Path("runs/calibrated/decider.npz").unlink()
    _run("calibrate configs/small/calibrate.yaml runs/calibrated")
    Repairer.load("runs/calibrated").explain(SPUN)


def test_training_goes_on_from_exported_models(small: Path) -> None:
    config = Path("again.yaml")
    config.write_text("from: runs/small/models\n")
    _run(f"start {config} runs/again/start")
    _run(
        "restorer configs/small/restorer.yaml runs/again/restorer",
        start="runs/again/start/restorer",
        **_steps(4),
    )
    # What was not trained again is kept.
    before = {path.name: path.read_bytes() for path in (small / "models").glob("*.*")}
    _run("export runs/small runs/again/models")
    _calibrate(Path("runs/again/models"))
    _run("export runs/again runs/again/models --targets runs/small/restorer_data")
    after = {path.name: path.read_bytes() for path in Path("runs/again/models").glob("*.*")}
    assert (
        before.keys()
        == after.keys()
        == {*("gate.npz", "ngrams.npz", "decider.npz", "manifest.json")}
    )
    assert before["gate.npz"] == after["gate.npz"]
    assert before["ngrams.npz"] == after["ngrams.npz"]
    _repaired(Path("runs/again/models"))


def test_any_seq2seq_checkpoint(small: Path, t5: Path, tiny_bert: Path) -> None:
    config = Path("t5.yaml")
    config.write_text(f"encoder: {tiny_bert}\ncheckpoint: {t5}\n")
    _run(f"start {config} runs/t5/start")
    _run(
        "prepare configs/small/restorer_data.yaml runs/t5/restorer_data",
        vocabulary="runs/t5/start/restorer",
        examples=500,
    )
    _run(
        "restorer configs/small/restorer.yaml runs/t5/restorer",
        start="runs/t5/start/restorer",
        lessons__0__data="runs/t5/restorer_data",
        lessons__1__data="runs/t5/restorer_data",
        **_steps(200, 1e-2),
    )
    Path("runs/t5/detector").symlink_to(small / "detector")
    for name in ("gate", "ngrams"):
        Path("runs/t5", name).symlink_to(small / name)
    for targets in ("", " --targets runs/t5/restorer_data"):
        _run(f"export runs/t5 runs/t5/models{targets}")
        _calibrate(Path("runs/t5/models"))
        _repaired(Path("runs/t5/models"))


@pytest.fixture(scope="module")
def t5(documents: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random T5 with a sentencepiece model, stored as T5's first checkpoints are."""
    directory = tmp_path_factory.mktemp("t5")
    (directory / "text").write_text("\n".join(documents), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(directory / "text"),
        model_prefix=str(directory / "spiece"),
        vocab_size=300,
        hard_vocab_limit=False,  # so many if the text has them
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    settings = {
        "vocab_size": 420,  # more than the tokenizer's with its 100 extras, as in the real ones
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "decoder_start_token_id": 0,
        "dropout_rate": 0.0,
    }
    T5ForConditionalGeneration(T5Config.from_dict(settings)).save_pretrained(directory)
    return directory


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_your_own_pairs(ending: str, documents: list[str], small: Path) -> None:
    path = Path(f"pairs.{ending}")
    rows = [{"spun": _spun(text), "clean": text} for text in documents]
    with path.open("w", encoding="utf-8", newline="") as file:
        if ending == "csv":
            writer = csv.DictWriter(file, ["spun", "clean"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
            file.write("{}\n")
    config = Path(f"pairs_{ending}.yaml")
    run = Path("runs") / ending
    for model, extra in (("detector", {}), ("restorer", {"window_tokens": [64]})):
        settings = {
            "kind": model,
            "vocabulary": f"runs/small/start/{model}",
            "examples": 10_000,
            "seed": 1,
            "pairs": [str(path)],
        }
        config.write_text(yaml.safe_dump(settings | extra))
        _run(f"prepare {config} {run}/data_{model}")
        _run(
            f"{model} configs/small/{model}.yaml {run}/{model}",
            lessons=[{"data": f"{run}/data_{model}"}],
            **_steps(3),
        )
    labels = np.concatenate([t for _, t in shards.read(run / "data_detector" / "00000.npz")])
    assert np.count_nonzero(labels == 1) > 60, "as many edits as houses, boats and children"
    (run / "ngrams").symlink_to(small / "ngrams")
    settings = {"seed": 1, "pages": 100, "epochs": 1, "learning_rate": 0.1, "pairs": [str(path)]}
    config.write_text(yaml.safe_dump(settings))
    _run(f"gate {config} {run}/gate")
    _run(f"export {run} {run}/models --targets {run}/data_restorer")


ERRORS = [
    ("prepare none.yaml out", "No such file or directory: 'none.yaml'"),
    ("prepare configs/small/start.yaml out", "nothing here reads decoder_layers"),
    ("detector configs/small/detector.yaml out --set start=none", "none"),
    ("export none out", "none/detector/model: no trained detector here; make it with"),
    ("export runs/small out --targets configs", "configs: no shards"),
    ("start configs/small/start.yaml out --set encoder=configs", "config.json"),
    (
        "prepare configs/small/detector_data.yaml runs/small/detector_data",
        "holds shards already",
    ),
    (
        "prepare configs/small/detector_data.yaml out --set corpora.0.path=my.jsonl",
        "my.jsonl: no such corpus",
    ),
    (
        "prepare configs/small/detector_data.yaml out --set corpora.0.text=body",
        "no column 'body', but 'text'",
    ),
    (
        "prepare configs/small/detector_data.yaml out --set recipes.0.list=configs/small/gate.yaml",
        "is it a spinner list?",
    ),
]


@pytest.mark.parametrize(("command", "message"), ERRORS)
def test_errors(
    command: str, message: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert f"python -m training {command.split()[0]}: error: " in said and message in said
    assert "Traceback" not in said and not Path("out").exists()


def test_a_missing_package(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "all_minilm_l6_v2", None)
    assert main("start configs/small/start.yaml out".split()) == 2
    assert "pip install 'repair[train]'" in capsys.readouterr().err


def test_help_needs_no_torch() -> None:
    code = "import sys; from training.__main__ import main; print('torch' in sys.modules); main()"
    said = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith("False") and "python -m training start" in said


@pytest.mark.slow  # five minutes: the small preset as it stands, from MiniLM
def test_the_small_preset_learns(workplace: Path) -> None:
    _run("start configs/small/start.yaml runs/real/start")
    for name in ("detector", "restorer"):
        start = f"runs/real/start/{name}"
        data = f"runs/real/{name}_data"
        changes = {"windows": start} if name == "restorer" else {}
        _run(f"prepare configs/small/{name}_data.yaml {data}", vocabulary=start, **changes)
        changes = {"lessons__1__data": data} if name == "restorer" else {}
        _run(
            f"{name} configs/small/{name}.yaml runs/real/{name}",
            start=start,
            lessons__0__data=data,
            **changes,
        )
    _run("gate configs/small/gate.yaml runs/real/gate")
    _run("export runs/real runs/real/models --targets runs/real/restorer_data")
    _calibrate(Path("runs/real/models"))
    edits = {e.original: e.replacement for e in _repaired(Path("runs/real/models")).candidates}
    right = {"watercraft": "boat", "uttered": "said", "troublesome": "difficult"}
    right |= {"monetary resources": "money", "youngsters": "children", "stream": "river"}
    assert sum(edits.get(spun) == original for spun, original in right.items()) >= 4, edits


def _run(command: str, **changes: Any) -> None:
    """Run a stage as the command line would; `a__b=x` is `--set a.b=x`."""
    sets = [
        f"{key.replace('__', '.')}={json.dumps(value, default=str)}"
        for key, value in changes.items()
    ]
    arguments = [*command.split(), *(part for change in sets for part in ("--set", change))]
    assert main(arguments) == 0, arguments


def _steps(count: int, rate: float = 3e-3) -> dict[str, Any]:
    """Minutes for so many steps, at a rate for tiny models."""
    schedule = {"minutes": count * SECONDS / 60, "learning_rate": rate, "batch_tokens": 512}
    return {f"schedule__{key}": value for key, value in schedule.items()}


def _calibrate(models: Path) -> None:
    """A fixed calibration: both models' opinions count alike."""
    direct = np.zeros(OPINIONS + 1, np.float32)
    direct[[0, 3]] = 1.0  # the log odds of the detector and of the restorer
    decider = replace(Decider.ignorant(), direct=direct, vote=0.5)
    decider.save(models / "decider.npz")
    write_manifest(models)


def _repaired(models: Path) -> Repair:
    """What the models make of a spun text; they must say something, and it can be undone."""
    repair = Repairer.load(models, BOLD).explain(SPUN)
    assert repair.verdict == "repaired" and repair.candidates
    assert repair.text != SPUN and repair.revert(repair.text) == SPUN
    return repair


def _spun(text: str) -> str:
    for original, spun in (("house", "dwelling"), ("boat", "vessel"), ("children", "a few kids")):
        text = text.replace(original, spun)
    return text
