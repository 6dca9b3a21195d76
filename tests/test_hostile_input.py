"""Input that is made to take a program down: each case has its finding or its error, in bounded time and memory.

Each runs in a process of its own that may take no more than :data:`SECONDS` of processor time and :data:`ADDRESSES` of memory. What is
written into a corpus by mistake is in ``test_bad_input.py``; tar members that lead elsewhere are in ``test_archives.py``.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from bundled import Ran

resource = pytest.importorskip("resource", reason="no limits on processes here")

BASE = Path(__file__).parent / "spec" / "base"
SECONDS, ADDRESSES = 60, 6 << 30
"""Processor seconds, and bytes of address space, of which a process that has used nothing yet has taken two thirds."""

Said = tuple[str, str, int]
"""Code, path, line."""


def bounded(folder: Path, *words: str) -> Ran:
    """Run the command line in a process that is ended where it takes too much."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))

    done = subprocess.run(
        [sys.executable, "-m", "corpusbuild", *words],
        cwd=folder,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
        capture_output=True,
        preexec_fn=limit,
        timeout=600,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    assert ran.status in {0, 1, 2}, (ran.status, ran.err)
    return ran


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "corpus"))


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@dataclass(frozen=True)
class Case:
    """Files that are put into a sound corpus, and what is said of them."""

    files: Mapping[str, bytes]
    said: list[Said]
    words: str = ""
    """What the first finding says, among others."""


CASES: dict[str, Case] = {}


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    CASES[make.__name__] = make()
    return make


def annotation(claims: bytes) -> bytes:
    return b'{"article": "pasar", "annotator": "ana", "claims": ' + claims + b"}"


def limits(**given: int) -> bytes:
    said = "".join(f"{name} = {value}\n" for name, value in given.items())
    return f'[tool.corpusbuild]\nname = "kabar-kota"\ngold = "ana"\n\n[tool.corpusbuild.limits]\n{said}'.encode()


def article_schema(properties: object, defs: object = None) -> bytes:
    return json.dumps(
        {
            "type": "object",
            "properties": {"headline": {"type": "string"}, "event": {"type": "string"}, "date": {"type": "string"}, "more": properties},
            "additionalProperties": False,
            "$defs": defs or {},
        }
    ).encode()


# ---- nesting ----


@case
def a_million_brackets_in_one_another() -> Case:
    return Case({"annotations/pasar.json": annotation(b"[" * 1_000_000 + b"]" * 1_000_000)}, [("CB022", "annotations/pasar.json", 1)])


@case
def a_million_brackets_that_never_close() -> Case:
    return Case({"annotations/pasar.json": annotation(b'{"a":[' * 500_000)}, [("CB022", "annotations/pasar.json", 1)])


@case
def brackets_that_are_deeper_than_a_writer_goes_but_not_a_parser() -> Case:
    return Case({"annotations/pasar.json": b"[" * 300 + b"]" * 300}, [("CB022", "annotations/pasar.json", 1)])


@case
def a_schema_that_is_nested_without_bound() -> Case:
    deep = b'{"not":' * 150 + b"{}" + b"}" * 150
    return Case({"schema/article.json": b'{"type": "object",\n"not":' + deep + b"}"}, [("CB022", "schema/article.json", 2)])


# ---- numbers and characters ----


@case
def a_number_of_a_hundred_thousand_digits() -> Case:
    return Case({"raw/pasar.json": b'{"headline": "x",\n"views": ' + b"9" * 100_000 + b"}"}, [("CB007", "raw/pasar.json", 2)])


@case
def a_number_with_an_exponent_of_a_billion() -> Case:
    return Case({"raw/pasar.json": b'{"headline": "x",\n"score": 1e999999999}'}, [("CB009", "raw/pasar.json", 2)])


@case
def a_length_that_no_integer_holds() -> Case:
    sha = b"0" * 64
    files = {"raw/pidato.json": b'{"headline": "x", "text": {"sha256": "' + sha + b'", "chars": 9999999999999999999999}}'}
    return Case(files, [("CB022", "raw/pidato.json", 1)])


@case
def a_lone_surrogate_that_is_escaped() -> Case:
    return Case({"raw/pasar.json": b'{"headline":\n"\\ud800"}'}, [("CB007", "raw/pasar.json", 2)])


