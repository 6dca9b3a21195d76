"""Tables by a mapping: texts and rows come together whatever files they are in, and a broken row costs itself alone."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import CannotGoOn
from corpusbuild.errors import BadConfig
from corpusbuild.interchange.delimited import Cells, Dialect, read_cells
from corpusbuild.interchange.files import SourceFile
from corpusbuild.interchange.model import Kind
from corpusbuild.interchange.tabular import Tables
from importing import read, rows, source, told

STANCES = """
[texts]
file = "bodies.csv"
id = "Body ID"
text = "articleBody"

[[rows]]
file = "stances.csv"
table = "stances"
article = "Body ID"
spans.evidence = { start = "from", end = "to", words = "words" }
columns.Stance = { kind = "label", labels = ["agree", "disagree"] }
"""
BODIES = 'Body ID,articleBody,site\r\n10,"Baris satu.\r\nBaris ""dua"".",a.example\r\n2,Lain.,\r\n3,,\r\n2,Ganda.,\r\n'
ROWS = """Headline,Body ID,Stance,from,to,words
Satu,10,agree,0,5,Baris
Dua,2,disagree,,,
Tiga,99,agree,,,
Empat,2,agre,,,
"Li"ma,2,agree,,,
Enam,2,agree,3,1,
Tujuh,2
"Delapan",10,disagree,13,x,
"""


def mapped(folder: Path, mapping: str, files: dict[str, str | bytes], name: str = "mapping.toml") -> object:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(mapping)
    return source(folder / "in", files, mapping=str(folder / name))


def test_bodies_and_stances_are_brought_together(tmp_path: Path) -> None:
    documents = read(Tables(), mapped(tmp_path, STANCES, {"bodies.csv": BODIES, "stances.csv": ROWS, "notes.md": "…"}))
    assert [(each.name, each.annotator, each.text) for each in documents if each.text] == [
        ("10", "gold", 'Baris satu.\r\nBaris "dua".'),
        ("2", "gold", "Lain."),
    ]
    assert documents[0].metadata == {"site": "a.example"}
    assert rows(documents[0], "stances") == [{"id": "r1", "evidence": (0, 5, "Baris"), "headline": "Satu", "stance": "agree"}]
    assert rows(documents[1], "stances") == [{"id": "r1", "headline": "Dua", "stance": "disagree"}]
    assert told(documents) == [
        ("CB701", "stances.csv", 5), ("CB701", "stances.csv", 6), ("CB701", "stances.csv", 7), ("CB701", "stances.csv", 8),
        ("CB701", "stances.csv", 9), ("CB703", "bodies.csv", 6), ("CB706", "bodies.csv", 5), ("CB706", "stances.csv", 4),
        ("CB707", "notes.md", 0),
    ]  # fmt: skip


ONE = {
    "texts": {"file": "all.*", "text": "teks", "id": "nomor"},
    "rows": [
        {
            "file": "all.*", "table": "marks", "article": "nomor", "annotator": "oleh",
            "columns": {
                "topik": {"split": ";", "as": "topics", "kind": "label"}, "hal": "integer", "nilai": "number", "benar": "boolean",
                "teks": {"kind": "none"},
            },
        }
    ],
}  # fmt: skip
VALUES = [
    {"nomor": "1", "teks": "Satu 😀.", "oleh": "sari", "topik": "a;b", "hal": 3, "nilai": 0.5, "benar": True, "UID": "x"},
    {"nomor": "1b", "teks": "Dua.", "oleh": "budi", "topik": "a", "hal": 4, "nilai": 1.0, "benar": False, "UID": "y"},
]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "json", "parquet"])
def test_every_format_gives_the_same(tmp_path: Path, form: str) -> None:
    if form == "parquet":
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(VALUES), buffer)
        data = buffer.getvalue()
    elif form in {"csv", "tsv"}:
        text = io.StringIO()
        writer = csv.DictWriter(text, VALUES[0], delimiter="," if form == "csv" else "\t")
        writer.writeheader()
        writer.writerows(VALUES)
        data = b"\xef\xbb\xbf" + text.getvalue().encode()
    else:
        data = ("\n".join(map(json.dumps, VALUES)) if form == "jsonl" else json.dumps(VALUES, indent=1)).encode()
    made = mapped(tmp_path, json.dumps(ONE), {f"all.{form}": data}, "mapping.json")
    [spec] = Tables().tables(made)
    assert {column.name: (column.kind, column.many) for column in spec.columns} == {
        "id": (Kind.STRING, False), "topics": (Kind.LABEL, True), "hal": (Kind.INTEGER, False), "nilai": (Kind.NUMBER, False),
        "benar": (Kind.BOOLEAN, False), "source_uid": (Kind.STRING, False),
    }  # fmt: skip
    first, second = read(Tables(), made)
    assert (first.name, first.annotator, first.text, first.findings) == ("1", "sari", "Satu 😀.", [])
    assert rows(first, "marks") == [{"id": "r1", "topics": ["a", "b"], "hal": 3, "nilai": 0.5, "benar": True, "source_uid": "x"}]
    assert second.rows[0].at.line == {"csv": 3, "tsv": 3, "jsonl": 2, "json": 12, "parquet": 2}[form]


def test_rows_without_an_id_are_about_the_text_of_their_line(tmp_path: Path) -> None:
    mapping = '[texts]\nfile = "a.tsv"\ntext = "t"\n[[rows]]\nfile = "a.tsv"\ntable = "marks"\ncolumns.t = "none"\ncolumns.l = "label"\n'
    documents = read(Tables(), mapped(tmp_path, mapping, {"a.tsv": 't\tl\nSatu "dua"\tx\n\ntiga\ty\n'}, "m.toml"))
    assert [(code, line) for code, _, line in told(documents)] == []
    assert [(each.name, each.text, rows(each, "marks")) for each in documents] == [
        ("a-2", 'Satu "dua"', [{"id": "r1", "l": "x"}]),
        ("a-4", "tiga", [{"id": "r1", "l": "y"}]),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message", "help_text"),
    [
        ("text =", "txet =", 'unknown key "txet"', 'did you mean "text"?'),
        ('"bodies.csv"', '"bodie.csv"', 'the source has no file "bodie.csv"', 'did you mean "bodies.csv"?'),
        ('"articleBody"', '"artcleBody"', 'no column "artcleBody"', 'did you mean "articleBody"?'),
        ('article = "Body ID"', "", "nothing says which text", "as `article`"),
        ('kind = "label"', 'kind = "lable"', "lable", ""),
        ('kind = "label"', 'kind = "reference"', "has a `table` only if", ""),
        ("columns.Stance = {", 'columns.Stance = { as = "uid",', 'the name "uid" is taken', ""),
        ("[texts]", "[texts", "this is not TOML", ""),
        ('table = "stances"', 'table = "articles"', "rows.1.table", ""),
        ('table = "stances"', "", 'rows.1 has no "table"', ""),
        ('text = "articleBody"', 'text = "articleBody"\nencoding = "latin-0"', 'no encoding "latin-0"', ""),
        ('text = "articleBody"', 'text = "articleBody"\nencoding = "base64"', 'no encoding "base64"', ""),
        ('text = "articleBody"', 'text = "articleBody"\nencoding = "undefined"', 'no encoding "undefined"', ""),
        ('text = "articleBody"', 'text = "articleBody"\nencoding = "idna"', 'no encoding "idna"', ""),
        ('text = "articleBody"', 'text = "articleBody"\nencoding = "a\\u0000"', "no encoding", ""),
        ('text = "articleBody"', 'text = "articleBody"\ndelimiter = "\\n"', "by these signs", "end no line"),
        ('text = "articleBody"', 'text = "articleBody"\nquote = ","', "by these signs", "signs that differ"),
        ('text = "articleBody"', 'text = "articleBody"\nescape = \'"\'', "by these signs", "signs that differ"),
        ("[[rows]]", '[[rows]]\nfile = "stances.csv"\ntable = "stances"\narticle = "Body ID"\n[[rows]]', "two tables", "its own name"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_is_wrong(tmp_path: Path, old: str, new: str, message: str, help_text: str) -> None:
    assert old in STANCES
    with pytest.raises(CannotGoOn) as caught:
        read(Tables(), mapped(tmp_path, STANCES.replace(old, new), {"bodies.csv": BODIES, "stances.csv": ROWS}))
    assert message in caught.value.message
    assert help_text in caught.value.help
    assert caught.value.place.startswith(str(tmp_path / "mapping.toml"))


@pytest.mark.parametrize(
    ("said", "message"),
    [("[]", "a mapping is an object"), ('{\n"texts" {}}', "this is not JSON"), (None, "cannot be read")],
)
def test_a_mapping_that_is_none_is_told_with_its_path(tmp_path: Path, said: str | None, message: str) -> None:
    made = mapped(tmp_path, said or "", {"bodies.csv": BODIES}, "mapping.json")
    if said is None:
        (tmp_path / "mapping.json").unlink()
    with pytest.raises(BadConfig, match=message) as caught:
        Tables().tables(made)
    assert caught.value.place.startswith(str(tmp_path / "mapping.json"))


def test_without_a_mapping_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="nothing says what the tables mean") as caught:
        Tables().tables(source(tmp_path / "in", {"bodies.csv": BODIES}))
    assert "`mapping`" in caught.value.help


NAMES = """
[texts]
file = "bodies.csv"
text = "articleBody"

