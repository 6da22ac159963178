"""The arguments of the command `repair`, and what each option trades."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from repair import __version__
from repair.files import STDIN
from repair.options import Options

_EPILOG = """\
exit codes: 0 done, or nothing found; 1 something found (detect, fix --check); 2 an error.
Text is UTF-8, and every byte outside a repaired word stays as it was."""


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments, checked; `options` holds an `Options`. Mistakes end the program with 2.

    >>> args = parse(["fix", "--threshold", "0.8", "a.txt"])
    >>> args.verb, args.files, args.options.threshold
    ('fix', ['a.txt'], 0.8)
    """
    parser, verbs = _parser()
    args = parser.parse_args(argv)
    args.files = args.files or [STDIN]
    if mistake := _mistake(args):
        verbs[args.verb].error(mistake)
    chosen = {name: getattr(args, name, None) for name in _OPTIONS}
    try:
        args.options = Options(**{name: v for name, v in chosen.items() if v is not None})
    except ValueError as error:
        verbs[args.verb].error(str(error))
    return args


def _mistake(args: argparse.Namespace) -> str | None:
    """What options contradict each other in ways that argparse does not know."""
    if args.verb != "fix":
        return None
    if args.output != STDIN and (len(args.files) > 1 or args.in_place or args.check):
        return "-o takes one text, and neither --in-place nor --check"
    if args.in_place and STDIN in args.files:
        return "--in-place needs the names of files"
    if args.backup is not None and not args.in_place:
        return "--backup belongs to --in-place"
    if args.backup is not None and (not args.backup or os.sep in args.backup):
        return "--backup needs a suffix such as .orig"
    return None


def _comma_list(value: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, value.split(","))))


# The fields of `Options`: type, name of the value, and its docstring in brief.
_OPTIONS: dict[str, tuple[Any, str, str]] = {
    "threshold": (
        float,
        "P",
        f"least probability of an edit that is made (default {Options.threshold}); higher: fewer "
        "wrong edits, more spun words left. Of the edits at 0.7, about 70 in 100 are right",
    ),
    "harm": (
        float,
        "N",
        "false edits accepted in 10,000 words of clean text "
        f"(default {Options.harm:g}, 0.1 to 100); lower: lightly spun pages stay as they are",
    ),
    "floor": (
        float,
        "P",
        "least probability of a candidate that --json lists, to try other thresholds with "
        f"(default {Options.floor}); lower: larger records, nothing else",
    ),
    "alternatives": (
        int,
        "N",
        f"other wordings listed for each edit (default {Options.alternatives}, at most 8); "
        "more: larger records, same speed",
    ),
    "protect": (
        _comma_list,
        "LIST",
        f"what is never touched, of {','.join(Options.protect)} (default: all of these); "
        "shorter: spun words inside the others are repaired too",
    ),
    "threads": (
        int,
        "N",
        "threads for the models (default: one for each core); more than the cores only costs",
    ),
}
_OF_DETECT = _OPTIONS | {
    "threshold": (
        float,
        "P",
        f"least probability of a span that is listed (default {Options.threshold}); higher: "
        "fewer false alarms, more spun words missed",
    )
}


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="repair",
        description="Find synonym-spun wording in English text and put the natural words back.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"repair {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    fix = _verb(verbs, "fix", "print the text with its spun words put right")
    fix.add_argument("-o", "--output", default=STDIN, metavar="OUT", help="write to this file")
    form = fix.add_mutually_exclusive_group()
    form.add_argument("--in-place", action="store_true", help="change the files; see --backup")
    form.add_argument("--check", action="store_true", help="write nothing; name what would change")
    form.add_argument("--diff", action="store_true", help="print a unified diff")
    form.add_argument("--json", action="store_true", help="print one record a file, with all edits")
    text = "what the originals of --in-place are kept under (default .orig)"
    fix.add_argument("--backup", metavar="SUFFIX", help=text)

    detect = _verb(verbs, "detect", "list the spans that look spun, one a line")
    detect.add_argument("--json", action="store_true", help="print one object a file; with scores")

    explain = _verb(verbs, "explain", "show what is changed, how sure that is, and why")
    explain.add_argument("--json", action="store_true", help="print one record a file")
    text = "colours: auto (default) is on a terminal, unless NO_COLOR is set"
    when = ("auto", "always", "never")
    explain.add_argument("--color", choices=when, default="auto", help=text)

    for sub in (fix, explain):
        _add_options(sub, _OPTIONS)
    _add_options(detect, {name: _OF_DETECT[name] for name in ("threshold", "protect", "threads")})
    return parser, verbs.choices


def _verb(verbs: Any, name: str, summary: str) -> argparse.ArgumentParser:
    sub: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=summary,
        description=f"{summary.capitalize()}.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sub.add_argument("files", nargs="*", metavar="FILE", help="texts; none or -: standard input")
    return sub


def _add_options(sub: argparse.ArgumentParser, options: Mapping[str, tuple[Any, str, str]]) -> None:
    group = sub.add_argument_group("how to repair")
    for name, (kind, metavar, text) in options.items():
        group.add_argument(f"--{name}", type=kind, metavar=metavar, help=text)
    text = "directory of other models than the package's own"
    group.add_argument("--model", metavar="DIR", help=text)