@case
def a_lone_surrogate_in_bytes() -> Case:
    return Case({"raw/pasar.json": b'{"headline":\n"\xed\xa0\x80"}'}, [("CB001", "raw/pasar.json", 2)])


@case
def a_null_character_in_a_text() -> Case:
    text = (BASE / "raw/pasar.txt").read_bytes()
    return Case({"raw/pasar.txt": b"\0" + text}, [("CB005", "raw/pasar.txt", 1)])


@case
def a_null_byte_in_json() -> Case:
    return Case({"raw/pasar.json": b'{"headline":\n"a\0b"}'}, [("CB007", "raw/pasar.json", 2)])


@case
def overlong_utf8_in_a_text() -> Case:
    return Case({"raw/pasar.txt": b"Pasar\n..\xc0\xaf..\n"}, [("CB001", "raw/pasar.txt", 2)])


@case
def overlong_utf8_in_json() -> Case:
    return Case({"raw/pasar.json": b'{"headline":\n"\xc0\x80"}'}, [("CB001", "raw/pasar.json", 2)])


# ---- size ----


@case
def one_line_that_is_longer_than_any() -> Case:
    # The same with 1 GiB and the limit as it is: `python fuzz/large.py`.
    line = b'{"article": "pasar", "annotator": "budi"}\n'
    long = b'{"article": "pasar", "annotator": "' + b"c" * 20_000_000 + b'"}\n'
    return Case(
        {"pyproject.toml": limits(line_bytes=1_000_000), "annotations/all.jsonl": line + long + line.replace(b"budi", b"dewi")},
        [("CB022", "annotations/all.jsonl", 2)],
    )


@case
def a_line_without_an_end() -> Case:
    return Case(
        {"pyproject.toml": limits(line_bytes=1_000_000), "raw/all.jsonl": b'{"id": "' + b"c" * 20_000_000}, [("CB022", "raw/all.jsonl", 1)]
    )


@case
def a_million_keys_that_nothing_allows() -> Case:
    keys = b",\n".join(b'"k%d": 1' % number for number in range(1_000_000))
    return Case({"raw/pasar.json": b'{"headline": "x",\n' + keys + b"}"}, [("CB106", "raw/pasar.json", 1)], '"k0"')


@case
def a_text_that_is_longer_than_any() -> Case:
    files = {"pyproject.toml": limits(text_chars=1_000_000), "raw/pasar.txt": b"kata " * 1_000_000}
    return Case(files, [("CB022", "raw/pasar.txt", 1)])


@case
def a_file_that_is_larger_than_any() -> Case:
    files = {"pyproject.toml": limits(file_bytes=100_000), "raw/pasar.txt": b"kata " * 1_000_000}
    return Case(files, [("CB013", "raw/pasar.txt", 1)])


@case
def a_schema_file_that_is_larger_than_any() -> Case:
    files = {"pyproject.toml": limits(file_bytes=100_000), "schema/speaker.json": b" " * 1_000_000}
    return Case(files, [("CB013", "schema/speaker.json", 1)])


# ---- schemas ----

BACKTRACKING = "^(\\w|\\w\\w)+\\1!$"
"""Refers back, so that it cannot be matched in linear time, to what can be matched in very many ways."""


@case
def a_pattern_that_goes_back_without_end() -> Case:
    files = {"schema/article.json": article_schema({"type": "string", "pattern": BACKTRACKING})}
    return Case(files | {"raw/pasar.json": json.dumps({"headline": "x", "more": "a" * 60}).encode()}, [("CB022", "raw/pasar.json", 1)])


@case
def a_pattern_that_others_would_go_back_in() -> Case:
    files = {"schema/article.json": article_schema({"type": "string", "pattern": "^(a+)+$"})}
    return Case(
        files | {"raw/pasar.json": json.dumps({"headline": "x", "more": "a" * 60 + "!"}).encode()}, [("CB108", "raw/pasar.json", 1)]
    )


@case
def a_pattern_for_names_that_goes_back_without_end() -> Case:
    kept = {"x-column": "json", "type": "object", "patternProperties": {"^(a+)+$": True}, "additionalProperties": False}
    files = {"schema/article.json": article_schema(kept)}
    value = {"headline": "x", "more": {"a" * 60 + "!": 1}}
    return Case(files | {"raw/pasar.json": json.dumps(value).encode()}, [("CB106", "raw/pasar.json", 1)])


