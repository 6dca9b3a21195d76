"""Keep the records that differ out of memory: in a file that has no name, and is gone when nobody asks any more."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict

import orjson

from corpusbuild.difference.nouns import FieldChange, How, Kind, RecordChange

# Fewer bytes never leave memory.
_SMALL = 1 << 20


class Spool:
    """Records in the order in which they were found; read as often as one likes, several at once too."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_SMALL)  # noqa: SIM115  closed with this object
        self._size = 0
        weakref.finalize(self, self._file.close)

    def add(self, change: RecordChange) -> None:
        """Append one record."""
        self._file.seek(self._size)
        self._size += self._file.write(orjson.dumps(asdict(change)) + b"\n")

    def __iter__(self) -> Iterator[RecordChange]:
        at = 0
        while at < self._size:
            self._file.seek(at)
            line = self._file.readline()
            at += len(line)
            yield _change(line)


def _change(line: bytes) -> RecordChange:
    value = orjson.loads(line)
    fields = (FieldChange(tuple(each["path"]), How(each["how"]), each["before"], each["after"]) for each in value.pop("fields"))
    return RecordChange(kind=Kind(value.pop("kind")), fields=tuple(fields), **value)
