"""What is fuzzed: everything that reads bytes of a stranger, called as the commands call it, without the command line.

A target may raise :class:`~corpusbuild.errors.CannotGoOn`, as its reader does by contract; anything else is a crash. What a reader
finds is placed and rendered in every form as well: a finding that cannot be shown is a crash, too.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpusbuild.blocks import Block
from corpusbuild.corpus.config import parse_config
from corpusbuild.corpus.files import read_bytes
from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.layout import ArticleFiles
from corpusbuild.corpus.limits import DEFAULT
from corpusbuild.corpus.locate import Locator
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.spill import unpack
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import Origin
from corpusbuild.emit.agreement import agreement_section, read_agreements
from corpusbuild.emit.parts import PartDamaged, read_part, write_part
from corpusbuild.emit.row_groups import encode
from corpusbuild.emit.sealed import SEAL
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.formats import reader as format_reader
from corpusbuild.interchange.judging import sound
from corpusbuild.interchange.mapping import Mapped
from corpusbuild.interchange.mapping_file import MappingFile
from corpusbuild.interchange.model import Document, Source
from corpusbuild.interchange.offsets import Counted
from corpusbuild.interchange.table_mapping import read_mapping as read_table_mapping
from corpusbuild.kernel import compile_block
from corpusbuild.layers.attribution.book import RULES as ATTRIBUTION
from corpusbuild.lock import dumps, loads, totals
from corpusbuild.pages.reading import read_page, read_text
from corpusbuild.plan import Plan
from corpusbuild.policy import Judged
from corpusbuild.registries import read_registries
from corpusbuild.release.dataset import DataSet, at_hand
from corpusbuild.release.manifests import manifest_faults
from corpusbuild.release.verifying import prove
from corpusbuild.render.as_json import as_json
from corpusbuild.render.concise import concise
from corpusbuild.render.github import github
from corpusbuild.render.human import Human
from corpusbuild.render.sarif import sarif
from corpusbuild.rules.book import RULES
from corpusbuild.scan.annotations import scan_annotations
from corpusbuild.scan.articles import scan_article_files, scan_article_lines
from corpusbuild.scan.documents import read_value
from corpusbuild.schema.bundling import bundle
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import Schemas
from corpusbuild.text.anchors import parse, places
from corpusbuild.text.canonical import canonical, is_clean, paragraphs
from corpusbuild.text.context import settle
from corpusbuild.text.graphemes import cut_cluster, joiners
from corpusbuild.text.nearest import nearest_words, unseen_difference
from corpusbuild.workflow.analysis import Analysis, analyse, load_schemas
from corpusbuild.workflow.building import standing_files
from corpusbuild.workflow.parts import found
from corpusbuild.workflow.run import located
from corpusbuild.workflow.state import STATE, recall, remember, stands

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "tests" / "corpora" / "kabar-klaim-first-cut"
PART = b"\n%%%%\n"
"""What parts the files of an input that is more than one."""

BOOK = (*RULES, *ATTRIBUTION)
_RULES = {each.RULE.code: (each.RULE.code, each.RULE.name, each.RULE.severity, str(each.__doc__)) for each in BOOK}


@dataclass(frozen=True)
class Reader:
    """Something that reads: ``run`` gives it bytes, in a folder that is its own; ``tokens`` are what its format is made of."""

    name: str
    make: Callable[[Path], Callable[[bytes], None]]
    tokens: Sequence[bytes] = ()
    json: bool = False
    """Whether inputs are JSON, or have lines or parts that are."""
    most: int = 16 << 10
    """The most bytes of an input."""


# ---- what is found must be shown ----


def show(findings: Iterable[Finding], root: Path) -> None:
    """Place findings, and render them in every form."""
    report = located(root, Judged(list(findings)))
    for each in report:
        assert each.place.line >= 1, each
        assert each.place.column >= 1, each
    locator = Locator(root)
    source_of = locator.source
    for lines in (
        concise(report),
        as_json(report),
        github(report),
        Human(source_of).report(report),
        sarif(report, [_RULES[code] for code in sorted({each.finding.code for each in report})], locator.words),
    ):
        for line in lines:
            line.encode()


def parts(data: bytes, most: int) -> list[bytes]:
    """The files of an input; those that it does not have are empty."""
    found = data.split(PART, most - 1)
    return found + [b""] * (most - len(found))


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


# ---- the corpus's own files ----


def config(_: Path) -> Callable[[bytes], None]:
    """``pyproject.toml``."""

    def run(data: bytes) -> None:
        found = parse_config(data)
        found.place("splits", "group")
        found.place("waive", 0, "until")
        assert found.splits.names

    return run


def json_text(folder: Path) -> Callable[[bytes], None]:
    """Any JSON document: its value, or why there is none; and where everything in it stands."""
    origin = Origin("x.json")

    def run(data: bytes) -> None:
        put(folder, {"x.json": data})
        _, findings = read_value(data, origin)
        show(findings, folder)
        positions = JsonPositions(data)
        list(positions.repeated_keys())
        positions.value(("a", 0, "b"))
        positions.key(("a",))

    return run


class _Corpus:
    """A small corpus, with its plan, in which one file is replaced for each input."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "corpus"
        shutil.copytree(CORPUS, self.root)
        self.articles = sorted(path.stem for path in (self.root / "raw").glob("*.txt"))

        plan = analyse(self.root, jobs=1).plan
        assert plan is not None
        self.plan: Plan = plan
        self.facts = scan_article_files([ArticleFiles(each, f"raw/{each}.txt", f"raw/{each}.json") for each in self.articles], plan)


