"""UIMA CAS: XMI, JSON and WebAnno TSV of one document say the same, and what cannot be read is told at its line."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cassis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreeing import contents, holds, span
from bundled import PEERS
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.model import Document, Kind, Row, Segment, Source, TableSpec, Words
from corpusbuild.interchange.uima import reading
from corpusbuild.interchange.uima.reading import Uima
from corpusbuild.interchange.webanno.reading import WebAnno

CASES_FOLDER = PEERS / "webanno-tsv3"
# Two of the fifty have no XMI: nobody can say what they agree with.
CASES = sorted(path.parent.name for path in CASES_FOLDER.glob("*/reference.xmi")) if CASES_FOLDER.is_dir() else []
needs_peers = pytest.mark.skipif(not CASES, reason="../shared/peers/webanno-tsv3 is not here")


# What the format cannot carry, and what its example files have otherwise than their XMI. Each is a rule; nothing else is left out.

RENAMED_LAYERS = {"named_entity": "span"}
"""The XMI of some cases is older than their TSV: a custom layer has taken the place of the built-in one there."""
RENAMED_FEATURES = {("complex_relation", "int_value"): "integer_value"}
"""Likewise."""


def as_tsv_carries(document: Document, specs: list[TableSpec], carried: list[TableSpec]) -> tuple[Document, list[TableSpec]]:
    """What TSV can say of a document: of the layers and features in its head, and spans that begin and end in tokens."""
    columns = {spec.name: {column.name for column in spec.columns} for spec in carried}
    known = {spec.name for spec in specs}
    renamed = {old: new for old, new in RENAMED_LAYERS.items() if new in columns and new not in known and old not in columns}
    tokens = sorted(place for row in document.rows if row.table == "tokens" and (place := span(row)) is not None)

    def table(name: str) -> str:
        return renamed.get(name, name)

    def row(each: Row) -> Row:
        kept = {RENAMED_FEATURES.get((each.table, name), name): value for name, value in each.values.items()}
        kept = {name: value for name, value in kept.items() if name in columns[table(each.table)]}
        if isinstance(kept.get("words"), Words) and each.table not in {"tokens", "sentences"}:
            kept["words"] = trimmed(kept["words"], tokens)
        return Row(table(each.table), kept, each.at)

    def spec(each: TableSpec) -> TableSpec:
        made = [replace(one, name=RENAMED_FEATURES.get((each.name, one.name), one.name), table=table(one.table)) for one in each.columns]
        return replace(each, name=table(each.name), columns=tuple(made))

    rows = [row(each) for each in document.rows if table(each.table) in columns]
    return replace(document, rows=rows), [spec(each) for each in specs]


def trimmed(words: Words, tokens: list[tuple[int, int]]) -> Words:
    """As the format's description says: a span is cut to the tokens that it touches; an empty one goes to the end of the last
    token before it, or to the beginning of the first."""
    start, end = words.segments[0].start, words.segments[-1].end
    if start == end:
        if not any(first <= start <= last for first, last in tokens):
            before = [last for _, last in tokens if last <= start]
            start = end = before[-1] if before else tokens[0][0]
    else:
        touched = [(first, last) for first, last in tokens if first < end and start < last]
        start, end = max(start, touched[0][0]), min(end, touched[-1][1])
    return Words((Segment(start, end),))


def one(reader: Uima | WebAnno, source: Source) -> tuple[Document, list[TableSpec]]:
    (document,) = reader.documents(source)
    specs = list(reader.tables(source))
    assert list(holds(document, specs)) == []
    return document, specs


def dkpro_and_custom() -> cassis.TypeSystem:
    """A type system for the cases, which come without one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        types = cassis.load_dkpro_core_typesystem()
    annotation, top, string = "uima.tcas.Annotation", "uima.cas.TOP", "uima.cas.String"

    def layer(name: str, above: str = annotation, **features: str) -> None:
        made = types.create_type(name, above)
        for feature, kind in features.items():
            element = kind.partition(" of ")[2] or None
            types.create_feature(made, feature, kind.partition(" of ")[0], elementType=element)

    layer("de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", "uima.tcas.DocumentAnnotation", documentId=string)
    types.create_feature("de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", "isLastSegment", "uima.cas.Boolean")
    layer("webanno.custom.Span", value=string)
    layer("webanno.custom.SimpleSpan")
    layer("webanno.custom.Relation", Governor=annotation, Dependent=annotation, value=string)
    layer(
        "webanno.custom.ComplexRelation",
        Governor=annotation,
        Dependent=annotation,
        value=string,
        boolValue="uima.cas.Boolean",
        intValue="uima.cas.Integer",
    )
    layer("webanno.custom.SimpleLink", referenceType=string, referenceRelation=string)
    types.create_feature("webanno.custom.SimpleLink", "next", "webanno.custom.SimpleLink")
    layer("webanno.custom.SimpleChain", "uima.cas.AnnotationBase", first="webanno.custom.SimpleLink")
    for host, link, target in (
        ("SimpleLinkHost", "LinkType", "webanno.custom.SimpleSpan"),
        ("ComplexLinkHost", "ComplexLinkType", "webanno.custom.SimpleSpan"),
        ("FlexLinkHost", "FlexLinkType", annotation),
    ):
        layer(f"webanno.custom.{link}", top, role=string, target=target)
        layer(f"webanno.custom.{host}", links=f"uima.cas.FSArray of webanno.custom.{link}")
    types.create_feature("webanno.custom.ComplexLinkHost", "value", string)
    return types


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cases as XMI with a type system, and each as JSON beside it."""
    root = tmp_path_factory.mktemp("typed")
    types = dkpro_and_custom()
    types.to_xml(root / "TypeSystem.xml")
    for case in CASES:
        (root / case).mkdir()
        shutil.copyfile(CASES_FOLDER / case / "reference.xmi", root / case / "reference.xmi")
        shutil.copyfile(root / "TypeSystem.xml", root / case / "TypeSystem.xml")
        (root / case / "json").mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cas = cassis.load_cas_from_xmi(root / case / "reference.xmi", types)
        cas.to_json(root / case / "json" / "reference.json")
    return root


@needs_peers
@pytest.mark.parametrize("form", ["as it is", "typed", "json"])
@pytest.mark.parametrize("case", CASES)
def test_xmi_and_json_say_what_tsv_says(case: str, form: str, typed: Path) -> None:
    told, carried = one(WebAnno(), Source(CASES_FOLDER / case))
    where = {"as it is": CASES_FOLDER / case, "typed": typed / case / "reference.xmi", "json": typed / case / "json"}[form]
    document, specs = one(Uima(), Source(where))
    assert (document.findings, told.findings) == ([], [])
    assert document.text == told.text
    kept, kept_specs = as_tsv_carries(document, specs, carried)
    assert contents(kept, kept_specs) == contents(told, carried)


@needs_peers
def test_no_row_and_only_these_columns_are_left_out_of_the_comparison(typed: Path) -> None:
    left: Counter[str] = Counter()
    for case in CASES:
        told, carried = one(WebAnno(), Source(CASES_FOLDER / case))
        document, specs = one(Uima(), Source(typed / case / "reference.xmi"))
        kept, _ = as_tsv_carries(document, specs, carried)
        assert len(kept.rows) == len(told.rows) == len(document.rows)
        for row, carries in zip(document.rows, kept.rows, strict=True):
            lost = {RENAMED_FEATURES.get((row.table, name), name) for name in row.values} - carries.values.keys()
            left.update(f"{row.table}.{name}" for name in lost)
    assert left.keys() == {"pos.uima_type", "tokens.pos", "tokens.order"}


@needs_peers
def test_all_cases_are_one_source_though_a_type_system_stands_beside_some() -> None:
    documents = list(Uima().documents(Source(CASES_FOLDER)))
    assert [(document.name, document.findings) for document in documents] == [(f"{case}.reference", []) for case in CASES]
    specs = list(Uima().tables(Source(CASES_FOLDER)))
    assert [list(holds(document, specs)) for document in documents] == [[]] * len(CASES)


TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>kabar.Orang</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
 <featureDescription><name>umur</name><description/><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription>
 <featureDescription><name>tinggi</name><description/><rangeTypeName>uima.cas.Double</rangeTypeName></featureDescription>
 <featureDescription><name>hidup</name><description/><rangeTypeName>uima.cas.Boolean</rangeTypeName></featureDescription>
 <featureDescription><name>type</name><description/><rangeTypeName>kabar.Jenis</rangeTypeName></featureDescription>
 <featureDescription><name>nama</name><description/><rangeTypeName>uima.cas.StringArray</rangeTypeName></featureDescription>
 <featureDescription><name>tahun</name><description/><rangeTypeName>uima.cas.IntegerArray</rangeTypeName></featureDescription>
 <featureDescription><name>teman</name><description/><rangeTypeName>uima.cas.FSArray</rangeTypeName>
  <elementType>kabar.Orang</elementType></featureDescription>
 <featureDescription><name>lihat</name><description/><rangeTypeName>uima.cas.TOP</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>kabar.Tokoh</name><description/><supertypeName>kabar.Orang</supertypeName></typeDescription>
<typeDescription><name>kabar.Catatan</name><description/><supertypeName>uima.cas.TOP</supertypeName><features>
 <featureDescription><name>isi</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>kabar.Jenis</name><description/><supertypeName>uima.cas.String</supertypeName>
 <allowedValues><value><string>L</string></value><value><string>P</string></value></allowedValues></typeDescription>
<typeDescription><name>kabar.Kait</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
 <featureDescription><name>Governor</name><description/><rangeTypeName>kabar.Orang</rangeTypeName></featureDescription>
 <featureDescription><name>Dependent</name><description/><rangeTypeName>kabar.Orang</rangeTypeName></featureDescription>
</features></typeDescription>
</types></typeSystemDescription>
"""
EMPTY_TYPES = TYPES.partition("<types>")[0] + "<types></types></typeSystemDescription>"
GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:k="http:///kabar.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<k:Orang xmi:id="2" sofa="1" begin="0" end="2" umur="40" tinggi="1.6" hidup="true" type="P" tahun="1 2" teman="3 4" lihat="5">
<nama>Siti A</nama><nama>&lt;b&gt;</nama></k:Orang>
<k:Orang xmi:id="3" sofa="1" begin="3" end="7" lihat="2"/>
<k:Tokoh xmi:id="4" sofa="1" begin="8" end="12"/>
<k:Catatan xmi:id="5" isi="dua&#10;baris"/>
<k:Kait xmi:id="6" sofa="1" begin="3" end="7" Governor="2" Dependent="3"/>
FAULT
<k:Orang xmi:id="9" sofa="1" begin="8" end="12" umur="7"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="&#128522; Budi Yani"/>
<cas:View sofa="1" members="2 3 4 6 9"/>
</xmi:XMI>
"""


def written(tmp_path: Path, xmi: str, types: str | None = TYPES) -> Path:
    if types is not None:
        (tmp_path / "TypeSystem.xml").write_text(types, "utf-8")
    (tmp_path / "berita.xmi").write_text(xmi, "utf-8")
    return tmp_path


def test_features_become_columns_of_their_types(tmp_path: Path) -> None:
    source = Source(written(tmp_path, GOOD.replace("FAULT", "")))
    document, specs = one(Uima(), source)
    assert document.findings == []
    values = {row.values["id"]: {name: value for name, value in row.values.items() if name != "id"} for row in document.rows}
    assert values["2"] == {
        "words": Words((Segment(0, 2),)),
        "umur": 40,
        "tinggi": 1.6,
        "hidup": True,
        "type": "P",
        "nama": ["Siti A", "<b>"],
        "tahun": [1, 2],
        "lihat_catatan": "5",
    }
    assert values["3"] == {"words": Words((Segment(3, 7),)), "lihat_orang": "2"}
    assert values["4"] == {"words": Words((Segment(8, 12),)), "uima_type": "Tokoh"}
    assert values["5"] == {"isi": "dua\nbaris"}
    assert values["6"] == {"from": "2", "to": "3"}
    assert [row.values for row in document.rows if row.table == "orang_teman"] == [
        {"id": "k1", "owner": "2", "target": "3"},
        {"id": "k2", "owner": "2", "target": "4"},
    ]
    kinds = {column.name: (column.kind, column.many) for spec in specs if spec.name == "orang" for column in spec.columns}
    assert kinds["type"] == (Kind.LABEL, False)
    assert kinds["nama"] == (Kind.STRING, True)
    assert [row.at.line for row in document.rows if row.table == "kait"] == [9]


def test_the_library_says_the_same_of_every_offset_and_value(tmp_path: Path) -> None:
    # It cannot read strings of a type that lists them.
    folder = written(tmp_path, GOOD.replace("FAULT", ""), TYPES.replace("<rangeTypeName>kabar.Jenis", "<rangeTypeName>uima.cas.String"))
    document, _ = one(Uima(), Source(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        types = cassis.load_typesystem(folder / "TypeSystem.xml")
        cas = cassis.load_cas_from_xmi(folder / "berita.xmi", types)
    covered = {str(each.xmiID): each.get_covered_text() for each in cas.select("kabar.Orang")}
    text = (document.text or "").encode("utf-16-le")
    places = {row.values["id"]: span(row) for row in document.rows if row.table == "orang"}
    assert {key: text[2 * place[0] : 2 * place[1]].decode("utf-16-le") for key, place in places.items() if place} == covered
    (tmp_path / "json").mkdir()
    cas.to_json(tmp_path / "json" / "berita.json")
    again, _ = one(Uima(), Source(tmp_path / "json"))
    assert again.text == document.text
    assert Counter(map(repr, values(again))) == Counter(map(repr, values(document)))


def values(document: Document) -> list[tuple[str, list[tuple[str, Any]]]]:
    return [(row.table, sorted(row.values.items())) for row in document.rows]


FAULTS = {
    "an unknown type": ('<k:Hewan xmi:id="7" sofa="1" begin="0" end="2"/>', "CB701", 'the type "kabar.Hewan" is not in the type system'),
    "an unknown feature": ('<k:Orang xmi:id="7" sofa="1" begin="0" end="2" berat="3"/>', "CB701", '"berat" is no feature of "kabar.Orang"'),
    "no integer": ('<k:Orang xmi:id="7" sofa="1" begin="0" end="2" umur="tua"/>', "CB701", "'tua' is no integer"),
    "an integer of too many digits": (
        '<k:Orang xmi:id="7" sofa="1" begin="0" end="2" umur="9999999999999999999"/>',
        "CB701",
        "9999999999999999999 is no 64-bit integer",
    ),
    "no number": ('<k:Orang xmi:id="7" sofa="1" begin="0" end="2" tinggi="NaN"/>', "CB701", "'NaN' is no finite number"),
    "no boolean": ('<k:Orang xmi:id="7" sofa="1" begin="0" end="2" hidup="ya"/>', "CB701", "'ya' is neither true nor false"),
    "no offset": ('<k:Orang xmi:id="7" sofa="1" begin="0"/>', "CB701", "None is no integer"),
    "an end before the start": ('<k:Orang xmi:id="7" sofa="1" begin="4" end="2"/>', "CB701", "it ends at 2, before it starts at 4"),
    "no text": ('<k:Orang xmi:id="7" sofa="8" begin="0" end="2"/>', "CB701", 'there is no text "8"'),
    "a record of no text": ('<k:Catatan xmi:id="7" sofa="8" isi="x"/>', "CB701", 'there is no text "8"'),
    "no id": ('<k:Orang sofa="1" begin="0" end="2"/>', "CB701", '"Orang" has no xmi:id'),
    "an id again": ('<k:Orang xmi:id="2" sofa="1" begin="0" end="2"/>', "CB703", 'the id "2" stands before'),
    "no such structure": (
        '<k:Kait xmi:id="7" sofa="1" begin="3" end="7" Governor="77" Dependent="3"/>',
        "CB702",
        '"Governor" leads to 77, which is not there',
    ),
    "no end of a relation": ('<k:Kait xmi:id="7" sofa="1" begin="3" end="7" Governor="3"/>', "CB704", 'the relation has no "Dependent"'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_structure_is_told_and_the_rest_is_read(tmp_path: Path, fault: str) -> None:
    line, code, message = FAULTS[fault]
    document, _ = one(Uima(), Source(written(tmp_path, GOOD.replace("FAULT", line))))
    assert [(each.code, getattr(each.where, "line", 0), each.message) for each in document.findings] == [(code, 10, message)]
    assert [row.values["id"] for row in document.rows] == ["5", "6", "2", "k1", "k2", "3", "4", "9"]


@pytest.mark.parametrize("fault", ["no structure", "no id", "no integer", "no string", "an end before the start"])
def test_faults_in_json_are_told_at_their_lines(tmp_path: Path, fault: str) -> None:
    faulty: dict[str, tuple[Any, str]] = {
        "no structure": (7, "this is not a feature structure: it has no %ID and %TYPE"),
        "no id": ({"%TYPE": "kabar.Orang"}, "this is not a feature structure: it has no %ID and %TYPE"),
        "no integer": ({"%ID": 7, "%TYPE": "kabar.Orang", "@sofa": 1, "begin": 0, "end": 2, "umur": "tua"}, "'tua' is no integer"),
        "no string": ({"%ID": 7, "%TYPE": "kabar.Orang", "@sofa": 1, "begin": 0, "end": 2, "nama": 5}, "5 is no string"),
        "an end before the start": (
            {"%ID": 7, "%TYPE": "kabar.Orang", "@sofa": 1, "begin": 4, "end": 2},
            "it ends at 2, before it starts at 4",
        ),
    }
    structure, message = faulty[fault]
    features = {"umur": {"%RANGE": "uima.cas.Integer"}, "nama": {"%RANGE": "uima.cas.String"}}
    written = {
        "%TYPES": {"kabar.Orang": {"%NAME": "kabar.Orang", "%SUPER_TYPE": "uima.tcas.Annotation", **features}},
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": 'kata "%ID": 1'},
            structure,
            {"%ID": 9, "%TYPE": "kabar.Orang", "@sofa": 1, "begin": 0, "end": 4, "umur": 3},
        ],
    }
    lines = json.dumps(written, indent=1)
    (tmp_path / "a.json").write_text(lines, "utf-8")
    document, _ = one(Uima(), Source(tmp_path))
    assert [each.message for each in document.findings] == [message]
    assert [row.values["id"] for row in document.rows] == ["9"]
    if fault in {"no integer", "no string", "an end before the start"}:
        assert lines.split("\n")[document.findings[0].where.line - 1].strip() == '"%ID": 7,'  # type: ignore[union-attr]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("trap", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">'])
def test_xml_with_a_document_type_is_not_read(tmp_path: Path, trap: str) -> None:
    head, _, rest = GOOD.replace("FAULT", "").partition("\n")
    folder = written(tmp_path, f"{head}\n{trap}\n{rest}")
    (tmp_path / "lain.xmi").write_text(GOOD.replace("FAULT", ""), "utf-8")
    first, second = Uima().documents(Source(folder))
    assert (first.text, first.rows, first.findings[0].message[:29]) == (None, [], "it declares a document type, ")
    assert second.findings == []
    written(tmp_path, GOOD.replace("FAULT", ""), TYPES.replace("\n", f"\n{trap}\n", 1))
    with pytest.raises(CannotGoOn, match="declares a document type"):
        list(Uima().documents(Source(folder)))


@pytest.mark.parametrize("encoding", ["AUTF-8", "shift_jis"])
def test_an_encoding_that_cannot_be_read_is_told(tmp_path: Path, encoding: str) -> None:
    folder = written(tmp_path, GOOD.replace("FAULT", ""))
    (tmp_path / "lain.xmi").write_text(GOOD.replace("FAULT", "").replace("UTF-8", encoding), "utf-8")
    _, other = Uima().documents(Source(folder))
    assert (other.text, other.findings[0].message[:34]) == (None, "the encoding that the XML declares")


def test_a_chain_that_bites_its_tail_and_lists_of_itself_end(tmp_path: Path) -> None:
    links = '<k:TautanLink xmi:id="20" sofa="1" begin="0" end="2" next="21"/>'
    links += '<k:TautanLink xmi:id="21" sofa="1" begin="3" end="7" next="20"/>'
    xmi = GOOD.replace("FAULT", links + '<k:TautanChain xmi:id="22" first="20"/>')
    document, _ = one(Uima(), Source(written(tmp_path, xmi, None)))
    assert [each.message for each in document.findings] == ["the link stands twice in a chain, or in two"]


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    written(tmp_path / "in", GOOD.replace("FAULT", ""))
    (tmp_path / "secret.xmi").write_text(GOOD.replace("FAULT", ""), "utf-8")
    (tmp_path / "in" / "out.xmi").symlink_to(tmp_path / "secret.xmi")
    documents = list(Uima().documents(Source(tmp_path / "in")))
    assert [(each.name, each.text is None) for each in documents] == [("out.xmi", True), ("berita", False)]


def test_several_texts_of_a_file_are_several_documents(tmp_path: Path) -> None:
    more = '<cas:Sofa xmi:id="30" sofaNum="2" sofaID="ringkas" mimeType="text" sofaString="Siti"/>'
    more += '<k:Orang xmi:id="31" sofa="30" begin="0" end="4"/>'
    documents = list(Uima().documents(Source(written(tmp_path, GOOD.replace("FAULT", more)))))
    assert [(each.name, each.text, len(each.rows)) for each in documents] == [("berita", "😊 Budi Yani", 8), ("berita.ringkas", "Siti", 1)]


def test_without_a_type_system_that_is_told(tmp_path: Path) -> None:
    document, _ = one(Uima(), Source(written(tmp_path, GOOD.replace("FAULT", ""), None)))
    assert document.changes[0].how.startswith("no type system is there: kabar.Catatan, kabar.Kait, kabar.Orang, kabar.Tokoh read by")
    assert next(row.values["umur"] for row in document.rows if row.values["id"] == "2") == "40"


def test_a_value_that_is_an_attribute_and_an_element_is_told_and_not_chosen(tmp_path: Path) -> None:
    twice = '<k:Orang xmi:id="7" sofa="1" begin="0" end="2" nama="Siti"><nama>Ani</nama><nama>Budi</nama></k:Orang>'
    document, _ = one(Uima(), Source(written(tmp_path, GOOD.replace("FAULT", twice))))
    assert [(each.code, each.message) for each in document.findings] == [("CB701", '"nama" is both an attribute and an element')]
    assert "7" not in [row.values["id"] for row in document.rows]


LISTED = TYPES.replace(
    "<name>teman</name><description/><rangeTypeName>uima.cas.FSArray", "<name>teman</name><description/><rangeTypeName>uima.cas.FSList"
).replace("uima.cas.StringArray", "uima.cas.StringList")
NODES = """<cas:NonEmptyFSList xmi:id="40" head="3" tail="41"/><cas:NonEmptyFSList xmi:id="41" head="4" tail="42"/>
<cas:EmptyFSList xmi:id="42"/>"""


def friends(document: Document) -> list[str]:
    return [row.values["target"] for row in document.rows if row.table == "orang_teman"]


@pytest.mark.parametrize("end", ['tail="42"', ""], ids=["an empty list", "no tail"])
def test_a_list_holds_what_its_nodes_hold(tmp_path: Path, end: str) -> None:
    xmi = GOOD.replace('teman="3 4"', 'teman="40"').replace("FAULT", NODES.replace('tail="42"', end))
    document, _ = one(Uima(), Source(written(tmp_path, xmi, LISTED)))
    assert (document.findings, friends(document)) == ([], ["3", "4"])


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ('tail="42"', 'tail="40"', "the list comes back to its node 40"),
        ('tail="42"', 'tail="99"', "the list breaks off: its node 41 leads to 99, which is not there"),
        ('head="4"', "", "the list has nothing in its node 41"),
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_is_told_and_not_cut(tmp_path: Path, good: str, bad: str, message: str) -> None:
    xmi = GOOD.replace('teman="3 4"', 'teman="40"').replace("FAULT", NODES.replace(good, bad))
    document, _ = one(Uima(), Source(written(tmp_path, xmi.replace(' lihat="2"', "").replace('Governor="2"', 'Governor="4"'), LISTED)))
    assert [each.message for each in document.findings] == [message]
    assert [row.values["id"] for row in document.rows if row.table == "orang"] == ["3", "4", "9"]


def test_a_type_that_is_called_a_list_is_none(tmp_path: Path) -> None:
    types = TYPES.replace("kabar.Tokoh", "kabar.ListTokoh")
    xmi = GOOD.replace("k:Tokoh", "k:ListTokoh").replace('teman="3 4"', 'teman="4"').replace("FAULT", "")
    document, _ = one(Uima(), Source(written(tmp_path, xmi, types)))
    assert (document.findings, friends(document)) == ([], ["4"])


def test_what_leads_into_another_text_is_told(tmp_path: Path) -> None:
    more = (
        '<cas:Sofa xmi:id="30" sofaNum="2" sofaID="ringkas" sofaString="Siti"/><k:Orang xmi:id="31" sofa="30" begin="0" end="4" lihat="3"/>'
    )
    document, other = Uima().documents(Source(written(tmp_path, GOOD.replace("FAULT", more))))
    assert [(each.code, each.message) for each in document.findings] == [("CB702", '"lihat" leads to 3, which is about another text')]
    assert [row.values for row in other.rows] == [{"id": "31", "words": Words((Segment(0, 4),))}]


HEAD_OF_CHAIN = """<k:TautanLink xmi:id="20" sofa="1" begin="0" end="2" next="21"/><k:TautanLink xmi:id="21" sofa="1" begin="3" end="7"/>
<k:TautanChain xmi:id="22" first="20"/>"""


def test_values_of_a_chain_itself_are_told_to_have_no_place(tmp_path: Path) -> None:
    xmi = GOOD.replace("FAULT", HEAD_OF_CHAIN.replace('first="20"', 'first="20" warna="merah"'))
    document, _ = one(Uima(), Source(written(tmp_path, xmi, None)))
    told = [(each.code, each.message) for each in document.findings]
    assert told == [("CB707", 'a chain has a number only, and no place for "warna"')]
    assert [row.values["chain"] for row in document.rows if row.table == "tautan_link"] == [1, 1]


CHAIN_TYPES = TYPES.replace(
    "</types>",
    """<typeDescription><name>kabar.TautanLink</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
 <featureDescription><name>next</name><description/><rangeTypeName>kabar.TautanLink</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>kabar.TautanChain</name><description/><supertypeName>uima.cas.AnnotationBase</supertypeName><features>
 <featureDescription><name>first</name><description/><rangeTypeName>kabar.TautanLink</rangeTypeName></featureDescription>
