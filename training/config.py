"""Configs: YAML files, every key of which is checked before anything expensive starts.

Paths in a config are relative to where the command is run.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from inspect import signature
from pathlib import Path
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import yaml

if TYPE_CHECKING:
    from training.spinners import Spinner

# What a value must look like: a type, a frozenset of choices, `[shape]` for a list, a tuple of
# shapes of which one must fit, a mapping of keys to shapes, where a key that ends in `?` may be
# left out, or a function that gives the shape of a value which tells by itself what it must hold.
Shape = Any


class ConfigError(ValueError):
    """A config that cannot be used; the message names the key and the file."""


def load(path: str | Path, changes: Iterable[str] = ()) -> dict[str, Any]:
    """Read a YAML file and make `changes` to it, each written as `key.sub=value`.

    The items of a list are counted from 0: `corpora.0.path=my.jsonl`.
    """
    try:
        config = yaml.load(Path(path).read_text(encoding="utf-8"), _Loader)
        if not isinstance(config, dict):
            raise ConfigError(f"{path}: no settings in this file; it must hold `key: value` lines")
        for change in changes:
            _make(change, config)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a YAML file: {error}") from error
    return config


def check(config: Mapping[str, Any], stage: str, path: str | Path) -> None:
    """Compare a config with what its stage reads. Raises ConfigError at the first difference."""
    compare(config, shape(stage, config), path)
    if stage in ("detector", "restorer"):
        ends = [lesson.get("until", 1.0) for lesson in config["lessons"]] or [0.0]
        if ends != sorted(ends) or ends[-1] < 1:
            raise ConfigError(
                f"{path}: lessons end at {ends}; each `until` must be later than the one before,"
                " and the last lesson must go on to the end (no `until`)"
            )


def shape(stage: str, config: Mapping[str, Any]) -> Shape:
    """What the config of a stage holds; `config` decides which keys it must have."""
    if stage == "start":
        return _start(config)
    if stage == "prepare":
        return {
            "kind": frozenset(("detector", "restorer")),
            "vocabulary": str,
            "examples": int,
            "shard?": int,
            **_pages(config),
            **(_windows() if config.get("kind") == "restorer" else {}),
        }
    if stage == "gate":
        own = {"pages": int, "epochs": int, "learning_rate": float, "threads?": int}
        return own | _pages(config)
    if stage == "ngrams":
        return {"corpora": [{"path": str}], "least": int}
    if stage == "calibrate":
        own = {"pages": int, "clean_passed": float, "threads?": int}
        corpora = [{"path": str, "documents": int}]
        return {"seed": int, "corpora": corpora, "recipes": [_recipe]} | own
    from training.loop import Schedule

    lesson = {"data": str, "until?": float} | ({"guide?": float} if stage == "restorer" else {})
    return {"start": str, "lessons": [lesson], "schedule": _fields(Schedule)}


def _start(config: Mapping[str, Any]) -> Shape:
    if "from" in config:
        return {"from": str, "checkpoint?": str}
    if "checkpoint" in config:
        return {"encoder?": str, "checkpoint": str}
    return {"encoder?": str, "decoder_layers": [int]}


def _pages(config: Mapping[str, Any]) -> dict[str, Shape]:
    """Where pages come from: corpora and the recipes for spinning them, a user's pairs, or both."""
    if "pairs" in config and not config.keys() & {"corpora", "recipes"}:
        return {"seed": int, "pairs": [str]}
    return {
        "seed": int,
        "corpora": [{"path": str, "weight": float, "text?": str, "split?": str}],
        "recipes": [_recipe],
        "rounds?": int,
        "page_characters": int,
        "pairs?": [str],
    }


def spinner(
    settings: Any, kinds: Mapping[str, Callable[..., Spinner]] | None = None
) -> dict[str, Shape]:
    """What the settings of a spinner hold: `kind`, and the parameters of that kind's loader."""
    from training.spinners import KINDS

    kinds = KINDS if kinds is None else kinds
    kind = str(settings.get("kind", "dictionary")) if isinstance(settings, Mapping) else ""
    own = _fields(kinds[kind]) if kind in kinds else {}
    return {"kind?": frozenset(kinds), **own}


