"""WebAnno TSV 3: every layer becomes a table, every word stands where it is said to, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreeing import holds
from bundled import PEERS
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.model import Document, Row, Source, Unit, Words
from corpusbuild.interchange.webanno import cells, reading
from corpusbuild.interchange.webanno.reading import WebAnno

CASES_FOLDER = PEERS / "webanno-tsv3"
CASES = sorted(path.name for path in CASES_FOLDER.iterdir() if path.is_dir()) if CASES_FOLDER.is_dir() else []
needs_peers = pytest.mark.skipif(not CASES, reason="../shared/peers/webanno-tsv3 is not here")

HEAD = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Peran|jenis|ROLE_webanno.custom.Peran:isi_webanno.custom.PeranIsiLink|uima.tcas.Annotation
#T_SP=webanno.custom.Nama|jenis
#T_CH=webanno.custom.RujukLink|referenceType|referenceRelation
#T_RL=webanno.custom.Kait|label|BT_webanno.custom.Nama

"""


def read(tmp_path: Path, text: str | bytes, name: str = "pidato.tsv", **options: str) -> Document:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (document,) = WebAnno().documents(Source(path, options))
    return document


def rows(document: Document, table: str) -> list[dict[str, object]]:
    return [row.values for row in document.rows if row.table == table]


def told(document: Document) -> list[tuple[str, int, str]]:
    return [(finding.code, getattr(finding.where, "line", 0), finding.message) for finding in document.findings]