[[rows]]
file = "stances.csv"
table = "stances"
article = "Body"
columns."A b" = "integer"
"""


def test_two_columns_that_would_have_one_name_have_two(tmp_path: Path) -> None:
    [spec] = Tables().tables(mapped(tmp_path, NAMES, {"bodies.csv": BODIES, "stances.csv": "Body,A b,a_B,A-b,Id,3\n"}))
    assert [(each.name, each.kind) for each in spec.columns] == [
        ("id", Kind.STRING), ("a_b", Kind.INTEGER), ("a_b_2", Kind.STRING), ("a_b_3", Kind.STRING), ("source_id", Kind.STRING),
        ("column_3", Kind.STRING),
    ]  # fmt: skip


def test_a_damaged_parquet_file_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="Parquet"):
        read(Tables(), mapped(tmp_path, json.dumps(ONE), {"all.parquet": b"PAR1no"}, "mapping.json"))


PLAIN = {
    "id": "1", "t": "Satu.", "at": datetime(2031, 5, 1, 8, 30, tzinfo=UTC), "on": date(2031, 5, 1), "raw": b"\xff",
    "lasting": timedelta(days=1), "price": Decimal("1.50"), "shape": {"day": date(2031, 5, 1)}, "tags": ["a", "b"],
    "hours": [time(8, 30)], "nothing": float("nan"),
}  # fmt: skip


def test_values_that_only_parquet_has_are_written_as_json_has_them(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([PLAIN]), buffer)
    mapping = '[texts]\nfile = "a.parquet"\nid = "id"\ntext = "t"\n'
    [document] = read(Tables(), mapped(tmp_path, mapping, {"a.parquet": buffer.getvalue()}))
    assert document.metadata == {
        "at": "2031-05-01T08:30:00+00:00", "on": "2031-05-01", "raw": "ff", "lasting": "1 day, 0:00:00", "price": "1.50",
        "shape": '{"day":"2031-05-01"}', "tags": ["a", "b"], "hours": ["08:30:00"],
    }  # fmt: skip
    # What is no number of JSON's would make a corpus that nothing reads.
    assert [change.how for change in document.changes] == [
        '"shape" is kept as JSON',
        '"nothing" is left out: nan is no number that JSON can have',
    ]


MARKS = """
[texts]
file = "texts.jsonl"
id = "id"
text = "text"