@case
def a_pattern_that_would_be_a_machine_without_bound() -> Case:
    return Case(
        {"schema/article.json": article_schema({"type": "string", "pattern": "(((a{1,100}){1,100}){1,100}){1,100}"})},
        [("CB101", "schema/article.json", 1)],
    )


def in_a_row(last: object, make: Callable[[str], object], number: int) -> dict[str, object]:
    """Definitions d0, d1, … of which each is made with the name of the next."""
    return {**{f"d{n}": make(f"#/$defs/d{n + 1}") for n in range(number)}, f"d{number}": last}


@case
def two_thousand_schemas_that_refer_to_the_next() -> Case:
    defs = in_a_row({"type": "string"}, lambda ref: {"$ref": ref}, 2_000)
    files = {"schema/article.json": article_schema({"$ref": "#/$defs/d0"}, defs)}
    return Case(files, [("CB101", "schema/article.json", 1)], "more than 100 deep")


@case
def two_thousand_schemas_that_are_columns_of_the_last() -> Case:
    defs = in_a_row(
        {"type": "string"}, lambda ref: {"type": "object", "properties": {"x": {"$ref": ref}}, "additionalProperties": False}, 2_000
    )
    files = {"schema/article.json": article_schema({"$ref": "#/$defs/d0"}, defs)}
    return Case(files, [("CB101", "schema/article.json", 1)], "more than 100 deep")


@case
def forty_schemas_that_each_refer_twice_to_the_next() -> Case:
    defs = in_a_row({"type": "string"}, lambda ref: {"allOf": [{"$ref": ref}, {"$ref": ref}]}, 40)
    files = {"schema/article.json": article_schema({"type": "string", "not": {"$ref": "#/$defs/d0"}}, defs)}
    return Case(files, [("CB101", "schema/article.json", 1)], "more than 1,000,000 schemas")


@case
def a_schema_that_is_a_reference_to_itself() -> Case:
    return Case({"schema/article.json": b'{"$ref": "#"}'}, [("CB102", "schema/article.json", 1)], "contains itself")


@case
def two_schemas_that_refer_to_each_other() -> Case:
    defs = {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}
    return Case(
        {"schema/article.json": article_schema({"$ref": "#/$defs/a"}, defs)}, [("CB102", "schema/article.json", 1)], "contains itself"
    )


@case
def a_schema_whose_items_are_itself() -> Case:
    defs = {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}
    return Case(
        {"schema/article.json": article_schema({"$ref": "#/$defs/a"}, defs)}, [("CB102", "schema/article.json", 1)], "contains itself"
    )


@case
def a_reference_that_leads_nowhere_beside_a_keyword_that_nobody_knows() -> Case:
    return Case(
        {"schema/article.json": article_schema({"$ref": "#/$defs/a", "colour": "red"})},
        [("CB101", "schema/article.json", 1), ("CB103", "schema/article.json", 1)],
    )


@case
def a_reference_into_an_example() -> Case:
    more = {"type": "string", "examples": [{"properties": 5}], "allOf": [{"$ref": "#/properties/more/examples/0"}]}
    return Case({"schema/article.json": article_schema(more)}, [("CB101", "schema/article.json", 1)])


# ---- names ----


@case
def an_id_that_is_the_name_of_a_device() -> Case:
    return Case({"raw/CON.txt": b"Pasar.\n", "raw/CON.json": b'{"headline": "x"}'}, [("CB012", "raw/CON.txt", 1)], "device")


@case
def ids_that_differ_in_case_alone() -> Case:
    files = {"raw/Pasar.txt": b"Sungai meluap lagi.\n", "raw/Pasar.json": b'{"headline": "x"}'}
    return Case(files, [("CB405", "raw/pasar.txt", 1)], "Pasar")


@case
def an_id_in_another_normal_form() -> Case:
    name = unicodedata.normalize("NFD", "café")
    return Case({f"raw/{name}.txt": b"Kopi.\n", f"raw/{name}.json": b'{"headline": "x"}'}, [("CB012", f"raw/{name}.txt", 1)], "NFC")


# ---- bombs ----


def bomb(size: int) -> bytes:
    return b"\n" * size


