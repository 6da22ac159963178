"""Edit scores against cases worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eval import case
from eval.metrics import edits
from eval.metrics.edits import Change, Counts, count, edits_between, groups, judge
from repair import page
from training.pairs import align

ORIGINAL = "The head of the city said his party won, and the city cheered."
SPUN = "The pinnacle of the metropolis said his get together won, and the metropolis cheered."
PLAIN = "The old mill stands by the river."


def edit(original: str, replacement: str, nth: int = 0, text: str = SPUN) -> Change:
    start = -1
    for _ in range(nth + 1):
        start = text.index(original, start + 1)
    return Change(start, start + len(original), replacement)


def rule(text: str) -> Change:
    """The edit of PLAIN that `old -> new` says."""
    original, replacement = text.split(" -> ")
    return edit(original, replacement, text=PLAIN)


GOLD = [
    edit("pinnacle", "head"),
    edit("metropolis", "city"),
    edit("get together", "party"),
    edit("metropolis", "city", 1),
]


@pytest.mark.parametrize(
    ("made", "restored", "pieces", "right"),
    [
        ([], 0, 0, 0),
        (GOLD, 4, 4, 4),
        ([edit("pinnacle", "head")], 1, 1, 1),
        ([edit("pinnacle", "top")], 0, 1, 0),
        ([edit("pinnacle", "Head")], 0, 1, 0),  # a reader would have to mend it
        ([edit("pinnacle", "pinnacle")], 0, 0, 0),  # changes nothing
        ([edit("cheered", "sang")], 0, 1, 0),
        ([edit("metropolis", "city"), edit("metropolis", "city", 1)], 2, 2, 2),
        ([edit("his get together", "his party")], 1, 1, 1),  # wider, but the same outcome
        ([edit("get together", "party"), edit("won", "lost")], 1, 2, 1),
        ([edit("get", "party")], 0, 1, 1),  # "party together": its word is right, the span is not
        ([edit("get together", "big party")], 0, 1, 0),
        ([edit("get together", "party has")], 0, 1, 0),
        ([edit("get together won", "party has won")], 0, 1, 0),
        ([edit("his get together", "his big party")], 0, 1, 0),
        ([edit("his get together won", "his party lost")], 1, 2, 1),
        ([edit("pinnacle of the metropolis", "head of the town")], 1, 2, 1),
        ([edit(SPUN, ORIGINAL)], 4, 4, 4),  # a tool that gives one edit a page
        ([edit("won", "")], 0, 1, 0),
        ([edit("won", "won big")], 0, 1, 0),
    ],
)
def test_against_gold(made: list[Change], restored: int, pieces: int, right: int) -> None:
    expected = Counts(4, restored, pieces, right, 14, restored, right)
    assert count(SPUN, GOLD, made) == expected


@pytest.mark.parametrize(
    ("gold", "made", "restored", "right"),
    [
        # Two neighbours in one edit: each is judged for itself.
        (["old -> ancient", "mill -> barn"], ["old mill -> ancient barn"], 2, [True, True]),
        (["old -> ancient", "mill -> barn"], ["old mill -> ancient house"], 1, [True, False]),
        (["old -> ancient", "mill -> barn"], ["old mill -> big barn"], 1, [False, True]),
        (["old -> ancient", "mill -> barn"], ["old mill -> ancient big barn"], 0, [True, False]),
        # Where the alignment shows no border, there is no telling two wrong words apart.
        (["old -> ancient", "mill -> barn"], ["old mill -> big house"], 0, [False]),
        # A wrong word beside a right one, in one edit or in two.
        (["mill -> barn"], ["old mill -> new barn"], 1, [False, True]),
        (["mill -> barn"], ["old -> new", "mill -> barn"], 1, [False, True]),
        # Several edits in one gold edit.
        (["old mill -> red barn"], ["old -> red", "mill -> barn"], 1, [True, True]),
        (["old mill -> red barn"], ["old -> red"], 0, [True]),
        (["old mill -> red barn"], ["old mill -> barn"], 0, [False]),  # "red" is missing
        # Words put in and left out.
        (["old mill -> mill"], ["old  -> "], 1, [True]),
        (["mill -> red mill"], ["old  -> old red "], 1, [True]),
        (["mill -> mill wheel"], ["mill stands -> mill wheel stands"], 1, [True]),
        (["stands -> stood"], ["by  -> "], 0, [False]),
        ([], ["old  -> ", "mill -> barn"], 0, [False, False]),
        # Half a word, and one joined to another.
        (["mill -> mills"], ["ill -> ills"], 1, [True]),
        (["old mill -> old-mill"], ["old mill -> old-mill"], 1, [True]),
        (["old mill -> old's mill"], ["old mill -> old's mill"], 1, [True]),
    ],
)
def test_pieces(gold: list[str], made: list[str], restored: int, right: list[bool]) -> None:
    wanted, written = ([rule(one) for one in side] for side in (gold, made))
    counts = count(PLAIN, wanted, written)
    assert (counts.restored, counts.made, counts.right) == (restored, len(right), sum(right))
    pieces = [
        piece
        for group in groups(wanted, written)
        for own in judge(PLAIN, *group)[1]
        for piece in own
    ]
    assert pieces == right


def test_accepted_wordings() -> None:
    gold = [
        Change(4, 12, "head", ("chief", "top")),
        Change(20, 30, "city", ("town",)),
        *GOLD[2:],
    ]
    made = [edit("pinnacle of the metropolis", "top of the village"), edit("get together", "bash")]
    counts = count(SPUN, gold, made)
    assert (counts.restored, counts.restored_accepted, counts.choices) == (0, 1, 2)
    assert (counts.made, counts.right, counts.right_accepted) == (3, 0, 1)
    found = counts.figures()
    assert (found["restored"], found["restored_accepted"]) == (0, 0.25)
    assert (found["precision"], found["precision_accepted"]) == (0, 1 / 3)
    assert "restored_accepted" not in count(SPUN, GOLD, made).figures()


def test_rates() -> None:
    counts = Counts(gold=4, restored=3, made=5, right=4, words=1000)
    assert (counts.recall, counts.precision, counts.false_per_10k) == (0.75, 0.8, 10.0)
    assert counts.f05 == pytest.approx(1.25 * 0.75 * 0.8 / (0.25 * 0.8 + 0.75))
    assert counts.err == 0.5  # three gone, one new, of four
    assert (counts + counts).recall == 0.75
    assert Counts().recall == Counts().precision == 1.0


def test_a_tool_that_harms_has_a_negative_err() -> None:
    made = [edit("pinnacle", "head"), edit("won", "lost"), edit("cheered", "sang")]
    assert count(SPUN, GOLD, made).err == -0.25


def test_no_figures_that_make_no_sense() -> None:
    assert count(PLAIN, [], [edit("mill", "barn", text=PLAIN)]).figures() == {}
    assert count(SPUN, GOLD, []).figures() == {"restored": 0.0, "f05": 0.0, "err": 0.0}


def test_edits_that_overlap() -> None:
    with pytest.raises(ValueError, match="overlap at character 9; keep one"):
        count(PLAIN, [], [Change(4, 12, "barn"), Change(9, 20, "lies")])


def test_words_are_those_of_the_pipeline() -> None:
    assert (edits.WORD.pattern, edits.WORD.flags) == (page.WORD.pattern, page.WORD.flags)


texts = st.text("abA ,'-", min_size=1, max_size=16)


@given(texts, texts)
@example("it's late", "it is late")
@example("a half -baked plan", "a half-cooked plan")
def test_edits_between_make_the_other_text(source: str, text: str) -> None:
    written, place = [], 0
    for change in edits_between(source, text):
        written += [source[place : change.start], change.replacement]
        place = change.end
    written.append(source[place:])
    assert page.WORD.findall("".join(written)) == page.WORD.findall(text)


@given(texts, texts)
def test_the_reference_itself_scores_1(source: str, reference: str) -> None:
    gold = edits_between(source, reference)
    for made in (gold, [Change(0, len(source), reference)]):
        counts = count(source, gold, made)
        assert counts.restored == counts.gold
        assert counts.right == counts.made
        assert (counts.precision, counts.recall, counts.err) == (1, 1, float(bool(gold)))


@given(texts, texts)
def test_gold_that_takes_a_word_along_scores_1_too(source: str, original: str) -> None:
    source, _, gold = case.gold_of(align(source, original))
    counts = count(source, gold, gold)
    assert (counts.restored, counts.right) == (counts.gold, counts.made)


@given(texts, texts)
def test_doing_nothing_restores_nothing_and_harms_nothing(source: str, reference: str) -> None:
    counts = count(source, edits_between(source, reference), [])
    assert (counts.restored, counts.made, counts.err) == (0, 0, 0)


@given(texts, texts, texts)
def test_no_more_is_right_than_was_made(source: str, reference: str, text: str) -> None:
    gold, made = edits_between(source, reference), edits_between(source, text)
    counts = count(source, gold, made)
    assert counts.restored <= counts.gold == len(gold)
    assert counts.right <= counts.made
    assert counts.made >= len(made)
    assert -counts.made <= counts.err * max(1, counts.gold) <= counts.gold