</features></typeDescription></types>""",
)


@pytest.mark.parametrize(("given", "feature"), [('lihat="5"', "lihat"), ('teman="3 4"', "teman")])
def test_what_leads_to_the_head_of_a_chain_is_told_to_lead_to_no_row(tmp_path: Path, given: str, feature: str) -> None:
    xmi = GOOD.replace(given, f'{feature}="22"').replace("FAULT", HEAD_OF_CHAIN)
    document, _ = one(Uima(), Source(written(tmp_path, xmi, CHAIN_TYPES)))
    told = [(each.code, each.message) for each in document.findings]
    assert told == [("CB707", f'"{feature}" leads to 22, which is no row of a table')]
    assert "2" in [row.values["id"] for row in document.rows]
    assert not [row for row in document.rows if "22" in row.values.values()]


def test_what_fills_a_slot_may_lead_nowhere(tmp_path: Path) -> None:
    filled = '<k:Isi xmi:id="23" role="a" target="2"/><k:Isi xmi:id="25" role="b"/>'
    xmi = GOOD.replace("FAULT", filled + '<k:Wadah xmi:id="24" sofa="1" begin="0" end="2" isi="23 25"/>')
    types = TYPES.replace(
        "</types>",
        """<typeDescription><name>kabar.Isi</name><description/><supertypeName>uima.cas.TOP</supertypeName><features>
 <featureDescription><name>role</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
 <featureDescription><name>target</name><description/><rangeTypeName>kabar.Orang</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>kabar.Wadah</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
 <featureDescription><name>isi</name><description/><rangeTypeName>uima.cas.FSArray</rangeTypeName>
  <elementType>kabar.Isi</elementType></featureDescription>