@case
def a_shard_that_is_a_gzip_bomb() -> Case:
    return Case({"raw/all.jsonl.gz": gzip.compress(bomb(65 << 20), 9)}, [("CB022", "raw/all.jsonl.gz", 1)])


@case
def a_shard_that_is_a_bomb_of_many_members() -> Case:
    member = gzip.compress(bomb(1 << 20), 9)
    return Case({"raw/all.jsonl.gz": member * 80}, [("CB022", "raw/all.jsonl.gz", 1)])


@case
def a_shard_that_is_a_zstandard_bomb() -> Case:
    return Case(
        {"annotations/all.jsonl.zst": pa.compress(bomb(65 << 20), codec="zstd", asbytes=True)}, [("CB022", "annotations/all.jsonl.zst", 1)]
    )


@pytest.mark.parametrize("name", CASES)
def test_is_a_finding_at_its_place(corpus: Path, name: str) -> None:
    case = CASES[name]
    put(corpus, case.files)
    ran = bounded(corpus, "check", "--format", "json")
    # That nobody has annotated what came in beside it is no fault of the case.
    found = [each for each in ran.findings if each["code"] != "CB404"]
    said = [(each["code"], each["place"]["path"], each["place"]["line"]) for each in found]
    assert sorted(set(said), key=said.index) == case.said
    assert case.words in found[0]["message"]
    assert ran.status == any(each["severity"] == "error" for each in found)
    assert not (corpus / ".corpusbuild/spill").is_dir() or not [
        path for path in (corpus / ".corpusbuild/spill").rglob("*") if path.is_file()
    ]


def test_what_is_found_is_shown_in_every_form(corpus: Path) -> None:
    put(corpus, a_million_brackets_in_one_another().files)
    for form in ("human", "concise", "github", "sarif"):
        ran = bounded(corpus, "check", "--format", form)
        assert ran.status == 1
        assert "CB022" in ran.out
        # A log of SARIF has the pages of all rules.
        assert len(ran.out) < 2_000 or form == "sarif"


def test_a_key_that_stands_a_million_times_has_a_thousand_findings(corpus: Path) -> None:
    put(corpus, {"raw/pasar.json": b'{"headline": "x",\n' + b",\n".join([b'"k": 1'] * 200_000) + b"}"})
    ran = bounded(corpus, "check", "--format", "json")
    assert [each["code"] for each in ran.findings if each["place"]["path"] == "raw/pasar.json"] == ["CB022", *["CB008"] * 1_000]


def test_a_limit_that_is_raised_is_not_met(corpus: Path) -> None:
    put(corpus, {"pyproject.toml": limits(expansion=2_000), "annotations/all.jsonl.gz": gzip.compress(bomb(65 << 20), 9)})
    assert bounded(corpus, "check").status == 0


# ---- the run cannot go on ----


def cannot(ran: Ran, *words: str) -> None:
    assert ran.status == 2, ran.err
    for word in words:
        assert word in ran.err


@pytest.mark.parametrize("value", ["[" * 100_000, "[" * 300 + "]" * 300, "9" * 10_000], ids=["brackets", "closed", "digits"])
def test_a_config_that_takes_a_parser_down(corpus: Path, value: str) -> None:
    put(corpus, {"pyproject.toml": f'[tool.corpusbuild]\nname = "a"\nx = {value}\n'.encode()})
    cannot(bounded(corpus, "check"), "not TOML", "pyproject.toml")


def test_a_limit_that_is_none(corpus: Path) -> None:
    put(corpus, {"pyproject.toml": limits(nesting=201)})
    cannot(bounded(corpus, "check"), "limits.nesting", "pyproject.toml:6")


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"lock": 1, "corpus": "a", "gold": null, "x": ' + "[" * 300 + "]" * 300 + "}"], ids=["open", "closed"]
)
def test_a_lock_that_takes_a_parser_down(corpus: Path, line: str) -> None:
    put(corpus, {"corpus.lock": line.encode()})
    cannot(bounded(corpus, "check"), "not JSON", "corpus.lock:1")


def test_a_manifest_that_takes_a_parser_down(tmp_path: Path) -> None:
    put(tmp_path / "data", {"manifest.json": b"[" * 1_000_000})
    ran = bounded(tmp_path, "verify", "data")
    assert ran.status == 1
    assert "manifest-invalid" in ran.out


