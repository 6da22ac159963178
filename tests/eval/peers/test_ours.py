"""repair as a peer: what it says elsewhere, and its suspicions, from one run."""

from __future__ import annotations

import pytest

from eval.case import Case
from eval.peers.ours import Ours, repairer_of
from repair.detector import SEED
from repair.options import Options
from repair.repairer import Repairer

SPUN = (
    "The metropolis council voted on Tuesday to shut the previous bridge, after engineers "
    "discovered cracks in two of its helps final week. Officers mentioned the work would begin "
    "earlier than the tip of the month. A lot of them not too long ago invested in new home "
    "windows, hoping that an excellent summer season would carry extra guests."
)
CLEAN = "The council met on Monday. It closed the old bridge, and nobody was glad."


def test_it_says_what_explain_says(repairer: Repairer) -> None:
    asked = [Case("1", SPUN, ""), Case("2", CLEAN, "")]
    spun, clean = Ours(repairer).run(asked)
    found = repairer.explain(SPUN)
    assert spun.edits == found.edits and spun.candidates == found.candidates and spun.edits
    assert (spun.text, spun.verdict, spun.score) == (found.text, "repaired", found.score)
    assert (clean.text, clean.verdict) == (CLEAN, "clean")
    assert clean.score is not None and not clean.detections


def test_detections_go_down_to_the_detectors_floor(repairer: Repairer) -> None:
    (outcome,) = Ours(repairer).run([Case("1", SPUN, "")])
    everything = Repairer(repairer.models, Options(threshold=0.0)).detect(SPUN)
    assert list(outcome.detections) == everything
    assert all(d.probability >= SEED for d in everything)
    assert [d for d in everything if d.probability >= 0.5] == repairer.detect(SPUN)


def test_one_run_of_the_detector_is_enough(
    repairer: Repairer, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = 0
    detector = repairer._detector
    run = detector.probabilities

    def counted(ids: list[list[int]]) -> object:
        nonlocal windows
        windows += len(ids)
        return run(ids)

    monkeypatch.setattr(detector, "probabilities", counted)
    list(Ours(repairer).run([Case("1", SPUN, "")]))
    assert windows == 1


def test_settings_name_models_and_threads() -> None:
    assert repairer_of({"threads": "1"}).options == Options(threads=1)
    assert repairer_of({}).options == Options()
