"""Aligned pages: what a spinner wrote, segment by segment, beside what stood there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from repair.page import WORD

Words = list[tuple[str, str]]  # (white space before, word)


@dataclass(slots=True)
class Segment:
    """Some words of the page and the words they replaced.

    `spun` and `original` hold words with the white space before each
    (`" the place"` is `[(" ", "the"), (" ", "place")]`). An untouched segment
    has the same list twice.
    """

    spun: Words
    original: Words

    @property
    def changed(self) -> bool:
        return self.spun is not self.original


def untouched(word: tuple[str, str]) -> Segment:
    words = [word]
    return Segment(words, words)


def words(text: str) -> Words:
    """The words of a text, each with the white space before it.

    White space at the end of the text is dropped.

    >>> words("the  place,")
    [('', 'the'), ('  ', 'place'), ('', ',')]
    """
    out = []
    place = 0
    for match in WORD.finditer(text):
        out.append((text[place : match.start()], match.group()))
        place = match.end()
    return out


def spun_text(page: Iterable[Segment]) -> str:
    return "".join(gap + word for segment in page for gap, word in segment.spun)


def original_text(page: Iterable[Segment]) -> str:
    return "".join(gap + word for segment in page for gap, word in segment.original)


def trimmed(page: Iterable[Segment]) -> Iterator[Segment]:
    """Give each changed segment's shared outer words back to the text around it.

    Both sides stay non-empty, so that every edit has a place to mark and a
    wording to learn: `software program <- software` keeps both words. What is
    left starts and ends beside the same white space on both sides, so that
    either can stand in the other's place: `who've <- who have` stays whole.
    """
    for segment in page:
        if not segment.changed:
            yield segment
            continue
        spun, original = segment.spun, segment.original
        least = min(len(spun), len(original)) - 1
        head = 0
        while head < least and _same(spun[head], original[head]):
            head += 1
        while head and bool(spun[head][0]) != bool(original[head][0]):
            head -= 1
        tail = 0
        while head + tail < least and _same(spun[-1 - tail], original[-1 - tail]):
            tail += 1
        while tail and bool(spun[-tail][0]) != bool(original[-tail][0]):
            tail -= 1
        yield from map(untouched, spun[:head])
        end = len(spun) - tail
        middle = Segment(spun[head:end], original[head : len(original) - tail])
        same = all(map(_same, middle.spun, middle.original))
        if same and len(middle.spun) == len(middle.original):
            yield from map(untouched, middle.spun)
        else:
            yield middle
        yield from map(untouched, spun[end:])


def align(spun: str, original: str) -> list[Segment]:
    """Align a user's own pair of texts, word by word.

    An insertion or a deletion takes the word before it along, at the start of
    the page the word behind it, so that both sides of every changed segment
    are non-empty.

    >>> [s for s in align("the pinnacle of it", "the head of it") if s.changed]
    [Segment(spun=[(' ', 'pinnacle')], original=[(' ', 'head')])]
    """
    left, right = words(spun), words(original)
    matcher = SequenceMatcher(None, [w for _, w in left], [w for _, w in right], autojunk=False)
    out: list[Segment] = []
    waiting: tuple[Words, Words] | None = None  # an edit at the start that wants for one side
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        ours, theirs = left[i1:i2], right[j1:j2]
        if tag == "equal":
            if waiting is not None:
                out.append(Segment([*waiting[0], ours[0]], [*waiting[1], theirs[0]]))
                waiting, ours = None, ours[1:]
            out.extend(map(untouched, ours))
        elif ours and theirs:
            out.append(Segment(ours, theirs))
        elif out:
            before = out.pop()
            out.append(Segment(before.spun + ours, before.original + theirs))
        else:
            waiting = ours, theirs
    if waiting is not None:  # one of the texts has no words at all
        out.extend(map(untouched, waiting[0]))
    return out


def _same(a: tuple[str, str], b: tuple[str, str]) -> bool:
    return a[1].lower() == b[1].lower()
