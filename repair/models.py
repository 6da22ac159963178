"""The model files: where they lie, whether they are whole, and loading them once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

from repair.decide import Decider
from repair.gate import Gate

SHIPPED = Path(__file__).with_name("weights")


class ModelError(RuntimeError):
    """The models are missing or damaged; the message says what to do."""


@dataclass(frozen=True)
class Models:
    """A directory of models; the two neural ones are loaded by `Repairer` when first needed."""

    directory: Path
    gate: Gate
    decider: Decider

    @classmethod
    def load(cls, directory: str | Path | None = None) -> Models:
        """Check the directory against its manifest and load the light models.

        Raises ModelError if anything is missing or not as it was written.
        """
        directory = SHIPPED if directory is None else Path(directory)
        check(directory)
        try:
            return cls(
                directory,
                Gate.load(directory / "gate.npz"),
                Decider.load(directory / "decider.npz"),
            )
        except (OSError, KeyError, ValueError, TypeError, BadZipFile) as error:
            raise ModelError(f"{directory}: cannot be read ({error}); {_ADVICE}") from error


_ADVICE = (
    "install the package again (pip install --force-reinstall repair), "
    "or name a directory that `python -m training export` wrote"
)


def check(directory: Path) -> None:
    """Compare every file with the manifest: its size always, its checksum up to a megabyte.

    Reading all 60 MB for their checksums would double the time to the first page.
    """
    manifest = directory / "manifest.json"
    if not manifest.exists():
        raise ModelError(f"{directory}: no models here (no manifest.json); {_ADVICE}")
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        entries = [(directory / name, int(size), int(crc)) for name, (size, crc) in files.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{manifest}: damaged ({error}); {_ADVICE}") from error
    for path, size, checksum in entries:
        if not path.is_file():
            raise ModelError(f"{path}: missing; {_ADVICE}")
        if path.stat().st_size != size or (size < 1 << 20 and crc32(path.read_bytes()) != checksum):
            raise ModelError(f"{path}: damaged; {_ADVICE}")


def write_manifest(directory: Path) -> None:
    """Note the size and checksum of every file of a finished model directory."""
    files = {
        path.relative_to(directory).as_posix(): (path.stat().st_size, crc32(path.read_bytes()))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", "MODEL_CARD.md")
    }
    text = json.dumps({"files": files}, indent=1)
    (directory / "manifest.json").write_text(text + "\n", encoding="utf-8")
