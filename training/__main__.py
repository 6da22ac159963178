"""`python -m training STAGE …`: the way from clean text and spinner lists to the models."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from repair.models import ModelError

# Stage: the module and function that do it, what it writes into, and what it does. The modules
# are imported only when their stage is asked for: most of them bring torch along.
STAGES = {
    "start": (
        "training.start",
        "start",
        "OUT",
        "write the checkpoints to train from, OUT/detector and OUT/restorer",
    ),
    "prepare": (
        "training.prepare",
        "prepare",
        "OUT",
        "spin clean text, or read your own pairs, into shards of examples",
    ),
    "gate": ("training.gate", "train", "RUN", "train the gate; writes RUN/gate.npz"),
    "ngrams": ("training.ngrams", "train", "RUN", "count clean text; writes RUN/ngrams.npz"),
    "detector": (
        "training.detector",
        "train",
        "RUN",
        "train the detector, or go on after RUN/checkpoint.pt; writes RUN/model",
    ),
    "restorer": (
        "training.restorer",
        "train",
        "RUN",
        "train the restorer, or go on after RUN/checkpoint.pt; writes RUN/model",
    ),
    "calibrate": (
        "training.calibrate",
        "calibrate",
        "MODELS",
        "fit the decisions of exported models on held-out pages; writes MODELS/decider.npz",
    ),
}

_OURS = ("repair", "training", "eval")  # missing parts of these are bugs, not packages to install

_EPILOG = """\
The stages, in order, with the small preset (a few minutes on a CPU, from any text and list):

  python -m training start configs/small/start.yaml runs/small/start
  python -m training prepare configs/small/detector_data.yaml runs/small/detector_data
  python -m training prepare configs/small/restorer_data.yaml runs/small/restorer_data
  python -m training gate configs/small/gate.yaml runs/small/gate
  python -m training ngrams configs/small/ngrams.yaml runs/small/ngrams
  python -m training detector configs/small/detector.yaml runs/small/detector
  python -m training restorer configs/small/restorer.yaml runs/small/restorer
  python -m training export runs/small runs/small/models --targets runs/small/restorer_data
  python -m training calibrate configs/small/calibrate.yaml runs/small/models

Paths in a config are relative to where you run the command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage; returns the exit code: 0, or 2 after an error a person can mend."""
    options = _parser().parse_args(arguments)
    # What transformers says of weights that are new is what each stage is there to train.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    try:
        if options.stage == "export":
            from training.export import assemble

            assemble(options.runs, options.out, options.targets)
        else:
            _run(options)
    except ImportError as error:
        if options.traceback or (error.name or "").split(".")[0] in _OURS:
            raise
        return _failed(options.stage, f"{error}; pip install 'repair[train]'")
    except (OSError, ValueError, ModelError) as error:
        if options.traceback:
            raise
        return _failed(options.stage, str(error))
    return 0


def _run(options: argparse.Namespace) -> None:
    from training import config

    settings = config.load(options.config, options.set)
    config.check(settings, options.stage, options.config)
    module, function, _, _ = STAGES[options.stage]
    getattr(import_module(module), function)(settings, options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--traceback", action="store_true", help="show where in the code an error arose"
    )
    stages = parser.add_subparsers(dest="stage", metavar="STAGE", required=True)
    for name, (_, _, out, text) in STAGES.items():
        stage = stages.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        stage.add_argument("config", metavar="CONFIG", type=Path, help="a YAML file of settings")
        stage.add_argument("out", metavar=out, type=Path)
        stage.add_argument(
            "--set",
            metavar="KEY=VALUE",
            action="append",
            default=[],
            help="change a setting, as in --set schedule.minutes=5 --set corpora.0.path=my.jsonl",
        )
    text = "export trained models to int8, as a directory that `repair` can load"
    export = stages.add_parser("export", help=text, description=text[0].upper() + text[1:] + ".")
    export.add_argument(
        "runs", metavar="RUNS", type=Path, help="holds the runs gate/, detector/ and restorer/"
    )
    export.add_argument("out", metavar="OUT", type=Path)
    export.add_argument(
        "--targets",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="shards; the decoder will know the tokens of their targets alone, and be faster",
    )
    return parser


def _failed(stage: str, message: str) -> int:
    print(f"python -m training {stage}: error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
