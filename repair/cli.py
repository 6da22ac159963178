"""The command `repair`: it reads arguments, calls `Repairer` and prints.

What loads the models is imported last, when the arguments are known to be right
and there is a text to work on: `--help` and mistakes are answered at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING

from repair.arguments import parse
from repair.files import STDIN, FileError, read, rewrite, why, write
from repair.terminal import Places, explained, one_line

if TYPE_CHECKING:
    from repair.edits import Repair
    from repair.repairer import Repairer

DONE, FOUND, ERROR = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports SIGINT and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    try:
        try:
            return _run(parse(argv))
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # standard output is closed, or its disk is full
        # What is still buffered has nowhere to go, and Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return PIPE_CLOSED
        return _complain(why(error, error.filename or "output"))


class _Inputs:
    """The texts of the named files, in order. Those that fail are reported and passed over."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._pending: deque[str] = deque()  # names of texts that were read but not answered
        self.failed = False

    def texts(self) -> Iterator[str]:
        for name in self._names:
            if name == STDIN and sys.stdin.isatty():
                print("repair: reading what you type; end with Ctrl-D", file=sys.stderr)
            try:
                text = read(name)
            except FileError as error:
                self.fail(error)
            else:
                self._pending.append(name)
                yield text

    def next_name(self) -> str:
        """The name of the next text to be answered: a `Repairer` reads ahead."""
        return self._pending.popleft()

    def fail(self, error: FileError) -> None:
        self.failed = True
        _complain(str(error))


def _run(args: argparse.Namespace) -> int:
    inputs = _Inputs(args.files)
    texts = inputs.texts()
    first = next(texts, None)
    if first is None:
        return ERROR
    # Only now: these take a third of a second.
    from repair.models import ModelError
    from repair.repairer import Repairer

    try:
        repairer = Repairer.load(args.model, args.options)
        found = _VERBS[args.verb](args, repairer, inputs, chain([first], texts))
    except (ModelError, FileError) as error:
        return _complain(str(error))
    return ERROR if inputs.failed else FOUND if found else DONE


def _fix(
    args: argparse.Namespace, repairer: Repairer, inputs: _Inputs, texts: Iterator[str]
) -> bool:
    changed = 0
    for repair in repairer.explain_many(texts, _progress(args)):
        name = inputs.next_name()
        if not (args.check or args.in_place):
            _put(_fixed(args, name, repair), args.output)
        elif repair.text == repair.input:
            continue
        elif args.check:
            changed += 1
            print(f"would repair {name} ({len(repair.edits)} edits)", file=sys.stderr)
        else:
            try:
                rewrite(name, repair.input.encode(), repair.text.encode(), args.backup or ".orig")
                changed += 1
            except FileError as error:
                inputs.fail(error)
    if args.in_place:
        print(f"repaired {changed} of {len(args.files)} files", file=sys.stderr)
    return args.check and changed > 0


def _fixed(args: argparse.Namespace, name: str, repair: Repair) -> str:
    if args.json:
        return _record(name, repair)
    return repair.diff(name) if args.diff else repair.text


def _detect(
    args: argparse.Namespace, repairer: Repairer, inputs: _Inputs, texts: Iterator[str]
) -> bool:
    found = False
    for text in texts:
        name, places = inputs.next_name(), Places(text)
        spans = [(*places.of(span.start), span) for span in repairer.detect(text)]
        found = found or bool(spans)
        if args.json:
            listed = [{"line": at, "column": column} | asdict(s) for at, column, s in spans]
            record = {"file": _valid(name), "score": repairer.score(text), "spans": listed}
            _put(json.dumps(record, ensure_ascii=False) + "\n")
            continue
        for at, column, s in spans:
            _put(f"{name}:{at}:{column}: {one_line(s.original)} ({s.probability:.2f})\n")
    return found


def _explain(
    args: argparse.Namespace, repairer: Repairer, inputs: _Inputs, texts: Iterator[str]
) -> bool:
    color = args.color == "always" or (args.color == "auto" and _colorful())
    between = ""
    for repair in repairer.explain_many(texts, _progress(args)):
        name = inputs.next_name()
        if args.json:
            _put(_record(name, repair))
        else:
            _put(between + explained(name, repair, color))
            between = "\n"
    return False


_VERBS: dict[str, Callable[..., bool]] = {"fix": _fix, "detect": _detect, "explain": _explain}


def _put(text: str, output: str = STDIN) -> None:
    """Write to a file or standard output, in bytes, so that nothing translates line ends."""
    data = text.encode("utf-8", "surrogateescape")  # a file's name need not be UTF-8
    if output != STDIN:
        write(output, data)
        return
    left = memoryview(data)
    while left:  # with PYTHONUNBUFFERED set, one call need not write all
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.buffer.flush()


def _record(name: str, repair: Repair) -> str:
    """The line of JSON with the file's name in front, which `Repair.from_json` passes over."""
    return f'{{"file": {json.dumps(_valid(name), ensure_ascii=False)}, {repair.to_json()[1:]}\n'


def _valid(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _progress(args: argparse.Namespace) -> bool:
    """Whether to show a bar: for several files, unless the results go to the same terminal."""
    silent = args.verb == "fix" and (args.in_place or args.check)
    return len(args.files) > 1 and sys.stderr.isatty() and (silent or not sys.stdout.isatty())


def _colorful() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"  # see no-color.org
    return sys.stdout.isatty() and not plain


def _complain(message: str) -> int:
    print(f"repair: {message}", file=sys.stderr)
    return ERROR
