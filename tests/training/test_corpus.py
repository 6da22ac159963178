"""Corpora in every format, and what of them may be trained on."""

from __future__ import annotations

import gzip
import json
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from training import corpus

TEXTS = ["One, two.", "Three “four”,\nfive.", "six"]


def _jsonl(texts: list[str], column: str = "text") -> bytes:
    return "".join(json.dumps({"id": 1, column: text}) + "\n" for text in texts).encode()


def _array(path: Path) -> None:
    path.write_text(json.dumps([{"text": text} for text in TEXTS]), encoding="utf-8")


WRITERS: dict[str, Callable[[Path], object]] = {
    "c.jsonl": lambda path: path.write_bytes(_jsonl(TEXTS)),
    "c.v1.5.jsonl.xz": lambda path: path.write_bytes(lzma.compress(_jsonl(TEXTS))),
    "c.json.xz": lambda path: path.write_bytes(lzma.compress(_jsonl(TEXTS))),
    "c.jsonl.gz": lambda path: path.write_bytes(gzip.compress(_jsonl(TEXTS))),
    "c.json": _array,
    "c.csv": lambda path: pyarrow.csv.write_csv(pa.table({"text": TEXTS, "n": [1, 2, 3]}), path),
    "c.parquet": lambda path: pyarrow.parquet.write_table(pa.table({"text": TEXTS}), path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_formats(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    assert list(corpus.read(str(tmp_path / name))) == TEXTS


@pytest.mark.parametrize("ending", [".txt", ".txt.xz"])
def test_a_text_file_has_a_document_a_line(ending: str, tmp_path: Path) -> None:
    path, pack = tmp_path / f"c{ending}", lzma.compress if ending == ".txt.xz" else bytes
    path.write_bytes(pack(b"One, two.\n\nThree.\n"))
    assert list(corpus.read(str(path))) == ["One, two.", "Three."]


def test_a_directory_is_read_as_a_data_set(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes(_jsonl(TEXTS))
    assert list(corpus.read(str(tmp_path))) == TEXTS


def test_another_column(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(_jsonl(["a", "", "b"], "body"))
    assert list(corpus.read(str(path), "body")) == ["a", "b"]
    with pytest.raises(ValueError, match=r"no column 'text', but 'id', 'body'; name the one"):
        list(corpus.read(str(path)))


@pytest.mark.parametrize(
    "path", ["none.jsonl", "./none", "/none/at/all", "a/none/news", "/etc/hostname"]
)
def test_no_such_file(path: str) -> None:
    with pytest.raises(FileNotFoundError, match="no such corpus"):
        list(corpus.read(path))


def test_the_split_is_by_the_letters_alone() -> None:
    texts = [f"This is document {i}, a short one." for i in range(2000)]
    splits = [corpus.split_of(text) for text in texts]
    assert 20 < splits.count("dev") < 60 and 20 < splits.count("test") < 60
    assert [corpus.split_of(text.upper().replace(",", " --\n")) for text in texts] == splits
    # These must never move: what was held out once may not be trained on later.
    pinned = {"wire story 4": "train", "wire story 5": "dev", "wire story 20": "test"}
    assert {text: corpus.split_of(text) for text in pinned} == pinned


def test_near_duplicates_of_held_out_documents_are_dropped(tmp_path: Path) -> None:
    body = " ".join(f"word{i}" for i in range(300))
    held_out = next(t for i in range(999) if corpus.split_of(t := f"{body} end{i}") == "test")
    copy = next(t for i in range(999) if corpus.split_of(t := f"Paper{i}. {body}") == "train")
    other = next(t for i in range(99) if corpus.split_of(t := _shuffled(body, i)) == "train")
    short = next(t for i in range(99) if corpus.split_of(t := f"short {i}") == "train")
    (tmp_path / "a.jsonl").write_bytes(_jsonl([copy, other, short]))
    (tmp_path / "b.jsonl").write_bytes(_jsonl([held_out]))
    paths = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    assert list(corpus.training_documents(paths)) == [other, short]
    assert list(corpus.training_documents(paths[:1])) == [copy, other, short]
    assert list(corpus.held_out(paths[1], "test")) == [held_out]
    assert list(corpus.held_out(paths[1], "dev")) == []


def _shuffled(body: str, seed: int) -> str:
    words = body.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)
