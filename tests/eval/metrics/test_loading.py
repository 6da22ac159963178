"""`evaluate.load` takes each metric from its file, with no network and no project beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import eval.metrics

DIRECTORY = Path(eval.metrics.__file__).parent
NAMES = sorted(path.stem for path in DIRECTORY.glob("[a-z]*.py"))

CALLS = {
    "edits": {
        "sources": ["his get together won", "a big house"],
        "predictions": ["his party won", "a big home"],
        "references": ["his party won", "a big house"],
    },
    "edits with gold": {
        "sources": ["governing get together"],
        "predictions": ["leading party"],
        "references": ["ruling party"],
        "gold": [
            [
                {"start": 0, "end": 9, "replacement": "ruling", "accepted": ["leading"]},
                {"start": 10, "end": 22, "replacement": "party"},
            ]
        ],
        "made": [[{"start": 0, "end": 22, "replacement": "leading party"}]],
    },
    "rewriting": {
        "sources": ["his get together won the day", "nobody came to see it"],
        "predictions": ["his party won the day", "nobody came to see it"],
        "references": ["his party won the day", "nobody came to see it"],
    },
    "detection": {
        "predictions": [[0.9, 0.2, 0.0], [0.1]],
        "references": [[1, 0, 0], [0]],
        "page_predictions": [0.8, 0.3],
        "edit_predictions": [0.75],
        "edit_references": [1],
    },
    "harm": {
        "sources": ["5 mills stand by the river", "she came home"],
        "predictions": ["6 mills stand by the river", "she came home"],
    },
    "harm with edits": {"sources": ["she came home"], "predictions": ["she ran back"], "made": [2]},
}

# A socket that anyone opens ends the run.
SCRIPT = """
import json, socket, sys
def refuse(*args, **kwargs):
    raise SystemExit(f"network: {args}")
socket.socket.connect = socket.getaddrinfo = refuse
import evaluate
directory, calls = sys.argv[1], json.loads(sys.argv[2])
print(json.dumps({
    name: evaluate.load(f"{directory}/{name.split()[0]}.py").compute(**call)
    for name, call in calls.items()
}))
"""


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each call gives in a process of its own, with an empty cache, outside the project."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(DIRECTORY), json.dumps(CALLS)],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_all_are_called() -> None:
    assert {name.split()[0] for name in CALLS} == set(NAMES)


def test_edits(computed: dict[str, dict[str, Any]]) -> None:
    # One restored, and a house that is no longer one.
    assert computed["edits"] == pytest.approx(
        {"restored": 1, "precision": 0.5, "f05": 1.25 * 0.5 / (0.25 * 0.5 + 1), "err": 0}
    )
    found = computed["edits with gold"]
    assert (found["restored"], found["precision"]) == (0.5, 0.5)
    assert (found["restored_accepted"], found["precision_accepted"]) == (1, 1)


def test_rewriting(computed: dict[str, dict[str, Any]]) -> None:
    found = computed["rewriting"]
    assert found["bleu"] == pytest.approx(100)
    assert found["bleu_before"] < 100
    assert found["bleu_signature"].startswith("nrefs:1|bs:1000|seed:12345|")
    assert {"chrf", "chrf_before", "chrf_p", "bleu_p", "chrf_signature"} <= found.keys()


def test_detection(computed: dict[str, dict[str, Any]]) -> None:
    found = computed["detection"]
    assert found["word_auc"] == found["page_auc"] == found["word_precision"] == 1
    assert found["word_ece"] == pytest.approx((0.1 + 0.2 + 0 + 0.1) / 4)
    assert found["edit_brier"] == 0.25**2
    assert found["edit_reliability"] == [
        {"least": 0.7, "most": 0.8, "count": 1, "probability": 0.75, "share": 1}
    ]


def test_harm(computed: dict[str, dict[str, Any]]) -> None:
    assert computed["harm"] == {
        "edits_per_10k": 1e4 / 9,
        "pages_changed": 0.5,
        "violations": 1,
    }
    assert computed["harm with edits"]["edits_per_10k"] == pytest.approx(2e4 / 3)
