"""Build blocks where the engine runs them: each becomes a part, a file of encoded row groups, and facts for the main process.

A part has the name of what it was made from. What stands there already, from an earlier run or from one that was
killed, is used again once its own hashes are proved, that of its rows where somebody reads them: a part is never made
twice, and never makes a different result. Only a block of which there was nothing to say is used again, and none with a
detached article: what can be said of that depends on the texts that are at hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from corpusbuild.blocks import Block
from corpusbuild.corpus.own_folder import OWN, home
from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.emit.digest import row_group_digest
from corpusbuild.emit.libraries import made_by
from corpusbuild.emit.parts import read_part, write_part
from corpusbuild.emit.row_groups import RowGroup, encode
from corpusbuild.emit.tally import Tally
from corpusbuild.errors import CannotWrite
from corpusbuild.facts import Rows
from corpusbuild.kernel import compile_block
from corpusbuild.layers.loading import checks_hash
from corpusbuild.plan import Plan
from corpusbuild.schema.vocabulary import BY_ANNOTATOR
from corpusbuild.tables import Tables, plain_columns

NAME = "parts"


@dataclass(frozen=True, slots=True)
class Bench:
    """All that building a block takes besides the block. Without a ``folder``, rows are counted and not kept.

    ``likely`` names the parts whose rows are likely to stand in the old data set: nobody may ever read them here.
    """

    plan: Plan
    gold: str | None
    include_detached_text: bool = False
    folder: Root | None = None
    fingerprint: bytes = b""
    likely: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a block: what was found in it; and its ``part``, its rows by table and what they hold, if all have places.

    ``textless`` counts the articles whose text is left out; ``proved`` says whether the part's rows were known to be as they were
    written by then.
    """

    split: str
    findings: list[Finding] = field(default_factory=list)
    tally: Tally | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    textless: int = 0
    part: Root | None = None
    proved: bool = True


def tally_of(plan: Plan, *, uses: bool = False) -> Tally:
    """A tally of the plain tables, empty yet; of ``uses`` of registries too, which are not kept in parts."""
    registries = frozenset(each.name for each in plan.shape.registries) if uses else frozenset[str]()
    return Tally(plain_columns(plan.shape), registries=registries)


def fingerprint(plan: Plan, gold: str | None, *, include_detached_text: bool) -> bytes:
    """A hash of everything that decides the rows of a block and what is found in it, besides its articles and annotations."""
    digest = hashlib.sha256()
    said = {**made_by(), "gold": gold, "text": include_detached_text, "checks": plan.checks}
    digest.update(orjson.dumps(said))
    digest.update(checks_hash(plan.root, plan.checks).encode())
    digest.update(plan.schemas_sha256)
    # Rules about meaning look at registries; rows do not.
    for table, entries in sorted(plan.entries.items()) if plan.checks else ():
        digest.update(orjson.dumps([table, [(entry.owner, entry.value) for entry in entries]]))
    return digest.digest()


def found_standing(bench: Bench, block: Block) -> Built | None:
    """What was built of a block before, if that can be used again, and its rows are likely to stand in the old data set."""
    path = _path(bench, block)
    return found(path, block.split, proving=False) if path is not None and path.name in bench.likely else None


def build(bench: Bench, block: Block) -> Built:
    """Build one block. Raises :class:`~corpusbuild.errors.CannotWrite` where its part cannot be written."""
    path = _path(bench, block)
    there = None if path is None else found(path, block.split, proving=path.name not in bench.likely)
    if there is not None:
        return there
    compiled = compile_block(block, bench.plan, bench.gold, include_detached_text=bench.include_detached_text)
    if compiled.tables is None:
        return Built(block.split, compiled.findings)
    tally = tally_of(bench.plan, uses=path is None)
    tally.add(block.split, compiled.tables)
    rows = {name: table.num_rows for name, table in compiled.tables.items()}
    textless = compiled.tables["articles"]["text"].null_count
    if path is not None:
        silent = not compiled.findings and not block.articles.numbers("detached").any()
        facts = {"silent": silent, "rows": rows, "tally": tally.as_json(block.split), "textless": textless}
        try:
            write_part(path, encoded(compiled.tables), orjson.dumps(facts))
        except OSError as error:
            help_text = "make room, or the folder writable; what is finished is not made again"
            raise CannotWrite(f"writing failed: {error.strerror or error}", f"{OWN}/{NAME}", help_text) from error
    return Built(block.split, compiled.findings, tally, rows, textless, path)


def encoded(tables: Tables) -> dict[str, RowGroup]:
    """The row groups of a block's tables. What is the same in two tables is encoded once."""
    groups = {name: encode(table) for name, table in tables.items() if _holder(name, tables) is None}
    for name, table in tables.items():
        holder = _holder(name, tables)
        if holder is not None:
            groups[name] = groups[holder].select(table.column_names, row_group_digest(table))
    return {name: groups[name] for name in tables}


def _holder(name: str, tables: Tables) -> str | None:
    """The table that has the rows and the columns of another, and more: everybody's rows, where there are none but gold."""
    holder = "documents" if name == "articles" else name + BY_ANNOTATOR
    return holder if holder in tables and tables[holder].num_rows == tables[name].num_rows else None


def _path(bench: Bench, block: Block) -> Root | None:
    """Where a block's part stands: under the name of what it is made from, not of where that stands, nor of its split."""
    if bench.folder is None:
        return None
    digest = hashlib.sha256(bench.fingerprint)
    digest.update(_bytes(block.articles, ("id", "sha256", "detached", "metadata_sha256")))
    digest.update(_bytes(block.annotations, ("article", "annotator", "sha256")))
    return bench.folder / f"{digest.hexdigest()}.part"


def _bytes(rows: Rows[Any], names: Sequence[str]) -> bytes:
    columns = [rows.column(name) for name in names]
    plain = [column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in columns]
    data: bytes = pa.record_batch(plain, [*names]).serialize().to_pybytes()
    return data


def found(path: Root, split: str, *, proving: bool) -> Built | None:
    """What was built of a block before, which is in ``split`` now, if that can be used again; ``proving`` that its rows can be, too."""
    if isinstance(path, Remote) and not path.is_file():
        return None
    try:
        part = read_part(path)
        if proving:
            part.prove()
        facts = orjson.loads(part.facts)
        if not facts["silent"]:
            return None
        tally = Tally.of_json(split, facts["tally"])
        return Built(split, [], tally, facts["rows"], facts["textless"], path, proving)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # a part that is damaged, or says nothing
        return None


def known_silent(check: Callable[[Block], list[Finding]], plan: Plan, gold: str | None) -> Callable[[Block], list[Finding]]:
    """``check``, but for blocks that were built before without a word: in these there is nothing to find."""
    folder = home(plan.root) / OWN / NAME
    if folder.is_symlink() or not folder.is_dir():
        return check
    return partial(_unless_built, check, Bench(plan, gold, folder=folder, fingerprint=fingerprint(plan, gold, include_detached_text=False)))


def _unless_built(check: Callable[[Block], list[Finding]], bench: Bench, block: Block) -> list[Finding]:
    path = _path(bench, block)
    return [] if path is not None and found(path, block.split, proving=False) is not None else check(block)


def tidy(folder: Root, wanted: Iterable[Root]) -> None:
    """Take away the parts of ``folder`` that no block is made of any more."""
    kept = {path.name for path in wanted}
    for path in folder.iterdir() if isinstance(folder, Path) else map(folder.__truediv__, folder.files()):
        if path.name not in kept:
            path.unlink(missing_ok=True)
