"""A file that is put together from encoded row groups is the file that pyarrow writes, byte for byte."""

from __future__ import annotations

import hashlib
import io
import pickle
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusbuild.emit import parquet
from corpusbuild.emit.assembly import Assembly
from corpusbuild.emit.digest import row_group_digest, table_digest
from corpusbuild.emit.following import Source, Standing
from corpusbuild.emit.parquet import TableWriter, Written
from corpusbuild.emit.parts import PartDamaged, read_part, write_part
from corpusbuild.emit.row_groups import MAGIC, RowGroup, encode
from encoding import assembled, chunking_off, directly, tables
from parquet_pages import pages


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("row-groups")


def large(seed: int, rows: int) -> pa.Table:
    """Columns of many pages, with and without a dictionary, and texts too long for statistics."""
    drawn = random.Random(seed)  # noqa: S311  nothing secret
    words = [f"{drawn.random():.12f}" for _ in range(rows)]
    span = pa.struct([pa.field("start", pa.int64()), pa.field("text", pa.string())])
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "text": ["-".join(words[i : i + 40] * 10) for i in range(rows)],
            "label": [drawn.choice(["PER", "ORG", None]) for _ in range(rows)],
            "spans": pa.array([[{"start": i, "text": word}] * (i % 4) for i, word in enumerate(words)], pa.list_(span)),
            "nothing": pa.nulls(rows, pa.string()),
        }
    )


LARGE = [large(1, 3000), large(2, 1), large(3, 500)]

# ---- laws ----


@settings(max_examples=150, deadline=None)
@given(tables())
def test_a_file_that_is_put_together_is_the_file_that_pyarrow_writes(folder: Path, drawn: list[pa.Table]) -> None:
    assert assembled([encode(drawn[0])], folder / "t.parquet") == directly(drawn[:1])
    with chunking_off():
        assert assembled([encode(each) for each in drawn], folder / "t.parquet") == directly(drawn, chunking=False)


@settings(max_examples=100, deadline=None)
@given(tables(), st.randoms())
def test_columns_that_are_selected_are_those_of_the_table_that_has_only_them(folder: Path, drawn: list[pa.Table], rng: Any) -> None:
    names = drawn[0].column_names
    rng.shuffle(names)
    names = names[: rng.randint(1, len(names))]
    of_these = [each.select(names) for each in drawn]
    groups = [encode(each).select(names, row_group_digest(part)) for each, part in zip(drawn, of_these, strict=True)]
    assert assembled(groups[:1], folder / "t.parquet") == directly(of_these[:1])
    for group, part in zip(groups, of_these, strict=True):
        again = encode(part)
        assert (group.rows, group.num_bytes, group.digest, list(group.columns)) == (
            again.rows,
            again.num_bytes,
            again.digest,
            list(again.columns),
        )


@settings(max_examples=100, deadline=None)
@given(tables(most=1), tables(most=1))
def test_a_part_gives_back_its_row_groups(folder: Path, one: list[pa.Table], other: list[pa.Table]) -> None:
    groups = {"one": encode(one[0]), "ö": encode(other[0]), "empty": encode(one[0].slice(0, 0))}
    names = one[0].column_names[:1]
    groups["some"] = groups["one"].select(names, b"")
    write_part(folder / "t.part", groups)
    back = read_part(folder / "t.part").groups
    assert list(back) == list(groups)
    assert [back["some"].columns[name] for name in names] == [back["one"].columns[name] for name in names]
    for name, group in groups.items():
        there = back[name]
        assert there.schema.equals(group.schema, check_metadata=True)
        assert (there.rows, there.digest, there.num_bytes) == (group.rows, group.digest, group.num_bytes)
        if group.rows:
            assert assembled([there, there], folder / "t.parquet") == assembled([group, group], folder / "u.parquet")


# ---- files ----


def test_many_pages(tmp_path: Path) -> None:
    for each in LARGE:
        assert assembled([encode(each)], tmp_path / "t.parquet") == directly([each])
    with chunking_off():
        assert assembled([encode(each) for each in LARGE], tmp_path / "t.parquet") == directly(LARGE, chunking=False)
    assert pq.read_metadata(tmp_path / "t.parquet").row_group(0).column(1).has_column_index is False
    # The dictionary and one page of each leaf, and the further pages of long texts.
    assert len(pages(tmp_path / "t.parquet")) == 3 * 2 * 6 + 2


def test_the_pages_of_a_row_group_do_not_depend_on_those_before_it(tmp_path: Path) -> None:
    alone: list[bytes] = []
    for each in LARGE:
        (tmp_path / "t.parquet").write_bytes(directly([each]))
        alone += pages(tmp_path / "t.parquet")
    assembled([encode(each) for each in LARGE], tmp_path / "t.parquet")
    assert pages(tmp_path / "t.parquet") == alone
    assert len(alone) > 3 * 2 * 6 + 10


