"""Where fuzzing starts from: the project's own corpora, and small files of each format that are made here."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from readers import CLAIMS, CORPUS, PART, REPOSITORY, STANCES, part_pieces

_CORPORA = REPOSITORY / "tests" / "corpora"
_TEXT = "Kapal tua\n\nKata Budi 😀, kapal itu tua dan lambat. “Besok hujan,” kata Ani.\n"


def seeds(name: str) -> list[bytes]:
    """The first inputs of a reader."""
    return list(dict.fromkeys(_SEEDS[name]()))


def _files(pattern: str) -> Iterator[bytes]:
    for path in sorted(_CORPORA.glob(pattern)):
        yield path.read_bytes()


def _config() -> Iterator[bytes]:
    yield from _files("*/pyproject.toml")
    yield (
        (REPOSITORY / "pyproject.toml")
        .read_bytes()
        .partition(b"[tool.pytest")[0]
        .partition(b"[tool.corpusbuild]\n")[2]
        .join([b"[tool.corpusbuild]\n", b""])
    )


def _json() -> Iterator[bytes]:
    yield from _files("*/raw/*.json")
    yield from _files("*/schema/anchor.json")
    yield b'{"a": [{"b": 1e400, "b": "\\ud800"}], "\\u0061": 12345678901234567890123, "c": -0.0}'
    yield b"[" * 300 + b"]" * 300
    yield b'\xef\xbb\xbf{"a": "\xc0\xaf"}'


def _annotation() -> Iterator[bytes]:
    for path in sorted(CORPUS.glob("annotations/*.json")):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict):
            yield path.read_bytes()
            # A whole document is long to mutate: each table with a row or two is a document, too.
            yield json.dumps({key: each[:2] if isinstance(each, list) else each for key, each in value.items()}, indent=1).encode()
            yield json.dumps({key: each for key, each in value.items() if not isinstance(each, list)}).encode()


def _article() -> Iterator[bytes]:
    for path in sorted(CORPUS.glob("raw/*.json")):
        text = path.with_suffix(".txt")
        yield (text.read_bytes()[:600] if text.exists() else b"") + PART + path.read_bytes()
    yield b"\xef\xbb\xbfa\r\nb\x00e\xcc\x81\n" + PART + b'{"id": "y"}'


def _shard() -> Iterator[bytes]:
    yield from _files("*/raw/*.jsonl")
    lines = []
    for path in sorted(CORPUS.glob("raw/*.json")):
        value = json.loads(path.read_bytes())
        lines.append(json.dumps({"id": path.stem, **value, "text": value.get("text", "Satu baris saja.\n")}).encode())
    yield b"\n".join(lines[:2]) + b"\n"
    yield lines[0]


def _packed() -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415  for these seeds alone

    for data in (b'{"id": "a", "text": "b"}\n', b"", b"\n" * 5000):
        yield gzip.compress(data, mtime=0)
        yield gzip.compress(data, mtime=0) * 2
        yield pa.compress(data, codec="zstd", asbytes=True)


def _part() -> Iterator[bytes]:
    yield part_pieces()[2]


def _registry() -> Iterator[bytes]:
    yield from _files("*/annotations/speakers.json")
    yield from _files("*/annotations/annotators.json")
    yield b'[{"id": "a", "name": "A", "named": true, "kind": "person", "aliases": []}]'


def _schema() -> Iterator[bytes]:
    for folder in sorted(_CORPORA.glob("*/schema")):
        for path in sorted(folder.glob("*.json")):
            common = (folder / "common.json").read_bytes() if (folder / "common.json").exists() else b""
            anchor = (folder / "anchor.json").read_bytes()
            yield PART.join((path.read_bytes(), anchor, common, b'{"article": "x", "annotator": "y", "claims": [{}]}'))
    least = {
        "type": "object",
        "properties": {"article": {"type": "string"}, "annotator": {"type": "string"}, "n": {"$ref": "#/$defs/n"}},
        "$defs": {"n": {"type": ["integer", "null"], "pattern": "^(a+)+$", "minimum": 1}},
        "required": ["article", "annotator"],
        "additionalProperties": False,
    }
    yield json.dumps(least).encode() + PART * 3 + b'{"n": 0}'
    rows = {"type": "array", "x-table": "rows", "items": {"type": "object", "properties": {"id": {"type": "string", "x-key": True}}}}
    yield json.dumps({**least, "properties": {**least["properties"], "rows": rows}}).encode() + PART * 3 + b'{"rows": [{"id": 1}]}'  # type: ignore[dict-item]  # both are properties


def _text() -> Iterator[bytes]:
    for words in ("kapal itu", "kata", "Besok", "kapal\u00a0itu", "tidak ada"):
        yield words.encode() + PART + _TEXT.encode()
    yield "é".encode() + PART + "e\u0301 👨\u200d👩\u200d👧 각\u1100\u1161\r\n".encode()


def _lock() -> Iterator[bytes]:
    sha = "0" * 64
    article = {
        "article": "a",
        "split": "train",
        "text": sha,
        "metadata": sha,
        "annotations": {"gold": {"sha256": sha, "rows": {"claims": ["c1"], "zones": 2}}},
    }
    lines = [
        {"lock": 1, "corpus": "a", "gold": "gold"},
        article,
        {**article, "article": "b"},
        {"registry": "speakers", "sha256": sha, "rows": {"": ["x"]}},
        {"table": "claims", "field": "act", "type": "string", "nullable": False, "nulls": 0, "labels": {"say": 1}},
    ]
    told = [json.dumps(each).encode() for each in lines]
    yield b"\n".join(told) + b"\n"
    yield b"\n".join([told[0], b"<<<<<<< a", told[1], b"=======", told[2], b">>>>>>> b", *told[3:]]) + b"\n"
    yield told[0]


def _agreement() -> Iterator[bytes]:
    sha = "0" * 64
    yield b'{"format": 1, "agreements": []}'
    figure = {"name": "claims.act alpha", "value": 0.5, "low": 0.1, "high": None, "used": 3, "dropped": 1, "unit": "claims"}
    one = {"a": "x", "b": "y", "articles": ["a"], "draws": 100, "documents": {"x": {"a": sha}}, "figures": [figure]}
    yield json.dumps({"format": 1, "agreements": [one]}).encode()


def _memory() -> Iterator[bytes]:
    place = {"path": "raw/a.txt", "line": 1, "column": 1, "end_line": 1, "end_column": 2, "pointer": ""}
    also = [{"label": "first here", "place": place}]
    finding = {
        "code": "CB001",
        "name": "x",
        "severity": "note",
        "message": "m",
        "label": "",
        "place": place,
        "also": also,
        "help": "",
        "fix": None,
    }
    kept = {
        "inputs": "0" * 64,
        "manifest": "0" * 64,
        "findings": [finding],
        "waived": [[finding, "why"]],
        "parts": {"data/t/train.parquet": ["a.part"]},
    }
    yield json.dumps({"%FOLDER%": kept}).encode()


@lru_cache(maxsize=1)
def _made() -> tuple[bytes, bytes]:
    """The manifest of a small data set that is compiled for this, and the tar of its release."""
    with TemporaryDirectory() as place:
        root = Path(place) / "c"
        (root / "raw").mkdir(parents=True)
        (root / "annotations").mkdir()
        (root / "schema").mkdir()
        (root / "raw/a.txt").write_text("Satu dua.\n")
        (root / "raw/a.json").write_text("{}")
        (root / "annotations/a.json").write_text('{"article": "a", "annotator": "gold"}')
        (root / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "c"\n')
        (root / "schema/article.json").write_text('{"type": "object", "additionalProperties": false}')
        (root / "schema/annotation.json").write_text(
            '{"type": "object", "properties": {"article": {"type": "string"}, "annotator": {"type": "string"}},'
            ' "required": ["article", "annotator"], "additionalProperties": false}'
        )
        subprocess.run([sys.executable, "-m", "corpusbuild", "make"], cwd=root, check=True, capture_output=True)
        from corpusbuild.release.archive import archive_bytes  # noqa: PLC0415  for these seeds alone

        packed = b"".join(archive_bytes(root / "dist/c", "c-0.0.0"))
        return (root / "dist/c/manifest.json").read_bytes(), gzip.decompress(packed)


def _manifest() -> Iterator[bytes]:
    yield _made()[0]


def _archive() -> Iterator[bytes]:
    tar = _made()[1]
    yield b"f" + tar
    yield b"g" + tar[:3000]
    yield b"r" + gzip.compress(tar, mtime=0)
    for kind in (tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
            made = io.BytesIO()
            with tarfile.open(fileobj=made, mode="w", format=form) as file:
                for name in ("c/manifest.json", "c/" + "x" * 120, "c/\u00e9"):
                    info = tarfile.TarInfo(name)
                    info.type, info.linkname, info.size = kind, "../../etc/passwd", 2 if kind == tarfile.REGTYPE else 0
                    file.addfile(info, io.BytesIO(b"{}"))
            yield b"f" + made.getvalue()[:4096]


def _zip() -> Iterator[bytes]:
    for way in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", way) as file:
            for name, content in (("a.txt", _TEXT), ("a.ann", _ANN), ("b/../c.ann", ""), (".h", "")):
                file.writestr(zipfile.ZipInfo(name), content)
        yield made.getvalue()


_ANN = """T1\tPerson 16 20\tBudi
T2\tCue 11 15\tKata
T3\tContent 24 33;42 48\tkapal itu lambat
E1\tAttribution:T2 Source:T1 Content:T3
A1\tNegated E1
M1\tCertainty E1 Probable
R1\tSays Arg1:T1 Arg2:T3
N1\tReference T1 Wikidata:Q1\tBudi
#1\tAnnotatorNotes T1\twho?
*\tSame T1 T2
"""
_CONF = "[entities]\nPerson\n\tChild\n[relations]\nSays Arg1:Person, Arg2:<ANY>\n[events]\nAttribution Source:Person\n[attributes]\nNegated Arg:<EVENT>\nCertainty Arg:<EVENT>, Value:Probable|Sure\n"


def _brat() -> Iterator[bytes]:
    yield PART.join(each.encode() for each in (_TEXT, _ANN, _CONF))
    yield PART.join(each.encode() for each in (_TEXT, "\n".join(_ANN.splitlines()[:3]) + "\n"))
    yield PART.join(each.encode() for each in (_TEXT.replace("\n", "\r\n"), _ANN, ""))


def _webanno() -> Iterator[bytes]:
    head = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Peran|jenis|ROLE_webanno.custom.Peran:isi_webanno.custom.PeranIsiLink|uima.tcas.Annotation\n"
        "#T_SP=webanno.custom.Nama|jenis\n#T_CH=webanno.custom.RujukLink|referenceType|referenceRelation\n"
        "#T_RL=webanno.custom.Kait|label|BT_webanno.custom.Nama\n\n\n"
    )
    yield (
        head
        + "#Text=Siti dan\n1-1\t0-4\tSiti\tpelaku[1]\tibu[1]\t1-2\torang[2]|tokoh[3]\t*->1-1\tsama\tteman\t1-1[2_0]\t\n1-2\t5-8\tdan\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    ).encode()
    yield (
        "#FORMAT=WebAnno TSV 3.2\n#T_SP=webanno.custom.Nama|jenis\n\n\n#Sentence.id=s1\n#Text=Siti 😊 tidur\n1-1\t0-4\tSiti\torang\t\n1-1.1\t0-2\tSi\tx\\|y\t\n1-2\t5-7\t😊\t*[1]\t\n"
    ).encode()
    yield b"#FORMAT=WebAnno TSV 3.3\n\n\n#Text=a\n1-1\t0-1\ta\t\n"


_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>a.Nama</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>jenis</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>n</name><description/><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription>
<featureDescription><name>f</name><description/><rangeTypeName>uima.cas.Double</rangeTypeName></featureDescription>
<featureDescription><name>b</name><description/><rangeTypeName>uima.cas.Boolean</rangeTypeName></featureDescription>
<featureDescription><name>s</name><description/><rangeTypeName>uima.cas.StringArray</rangeTypeName></featureDescription>
<featureDescription><name>isi</name><description/><rangeTypeName>uima.cas.FSArray</rangeTypeName><elementType>a.Nama</elementType></featureDescription>
</features></typeDescription></types></typeSystemDescription>
"""
_XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:a="http:///a.ecore" xmlns:tcas="http:///uima/tcas.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/><tcas:DocumentAnnotation xmi:id="8" sofa="1" begin="0" end="9" language="id"/>
<a:Nama xmi:id="2" sofa="1" begin="0" end="4" jenis="orang" n="3" f="1.5" b="true" isi="3"><s>x</s></a:Nama><a:Nama xmi:id="3" sofa="1" begin="5" end="8"><isi>x</isi></a:Nama>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Siti dan."/><cas:View sofa="1" members="2 3"/></xmi:XMI>
"""


def _xmi() -> Iterator[bytes]:
    yield _XMI.encode() + PART + _TYPES.encode()
    yield _XMI.encode() + PART + b"<x/>"
    yield _XMI.replace("<xmi:XMI", "<!DOCTYPE a [<!ENTITY b 'c'>]><xmi:XMI").encode() + PART + _TYPES.encode()


def _cas_json() -> Iterator[bytes]:
    value = {
        "%TYPES": {
            "a.Nama": {
                "%NAME": "a.Nama",
                "%SUPER_TYPE": "uima.tcas.Annotation",
                "jenis": {"%NAME": "jenis", "%RANGE": "uima.cas.String"},
                "n": {"%NAME": "n", "%RANGE": "uima.cas.Long"},
                "f": {"%NAME": "f", "%RANGE": "uima.cas.Float"},
                "b": {"%NAME": "b", "%RANGE": "uima.cas.Boolean"},
                "isi": {"%NAME": "isi", "%RANGE": "a.Nama[]"},
            }
        },
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text", "sofaString": "Siti dan."},
            {"%ID": 2, "%TYPE": "a.Nama", "@sofa": 1, "begin": 0, "end": 4, "jenis": "orang", "n": 3, "f": 1.5, "b": True, "@isi": 4},
            {"%ID": 3, "%TYPE": "uima.tcas.DocumentAnnotation", "@sofa": 1, "begin": 0, "end": 9, "language": "id"},
            {"%ID": 4, "%TYPE": "a.Nama[]", "%ELEMENTS": [2]},
        ],
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 3]}},
    }
    yield json.dumps(value).encode()
    yield json.dumps({**value, "%FEATURE_STRUCTURES": {str(each["%ID"]): each for each in value["%FEATURE_STRUCTURES"]}}).encode()  # type: ignore[union-attr]  # a list of objects


def _region(key: str, start: int, end: int, words: str, **more: object) -> dict[str, object]:
    value = {"start": start, "end": end, "text": words, "labels": ["PER"]}
    return {"id": key, "from_name": "label", "to_name": "isi", "type": "labels", "value": value, **more}


def _label_studio() -> Iterator[bytes]:
    results = [
        _region("x1", 0, 5, "Kapal", meta={"text": ["a"]}, score=0.5),
        _region("x2", 6, 9, "tua", parentID="x1", hidden=True),
        {"from_name": "mood", "to_name": "isi", "id": "z", "type": "choices", "value": {"choices": ["calm"]}},
        {"from_name": "t", "to_name": "isi", "id": "z2", "type": "taxonomy", "value": {"taxonomy": [["a", "b"]]}},
        {"from_name": "n", "to_name": "isi", "id": "z3", "type": "number", "value": {"number": 2.5}},
        {"from_name": "r", "to_name": "isi", "id": "z4", "type": "rating", "value": {"rating": 4}},
        {"type": "relation", "from_id": "x1", "to_id": "x2", "direction": "right", "labels": ["when"]},
    ]
    task = {
        "id": 1,
        "data": {"text": _TEXT},
        "annotations": [{"id": 1, "completed_by": 5, "result": results}],
        "predictions": [{"result": results[:1], "model_version": "m"}],
    }
    yield json.dumps([task], indent=1).encode()
    yield json.dumps([{**task, "annotations": [{"id": 1, "result": results[:1]}]}]).encode()
    yield json.dumps(
        [{"id": 2, "text": _TEXT, "label": [{"start": 0, "end": 5, "text": "Kapal", "labels": ["PER"]}], "mood": "calm", "annotator": 1}]
    ).encode()


def _label_config() -> Iterator[bytes]:
    view = """<View><Labels name="label" toName="isi"><Label value="PER"/></Labels><Choices name="mood" toName="isi"><Choice value="calm"/></Choices>