def cut(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def words_of(row: Row) -> str | None:
    words = row.values.get("words")
    return words.segments[0].words if isinstance(words, Words) else None


@needs_peers
@pytest.mark.parametrize("case", CASES)
def test_every_case_is_read_and_its_words_stand_at_their_offsets_in_utf16(case: str) -> None:
    source = Source(CASES_FOLDER / case)
    (document,) = WebAnno().documents(source)
    assert document.findings == []
    assert list(holds(document, WebAnno().tables(source))) == []
    assert document.text is not None
    for row in document.rows:
        for segment in getattr(row.values.get("words"), "segments", ()):
            assert segment.words in {None, cut(document.text, segment.start, segment.end)}
    lines = (CASES_FOLDER / case / "reference.tsv").read_text("utf-8").splitlines()
    told_tokens = [line.split("\t")[:3] for line in lines if line[:1].isdigit() and "." not in line.split("\t")[0]]
    tokens = [row for row in document.rows if row.table == "tokens"]
    assert [[row.values["id"], words_of(row)] for row in tokens] == [[own_id, form] for own_id, _, form in told_tokens]


@needs_peers
def test_all_cases_are_one_source() -> None:
    source = Source(CASES_FOLDER)
    documents = list(WebAnno().documents(source))
    assert [document.name for document in documents] == [f"{case}.reference" for case in CASES]
    specs = WebAnno().tables(source)
    assert [list(holds(document, specs)) for document in documents] == [[]] * len(CASES)


def test_what_a_file_says_becomes_rows(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        HEAD
        + "\n#Sentence.id=s-1\n#Text=Siti 😊 dan\n#Text=Budi\\tpergi\n"
        + "1-1\t0-4\tSiti\tpelaku\tibu;*\t1-3[2];1-2\torang[1]|tokoh[3]\tpr[1]\tsama->1-1\t_\t_\t\n"
        + "1-2\t5-7\t😊\t_\t_\t_\torang[1]\t_\t_\t_\t_\t\n"
        + "1-3\t8-11\tdan\t_\t_\t_\tlain[2]\t_\t_\t_\t_\t\n"
        + "1-4\t12-16\tBudi\t_\t_\t_\torang\t*[1]\t*->1-2\tteman|*\t1-1[3_0]|1-3[2_0]\t\n"
        + "1-4.1\t12-14\tBu\t*[4]\t_[4]\t*[4]\t_\t_\t_\t_\t_\t\n"
        + "1-5\t17-22\tpergi\t_\t_\t_\t_\t_\t_\t_\t_\t\n",
    )
    # The slot of the part of a token has a target without a role.
    assert told(document) == [("CB701", 15, 'the slot "isi" has 0 roles and 1 targets')]
    assert document.text == "Siti 😊 dan\nBudi\tpergi"
    assert [(each["id"], each["sentence_id"]) for each in rows(document, "sentences")] == [("1", "s-1")]
    names = rows(document, "nama")
    assert [(each["jenis"], str(each["words"].segments[0])) for each in names] == [  # type: ignore[attr-defined]
        ("orang", "Segment(start=0, end=7, words='Siti 😊')"),
        ("tokoh", "Segment(start=0, end=4, words='Siti')"),
        ("lain", "Segment(start=8, end=11, words='dan')"),
        ("orang", "Segment(start=12, end=16, words='Budi')"),
    ]
    siti, tokoh, dan, budi = (each["id"] for each in names)
    assert [(each["label"], each["from"], each["to"]) for each in rows(document, "kait") if "label" in each] == [("teman", tokoh, budi)]
    assert [(each["from"], each["to"]) for each in rows(document, "kait") if "label" not in each] == [(dan, budi)]
    assert [(each.get("reference_relation"), each["chain"], "next" in each) for each in rows(document, "rujuk_link")] == [
        ("sama", 1, True),
        (None, 1, False),
    ]
    (host,) = rows(document, "peran")
    assert host["jenis"] == "pelaku"
    fillers = [{key: value for key, value in each.items() if key != "id"} for each in rows(document, "peran_isi")]
    assert fillers == [{"owner": host["id"], "role": "ibu", "target_nama": dan}, {"owner": host["id"], "target_nama": siti}]


def body(*lines: str) -> str:
    return (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Nama|jenis\n#T_RL=webanno.custom.Kait|label|BT_webanno.custom.Nama\n\n\n"
        + "\n".join(lines)
    )


GOOD = ("#Text=Ani dan Budi", "1-1\t0-3\tAni\torang\t_\t_\t", "1-2\t4-7\tdan\t_\t_\t_\t")
FAULTS = {
    "a tab is missing": ("1-3\t8-12 Budi\torang\t_\t_\t", "CB701", '"8-12 Budi" is not offsets, such as 4-8'),
    "a cell is missing": ("1-3\t8-12\tBudi\torang\t_\t", "CB701", "the line has 2 columns of annotations, and the head names 3"),
    "one cell": ("1-3", "CB701", "the line has no offsets and words"),
    "a raw line break": ("Budi pergi", "CB701", "the line does not begin with the number of a token, such as 1-2"),
    "an end before the start": ("1-3\t12-8\tBudi\torang\t_\t_\t", "CB701", "it ends at 8, before it starts at 12"),
    "an id again": ("1-2\t8-12\tBudi\torang\t_\t_\t", "CB703", 'the id "1-2" stands before'),
    "a part of no token": ("1-9.1\t8-12\tBudi\torang\t_\t_\t", "CB702", '"1-9.1" is a part of the token 1-9, which is not above'),
    "a source that is not there": ("1-3\t8-12\tBudi\torang\tteman\t7-1\t", "CB702", 'there is no token "7-1"'),
    "a source without annotation": ("1-3\t8-12\tBudi\torang\tteman\t1-2\t", "CB702", 'no annotation of "webanno.custom.Nama" is on 1-2'),
    "a number that nothing has": (
        "1-3\t8-12\tBudi\torang\tteman\t1-1[5_0]\t",
        "CB702",
        'no annotation of "webanno.custom.Nama" with the number 5 is on 1-1',
    ),
    "no source": ("1-3\t8-12\tBudi\torang\tteman\t*\t", "CB704", 'the relation of "webanno.custom.Kait" does not say where it comes from'),
    "stacks of unlike height": (
        "1-3\t8-12\tBudi\torang\ta|b\t1-1\t",
        "CB701",
        'the columns of "webanno.custom.Kait" have different numbers of annotations',
    ),
    "a line of the head": ("#T_SP=webanno.custom.Lagi|jenis", "CB701", "this line is neither a sentence's text nor its id"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_line_is_told_and_the_rest_is_read(tmp_path: Path, fault: str) -> None:
    line, code, message = FAULTS[fault]
    document = read(
        tmp_path, body(*GOOD, line, "", "#Text=Ia tidur", "2-1\t13-15\tIa\torang\tkakak\t1-1\t", "2-2\t16-21\ttidur\t_\t_\t_\t")
    )
    assert told(document) == [(code, 9, message)]
    assert "2-2" in [row.values["id"] for row in document.rows]
    assert [each["label"] for each in rows(document, "kait")] == ["kakak"]
    assert document.text == "Ani dan Budi\nIa tidur"


def test_a_head_that_cannot_be_read_leaves_the_text_and_its_tokens(tmp_path: Path) -> None:
    document = read(tmp_path, body(*GOOD).replace("#T_SP=webanno", "#T_XX=webanno"))
    assert told(document) == [("CB701", 2, "this line of the head names no kind of layer")]
    assert [row.table for row in document.rows] == ["sentences", "tokens", "tokens"]


def test_a_sentence_without_its_text_is_told_once(tmp_path: Path) -> None:
    document = read(tmp_path, body(*GOOD[1:], "", "#Text=Ia", "2-1\t13-15\tIa\torang\t_\t_\t"))
    assert told(document) == [("CB706", 6, "the sentence has no #Text: its 2 lines cannot be placed")]
    assert [row.values["id"] for row in document.rows if row.table == "tokens"] == ["2-1"]


def test_an_annotation_over_lines_that_has_two_values_is_told(tmp_path: Path) -> None:
    document = read(tmp_path, body(GOOD[0], "1-1\t0-3\tAni\torang[1]\t_\t_\t", "1-2\t4-7\tdan\tkota[1]\t_\t_\t"))
    assert told(document) == [("CB701", 8, 'the annotation 1 of "webanno.custom.Nama" has other values here than on 1-1')]


def test_a_byte_order_mark_and_carriage_returns_of_the_file_are_not_the_text(tmp_path: Path) -> None:
    plain = read(tmp_path, body(*GOOD))
    other = read(tmp_path, ("\ufeff" + body(*GOOD).replace("\n", "\r\n")).encode())
    assert (other.text, [row.values for row in other.rows]) == (plain.text, [row.values for row in plain.rows])


def test_carriage_returns_and_lines_of_the_text_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, body("#Text=Ani\\r", "#Text=dan\u2028x", "1-1\t0-3\tAni\t_\t_\t_\t", "1-2\t5-8\tdan\t_\t_\t_\t"))
    assert document.text == "Ani\r\ndan\u2028x"
    assert document.findings == []


def test_text_up_to_version_3_1_has_the_escapes_of_java(tmp_path: Path) -> None:
    old = body("#Text=A\\u00e9 \\uD83D\\uDE0A", "1-1\t0-2\tAé\t_\t_\t_\t", "1-2\t3-5\t😊\t_\t_\t_\t").replace("TSV 3.3", "TSV 3.1")
    assert read(tmp_path, old).text == "Aé 😊"


def test_the_room_between_sentences_is_told_and_counted_in_what_offsets_count(tmp_path: Path) -> None:
    for unit, (first, second) in {Unit.UTF16: (2, 3), Unit.CODE_POINTS: (1, 2), Unit.UTF8: (4, 5)}.items():
        end = second + 1
        lines = ("#Text=😊", f"1-1\t0-{first}\t😊\t_\t_\t_\t", "", "#Text=a", f"2-1\t{second}-{end}\ta\t_\t_\t_\t")
        document = read(tmp_path, body(*lines))
        assert (document.text, len(document.changes)) == ("😊\na", 1), unit


def test_offsets_of_a_trap_do_not_make_a_text_of_gigabytes(tmp_path: Path) -> None:
    document = read(tmp_path, body("#Text=a", "1-1\t999999990-999999991\ta\t_\t_\t_\t"))
    assert document.text is not None
    assert len(document.text) < 1 << 21


def test_a_file_that_is_not_utf8_tells_the_line(tmp_path: Path) -> None:
    document = read(tmp_path, body("#Text=Ani", "1-1\t0-3\tAni\t_\t_\t_\t").encode() + b"\xff\n")
    assert told(document) == [("CB706", 7, "the line is not UTF-8")]
    assert document.text is None


def test_what_is_no_webanno_tsv_is_not_read_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("a\tb\n", "utf-8")
    with pytest.raises(CannotGoOn, match="no file here is WebAnno TSV 3"):
        list(WebAnno().documents(Source(tmp_path)))


def test_names_come_from_the_folders_of_a_project_or_from_a_pattern(tmp_path: Path) -> None:
    text = body(*GOOD)
    for name in ("annotation/pidato/ana.tsv", "annotation/pidato/budi.tsv", "curation/pidato/CURATION_USER.tsv", "lain.tsv"):
        read(tmp_path, text, name)
    names = [(each.name, each.annotator) for each in WebAnno().documents(Source(tmp_path))]
    assert names == [("lain", "gold"), ("pidato", "CURATION_USER"), ("pidato", "ana"), ("pidato", "budi")]
    by_pattern = Source(tmp_path / "annotation", {"pattern": "{document}/{annotator}.tsv"})
    assert [(each.name, each.annotator) for each in WebAnno().documents(by_pattern)] == [("pidato", "ana"), ("pidato", "budi")]


def test_layers_with_the_same_short_name_are_called_by_their_full_names(tmp_path: Path) -> None:
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=a.Nama|id|PosValue\n#T_SP=b.Nama|\n#T_SP=c.Tokens|\n\n\n#Text=x\n1-1\t0-1\tx\tq\tr\t*\t*\t\n"
    document = read(tmp_path, head)
    assert [row.table for row in document.rows] == ["sentences", "tokens", "a_nama", "b_nama", "c_tokens"]
    assert [(each["nama_id"], each["pos_value"]) for each in rows(document, "a_nama")] == [("q", "r")]


CHAINED = "#FORMAT=WebAnno TSV 3.3\n#T_CH=webanno.custom.RujukLink|referenceRelation|referenceType\n\n\n#Text=Ani\n"
SLOTS = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Nama|jenis\n"
    "#T_SP=webanno.custom.Peran|ROLE_webanno.custom.Peran:isi_webanno.custom.Isi|webanno.custom.Nama\n\n\n#Text=Ani\n"
)


def test_a_link_that_is_said_to_be_of_two_chains_is_told(tmp_path: Path) -> None:
    document = read(tmp_path, CHAINED + "1-1\t0-3\tAni\tsama->1-1\torang[3]\t\n")
    assert told(document) == [("CB701", 6, 'the link of "webanno.custom.RujukLink" is of chain 1 and of chain 3')]
    assert rows(document, "rujuk_link") == []


def test_a_slot_may_lead_nowhere_but_not_to_what_is_not_there(tmp_path: Path) -> None:
    document = read(tmp_path, SLOTS + "1-1\t0-3\tAni\t_\tibu;anak\t9-1;*\t\n")
    assert told(document) == [("CB702", 7, 'there is no token "9-1"')]
    assert rows(document, "peran_isi") == [{"id": "k2", "owner": "s1", "role": "anak"}]


@pytest.mark.parametrize(("escaped", "text"), [(r"\101\40\7", "A \a"), (r"\tA\'\"\\", "\tA'\"\\"), (r"\uu00e9", "é")])
def test_text_up_to_version_3_1_has_all_escapes_of_java(escaped: str, text: str, tmp_path: Path) -> None:
    old = body(f"#Text=x{escaped}", "1-1\t0-1\tx\t_\t_\t_\t").replace("TSV 3.3", "TSV 3.1")
    assert read(tmp_path, old).text == f"x{text}"


def test_half_of_a_character_is_no_text(tmp_path: Path) -> None:
    old = body("#Text=a \\uD83D", "1-1\t0-1\ta\t_\t_\t_\t").replace("TSV 3.3", "TSV 3.1")
    assert told(read(tmp_path, old)) == [
        ("CB701", 6, "the text has the half of a character"),
        ("CB706", 6, "the sentence has no #Text: its 1 line cannot be placed"),
    ]


def test_a_sentence_without_a_token_has_no_place(tmp_path: Path) -> None:
    document = read(tmp_path, body("#Text=Ia tidur", "", *GOOD))
    assert told(document) == [("CB701", 6, "the sentence has no token: nobody knows where it stands")]
    assert document.text == "Ani dan Budi"


HEADS = {
    "no name": ("#T_SP=|jenis", "this line of the head names no layer"),
    "another kind": ("#T_CH=webanno.custom.Nama|referenceRelation|referenceType", '"webanno.custom.Nama" is a layer of another kind above'),
    "a slot without a name": ("#T_SP=webanno.custom.Peran|ROLE_isi", '"ROLE_isi" cannot be read as a column'),
}


@pytest.mark.parametrize("fault", HEADS)
def test_a_line_of_the_head_that_declares_nothing_is_told(fault: str, tmp_path: Path) -> None:
    line, message = HEADS[fault]
    document = read(tmp_path, body(*GOOD).replace("\n\n\n", f"\n{line}\n\n\n", 1))
    assert told(document) == [("CB701", 4, message)]
    assert [row.table for row in document.rows] == ["sentences", "tokens", "tokens"]


def test_a_layer_may_be_declared_on_several_lines(tmp_path: Path) -> None:
    lines = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Nama|jenis\n#T_SP=webanno.custom.Nama|asal\n\n\n#Text=Ani\n"
    document = read(tmp_path, lines + "1-1\t0-3\tAni\torang\tkota\t\n")
    assert told(document) == []
    assert [(each["jenis"], each["asal"]) for each in rows(document, "nama")] == [("orang", "kota")]


def test_a_head_alone_is_a_document_without_text(tmp_path: Path) -> None:
    document = read(tmp_path, "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Nama|jenis")
    assert (document.text, document.rows, told(document)) == ("", [], [])


def test_a_layer_of_two_kinds_in_two_files_ends_the_run(tmp_path: Path) -> None:
    read(tmp_path, body(*GOOD), "a.tsv")
    (tmp_path / "b.tsv").write_text(CHAINED.replace("RujukLink", "Nama") + "1-1\t0-3\tAni\t*->1-1\t*\t\n", "utf-8")
    with pytest.raises(CannotGoOn, match=r'"webanno\.custom\.Nama" is #T_SP in one file and #T_CH in another'):
        list(WebAnno().documents(Source(tmp_path)))


def test_files_that_are_not_read_are_told_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "luar.tsv").write_text(body(*GOOD), "utf-8")
    (tmp_path / "in" / "keluar.tsv").symlink_to(tmp_path / "luar.tsv")
    read(tmp_path / "in", body(*GOOD), "baik.tsv")
    (tmp_path / "in" / "lain.tsv").write_text("a\tb\n", "utf-8")
    (tmp_path / "in" / "panjang.tsv").write_text(body(*GOOD) + "\n" * 200, "utf-8")
    monkeypatch.setattr(reading, "_MOST_BYTES", len(body(*GOOD)) + 100)
    documents = {each.name: each for each in WebAnno().documents(Source(tmp_path / "in"))}
    assert [name for name, each in documents.items() if each.text is not None] == ["baik"]
    assert told(documents["lain.tsv"]) == [("CB701", 1, "the first line is not that of WebAnno TSV 3")]
    bound = f"the file has more than {len(body(*GOOD)) + 100:,} bytes: it is not read"
    assert told(documents["panjang.tsv"]) == [("CB701", 0, bound)]
    assert [each.code for each in documents["keluar.tsv"].findings] == ["CB707"]


