"""What `check --fix` changes, byte for byte, and what it leaves alone."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bundled import ROOT, copy_corpus, inside, outside
from bundled import tree as whole_tree
from corpusbuild import Corpus
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Severity
from corpusbuild.diagnostics.where import InBytes, InFile, InJson, InText, OnLine, Origin
from corpusbuild.fixing import fix_files
from corpusbuild.text.canonical import canonical
from corpusbuild.text.nearest import meant_name, nearest_words, stands_out

BASE = ROOT / "tests" / "spec" / "base"
PASAR, TEXT, METADATA, SPEAKERS = "annotations/pasar.json", "raw/pasar.txt", "raw/pasar.json", "annotations/speakers.json"
OWN = ".corpusbuild"
CLAIM = '    {"id": "c1", "extent": "Menurut pedagang Joko Lestari, atap pasar masih bocor.", "cue": "Menurut", "speakers": ["joko"]}'


def tree(root: Path) -> dict[str, bytes | None]:
    """Everything in the corpus but what the tool keeps for itself: nothing of which is temporary."""
    everything = whole_tree(root)
    assert {path for path in everything if path.startswith(OWN)} <= {OWN, f"{OWN}/.gitignore", f"{OWN}/make.lock"}
    return {path: data for path, data in everything.items() if not path.startswith(OWN)}


@dataclass(frozen=True)
class Folder:
    """A copy of the small corpus of the spec, which a test may spoil and mend."""

    root: Path

    def spoil(self, path: str, old: str, new: str) -> None:
        data = (self.root / path).read_bytes().decode()
        assert old in data
        (self.root / path).write_bytes(data.replace(old, new, 1).encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def codes(self) -> list[str]:
        return [each["code"] for each in inside(self.root, "check", "--format", "json").findings]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(copy_corpus(tmp_path / "corpus", BASE))


# ---- each fix, from outside ----


@dataclass(frozen=True)
class Case:
    """A file as it is spoilt and as it is once mended, the rule that says so, and whether the fix is safe."""

    path: str
    old: str
    spoilt: str
    code: str
    safe: bool
    mended: str | None = None
    """None for what stood there before."""


CASES = {
    "byte-order-mark of a text": Case(TEXT, "Pasar Lama", "\ufeffPasar Lama", "CB002", safe=True),
    "byte-order-mark of a document": Case(PASAR, "{\n", "\ufeff{\n", "CB002", safe=True),
    "byte-order-mark of a registry": Case(SPEAKERS, "[\n", "\ufeff[\n", "CB002", safe=True),
    "two byte order marks": Case(TEXT, "Pasar Lama", "\ufeff\ufeffPasar Lama", "CB002", safe=True),
    "carriage return before a line feed": Case(TEXT, 'terisi," kata Rina.\n\n', 'terisi," kata Rina.\r\n\r\n', "CB003", safe=True),
    "carriage return alone": Case(TEXT, "Rina.\n\n", "Rina.\r\r", "CB003", safe=True),
    "letters in two parts": Case(TEXT, "Senin", "Se\u0301nin, e\u0301", "CB004", safe=True, mended="S\u00e9nin, \u00e9"),
    "white space at the end": Case(PASAR, '"Menurut"', '"Menurut "', "CB209", safe=True),
    "white space in the longer form": Case(
        PASAR, '"Menurut"', '{"exact": " atap", "suffix": " pasar"}', "CB209", safe=True, mended='{"exact": "atap", "suffix": " pasar"}'
    ),
    "another case": Case(
        PASAR, '["joko"]', '["joko"], "certainty": "Certain"', "CB104", safe=True, mended='["joko"], "certainty": "certain"'
    ),
    "white space around a label": Case(
        PASAR, '["joko"]', '["joko"], "certainty":" possible\\u00a0"', "CB104", safe=True, mended='["joko"], "certainty":"possible"'
    ),
    "a label misspelt": Case(
        PASAR, '["joko"]', '["joko"], "certainty": "posible"', "CB104", safe=False, mended='["joko"], "certainty": "possible"'
    ),
    "a property in another case": Case(PASAR, '"speakers":', '"Speakers" :', "CB106", safe=True, mended='"speakers" :'),
    "a property misspelt": Case(PASAR, '"speakers"', '"spekers"', "CB106", safe=False),
    "a property misspelt, with an escape": Case(PASAR, '"speakers"', '"spe\\u006bers"', "CB106", safe=False),
    "a required property misspelt": Case(PASAR, '"extent"', '"extnt"', "CB106", safe=False),
    "a property of metadata": Case(METADATA, '"headline"', '"head-line"', "CB106", safe=True),
    "a key misspelt": Case(PASAR, '["joko"]', '["jokko"]', "CB302", safe=False),
    "a key in another case": Case(PASAR, '["joko"]', '["rina", "Joko "]', "CB302", safe=True, mended='["rina", "joko"]'),
    "an article misspelt": Case(PASAR, '"article": "pasar"', '"article":\t"psar"', "CB011", safe=False, mended='"article":\t"pasar"'),
    "a curly quotation mark": Case(PASAR, '"Menurut"', '"Menurut\\u00a0pedagang"', "CB201", safe=True, mended='"Menurut pedagang"'),
    "a slip of the pen": Case(PASAR, "Joko Lestari, atap", "Joko Lestari atap", "CB201", safe=False),
    "a slip of the pen in the longer form": Case(
        PASAR,
        '"Menurut"',
        '{"exact": "pedagag", "prefix": "Menurut "}',
        "CB201",
        safe=False,
        mended='{"exact": "pedagang", "prefix": "Menurut "}',
    ),
    "a slip of the pen in first words": Case(
        PASAR,
        '"Menurut pedagang Joko Lestari, atap pasar masih bocor."',
        '{"first": "Menrut pedagang", "last": "bocor."}',
        "CB201",
        safe=False,
        mended='{"first": "Menurut pedagang", "last": "bocor."}',
    ),
    "a slip of the pen in last words": Case(
        PASAR,
        '"Menurut pedagang Joko Lestari, atap pasar masih bocor."',
        '{"first": "Menurut pedagang", "last": "masi bocor."}',
        "CB201",
        safe=False,
        mended='{"first": "Menurut pedagang", "last": "masih bocor."}',
    ),
    "a document that was copied": Case(PASAR, '"article": "pasar"', '"article": "jembatan"', "CB020", safe=False),
    "a member twice": Case(
        PASAR, '"cue": "Menurut"', '"cue": "Menurut" ,\n  "cue":"Menurut"', "CB008", safe=False, mended='"cue": "Menurut" '
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fix_changes_the_words_that_are_meant_and_nothing_else(folder: Folder, case: Case) -> None:
    folder.spoil(case.path, case.old, case.spoilt)
    spoilt = tree(folder.root)
    assert folder.codes() == [case.code]
    words = ("--fix",) if case.safe else ("--fix", "--unsafe")
    if not case.safe:
        kept = inside(folder.root, "check", "--fix")
        assert (kept.status, kept.err) == (1, "mended 0 findings in 0 files\n")
        assert tree(folder.root) == spoilt
    ran = inside(folder.root, "check", *words)
    assert (ran.status, ran.out, ran.err) == (0, "no findings\n", "mended 1 finding in 1 file\n")
    before = spoilt[case.path]
    assert before is not None
    spoilt[case.path] = before.replace(case.spoilt.encode(), (case.old if case.mended is None else case.mended).encode(), 1)
    assert tree(folder.root) == spoilt


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_diff_shows_what_would_change_and_changes_nothing(folder: Folder, case: Case) -> None:
    folder.spoil(case.path, case.old, case.spoilt)
    spoilt = tree(folder.root)
    ran = inside(folder.root, "check", "--diff", *(() if case.safe else ("--unsafe",)))
    assert ran.status == (0 if case.code == "CB209" else 1)
    assert ran.err == "would mend 1 finding in 1 file\n"
    assert ran.out.startswith(f"--- a/{case.path}\n+++ b/{case.path}\n@@ ")
    assert tree(folder.root) == spoilt
    if not case.safe:
        assert inside(folder.root, "check", "--diff").out == ""


def test_the_real_command_line_mends_a_corpus(folder: Folder) -> None:
    before = tree(folder.root)
    folder.spoil(TEXT, "Senin.\n", "Senin.\r\n")
    folder.spoil(PASAR, '"Menurut"', '"Menurut "')
    ran = outside(folder.root, "check", "--fix")
    assert (ran.status, ran.out) == (0, "no findings\n")
    assert ran.err == "mended 2 findings in 2 files\n"
    assert tree(folder.root) == before


def test_a_diff_of_line_ends_is_read_line_by_line(folder: Folder) -> None:
    folder.spoil(TEXT, "Senin.\n", "Senin.\r\n")
    lines = inside(folder.root, "check", "--diff").out.splitlines()
    wali = "Wali kota Rina Sutanto mengatakan pasar lama dibuka lagi pada hari Senin."
    assert [line for line in lines if line.startswith(("-W", "+W"))] == [f"-{wali}\u240d", f"+{wali}"]


# ---- what is not mended ----

NOT_MENDED = {
    "white space of first and last words": (PASAR, '"Menurut"', '{"first": "Menurut", "last": "pedagang "}', "CB209"),
    "white space that tells two places apart": (PASAR, '"Menurut"', '"ar "', "CB209"),
    "two labels that are as near": (PASAR, '["joko"]', '["joko"], "certainty": "p"', "CB104"),
    "a property that is there already": (PASAR, '["joko"]', '["joko"], "Speakers": ["rina"]', "CB106"),
    "two properties that would be one": (PASAR, '"speakers": ["joko"]', '"Speakers": ["rina"], "spekers": []', "CB106"),
    "a key like no other": (PASAR, '["joko"]', '["pedagang"]', "CB302"),
    "words that are nowhere": (PASAR, '"Menurut"', '"gempa bumi"', "CB201"),
    "words whose prefix is wrong": (PASAR, '"Menurut"', '{"exact": "Menurut", "prefix": "x"}', "CB201"),
    "a member twice with two values": (PASAR, '"cue": "Menurut"', '"cue": "Menurut", "cue": null', "CB008"),
    "a member twice with numbers that are written in two ways": (METADATA, "{", '{"views": 1, "views": 1.0, ', "CB008"),
}


@pytest.mark.parametrize(("path", "old", "spoilt", "code"), NOT_MENDED.values(), ids=NOT_MENDED.keys())
def test_what_nobody_can_know_is_not_mended(folder: Folder, path: str, old: str, spoilt: str, code: str) -> None:
    folder.spoil(path, old, spoilt)
    before = tree(folder.root)
    assert set(folder.codes()) == {code}
    ran = inside(folder.root, "check", "--fix", "--unsafe")
    assert ran.err == "mended 0 findings in 0 files\n"
    assert tree(folder.root) == before
    assert "fixable" not in ran.out


def test_words_that_look_the_same_in_two_places_are_not_mended(folder: Folder) -> None:
    folder.spoil(TEXT, "bocor.\n", "bocor.\nJum\u2019at, dan Jum\u02bcat.\n")
    folder.spoil(PASAR, '"extent": "Menurut pedagang Joko Lestari, atap pasar masih bocor.", "cue": "Menurut"', '"extent": "Jum\'at"')
    assert folder.codes() == ["CB201"]
    assert inside(folder.root, "check", "--fix", "--unsafe").err == "mended 0 findings in 0 files\n"


def test_an_article_whose_annotator_has_annotated_the_nearest_is_not_renamed(folder: Folder) -> None:
    (folder.root / "annotations/psar.json").write_text('{"article": "psar", "annotator": "ana"}')
    assert folder.codes() == ["CB011"]
    assert inside(folder.root, "check", "--fix", "--unsafe").err == "mended 0 findings in 0 files\n"


def test_an_anchor_keeps_its_white_space_as_long_as_one_inside_it_does(folder: Folder) -> None:
    folder.spoil(PASAR, CLAIM, '    {"id": "c1", "extent": "pedagang Joko ", "cue": {"first": "Joko", "last": "o "}}')
    before = tree(folder.root)
    assert folder.codes() == ["CB209", "CB209"]
    assert inside(folder.root, "check", "--fix").err == "mended 0 findings in 0 files\n"
    assert tree(folder.root) == before
    folder.spoil(PASAR, '{"first": "Joko", "last": "o "}', '"Joko "')
    assert inside(folder.root, "check", "--fix").out == "no findings\n"
    assert '{"id": "c1", "extent": "pedagang Joko", "cue": "Joko"}' in folder.read(PASAR)


@pytest.mark.parametrize(
    ("words", "text", "out"),
    [
        ("mengtakan", "Ia mengatakan itu.", True),
        ("mengtakan", "Ia mengatakan itu, lalu menyatakan ini.", False),
        ("mengtakan", "Ia mengatakan itu, lalu mengatakan ini.", False),
        ("atap", "di atas atip", False),
        ("kios", "semua kius di", True),
        ("dua kios", "enam desa", False),
    ],
)
def test_the_nearest_words_stand_out_or_not(words: str, text: str, *, out: bool) -> None:
    near = nearest_words(words, text)
    assert (near is not None and stands_out(near, words, text)) is out


@pytest.mark.parametrize(
    ("name", "names", "joints", "meant"),
    [
        ("Direct", ["direct", "indirect"], "", ("direct", True, True)),
        ("very_likely", ["very-likely", "likely"], " -_", ("very-likely", True, True)),
        ("withinClaim", ["within_claim", "claim"], "-_", ("within_claim", True, True)),
        ("very_likely", ["very-likely", "likely"], "", ("very-likely", False, True)),
        ("a-b", ["a_b", "A-B"], "-_", ("a_b", False, True)),
        ("putn", ["putan", "putin"], "", ("putan", False, False)),
        ("xyz", ["putin"], "", None),
    ],
)
def test_the_name_that_was_meant(name: str, names: list[str], joints: str, meant: tuple[str, bool, bool] | None) -> None:
    found = meant_name(name, names, joints)
    assert (found and (found.name, found.certain, found.alone)) == meant


# ---- texts in shards ----


@pytest.mark.parametrize("spoil", ["\ufeff{}", "{}\r\nDua.", "{} e\u0301", "\ufeff\ufeff{}\r e\u0301\r\n"])
def test_a_text_in_a_shard_becomes_canonical_as_one_string(folder: Folder, spoil: str) -> None:
    text = spoil.format('"Semua" kios sudah \\ terisi.')
    line = '{{ "id" : "kios", "headline":"Kios p\\u0065nuh", "text": {} }}\n'
    other = '{"id": "sungai", "headline": "Sungai", "text": "Sungai itu d\\u0061ngkal sekali."}\n'
    (folder.root / "raw/kabar.jsonl").write_bytes((other + line.format(json.dumps(text)) + other.replace("sungai", "laut")).encode())
    inside(folder.root, "check", "--fix", "--select", "CB00")
    once = line.format(json.dumps(canonical(text.lstrip("\ufeff")), ensure_ascii=False))
    assert (folder.root / "raw/kabar.jsonl").read_bytes().decode() == other + once + other.replace("sungai", "laut")
    assert inside(folder.root, "check", "--select", "CB00").out == "no findings\n"


# ---- several at once ----


def test_what_a_mended_fault_has_hidden_is_mended_as_well(folder: Folder) -> None:
    before = tree(folder.root)
    for path, old, new in ((PASAR, "{\n", "\ufeff{\n"), (PASAR, '"speakers"', '"Speakers"'), (PASAR, "joko", "JOKO")):
        folder.spoil(path, old, new)
    assert folder.codes() == ["CB002"]
    ran = inside(folder.root, "check", "--fix")
    assert (ran.out, ran.err) == ("no findings\n", "mended 3 findings in 1 file\n")
    assert tree(folder.root) == before


def test_only_what_is_selected_is_mended(folder: Folder) -> None:
    folder.spoil(TEXT, "Senin.\n", "Senin.\r\n")
    folder.spoil(PASAR, "joko", "JOKO")
    assert inside(folder.root, "check", "--fix", "--select", "CB302").err == "mended 1 finding in 1 file\n"
    assert "\r" in folder.read(TEXT)


def _finding(*edits: Edit, safe: bool = True) -> Finding:
    return Finding("CB999", "test", Severity.ERROR, "", edits[0].where, fix=Fix(edits, safe))


FILE, DOCUMENT = Origin("a.txt"), Origin("a.json")


@pytest.mark.parametrize(
    ("fixes", "mended"),
    [
        ([[(0, 2, "x")], [(2, 3, "y")]], "xyd"),
        ([[(0, 2, "x")], [(1, 3, "y")]], "xcd"),
        ([[(1, 3, "y")], [(0, 2, "x")]], "ayd"),
        ([[(0, 4, "x")], [(1, 2, "y")]], "x"),
        ([[(1, 2, "y")], [(0, 4, "x")]], "aycd"),
        ([[(1, 1, "x")], [(1, 1, "y")]], "axbcd"),
        ([[(1, 1, "x")], [(1, 2, "y")]], "axbcd"),
        ([[(1, 2, "y")], [(2, 2, "x")]], "ayxcd"),
        ([[(0, 1, "x"), (3, 4, "z")], [(1, 2, "y"), (3, 4, "y")]], "xbcz"),
        ([[(0, 2, "x"), (1, 3, "y")], [(2, 3, "c!")]], "abc!d"),
    ],
)
def test_of_fixes_that_overlap_the_first_is_applied_whole(fixes: list[list[tuple[int, int, str]]], mended: str) -> None:
    findings = [_finding(*(Edit(InText(FILE, start, end), text) for start, end, text in edits)) for edits in fixes]
    assert fix_files(findings, {"a.txt": b"abcd"}).files == {"a.txt": mended.encode()}


def test_places_count_code_points_whatever_their_order() -> None:
    findings = [_finding(Edit(InText(FILE, at, at + 1), "-")) for at in (3, 0, 5)]
    assert fix_files(findings, {"a.txt": "\U0001f600a\u00e9bc\u20acd".encode()}).files == {"a.txt": "-a\u00e9-c-d".encode()}


@pytest.mark.parametrize("pointer", [("b",), ("a", 2), ("a", 0, "x"), (0,)])
def test_a_document_that_has_no_such_value_is_left_alone(pointer: tuple[str | int, ...]) -> None:
    finding = _finding(Edit(InJson(DOCUMENT, pointer), '"x"'))
    fixed = fix_files([finding], {"a.json": b'{"a": [1, 2]}'})
    assert (fixed.files, fixed.mended) == ({}, [])


def test_a_fix_may_be_a_whole_file_anew_and_a_line_alone_says_too_little_to_be_replaced() -> None:
    shard = Origin("a.jsonl", 3, 4)
    findings = [_finding(Edit(InFile(FILE), "x")), _finding(Edit(InFile(shard), "{ }"))]
    fixed = fix_files(findings, {"a.txt": b"abcd", "a.jsonl": b"{}\n{  }\n{}\n"})
    assert fixed.files == {"a.txt": b"x", "a.jsonl": b"{}\n{ }\n{}\n"}
    assert fix_files([_finding(Edit(OnLine(FILE, 1), "x"))], {"a.txt": b"abcd"}).files == {}


def test_a_fix_of_two_files_is_applied_in_both_or_in_none() -> None:
    both = _finding(Edit(InBytes(FILE, 0, 1), "x"), Edit(InJson(DOCUMENT, ("b",)), "1"))
    assert fix_files([both], {"a.txt": b"abcd", "a.json": b"{}"}).files == {}
    assert fix_files([both], {"a.txt": b"abcd", "a.json": b'{"b": 0}'}).files == {"a.txt": b"xbcd", "a.json": b'{"b": 1}'}


def test_what_is_unsafe_is_applied_only_where_it_is_asked_for() -> None:
    finding = _finding(Edit(InText(FILE, 0, 1), "x"), safe=False)
    assert fix_files([finding], {"a.txt": b"abcd"}).files == {}
    assert fix_files([finding], {"a.txt": b"abcd"}, unsafe=True).files == {"a.txt": b"xbcd"}


# ---- files ----


def test_a_file_keeps_its_mode_and_a_link_stays_one(folder: Folder) -> None:
    (folder.root / TEXT).rename(folder.root / "texts.txt")
    (folder.root / TEXT).symlink_to("../texts.txt")
    folder.spoil(TEXT, "Senin.\n", "Senin.\r\n")
    (folder.root / "texts.txt").chmod(0o640)
    assert inside(folder.root, "check", "--fix").out == "no findings\n"
    assert (folder.root / TEXT).is_symlink()
    assert stat.S_IMODE((folder.root / "texts.txt").stat().st_mode) == 0o640
    assert "\r" not in folder.read("texts.txt")


@contextlib.contextmanager
def _nobody() -> Sequence[None]:
    """As a user who may not write everywhere: root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no users here")
