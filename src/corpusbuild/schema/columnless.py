"""Find values that the schema allows but no column can hold as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self

from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.schema.shape import Path, Record, Scalar, walk

# Only a document with a number this long, or with an exponent, can hold one that does not fit.
_SUSPECT = re.compile(rb"[\d.]{16}|\d[eE][+-]?\d")
_YEARS = "it lies outside the years 1 to 9999"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Columnless:
    """A value that its column cannot hold."""

    pointer: Pointer
    value: Any
    type: Scalar
    reason: str = ""


@dataclass(frozen=True)
class Fits:
    """Checks the numbers and instants of documents of one record type."""

    numbers: tuple[tuple[Path, Scalar], ...]
    instants: tuple[Path, ...]
    dates: tuple[Path, ...] = ()

    @classmethod
    def of(cls, record: Record) -> Fits:
        """The checks that documents of ``record`` need."""
        columns = list(walk(record))
        numbers = tuple((path, c.type) for path, c in columns if c.type in (Scalar.INTEGER, Scalar.NUMBER, Scalar.JSON))
        instants = tuple(path for path, c in columns if c.type is Scalar.INSTANT)
        return cls(numbers, instants, tuple(path for path, c in columns if c.type is Scalar.DATE))

    def faults(self, data: bytes, document: Any) -> Iterator[Columnless]:
        """Every value of ``document`` (whose bytes are ``data``) that has no equal in its column."""
        if self._has_numbers(document) and _SUSPECT.search(data):
            exact = json.loads(data, parse_float=_Written)
            for path, kind in self.numbers:
                for at, value in zip(pointers_at(exact, path), values_at([exact], path), strict=True):
                    yield from (Columnless(place, number, kind) for place, number in _numbers(value, at) if not _number_fits(number, kind))
        for path in self.instants:
            for i, value in enumerate(values_at([document], path)):
                reason = None if value is None else instant_fault(value)
                if reason is not None:
                    yield Columnless(pointers_at(document, path)[i], value, Scalar.INSTANT, reason)
        for path in self.dates:
            for i, value in enumerate(values_at([document], path)):
                if value is not None and value.startswith("0000"):
                    yield Columnless(pointers_at(document, path)[i], value, Scalar.INSTANT, _YEARS)

    def _has_numbers(self, document: Any) -> bool:
        """Whether there is a number at all; looking through every byte costs more than looking there first."""
        return any(value is not None for path, _ in self.numbers for value in values_at([document], path))


class _Written(float):
    """A number with a fraction or an exponent, and how it was written: ``9007199254740993.0`` is no float."""

    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


def _numbers(value: Any, at: Pointer) -> Iterator[tuple[Pointer, int | float]]:
    """Every number in ``value``, which stands at ``at``."""
    if isinstance(value, dict | list):
        for step, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(each, (*at, step))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield at, value


def _number_fits(value: float, kind: Scalar) -> bool:
    if value in (float("inf"), float("-inf")):
        return False
    if kind is Scalar.INTEGER:
        return -(2**63) <= value < 2**63 and not (isinstance(value, _Written) and Decimal(value.text) != int(value))
    if isinstance(value, float):
        return True
    return -(2**63) <= value < 2**63 if kind is Scalar.JSON else _float_holds(value)


def _float_holds(value: int) -> bool:
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


def instant_fault(value: str) -> str | None:
    """Why an RFC 3339 instant has no equal among timestamps in microseconds, None where it has."""
    found = _INSTANT.fullmatch(value)
    if found is None:
        return "it is not written as RFC 3339 wants it"
    if found[2].endswith(":60"):
        return "it is a leap second"
    if found[3] and found[3][6:].strip("0"):
        return "it has digits below a microsecond"
    try:
        parse_instant(value)
    except (ValueError, OverflowError):
        return _YEARS
    return None


def parse_instant(value: str) -> datetime:
    """The instant in UTC, without an offset to remember."""
    found = _INSTANT.fullmatch(value)
    if found is None:
        raise ValueError(value)
    fraction = ((found[3] or "") + "000000")[:6]
    offset = "+00:00" if found[4] in "Zz" else found[4]
    return datetime.fromisoformat(f"{found[1]}T{found[2]}.{fraction}{offset}").astimezone(UTC)