def test_a_release_that_is_a_bomb(tmp_path: Path) -> None:
    import tarfile

    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", compresslevel=9) as tar:
        info = tarfile.TarInfo("c/manifest.json")
        info.size = 200 << 20
        tar.addfile(info, io.BytesIO(bytes(info.size)))
    (tmp_path / "c.tar.gz").write_bytes(made.getvalue())
    ran = bounded(tmp_path, "verify", "c.tar.gz")
    assert ran.status == 1
    assert "damaged-archive" in ran.out
    assert "it unpacks to more than it may" in ran.out


# ---- other tools' files ----

ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{ENTITIES}]>"
XMI = '<?xml version="1.0"?>{}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore">{}</xmi:XMI>'
TYPES = '<?xml version="1.0"?>{}<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>{}</types></typeSystemDescription>'


def imports(folder: Path, tool: str, files: Mapping[str, bytes], *words: str) -> Ran:
    put(folder / "in", files)
    return bounded(folder, "import", tool, "in", "--to", "out", *words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (XMI.format(LAUGHS, "&a9;"), "document type"),
        (XMI.format("", "<cas:Sofa>" * 100_000), "nested deeper"),
        (XMI.format("", "").replace("?>", ' encoding="UTF-7"?>', 1), "encoding"),
        (XMI.format("", "").replace("?>", ' encoding="shift_jis"?>', 1), "encoding"),
    ],
    ids=["a billion laughs", "a hundred thousand elements in one another", "an encoding that nobody knows", "one of many bytes"],
)
def test_xmi_that_takes_a_parser_down(tmp_path: Path, text: str, said: str) -> None:
    ran = imports(tmp_path, "uima", {"a.xmi": text.encode()})
    assert said in ran.out + ran.err


def test_a_type_system_of_a_billion_laughs(tmp_path: Path) -> None:
    files = {"a.xmi": XMI.format("", "").encode(), "TypeSystem.xml": TYPES.format(LAUGHS, "&a9;").encode()}
    cannot(imports(tmp_path, "uima", files), "document type", "TypeSystem.xml")


def test_a_label_config_of_a_billion_laughs(tmp_path: Path) -> None:
    put(tmp_path, {"config.xml": (LAUGHS + "<View>&a9;</View>").encode()})
    ran = imports(tmp_path, "label-studio", {"a.json": b'[{"data": {"text": "a"}}]'}, "-o", f"config={tmp_path / 'config.xml'}")
    cannot(ran, "document type", "config.xml:1")


@pytest.mark.parametrize("tool", ["label-studio", "doccano", "uima"])
def test_json_of_another_tool_that_is_nested_without_bound(tmp_path: Path, tool: str) -> None:
    ran = imports(tmp_path, tool, {"a.json": b'[{"text": ' + b"[" * 1_000_000})
    assert ran.status in {1, 2}
    assert "a.json" in ran.out + ran.err


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def test_a_zip_archive_that_is_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "in.zip").write_bytes(zipped("a.txt", bytes(300 << 20)))
    ran = bounded(tmp_path, "import", "brat", "in.zip", "--to", "out")
    assert ran.status == 1
    assert "more than 256 MiB" in ran.out


def test_a_zip_archive_that_says_less_than_it_holds(tmp_path: Path) -> None:
    data = zipped("a.txt", bytes(1 << 20))
    (tmp_path / "in.zip").write_bytes(data.replace((1 << 20).to_bytes(4, "little"), (5).to_bytes(4, "little")))
    cannot(bounded(tmp_path, "import", "brat", "in.zip", "--to", "out"), "the archive cannot be read")


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "b\\a.txt"])
def test_a_zip_archive_with_a_name_that_leads_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "in.zip").write_bytes(zipped(name, b"a"))
    ran = bounded(tmp_path, "import", "brat", "in.zip", "--to", "out")
    assert ran.status in {1, 2}
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("a.txt"))


@pytest.mark.parametrize(("tool", "name"), [("conll", "a.conll"), ("doccano", "a.csv")])
def test_a_line_of_another_tool_that_is_longer_than_any(tmp_path: Path, tool: str, name: str) -> None:
    ran = imports(tmp_path, tool, {name: b"text,label\n" + b"a" * (65 << 20)})
    cannot(ran, "this line has more than 67,108,864 bytes", f"{name}:2")


