"""What the models learn from: labels on words, marked spans and what belongs there."""

from __future__ import annotations

import random
from dataclasses import fields
from pathlib import Path

import pytest

from repair.detector import BEGIN, INSIDE, OUTSIDE
from repair.spans import Span
from repair.vocabulary import CLOSE, MARKS, Vocabulary, mark
from training.examples import IGNORED, RestorerExamples, detector_examples
from training.labelled import LabelledPage
from training.marks import Noise, NoisyMarks, markable
from training.pairs import align
from training.spinners.dictionary import DictionarySpinner

DATA = Path(__file__).parents[1] / "data"
NONE = Noise(**dict.fromkeys((field.name for field in fields(Noise)), 0.0))
CLEAN = "The house by the river has many children in 12 old boats. A big storm."
SPUN = "The dwelling by the waterway has a lot of youngsters in 12 old boats. A huge tempest."


@pytest.fixture
def page() -> LabelledPage:
    return _labelled(align(SPUN, CLEAN))


def test_labels_stand_on_the_first_pieces_of_editable_words(
    page: LabelledPage, vocabulary: Vocabulary
) -> None:
    ((source, target),) = detector_examples(page, vocabulary)
    assert len(source) == len(target) and len(source) % 32 == 0
    tokens = [vocabulary.tokenizer.id_to_token(i) for i in source]
    labelled = [
        (token, label) for token, label in zip(tokens, target, strict=True) if label != IGNORED
    ]
    spun = {"dwelling": BEGIN, "waterway": BEGIN, "a": BEGIN, "lot": INSIDE, "of": INSIDE}
    spun |= {"youngsters": INSIDE, "huge": BEGIN, "tempest": INSIDE}
    # "12" cannot be edited; "boats" is not in the vocabulary as a whole; the second "A" is the
    # author's own.
    words = "the dwelling by the waterway has a lot of youngsters in old boat A huge tempest"
    assert labelled == [(word.lower(), spun.get(word, OUTSIDE)) for word in words.split()]
    assert tokens[target.index(BEGIN)] == "dwelling"


def test_marks_and_targets_decode_to_the_gold(vocabulary: Vocabulary) -> None:
    spinner = DictionarySpinner.load(DATA / "spinner.txt")
    rng = random.Random(0)
    text = " ".join(line.split("|")[0] + " here." for line in _lines())
    page = _labelled(spinner.spin(text, rng))
    make = RestorerExamples(vocabulary)
    marks = NoisyMarks(set(), NONE)(page, rng)
    windows = list(page.page.windows(vocabulary.cost, 40))
    read = [
        pair
        for example in make(page.page, marks, windows, rng)
        for pair in _read(vocabulary, *example)
    ]
    wanted = [
        (_words(page, s), " ".join(o)) for s, o in page.gold.items() if markable(page.page, s)
    ]
    assert len(windows) > 3 and len(wanted) > 30
    assert read == [(_plain(spun), _plain(original)) for spun, original in wanted]


def test_no_more_spans_than_marks(vocabulary: Vocabulary) -> None:
    page = _labelled(align("old " * 50, "big " * 50))
    page = LabelledPage(page.page, {Span(i, i + 1): ("big",) for i in range(50)})
    marks = NoisyMarks(set(), NONE)(page, random.Random(0))
    (example,) = RestorerExamples(vocabulary)(page.page, marks, [(0, 50)], random.Random(0))
    assert len(_read(vocabulary, *example)) == MARKS


def test_common_substitutions_are_thinned(vocabulary: Vocabulary) -> None:
    page = _labelled(align("old old", "big big"))
    make = RestorerExamples(vocabulary)
    rng = random.Random(0)
    marks = NoisyMarks(set(), NONE)(page, rng)
    kept = [len(list(make(page.page, marks, [(0, 2)], rng))) for _ in range(400)]
    assert sum(kept[:10]) >= 8
    assert 8 <= sum(kept[300:]) <= 40, "about a fifth"


def _labelled(segments: object) -> LabelledPage:
    page = LabelledPage.of(segments)  # type: ignore[arg-type]
    assert page is not None
    return page


def _lines() -> list[str]:
    return (DATA / "spinner.txt").read_text(encoding="utf-8").splitlines()


def _words(page: LabelledPage, span: Span) -> str:
    return " ".join(page.page.word(i).lower() for i in range(*span))


def _plain(words: str) -> str:
    return words.replace(" ' ", "'")


def _read(vocabulary: Vocabulary, source: list[int], target: list[int]) -> list[tuple[str, str]]:
    """The marked wordings of a source and their answers in the target."""
    marks = {vocabulary.id(mark(n)): n for n in range(MARKS)}
    spans = _cut(source, marks, vocabulary.id(CLOSE))
    answers = _cut(target, marks, vocabulary.end[0])
    assert list(spans) == list(answers) == list(range(len(spans)))
    return [(vocabulary.wording(spans[n]), vocabulary.wording(answers[n])) for n in spans]


def _cut(ids: list[int], marks: dict[int, int], end: int) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    number: int | None = None
    for i in ids:
        if i in marks:
            number = marks[i]
            out[number] = []
        elif i == end:
            number = None
        elif number is not None:
            out[number].append(i)
    return out
