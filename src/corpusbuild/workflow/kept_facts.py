"""Keep what a scan found in two files: the facts as an Arrow file, and the sketches, which are given on at once, as bare numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from corpusbuild.emit.sealed import BrokenSeal, read_sealed, write_sealed
from corpusbuild.facts import AnnotationFacts, Array, ArticleFacts, Facts
from corpusbuild.similarity import PERMUTATIONS

FACTS, SKETCHES = ".facts", ".sketches"


def save(path: Path, facts: Facts) -> bool:
    """Keep ``facts``, which must be ``silent``, under a name without an ending; whether that could be written."""
    sink = pa.BufferOutputStream()
    rows = facts.articles.table if len(facts.articles) else facts.annotations.table
    with pa.ipc.new_file(sink, rows.schema.with_metadata({"used": orjson.dumps(facts.used)})) as writer:
        writer.write_table(rows)
    sketched = b"" if facts.sketched is None else facts.sketched.astype("<u4").tobytes()
    try:
        write_sealed(path.with_suffix(SKETCHES), [sketched])
        write_sealed(path.with_suffix(FACTS), [sink.getvalue()])
    except OSError:
        return False
    return True


def is_kept(path: Path) -> bool:
    """Whether what was kept under this name is there, and as it was written."""
    return all(_read(path.with_suffix(suffix), proved=False) is not None for suffix in (FACTS, SKETCHES))


def load(path: Path) -> Facts | None:
    """What :func:`save` kept, and :func:`is_kept` has proved; None where that is gone.

    Facts stay in their file, mapped, as long as they are used; sketches are read.
    """
    data, sketched = (_read(path.with_suffix(suffix), proved=True) for suffix in (FACTS, SKETCHES))
    if data is None or sketched is None:
        return None
    table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
    used = orjson.loads(table.schema.metadata[b"used"])
    facts = Facts(used={name: {key: tuple(those) for key, those in keys.items()} for name, keys in used.items()})
    table = table.replace_schema_metadata()
    if table.schema.equals(ArticleFacts.SCHEMA):
        facts.articles = ArticleFacts(table)
        facts.sketched = _sketches(sketched)
    else:
        facts.annotations = AnnotationFacts(table)
    return facts


def _sketches(data: pa.Buffer) -> Array:
    return np.frombuffer(data, dtype="<u4").reshape(-1, PERMUTATIONS).copy()


def _read(path: Path, *, proved: bool) -> pa.Buffer | None:
    try:
        return read_sealed(path, proved=proved)
    except (OSError, BrokenSeal):
        return None