DIGITS = "9" * 5_000
"""More than Python makes a number of."""

FRAGMENT = {"type": "Annotation", "target": {"source": "a", "selector": {"type": "FragmentSelector", "value": f"char=0,{DIGITS}"}}}


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("brat", {"a.txt": "Satu dua.\n", "a.ann": f"T1\tX {DIGITS} {DIGITS}\tSatu\n"}),
        ("brat", {"a.txt": "Satu dua.\n", "a.ann": f"T1\tX 0 4\tSatu\nE1\tX:T1 Arg{DIGITS}:T1\n"}),
        ("webanno", {"a.tsv": f"#FORMAT=WebAnno TSV 3.3\n#T_SP=a.X|y\n\n\n#Text=a\n1-1\t0-1\ta\tz[{DIGITS}]\t\n"}),
        ("webanno", {"a.tsv": f"#FORMAT=WebAnno TSV 3.{DIGITS}\n\n\n#Text=a\n1-1\t0-1\ta\t\n"}),
        ("conll", {"a.conllu": f"1-{DIGITS}\ta\t_\t_\t_\t_\t_\t_\t_\t_\n{DIGITS}\ta\t_\t_\t_\t_\t_\t_\t_\t_\n"}),
        ("conll", {"a.conllu": "²\ta\t_\t_\t_\t_\t_\t_\t_\t_\n"}),
        ("doccano", {"a.jsonl": f'{{"id": 1, "text": "a", "label": [[0, {DIGITS}, "A"]]}}\n{{"id": 2, "text": "b"}}\n'}),
        ("label-studio", {"a.json": f'[{{"id": {DIGITS}, "data": {{"text": "a"}}}}, {{"id": "{DIGITS}", "data": {{"text": "a"}}}}]'}),
        ("w3c", {"a.jsonld": json.dumps(FRAGMENT)}),
    ],
    ids=["offsets", "role", "stack", "version", "range", "superscript", "json", "ids", "fragment"],
)
def test_more_digits_than_a_number_has(tmp_path: Path, tool: str, files: dict[str, str]) -> None:
    imports(tmp_path, tool, {name: text.encode() for name, text in files.items()}, "--keep-going")


def test_a_number_of_a_table_that_no_float_holds(tmp_path: Path) -> None:
    mapping = '[[texts]]\nfile = "a.jsonl"\nid = "id"\ntext = "text"\n[[rows]]\nfile = "b.jsonl"\ntable = "b"\narticle = "id"\n'
    put(tmp_path, {"m.toml": (mapping + 'columns.n = { kind = "number" }\n').encode()})
    files = {"a.jsonl": b'{"id": "1", "text": "a"}\n', "b.jsonl": b'{"id": "1", "n": 1' + b"0" * 400 + b"}\n"}
    ran = imports(tmp_path, "tables", files, "-o", f"mapping={tmp_path / 'm.toml'}")
    assert ran.status == 1
    assert "b.jsonl:1" in ran.out
    assert "is no number" in ran.out


def test_an_equivalence_of_nothing(tmp_path: Path) -> None:
    ran = imports(tmp_path, "brat", {"a.txt": b"Satu dua.\n", "a.ann": b"T1\tX 0 4\tSatu\n*\t\n"})
    assert ran.status == 1
    assert "a.ann:2:1" in ran.out
    assert "CB704" in ran.out


@pytest.mark.parametrize(
    ("feature", "said"),
    [("<name/><rangeTypeName>uima.cas.String</rangeTypeName>", "without a name"), ("<name>b</name>", '"b" of "a.X" does not say what')],
)
def test_a_feature_without_a_name_or_a_range(tmp_path: Path, feature: str, said: str) -> None:
    named = "<name>a.X</name><supertypeName>uima.tcas.Annotation</supertypeName>"
    described = f"<features><featureDescription>{feature}</featureDescription></features>"
    kind = f"<typeDescription>{named}{described}</typeDescription>"
    files = {"a.xmi": XMI.format("", "").encode(), "TypeSystem.xml": TYPES.format("", kind).encode()}
    cannot(imports(tmp_path, "uima", files), said, "TypeSystem.xml")