def annotation(folder: Path) -> Callable[[bytes], None]:
    """An annotation document: judged, its references looked up, its quotations placed, its rows compiled."""
    corpus = _Corpus(folder)
    origin = Origin("annotations/x.json")
    articles = {each.id: each for each in corpus.facts.articles}

    def run(data: bytes) -> None:
        put(corpus.root, {origin.path: data})
        facts = scan_annotations([(origin, data)], corpus.plan)
        findings = list(facts.findings)
        for fact in facts.annotations:
            if fact.article in articles:
                compiled = compile_block(Block.of("train", [(articles[fact.article], [fact])]), corpus.plan, "gold")
                findings += compiled.findings
        show(findings, corpus.root)

    return run


def article(folder: Path) -> Callable[[bytes], None]:
    """An article: its text and its metadata."""
    corpus = _Corpus(folder)

    def run(data: bytes) -> None:
        text, metadata = parts(data, 2)
        put(corpus.root, {"raw/x.txt": text, "raw/x.json": metadata})
        facts = scan_article_files([ArticleFiles("x", "raw/x.txt", "raw/x.json")], corpus.plan)
        facts.findings += scan_article_files([ArticleFiles("x", None, "raw/x.json")], corpus.plan).findings
        show(facts.findings, corpus.root)

    return run


def shard(folder: Path) -> Callable[[bytes], None]:
    """A shard of articles, read in ranges that are shorter than its lines."""
    corpus = _Corpus(folder)

    def run(data: bytes) -> None:
        put(corpus.root, {"raw/x.jsonl": data})
        lines = [line for size in (64, 1 << 20) for part in ranges(corpus.root, "raw/x.jsonl", size) for line in part.read(corpus.root)]
        show(scan_article_lines(lines, corpus.plan).findings, corpus.root)

    return run


def part(folder: Path) -> Callable[[bytes], None]:
    """The index of a part in ``.corpusbuild/parts/``, with hashes that are right: what a stranger could make."""
    path = folder / "p.part"
    pages, small, _, start = part_pieces()

    def run(data: bytes) -> None:
        said = small + data + len(data).to_bytes(8, "little") + start.to_bytes(8, "little")
        path.write_bytes(pages + said + hashlib.sha256(said).digest())
        found(path, "train", proving=False)
        try:
            there = read_part(path)
            there.prove()
        except PartDamaged:
            return
        for group in there.groups.values():
            assert group.size == sum(chunk.data.size for chunk in group.chunks)

    return run


def part_pieces() -> tuple[bytes, bytes, bytes, int]:
    """A part's mark with the pages, its small things, its index, and where the small things begin."""
    group = encode(pa.table({"id": ["a", "b"], "words": [["c"], None]}))
    facts = {"silent": True, "rows": {"t": 2}, "tally": {"nulls": [[["t", ["id"]], 0]], "labels": []}, "textless": 0}
    write_part(written := io.BytesIO(), {"t": group, "u": group.select(["id"], bytes(32))}, json.dumps(facts).encode())
    data = written.getvalue()[:-SEAL]
    start, at = int.from_bytes(data[-8:], "little"), len(data) - 16
    length = int.from_bytes(data[at : at + 8], "little")
    return data[:start], data[start : at - length], data[at - length : at], start