</features></typeDescription></types>""",
    )
    document, _ = one(Uima(), Source(written(tmp_path, xmi, types)))
    assert document.findings == []
    assert [row.values for row in document.rows if row.table == "wadah_isi"] == [
        {"id": "k3", "owner": "24", "role": "a", "target": "2"},
        {"id": "k4", "owner": "24", "role": "b"},
    ]


def test_a_relation_with_a_place_of_its_own_is_told_to_lose_it(tmp_path: Path) -> None:
    moved = GOOD.replace('<k:Kait xmi:id="6" sofa="1" begin="3" end="7"', '<k:Kait xmi:id="6" sofa="1" begin="0" end="2"')
    document, _ = one(Uima(), Source(written(tmp_path, moved.replace("FAULT", ""))))
    assert [(each.at.line, each.how) for each in document.changes] == [
        (9, "the relation has a place of its own, which is not kept: it is where it leads to")
    ]
    assert [row.values for row in document.rows if row.table == "kait"] == [{"id": "6", "from": "2", "to": "3"}]


def test_arrays_that_are_structures_need_no_type_system(tmp_path: Path) -> None:
    document, _ = one(Uima(), Source(written(tmp_path, GOOD.replace("FAULT", '<cas:FSArray xmi:id="23" elements="3 4"/>'), None)))
    assert document.findings == []
    assert document.changes[0].how.startswith("no type system is there: kabar.Catatan, kabar.Kait, kabar.Orang, kabar.Tokoh read by")


def test_a_text_that_is_not_in_the_file_is_told(tmp_path: Path) -> None:
    away = GOOD.replace("FAULT", "").replace('sofaString="&#128522; Budi Yani"', 'sofaURI="file:berita.txt"')
    document, _ = one(Uima(), Source(written(tmp_path, away)))
    assert (document.text, document.rows) == (None, [])
    assert [(each.code, each.message) for each in document.findings] == [("CB706", "the text is not in the file")]


def test_a_folder_without_a_cas_is_not_read_at_all(tmp_path: Path) -> None:
    (tmp_path / "berita.txt").write_text("Budi", "utf-8")
    with pytest.raises(CannotGoOn, match="no file here is a UIMA CAS") as caught:
        list(Uima().documents(Source(tmp_path)))
    assert caught.value.help == "such files are called *.xmi or *.json"


@pytest.mark.parametrize("content", ["[]", "{}", '{"%FEATURE_STRUCTURES": 7}'])
def test_json_without_structures_is_no_cas(tmp_path: Path, content: str) -> None:
    written(tmp_path, GOOD.replace("FAULT", ""))
    (tmp_path / "lain.json").write_text(content, "utf-8")
    _, other = Uima().documents(Source(tmp_path))
    assert (other.name, other.text) == ("lain.json", None)
    assert [each.message for each in other.findings] == ["this is not the JSON of a CAS: it has no %FEATURE_STRUCTURES"]


def test_a_file_of_more_bytes_than_are_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xmi = GOOD.replace("FAULT", "")
    monkeypatch.setattr(reading, "_MOST_BYTES", len(TYPES) + len(xmi.encode()))
    folder = written(tmp_path, xmi)
    (folder / "panjang.xmi").write_text(xmi + " " * len(TYPES) + " ", "utf-8")
    first, second = Uima().documents(Source(folder))
    assert (first.findings, second.text) == ([], None)
    assert [each.message for each in second.findings] == [f"the file has more than {reading._MOST_BYTES:,} bytes: it is not read"]


CONTRADICTIONS = {
    "another type above": (
        TYPES.replace(
            "<name>kabar.Tokoh</name><description/><supertypeName>kabar.Orang",
            "<name>kabar.Tokoh</name><description/><supertypeName>kabar.Kait",
        ),
        'the type "kabar.Tokoh" is below',
    ),
    "other values": (
        TYPES.replace(
            "<name>isi</name><description/><rangeTypeName>uima.cas.String", "<name>isi</name><description/><rangeTypeName>uima.cas.Integer"
        ),
        'the feature "isi" of "kabar.Catatan" is defined in two ways',
    ),
    "a type above that is nowhere": (
        TYPES.replace("<supertypeName>kabar.Orang", "<supertypeName>kabar.Hantu"),
        "the type system cannot be read: ",
    ),
}


@pytest.mark.parametrize("fault", CONTRADICTIONS)
def test_type_systems_that_contradict_each_other_are_not_read(tmp_path: Path, fault: str) -> None:
    types, message = CONTRADICTIONS[fault]
    written(tmp_path, GOOD.replace("FAULT", ""))
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "TypeSystem.xml").write_text(types, "utf-8")
    with pytest.raises(CannotGoOn, match=re.escape(message)) as caught:
        list(Uima().documents(Source(tmp_path)))
    assert "TypeSystem.xml" in str(caught.value.place)


def made_of(folder: str, name: str, data: bytes, types: str = TYPES) -> None:
    """Read what may be anything: what is no CAS at all raises CannotGoOn, and nothing else; what is read holds."""
    (Path(folder) / "TypeSystem.xml").write_text(types, "utf-8")
    (Path(folder) / name).write_bytes(data)
    try:
        documents = list(Uima().documents(Source(Path(folder))))
    except CannotGoOn:
        return
    specs = Uima().tables(Source(Path(folder)))
    assert [list(holds(each, specs)) for each in documents] == [[]] * len(documents)


@given(st.binary(max_size=200), st.sampled_from(["xmi", "json"]), st.integers(0, 1500))
def test_no_bytes_make_the_reader_fail(junk: bytes, suffix: str, at: int) -> None:
    good = GOOD.replace("FAULT", "").encode() if suffix == "xmi" else b'{"%TYPES": {}, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}'
    with TemporaryDirectory() as folder:
        made_of(folder, f"a.{suffix}", good[:at] + junk + good[at:])


ANYTHING = [
    "",
    "0",
    "1",
    "2",
    "3",
    "5",
    "6",
    "9",
    "-1",
    "99",
    "2 3",
    "x",
    "kabar",
    "uima.cas.TOP",
    "_InitialView",
    "1e9",
    "Governor",
    "begin",
]
CHAINED = """<k:TautanLink xmi:id="20" sofa="1" begin="0" end="2" next="21"/><k:TautanLink xmi:id="21" sofa="1" begin="3" end="7"/>
<k:TautanChain xmi:id="22" first="20"/><k:Isi xmi:id="23" role="a" target="2"/><k:Wadah xmi:id="24" sofa="1" begin="0" end="2" isi="23"/>"""


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(ANYTHING)), min_size=1, max_size=4), st.booleans())
def test_no_values_make_the_reader_fail(edits: list[tuple[int, str]], typed: bool) -> None:  # noqa: FBT001
    parts = re.split(r'(?<==")([^"]*)(?=")', GOOD.replace("FAULT", "" if typed else CHAINED))
    for at, value in edits:
        parts[(2 * at + 9) % (len(parts) // 2 * 2 - 8) + 8 | 1] = value
    with TemporaryDirectory() as folder:
        made_of(folder, "a.xmi", "".join(parts).encode(), TYPES if typed else EMPTY_TYPES)
    if not typed:
        with TemporaryDirectory() as folder:
            (Path(folder) / "a.xmi").write_text("".join(parts), "utf-8")
            with contextlib.suppress(CannotGoOn):
                assert list(Uima().documents(Source(Path(folder))))


@given(st.data())
def test_no_json_makes_the_reader_fail(data: st.DataObject) -> None:
    scalars = st.sampled_from([*ANYTHING, None, True, 7, -1, 1.5, [], {}, [2], "kabar.Orang", "uima.cas.FSArray", "uima.tcas.Annotation"])
    features = st.dictionaries(st.sampled_from(["%RANGE", "%ELEMENT_TYPE"]), scalars, max_size=2)
    names = st.sampled_from(["kabar.Orang", "kabar.Kait", "kabar.Isi", "uima.tcas.Annotation"])
    above = st.sampled_from(["kabar.Orang", "kabar.Kait", "kabar.Isi", "uima.tcas.Annotation", "uima.cas.TOP", "uima.cas.String", "lain"])
    keys = ["next", "first", "target", "Governor", "Dependent", "begin", "end", "umur", "elements"]
    declared = st.dictionaries(st.sampled_from(keys), st.one_of(features, st.builds(lambda name: {"%RANGE": name}, names)), max_size=5)
    kinds = st.builds(lambda name, rest: {"%SUPER_TYPE": name, **rest}, above, declared)
    refs = st.sampled_from([*keys, *(f"@{key}" for key in keys), "@sofa", "%ELEMENTS", "sofaString", "sofaID"])
    structures = st.builds(
        lambda own, kind, rest: {"%ID": own, "%TYPE": kind, **rest}, st.integers(1, 5), names, st.dictionaries(refs, scalars)
    )
    sofa = {"%ID": 9, "%TYPE": "uima.cas.Sofa", "sofaID": "_InitialView", "sofaString": "kata"}
    cas = {"%TYPES": data.draw(st.dictionaries(names, kinds)), "%FEATURE_STRUCTURES": [sofa, *data.draw(st.lists(structures))]}
    with TemporaryDirectory() as folder:
        made_of(folder, "a.json", json.dumps(cas).encode(), EMPTY_TYPES)