def test_other_layouts_of_the_rows_are_other_bytes_but_for_encode(tmp_path: Path) -> None:
    chunked = pa.concat_tables([LARGE[0].slice(0, 700), LARGE[0].slice(700)])
    assert assembled([encode(chunked)], tmp_path / "t.parquet") == directly([LARGE[0]])


def test_everybody_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    assembled([encode(each) for each in LARGE], path)
    rows = pa.concat_tables(LARGE).to_pylist()
    assert pq.read_table(path).to_pylist() == rows
    assert duckdb.sql(f"SELECT * FROM '{path}'").to_arrow_table().to_pylist() == rows  # noqa: S608  our own path
    assert pl.read_parquet(path).to_dicts() == rows
    few = [row for row in rows if row["id"] == 400]
    assert len(few) == 2
    assert pq.read_table(path, filters=[("id", "=", 400)]).to_pylist() == few
    assert duckdb.sql(f"SELECT * FROM '{path}' WHERE id = 400").to_arrow_table().to_pylist() == few  # noqa: S608  our own path
    assert pl.scan_parquet(path).filter(pl.col("id") == 400).collect().to_dicts() == few


def test_a_table_is_cut_into_files_behind_the_block_that_passes_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = [LARGE[0], LARGE[1]], [LARGE[2]]
    with chunking_off():
        monkeypatch.setattr(parquet, "FILE_BYTES", sum(chunk.data.size for chunk in encode(LARGE[0]).chunks) + len(MAGIC))
    writer = TableWriter(tmp_path / "t", "train")
    with chunking_off():
        for each in LARGE:
            writer.write(encode(each))
            writer.write(encode(each.slice(0, 0)))
        hashes = writer.close()
    assert [path.name for path in hashes] == ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"]
    assert [path.read_bytes() for path in hashes] == [directly(each, chunking=False) for each in cut]
    assert [each.sha256 for each in hashes.values()] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in hashes]
    metadata = [pq.read_metadata(path) for path in hashes]
    assert writer.num_bytes == sum(each.row_group(i).total_byte_size for each in metadata for i in range(each.num_row_groups))
    assert writer.rows == sum(each.num_rows for each in metadata) == 3501
    assert writer.digest == table_digest([row_group_digest(each) for each in LARGE])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_follows_a_file_that_stands_has_the_same_bytes(folder: Path, draw: st.DataObject) -> None:
    groups = [encode(each) for each in (LARGE[0].slice(0, 3), LARGE[0].slice(3, 500), LARGE[1], LARGE[0].slice(0, 0))]
    runs = st.lists(st.integers(0, len(groups) - 1), max_size=6, unique=True)
    old, new, most = draw.draw(runs), draw.draw(runs), draw.draw(st.sampled_from([0, groups[0].size + 4, groups[1].size + 4, 1 << 30]))
    new = draw.draw(st.sampled_from([old, old[:-1], [*old[:1], *new], new]))

    def table(name: str, numbers: list[int], standing: dict[str, Standing], threads: ThreadPoolExecutor) -> dict[Path, Written]:
        shutil.rmtree(folder / name, ignore_errors=True)
        writer = TableWriter(folder / name, "train", standing)
        for number in dict.fromkeys(numbers):
            extent = Source.of(groups[number]).extent
            writer.add(Source(f"{number}", extent, partial(groups.__getitem__, number)))
        return writer.close()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as threads:
        patch.setattr(parquet, "FILE_BYTES", most)
        stands = table("old", old, {}, threads)
        standing = {file.keys[0]: Standing(path, file.sha256, file.keys, threads) for path, file in stands.items()}
        followed, alone = table("followed", new, standing, threads), table("alone", new, {}, threads)
    assert [*followed.values()] == [*alone.values()]
    assert [path.read_bytes() for path in followed] == [path.read_bytes() for path in alone]
    for path, file in followed.items():
        assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        there = [each for each, those in stands.items() if those.keys == file.keys]
        assert [path.samefile(each) for each in there] == [True] * len(there)


def test_a_table_without_rows_has_no_file(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path / "t", "train")
    writer.write(encode(LARGE[0].slice(0, 0)))
    assert writer.close() == {}
    assert not (tmp_path / "t").exists()


