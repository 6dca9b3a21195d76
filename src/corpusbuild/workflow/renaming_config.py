"""What a renaming changes in the config: assigned groups, the gold annotator, and what waivers are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from corpusbuild.corpus.config import FILE, Agree, Config, Waiver, key_place, parse_config
from corpusbuild.errors import BadConfig, CannotGoOn
from corpusbuild.splitting import by_hash
from corpusbuild.workflow.mending import glob_literal, toml_string

_STRING = r"""("(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_VALUE = re.compile(rf"\s*=\s*{_STRING}")
_WHERE = re.compile(rf"^[ \t]*where\s*=\s*{_STRING}", re.MULTILINE)
_WAIVER = re.compile(r"^[ \t]*\[\[\s*tool\s*\.\s*corpusbuild\s*\.\s*waive\s*\]\]", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a renaming means to the config: whether it names a group of articles, or an annotator; files and folders that move.

    ``locked`` says that no article of the group can move to another split; ``labelled`` are the columns of which a label
    is renamed.
    """

    old: str
    new: str
    group: bool
    locked: bool
    annotator: bool
    moves: Sequence[tuple[str, str]]
    labelled: Sequence[str] = ()


def renamed_config(root: Path, config: Config, told: Told) -> tuple[bytes, bytes] | None:
    """The bytes of the config before and after; None where nothing in it is about what is renamed.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where the config would no longer say what it did.
    """
    old, new = told.old, told.new
    data = (root / FILE).read_bytes()
    text = data.decode("utf-8")
    wanted = config
    splices: list[_Splice] = []
    if told.group:
        wanted = _regrouped(wanted, old, new, locked=told.locked)
        if wanted is not config:
            start, end = key_place(data, ("splits", "assign", old))
            splices.append(_Splice(start, end, new if _BARE.fullmatch(new) else toml_string(new)))
    if told.annotator and config.gold == old:
        wanted = replace(wanted, gold=new)
        value = _VALUE.match(text, key_place(data, ("gold",))[1])
        splices += [_Splice(*value.span(1), toml_string(new))] if value else []
    agree = _reagreed(config.agree, told)
    if agree != config.agree:
        wanted = replace(wanted, agree=agree)
        splices += _agree_splices(text, data, told)
    waivers = tuple(_rewaived(waiver, told.moves) for waiver in config.waive)
    if waivers != config.waive:
        wanted = replace(wanted, waive=waivers)
        splices += _waiver_splices(text, config.waive, waivers)
    if wanted == config:
        return None
    changed = text
    for splice in sorted(splices, key=lambda each: each.start, reverse=True):
        changed = changed[: splice.start] + splice.text + changed[splice.end :]
    after = changed.encode("utf-8")
    if not _says(after, wanted):
        raise CannotGoOn(f'"{old}" cannot be renamed where the config says it', FILE, "change it there by hand first")
    return data, after


def _says(data: bytes, wanted: Config) -> bool:
    try:
        return parse_config(data) == wanted
    except BadConfig:
        return False


def _regrouped(config: Config, old: str, new: str, *, locked: bool) -> Config:
    splits = config.splits
    if new in splits.assign:
        raise CannotGoOn(f'"{new}" is the name of a group already', FILE, "choose another name")
    if old in splits.assign:
        return replace(
            config, splits=replace(splits, assign={new if name == old else name: split for name, split in splits.assign.items()})
        )
    here, there = by_hash(old, splits.ratios), by_hash(new, splits.ratios)
    if here != there and not locked:
        message = f'the group "{old}" is placed by its name: as "{new}" it would move from {here} to {there}'
        raise CannotGoOn(message, FILE, f'place it by hand first: assign = {{ {toml_string(old)} = "{here}" }}')
    return config


def _reagreed(agree: Agree, told: Told) -> Agree:
    """What is said of agreement, once a label has another name."""

    def name(column: str, label: str) -> str:
        return told.new if column in told.labelled and label == told.old else label

    symmetric = {column: tuple(name(column, label) for label in labels) for column, labels in agree.symmetric.items()}
    skip = {table: {column: name(f"{table}.{column}", label) for column, label in those.items()} for table, those in agree.skip.items()}
    return replace(agree, symmetric=symmetric, skip=skip)


def _agree_splices(text: str, data: bytes, told: Told) -> Iterator[_Splice]:
    """Where ``symmetric`` and ``skip`` say the label; what else is called so is caught by comparing what the config then says."""
    for key in ("symmetric", "skip"):
        start, end = key_place(data, ("agree", key))
        if text[start:end].strip("\"'") == key:
            stop = re.compile(r"\n\s*(?:\w+\s*=|\[)|\Z").search(text, end)
            for found in re.compile(_STRING).finditer(text, end, stop.start() if stop is not None else len(text)):
                if found[1][1:-1] == told.old:
                    yield _Splice(*found.span(1), toml_string(told.new))


def _rewaived(waiver: Waiver, moves: Sequence[tuple[str, str]]) -> Waiver:
    """The waiver, about the same faults once files have moved."""
    path, mark, pointer = waiver.where.partition("#")
    for old, new in moves:
        inside = f"{glob_literal(old)}/"
        if path == glob_literal(old):
            return replace(waiver, where=f"{glob_literal(new)}{mark}{pointer}")
        if path.startswith(inside):
            return replace(waiver, where=f"{glob_literal(new)}/{path.removeprefix(inside)}{mark}{pointer}")
        if fnmatchcase(old, path) and not fnmatchcase(new, path):
            message = f'the waiver for "{waiver.where}" is about {old}, and would not be about {new}'
            raise CannotGoOn(message, FILE, "change it by hand first")
    return waiver


def _waiver_splices(text: str, before: Sequence[Waiver], after: Sequence[Waiver]) -> Iterator[_Splice]:
    starts = [found.end() for found in _WAIVER.finditer(text)]
    for start, old, new in zip(starts, before, after, strict=False):
        value = _WHERE.search(text, start)
        if old != new and value is not None:
            yield _Splice(*value.span(1), toml_string(new.where))
