"""Figures of a suite, worked by hand."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import score
from eval.case import Case, Gold, Outcome
from eval.metrics.edits import edits_between
from eval.score import PageCounts, curve, edit_opinions, figures, page_counts, ratios, word_opinions
from repair.edits import Detection, Edit, Repair

SOURCE = "The metropolis council has 7 individuals, said its get together."
SPUN = Case(
    "spun",
    SOURCE,
    "The city council has 7 people, said its party.",
    (Gold(4, 14, "city", ("town",)), Gold(29, 40, "people"), Gold(51, 63, "party")),
)
CLEAN = Case("clean", "Nobody saw the fox.", "Nobody saw the fox.")

CITY = Edit(4, 14, "metropolis", "city", 0.9)
TOWN = Edit(4, 14, "metropolis", "town", 0.8)
PERSONS = Edit(29, 40, "individuals", "persons", 0.6)
PARTY = Edit(51, 63, "get together", "party", 0.4)
ITS = Edit(47, 50, "its", "their", 0.4)


def outcome(case: Case, *edits: Edit, **more: object) -> Outcome:
    text = Repair(case.source, "repaired", "", 0.0, 0.0, edits).text
    return replace(Outcome(case.id, text, edits), **more)  # type: ignore[arg-type]


def test_a_spun_page() -> None:
    made = outcome(SPUN, TOWN, PERSONS, PARTY, verdict="repaired")
    assert page_counts(SPUN, made) == PageCounts(
        gold=3,
        restored=1,
        made=3,
        right=1,
        words=10,
        restored_accepted=2,
        right_accepted=2,
        choices=1,
        pages=1,
        judged=1,
    )


def test_a_page_to_be_left_alone() -> None:
    made = outcome(CLEAN, Edit(15, 18, "fox", "4 dogs", 0.9), verdict="suspicious")
    assert page_counts(CLEAN, made) == PageCounts(
        made=1,
        words=4,
        pages=1,
        violations=1,
        spared=1,
        spared_words=4,
        spared_edits=1,
        changed=1,
        judged=1,
        suspicious=1,
    )


def test_a_tool_that_gives_a_text_alone() -> None:
    made = outcome(SPUN, CITY, PARTY)
    assert page_counts(SPUN, Outcome("spun", made.text)) == page_counts(SPUN, made)


def test_another_page_is_refused() -> None:
    with pytest.raises(ValueError, match="page spun stands beside the outcome of clean"):
        page_counts(SPUN, Outcome("clean", CLEAN.source))


def test_edits_that_do_not_make_the_text_are_refused() -> None:
    with pytest.raises(ValueError, match="page spun: the edits"):
        page_counts(SPUN, Outcome("spun", SOURCE, (CITY,)))


def test_figures_of_both_kinds_of_page() -> None:
    suspects = (Detection(4, 14, "metropolis", 0.9), Detection(47, 63, "its get together", 0.6))
    found = figures(
        [SPUN, CLEAN],
        [
            outcome(
                SPUN,
                CITY,
                PERSONS,
                candidates=(CITY, PERSONS, ITS, PARTY),
                detections=suspects,
                verdict="repaired",
                score=0.9,
            ),
            outcome(CLEAN, verdict="clean", score=0.2),
        ],
    )
    assert found.pop("bleu") > found.pop("bleu_before")
    assert found.pop("chrf") > found.pop("chrf_before")
    # One spun page is as good as one page: nothing can be told from chance.
    expected = {
        "pages": 2,
        "words": 14,
        "violations": 0,
        "suspicious": 0,
        "edits_per_10k": 0,
        "pages_changed": 0,
        "left_alone": 1,
        "restored": 1 / 3,
        "precision": 1 / 2,
        "f05": 1.25 / (2 + 0.25 * 3),
        "err": (1 - 1) / 3,
        "restored_accepted": 1 / 3,
        "precision_accepted": 1 / 2,
        "bleu_p": 1,
        "chrf_p": 1,
        # Called spun: metropolis, its, get, together; spun: all but `its`, and individuals.
        "word_precision": 3 / 4,
        "word_recall": 3 / 4,
        "word_f05": 3 / 4,
        # 40 pairs of a spun and another word: `its` ties with two spun words, and beats
        # `individuals`, which ties with the nine that nothing is known of.
        "word_auc": (10 + 2 * 9.5 + 4.5) / 40,
        # 0.9 was right, 0.6 in two of three.
        "word_ece": (1 * 0.1 + 3 * abs(0.6 - 2 / 3)) / 4,
        # 0.9 right, 0.6 wrong, 0.4 one of two.
        "edit_ece": (0.1 + 0.6 + 2 * 0.1) / 4,
        "page_auc": 1,
    }
    assert found == pytest.approx(expected)


def test_a_clean_suite_has_nothing_to_restore() -> None:
    cases = [replace(CLEAN, id=str(number)) for number in range(4)]
    outcomes = [outcome(case) for case in cases]
    outcomes[0] = outcome(cases[0], Edit(15, 18, "fox", "vixen", 1.0))
    assert figures(cases, outcomes) == {
        "pages": 4,
        "words": 16,
        "violations": 0,
        "edits_per_10k": 1e4 / 16,
        "pages_changed": 0.25,
        "left_alone": 0.75,
    }


def test_a_tool_without_probabilities_is_not_ranked() -> None:
    detections = (Detection(4, 14, "metropolis", 1.0),)
    found = figures([SPUN], [outcome(SPUN, CITY, detections=detections)])
    assert found["word_precision"] == 1
    assert not {"word_auc", "word_ece", "edit_ece", "page_auc", "suspicious"} & found.keys()


def test_a_tool_that_detects_nothing_has_no_word_figures() -> None:
    assert not [key for key in figures([SPUN], [outcome(SPUN)]) if key.startswith("word_")]


def test_the_highest_opinion_of_a_word_counts() -> None:
    detections = (Detection(4, 22, "", 0.3), Detection(4, 14, "", 0.8), Detection(4, 14, "", 0.5))
    found = word_opinions([SPUN], [outcome(SPUN, detections=detections)])
    assert found.probabilities[:4] == [0, 0.8, 0.3, 0]
    assert found.labels == [0, 1, 0, 0, 0, 1, 0, 0, 1, 1]


def test_a_candidate_is_right_if_all_of_it_is() -> None:
    wide = Edit(47, 63, "its get together", "their party", 0.7)
    found = edit_opinions([SPUN], [Outcome("spun", SOURCE, candidates=(CITY, PERSONS, wide))])
    assert found == ([1, 0, 0], [0.9, 0.6, 0.7])


def test_curve() -> None:
    candidates = (CITY, PERSONS, ITS, PARTY)
    cases = [SPUN, CLEAN]
    outcomes = [
        outcome(SPUN, candidates=candidates),
        outcome(CLEAN, candidates=(Edit(15, 18, "fox", "vixen", 0.6),)),
    ]
    found = curve(cases, outcomes)
    assert found == [(0.9, 1 / 3, 1), (0.6, 1 / 3, 1 / 3), (0.4, 2 / 3, 2 / 5)]
    # Each point is what making those edits would have scored.
    for threshold, restored, precision in found:
        made = [
            outcome(case, *(e for e in o.candidates if e.probability >= threshold))
            for case, o in zip(cases, outcomes)
        ]
        scores = figures(cases, made)
        assert (scores["restored"], scores["precision"]) == pytest.approx((restored, precision))


def test_a_lower_threshold_can_spoil_what_a_higher_one_restored() -> None:
    more = Edit(14, 14, "", " area", 0.5)
    assert curve([SPUN], [outcome(SPUN, candidates=(CITY, more))]) == [
        (0.9, 1 / 3, 1),
        (0.5, 0, 1 / 2),
    ]


def test_no_curve_without_gold_or_candidates() -> None:
    assert curve([SPUN], [outcome(SPUN)]) == []
    assert curve([CLEAN], [outcome(CLEAN, candidates=(Edit(0, 6, "Nobody", "None", 0.5),))]) == []


def test_counts_add_up_and_go_to_json() -> None:
    made = [page_counts(SPUN, outcome(SPUN, CITY)), page_counts(CLEAN, outcome(CLEAN))]
    total = PageCounts(**json.loads(json.dumps(asdict(sum(made, PageCounts())))))
    assert (total.pages, total.words, total.gold, total.spared_words) == (2, 14, 3, 4)
    assert ratios(total)["restored"] == 1 / 3


def test_signatures() -> None:
    found = score.signatures()
    assert found["bleu"].startswith("nrefs:1|bs:1000|seed:12345|case:mixed|eff:no|tok:13a|")
    assert found["chrf"].startswith("nrefs:1|bs:1000|seed:12345|case:mixed|eff:yes|nc:6|")


words = st.lists(st.sampled_from("the fox ran home 12 , big".split()), min_size=4, max_size=9)
texts = words.map(" ".join)


def cases_of(pairs: list[tuple[str, str]]) -> list[Case]:
    return [
        Case(str(i), source, reference, _gold(source, reference))
        for i, (source, reference) in enumerate(pairs)
    ]


def _gold(source: str, reference: str) -> tuple[Gold, ...]:
    return tuple(Gold(e.start, e.end, e.replacement) for e in edits_between(source, reference))


@settings(max_examples=25)  # the bootstrap takes a tenth of a second each time
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3))
def test_doing_nothing(pairs: list[tuple[str, str]]) -> None:
    cases = cases_of(pairs)
    found = figures(cases, [Outcome(case.id, case.source) for case in cases])
    assert found["violations"] == 0
    assert found.get("left_alone", 1) == 1
    assert found.get("restored", 0) == found.get("err", 0) == 0
    assert found.get("bleu") == found.get("bleu_before")


@settings(max_examples=25)  # the bootstrap takes a tenth of a second each time
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3))
def test_the_reference_itself(pairs: list[tuple[str, str]]) -> None:
    cases = cases_of(pairs)
    found = figures(cases, [Outcome(case.id, case.reference) for case in cases])
    perfect = {
        found[k] for k in ("restored", "precision", "f05", "err", "left_alone") if k in found
    }
    assert perfect == {1}
    assert found.get("chrf", 100) == 100


def test_a_hundred_pages_take_seconds() -> None:
    spun = "".join(
        f"The metropolis number{n} slept while its get together {n} won. " for n in range(60)
    )
    plain = spun.replace("metropolis", "city").replace("get together", "party")
    gold = _gold(spun, plain)
    made = tuple(
        Edit(e.start, e.end, spun[e.start : e.end], e.replacement, 1.0)
        for e in edits_between(spun, plain.replace("party", "bash"))
    )
    cases = [Case(str(n), spun, plain, gold) for n in range(100)]
    outcomes = [outcome(case, *made, candidates=made) for case in cases]
    start = time.process_time()
    assert figures(cases, outcomes)["restored"] == 0.5
    assert curve(cases, outcomes) == [(1.0, 0.5, 0.5)]
    assert time.process_time() - start < 30