def test_a_row_group_of_another_schema_is_refused(tmp_path: Path) -> None:
    assembly = Assembly(tmp_path / "t.parquet", LARGE[0].schema)
    required = LARGE[0].schema.set(0, pa.field("id", pa.int64(), nullable=False))
    for other in (LARGE[0].select(["id"]), LARGE[0].cast(required), LARGE[0].replace_schema_metadata({"a": "b"})):
        with pytest.raises(ValueError, match="another schema"):
            assembly.append(encode(other))


def test_columns_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        encode(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]))


# ---- parts ----


def part_of(folder: Path) -> tuple[Path, dict[str, RowGroup]]:
    group = encode(pa.table({"id": [1, 2, 3], "words": [["a"], [], None]}))
    groups = {"all": group, "ids": group.select(["id"], bytes(32))}
    write_part(folder / "t.part", groups)
    return folder / "t.part", groups


def test_any_byte_that_is_not_as_it_was_is_noticed(tmp_path: Path) -> None:
    path, _ = part_of(tmp_path)
    data = path.read_bytes()
    for at in range(len(data)):
        for change in (1, 0x80):
            path.write_bytes(data[:at] + bytes([data[at] ^ change]) + data[at + 1 :])
            with pytest.raises(PartDamaged):
                read_part(path).prove()
    for wrong in (data + b"\0", *(data[:end] for end in range(len(data)))):
        path.write_bytes(wrong)
        with pytest.raises(PartDamaged):
            read_part(path)
    path.write_bytes(data)
    read_part(path).prove()
    assert list(read_part(path).groups) == ["all", "ids"]


def test_what_is_said_of_row_groups_is_proved_without_their_pages(tmp_path: Path) -> None:
    path, groups = part_of(tmp_path)
    data = bytearray(path.read_bytes())
    for at in range(len(b"CBPART03"), len(b"CBPART03") + groups["all"].size):
        data[at] ^= 1
    path.write_bytes(data)
    part = read_part(path)
    for name, group in groups.items():
        assert part.extents[name] == (group.rows, group.num_bytes, group.size, group.digest)
    with pytest.raises(PartDamaged):
        part.prove()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_index_that_says_nothing_is_refused_though_its_hash_is_right(folder: Path, draw: st.DataObject) -> None:
    path, _ = part_of(folder)
    data = path.read_bytes()[:-32]
    start, end = int.from_bytes(data[-8:], "little"), len(data) - 16
    length = int.from_bytes(data[end : end + 8], "little")
    at = draw.draw(st.integers(end - length, len(data) - 1))
    data = data[:at] + draw.draw(st.binary(min_size=1, max_size=3)) + data[at + 1 :]
    path.write_bytes(data + hashlib.sha256(data[start:]).digest())
    try:
        groups = read_part(path).groups
    except PartDamaged:
        return
    assert all(chunk.data.size <= len(data) for group in groups.values() for chunk in group.chunks)


def test_a_column_that_two_tables_have_is_written_once(tmp_path: Path) -> None:
    group = encode(LARGE[0])
    write_part(tmp_path / "one.part", {"all": group})
    write_part(tmp_path / "two.part", {"all": group, "some": group.select(["text", "id"], b""), "same": group})
    more = (tmp_path / "two.part").stat().st_size - (tmp_path / "one.part").stat().st_size
    assert more < 2000 < min(leaves[0].data.size for name, leaves in group.columns.items() if name != "nothing") * 10


def test_a_part_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, groups = part_of(tmp_path)
    old = path.read_bytes()
    broken = RowGroup(pa.schema([]), 1, b"", {"x": [object()]})  # type: ignore[list-item]  what no part can hold
    with pytest.raises(AttributeError):
        write_part(path, {**groups, "broken": broken})
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_equal_row_groups_make_equal_parts_wherever_they_are_written(tmp_path: Path) -> None:
    write_part(tmp_path / "t.part", {"t": encode(LARGE[0])})
    write_part(sink := io.BytesIO(), {"t": encode(LARGE[0])})
    assert (tmp_path / "t.part").read_bytes() == sink.getvalue()


def test_a_part_can_be_replaced_while_its_row_groups_are_used(tmp_path: Path) -> None:
    write_part(tmp_path / "t.part", {"t": encode(LARGE[0])})
    group = read_part(tmp_path / "t.part").groups["t"]
    part_of(tmp_path)
    assert assembled([group], tmp_path / "t.parquet") == directly(LARGE[:1])


def test_row_groups_go_from_one_process_to_another(tmp_path: Path) -> None:
    group = encode(LARGE[0])
    both = pickle.loads(pickle.dumps([group, group.select(["text"], b"")]))  # noqa: S301  our own
    assert both[0].columns["text"][0] is both[1].columns["text"][0]
    assert assembled(both[:1], tmp_path / "t.parquet") == directly(LARGE[:1])
