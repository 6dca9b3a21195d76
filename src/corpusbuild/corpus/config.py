"""``[tool.corpusbuild]`` of pyproject.toml, judged against a schema of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpusbuild.corpus.config_judging import judge
from corpusbuild.corpus.limits import Limits
from corpusbuild.corpus.storage import Root
from corpusbuild.corpus.toml_reading import read_toml
from corpusbuild.errors import BadConfig, CannotGoOn, NotACorpus

FILE = "pyproject.toml"

_HEADER = re.compile(r"^[ \t]*\[[^\[\]\n]+\][ \t]*(?:#.*)?$|^[ \t]*\[\[[^\[\]\n]+\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Splits:
    """How articles are dealt out to splits."""

    group: str | None = None
    derived: str = "based_on"
    ratios: Mapping[str, float] = field(default_factory=dict)
    assign: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every split, in the order in which the config names them."""
        return tuple(dict.fromkeys([*self.ratios, *self.assign.values()])) or ("train",)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """When two texts count as near-duplicates: Jaccard similarity of their sets of word n-grams."""

    threshold: float = 0.6
    shingle: int = 5


@dataclass(frozen=True, slots=True)
class Agree:
    """What comparing two annotators takes besides the schemas: see ``docs/config.md``."""

    align: Mapping[str, str] = field(default_factory=dict)
    threshold: float = 0.5
    ordinal: tuple[str, ...] = ()
    symmetric: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fault that is forgiven: a rule, where (path glob, with an optional ``#pointer`` glob), why, and until when."""

    rule: str
    where: str
    reason: str
    until: str | None = None

    def is_expired(self, version: str, today: date | None) -> bool:
        """Whether it ended before ``today``, or with ``version`` of the corpus or one before; a day that is not given is none."""
        if self.until is None:
            return False
        if "-" in self.until:
            return today is not None and today.isoformat() > self.until
        return tuple(map(int, version.split("."))) >= tuple(map(int, self.until.split(".")))


@dataclass(frozen=True, slots=True)
class Config:
    """What ``[tool.corpusbuild]`` says."""

    name: str
    title: str = ""
    version: str = "0.0.0"
    tag: str = "v{version}"
    license: str | None = None
    authors: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    gold: str | None = None
    splits: Splits = field(default_factory=Splits)
    duplicates: Duplicates = field(default_factory=Duplicates)
    agree: Agree = field(default_factory=Agree)
    limits: Limits = field(default_factory=Limits)
    severity: Mapping[str, str] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    checks: tuple[str, ...] = ()
    description: str = ""
    url: str | None = None
    published: str | None = None
    source: bytes = field(default=b"", repr=False, compare=False)

    def place(self, *path: str | int) -> str:
        """``pyproject.toml`` and the line of a key below ``[tool.corpusbuild]``, for an error about it."""
        return _place(self.source, path)


def find_root(start: Path) -> Path:
    """The corpus that ``start`` lies in: the nearest folder upward whose pyproject.toml has ``[tool.corpusbuild]``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / FILE
        if file.is_file() and _table(_parse(file.read_bytes(), os.path.relpath(file, start))) is not None:
            return folder
    raise NotACorpus(
        f"no corpus here: no {FILE} with [tool.corpusbuild] in this folder or above it",
        str(start),
        "go to a corpus folder, name one with --corpus, or make one with `corpusbuild init DIR`",
    )


def read_config(root: Root) -> bytes:
    """The bytes of a corpus's pyproject.toml. Raises :class:`~corpusbuild.errors.CannotGoOn` where it cannot be read."""
    try:
        return (root / FILE).read_bytes()
    except OSError as error:
        raise CannotGoOn(
            f"this file cannot be read: {error.strerror}", FILE, "make it readable, or run again if it was just moved"
        ) from error


def parse_config(data: bytes) -> Config:
    """The config that the bytes of a pyproject.toml hold. Raises :class:`BadConfig`."""
    values = _plain(_table(_parse(data, FILE)))
    if values is None:
        raise NotACorpus("there is no [tool.corpusbuild] table", FILE, "add one; `name` is the least it needs")
    judge(values, lambda path: _place(data, path))
    return Config(
        name=values["name"],
        title=values.get("title", values["name"]),
        version=values.get("version", "0.0.0"),
        tag=values.get("tag", "v{version}"),
        license=values.get("license"),
        authors=tuple(values.get("authors", ())),
        language=tuple(values.get("language", ())),
        gold=values.get("gold"),
        splits=Splits(**{key: _frozen(value) for key, value in values.get("splits", {}).items()}),
        duplicates=Duplicates(**values.get("duplicates", {})),
        agree=_agree(values.get("agree", {})),
        limits=Limits(**values.get("limits", {})),
        severity=dict(values.get("severity", {})),
        waive=tuple(Waiver(**each) for each in values.get("waive", ())),
        checks=tuple(values.get("checks", ())),
        description=values.get("description", ""),
        url=values.get("url"),
        published=values.get("published"),
        source=data,
    )


def _agree(values: dict[str, Any]) -> Agree:
    symmetric = {column: tuple(labels) for column, labels in values.get("symmetric", {}).items()}
    return Agree(**{**values, "ordinal": tuple(values.get("ordinal", ())), "symmetric": symmetric})


def _table(values: dict[str, Any]) -> Any:
    """``[tool.corpusbuild]``, if there is one."""
    tool = values.get("tool")
    return tool.get("corpusbuild") if isinstance(tool, dict) else None


def _plain(value: Any) -> Any:
    """``value`` as JSON has it: what TOML knows as a date is a string there."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _frozen(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) and not isinstance(value, MappingProxyType) else value


def _place(data: bytes, path: Sequence[str | int]) -> str:
    line = data.decode("utf-8")[: key_place(data, path)[0]].count("\n")
    return f"{FILE}:{line + 1}"


def _parse(data: bytes, path: str) -> dict[str, Any]:
    try:
        return read_toml(data)
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadConfig(f"this is not TOML: {error}", f"{path}:{line[1]}" if line else path) from error


def key_place(data: bytes, path: Sequence[str | int], root: Sequence[str] = ("tool", "corpusbuild")) -> tuple[int, int]:
    """The code points of a key below ``[tool.corpusbuild]``, or below another root, or of the nearest header above it.

    A number in ``path`` is that of a table in an array of tables. tomllib keeps no positions, so the key is looked for
    as text behind its table's header.
    """
    text = data.decode("utf-8")
    header = (0, 0)
    names = [*root]
    for step in (None, *path) if root else path:
        if isinstance(step, str):
            names.append(step)
        name = r"\s*\.\s*".join(rf"""["']?{re.escape(each)}["']?""" for each in names)
        brackets = rf"\[\[\s*{name}\s*\]\]" if isinstance(step, int) else rf"\[\s*{name}\s*\]"
        # What is below a table of an array stands behind it.
        behind = header[1] if isinstance(step, str) and any(isinstance(each, int) for each in path) else 0
        found = list(re.compile(rf"^[ \t]*({brackets})", re.MULTILINE).finditer(text, behind))
        number = step if isinstance(step, int) else 0
        header = found[number].span(1) if number < len(found) else header
    next_header = _HEADER.search(text, header[1]) if header[1] else None
    end = next_header.start() if next_header else len(text)
    for step in reversed(path):
        if isinstance(step, str):
            key = re.compile(rf"""(?:^[ \t]*|[{{,]\s*)(["']?{re.escape(step)}["']?)\s*=""", re.MULTILINE).search(text, header[1], end)
            if key:
                return key.span(1)
    return header