[[rows]]
file = "marks.jsonl"
table = "marks"
article = "of"
id = "mark"
annotator = "by"
columns.sure = "boolean"
"""
MARK = {"of": "1", "mark": "m1", "by": "ana", "sure": "yes"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([MARK], "a row is an object, and this is none"),
        ({**MARK, "of": None}, 'the row has no id of a text in "of"'),
        ({**MARK, "of": 1.5}, 'the row has no id of a text in "of"'),
        ({**MARK, "by": ""}, 'the row does not say whose it is in "by"'),
        ({**MARK, "mark": True}, 'the row has no id in "mark"'),
        ({**MARK, "sure": "perhaps"}, '"sure" is neither true nor false: "perhaps"'),
        ({**MARK, "sure": [1]}, '"sure" is neither true nor false: [1]'),
        (MARK, 'the row "m1" stands before, in marks.jsonl:1'),
    ],
)
def test_a_row_that_is_none_is_refused_at_its_line_and_the_others_are_read(tmp_path: Path, row: object, said: str) -> None:
    files = {
        "texts.jsonl": '{"id": 1, "text": "Satu."}\n',
        "marks.jsonl": "".join(json.dumps(each) + "\n" for each in (MARK, row, {**MARK, "mark": 2, "sure": False})),
    }
    documents = read(Tables(), mapped(tmp_path, MARKS, files))
    assert [(each.message, each.where.line) for document in documents for each in document.findings] == [(said, 2)]
    kept = [each for document in documents for each in rows(document, "marks")]
    assert kept == [{"id": "m1", "sure": True}, {"id": "2", "sure": False}]


def test_a_text_without_its_id_is_refused_at_its_line(tmp_path: Path) -> None:
    files = {"texts.jsonl": '{"id": 1, "text": "Satu."}\n{"text": "Dua."}\n', "marks.jsonl": json.dumps(MARK)}
    documents = read(Tables(), mapped(tmp_path, MARKS, files))
    assert [each.name for each in documents if each.text] == ["1"]
    assert told(documents) == [("CB701", "texts.jsonl", 2)]


# ---- how files are written ----

TEXTS = '[texts]\nid = "id"\ntext = "t"\n'


@pytest.mark.parametrize(
    ("name", "said", "data"),
    [
        ("a.dat", 'format = "tsv"', b"id\tt\n1\tSatu, \xc3\xa9.\n"),
        ("a.tsv", 'encoding = "latin-1"', b"id\tt\n1\tSatu, \xe9.\n"),
        ("a.tab", 'quote = "\'"', b"id\tt\n1\t'Satu, \xc3\xa9.'\n"),
        ("a.tsv", 'format = "csv"', b'id,t\n1,"Satu, \xc3\xa9."\n'),
        ("a.csv", 'delimiter = ";"\nquote = ""', b"id;t\n1;Satu, \xc3\xa9.\n"),
        ("a.csv", 'quote = ""\nescape = "\\\\"', b"id,t\n1,Satu\\, \xc3\xa9.\n"),
        ("a.csv", 'encoding = "utf-16"', 'id,t\n1,"Satu, é."\n'.encode("utf-16")),
    ],
)
def test_what_a_mapping_does_not_say_of_a_file_its_name_tells(tmp_path: Path, name: str, said: str, data: bytes) -> None:
    [document] = read(Tables(), mapped(tmp_path, f'{TEXTS}file = "{name}"\n{said}\n', {name: data}))
    assert (document.name, document.text, document.findings) == ("1", "Satu, é.", [])


def test_a_file_of_no_known_format_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="nothing says which format") as caught:
        read(Tables(), mapped(tmp_path, f'{TEXTS}file = "a.dat"\n', {"a.dat": "id,t\n1,Satu.\n"}))
    assert (caught.value.place, caught.value.help) == ("a.dat", "name it in the mapping, as `format`")


@pytest.mark.parametrize("data", [b"id,t\n1,Satu.\n", "id,t\n1,Satu.\n".encode("utf-16")[:-1]])
def test_a_file_in_another_encoding_than_the_mapping_says_is_told(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CannotGoOn, match="the file is not utf-16") as caught:
        read(Tables(), mapped(tmp_path, f'{TEXTS}file = "a.csv"\nencoding = "utf-16"\n', {"a.csv": data}))
    assert (caught.value.place, caught.value.help) == ("a.csv", "write it in UTF-8, or say which encoding it is in")


def test_an_escape_that_stands_for_half_a_character_costs_one_row(tmp_path: Path) -> None:
    mapping = f'{TEXTS}file = "a.csv"\nencoding = "unicode_escape"\n'
    documents = read(Tables(), mapped(tmp_path, mapping, {"a.csv": "id,t\n\\ud800,Satu.\n2,Dua \\u00e9.\n"}))
    assert [each.text for each in documents if each.text] == ["Dua é."]
    assert told(documents) == [("CB701", "a.csv", 2)]


cells = st.lists(st.lists(st.text(st.sampled_from('a,"\n\r\té'), max_size=4), min_size=2, max_size=3), min_size=1, max_size=6)


@given(cells, st.sampled_from([Dialect(), Dialect("\t"), Dialect(";")]))
def test_cells_come_back_with_the_lines_that_they_begin_on(made: list[list[str]], dialect: Dialect) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    begins = []
    for row in made:
        begins.append(1 + text.getvalue().count("\n"))
        writer.writerow(row)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SourceFile, "open", lambda _: io.BytesIO(text.getvalue().encode()))
        found = list(read_cells(SourceFile("a.csv", Path("a")), dialect))
    assert [(each.at.line, each.cells) for each in found if isinstance(each, Cells)] == list(zip(begins, made, strict=True))


def test_a_stray_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b\n1,"x\n2,y\n3,"z"\n4,"w" w\n5,v\n')
    found = list(read_cells(SourceFile("a.csv", tmp_path / "a.csv"), Dialect()))
    assert [(each.at.line, each.cells[0]) for each in found if isinstance(each, Cells)] == [(1, "a"), (3, "2"), (4, "3"), (6, "5")]
    assert len(found) == 6


def test_a_file_with_more_stray_quotation_marks_than_slips_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + '1,"x" y\n' * 1_200 + "2,z\n")
    *_, last, end = read_cells(SourceFile("a.csv", tmp_path / "a.csv"), Dialect())
    assert (last.message[:22], end.message, end.help) == ("the row cannot be read", "what follows is not read", "say which dialect it is")
    assert last.where.line == end.where.line == 1_002
