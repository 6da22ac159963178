"""Texts in files, byte for byte: read strictly as UTF-8, written whole or not at all."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextlib import suppress
from pathlib import Path

STDIN = "-"

# UTF-8 text holds next to no NUL bytes; images, archives and UTF-16 are full of them.
_MOST_NULS = 0.02
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileError(Exception):
    """What is wrong with a file, said to the person who named it."""


def read(name: str) -> str:
    """The text of a file, or of standard input if `name` is `-`.

    Line ends and a byte order mark stay in the text, so that encoding it gives the
    file again. Raises FileError.
    """
    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FileError(why(error, name)) from error
    return decoded(data, name)


def decoded(data: bytes, name: str) -> str:
    """The bytes as text. Raises FileError if they are something else.

    >>> decoded(b"\\xef\\xbb\\xbfcaf\\xc3\\xa9\\r\\n", "menu.txt")
    '\\ufeffcafé\\r\\n'
    >>> decoded(b"caf\\xe9", "menu.txt")
    Traceback (most recent call last):
    repair.files.FileError: menu.txt: not UTF-8 (byte 0xe9 at offset 3); if it was written on \
Windows, convert it first:
      iconv -f WINDOWS-1252 -t UTF-8 menu.txt > menu.txt.utf8
    """
    shown = "standard input" if name == STDIN else name
    try:
        if data.startswith(_UTF16_MARKS):
            raise FileError(
                f"{shown}: UTF-16, not UTF-8; convert it first:\n{_iconv('UTF-16', name)}"
            )
        if data.count(0) > _MOST_NULS * len(data):
            raise FileError(
                f"{shown}: looks binary (it holds NUL bytes); save it as plain text in UTF-8 first"
            )
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{shown}: not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}); "
            f"if it was written on Windows, convert it first:\n{_iconv('WINDOWS-1252', name)}"
        ) from error


def write(path: str | Path, data: bytes, like: Path | None = None) -> None:
    """Put `data` in the place of a file at once, so that no one ever sees half of it.

    The file keeps its owner and mode, or takes over those and the times from `like`. A link
    stays a link; what is no file (a pipe, /dev/null) is simply written to. Raises FileError.
    """
    path = Path(path)
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        new = path.with_name(f".repair-{os.urandom(4).hex()}.tmp")
        try:
            with open(new, "xb") as file:
                file.write(data)
            model = like or path
            if model.exists():
                with suppress(OSError, AttributeError):  # only root may, and not on Windows
                    os.chown(new, model.stat().st_uid, model.stat().st_gid)
                (shutil.copymode if like is None else shutil.copystat)(model, new)
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise FileError(why(error, str(path))) from error


def rewrite(name: str, before: bytes, after: bytes, suffix: str) -> None:
    """Replace what a file holds; `before` is kept under the name with `suffix`. Or FileError."""
    path = Path(name).resolve()
    backup = path.with_name(path.name + suffix)
    if os.path.lexists(backup):
        raise FileError(
            f"{name}: left as it is, because {backup} exists already; "
            "move that away, or give another --backup suffix"
        )
    if not path.is_file():
        raise FileError(f"{name}: not a file that can be replaced; leave out --in-place")
    write(backup, before, like=path)
    write(path, after)


def why(error: Exception, name: str) -> str:
    """An error of the operating system, in words that say what to do where there is anything."""
    if isinstance(error, FileNotFoundError):
        return f"{name}: no such file or directory; check the path"
    if isinstance(error, IsADirectoryError):
        return f"{name}: is a directory; name the files in it, for example {name.rstrip('/')}/*.txt"
    if isinstance(error, PermissionError):
        return (
            f"{name}: permission denied; check who may read and write it (ls -ld {_quoted(name)})"
        )
    return f"{name}: {getattr(error, 'strerror', None) or error}"


def _iconv(encoding: str, name: str) -> str:
    if name == STDIN:
        return f"  … | iconv -f {encoding} -t UTF-8 | repair …"
    return f"  iconv -f {encoding} -t UTF-8 {_quoted(name)} > {_quoted(name + '.utf8')}"


def _quoted(name: str) -> str:
    return shlex.quote(name)
