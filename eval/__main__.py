"""`python -m eval`: measure the models, and see what came out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from repair.files import FileError
from repair.models import ModelError

CORPUS = "../shared/data/corpus/news.jsonl.xz"
LIST = "../shared/data/spinners/wpas_2021.dat"
# The documents that carry tables, and which.
DOCUMENTS = {
    "README.md": ("suites", "peers", "speed"),
    "repair/weights/MODEL_CARD.md": ("suites", "detection"),
    "docs/results.md": ("registers", "detection", "peers", "per_core"),
}

_EPILOG = """\
The way to the tables of README and model card:

  python -m eval run --out runs/eval/main
  python -m eval run wpas-2021 newsomatic --tools nothing backwards ngram language_model \\
      detector_only repair --documents 10 --out runs/eval/peers
  python -m eval speed --out runs/eval/main
  python -m eval report runs/eval/main --peers runs/eval/peers --write

and from one model to the next: python -m eval compare runs/eval/before runs/eval/main
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 2 after an error a person can mend."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except ImportError as error:
        if (error.name or "").split(".")[0] in ("repair", "training", "eval"):
            raise
        return _failed(f"{error}; pip install 'repair[eval]'")
    except (OSError, ValueError, FileError, ModelError) as error:
        if options.traceback:
            raise
        return _failed(str(error))
    return 0


def _suites(options: argparse.Namespace) -> None:
    from eval.suites import Suite, names

    for name in names():
        print(f"{name:20} {Suite.load(name).what}")


def _run(options: argparse.Namespace) -> None:
    from eval import run
    from eval.report import tables
    from eval.report.stored import Run
    from eval.suites import Suite, names

    chosen = [Suite.load(name) for name in options.suites or names()]
    if options.documents:
        chosen = [suite.limited(options.documents) for suite in chosen]
    settings = {
        "list": options.list,
        "corpus": options.corpus,
        "cache": str(options.out / "cache"),
        **({"model": options.model} if options.model else {}),
    }
    run.run(chosen, options.tools, options.out, settings)
    print(tables.main_table(Run(options.out).results))


def _speed(options: argparse.Namespace) -> None:
    from eval import run, speed
    from eval.report.stored import Run
    from eval.suites import Suite

    needed = [Suite.load(name) for name in speed.SUITES]
    if options.documents:
        needed = [suite.limited(options.documents) for suite in needed]
    run.run(needed, (), options.out, {"model": options.model} if options.model else {})
    stored = Run(options.out)
    measured = speed.measure({name: stored.cases(name) for name in speed.SUITES}, options.model)
    print(json.dumps(measured, indent=1))
    run.write_json(options.out / "results.json", {**stored.results, "speed": measured})


def _compare(options: argparse.Namespace) -> None:
    from eval.report.compare import compare

    print(compare(options.before, options.after))


def _report(options: argparse.Namespace) -> None:
    from eval.report import browser, pictures, tables
    from eval.report.stored import Run

    results = Run(options.run).results
    made = {
        "suites": tables.main_table(results, by_tag=False),
        "registers": tables.main_table(results),
        "detection": tables.detection_table(results),
    }
    if "speed" in results:
        made["speed"] = tables.speed_table(results, per_core=False)
        made["per_core"] = tables.speed_table(results)
    if options.peers:
        made["peers"] = tables.peer_tables(Run(options.peers).results)
    print("\n\n".join(text for name, text in made.items() if name not in ("suites", "speed")))
    for path in (*pictures.draw(options.run), browser.write(options.run)):
        print(path, file=sys.stderr)
    if options.write:
        for document, wanted in DOCUMENTS.items():
            tables.replace_marked(document, {name: made[name] for name in wanted if name in made})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--traceback", action="store_true", help="show where in the code an error arose"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, function: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        made.set_defaults(command=function)
        return made

    command("suites", _suites, "list the suites that come with the project")
    run = command("run", _run, "measure tools on suites; goes on where a run was cut off")
    run.add_argument(
        "suites", metavar="SUITE", nargs="*", help="names, or YAML files of your own (default: all)"
    )
    run.add_argument("--tools", nargs="+", default=["nothing", "repair"], metavar="TOOL")
    run.add_argument("--list", default=LIST, help="list for peers on suites that have none")
    run.add_argument("--corpus", default=CORPUS, help="clean text that peers may count words in")
    speed = command("speed", _speed, "measure speed, memory and start-up")
    for one in (run, speed):
        one.add_argument("--model", help="model directory (default: the shipped one)")
        one.add_argument("--out", type=Path, required=True, help="the run's directory")
        one.add_argument("--documents", type=int, help="at most so many of each corpus")
    compare = command("compare", _compare, "tell which figures of two runs differ beyond chance")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    report = command("report", _report, "print a run's tables, draw its pictures, list its errors")
    report.add_argument("run", type=Path)
    report.add_argument("--peers", type=Path, help="a run of several tools")
    report.add_argument(
        "--write", action="store_true", help=f"put the tables into {', '.join(DOCUMENTS)}"
    )
    return parser


def _failed(message: str) -> int:
    print(f"python -m eval: error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
