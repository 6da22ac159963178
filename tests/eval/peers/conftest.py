"""A list and a little clean text, for all peers that want them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

LINES = [
    "city|metropolis|town",
    "town|metropolis",
    "party|get together|celebration",
    "head|pinnacle",
    "end|tip",
    "said|mentioned",
]
CLEAN = [
    "The city has a new mayor. The mayor of the city said so at the end of the week.",
    "The party lost its seat in the city. The head of the party said he would go.",
    "A town by the sea. The end of the road is in the city.",
    "She said the tip of the pencil broke. The pencil was hers.",
    "He said the city would pay. At the end of the month it did.",
    "The tip of the iceberg is what you see, the mayor said.",
]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    words, corpus = tmp_path / "list.txt", tmp_path / "clean.jsonl"
    words.write_text("\n".join(LINES), encoding="utf-8")
    corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in CLEAN))
    return {"list": str(words), "corpus": str(corpus), "cache": str(tmp_path / "cache")}
