"""The command line: what it prints, writes and returns, and that it never leaves half a file.

A stub stands in for the models, except where a test takes the fixture `repairer`.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from repair import cli
from repair.edits import Alternative, Detection, Edit, Repair
from repair.models import ModelError
from repair.options import Options
from repair.repairer import Repairer

SPUN = "The metropolis has a pinnacle.\r\nA metropolis,\rcafé “x”\t\n"
FIXED = "The city has a head.\r\nA city,\rcafé “x”\t\n"


@dataclass
class Stub:
    """Knows two words, and reads two texts ahead, as batches do."""

    options: Options = field(default_factory=Options)
    model: str | None = None
    progress: bool = False
    words: ClassVar = {"metropolis": ("city", 0.9), "pinnacle": ("head", 0.6)}

    def explain_many(self, texts: Iterable[str], progress: bool = False) -> Iterator[Repair]:
        self.progress = progress
        waiting: list[Repair] = []
        for text in texts:
            waiting.append(self.explain(text))
            if len(waiting) > 2:
                yield waiting.pop(0)
        yield from waiting

    def explain(self, text: str) -> Repair:
        edits = tuple(
            Edit(m.start(), m.end(), m[0], *self.words[m[0]], (Alternative("town", 0.05),))
            for m in re.finditer("metropolis|pinnacle", text)
        )
        verdict, score = ("repaired" if edits else "clean"), 0.97 if edits else 0.01
        return Repair(text, verdict, "a reason", score, self.options.threshold, edits)  # type: ignore[arg-type]

    def detect(self, text: str) -> list[Detection]:
        return [Detection(e.start, e.end, e.original, 0.8) for e in self.explain(text).candidates]

    def score(self, text: str) -> float:
        return self.explain(text).score


@dataclass
class Result:
    code: int
    out: bytes
    err: str


Run = Callable[..., Result]


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    stub = Stub()

    def load(path: str | None, options: Options) -> Stub:
        stub.model, stub.options = path, options
        return stub

    monkeypatch.setattr(Repairer, "load", load)
    return stub


@pytest.fixture
def run(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    """Run the command inside `tmp_path`, with some bytes as standard input."""
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = cli.main(argv)
        except SystemExit as stop:  # argparse's way out
            assert isinstance(stop.code, int)
            code = stop.code
        out, err = capsysbinary.readouterr()
        return Result(code, out, err.decode())

    return run


@pytest.fixture
def spun(tmp_path: Path) -> Path:
    path = tmp_path / "spun.txt"
    path.write_bytes(SPUN.encode())
    return path


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# fix


def test_fix_keeps_every_other_byte(run: Run, stub: Stub, spun: Path) -> None:
    assert run("fix", "spun.txt") == Result(0, FIXED.encode(), "")


@pytest.mark.parametrize("argv", [("fix",), ("fix", "-")])
@pytest.mark.parametrize("text", [SPUN, "", "\ufeffmetropolis", "no end of line", "\r", "\0 x" * 9])
def test_fix_reads_standard_input(run: Run, stub: Stub, argv: Sequence[str], text: str) -> None:
    if text.count("\0") > 1:
        assert run(*argv, stdin=text.encode()).code == 2
        return
    expected = text.replace("metropolis", "city").replace("pinnacle", "head")
    assert run(*argv, stdin=text.encode()) == Result(0, expected.encode(), "")


def test_fix_joins_several_files_in_order(run: Run, stub: Stub, spun: Path) -> None:
    for number in range(5):
        (spun.parent / f"{number}.txt").write_text(f"metropolis {number}\n")
    result = run("fix", *(f"{number}.txt" for number in range(5)))
    assert result.out.decode() == "".join(f"city {number}\n" for number in range(5))


def test_fix_writes_a_file(run: Run, stub: Stub, spun: Path) -> None:
    out = spun.parent / "out.txt"
    out.write_text("older and much longer than what comes now " * 9)
    out.chmod(0o640)
    assert run("fix", "-o", "out.txt", "spun.txt") == Result(0, b"", "")
    assert out.read_bytes() == FIXED.encode()
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert spun.read_bytes() == SPUN.encode()
    assert names(spun.parent) == ["out.txt", "spun.txt"]


def test_fix_writes_to_what_is_no_file(run: Run, stub: Stub, spun: Path) -> None:
    assert run("fix", "-o", "/dev/null", "spun.txt").code == 0
    assert not Path("/dev/null").is_file(), "replaced a device with a file"
    assert run("fix", "-o", "-", "spun.txt").out == FIXED.encode()


@pytest.mark.parametrize("argv", [["--in-place"], ["--in-place", "--backup", ".bak"]])
def test_in_place_keeps_the_original(run: Run, stub: Stub, spun: Path, argv: list[str]) -> None:
    (spun.parent / "clean.txt").write_text("a city")
    spun.chmod(0o604)
    os.utime(spun, (1e9, 1e9))
    backup = spun.with_name("spun.txt" + (argv[2] if argv[1:] else ".orig"))
    result = run("fix", *argv, "spun.txt", "clean.txt")
    assert result == Result(0, b"", "repaired 1 of 2 files\n")
    assert (spun.read_bytes(), backup.read_bytes()) == (FIXED.encode(), SPUN.encode())
    assert [stat.S_IMODE(path.stat().st_mode) for path in (spun, backup)] == [0o604] * 2
    assert backup.stat().st_mtime == 1e9
    assert names(spun.parent) == sorted(["clean.txt", "spun.txt", backup.name])


def test_in_place_never_overwrites_a_backup(run: Run, stub: Stub, spun: Path) -> None:
    backup = spun.with_name("spun.txt.orig")
    backup.write_text("the one true original")
    (spun.parent / "other.txt").write_text("metropolis")
    result = run("fix", "--in-place", "spun.txt", "other.txt")
    assert result.code == 2
    assert "spun.txt.orig exists already" in result.err and "--backup" in result.err
    assert spun.read_bytes() == SPUN.encode()
    assert backup.read_text() == "the one true original"
    assert (spun.parent / "other.txt").read_text() == "city", "the others go on"


def test_in_place_goes_through_links(run: Run, stub: Stub, spun: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(spun)
    assert run("fix", "--in-place", "link.txt").code == 0
    assert link.is_symlink()
    assert spun.read_bytes() == FIXED.encode()


def test_diff(run: Run, stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\nmetropolis\nthree\n")
    result = run("fix", "--diff", "a.txt")
    assert result.code == 0
    lines = result.out.decode().splitlines()
    assert lines[0] == "--- a.txt" and lines[1].startswith("+++ a.txt")
    assert lines[3:] == [" one", "-metropolis", "+city", " three"]


def test_check_names_what_would_change(run: Run, stub: Stub, spun: Path) -> None:
    (spun.parent / "clean.txt").write_text("a city")
    assert run("fix", "--check", "spun.txt", "clean.txt") == Result(
        1, b"", "would repair spun.txt (3 edits)\n"
    )
    assert run("fix", "--check", "clean.txt") == Result(0, b"", "")
    assert run("fix", "--check", "--threshold", "0.95", "spun.txt") == Result(0, b"", "")
    assert names(spun.parent) == ["clean.txt", "spun.txt"]


@pytest.mark.parametrize("verb", ["fix", "explain"])
def test_json_is_a_record_a_line(run: Run, stub: Stub, spun: Path, verb: str) -> None:
    (spun.parent / "clean.txt").write_text("a city")
    result = run(verb, "--json", "spun.txt", "clean.txt")
    lines = result.out.decode().split("\n")
    assert (result.code, len(lines), lines[2]) == (0, 3, "")
    assert [json.loads(line)["file"] for line in lines[:2]] == ["spun.txt", "clean.txt"]
    assert [Repair.from_json(line) for line in lines[:2]] == [
        stub.explain(SPUN),
        stub.explain("a city"),
    ]


# detect


def test_detect_lists_places(run: Run, stub: Stub, spun: Path) -> None:
    result = run("detect", "spun.txt")
    assert (result.code, result.err) == (1, "")
    assert result.out.decode().splitlines() == [
        "spun.txt:1:5: metropolis (0.80)",
        "spun.txt:1:22: pinnacle (0.80)",
        "spun.txt:2:3: metropolis (0.80)",
    ]


def test_detect_clean(run: Run, stub: Stub) -> None:
    assert run("detect", stdin=b"a city") == Result(0, b"", "")


def test_detect_json(run: Run, stub: Stub, spun: Path) -> None:
    result = run("detect", "--json", "spun.txt", "-", stdin=b"a city")
    first, second = map(json.loads, result.out.decode().splitlines())
    assert result.code == 1
    assert (first["file"], first["score"], len(first["spans"])) == ("spun.txt", 0.97, 3)
    assert first["spans"][2] == {
        "line": 2,
        "column": 3,
        "start": SPUN.index("metropolis,"),
        "end": SPUN.index(","),
        "original": "metropolis",
        "probability": 0.8,
    }
    assert second == {"file": "-", "score": 0.01, "spans": []}


# explain


def test_explain_without_colour(run: Run, stub: Stub) -> None:
    result = run("explain", stdin=b"The metropolis.\n")
    assert result == Result(
        0,
        b"-: repaired (score 0.97): a reason\n\nThe [-metropolis-]{+city+}.\n\n"
        b"1:5  0.90  metropolis -> city  or town 0.05\n",
        "",
    )


def test_explain_in_colour(run: Run, stub: Stub) -> None:
    out = run("explain", "--color", "always", stdin=b"The metropolis.\n").out.decode()
    assert "\x1b[9;31mmetropolis\x1b[0m \x1b[32mcity\x1b[0m." in out


@pytest.mark.parametrize(
    ("argv", "environ", "terminal", "colored"),
    [
        ([], {}, True, True),
        ([], {}, False, False),
        ([], {"NO_COLOR": "1"}, True, False),
        ([], {"NO_COLOR": ""}, True, True),
        ([], {"TERM": "dumb"}, True, False),
        (["--color", "never"], {}, True, False),
        (["--color", "always"], {"NO_COLOR": "1"}, False, True),
    ],
)
def test_colour_is_for_terminals(
    run: Run,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    environ: dict[str, str],
    terminal: bool,
    colored: bool,
) -> None:
    monkeypatch.setattr(os, "environ", {"TERM": "xterm"} | environ)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert (b"\x1b[" in run("explain", *argv, stdin=b"metropolis").out) == colored


def test_explain_lets_no_text_steer_the_terminal(run: Run, stub: Stub) -> None:
    out = run("explain", stdin=b"\x1b]0;owned\x07 metropolis \xc2\x9b1m\r\n").out
    assert not set(out) & set(b"\x1b\x07\r") and b"\xc2\x9b" not in out


def test_explain_says_little_of_a_clean_page(run: Run, stub: Stub) -> None:
    assert run("explain", stdin=b"a city").out == b"-: clean (score 0.01): a reason\n"


# options


def test_options_reach_the_models(run: Run, stub: Stub) -> None:
    argv = "--threshold .7 --harm 3 --floor .2 --alternatives 1 --threads 2".split()
    assert run("fix", *argv, "--protect", "urls, code", "--model", "m", stdin=b"x").code == 0
    expected = Options(0.7, 3.0, 0.2, 1, ("urls", "code"), 2)
    assert (stub.options, stub.model) == (expected, "m")
    run("detect", stdin=b"x")
    assert (stub.options, stub.model) == (Options(), None)
    run("fix", "--protect", "", stdin=b"x")
    assert stub.options.protect == ()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["fix", "--threshold", "1.5"], "threshold is 1.5, but must lie between 0 and 1"),
        (["explain", "--harm", "nan"], "harm is nan"),
        (["fix", "--protect", "urls,commas"], "commas unknown; choose from code, markup, urls"),
        (["detect", "--threads", "two"], "invalid int value: 'two'"),
        (["fix", "--colour"], "unrecognized arguments"),
        (["mend"], "invalid choice: 'mend'"),
        ([], "COMMAND"),
        (["fix", "--in-place"], "--in-place needs the names of files"),
        (["fix", "--in-place", "-"], "--in-place needs the names of files"),
        (["fix", "-o", "x", "a", "b"], "-o takes one text"),
        (["fix", "-o", "x", "--check"], "-o takes one text"),
        (["fix", "--diff", "--json"], "not allowed with"),
        (["fix", "--backup", ".x", "a"], "--backup belongs to --in-place"),
        (["fix", "--in-place", "--backup", "", "a"], "--backup needs a suffix"),
        (["fix", "--in-place", "--backup", "/../x", "a"], "--backup needs a suffix"),
    ],
)
def test_wrong_arguments(run: Run, argv: list[str], message: str) -> None:
    result = run(*argv)
    assert (result.code, result.out) == (2, b"")
    assert message in result.err


# what cannot be read or written


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"caf\xe9 metropolis", r"bad\.txt: not UTF-8 \(byte 0xe9 at offset 3\)"),
        (b"caf\xe9 metropolis", r"iconv -f WINDOWS-1252 -t UTF-8 bad\.txt >"),
        ("metropolis".encode("utf-16"), r"iconv -f UTF-16 -t UTF-8 bad\.txt >"),
        ("metropolis".encode("utf-16-le"), "looks binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "looks binary"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_bytes_that_are_no_text(
    run: Run, stub: Stub, spun: Path, data: bytes, message: str
) -> None:
    (spun.parent / "bad.txt").write_bytes(data)
    result = run("fix", "bad.txt")
    assert (result.code, result.out) == (2, b"")
    assert re.search(message, result.err)
    assert "standard input" in run("detect", stdin=data).err
    result = run("fix", "--in-place", "bad.txt", "spun.txt")
    assert result.code == 2
    assert (spun.parent / "bad.txt").read_bytes() == data
    assert spun.read_bytes() == FIXED.encode(), "the others go on"


@pytest.mark.parametrize("verb", ["fix", "detect", "explain"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.txt", "missing.txt: no such file"),
        ("folder", "folder: is a directory; name the files in it, for example folder/*.txt"),
        ("folder/", "for example folder/*.txt"),
        ("spun.txt/x", "Not a directory"),
        ("nul\0.txt", "null"),
        ("n" * 300, "name too long"),
        ("", "is a directory"),
    ],
)
def test_files_that_cannot_be_read(
    run: Run, stub: Stub, spun: Path, verb: str, name: str, message: str
) -> None:
    (spun.parent / "folder").mkdir()
    result = run(verb, name)
    assert (result.code, result.out) == (2, b"")
    assert message.lower() in result.err.lower()
    result = run(verb, name, "spun.txt")
    assert result.code == 2
    assert result.out == run(verb, "spun.txt").out, "the others go on"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write anything")
def test_permissions(run: Run, stub: Stub, spun: Path) -> None:
    spun.chmod(0)
    assert "permission denied" in run("fix", "spun.txt").err
    spun.chmod(0o600)
    spun.parent.chmod(0o500)
    result = run("fix", "--in-place", "spun.txt")
    spun.parent.chmod(0o700)
    assert result.code == 2 and "permission denied" in result.err
    assert spun.read_bytes() == SPUN.encode()


@pytest.mark.parametrize("target", ["no/such/out.txt", "folder", "n" * 300])
def test_output_that_cannot_be_written(run: Run, stub: Stub, spun: Path, target: str) -> None:
    (spun.parent / "folder").mkdir()
    result = run("fix", "-o", target, "spun.txt")
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith("repair: ") and "Traceback" not in result.err
    assert names(spun.parent) == ["folder", "spun.txt"]


@pytest.mark.parametrize("failing", ["write", "replace"])
def test_a_failed_write_leaves_all_as_it_was(
    run: Run, stub: Stub, spun: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    if failing == "replace":
        monkeypatch.setattr(os, "replace", full)
    else:
        monkeypatch.setattr("shutil.copystat", full)  # after the backup's bytes, before its name
    result = run("fix", "--in-place", "spun.txt")
    assert result.code == 2 and "No space left on device" in result.err
    assert names(spun.parent) == ["spun.txt"]
    assert spun.read_bytes() == SPUN.encode()


def test_models_that_cannot_be_loaded(run: Run, spun: Path) -> None:
    result = run("fix", "--model", "nowhere", "-o", "out.txt", "spun.txt")
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith("repair: nowhere: no models here")
    assert names(spun.parent) == ["spun.txt"]


def test_models_that_fail_on_the_way(
    run: Run, stub: Stub, spun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(self: Stub, texts: Iterable[str], progress: bool) -> Iterator[Repair]:
        list(texts)
        raise ModelError("detector: cannot be loaded")
        yield

    monkeypatch.setattr(Stub, "explain_many", damaged)
    assert run("fix", "spun.txt") == Result(2, b"", "repair: detector: cannot be loaded\n")


# the process


def test_interrupted(run: Run, stub: Stub, spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Stub, text: str) -> Repair:
        raise KeyboardInterrupt

    monkeypatch.setattr(Stub, "explain", interrupted)
    assert run("fix", "--in-place", "spun.txt") == Result(130, b"", "")
    assert names(spun.parent) == ["spun.txt"]


@pytest.mark.parametrize(
    ("argv", "terminals", "shown"),
    [
        (["fix", "a", "b"], {"stderr"}, True),
        (["fix", "a", "b"], {"stderr", "stdout"}, False),
        (["fix", "--check", "a", "b"], {"stderr", "stdout"}, True),
        (["explain", "a", "b"], {"stderr"}, True),
        (["fix", "a", "b"], {"stdout"}, False),
        (["fix", "a"], {"stderr"}, False),
    ],
)
def test_progress_is_for_terminals(
    run: Run,
    stub: Stub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    terminals: set[str],
    shown: bool,
) -> None:
    for name in "ab":
        (tmp_path / name).write_text("a city")
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda s=stream: s in terminals)
    run(*argv)
    assert stub.progress == shown


def test_names_that_are_not_utf8(run: Run, stub: Stub, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("metropolis\n")
    assert run("detect", name).out == b"caf\xe9.txt:1:1: metropolis (0.80)\n"
    assert json.loads(run("fix", "--json", name).out)["file"] == "caf\ufffd.txt"
    assert run("fix", "--diff", name).out.startswith(b"--- caf\xe9.txt\n")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from repair.cli import main\n"
        "for argv in ['--help'], ['--version'], ['fix', '--help'], ['fix', '--harm', '0']:\n"
        "    try: main(argv)\n"
        "    except SystemExit: pass\n"
        "assert main(['fix', '/no/such/file']) == 2\n"
        "heavy = {'numpy', 'ctranslate2', 'tokenizers', 'tqdm', 'torch'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "repair 0." in done.stdout and "exit codes" in done.stdout


BUFFERED = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}


def test_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    argv = [sys.executable, "-m", "repair", "--help"]
    with open(writing, "wb") as pipe:
        done = subprocess.run(argv, stdout=pipe, stderr=subprocess.PIPE, env=BUFFERED)
    assert (done.returncode, done.stderr) == (cli.PIPE_CLOSED, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
def test_full_disk() -> None:
    argv = [sys.executable, "-m", "repair", "--version"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, env=BUFFERED)
    assert done.returncode == 2
    assert done.stderr == b"repair: output: No space left on device\n"


def test_with_the_real_models(
    run: Run, repairer: Repairer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Repairer, "load", lambda path, options: repairer)
    article = Path(__file__).parents[1] / "examples" / "spun.txt"
    text = article.read_bytes()
    result = run("fix", str(article))
    assert result.code == 0
    assert result.out == repairer.fix(text.decode()).encode() != text
    assert b"metropolis" not in result.out
    assert run("fix", "--check", stdin=text).code == 1
    assert run("detect", stdin=text).code == 1
    assert run("detect", stdin=b"He likes coffee.").code == 0
    assert run("explain", stdin=text).out.startswith(b"-: repaired")