def packed_shard(folder: Path) -> Callable[[bytes], None]:
    """A compressed shard: one in gzip, and the same bytes taken for Zstandard."""
    (folder / "raw").mkdir()

    def run(data: bytes) -> None:
        for path in ("raw/x.jsonl.gz", "raw/x.jsonl.zst"):
            put(folder, {path: data})
            try:
                copy = unpack(folder, path)
                assert read_bytes(folder, Origin(path)) == copy.read_bytes()
            except CannotGoOn:
                pass
            shutil.rmtree(folder / ".corpusbuild", ignore_errors=True)

    return run


def registry(folder: Path) -> Callable[[bytes], None]:
    """A registry: an array of rows that documents refer to."""
    corpus = _Corpus(folder)
    plan = corpus.plan
    schemas = plan.annotation_judge.schemas
    judges = {name: Judge(schemas, file) for name, file in plan.shape.registry_schemas}
    from corpusbuild.corpus.layout import RegistryFile  # noqa: PLC0415  beside its only use

    def run(data: bytes) -> None:
        put(corpus.root, {"annotations/speakers.json": data})
        found = read_registries(corpus.root, [RegistryFile("speakers", "annotations/speakers.json")], plan.shape, judges)
        found.keys(plan.shape)
        show(found.findings, corpus.root)

    return run


def schema(folder: Path) -> Callable[[bytes], None]:
    """Schemas and a value: the schemas are judged, their shape is derived, the value is judged by it and the reasons are found."""
    names = ("annotation.json", "anchor.json", "common.json")
    put(folder, {"schema/article.json": (CORPUS / "schema" / "article.json").read_bytes()})

    def run(data: bytes) -> None:
        *files, instance = parts(data, 4)
        for name, content in zip(names, files, strict=True):
            if content:
                put(folder, {f"schema/{name}": content})
            else:
                (folder / f"schema/{name}").unlink(missing_ok=True)
        analysis = Analysis()
        if load_schemas(folder, analysis, DEFAULT) is None:
            assert analysis.findings
        elif analysis.schemas is not None:
            judge(analysis.schemas, instance)
        show(analysis.findings, folder)

    def judge(schemas: Schemas, instance: bytes) -> None:
        bundle(schemas, "annotation.json", {}, extra={"$schema": {"type": "string"}})
        judges = Judge(schemas, "annotation.json")
        value = read_json(instance)
        for each in ({}, {"article": "x", "annotator": "y"}, *(() if isinstance(value, JsonFault) else (value,))):
            if not judges.accepts(each):
                assert judges.explain(each)

    return run


def text(_: Path) -> Callable[[bytes], None]:
    """A text, and words that are looked for in it."""

    def run(data: bytes) -> None:
        words, content = parts(data, 2)
        said = content.decode("utf-8", "replace")
        made = canonical(said)
        assert canonical(made) == made
        is_clean(made, made.encode())
        joins = joiners(made)
        for span in paragraphs(made):
            cut_cluster(made, span.start, joins)
        anchor = parse(canonical(words.decode("utf-8", "replace")))
        if anchor is not None and made:
            found = places(anchor, made)
            for span in found[:3]:
                assert made[span.start : span.end] == anchor.exact
                settle(made, anchor.exact, span)
            if not found:
                nearest_words(anchor.exact, made)
                unseen_difference(anchor.exact, made)

    return run


def lock(_: Path) -> Callable[[bytes], None]:
    """``corpus.lock``, also as an unfinished merge."""

    def run(data: bytes) -> None:
        for merging in (False, True):
            try:
                found = loads(data, merging=merging)
            except CannotGoOn:
                continue
            totals(found)
            assert loads(dumps(found)) == found

    return run


def agreement(_: Path) -> Callable[[bytes], None]:
    """``agreement.json``, and what the card says of it."""

    def run(data: bytes) -> None:
        "\n".join(agreement_section(read_agreements(data), lambda words: words.replace("|", ""))).encode("utf-8", "replace")

    return run


