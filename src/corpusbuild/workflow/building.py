"""Put a data set together beside the place where it will stand."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import orjson

from corpusbuild.corpus.own_folder import OWN, own_folder
from corpusbuild.corpus.scratch import scratch
from corpusbuild.corpus.storage import Root
from corpusbuild.emit import swap, uploading
from corpusbuild.emit.following import Source, Standing
from corpusbuild.emit.parquet import TableWriter
from corpusbuild.emit.parts import Part, PartDamaged, read_part
from corpusbuild.emit.row_groups import RowGroup, encode
from corpusbuild.emit.tally import Tally
from corpusbuild.errors import CannotWrite
from corpusbuild.tables import Tables
from corpusbuild.workflow.parts import Built
from corpusbuild.workflow.state import State

REGISTRY = "registry"


@dataclass
class Building:
    """A data set that is being put together beside the place where it will stand."""

    folder: Path
    tally: Tally
    standing: Mapping[str, Mapping[str, Standing]] = field(default_factory=dict)
    """The files of the old data set, by table, and by the key of their first row group."""
    writers: dict[tuple[str, str], TableWriter] = field(default_factory=dict)
    textless: int = 0
    """Articles whose text is left out."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Those of the row groups of each finished file, by its path."""

    def take(self, built: Built, again: Callable[[], Built]) -> None:
        """Append what was built of a block; ``again`` builds it anew where its part is not as it was written."""
        if built.part is None or built.tally is None:
            raise ValueError("a block without its part")
        with _Rows(read_part(built.part), built.proved, again) as rows:
            for name, extent in rows.extents.items():
                self._writer(name, built.split).add(Source(rows.path.name, extent, partial(rows.group, name)))
        self.tally.merge(built.tally)
        self.textless += built.textless

    def take_registry(self, tables: Tables) -> None:
        """Append the rows of a registry."""
        for name, table in tables.items():
            self._writer(name, REGISTRY).write(encode(table))
        self.tally.add(REGISTRY, tables)

    def discard(self) -> None:
        """Let go of every file that is not finished."""
        for writer in self.writers.values():
            writer.discard()

    def _writer(self, table: str, split: str) -> TableWriter:
        if (table, split) not in self.writers:
            self.writers[table, split] = TableWriter(self.folder / "data" / table, split, self.standing.get(table, {}))
        return self.writers[table, split]


@contextmanager
def building(target: Root, tally: Tally, root: Root, last: State | None = None) -> Iterator[Building]:
    """A place to write what will stand at ``target``; nothing of it is left if that fails.

    Of what stands there as the ``last`` run wrote it, what need not be written again is taken. It is beside a folder, for one run at
    a time; for a storage, in ``.corpusbuild/`` of the corpus at ``root``.
    """
    shown = str(target.parent) if isinstance(target, Path) else OWN
    with ExitStack() as place:
        try:
            if not (swap.may_replace(target) if isinstance(target, Path) else uploading.may_replace(target)):
                raise CannotWrite("this is not a data set that corpusbuild wrote", str(target), "name a new or an empty folder with --out")
            folder = place.enter_context(swap.site_of(target) if isinstance(target, Path) else scratch(own_folder(root, "out")))
        except OSError as error:
            raise CannotWrite(
                f"nothing can be written here: {error.strerror}", shown, "make the folder writable, or choose another with --out"
            ) from error
        try:
            threads = ThreadPoolExecutor(os.cpu_count())
            place.callback(threads.shutdown, cancel_futures=True)
            site = Building(folder, tally, standing_files(target, last, threads))
            place.callback(site.discard)
            yield site
        except OSError as error:
            raise CannotWrite(f"writing failed: {error.strerror or error}", shown, "the old data set stands as it was") from error


def standing_files(target: Root, last: State | None, threads: Executor) -> dict[str, dict[str, Standing]]:
    """The files of the data set at ``target``, as far as the ``last`` run wrote it: by table, and by the key of their first row group.

    There are none where its manifest is another. Whether the files are as they were written is proved by whoever takes one; what is
    remembered may have come with the corpus, and leads nowhere else.
    """
    found: dict[str, dict[str, Standing]] = {}
    if last is None or not isinstance(target, Path):
        return found
    try:
        manifest = (target / "manifest.json").read_bytes()
        if hashlib.sha256(manifest).hexdigest() != last.manifest:
            return found
        files = orjson.loads(manifest)["files"]
        for path, keys in last.keys.items():
            full = target / path
            # What is of no part is registries'.
            if keys and all(keys) and path in files and full.is_file() and full.resolve() == target.resolve() / path:
                found.setdefault(full.parent.name, {})[keys[0]] = Standing(full, files[path]["sha256"], keys, threads)
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return found


class _Rows:
    """The row groups of a block, in its part; no more is known of them than that they are there, until they are ``proved``.

    The part is open in a ``with`` statement, and by whoever needs a row group later, for as long as that takes: what is mapped counts
    as memory.
    """

    def __init__(self, part: Part, proved: bool, again: Callable[[], Built]) -> None:  # noqa: FBT001  as Built has it
        self.path = part.path
        self.extents = part.extents
        self._part: Part | None = part
        self._proved = proved
        self._again = again

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._part = None

    def group(self, table: str) -> RowGroup:
        """The row group of one table, proved."""
        group = self._sound(table)
        if group is None:
            self._part, was_open = None, self._part is not None
            part = read_part(self._again().part or self.path)
            self._part = part if was_open else None
            group = part.group(table)
        self._proved = True
        return group

    def _sound(self, table: str) -> RowGroup | None:
        """The row group of one table; None where it cannot be relied on."""
        try:
            part = self._part or read_part(self.path)
            if not self._proved:
                part.prove()
            return part.group(table)
        except (OSError, PartDamaged):
            return None