<TextArea name="why" toName="isi"/><Rating name="r" toName="isi"/><Number name="n" toName="isi"/><Taxonomy name="t" toName="isi"/><Text name="isi" value="$text"/></View>"""
    for each in _label_studio():
        yield each + PART + view.encode()


def _doccano() -> Iterator[bytes]:
    lines = [
        {"id": 1, "text": _TEXT, "label": [[0, 5, "A"]], "Comments": ["x"], "meta": {"a": 1}},
        {
            "id": 2,
            "text": "Lain.",
            "entities": [{"id": 1, "label": "A", "start_offset": 0, "end_offset": 4}],
            "relations": [{"id": 1, "from_id": 1, "to_id": 1, "type": "t"}],
        },
        {"id": 3, "text": "Tiga.", "cats": ["c"]},
    ]
    told = "".join(json.dumps(each) + "\n" for each in lines).encode()
    rest = (
        b'text,label\r\n"satu\r\ndua","a#b"\r\n"tiga",c\r\n',
        json.dumps(lines).encode(),
        b"Ibu B-PER\nSari I-PER\n\n",
        b"Hari ini\n__label__a cerah\n",
    )
    yield PART.join((told, *rest))
    for place, each in enumerate((told, *rest)):
        yield PART * place + each


def _tables() -> Iterator[bytes]:
    texts = 'id,text\r\n1,"Baris satu.\r\nBaris ""dua""."\r\n2,Lain.\r\n'
    rows = "id\tstance\tfrom\tto\twords\n1\tfor\t0\t5\tBaris\n2\tagainst\t\t\t\n9\tfor\t\t\t\n"
    more = '{"id": 1, "n": 3, "f": 1.5, "b": true, "s": "x"}\n{"id": "2", "n": 1e30, "b": "no"}\n'
    yield PART.join(each.encode() for each in (texts, rows, more))
    yield PART.join(each.encode() for each in (texts, rows))


def _w3c() -> Iterator[bytes]:
    quote = {"type": "TextQuoteSelector", "exact": "kapal itu", "suffix": " tua"}
    place = {"type": "TextPositionSelector", "start": 0, "end": 5}
    source = "https://kabar.example/a"
    items = [
        {"type": "Annotation", "id": "x", "creator": {"name": "Ani"}, "body": "kata", "target": {"source": source, "selector": quote}},
        {"type": "Annotation", "body": [{"value": "b", "purpose": "tagging"}], "target": [{"source": source, "selector": [quote, place]}]},
        {"type": "Annotation", "target": {"source": source, "selector": {**place, "end": 60, "refinedBy": quote}}},
        {"type": "Annotation", "target": {"source": {"id": "b", "value": "Lain."}, "selector": {"type": "RangeSelector"}}},
    ]
    page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": items}
    yield json.dumps(page, indent=1).encode() + PART + _TEXT.encode()
    yield json.dumps(items[0]).encode() + PART + _TEXT.encode()


def _conll() -> Iterator[bytes]:
    columns = "-DOCSTART- -X- O\n\nIbu NN B-PER\nSari NN I-PER\npergi VB O\n\nke IN O\nLirih NN B-LOC\n"
    universal = "# newdoc id = d1\n# sent_id = 1\n# text = Ibu pergi.\n1\tIbu\tibu\tNOUN\t_\t_\t2\tnsubj\t_\t_\n2-3\tpergi.\t_\t_\t_\t_\t_\t_\t_\t_\n2\tpergi\tpergi\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No\n3.1\t.\t.\tPUNCT\t_\t_\t_\t_\t_\t_\n"
    yield columns.encode() + PART + universal.encode()
    yield b"a\tB-X\nb\tL-X\nc\tU-Y\n\nd\tS-Z\ne\tE-Z\n"
    yield PART + universal.encode()


def _mapping() -> Iterator[bytes]:
    yield CLAIMS.encode()
    yield STANCES.encode()
    yield json.dumps({"schema": "minimal", "rows": [{"table": "spans", "from": "spans", "columns": {"id": "id"}}]}).encode()
    yield json.dumps(
        {
            "texts": [{"file": "a.csv", "text": "t"}],
            "rows": [{"file": "b.csv", "table": "x", "columns": {"a": {"kind": "label", "labels": ["b"]}}}],
        }
    ).encode()


def _page() -> Iterator[bytes]:
    page = """<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Kapal tua | Koran</title><meta property="og:title" content="Kapal tua">
