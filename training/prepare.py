"""Clean text and spinner lists, or a user's own pairs, into shards of examples.

A config names the corpora, the spinners with their manners and weights, files
of pairs, and which model the examples are for: `detector` or `restorer`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from repair.vocabulary import Vocabulary
from training import corpus, pairs, shards, spinners, userpairs
from training.examples import RestorerExamples, detector_examples
from training.labelled import LabelledPage
from training.marks import DetectedMarks, Noise, NoisyMarks
from training.spinners import Spinner


@dataclass(frozen=True)
class Recipe:
    """One way to make a page: a spinner, or none (a clean page)."""

    weight: float
    spinner: Spinner | None

    def page(self, text: str, rng: random.Random) -> list[pairs.Segment]:
        if self.spinner is None:
            return [pairs.untouched(word) for word in pairs.words(text)]
        return self.spinner.spin(text, rng)


def recipes(settings: list[dict[str, Any]]) -> list[Recipe]:
    """The recipes of a config: each a weight, and a spinner's settings if it has one."""
    out = []
    for entry in settings:
        own = {key: value for key, value in entry.items() if key != "weight"}
        spun = own.keys() & {"kind", "list"}
        out.append(Recipe(entry["weight"], spinners.load(own) if spun else None))
    return out


def drawn_pages(config: dict[str, Any], rng: random.Random) -> Iterator[list[pairs.Segment]]:
    """The pages of the config's own pairs, then those of its corpora.

    Each of the latter is made by a recipe drawn by weight. A small corpus can
    be gone through in several `rounds`, spun anew each time.
    """
    for path in config.get("pairs", []):
        yield from userpairs.pages(path)
    ways = recipes(config.get("recipes", []))
    weights = [way.weight for way in ways]
    for text in _mixed(config.get("corpora", []), config.get("rounds", 1), rng):
        (way,) = rng.choices(ways, weights)
        yield way.page(text[: config["page_characters"]], rng)


def examples(config: dict[str, Any]) -> Iterator[shards.Sequences]:
    """The examples that `config` describes, in the order of its pages."""
    rng = random.Random(config["seed"])
    vocabulary = Vocabulary.load(config["vocabulary"])
    pages = filter(None, map(LabelledPage.of, drawn_pages(config, rng)))
    if config["kind"] == "detector":
        for page in pages:
            yield from detector_examples(page, vocabulary)
        return
    used = [way.spinner for way in recipes(config.get("recipes", [])) if way.spinner]
    suspects = {form for spinner in used for form in spinner.forms()}
    noisy = NoisyMarks(suspects, Noise(**config.get("noise", {})))
    marks: NoisyMarks | DetectedMarks = noisy
    if "detector" in config:
        marks = DetectedMarks.load(**config["detector"], otherwise=noisy)
    make = RestorerExamples(vocabulary)
    windows = Vocabulary.load(config["windows"]) if "windows" in config else vocabulary
    for page in pages:
        if not used:  # no list tells what can be written, so the pairs themselves do
            suspects |= page.written()
        budget = rng.choice(config["window_tokens"])
        yield from make(page.page, marks(page, rng), page.page.windows(windows.cost, budget), rng)


def prepare(config: dict[str, Any], out: str | Path) -> int:
    """Write the shards that `config` describes into `out`; returns the number of examples."""
    if any(Path(out).glob("*.npz")):
        raise FileExistsError(
            f"{out}: holds shards already, and old ones would stay among the new; remove it first"
        )
    made = islice(examples(config), config["examples"])
    shown = tqdm(made, f"preparing {config['kind']} examples", config["examples"], mininterval=1)
    count = shards.write(shown, out, config.get("shard", 2000))
    if not count:
        raise ValueError(
            f"{out}: no examples came of this config; do its corpora or pairs hold English texts,"
            " and do its spinner lists cover their words?"
        )
    return count


def _mixed(corpora: list[dict[str, Any]], rounds: int, rng: random.Random) -> Iterator[str]:
    """Documents drawn from the corpora by weight, until each has run out, `rounds` times."""

    def read(entry: dict[str, Any]) -> Iterator[str]:
        return corpus.read(entry["path"], entry.get("text", "text"), entry.get("split", "train"))

    guard = corpus.held_out_shingles(text for entry in corpora for text in read(entry))
    for _ in range(rounds):
        left = [(corpus.trainable(read(entry), guard), entry["weight"]) for entry in corpora]
        while left:
            (drawn,) = rng.choices(left, [weight for _, weight in left])
            try:
                yield next(drawn[0])
            except StopIteration:
                left.remove(drawn)
