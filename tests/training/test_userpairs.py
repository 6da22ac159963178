"""A user's own pairs, from files as people have them."""

from __future__ import annotations

import csv
import gzip
import json
import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from training import userpairs
from training.pairs import original_text, spun_text

PAIRS = [("The metropolis,\nan' “it”.", "The city,\nan' “it”."), ("a", "b" * 200_000)]
BROKEN: list[Any] = [{"spun": "x"}, {"spun": "x", "clean": " "}, {"spun": 1, "clean": "x"}, [1], 3]


def _jsonl(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


GOOD = [{"clean": clean, "spun": spun, "more": 1} for spun, clean in PAIRS]


def test_jsonl(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(_jsonl([GOOD[0], *BROKEN]) + "{broken\n\n" + _jsonl([GOOD[1]]))
    assert list(userpairs.rows(path)) == PAIRS
    assert f"{path}: 6 of 8 rows passed over" in capsys.readouterr().err


def test_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("id", "spun", "clean"), (1, *PAIRS[0]), (2, "x"), (3, *PAIRS[1])])
    before = csv.field_size_limit()
    assert list(userpairs.rows(path)) == PAIRS
    assert "1 of 3 rows passed over" in capsys.readouterr().err
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(("ending", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_compressed(ending: str, pack: Any, tmp_path: Path) -> None:
    path = tmp_path / f"p.jsonl{ending}"
    path.write_bytes(pack(_jsonl(GOOD).encode()))
    assert list(userpairs.rows(path)) == PAIRS


def test_a_row_makes_a_spun_page_and_a_clean_one(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(_jsonl(GOOD[:1]))
    spun, clean = userpairs.pages(path)
    assert (spun_text(spun), original_text(spun)) == PAIRS[0]
    assert spun_text(clean) == PAIRS[0][1]
    assert not any(segment.changed for segment in clean)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(userpairs.rows(tmp_path / "none.jsonl"))
