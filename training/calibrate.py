"""Fit what turns the models' opinions into decisions, on held-out pages.

Three things are fitted in turn: the weight of the page's vote, the small network
that makes an edit's probability of the evidence, and, on clean pages, the
gate's cut and the densities that keep each harm budget.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.case import Gold, gold_of
from eval.metrics.edits import count
from repair.decide import HIDDEN, Decider, density
from repair.edits import Edit
from repair.evidence import OPINIONS, WORDINGS, Evidence, proposals
from repair.gate import Gate
from repair.models import Models, write_manifest
from repair.ngrams import Ngrams
from repair.options import Options
from repair.page import Page
from repair.repairer import PageFindings, Repairer
from training import corpus
from training.pairs import Segment, spun_text
from training.prepare import recipes

VOTES = (0.0, 0.25, 0.5, 0.75)
BUDGETS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)

# The prior of a wording's weight is a Gaussian of this precision: at 0.1, 0.3 and 1 the
# held-out likelihood was much the same, best at 0.3.
PENALTY = 0.3
EPOCHS, BATCH, LEARNING_RATE = 40, 1024, 3e-3  # 20 epochs were a little worse, on 240 pages

Read = tuple[PageFindings, tuple[Gold, ...]]  # what the models found on a page, and its gold
Sample = tuple[Evidence, bool]  # of an edit, and whether it was right


def calibrate(config: dict[str, Any], models: str | Path) -> None:
    """Write `decider.npz` and the gate's cut into the model directory `models`."""
    models = Path(models)
    rng = random.Random(config["seed"])
    ways = recipes(config["recipes"])
    documents = list(_documents(config["corpora"], rng))
    pages = [rng.choices(ways, [w.weight for w in ways])[0].page(text, rng) for text in documents]
    gate = _cut(Gate.load(models / "gate.npz"), documents, pages, config["clean_passed"])
    gate.save(models / "gate.npz")

    start = Decider.ignorant()
    options = Options(threads=config.get("threads", 1))
    repairer = Repairer(Models(models, gate, start), options)
    read = list(_read(repairer, pages[: config["pages"]]))
    samples_of = {vote: list(_samples(read, vote, repairer.ngrams)) for vote in VOTES}
    rates = {v: round(_right_at_first(samples), 4) for v, samples in samples_of.items()}
    vote = max(rates, key=lambda vote: rates[vote])
    samples = samples_of[vote]
    print(f"vote: {vote} (edits right at each: {rates}); {len(samples):,} edits")
    decider = replace(_fitted(samples, config["seed"]), vote=vote)

    repairer = Repairer(Models(models, gate, decider), options)
    decider = replace(decider, budgets=_budgets(repairer, documents))
    print(f"least density for each harm budget: {dict(decider.budgets)}")
    decider.save(models / "decider.npz")
    write_manifest(models)


def _documents(corpora: Sequence[dict[str, Any]], rng: random.Random) -> Iterator[str]:
    """Held-out documents, shuffled, cut to the lengths that web pages have."""
    texts = [
        text
        for entry in corpora
        for text in islice(corpus.held_out(entry["path"], "dev"), entry["documents"])
    ]
    rng.shuffle(texts)
    for text in texts:
        yield text[: int(10 ** rng.uniform(2.6, 3.8))]  # 400 to 6,300 characters


def _cut(gate: Gate, clean: Sequence[str], pages: Sequence[list[Segment]], passed: float) -> Gate:
    """Set the gate's cut so that the share `passed` of the clean pages goes through."""
    scores = [gate.gauge(text).score for text in clean]
    spun = [gate.gauge(spun_text(p)).score for p in pages if any(s.changed for s in p)]
    cut = float(np.quantile(scores, 1 - passed))
    print(
        f"gate: cut {cut:.4f}; {np.mean(np.array(scores) >= cut):.2%} of {len(scores)} clean pages "
        f"and {np.mean(np.array(spun) >= cut):.2%} of {len(spun)} spun ones pass"
    )
    return replace(gate, cut=cut)


