"""Clean text and spinner lists into shards of examples.

A config names the corpora, the spinners with their manners and weights, and
what to make: `detector`, `restorer`, or `keep` (marks on innocent words of
clean text alone, the restorer's first lesson).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from repair.vocabulary import Vocabulary
from training import corpus, pairs, shards
from training.examples import LabelledPage, Noise, RestorerExamples, detector_examples
from training.spinners.dictionary import DictionarySpinner, Manner


@dataclass(frozen=True)
class Recipe:
    """One way to make a page: a spinner in some manner, or none (a clean page)."""

    weight: float
    spinner: DictionarySpinner | None
    manner: dict[str, Any]

    def page(self, text: str, rng: random.Random) -> list[pairs.Segment]:
        if self.spinner is None:
            return [pairs.untouched(word) for word in pairs.words(text)]
        manner = dict(self.manner)
        if isinstance(density := manner.get("density"), list):
            manner["density"] = rng.uniform(*density)
        return self.spinner.spin(text, rng, Manner(**manner))


def recipes(settings: list[dict[str, Any]]) -> list[Recipe]:
    spinners: dict[str, DictionarySpinner] = {}
    out = []
    for entry in settings:
        path = entry.get("list")
        if path is not None and path not in spinners:
            spinners[path] = DictionarySpinner.load(path)
        spinner = spinners[path] if path is not None else None
        out.append(Recipe(entry["weight"], spinner, entry.get("manner", {})))
    return out


def drawn_pages(config: dict[str, Any], rng: random.Random) -> Iterator[list[pairs.Segment]]:
    """Pages of the config's corpora, each made by a recipe drawn by weight."""
    ways = recipes(config["recipes"])
    weights = [way.weight for way in ways]
    for text in _mixed(config["corpora"], rng):
        (way,) = rng.choices(ways, weights)
        yield way.page(text[: config["page_characters"]], rng)


def user_pages(paths: list[str]) -> Iterator[LabelledPage]:
    """A user's own pairs: rows with `spun` and `clean` texts."""
    for path in paths:
        for spun, clean in zip(corpus.read(path, "spun"), corpus.read(path, "clean")):
            labelled = LabelledPage.of(pairs.align(spun, clean))
            if labelled is not None:
                yield labelled


def examples(config: dict[str, Any]) -> Iterator[shards.Sequences]:
    rng = random.Random(config["seed"])
    vocabulary = Vocabulary.load(config["vocabulary"])
    drawn = filter(None, map(LabelledPage.of, drawn_pages(config, rng)))
    pages = chain(user_pages(config.get("pairs", [])), drawn)
    kind = config["kind"]
    if kind == "detector":
        for page in pages:
            yield from detector_examples(page, vocabulary)
        return
    suspects = frozenset(
        form for way in recipes(config["recipes"]) if way.spinner for form in way.spinner.forms()
    )
    make = RestorerExamples(vocabulary, suspects, Noise(**config.get("noise", {})))
    windows = Vocabulary.load(config["windows"]) if "windows" in config else vocabulary
    for page in pages:
        budget = rng.choice(config["window_tokens"])
        yield from make(page, page.page.windows(windows.cost, budget), rng)


def prepare(config: dict[str, Any], out: str | Path) -> int:
    """Write the shards that `config` describes into `out`; returns the number of examples."""
    made = islice(examples(config), config["examples"])
    shown = tqdm(made, f"preparing {config['kind']} examples", config["examples"], mininterval=1)
    return shards.write(shown, out, config.get("shard", 2000))


def _mixed(corpora: list[dict[str, Any]], rng: random.Random) -> Iterator[str]:
    """Documents drawn from the corpora by weight, until each has run out."""
    held_in = {c["path"]: corpus.training_documents([c["path"]]) for c in corpora}
    weights = {c["path"]: c["weight"] for c in corpora}
    while held_in:
        (path,) = rng.choices(list(held_in), [weights[p] for p in held_in])
        try:
            yield next(held_in[path])
        except StopIteration:
            del held_in[path]
