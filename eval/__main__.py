"""`python -m eval CORPUS --list FILE`: measure the models on held-out documents.

Prints restored, precision, BLEU and chrF on spun pages, harm on clean ones, and
the speed on both.
"""

from __future__ import annotations

import argparse
import random
from itertools import islice

from eval import measure
from repair.options import Options
from repair.repairer import Repairer
from training import corpus
from training.pairs import spun_text
from training.spinners.dictionary import DictionarySpinner, Manner

MANNERS = {
    "2021": Manner(),
    "2015": Manner(per_occurrence=True, skip_hyphenated=False),
    "newsomatic": Manner(cascade=True, shuffle=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("corpus", help="documents: a local file or a hub name")
    parser.add_argument("--list", required=True, help="a spinner's list of source|synonym lines")
    parser.add_argument("--manner", choices=MANNERS, default="2021")
    parser.add_argument("--model", help="model directory (default: the shipped one)")
    parser.add_argument("--split", choices=corpus.SPLITS, default="test")
    parser.add_argument("--documents", type=int, default=100, help="spun documents to repair")
    parser.add_argument("--clean", type=int, default=0, help="clean documents to leave alone")
    parser.add_argument("--speed", type=int, default=0, help="pages of 500 words to time")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    repairer = Repairer.load(args.model, Options(threads=args.threads))
    spinner = DictionarySpinner.load(args.list)
    manner = MANNERS[args.manner]
    wanted = max(args.documents, args.clean, args.speed)
    documents = list(islice(corpus.held_out(args.corpus, args.split), wanted))
    if args.documents:
        found = measure.restoration(
            repairer, documents[: args.documents], spinner, manner, args.seed
        )
        print(f"spun, {args.manner} manner: {found}")
    if args.clean:
        clean = documents[: args.clean]
        counts, passed = measure.harm(repairer, clean)
        print(
            f"clean: {counts.made} edits in {counts.words:,} words, {counts.false_per_10k:.2f} in "
            f"10,000; gate passed {passed:.2%} of {len(clean)} pages"
        )
    if args.speed:
        pages = measure.of_length(documents, 500)[: args.speed]
        rng = random.Random(args.seed)
        spun = [spun_text(spinner.spin(page, rng, manner)) for page in pages]
        for kind, stream in (("spun", spun), ("clean", pages * 20)):
            rate = measure.speed(repairer, stream)
            print(f"speed on {len(stream)} {kind} pages of 500 words: {rate:,.0f} words/s")


if __name__ == "__main__":
    main()
