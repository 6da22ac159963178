"""Every picture is there, is valid SVG, and says what it shows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from eval.report import pictures

LABELS = {
    "before-after": [
        "before and after the repair, suite by suite (12 pages)",
        "barn (12)",
        "BLEU (0 to 100)",
    ],
    "barn-threshold": [
        "barn: precision and restored at each threshold (12 pages, 36 spun spans)",
        "restored (%)",
        "precision (%)",
        "repair, default 0.5",
        "0.9",
        "backwards",
    ],
    "barn-frequency": ["restored (%)", "4.5 to 5", "n = 12", "n = 24"],
    "barn-density": ["restored, precision (%)", "10% to 20%", "n = 12"],
    "barn-reliability": [
        "words under suspicion, n = 36",
        "edits considered, n = 36",
        "probability (%)",
    ],
}


def texts(path: Path) -> list[str]:
    root = ET.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]


def test_pictures(run: Path) -> None:
    drawn = {path.stem: path for path in pictures.draw(run)}
    assert list(drawn) == list(LABELS)
    for name, labels in LABELS.items():
        found = texts(drawn[name])
        for label in labels:
            assert label in found, (name, found)


def test_the_same_run_gives_the_same_files(run: Path) -> None:
    first = [path.read_bytes() for path in pictures.draw(run)]
    assert [path.read_bytes() for path in pictures.draw(run)] == first
