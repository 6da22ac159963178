"""Repairs can be applied, reverted, chosen anew, diffed and stored, whatever the text."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.edits import Alternative, Detection, Edit, Repair, Verdict

METROPOLIS = Edit(4, 14, "metropolis", "city", 0.9, (Alternative("town", 1.0),))
PINNACLE = Edit(21, 29, "pinnacle", "head", 0.6)
TEXT = "The metropolis has a pinnacle."
REPAIR = Repair(TEXT, "repaired", "2 edits", 0.97, 0.5, (METROPOLIS, PINNACLE))

# Line ends of every kind, what JSON escapes, characters beyond 16 bits, half of a pair.
odd_characters = st.one_of(
    st.characters(),
    st.sampled_from('ab \t\n\r\v\f\x00\x1c\x85\u2028\u2029\ufeff\\"\U0001f469\ud800'),
)
odd_text = st.text(odd_characters, max_size=60)
probabilities = st.floats(0, 1)


@st.composite
def repairs(draw: st.DrawFn, verdicts: tuple[Verdict, ...] = ("repaired",)) -> Repair:
    """A text and edits of it that do not overlap, and may touch."""
    text = draw(odd_text)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    candidates = tuple(
        Edit(
            start,
            end,
            text[start:end],
            draw(odd_text),
            draw(probabilities),
            tuple(draw(st.lists(st.builds(Alternative, odd_text, probabilities), max_size=2))),
        )
        for start, end in pairwise(cuts)
        if draw(st.booleans())
    )
    verdict = draw(st.sampled_from(verdicts))
    detections = tuple(Detection(e.start, e.end, e.original, e.probability) for e in candidates)
    reason, score, threshold = draw(odd_text), draw(probabilities), draw(probabilities)
    return Repair(text, verdict, reason, score, threshold, candidates, detections)


@given(repairs())
def test_revert_gives_the_input_back(repair: Repair) -> None:
    assert repair.revert(repair.text) == repair.input


@given(repairs())
def test_what_no_edit_covers_stays(repair: Repair) -> None:
    """Built another way than `apply` builds it: character by character."""
    covered = {i for edit in repair.edits for i in range(edit.start, edit.end)}
    written = {edit.start: edit.replacement for edit in repair.edits}
    out = [written.get(i, "" if i in covered else c) for i, c in enumerate(repair.input)]
    assert repair.text == "".join(out)


@given(repairs(("clean", "repaired", "suspicious")))
def test_json_brings_all_back(repair: Repair) -> None:
    line = repair.to_json()
    assert "\n" not in line and "\r" not in line
    assert Repair.from_json(line) == repair
    assert json.loads(line)["text"] == repair.text


@given(repairs(), probabilities)
def test_bolder_makes_what_stricter_makes(repair: Repair, threshold: float) -> None:
    least, most = sorted((repair.threshold, threshold))
    assert set(repair.at(most).edits) <= set(repair.at(least).edits)
    assert repair.at(threshold).revert(repair.at(threshold).text) == repair.input


def test_only_edits_at_the_threshold_are_made() -> None:
    assert REPAIR.text == "The city has a head."
    assert REPAIR.at(0.6).text == "The city has a head."
    assert REPAIR.at(0.61).text == "The city has a pinnacle."
    assert REPAIR.at(0.61).at(0.5).text == REPAIR.text


@pytest.mark.parametrize("verdict", ["clean", "suspicious"])
def test_nothing_is_made_of_a_page_left_alone_unless_asked_for(verdict: Verdict) -> None:
    alone = replace(REPAIR, verdict=verdict)
    assert (alone.edits, alone.text) == ((), TEXT)
    assert alone.revert(TEXT) == TEXT
    assert alone.at(0.8).text == "The city has a pinnacle."
    assert (alone.at(0.95).verdict, alone.at(0.95).text) == (verdict, TEXT)


def test_select() -> None:
    chosen = REPAIR.select(lambda edit: edit.original == "pinnacle")
    assert chosen.text == "The metropolis has a head."
    assert chosen.at(0.7).text == TEXT


def test_apply_takes_any_order_and_choice() -> None:
    assert REPAIR.apply([PINNACLE, METROPOLIS]) == REPAIR.text
    assert REPAIR.apply([]) == TEXT
    assert REPAIR.apply([METROPOLIS.choose("town")]) == "The town has a pinnacle."


def test_apply_refuses_what_does_not_fit() -> None:
    longer = Edit(0, 14, "The metropolis", "The city", 0.9)
    with pytest.raises(ValueError, match="overlap at character 4"):
        REPAIR.apply([METROPOLIS, longer])
    with pytest.raises(ValueError, match="at character 5 was made for another text"):
        REPAIR.apply([replace(METROPOLIS, start=5, end=15)])


@pytest.mark.parametrize("text", ["The town has a head.", TEXT, ""])
def test_revert_refuses_another_text(text: str) -> None:
    with pytest.raises(ValueError, match="character 4 does not hold 'city'"):
        REPAIR.revert(text)


@pytest.mark.parametrize("text", ["The city has a head. And more.", "A city?? has a head."])
def test_revert_refuses_a_text_changed_elsewhere(text: str) -> None:
    with pytest.raises(ValueError, match="changed"):
        REPAIR.revert(text)


def test_choose_an_alternative() -> None:
    chosen = METROPOLIS.choose("town")
    assert (chosen.replacement, chosen.probability) == ("town", 1.0)
    assert chosen.alternatives == (Alternative("city", 0.9),)
    back = chosen.choose("city")
    assert (back.replacement, back.probability) == ("city", 1.0)
    assert back.alternatives == (Alternative("town", 1.0),)


def test_choose_a_wording_of_ones_own() -> None:
    chosen = METROPOLIS.choose("port")
    assert (chosen.replacement, chosen.probability) == ("port", 1.0)
    assert chosen.alternatives == (Alternative("city", 0.9), Alternative("town", 1.0))


def test_choose_what_is_chosen() -> None:
    assert METROPOLIS.choose("city").alternatives == METROPOLIS.alternatives


@pytest.mark.parametrize(
    "line",
    ["", "{}", "[]", "1", "null", "{", '{"candidates": [1]}', '{"candidates": [{"start": 1}]}'],
)
def test_what_is_no_record(line: str) -> None:
    with pytest.raises(ValueError, match="not a record written by"):
        Repair.from_json(line)


def test_diff() -> None:
    repair = replace(
        REPAIR,
        input="one\r\n" + TEXT + "\r\nlast",
        candidates=tuple(replace(e, start=e.start + 5, end=e.end + 5) for e in REPAIR.candidates),
    )
    assert repair.diff("a.txt").split("\n")[3:] == [
        " one\r",
        f"-{TEXT}\r",
        "+The city has a head.\r",
        " last",
        "\\ No newline at end of file",
        "",
    ]
    assert replace(REPAIR, candidates=()).diff() == ""


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_line_of_a_diff_ends_where_patch_sees_its_end(end: str) -> None:
    repair = Repair(f"a{end}b\n", "repaired", "", 1.0, 0.5, (Edit(0, 1, "a", "c", 1.0),))
    assert repair.diff().split("\n")[3:] == [f"-a{end}b", f"+c{end}b", ""]
