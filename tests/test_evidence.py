"""What speaks for an edit: the page's vote, the article before it, and how it reads there."""

from __future__ import annotations

import math

import pytest

from repair.evidence import OPINIONS, Evidence, buckets, proposals, spun_share
from repair.findings import Finding
from repair.page import Page
from repair.restorer import Reading
from repair.spans import Span
from training.ngrams import count

NGRAMS = count(
    ["He lives in the big city now.", "The big city sleeps.", "A ruling party won.", "It won."], 1
)
BEFORE, BEHIND, BEST, FIRST = 7, 8, 9, -1  # places of the language model's opinions, and the rank


def finding(page: Page, words: str, spun: float = 0.9, **readings: float) -> Finding:
    """Of the first place where `words` stand; readings and their probabilities."""
    shown = [page.word(i) for i in range(len(page))]
    wanted = words.split()
    start = next(i for i in range(len(shown)) if shown[i : i + len(wanted)] == wanted)
    found = tuple(Reading(text.replace("_", " "), math.log(p)) for text, p in readings.items())
    return Finding(Span(start, start + len(wanted)), spun, found)


def wordings(page: Page, findings: list[Finding], vote: float = 0.0) -> list[dict[str, Evidence]]:
    return [p.wordings for p in proposals(page, findings, vote, NGRAMS)]


def test_a_proposal() -> None:
    page = Page.of("The huge Metropolis sleeps.")
    ((only),) = proposals(page, [finding(page, "Metropolis", city=0.6, town=0.3)], 0.0, NGRAMS)
    assert page.text[only.start : only.end] == "Metropolis"
    assert list(only.wordings) == ["City", "Town"]
    assert all(len(evidence.opinions) == OPINIONS for evidence in only.wordings.values())
    assert [evidence.opinions[FIRST] for evidence in only.wordings.values()] == [1.0, 0.0]


@pytest.mark.parametrize("reading", ["metropolis", "METROPOLIS", "21"])
def test_what_changes_nothing_or_writes_digits_is_dropped(reading: str) -> None:
    page = Page.of("The huge metropolis sleeps.")
    assert wordings(page, [finding(page, "metropolis", **{reading: 0.9})]) == []


def test_the_wording_that_reads_better() -> None:
    page = Page.of("He lives in the big metropolis now.")
    ((found),) = wordings(page, [finding(page, "metropolis", capital=0.5, city=0.4)])
    city, capital = found["city"].opinions, found["capital"].opinions
    assert city[BEFORE] > 0 and city[BEHIND] > 0
    assert capital[BEST] < 0 < city[BEST]
    assert capital[FIRST] and not city[FIRST]


def test_neighbours_are_read_as_restored() -> None:
    page = Page.of("He lives in the huge metropolis now.")
    metropolis = finding(page, "metropolis", city=0.9)
    alone = wordings(page, [metropolis])[0]["city"].opinions[BEFORE]
    for spun, sure in ((0.9, True), (0.1, False)):
        pair = [finding(page, "huge", spun, big=0.9), metropolis]
        beside = wordings(page, pair)[1]["city"].opinions[BEFORE]
        assert (beside > alone) is sure


def test_nothing_is_read_across_paragraphs() -> None:
    same, apart = (Page.of(f"in the big{gap}metropolis now.") for gap in (" ", "\n"))
    together, separate = (
        wordings(page, [finding(page, "metropolis", city=0.9)])[0]["city"].opinions[BEFORE]
        for page in (same, apart)
    )
    assert together > separate


def test_occurrences_vote() -> None:
    page = Page.of("The metropolis. A metropolis? No metropolis!")
    spans = [i for i in range(len(page)) if page.word(i) == "metropolis"]
    sure = (Reading("city", math.log(0.9)), Reading("town", math.log(0.05)))
    unsure = (Reading("town", math.log(0.5)), Reading("city", math.log(0.4)))
    findings = [
        Finding(Span(i, i + 1), 0.9, readings)
        for i, readings in zip(spans, (sure, sure, unsure), strict=True)
    ]
    assert list(wordings(page, findings)[2]) == ["town", "city"]
    assert list(wordings(page, findings, vote=0.5)[2]) == ["city", "town"]


def test_the_article_tells_how_the_original_began() -> None:
    page = Page.of("It was a important vote.")
    found = wordings(page, [finding(page, "important", essential=0.5, key=0.4)])
    assert list(found[0]) == ["key", "essential"]


def test_buckets_tell_pairs_apart() -> None:
    assert buckets("Metropolis", "City") == buckets("metropolis", "city")
    one, two = buckets("metropolis", "city"), buckets("metropolis", "town")
    assert one[0] == two[0] and one[1] != two[1] and one[2] != two[2]


def test_one_suspicious_word_does_not_condemn_a_short_text() -> None:
    short, long = Page.of("A metropolis."), Page.of("A metropolis. " * 100)
    assert spun_share(short, [(Span(1, 2), 1.0)]) < 0.02
    assert spun_share(long, [(Span(i, i + 1), 1.0) for i in range(1, 300, 3)]) > 0.2
