"""Words, what is locked, sentences and windows; nothing hostile takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.page import PROTECTED, Page

FRAGMENTS = [
    "metropolis", "It is. ", "“Who’ve?” ", "U.S. ", "well-known ", "3rd ", "...",
    "a@b.org ", "https://x.org/a?b ", "<b>", "`x`", "#tag ",
    "e\u0301", "\r\n", "\n\n", "\t", "\x00", "\u200b", "中文", "👩‍👧",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8))).map("".join)


def editable(text: str, *protect: str) -> list[str]:
    """The words of a text that may be edited."""
    page = Page.of(text, protect or tuple(PROTECTED))
    return [page.word(i) for i in range(len(page)) if page.editable(i)]


@given(texts)
def test_words_and_white_space_are_the_text(text: str) -> None:
    page = Page.of(text)
    place, rebuilt = 0, ""
    for i in range(len(page)):
        assert not page.word(i).isspace()
        rebuilt += text[place : page.starts[i]] + page.word(i)
        assert text[place : page.starts[i]].strip() == ""
        place = page.ends[i]
    assert rebuilt + text[place:] == text
    assert text[place:].strip() == ""


@given(texts)
def test_sentences_partition_the_words(text: str) -> None:
    page = Page.of(text)
    ranges = list(page.sentences())
    assert [i for left, right in ranges for i in range(left, right)] == list(range(len(page)))


@given(texts, st.integers(1, 40), st.data())
def test_windows_partition_the_words(text: str, budget: int, data: st.DataObject) -> None:
    page = Page.of(text)
    ranges = list(page.windows(len, budget))
    assert [i for left, right in ranges for i in range(left, right)] == list(range(len(page)))
    for left, right in ranges:
        cost = sum(len(page.word(i)) for i in range(left, right))
        assert cost <= budget or right == left + 1, "only a single word may be too dear"


@given(texts, st.integers(8, 40))
def test_a_sentence_that_fits_is_not_cut(text: str, budget: int) -> None:
    page = Page.of(text)
    ends = {right for _, right in page.windows(len, budget)}
    for left, right in page.sentences():
        if sum(len(page.word(i)) for i in range(left, right)) <= budget:
            assert not ends & set(range(left + 1, right))


@given(texts)
def test_only_letters_and_what_joins_them_are_editable(text: str) -> None:
    assert all(word.isalpha() or word in "'’-" for word in editable(text, "code"))


@given(texts, st.sampled_from(sorted(PROTECTED)))
def test_protecting_more_leaves_less(text: str, kind: str) -> None:
    assert set(editable(text)) <= set(editable(text, kind))


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        # What is named is locked, its neighbours are not.
        ("code", "see `metropolis = 1` there", "see there"),
        ("code", "see ```\nmetropolis\n``` there", "see there"),
        ("code", "see ``` metropolis, never closed", "see"),
        ("code", "see {{ metropolis }} there {that a}", "see there"),
        ("code", "one ` tick\nand ` another", "one tick and another"),
        ("markup", "see <a href='metropolis'>metropolis</a> there", "see metropolis there"),
        ("markup", "fish &amp; chips &#8217; and", "fish chips and"),
        ("markup", "[caption id=x] metropolis [/caption]", "metropolis"),
        ("markup", "[a link](x) and [another] here", "a link x and here"),
        ("markup", "if a < b and c", "if a b and c"),
        ("urls", "see https://metropolis.org/metropolis?metropolis there", "see there"),
        ("urls", "see www.metropolis there", "see there"),
        ("urls", "see metropolis.example.org/metropolis there", "see there"),
        ("urls", "in /usr/metropolis or C:\\metropolis\\x there", "in or there"),
        ("urls", "either metropolis/town. Or", "either metropolis town Or"),
        ("emails", "ask mr.metropolis+x@mail.metropolis.org there", "ask there"),
        ("emails", "metropolis @ town", "metropolis town"),
        ("names", "ask @metropolis or #metropolis there", "ask or there"),
        ("names", "no # metropolis @ all", "no metropolis all"),
        ("digits", "the 3rd B2B metro_polis x²", "the"),
    ],
)
def test_what_is_locked(kind: str, text: str, words: str) -> None:
    assert editable(text, kind) == words.split()
    assert set(editable(text)) <= set(words.split())


def test_a_locked_kind_can_be_left_out() -> None:
    others = tuple(kind for kind in PROTECTED if kind != "markup")
    assert editable("<metropolis>", *others) == ["metropolis"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who’ve well-known don't", "who ’ ve well - known don ' t"),
        ("'quoted' - and - rock 'n' roll", "quoted and rock n roll"),
        ("the mayor's x-2 2-x", "the mayor ' s x x"),
        ("", ""),
    ],
)
def test_apostrophes_and_hyphens_are_editable_inside_words(text: str, words: str) -> None:
    assert editable(text) == words.split()


@pytest.mark.parametrize("text", ["cafe\u0301", "metro\u00adpolis", "नमस्ते", "слово"])
def test_a_part_of_a_word_is_not_editable(text: str) -> None:
    """Marks and soft hyphens are no letters to Python, but belong to the word around them."""
    assert editable(text) == []


@pytest.mark.parametrize(
    "text",
    ["get together", "get\ttogether", "get\u00a0together", "get-together", "get'together"],
)
def test_words_of_one_edit(text: str) -> None:
    page = Page.of(text)
    assert all(map(page.joined, range(len(page) - 1)))


@pytest.mark.parametrize("text", ["get\ntogether", "get\r\ntogether", "get \r together"])
def test_no_edit_spans_lines(text: str) -> None:
    assert not Page.of(text).joined(0)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is. He was! Why? …", ["It is.", "He was!", "Why?", "…"]),
        ("“It is.” He (was.) No", ["“It is.”", "He (was.)", "No"]),
        ("Headline\nText\r\nmore", ["Headline", "Text", "more"]),
        ("It cost 3.5 at example.org now", ["It cost 3.5 at example.org now"]),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    page = Page.of(text)
    found = [text[page.starts[a] : page.ends[b - 1]] for a, b in page.sentences()]
    assert found == sentences


N = 100_000
HOSTILE = {
    "one word": "a" * N,
    "e-mails": "a@" * (N // 2),
    "e-mail of dots": "a." * (N // 2) + "@",
    "domains": "a." * (N // 2),
    "e-mail domain": "a@" + "b-" * (N // 2),
    "tags": "<" * N,
    "tags with words": "<a " * (N // 3),
    "ticks": "`" * (N + 1),
    "ticks and lines": "`a\n" * (N // 3),
    "brackets": "[" * N,
    "bracket and word": "[" + "a" * N,
    "brackets with words": "[a " * (N // 3),
    "braces": "{" * N,
    "braces with words": "{{a" * (N // 3),
    "entities": "&a" * (N // 2),
    "slashes": "/" * N,
    "paths": "a/" * (N // 2),
    "hyphens": "-" * N,
    "hyphenated": "a-" * (N // 2),
    "names": "@" * N,
    "protocols": "http://" * (N // 7),
    "spaces": " " * N,
    "ends of lines": "\r\n" * (N // 2),
    "marks": "e\u0301" * (N // 2),
    "full stops": "." * N,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_linear_time(name: str) -> None:
    """About 0.2 s each; quadratic time would be minutes."""
    start = time.process_time()  # not the clock on the wall: other tests run beside this one
    page = Page.of(HOSTILE[name])
    for _ in page.windows(len, 100):
        pass
    assert time.process_time() - start < 5
