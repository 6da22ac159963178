"""The error browser: a tool's errors in context, in one HTML file that needs nothing else.

The errors lie in the file as JSON, and a small script draws those that are
asked for: no network, no build step, no server.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from eval.report.errors import Error, Kind, errors
from eval.report.stored import REPAIR, Run
from repair import files

# `made`: the tool wrote something. The signs differ in shape, so that nothing hangs on colour.
_KINDS: dict[Kind, dict[str, str | bool]] = {
    "innocent": {"label": "innocent changed", "sign": "▲", "made": True},
    "wording": {"label": "wrong wording", "sign": "■", "made": True},
    "undetected": {"label": "missed: not detected", "sign": "○", "made": False},
    "unsure": {"label": "missed: unsure", "sign": "◐", "made": False},
    "misread": {"label": "missed: wrong reading", "sign": "◇", "made": False},
}
_TEMPLATE = Path(__file__).with_name("browser.html")


def page(run: Run, tool: str = REPAIR) -> str:
    """The HTML of a tool's errors on every suite of a run.

    Raises ValueError if the run did not measure the tool.
    """
    results = run.results
    suites = [name for name, suite in results["suites"].items() if tool in suite["tools"]]
    if not suites:
        raise ValueError(
            f"{run.directory} holds nothing of {tool}; measure it with `python -m eval run`"
        )
    found = [
        (suite, error)
        for suite in suites
        for error in errors(run.cases(suite), run.outcomes(suite, tool))
    ]
    found.sort(key=lambda pair: -pair[1].cost)
    data = {
        "tool": tool,
        "signature": results["signature"],
        "suites": suites,
        "kinds": _KINDS,
        "fields": ["suite", *(field.name for field in dataclasses.fields(Error))],
        "errors": [(suite, *dataclasses.astuple(error)) for suite, error in found],
    }
    embedded = json.dumps(data).replace("<", "\\u003c")  # nothing can end the script element
    before, after = _TEMPLATE.read_text(encoding="utf-8").split("DATA")
    return f"{before}{embedded}{after}"


def write(directory: Path, tool: str = REPAIR) -> Path:
    """Write `page` into a run's directory, whole or not at all; returns where it is."""
    path = directory / "errors.html"
    files.write(path, page(Run(directory), tool).encode())
    return path