def test_a_folder_that_cannot_be_written_is_a_clear_error() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Folder(copy_corpus(Path(name) / "corpus", BASE))
        folder.spoil(TEXT, "Senin.\n", "Senin.\r\n")
        folder.spoil(PASAR, "joko", "JOKO")
        for writable in (folder.root, folder.root / "annotations"):
            writable.chmod(0o777)
        (folder.root / "raw").chmod(0o555)
        before = tree(folder.root)
        with _nobody():
            ran = inside(folder.root, "check", "--fix")
        (folder.root / "raw").chmod(0o755)
        assert ran.status == 2
        assert ran.out == ""
        assert "this cannot be written: Permission denied" in ran.err
        assert name not in ran.err
        assert tree(folder.root) == before


# ---- laws ----

SAFE = {"CB002", "CB003", "CB004"}
TEXTS = st.text(st.sampled_from("ab .\n\r\ufeff\u0301\u0323e\u00e9\u212b\u1100\u1161\u11a8\uac00\U0001d15e\u200d"), max_size=40)


@settings(max_examples=60)
@given(text=TEXTS, shard=TEXTS, marks=st.integers(0, 2))
@example(text="\ufeff\u212b\r\n", shard="\ufeff\ufeff\u212b\r", marks=2)
def test_safe_fixes_make_every_text_canonical(text: str, shard: str, marks: int) -> None:
    with TemporaryDirectory() as name:
        folder = Folder(copy_corpus(Path(name) / "corpus", BASE))
        wrote = "\ufeff" * marks + folder.read(TEXT) + text
        (folder.root / TEXT).write_bytes(wrote.encode())
        (folder.root / "raw/kabar.jsonl").write_bytes(b'{"id": "k", "headline": "K", "text": %s}' % json.dumps(f"{shard}k.").encode())
        for path in (PASAR, SPEAKERS, METADATA):
            (folder.root / path).write_bytes(b"\xef\xbb\xbf" * marks + (folder.root / path).read_bytes())
        corpus = Corpus.open(folder.root)
        _mend_all(corpus, unsafe=False)
        assert not SAFE & {each.finding.code for each in corpus.check()}
        assert folder.read(TEXT) == canonical(wrote.lstrip("\ufeff")).lstrip("\ufeff")
        assert json.loads(folder.read("raw/kabar.jsonl"))["text"] == canonical(f"{shard}k.".lstrip("\ufeff"))
        assert all((folder.root / path).read_bytes() == (BASE / path).read_bytes() for path in (PASAR, SPEAKERS, METADATA))