def memory(folder: Path) -> Callable[[bytes], None]:
    """``.corpusbuild/state.json``: what the last run is remembered by, which may have come with the corpus."""
    place = str(folder / "dist")
    threads = ThreadPoolExecutor()

    def run(data: bytes) -> None:
        put(folder, {STATE: data.replace(b"%FOLDER%", place.encode())})
        state = recall(folder, Path(place))
        if state is not None:
            stands(Path(place), state.manifest)
            standing_files(Path(place), state, threads)
            list(concise(state.report))
            list(as_json(state.report))
            remember(folder, Path(place), state)

    return run


# ---- data sets ----


def manifest(folder: Path) -> Callable[[bytes], None]:
    """``manifest.json``, and all that is asked of a data set by its manifest alone."""

    def run(data: bytes) -> None:
        if list(manifest_faults(data)):
            return
        value = read_json(data)
        if isinstance(value, JsonFault):  # a key that stands twice, which `verify` finds by another way
            return
        data_set = DataSet(folder, value)
        for table in data_set.tables:
            for split in data_set.splits(table):
                data_set.rows(table, split)
                data_set.files(table, split)

    return run


def archive(folder: Path) -> Callable[[bytes], None]:
    """A release: as it is, or a tar that is packed and, unless its first byte says otherwise, has its checksums made right."""
    path = folder / "x.tar.gz"

    def run(data: bytes) -> None:
        how, content = data[:1], data[1:]
        if how == b"g":
            content = gzip.compress(content, 0)
        elif how != b"r":
            content = gzip.compress(_with_checksums(content), 1)
        path.write_bytes(content)
        with at_hand(path, unproved=True) as there:
            assert there.folder.resolve().is_relative_to(Path(os.environ.get("TMPDIR", "/tmp")).resolve())  # noqa: S108  where it is unpacked
            show(prove(there, lambda *_: None, load=False).findings, there.folder)

    return run


