"""Tables to the letter, and the marks that say where they stand in a document."""

# ruff: noqa: E501 - tables are as wide as they are

from __future__ import annotations

from pathlib import Path

import pytest

from eval.report import tables
from eval.report.stored import Results

RESULTS: Results = {
    "signature": "repair:1|models:ab",
    "suites": {
        "easy": {
            "what": "barn|yard words",
            "kind": "spun",
            "sha256": "00",
            "pages": 1200,
            "words": 54321,
            "tools": {
                "nothing": {
                    "figures": {"restored": 0.0, "f05": 0.0, "err": 0.0, "bleu": 45.94, "chrf": 74},
                    "by": {"register": {"letters": {"restored": 0.0, "bleu": 44.0}}},
                },
                "repair": {
                    "figures": {
                        "restored": 0.7724,
                        "precision": 0.9,
                        "f05": 0.8707,
                        "err": -0.0004,
                        "bleu": 83.66,
                        "bleu_p": 0.001,
                        "chrf": 74.5,
                        "chrf_p": 0.3,
                        "violations": 0,
                        "word_auc": 0.995,
                        "page_auc": 1.0,
                        "word_ece": 0.0123,
                    },
                    "by": {
                        "register": {
                            "letters": {"restored": 0.75, "bleu": 80.0, "pages": 200, "words": 9000}
                        }
                    },
                },
                "backwards": {
                    "figures": {"restored": 0.5, "precision": 0.90004, "err": -0.125},
                    "by": {},
                },
            },
        },
        "abroad": {
            "what": "letters translated <twice>",
            "kind": "translated",
            "sha256": "01",
            "pages": 3,
            "words": 900,
            "tools": {
                "nothing": {"figures": {"left_alone": 1.0, "edits_per_10k": 0.0}, "by": {}},
                "repair": {
                    "figures": {"left_alone": 0.98, "suspicious": 0.8, "edits_per_10k": 1.5},
                    "by": {},
                },
            },
        },
        "unrun": {
            "what": "not measured yet",
            "kind": "spun",
            "sha256": "02",
            "pages": 7,
            "words": 70,
            "tools": {},
        },
    },
    "speed": {
        "conditions": "2 pages of 5 words",
        "spun": 2827.4,
        "clean": 1969936.0,
        "per_core": {"spun": 1500.0, "clean": 900000.0},
        "stages_per_core": {"gate": 2e6},
        "whole_sentence_per_core": 1300.0,
        "batch_per_core": {"4": 1400.0},
        "density_per_core": {"0.03": 1600.0},
        "length_per_core": {"50": 1200.0},
        "seconds": {"import repair": 0.0312},
        "memory_mb": {"1 pages": 210.4},
    },
}

SUITES = """\
**Spun pages, to be restored** (doing nothing → repair)

| suite | text | pages | words | restored % | precision % | F0.5 % | ERR % | BLEU | chrF | violations |
| --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| easy | barn\\|yard words | 1,200 | 54,321 | 0.0 → 77.2 | – → 90.0 | 0.0 → 87.1 | 0.0 → 0.0 | 45.9 → 83.7 | 74.0 → 74.5° | – → 0 |
|  | register letters | 200 | 9,000 | 0.0 → 75.0 | – | – | – | 44.0 → 80.0 | – | – |
| unrun | not measured yet | 7 | 70 | – | – | – | – | – | – | – |

**Machine-translated pages, to be left alone and called suspicious** (doing nothing → repair)

| suite | text | pages | words | pages left alone % | called suspicious % | edits in 10,000 words | violations |
| --- | --- | --- | --- | ---: | ---: | ---: | ---: |
| abroad | letters translated &lt;twice&gt; | 3 | 900 | 100.0 → 98.0 | – → 80.0 | 0.00 → 1.50 | – |

° may be chance: p ≥ 0.05 in a paired bootstrap

`repair:1|models:ab`"""

PEERS = """\
**easy**: barn\\|yard words (1,200 pages, 54,321 words)

| tool | restored % | precision % | F0.5 % | ERR % | BLEU | chrF | violations | page AUC % |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| nothing | 0.0 | – | 0.0 | **0.0** | 45.9 | 74.0 | – | – |
| repair | **77.2** | **90.0** | **87.1** | **0.0** | **83.7** | **74.5** | **0** | **100.0** |
| backwards | 50.0 | **90.0** | – | −12.5 | – | – | – | – |"""

SPEED = """\
| what | measured |
| --- | ---: |
| spun pages | 2,827 words/s |
| clean pages | 1,969,936 words/s |
| one core, spun | 1,500 words/s |
| one core, clean | 900,000 words/s |
| one core, stage, gate | 2,000,000 words/s |
| one core, if the seq2seq wrote whole sentences | 1,300 words/s |
| one core, windows in a batch, 4 | 1,400 words/s |
| one core, density, 0.03 | 1,600 words/s |
| one core, words in a page, 50 | 1,200 words/s |
| start-up, import repair | 0.03 s |
| peak memory, 1 pages | 210 MB |

2 pages of 5 words

`repair:1|models:ab`"""


def test_main_table() -> None:
    assert tables.main_table(RESULTS) == SUITES


def test_peer_tables_have_each_tool_and_mark_the_best() -> None:
    easy, *others = tables.peer_tables(RESULTS).split("\n\n**abroad**")
    assert easy == PEERS
    assert "| repair | 98.0 | **80.0** | 1.50 |" in others[0]
    assert "| nothing | **100.0** | – | **0.00** |" in others[0]  # harm: less is better


def test_detection_table_leaves_out_suites_without_such_figures() -> None:
    assert tables.detection_table(RESULTS).splitlines()[2:] == [
        "| easy | – | – | – | 99.5 | 100.0 | 1.2 | – | – | – |",
        "",
        "`repair:1|models:ab`",
    ]


def test_speed_table() -> None:
    assert tables.speed_table(RESULTS) == SPEED


def document(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_marked_text_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    readme = document(
        tmp_path / "README.md",
        "# Barn\r\n<!-- eval:a -->old\nlines<!-- /eval:a -->\n\n<!-- eval:b -->\n<!-- /eval:b -->\nend",
    )
    for _ in range(2):  # what was written can be replaced again
        tables.replace_marked(readme, {"b": r"\1 new | b", "a": "new a"})
        assert readme.read_bytes().decode() == (
            "# Barn\r\n<!-- eval:a -->\n\nnew a\n\n<!-- /eval:a -->\n\n"
            "<!-- eval:b -->\n\n\\1 new | b\n\n<!-- /eval:b -->\nend"
        )


@pytest.mark.parametrize(
    "text",
    [
        "no marks",
        "<!-- eval:b -->",
        "<!-- /eval:b --> <!-- eval:b -->",
        "<!-- eval:b --> <!-- eval:b --> <!-- /eval:b -->",
        "<!-- eval:bb --> <!-- /eval:bb -->",
    ],
)
def test_without_its_marks_a_document_stays_as_it_is(tmp_path: Path, text: str) -> None:
    text = f"<!-- eval:a -->old<!-- /eval:a -->{text}"
    readme = document(tmp_path / "README.md", text)
    with pytest.raises(
        ValueError, match=r"Put these two lines.*\n<!-- eval:b -->\n<!-- /eval:b -->"
    ):
        tables.replace_marked(readme, {"a": "new", "b": "new"})
    assert readme.read_text() == text
    assert list(tmp_path.iterdir()) == [readme]
