"""Suites: which pages are measured on. A YAML file rebuilds the same cases anywhere.

A suite names texts (held-out documents of some corpora), the length of the
pages cut from them, and the spinners that spin each page; or, instead, files of
a user's own pairs. Every case draws from a generator seeded with the suite's
seed and the case's own name, so that no case depends on how many others there are.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from eval import spinners
from eval.case import Case, Gold, gold_of
from eval.metrics.edits import edits_between
from repair import files
from training import config, corpus, userpairs
from training.pairs import Segment, untouched, words
from training.spinners import Spinner

Kind = Literal["spun", "clean", "translated"]
DIRECTORY = Path(__file__).with_name("suites")


def _named_spinner(settings: Any) -> config.Shape:
    """A spinner's own settings, and the name that its pages are tagged with."""
    return {"name": str, **spinners.shape(settings)}


_SHAPE = {
    "what": str,
    "kind": frozenset(("spun", "clean", "translated")),
    "seed": int,
    "texts?": [{"path": str, "register": str, "documents": int, "text?": str, "split?": str}],
    "words?": (int, [int]),
    "spinners?": [_named_spinner],
    "pairs?": [str],
}


@dataclass(frozen=True)
class Suite:
    """What a suite's file says; `cases` builds its pages."""

    name: str
    what: str
    kind: Kind
    settings: Mapping[str, Any]

    @classmethod
    def load(cls, name: str | Path) -> Suite:
        """A suite by its name in `eval/suites/`, or by the path of a YAML file.

        Raises ConfigError, naming the key that is wrong, or the suites there are.
        """
        path = Path(name)
        if path.suffix != ".yaml":
            path = DIRECTORY / f"{name}.yaml"
            if not path.is_file():
                raise config.ConfigError(f"no suite {name}; there are: {', '.join(names())}")
        settings = config.load(path)
        config.compare(settings, _SHAPE, path)
        if ("pairs" in settings) == ("texts" in settings):
            raise config.ConfigError(f"{path}: a suite needs either `texts` or `pairs`")
        return cls(path.stem, settings["what"], settings["kind"], settings)

    def limited(self, documents: int) -> Suite:
        """The same suite with at most so many documents of each corpus."""
        texts = [{**t, "documents": min(documents, t["documents"])} for t in self._texts]
        return replace(self, settings={**self.settings, "texts": texts})

    def cases(self) -> Iterator[Case]:
        """The suite's pages, in order."""
        for path in self.settings.get("pairs", []):
            for number, (spun, clean) in enumerate(userpairs.rows(path)):
                gold = (Gold(e.start, e.end, e.replacement) for e in edits_between(spun, clean))
                yield self._case(f"{Path(path).stem}/{number}", (spun, clean, tuple(gold)), {})
        named = self.settings.get("spinners") or [{"name": "none"}]
        ways = {settings["name"]: _spinner(json.dumps(settings)) for settings in named}
        lengths = self.settings.get("words", 500)
        for entry in self._texts:
            for number, text in enumerate(_documents(**_reading(entry))):
                for length in lengths if isinstance(lengths, list) else [lengths]:
                    page = first_words(text, length)
                    for name, spinner in ways.items():
                        tags = {
                            "register": entry["register"],
                            "words": str(length),
                            "spinner": name,
                        }
                        id_ = f"{entry['register']}/{number}/{length}/{name}"
                        rng = random.Random(f"{self.settings['seed']}/{self.name}/{id_}")
                        yield self._case(id_, gold_of(_spun(spinner, page, rng)), tags)

    @property
    def _texts(self) -> Sequence[Mapping[str, Any]]:
        texts: Sequence[Mapping[str, Any]] = self.settings.get("texts", [])
        return texts

    def _case(
        self, id_: str, page: tuple[str, str, tuple[Gold, ...]], tags: Mapping[str, str]
    ) -> Case:
        source, reference, gold = page
        if self.kind == "translated":  # no original is wanted back: it must be left alone
            return Case(id_, source, source, (), tags)
        alike = _interchangeable()
        accepted = (replace(g, accepted=_accepted(g.replacement, alike)) for g in gold)
        return Case(id_, source, reference, tuple(accepted), tags)


def names() -> list[str]:
    """The suites that come with the project."""
    return sorted(path.stem for path in DIRECTORY.glob("*.yaml"))


def write(cases: Iterator[Case], path: Path) -> str:
    """Write cases as JSON lines; returns the SHA-256 of the file, which names the suite's build."""
    lines = (json.dumps(asdict(case), ensure_ascii=False) + "\n" for case in cases)
    data = "".join(lines).encode()
    files.write(path, data)
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> Iterator[Case]:
    """The cases that `write` wrote."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            gold = (Gold(**g | {"accepted": tuple(g["accepted"])}) for g in record["gold"])
            yield Case(**record | {"gold": tuple(gold)})


def first_words(text: str, count: int) -> str:
    """The paragraphs of a text up to the one in which its `count`-th word stands.

    >>> first_words("one two\\nthree four\\nfive", 3)
    'one two\\nthree four'
    """
    kept: list[str] = []
    left = count
    for paragraph in text.split("\n"):
        if left <= 0:
            break
        kept.append(paragraph)
        left -= len(paragraph.split())
    return "\n".join(kept)


def _spun(spinner: Spinner | None, page: str, rng: random.Random) -> list[Segment]:
    if spinner is None:
        return [untouched(word) for word in words(page)]
    return spinner.spin(page, rng)


def _reading(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "path": entry["path"],
        "documents": entry["documents"],
        "text": entry.get("text", "text"),
        "split": entry.get("split", "test"),
    }


@cache  # several suites read the same corpora, and decompressing one takes half a minute
def _documents(path: str, documents: int, text: str, split: str) -> tuple[str, ...]:
    return tuple(islice(corpus.held_out(path, split, text), documents))


@cache
def _spinner(settings: str) -> Spinner | None:
    """What the settings describe; None if they hold a name alone."""
    named: dict[str, Any] = json.loads(settings)
    own = {key: value for key, value in named.items() if key != "name"}
    return spinners.load(own) if own else None


@cache
def _interchangeable() -> dict[str, tuple[str, ...]]:
    """The groups of `accepted.txt`, by each of their members."""
    lines = (DIRECTORY / "accepted.txt").read_text(encoding="utf-8").splitlines()
    groups = [tuple(line.split("|")) for line in lines if line and not line.startswith("#")]
    return {member: group for group in groups for member in group}


def _accepted(replacement: str, alike: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    group = alike.get(replacement.lower(), ())
    return tuple(member for member in group if member != replacement.lower())