def escaped(value: str) -> str:
    for each in ("\\", "[", "]", "|", "_", "->", ";", "*"):
        value = value.replace(each, "\\" + each)
    return value.replace("\t", "\\t").replace("\n", "\\n")


@given(st.lists(st.text(st.sampled_from("a[]|_->;*\\\t\n😊 1"), min_size=1), min_size=1), st.integers(0, 9))
def test_any_value_comes_back_from_a_stack_of_them(values: list[str], number: int) -> None:
    bracket = f"[{number}]" if number else ""
    cell = "|".join(escaped(value) + bracket for value in values)
    items = [cells.numbered(raw) for raw in cells.stacked(cell)]
    assert [(cells.value(each.raw), each.number) for each in items] == [(value, number) for value in values]
    assert [cells.value(raw) for raw in cells.in_slots(";".join(map(escaped, values)))] == values
    assert cells.link(escaped(values[0]) + "->12-3") == (escaped(values[0]), 12, 3)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_file_makes_the_reader_fail(text: str) -> None:
    # What no file can be read of raises CannotGoOn, and nothing else.
    with TemporaryDirectory() as folder:
        document = read(Path(folder), HEAD + "\n#Text=a b\n1-1\t0-1\ta\t" + text)
    assert document.findings or document.text is not None
