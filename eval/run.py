"""Running suites: every tool on every case, resumable, and the figures of what came out.

A run is a directory:

    results.json               the figures of every suite and tool, and what they were measured with
    SUITE/cases.jsonl          the pages, as built
    SUITE/TOOL.jsonl           what the tool made of them, a line a case, in order
    SUITE/TOOL.counts.json     the counts of every page, for comparisons

A run that was cut off goes on after the last whole line.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

from tqdm import tqdm

import repair
from eval import peers, score, suites
from eval.case import Case, Outcome
from eval.suites import Suite
from repair.files import write
from repair.models import SHIPPED


class RunError(ValueError):
    """A run that cannot go on; the message says why and what to do."""


def run(
    chosen: Iterable[Suite],
    tools: Sequence[str],
    out: Path,
    settings: Mapping[str, str],
) -> None:
    """Measure `tools` on the suites, into the directory `out`.

    `settings` are what tools may need: `model`, `list`, `corpus`, `cache`.
    Raises RunError if `out` holds other cases or another model's outcomes.
    """
    out.mkdir(parents=True, exist_ok=True)
    stored = out / "results.json"
    results: dict[str, Any] = json.loads(stored.read_text()) if stored.exists() else {"suites": {}}
    models = fingerprint(settings.get("model"))
    if results.get("models", models) != models:
        raise RunError(f"{out}: was measured with other models; choose another --out")
    results |= {"models": models, "signature": signature(models)}
    for suite in chosen:
        directory = out / suite.name
        digest = _built(suite, directory)
        cases = list(suites.read(directory / "cases.jsonl"))
        entry = results["suites"].setdefault(suite.name, {"tools": {}})
        entry |= {
            "what": suite.what,
            "kind": suite.kind,
            "seed": suite.settings["seed"],
            "sha256": digest,
            "pages": len(cases),
            "words": sum(len(case.source.split()) for case in cases),
        }
        for name in tools:
            outcomes = _outcomes(name, _settings(suite, settings), cases, directory)
            counts = [
                {"id": c.id, **asdict(score.page_counts(c, o))} for c, o in zip(cases, outcomes)
            ]
            write_json(directory / f"{name}.counts.json", counts, indent=None)
            entry["tools"][name] = {
                "figures": score.figures(cases, outcomes),
                "by": _by_tag(cases, outcomes),
            }
            write_json(stored, results)


def fingerprint(model: str | None) -> dict[str, str]:
    """Each model file's checksum, from the manifest: what tells two sets of models apart."""
    directory = Path(model) if model else SHIPPED
    files = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name: f"{crc:08x}" for name, (_, crc) in sorted(files.items())}


def signature(models: Mapping[str, str]) -> str:
    """What the figures depend on, in one line, as sacrebleu signs its scores."""
    whole = crc32(json.dumps(models, sort_keys=True).encode())
    parts = {
        "repair": repair.__version__,
        "models": f"{whole:08x}",
        "options": "defaults",
        "ctranslate2": version("ctranslate2"),
        "sacrebleu": version("sacrebleu"),
        "python": platform.python_version(),
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
    }
    return "|".join(f"{key}:{value}" for key, value in parts.items())


def write_json(path: Path, value: object, indent: int | None = 1) -> None:
    """Write a whole file of JSON or nothing."""
    write(path, (json.dumps(value, indent=indent, ensure_ascii=False) + "\n").encode())


def _built(suite: Suite, directory: Path) -> str:
    """Build the suite's cases, unless they lie there already; returns their SHA-256."""
    directory.mkdir(exist_ok=True)
    about = directory / "suite.json"
    settings = json.loads(json.dumps(suite.settings))
    if about.exists():
        stored = json.loads(about.read_text(encoding="utf-8"))
        if stored["settings"] != settings:
            raise RunError(
                f"{directory}: its cases were built with other settings; choose another --out,"
                " or remove it"
            )
        return str(stored["sha256"])
    print(f"{suite.name}: building the cases", file=sys.stderr)
    digest = suites.write(suite.cases(), directory / "cases.jsonl")
    write_json(about, {"settings": settings, "sha256": digest})
    return digest


def _outcomes(
    name: str, settings: Mapping[str, str], cases: Sequence[Case], directory: Path
) -> list[Outcome]:
    """What the tool made of the cases, from the file as far as it goes, then from the tool."""
    path = directory / f"{name}.jsonl"
    outcomes = list(_whole_lines(path))
    if [o.id for o in outcomes] != [c.id for c in cases[: len(outcomes)]]:
        raise RunError(f"{path}: holds outcomes of other cases; remove it")
    left = cases[len(outcomes) :]
    if left:
        made = peers.load(name, settings).run(left)
        with open(path, "a", encoding="utf-8") as file:
            for outcome in tqdm(made, f"{directory.name}: {name}", len(left), unit=" pages"):
                file.write(outcome.to_json() + "\n")
                file.flush()
                outcomes.append(outcome)
    return outcomes


def _whole_lines(path: Path) -> Iterator[Outcome]:
    """The outcomes of a file; a last line that was cut off is removed from it."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(path, len(whole))
    yield from map(Outcome.from_json, whole.decode().split("\n")[:-1])


def _settings(suite: Suite, settings: Mapping[str, str]) -> dict[str, str]:
    """A peer that works from a list gets the suite's own, if it has one, and its way to use it."""
    for spinner in suite.settings.get("spinners", []):
        if spinner.get("kind", "dictionary") == "dictionary":
            shuffle = spinner.get("manner", {}).get("shuffle", False)
            return {**settings, "list": spinner["list"], "shuffle": str(shuffle).lower()}
    return dict(settings)


def _by_tag(
    cases: Sequence[Case], outcomes: Sequence[Outcome]
) -> dict[str, dict[str, dict[str, float]]]:
    """The figures of each value of each tag that has several."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for tag in cases[0].tags if cases else ():
        values = dict.fromkeys(case.tags[tag] for case in cases)
        if len(values) > 1:
            out[tag] = {}
            for value in values:
                pairs = [(c, o) for c, o in zip(cases, outcomes) if c.tags[tag] == value]
                out[tag][value] = score.figures([c for c, _ in pairs], [o for _, o in pairs])
    return out


def _cpu() -> str:
    """The processor's name, without what would break the signature."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    name = next((x.split(":")[1] for x in lines if x.startswith("model name")), "unknown")
    return name.strip().replace(" ", "-")