def _with_checksums(data: bytes) -> bytes:
    """A tar whose headers have the checksums that they must have."""
    made = bytearray(data)
    at = 0
    while at + tarfile.BLOCKSIZE <= len(made):
        header = made[at : at + tarfile.BLOCKSIZE]
        if not any(header):
            break
        header[148:156] = b" " * 8
        made[at + 148 : at + 156] = b"%06o\0 " % (sum(header) & 0o777777)
        try:
            size = int(bytes(header[124:135]).strip(b"\0 ") or b"0", 8)
        except ValueError:
            size = 0
        at += tarfile.BLOCKSIZE * (1 + -(-size // tarfile.BLOCKSIZE))
    return bytes(made)


# ---- other tools' files ----


def imported(
    name: str, files: Callable[[bytes], Mapping[str, bytes]], options: Mapping[str, bytes] | None = None, mapping: str = ""
) -> Callable[[Path], Callable[[bytes], None]]:
    """A format that is imported: its records are read, judged, placed and, with a mapping, mapped; its findings are shown."""

    def make(folder: Path) -> Callable[[bytes], None]:
        home = folder / "source"
        put(folder, {f"option-{key}": content for key, content in (options or {}).items()})
        given = {key: str(folder / f"option-{key}") for key in options or {}}
        if mapping:
            put(folder, {"map.toml": mapping.encode()})

        def run(data: bytes) -> None:
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            put(home, files(data))
            reads, source = format_reader(name), Source(home, given)
            _read(reads, source, home, folder / "map.toml" if mapping else None)

        return run

    return make


def _read(reads: Any, source: Source, home: Path, mapping: Path | None = None) -> None:
    tables = {each.name: each for each in reads.tables(source)}
    mapper: Mapped | None = None if mapping is None else MappingFile(mapping).mapped(tables.values())
    findings: list[Finding] = []
    for _, group in groupby(reads.documents(source), key=_name):
        documents = list(group)
        if any(row.table not in tables for each in documents for row in each.rows):
            tables = {each.name: each for each in reads.tables(source)}
        for made in sound(documents, tables, Counted(None, reads.unit, None)):
            findings += (made if mapper is None else mapper.map(made)).findings
    show(findings, home)


def _name(document: Document) -> str:
    return document.name


def one(path: str) -> Callable[[bytes], Mapping[str, bytes]]:
    """An input that is one file."""
    return lambda data: {path: data}


def several(*paths: str) -> Callable[[bytes], Mapping[str, bytes]]:
    """An input that is several files."""
    return lambda data: dict(zip(paths, parts(data, len(paths)), strict=True))


def zipped(folder: Path) -> Callable[[bytes], None]:
    """A zip archive of brat's files."""
    path = folder / "source.zip"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        _read(format_reader("brat"), Source(path), folder)

    return run


def mapping(folder: Path) -> Callable[[bytes], None]:
    """A mapping file: of tables, and of what other formats' tables become."""
    tables = format_reader("brat").tables(Source(_empty(folder)))

    def run(data: bytes) -> None:
        for suffix in ("toml", "json"):
            path = folder / f"map.{suffix}"
            path.write_bytes(data)
            for read in (lambda path=path: MappingFile(path).mapped(tables), partial(read_table_mapping, path)):
                try:
                    read()
                except CannotGoOn as error:
                    str(error).encode("utf-8", "replace")

    return run


def _empty(folder: Path) -> Path:
    made = folder / "empty"
    put(made, {"a.txt": b"a\n", "a.ann": b""})
    return made


def page(_: Path) -> Callable[[bytes], None]:
    """A saved web page, and a plain text that is added."""

    def run(data: bytes) -> None:
        for read in (read_page, read_text):
            try:
                found = read(data)
            except CannotGoOn:
                continue
            assert canonical(found.text) == found.text

    return run


STANCES = """
[[texts]]
file = "texts.csv"
id = "id"
text = "text"

[[rows]]
file = "rows.tsv"
table = "stances"
article = "id"
spans.evidence = { start = "from", end = "to", words = "words" }
columns.stance = { kind = "label", labels = ["for", "against"] }

[[rows]]
file = "more.jsonl"
table = "more"
article = "id"
columns.n = { kind = "integer" }
columns.f = { kind = "number" }
columns.b = { kind = "boolean" }
columns.s = { kind = "string" }
"""

CLAIMS = """
schema = "attribution"

[article]
headline = "first-line"
date = { value = "2031-05-01" }
language = { value = "id" }
event = { value = "kapal" }
text_origin = { value = "original" }

[[rows]]
table = "claims"
from = "events"
where = { type = "Attribution" }

[rows.columns]
id = "id"
extent = { covering = ["trigger.words", "args.span.words"], widen = "paragraph" }
cue = "trigger.words"
source = "args[Source].span.words"
content = "args[Content].span.words"
speakers = { value = [] }
attribution = { value = "indirect" }
type = { value = "fact" }
polarity = { path = "attributes[name=Negated].name", values = { Negated = "denied" }, default = "affirmed" }
certainty = { path = "attributes[Certainty].value", values = { Probable = "probable" }, default = "certain" }
"""

_JSON = (b'"', b"\\u", b"\\ud800", b"[", b"]", b"{", b"}", b":", b",", b"null", b"true", b"1e400", b"-0.0", b"\xef\xbb\xbf", b"\0")
_XML = (
    b"<",
    b"/>",
    b"</",
    b"<!DOCTYPE",
    b"<!ENTITY",
    b"&amp;",
    b"&#x10ffff;",
    b"<![CDATA[",
    b"]]>",
    b"<?xml",
    b"xmi:id",
    b"sofa",
    b"begin",
    b"end",
)
_SCHEMA = (
    b'"$ref"', b'"$defs"', b'"#/$defs/"', b'"properties"', b'"items"', b'"type"', b'"pattern"', b'"x-table"', b'"x-key"', b'"x-ref"',
    b'"x-anchor"', b'"x-column"', b'"allOf"', b'"anyOf"', b'"oneOf"', b'"enum"', b'"const"', b'"format"', b'"$id"', b'"$anchor"',
    b'"$dynamicRef"', b'"prefixItems"', b'"if"', b'"then"', b'"patternProperties"', b'"additionalProperties"', b'"unevaluatedProperties"',
)  # fmt: skip
_TAGS = (b"B-", b"I-", b"O", b"L-", b"U-", b"E-", b"S-", b"\t", b"-DOCSTART-", b"# newdoc id = ", b"# text = ", b"SpaceAfter=No", b"_")
_WEBANNO = (
    b"#FORMAT=WebAnno TSV 3.3",
    b"#T_SP=",
    b"#T_CH=",
    b"#T_RL=",
    b"#Text=",
    b"#Sentence.id=",
    b"\t",
    b"_",
    b"*",
    b"|",
    b"[1]",
    b"[1_2]",
    b"BT_",
    b"ROLE_",
    b"1-1",
    b"1-1.1",
    b"0-3",
)
_HTML = (
    b"<html>",
    b"<meta charset=",
    b"<title>",
    b"<h1>",
    b"<p>",
    b"<article>",
    b'<script type="application/ld+json">',
    b"<time datetime=",
    b"</",
    b"&nbsp;",
    b"&#0;",
    b"property=",
    b"content=",
)
_TOML = (
    b"[tool.corpusbuild]",
    b"[[tool.corpusbuild.waive]]",
    b" = ",
    b'"""',
    b"{ ",
    b" }",
    b"[[",
    b"]]",
    b"1979-05-27T07:32:00Z",
    b"nan",
    b"inf",
    b"0x",
    b"\\u",
)

READERS: dict[str, Reader] = {
    each.name: each
    for each in (
        Reader("config", config, _TOML),
        Reader("json", json_text, _JSON),
        Reader("annotation", annotation, _JSON, json=True),
        Reader("article", article, _JSON, json=True),
        Reader("registry", registry, _JSON, json=True),
        Reader("shard", shard, _JSON, json=True),
        Reader("part", part, _JSON, json=True),
        Reader("packed-shard", packed_shard, (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")),
        Reader("schema", schema, (*_SCHEMA, *_JSON), json=True),
        Reader("text", text, (b"\xcc\x81", b"\xe2\x80\x8d", b"\xf0\x9f\x87\xae", b"\r\n", b"\xc2\xa0", b"\xe1\x84\x80")),
        Reader(
            "lock", lock, (b'"lock"', b'"article"', b'"registry"', b'"table"', b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"), json=True
        ),
        Reader("agreement", agreement, _JSON, json=True),
        Reader("memory", memory, (b"%FOLDER%", *_JSON), json=True),
        Reader("manifest", manifest, _JSON, json=True),
        Reader("archive", archive, (b"ustar\x0000", b"manifest.json", b"../", b"0000644", b"path=", b"GNU.sparse"), most=64 << 10),
        Reader("zip", zipped, (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b".ann", b".txt", b"../")),
        Reader(
            "brat",
            imported("brat", several("a.txt", "a.ann", "annotation.conf"), mapping=CLAIMS),
            (b"T1\t", b"E1\t", b"R1\t", b"A1\t", b"M1\t", b"N1\t", b"#1\t", b"*\t", b"Arg1:", b"Attribution:", b"[entities]", b";", b"\t"),
        ),
        Reader("webanno", imported("webanno", one("a.tsv")), _WEBANNO),
        Reader("xmi", imported("uima", several("a.xmi", "TypeSystem.xml")), _XML),
        Reader(
            "cas-json",
            imported("uima", one("a.json")),
            (b'"%TYPES"', b'"%FEATURE_STRUCTURES"', b'"%ID"', b'"%TYPE"', b'"@sofa"', b'"%ELEMENTS"', *_JSON),
            json=True,
        ),
        Reader("label-studio", imported("label-studio", one("a.json")), _JSON, json=True),
        Reader(
            "label-config", imported("label-studio", several("a.json", "../option-config"), {"config": b""}), (*_JSON, *_XML), json=True
        ),
        Reader("doccano", imported("doccano", several("a.jsonl", "b.csv", "c.json", "d.conll", "e.txt")), (*_JSON, *_TAGS), json=True),
        Reader(
            "tables",
            imported("tables", several("texts.csv", "rows.tsv", "more.jsonl"), {"mapping": STANCES.encode()}),
            (b'"', b'""', b"\r\n", b"\t", b",", b"\0"),
            json=True,
        ),
        Reader(
            "w3c",
            imported("w3c", several("a.jsonld", "a.txt")),
            (b'"selector"', b'"TextQuoteSelector"', b'"refinedBy"', b'"body"', b'"target"', b'"source"', b'"items"', *_JSON),
            json=True,
        ),
        Reader("conll", imported("conll", several("a.conll", "b.conllu")), _TAGS),
        Reader(
            "mapping",
            mapping,
            (b"[[rows]]", b"[[texts]]", b"table", b"from", b"where", b"covering", b"path", b"value", b"schema", *_TOML),
            json=True,
        ),
        Reader("page", page, _HTML),
    )
}
