"""The promises of the README, each on the shipped models and on hostile input."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repair import Options, Repair, Repairer
from repair.articles import disagreements
from repair.page import PROTECTED

SPUN = (
    "The mayor of the southern metropolis stated on Tuesday that the brand new bridge can be "
    "completed earlier than winter. Officers mentioned the challenge had price greater than "
    "anticipated, and residents have not too long ago complained concerning the noise. "
    "“We're conscious of the issues,” she instructed reporters on the metropolis corridor, the "
    "place a number of dozen folks had gathered. The development firm mentioned it will make use "
    "of further staff to complete the job on time. Many store house owners within the space "
    "concern that they are going to lose clients if the highway stays closed throughout the "
    "vacation season."
)
FRAGMENTS = [
    *re.split(r"(?<=\. )|(?<=, )", SPUN),
    "See https://example.org/a-metropolis?x=1 or write to mayor@metropolis.example.",
    "`the pinnacle = metropolis(1)` and <a href='metropolis'>metropolis</a> &amp; so on",
    "@metropolis #metropolis 3,500 4th B2B fifty,023 a assault an metropolis",
    *("\r\n", "\n\n", "\t", "\x00", "\u200b", "\u202e", "e\u0301", "ﬁ", "ß", "İ", "𝕿𝖍𝖊"),
    *("👩\u200d👩\u200d👧", "中文字", "русский текст"),
]


def hostile_texts() -> st.SearchStrategy[str]:
    """Spun sentences among anything else, so that there is something to repair and to break."""
    anything = st.text(max_size=40)
    mixed = st.lists(st.one_of(st.sampled_from(FRAGMENTS), anything), max_size=12).map("".join)
    return st.one_of(mixed, mixed.map(lambda text: SPUN + " " + text), anything)


promise = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def bold(repairer: Repairer) -> Repairer:
    """Bold enough that there are many edits to go wrong."""
    return Repairer(repairer.models, Options(threshold=0.02, floor=0.01, harm=100.0))


def outside(text: str, repair: Repair) -> list[str]:
    places = [0, *(place for e in repair.edits for place in (e.start, e.end)), len(text)]
    return [text[a:b] for a, b in zip(places[::2], places[1::2])]


@promise
@given(text=hostile_texts())
def test_every_character_outside_an_edit_is_unchanged(bold: Repairer, text: str) -> None:
    repair = bold.explain(text)
    assert repair.input == text
    place = 0
    for kept, edit in zip(outside(text, repair), [*repair.edits, None]):
        assert repair.text.startswith(kept, place)
        place += len(kept) + (len(edit.replacement) if edit else 0)
    assert place == len(repair.text)


@promise
@given(text=hostile_texts())
def test_digits_links_code_and_names_are_never_touched(bold: Repairer, text: str) -> None:
    repair = bold.explain(text)
    for kind, pattern in PROTECTED.items():
        for match in pattern.finditer(text):
            for edit in repair.edits:
                overlap = edit.start < match.end() and match.start() < edit.end
                assert not overlap, f"{kind} {match.group()!r} touched by {edit}"
    assert [c for c in repair.text if c.isdigit()] == [c for c in text if c.isdigit()]


@promise
@given(text=hostile_texts())
def test_no_edit_leaves_an_article_disagreeing(bold: Repairer, text: str) -> None:
    repair = bold.explain(text)
    shift = 0
    for edit in repair.edits:
        start = edit.start + shift
        end = start + len(edit.replacement)
        shift += len(edit.replacement) - len(edit.original)
        before = re.search(r"[\w'\u2019@#/-]*\s*$", repair.text[max(0, start - 30) : start])
        after = re.match(r"\s*\w*", repair.text[end : end + 30])
        context = (before.group() if before else "") + repair.text[start:end]
        assert not disagreements(context + (after.group() if after else "")), edit


@promise
@given(text=hostile_texts())
def test_reverting_gives_the_input_back(bold: Repairer, text: str) -> None:
    repair = bold.explain(text)
    assert repair.revert(repair.text) == text
    stored = Repair.from_json(repair.to_json())
    assert stored == repair
    for threshold in (0.0, 0.3, 0.9):
        assert stored.at(threshold).revert(stored.at(threshold).text) == text


@promise
@given(texts=st.lists(hostile_texts(), max_size=5))
def test_a_page_alone_gives_what_it_gives_in_a_batch(bold: Repairer, texts: list[str]) -> None:
    assert list(bold.explain_many(texts)) == [bold.explain(text) for text in texts]


def test_the_same_input_gives_the_same_output(repairer: Repairer) -> None:
    again = Repairer(repairer.models, repairer.options)
    assert {repairer.explain(SPUN), repairer.explain(SPUN), again.explain(SPUN)} == {
        repairer.explain(SPUN)
    }


def test_one_thread_gives_what_many_give(repairer: Repairer) -> None:
    texts = [SPUN[i:] for i in range(0, 300, 20)]
    one = Repairer(repairer.models, Options(threads=1))
    three = Repairer(repairer.models, Options(threads=3))
    assert list(one.explain_many(texts)) == list(three.explain_many(texts))


def test_a_spun_article_is_repaired_and_a_second_pass_finds_it_clean(repairer: Repairer) -> None:
    first = repairer.explain(SPUN)
    assert first.verdict == "repaired"
    assert len(first.edits) >= 15
    for natural in ("southern city", "before winter", "where"):
        assert natural in first.text
    second = repairer.explain(first.text)
    assert len(second.edits) <= 0.01 * len(first.edits)


@pytest.mark.parametrize(
    "text",
    [
        "Der Bürgermeister sagte am Dienstag, dass die neue Brücke vor dem Winter fertig sein "
        "werde. Die Anwohner beschweren sich seit langem über den Lärm der Baustelle.",
        "Le maire a déclaré mardi que le nouveau pont serait terminé avant l'hiver. Les habitants "
        "se plaignent depuis longtemps du bruit du chantier et de la poussière.",
        "Мэр заявил во вторник, что новый мост будет достроен до зимы. Жители жалуются на шум.",
        "市长周二表示，新桥将在冬季之前完工。居民们抱怨噪音。",
    ],
)
def test_a_page_that_is_not_english_is_left_alone(repairer: Repairer, text: str) -> None:
    repair = repairer.explain(text)
    assert repair.text == text
    assert repair.verdict == "clean"
    assert "English" in repair.reason


@pytest.mark.parametrize("text", ["", " ", "\n", "1234 5678", "?!…", "\x00" * 10, "a", "\ud800"])
def test_a_text_without_anything_to_read_is_left_alone(repairer: Repairer, text: str) -> None:
    assert repairer.fix(text) == text
    assert repairer.detect(text) == []
    assert 0 <= repairer.score(text) <= 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_one_huge_line_keeps_memory_within_bounds() -> None:
    """A fixed amount and a small multiple of the input, in a process of its own."""
    script = textwrap.dedent(
        f"""
        import json, re
        from repair import Repairer

        def peak():  # getrusage would start from the parent's peak
            status = open("/proc/self/status").read()
            return int(re.search(r"VmHWM:\\s+(\\d+)", status).group(1)) * 1024

        repairer = Repairer.load()
        text = {SPUN!r} + " "
        repairer.fix(text * 60)
        small = peak()
        huge = text * 600
        fixed = repairer.fix(huge)
        print(json.dumps([small, peak(), len(huge), fixed != huge]))
        """
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    small, large, size, changed = json.loads(run.stdout)
    assert changed
    assert small < 600e6
    assert large < 600e6 + 150 * size


def test_any_selection_of_candidates_can_be_applied(bold: Repairer) -> None:
    repair = bold.explain(SPUN)
    for pair in combinations(repair.candidates[:6], 2):
        chosen = repair.select(pair.__contains__).at(0.0)
        assert chosen.edits == pair
        assert chosen.revert(chosen.text) == SPUN
