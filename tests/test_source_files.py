"""The files of a source, and the JSON values in them: what cannot be read is told, and nothing leads out of the source."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusbuild import CannotGoOn
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange import files as source_module
from corpusbuild.interchange import values as values_module
from corpusbuild.interchange.files import SourceFile, source_files
from corpusbuild.interchange.model import Source
from corpusbuild.interchange.tabular import Tables
from corpusbuild.interchange.values import Value, read_values
from importing import read


def zipped(folder: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "in.zip", "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return folder / "in.zip"


def paths(source: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """The files of a source, and what is told of others: code and message."""
    files, findings = source_files(source)
    return [each.path for each in files], [(each.code, each.message) for each in findings]


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="there is no such file or folder") as error:
        source_files(tmp_path / "none")
    assert error.value.place == str(tmp_path / "none")


def test_a_file_that_goes_while_it_is_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="cannot be read: No such file or directory") as error, SourceFile("a", tmp_path / "a").open():
        pass
    assert error.value.place == "a"


def test_a_name_that_is_no_text_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").touch()
    Path(os.fsdecode(bytes(tmp_path / "in") + b"/\xff.txt")).touch()
    assert paths(tmp_path / "in") == (["a.txt"], [("CB701", "the file's name is not UTF-8")])


def test_of_two_files_of_an_archive_that_have_one_name_the_first_is_read(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        source = zipped(tmp_path, ("a.txt", b"satu"), ("b/", b""), (".hidden", b""), ("a.txt", b"dua"))
    assert paths(source) == (["a.txt"], [("CB701", 'the archive has "a.txt" twice')])


def test_what_an_archive_keeps_from_being_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = zipped(tmp_path, ("a.txt", b"satu"), ("b.txt", b"dua"), ("c.txt", b"tiga tiga"))
    data = bytearray(source.read_bytes())
    # The flag of encryption, in the list of files.
    data[data.index(b"PK\x01\x02") + 8] |= 1
    source.write_bytes(data)
    monkeypatch.setattr(source_module, "MEMBER_BYTES", 4)
    assert paths(source) == (
        ["b.txt"],
        [("CB701", '"a.txt" is encrypted'), ("CB701", '"c.txt" has 9 bytes unpacked')],
    )


def test_a_file_without_a_name_is_told(tmp_path: Path) -> None:
    source = zipped(tmp_path, ("a", b"satu"), ("b.txt", b"dua"))
    data = source.read_bytes()
    at = data.index(b"PK\x01\x02")
    # A name of no letters, in the list of files; what follows it moves up by one byte, and so does the end of the list.
    entry = data[at : at + 28] + b"\x00\x00" + data[at + 30 : at + 46] + data[at + 47 :]
    end = entry.index(b"PK\x05\x06")
    size = int.from_bytes(entry[end + 12 : end + 16], "little") - 1
    source.write_bytes(data[:at] + entry[: end + 12] + size.to_bytes(4, "little") + entry[end + 16 :])
    assert paths(source) == (["b.txt"], [("CB701", "the archive has a file without a name")])


def test_a_table_in_an_archive_is_read_from_its_end(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"id": "1", "t": "Satu."}, {"id": "2", "t": "Dua."}]), buffer)
    (tmp_path / "m.toml").write_text('[texts]\nfile = "a.parquet"\nid = "id"\ntext = "t"\n')
    source = Source(zipped(tmp_path, ("a.parquet", buffer.getvalue())), {"mapping": str(tmp_path / "m.toml")})
    assert [(each.name, each.text) for each in read(Tables(), source)] == [("1", "Satu."), ("2", "Dua.")]


# ---- JSON values ----


def values(folder: Path, name: str, data: bytes) -> list[tuple[int, object]]:
    """The values of a file with their lines, or what is told in their place."""
    (folder / name).write_bytes(data)
    found = read_values(SourceFile(name, folder / name))
    return [(each.where.line, each.message) if isinstance(each, Finding) else (each.at.line, each.value) for each in found]


TOO_LARGE = "has more than 20 bytes; what follows is not read"


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.json", b'[{"a": 1},\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2}), (1, "the array is not closed")]),
        ("a.json", b'[1,\n"dua",\n{"a":\n[3]}]\n]\n', [(1, 1), (2, "dua"), (3, {"a": [3]}), (5, "there is a bracket that closes nothing")]),
        ("a.jsonl", b'{"a": 1}\n"' + b"x" * 30 + b'"\n{"a": 2}\n', [(1, {"a": 1}), (2, f"the line {TOO_LARGE}")]),
        ("a.json", b'{"a": 1}\n["' + b"x" * 30, [(1, {"a": 1}), (2, f"the value {TOO_LARGE}")]),
        ("a.json", b"12345", [(1, 12345)]),
    ],
)
def test_json_values_are_read_one_by_one_up_to_what_is_too_large(
    tmp_path: Path, name: str, data: bytes, found: list[tuple[int, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values_module, "VALUE_BYTES", 20)
    assert values(tmp_path, name, data) == found


def test_the_line_of_what_is_in_a_value_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": 1,\n"b": [2,\n3]}\n{"b": [4, 5]}\n')
    first, second = read_values(SourceFile("a.json", tmp_path / "a.json"))
    assert isinstance(first, Value)
    assert isinstance(second, Value)
    assert [first.line("b", 1).line, first.line("a").line, second.line("b", 1).line] == [3, 1, 4]