<meta name="author" content="Ani"><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Kapal tua", "author": [{"name": "Ani"}], "datePublished": "2031-05-01T10:00:00+07:00", "publisher": {"name": "Koran"}}</script></head>
<body><nav><a href="/">Beranda</a></nav><article><h1>Kapal tua</h1><p class="date">Lirih, 1 Mei 2031</p><p>Kata Budi, kapal itu tua dan lambat sekali sehingga tidak ada yang mau naik.</p>
<p>Besok hujan, kata Ani kepada wartawan di Lirih pada hari Kamis, dan tidak seorang pun percaya.<br>Baris.</p><ul><li>satu</li></ul><table><tr><td>a</td></tr></table></article><footer>Hak cipta</footer></body></html>"""
    yield page.encode()
    yield page.replace("utf-8", "windows-1252").encode("cp1252")
    yield page.encode("utf-16")
    yield _TEXT.encode()


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "config": _config,
    "json": _json,
    "annotation": _annotation,
    "article": _article,
    "registry": _registry,
    "shard": _shard,
    "part": _part,
    "packed-shard": _packed,
    "schema": _schema,
    "text": _text,
    "lock": _lock,
    "agreement": _agreement,
    "memory": _memory,
    "manifest": _manifest,
    "archive": _archive,
    "zip": _zip,
    "brat": _brat,
    "webanno": _webanno,
    "xmi": _xmi,
    "cas-json": _cas_json,
    "label-studio": _label_studio,
    "label-config": _label_config,
    "doccano": _doccano,
    "tables": _tables,
    "w3c": _w3c,
    "conll": _conll,
    "mapping": _mapping,
    "page": _page,
}