def _mend_all(corpus: Corpus, *, unsafe: bool) -> int:
    """Mend as the command does; how many rounds it took."""
    for rounds in range(10):
        if not corpus.fix(corpus.check(), unsafe=unsafe).after:
            return rounds
    raise AssertionError("there is always something left to mend")


SLIPS: list[tuple[str, Callable[[str, int], str]]] = [
    ("a letter left out", lambda data, at: data[:at] + data[at + 1 :]),
    ("a letter twice", lambda data, at: data[:at] + data[at : at + 1] + data[at:]),
    ("another letter", lambda data, at: data[:at] + "x" + data[at + 1 :]),
    ("another case", lambda data, at: data[:at] + data[at : at + 1].swapcase() + data[at + 1 :]),
    ("a space", lambda data, at: data[:at] + " " + data[at:]),
    ("two parts", lambda data, at: data[:at] + "e\u0301" + data[at:]),
    ("no break", lambda data, at: data[:at].replace(" ", "\u00a0") + data[at:]),
]


@settings(max_examples=60)
@given(
    slips=st.lists(
        st.tuples(st.integers(0, len(SLIPS) - 1), st.sampled_from((PASAR, TEXT, SPEAKERS, METADATA)), st.integers(0, 400)), max_size=6
    ),
    unsafe=st.booleans(),
)
def test_whatever_is_wrong_fixing_ends_and_spoils_no_file(slips: list[tuple[int, str, int]], *, unsafe: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Folder(copy_corpus(Path(name) / "corpus", BASE))
        for number, path, at in slips:
            (folder.root / path).write_bytes(SLIPS[number][1](folder.read(path), at).encode())
        was_json = {path for path in (PASAR, SPEAKERS, METADATA) if _is_json(folder.read(path))}
        corpus = Corpus.open(folder.root)
        _mend_all(corpus, unsafe=unsafe)
        mended = tree(folder.root)
        assert _mend_all(corpus, unsafe=unsafe) == 0
        assert tree(folder.root) == mended
        assert all(_is_json(folder.read(path)) for path in was_json)
        assert unicodedata.is_normalized("NFC", folder.read(TEXT))


def _is_json(data: str) -> bool:
    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(found)) < len(found):
            raise ValueError("a key stands twice")
        return dict(found)

    try:
        json.loads(data, object_pairs_hook=pairs)
    except ValueError:
        return False
    return True
