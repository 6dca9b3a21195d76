"""Tables by a mapping: texts and rows come together whatever files they are in, and a broken row costs itself alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import CannotGoOn
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
    ],
)
def test_a_mapping_that_does_not_fit_says_what_is_wrong(tmp_path: Path, old: str, new: str, message: str, help_text: str) -> None:
    assert old in STANCES
    with pytest.raises(CannotGoOn) as caught:
        read(Tables(), mapped(tmp_path, STANCES.replace(old, new), {"bodies.csv": BODIES, "stances.csv": ROWS}))
    assert message in caught.value.message
    assert help_text in caught.value.help
    assert caught.value.place.startswith(str(tmp_path / "mapping.toml"))


def test_a_damaged_parquet_file_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="Parquet"):
        read(Tables(), mapped(tmp_path, json.dumps(ONE), {"all.parquet": b"PAR1no"}, "mapping.json"))


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