def _read(repairer: Repairer, pages: Sequence[list[Segment]]) -> Iterator[Read]:
    with repairer.workers() as pool:
        for start in range(0, len(pages), 50):
            cases = [gold_of(page) for page in pages[start : start + 50]]
            readings = repairer.readings([source for source, _, _ in cases], pool)
            yield from zip(readings, (gold for _, _, gold in cases))


def _samples(read: Sequence[Read], vote: float, ngrams: Ngrams) -> Iterator[Sample]:
    """The evidence for each edit that a finding may lead to, and whether that edit is right."""
    for found, gold in read:
        text = found.page.text
        for proposal in proposals(found.page, found.findings, vote, ngrams):
            original = text[proposal.start : proposal.end]
            near = [e for e in gold if e.start < proposal.end and proposal.start < e.end]
            for wording, evidence in proposal.wordings.items():
                edit = Edit(proposal.start, proposal.end, original, wording, 1.0)
                counts = count(text, near, [edit])
                yield evidence, counts.right == counts.made


def _right_at_first(samples: Sequence[Sample]) -> float:
    """How often the restorer's best wording, after the vote, is right."""
    return float(np.mean([right for evidence, right in samples if evidence.opinions[-1]]))


def _fitted(samples: Sequence[Sample], seed: int) -> Decider:
    """The network fitted to the samples; it takes the opinions as they come."""
    opinions = torch.tensor([evidence.opinions for evidence, _ in samples])
    buckets = torch.tensor([evidence.wordings for evidence, _ in samples])
    right = torch.tensor([float(right) for _, right in samples])
    mean, scale = opinions.mean(0), opinions.std(0).clamp_min(1e-3)
    scaled = (opinions - mean) / scale

    torch.manual_seed(seed)
    inner = torch.nn.Linear(OPINIONS, HIDDEN)
    outer = torch.nn.Linear(HIDDEN, 1, bias=False)
    direct = torch.nn.Linear(OPINIONS, 1)
    wordings = torch.nn.Parameter(torch.zeros(WORDINGS))
    parameters = [*inner.parameters(), *outer.parameters(), *direct.parameters(), wordings]
    steps = max(1, EPOCHS * len(samples) // BATCH)
    optimizer = torch.optim.Adam(parameters)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, steps + 1)
    for chosen in _batches(len(samples), steps):
        x = scaled[chosen]
        logits = (outer(torch.tanh(inner(x))) + direct(x))[:, 0] + wordings[buckets[chosen]].sum(1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, right[chosen])
        loss = loss + PENALTY * wordings.square().sum() / len(samples)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    def unscaled(layer: torch.nn.Linear) -> np.ndarray:
        weight = layer.weight.detach() / scale
        bias = layer.bias.detach() - weight @ mean
        return torch.cat([weight, bias[:, None]], 1).T.numpy().copy()

    return replace(
        Decider.ignorant(),
        inner=unscaled(inner),
        outer=outer.weight.detach()[0].numpy(),
        direct=unscaled(direct)[:, 0],
        wordings=wordings.detach().numpy().astype(np.float16),
    )


def _batches(count: int, steps: int) -> Iterator[torch.Tensor]:
    """Indices of the samples, in `steps` batches, shuffled anew each time round."""
    order = torch.zeros(0, dtype=torch.long)
    for _ in range(steps):
        if len(order) < BATCH:
            order = torch.cat([order, torch.randperm(count)])
        yield order[:BATCH]
        order = order[BATCH:]


def _budgets(repairer: Repairer, texts: Sequence[str]) -> tuple[tuple[float, float], ...]:
    """For each harm budget the least page density that kept it on the clean `texts`."""
    words = sum(len(text.split()) for text in texts)
    harmed = []  # (density, edits) of each clean page that the gate lets through
    for repair in repairer.explain_many(texts):
        made = sum(e.probability >= repair.threshold for e in repair.candidates)
        if made:
            harmed.append((density(Page.of(repair.input), repair.candidates), made))
    harmed.sort(reverse=True)
    budgets = []
    for budget in BUDGETS:
        least, edits = 0.0, 0
        for page_density, page_edits in harmed:
            edits += page_edits
            if 1e4 * edits / words > budget:
                least = page_density * 1.05  # just above the page that broke the budget
                break
        budgets.append((budget, round(least, 5)))
    return tuple(budgets)