def _recipe(settings: Any) -> Shape:
    own = spinner(settings)
    if "list" in own and "kind" not in settings:  # a clean page, if it names no list either
        own["list?"] = own.pop("list")
    return {"weight": float, **own}


def _windows() -> dict[str, Shape]:
    from training.marks import Noise

    detector = {"directory": str, "share": float}
    return {
        "window_tokens": [int],
        "windows?": str,
        "noise?": _fields(Noise),
        "detector?": detector,
    }


def _fields(maker: Callable[..., Any]) -> dict[str, Shape]:
    """The parameters of a function, or the fields of a record."""
    hints = get_type_hints(maker)
    return {
        name + ("" if parameter.default is parameter.empty else "?"): _hinted(hints[name])
        for name, parameter in signature(maker).parameters.items()
    }


def _hinted(hint: Any) -> Shape:
    inner = get_args(hint)
    if isinstance(hint, UnionType):
        return tuple(map(_hinted, inner))
    if get_origin(hint) is Literal:
        return frozenset(inner)
    if get_origin(hint) is list:
        return [_hinted(inner[0])]
    return _fields(hint) if isinstance(hint, type) and is_dataclass(hint) else hint


def compare(value: Any, shape: Shape, path: str | Path) -> None:
    """Compare settings with a shape. Raises ConfigError at the first difference."""
    _compare(value, shape, str(path), "")


def _compare(value: Any, shape: Shape, file: str, key: str) -> None:
    if isinstance(shape, FunctionType):
        shape = shape(value)
    if isinstance(shape, tuple):
        if not any(_fits(value, one) for one in shape):
            raise ConfigError(_wrong(value, shape, file, key))
        return
    if isinstance(shape, dict | list) and not isinstance(value, type(shape)):
        raise ConfigError(_wrong(value, shape, file, key))
    if isinstance(shape, dict):
        _compare_keys(value, shape, file, key)
    elif isinstance(shape, list):
        for number, item in enumerate(value):
            _compare(item, shape[0], file, f"{key}.{number}")
    elif not _fits(value, shape):
        raise ConfigError(_wrong(value, shape, file, key))


def _compare_keys(value: dict[str, Any], shape: dict[str, Shape], file: str, key: str) -> None:
    prefix = f"{key}." if key else ""
    known = {name.rstrip("?"): (name.endswith("?"), one) for name, one in shape.items()}
    for name, (_, one) in known.items():
        if name in value:
            _compare(value[name], one, file, prefix + name)
    for name in value:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(known)}"
            raise ConfigError(f"{file}: nothing here reads {prefix}{name}; {hint}")
    for name, (optional, one) in known.items():
        if name not in value and not optional:
            raise ConfigError(f"{file}: {prefix}{name} is missing; it must be {_described(one)}")


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, frozenset):
        return isinstance(value, str) and value in shape
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(item, shape[0]) for item in value)
    if isinstance(value, bool):
        return shape is bool
    return isinstance(value, (int, float) if shape is float else shape)


def _wrong(value: Any, shape: Shape, file: str, key: str) -> str:
    return f"{file}: {key} is {value!r}, but must be {_described(shape)}"


def _described(shape: Shape) -> str:
    if isinstance(shape, frozenset):
        return " or ".join(sorted(shape))
    if isinstance(shape, list):
        return f"a list, each item {_described(shape[0])}"
    if isinstance(shape, dict):
        return f"settings ({', '.join(shape)})"
    if isinstance(shape, FunctionType):
        return "settings"
    if isinstance(shape, tuple):
        return ", or ".join(map(_described, shape))
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(shape, "empty")


def _make(change: str, config: dict[str, Any]) -> None:
    name, equals, value = change.partition("=")
    if not equals or not name:
        raise ConfigError(f"--set {change}: write key=value, as in --set schedule.minutes=5")
    *outer, last = name.split(".")
    place: Any = config
    try:
        for key in outer:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        place[int(last) if isinstance(place, list) else last] = yaml.load(value, _Loader)
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        raise ConfigError(f"--set {change}: the config has no such place ({error})") from error


class _Loader(yaml.SafeLoader):
    """YAML as people write it: 4e-4 is a number, which YAML 1.1 reads only with a point in it."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)
