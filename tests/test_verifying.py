"""``verify`` proves a whole data set, and finds every byte, row, word, label and reference that is not as it was compiled."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import inside, outside
from corpusbuild import CannotGoOn, Corpus, Verified, verify
from corpusbuild.release.archive import SUMS, pack, sha256sums, unpacked
from corpusbuild.release.dataset import opened
from generated import make_corpus, make_sharded, many
from tampering import drop_row, edit_manifest, edit_rows, seal, set_value
from written import CORPORA, copy_of

SPEC = Path(__file__).parent / "spec"
CLAIMS = "data/claims/train-00000-of-00001.parquet"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set of a small corpus; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    root = shutil.copytree(SPEC / "base", folder / "corpus")
    assert Corpus.open(root, search=False).make(folder / "made", jobs=1).ok
    return folder / "made"


@pytest.fixture(scope="session")
def packed(made: Path) -> Path:
    return pack(made, made.with_name("made.tar.gz"))


@pytest.fixture
def spoilt(made: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    return shutil.copytree(made, tmp_path / "made")


def found(verified: Verified) -> set[tuple[str, str]]:
    return {(each.finding.name, each.place.path) for each in verified.report}


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---- whole data sets ----


@pytest.mark.parametrize("name", sorted(CORPORA))
def test_what_make_writes_is_whole_as_a_folder_and_as_an_archive(name: str, tmp_path: Path) -> None:
    root = copy_of(name, tmp_path / "corpus")
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1).ok
    folder = verify(tmp_path / "out")
    assert found(folder) == set()
    assert len(folder.proved) >= 9
    archive = verify(pack(tmp_path / "out", tmp_path / "out.tar.gz"))
    assert found(archive) == set()
    assert archive.proved == (*folder.proved, "out.tar.gz is, to the byte, the archive that these files make")
    with unpacked(tmp_path / "out.tar.gz") as unpacked_folder:
        assert found(verify(unpacked_folder, load=False)) == set()


def test_a_data_set_of_many_row_groups_and_splits_is_whole(large: Path) -> None:
    assert pq.ParquetFile(large / "data/articles/train-00000-of-00001.parquet").num_row_groups > 5
    assert found(verify(large)) == set()


BLOCKS = """
import sys
from corpusbuild import blocks
blocks.LEAST, blocks.GREATEST, blocks._ENDS = 8, 40, 15
from corpusbuild import Corpus
assert Corpus.open(sys.argv[1], search=False).make(sys.argv[2], jobs=1).ok
"""


def make_in_blocks(root: Path, out: Path) -> Path:
    """Compile with blocks so small that there are many; in a process of its own, for they are constants."""
    ran = outside(root, str(root), str(out), program=("-c", BLOCKS))
    assert ran.status == 0, ran.err
    return out


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    articles, documents = many(400)
    more = [{**each, "annotator": "ben", "spans": each["spans"][:1]} for each in documents[::3]]
    for each in documents[1:]:
        # References between documents, to what lies in other row groups.
        if len(each["spans"]) > 2 and documents[0]["spans"]:
            each["spans"][2]["same_as"] = f"{documents[0]['article']}#s0"
    config = 'gold = "ana"\n[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.7, test = 0.3 }\n'
    root = make_sharded(folder / "corpus", [articles], [documents, more], config)
    return make_in_blocks(root, folder / "out")


# ---- detached articles ----


def detached(root: Path, *, text_at_hand: bool) -> None:
    """Have the base corpus's second article carry positions and check values in the place of its text."""
    import hashlib

    from corpusbuild.text.check import check_value
    from corpusbuild.text.span import Span

    text = (root / "raw/pasar.txt").read_text("utf-8")
    metadata = json.loads((root / "raw/pasar.json").read_bytes())
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    (root / "raw/pasar.json").write_text(json.dumps({**metadata, "text": {"sha256": sha256, "chars": len(text)}}))
    (root / "raw/pasar.txt").unlink()
    document = json.loads((root / "annotations/pasar.json").read_bytes())
    for claim in document["claims"]:
        for name in ("extent", "cue"):
            start = text.index(claim[name])
            span = Span(start, start + len(claim[name]))
            claim[name] = {"start": span.start, "end": span.end, "check": check_value(text, span)}
    (root / "annotations/pasar.json").write_text(json.dumps(document))
    if text_at_hand:
        (root / ".corpusbuild/text").mkdir(parents=True)
        (root / f".corpusbuild/text/{sha256}.txt").write_text(text, "utf-8", newline="")


@pytest.mark.parametrize(("text_at_hand", "included"), [(False, False), (True, False), (True, True)])
def test_detached_articles_are_proved_as_far_as_they_can_be(tmp_path: Path, *, text_at_hand: bool, included: bool) -> None:
    root = shutil.copytree(SPEC / "base", tmp_path / "corpus")
    detached(root, text_at_hand=text_at_hand)
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1, include_detached_text=included).ok
    verified = verify(tmp_path / "out")
    assert found(verified) == set()
    assert "2 spans lie within the article; without its text, the words cannot be compared" in verified.proved
    assert ("1 article is detached" in (tmp_path / "out/README.md").read_text("utf-8")) == (not included)


def test_a_span_of_a_detached_article_must_lie_in_it_and_may_have_no_words(tmp_path: Path) -> None:
    root = shutil.copytree(SPEC / "base", tmp_path / "corpus")
    detached(root, text_at_hand=False)
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1).ok
    set_value(tmp_path / "out" / CLAIMS, 1, "cue.text", "Menurut")
    set_value(tmp_path / "out" / CLAIMS, 1, "extent.end", 1000)
    seal(tmp_path / "out", digests=True)
    verified = verify(tmp_path / "out", load=False)
    assert found(verified) == {("span-differs-from-text", CLAIMS)}
    assert len(verified.report) == 2


# ---- no byte changes unnoticed ----


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def flipped(folder: Path, path: str, at: int, bit: int = 0) -> None:
    """With one bit of one file turned over, verify fails and names that file."""
    flip(folder / path, at, bit)
    try:
        verified = verify(folder, load=False)
        assert not verified.ok
        assert {each.place.path for each in verified.report} == {path}
    finally:
        flip(folder / path, at, bit)


def test_the_first_and_the_last_byte_of_every_file_count(made: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made, tmp_path / "made")
    (folder / SUMS).write_bytes(sha256sums(folder))
    for path in files_of(folder):
        size = (folder / path).stat().st_size
        for at in {0, size // 2, size - 1}:
            flipped(folder, path, at)
    assert found(verify(folder, load=False)) == set()


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_byte_of_a_folder_counts(made: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = shutil.copytree(made, tmp_path_factory.mktemp("flip") / "made")
    path = data.draw(st.sampled_from(files_of(folder)))
    flipped(folder, path, data.draw(st.integers(0, (folder / path).stat().st_size - 1)), data.draw(st.integers(0, 7)))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_byte_of_an_archive_counts(packed: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    other = Path(shutil.copy(packed, tmp_path_factory.mktemp("flip") / packed.name))
    at = data.draw(st.integers(0, packed.stat().st_size - 1) | st.sampled_from([0, 9, 10, packed.stat().st_size - 1]))
    flip(other, at, data.draw(st.integers(0, 7)))
    verified = verify(other, load=False)
    assert not verified.ok
    # The archive, or the file in it that the byte belongs to; a name in it that changed is both missing and extra.
    with unpacked(packed) as folder:
        names = {packed.name, *files_of(folder)}
    assert all(each.place.path in names or each.finding.name == "file-not-in-manifest" for each in verified.report)


def test_a_damaged_file_in_an_archive_is_named(packed: Path, tmp_path: Path) -> None:
    whole = packed.read_bytes()
    with unpacked(packed) as folder:
        data = (folder / CLAIMS).read_bytes()
    at = whole.index(data[:500]) + 400
    other = tmp_path / packed.name
    other.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert found(verify(other, load=False)) == {("digest-mismatch", CLAIMS)}


# ---- what somebody hides ----


def test_a_row_that_is_gone_is_missed_by_count_and_by_digest(spoilt: Path) -> None:
    (spoilt / SUMS).write_bytes(sha256sums(spoilt))
    drop_row(spoilt / CLAIMS, 0)
    seal(spoilt)
    assert found(verify(spoilt, load=False)) == {("row-count-mismatch", CLAIMS), ("digest-mismatch", CLAIMS)}
    # With all of that made to fit, other tables tell.
    seal(spoilt, digests=True)
    assert found(verify(spoilt, load=False)) == {("rows-out-of-place", CLAIMS)}
    # With these made to fit, too, the card tells.
    drop_row(spoilt / CLAIMS.replace("claims", "claims_by_annotator"), 0)

    def without_claim(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[0]["claims"] = []
        return rows

    edit_rows(spoilt / CLAIMS.replace("claims", "documents"), without_claim)
    seal(spoilt, digests=True)
    assert found(verify(spoilt, load=False)) == {("card-differs-from-data", "README.md")}


def described(folder: Path) -> Path:
    """The data set of a small corpus that says all of itself that a corpus can."""
    root = shutil.copytree(SPEC / "base", folder / "corpus")
    said = {
        "title": "Kabar: Kota",
        "license": "CC-BY-4.0",
        "description": 'What "papers" say.\nAnd who says it.',
        "url": "https://example.org/kabar",
        "published": "2024-05-01",
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())
    with (root / "pyproject.toml").open("a") as config:
        config.write(lines + 'authors = ["Sari, Ana", "Balai Kota"]\nlanguage = ["id"]\n')
    (root / "CHANGELOG.md").write_text("## kabar-kota 0.1.0\n\nThe first.\n")
    assert Corpus.open(root, search=False).make(folder / "made", jobs=1).ok
    return folder / "made"


WRITTEN: dict[str, tuple[str, str, str, str]] = {
    "an author": ("CITATION.cff", "Sari", "Sarah", "CITATION.cff"),
    "a licence": ("CITATION.cff", "CC-BY-4.0", "CC0-1.0", "CITATION.cff"),
    "a description": ("croissant.json", "who says it", "who said it", "croissant.json"),
    "an address": ("croissant.json", "example.org/kabar", "example.com/kabar", "croissant.json"),
    "a day": ("croissant.json", '"2024-05-01"', '"2023-05-01"', "croissant.json"),
    "a number of rows": ("croissant.json", '"2 rows"', '"3 rows"', "croissant.json"),
    "a type": ("croissant.json", "sc:Text", "sc:Integer", "croissant.json"),
    "one hash in two places": ("LICENSE", "Creative", "Uncreative", "croissant.json"),
    "no text": ("croissant.json", "@context", "\udcff", "croissant.json"),
}


@pytest.mark.parametrize("lie", WRITTEN)
def test_what_is_written_from_the_data_says_what_they_say(tmp_path: Path, lie: str) -> None:
    folder = described(tmp_path)
    verified = verify(folder, load=False)
    assert found(verified) == set()
    assert verified.proved[-1].endswith("LICENSE, CHANGELOG.md, and the first part of README.md")
    path, old, new, place = WRITTEN[lie]
    data = (folder / path).read_bytes()
    assert old.encode() in data
    (folder / path).write_bytes(data.replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1))
    seal(folder)
    assert found(verify(folder, load=False)) == {("card-differs-from-data", place)}


@pytest.mark.parametrize("key", ["description", "url", "published", "authors"])
def test_what_the_manifest_repeats_of_the_config_is_what_the_files_say(tmp_path: Path, key: str) -> None:
    folder = described(tmp_path)
    edit_manifest(folder, lambda value: value.update({key: ["Budi, Ana"] if key == "authors" else "other"}))
    place = "CITATION.cff" if key == "authors" else "croissant.json"
    assert found(verify(folder, load=False)) == {("card-differs-from-data", place)}


@pytest.mark.parametrize("path", ["CITATION.cff", "croissant.json", "README.md"])
def test_what_is_always_written_cannot_be_left_out(spoilt: Path, path: str) -> None:
    (spoilt / path).unlink()
    edit_manifest(spoilt, lambda value: value["files"].pop(path))
    assert ("card-differs-from-data", path) in found(verify(spoilt, load=False))


def test_a_label_reference_or_word_deep_inside_is_found(tmp_path: Path) -> None:
    from bundled import copy_corpus

    root = copy_corpus(tmp_path / "corpus")
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1).ok
    path = tmp_path / "out" / CLAIMS
    rows = pq.read_table(path).to_pylist()
    via = next(i for i, row in enumerate(rows) if row["via"])
    parts = next(i for i, row in enumerate(rows) if len(row["content"] or ()) > 1)
    changes: list[tuple[int, str, Any, str, str]] = [
        (via, "via.0.speaker", "nobody", "dangling-reference", "claims.via.speaker"),
        (parts, "content.1.text", "x", "span-differs-from-text", "claims.content"),
        (0, "attribution", "hearsay", "label-outside-enum", "claims.attribution"),
    ]
    before = path.read_bytes()
    for row, field, value, rule, shown in changes:
        set_value(path, row, field, value)
        seal(tmp_path / "out", digests=True)
        verified = verify(tmp_path / "out", load=False)
        assert found(verified) == {(rule, CLAIMS)}
        assert f"{shown} of row {row}" in next(iter(verified.report)).finding.message
        path.write_bytes(before)


def test_references_into_other_row_groups_are_followed(large: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(large, tmp_path / "made")
    table = next(
        (split, row, each["same_as"])
        for split in ("train", "test")
        for row, each in enumerate(pq.read_table(folder / f"data/spans/{split}-00000-of-00001.parquet").to_pylist())
        if "#" in (each["same_as"] or "")
    )
    split, row, value = table
    path = f"data/spans/{split}-00000-of-00001.parquet"
    keep_groups(folder / path, row, value.replace("#s0", "#s9"))
    seal(folder, digests=True)
    assert found(verify(folder, load=False)) == {("dangling-reference", path)}


def keep_groups(path: Path, row: int, value: str) -> None:
    """Change ``same_as`` of one row, and leave the row groups as they are."""
    file = pq.ParquetFile(path)
    groups = [file.read_row_group(i) for i in range(file.num_row_groups)]
    with pq.ParquetWriter(path.with_suffix(".part"), file.schema_arrow) as writer:
        at = 0
        for group in groups:
            rows = group.to_pylist()
            if at <= row < at + len(rows):
                rows[row - at]["same_as"] = value
            writer.write_table(pa.Table.from_pylist(rows, schema=group.schema), row_group_size=len(rows))
            at += len(rows)
    path.with_suffix(".part").replace(path)


def test_an_article_in_two_splits_is_found(large: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(large, tmp_path / "made")
    train, test = (folder / f"data/articles/{split}-00000-of-00001.parquet" for split in ("train", "test"))
    first = pq.read_table(train).slice(0, 1).to_pylist()[0]
    last = pq.read_table(test).to_pylist()[0]["article_id"]
    assert first["article_id"] != last
    edit_rows(test, lambda rows: sorted([*rows, first], key=lambda row: row["article_id"].encode()))
    seal(folder, digests=True)
    (twice,) = [each for each in verify(folder, load=False).report if each.finding.name == "repeated-key"]
    assert twice.place.path == "data/articles/train-00000-of-00001.parquet"
    assert twice.finding.message == f'the article "{first["article_id"]}" is in test and in train'
    assert twice.finding.help == "compile the data set anew, or get it again"


# ---- what lies ----


def lie_rows(folder: Path) -> None:
    table = pq.read_table(folder / CLAIMS)
    pq.write_table(pa.concat_tables([table] * 3), folder / CLAIMS, row_group_size=2)


def lie_type(folder: Path) -> None:
    table = pq.read_table(folder / CLAIMS)
    pq.write_table(table.set_column(2, "id", pa.array([1, 2])), folder / CLAIMS)


def lie_empty(folder: Path) -> None:
    pq.write_table(pq.read_table(folder / CLAIMS).slice(0, 0), folder / CLAIMS)


def cut(folder: Path) -> None:
    data = (folder / CLAIMS).read_bytes()
    (folder / CLAIMS).write_bytes(data[: len(data) // 3] + data[-len(data) // 3 :])


LIES: dict[str, Callable[[Path], object]] = {
    "rows of an article in several row groups": lie_rows,
    "a column of another type": lie_type,
    "no rows": lie_empty,
    "half of a Parquet file": cut,
    "no Parquet file": lambda folder: (folder / CLAIMS).write_bytes(b"PAR1" + bytes(100) + b"PAR1"),
    "nothing": lambda folder: (folder / CLAIMS).write_bytes(b""),
    "no card": lambda folder: (folder / "README.md").write_bytes(b"\xff"),
    "an empty card": lambda folder: (folder / "README.md").write_bytes(b""),
    "a schema that is none": lambda folder: (folder / "schema/article.json").write_bytes(b"[]"),
    "a schema that is not JSON": lambda folder: (folder / "schema/article.json").write_bytes(b"{"),
    "a schema without columns": lambda folder: (folder / "schema/article.json").write_bytes(b'{"type": "object"}'),
    "a schema that is nested deeply": lambda folder: (folder / "schema/article.json").write_bytes(
        b'{"allOf": [' * 400 + b'{"type": "object"}' + b"]}" * 400
    ),
    "a schema that contains itself": lambda folder: (folder / "schema/anchor.json").write_bytes(b'{"$ref": "anchor.json"}'),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_lies_is_a_finding(spoilt: Path, lie: str) -> None:
    LIES[lie](spoilt)
    for digests in (False, True):
        with contextlib.suppress(pa.ArrowException, OSError, IndexError):
            seal(spoilt, digests=digests)
        verified = verify(spoilt, load=False)
        assert not verified.ok
        assert all(each.place.path in {*files_of(spoilt)} for each in verified.report)


MANIFESTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "up": lambda value: value["files"].update({"../x": {"bytes": 0, "sha256": "0" * 64}}),
    "absolute": lambda value: value["files"].update({"/etc/passwd": {"bytes": 0, "sha256": "0" * 64}}),
    "a folder": lambda value: value["files"].update({"data": {"bytes": 0, "sha256": "0" * 64}}),
    "a table's file outside": lambda value: value["tables"]["claims"]["splits"]["train"].update(files=["../x.parquet"]),
    "a table's file that is no file": lambda value: value["tables"]["claims"]["splits"]["train"].update(files=["data/x.parquet"]),
    "no table": lambda value: value["tables"].pop("claims"),
    "a table that is not": lambda value: value["tables"].update(more=value["tables"]["claims"]),
    "no articles": lambda value: value["tables"].pop("articles"),
    "another file of a table": lambda value: value["tables"]["claims"]["splits"]["train"].update(
        files=["data/articles/train-00000-of-00001.parquet"]
    ),
    "a split that is not": lambda value: value["tables"]["claims"]["splits"].update(test=value["tables"]["claims"]["splits"]["train"]),
    "no rows": lambda value: value["tables"]["claims"].update(splits={}, rows=0),
    "another gold": lambda value: value.update(gold="ben"),
    "another title": lambda value: value.update(title="Kabar Desa"),
    "another commit": lambda value: value["provenance"].update(commit="0" * 40),
    "other splits": lambda value: value.update(splits=["test"]),
    "another version of the form": lambda value: value.update(format=2),
    "a number of rows that is none": lambda value: value["tables"]["claims"].update(rows=-1),
    "another schema hash": lambda value: value["provenance"]["schemas"].update({"article.json": "0" * 64}),
}


@pytest.mark.parametrize("lie", MANIFESTS)
def test_a_manifest_that_lies_is_a_finding(spoilt: Path, lie: str) -> None:
    edit_manifest(spoilt, MANIFESTS[lie])
    assert not verify(spoilt, load=False).ok


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_whatever_stands_in_a_manifest_is_a_finding(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    folder = tmp_path_factory.mktemp("lie")
    (folder / "manifest.json").write_text(json.dumps(value))
    assert found(verify(folder)) == {("manifest-invalid", "manifest.json")}


def test_a_pipe_in_a_data_set_is_not_read(spoilt: Path) -> None:
    os.mkfifo(spoilt / "pipe")
    (spoilt / "LICENSE").symlink_to("/dev/zero")
    assert found(verify(spoilt, load=False)) == {("file-not-in-manifest", "pipe"), ("file-not-in-manifest", "LICENSE")}


def test_a_file_that_is_a_link_is_no_file_of_the_data_set(spoilt: Path, tmp_path: Path) -> None:
    (spoilt / CLAIMS).rename(tmp_path / "elsewhere.parquet")
    (spoilt / CLAIMS).symlink_to(tmp_path / "elsewhere.parquet")
    assert found(verify(spoilt, load=False)) == {("file-not-in-manifest", CLAIMS)}


# ---- places ----


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("corpus", "this is a corpus folder"),
        ("empty", "this folder is empty"),
        ("file.txt", "this is a file"),
        ("none", "there is nothing here"),
    ],
)
def test_what_is_no_data_set_is_said_to_be_what_it_is(tmp_path: Path, what: str, said: str) -> None:
    shutil.copytree(SPEC / "base", tmp_path / "corpus")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(CannotGoOn, match=said):
        verify(tmp_path / what)
    assert inside(tmp_path, "verify", what).status == 2


# Even root may read nothing that is closed, once its processes have not the two capabilities to (Linux: PR_CAPBSET_DROP).
CLOSED = """
import ctypes, os, sys
for capability in (1, 2):
    getattr(ctypes.CDLL(None), "prctl", lambda *_: None)(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "corpusbuild", *sys.argv[1:]])
"""


@pytest.mark.parametrize("path", ["made", "made/data/claims", "made/README.md", "made/manifest.json", "made.tar.gz"])
@pytest.mark.parametrize("words", [("verify", "--no-load"), ("publish", "--dry-run", "--repo", "a/b"), ("diff",)])
def test_what_cannot_be_read_is_said_to_be_that(spoilt: Path, packed: Path, path: str, words: tuple[str, ...]) -> None:
    shutil.copy(packed, spoilt.parent)
    place = "made.tar.gz" if path == "made.tar.gz" else "made"
    closed = spoilt.parent / path
    mode = closed.stat().st_mode
    closed.chmod(0)
    try:
        arguments = (*words, place, place) if words == ("diff",) else (*words, place)
        ran = outside(spoilt.parent, *arguments, program=("-c", CLOSED))
    finally:
        closed.chmod(mode)
    if words == ("diff",) and path == "made/README.md":
        # What is the same by its hash is not read.
        assert ran.out.endswith("no changes\n")
        return
    assert ran.status == 2, ran.out + ran.err
    assert "Permission denied" in ran.err
    assert "Traceback" not in ran.err
    assert any(f"--> {each}\n" in ran.err for each in (path, place))
    assert "= help: " in ran.err


def test_a_name_that_is_too_long_is_said_to_be_that(tmp_path: Path) -> None:
    for command in ("verify", "diff"):
        ran = inside(tmp_path, command, "a" * 300, *(["b"] if command == "diff" else []))
        assert ran.status == 2
        assert "this cannot be read: File name too long" in ran.err


def test_urls_of_folders_and_archives_are_fetched(made: Path, packed: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(str(made), "/sets/made", recursive=True)
    memory.put(str(packed), "/sets/made.tar.gz")
    try:
        for url in ("memory://sets/made", "memory://sets/made.tar.gz", made.as_uri(), packed.as_uri()):
            assert found(verify(url, load=False)) == set()
            with opened(url) as data_set:
                assert (data_set.name, data_set.rows("claims"), data_set.splits("speakers")) == ("kabar-kota", 2, ("registry",))
                assert data_set.open_parquet(data_set.files("claims", "train")[0]).metadata.num_rows == 2
            assert data_set.folder.exists() == (data_set.folder == made)
        memory.pipe("/sets/made/data/extra.txt", b"x")
        assert found(verify("memory://sets/made", load=False)) == {("file-not-in-manifest", "data/extra.txt")}
    finally:
        memory.rm("/sets", recursive=True)


@pytest.mark.parametrize(
    ("url", "said", "remedy"),
    [
        ("memory://nowhere/at/all", "there is nothing here", "see that the address is right"),
        ("memory://nowhere.tar.gz", "there is nothing here", "see that the address is right"),
        ("file:///nowhere/at/all", "there is nothing here", "see that the address is right"),
        (Path(__file__).as_uri(), "this is a file, and not an archive", "name a data set"),
    ],
)
def test_a_url_with_no_data_set_says_what_is_there(url: str, said: str, remedy: str) -> None:
    with pytest.raises(CannotGoOn, match=said) as error:
        verify(url)
    assert remedy in error.value.help


def test_without_its_extra_a_web_address_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "aiohttp.py").write_text("raise ImportError('there is no aiohttp')\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    ran = outside(tmp_path, "verify", "http://127.0.0.1:9/made", env={"PYTHONPATH": path})
    assert ran.status == 2
    assert "= help: pip install 'corpusbuild[remote]'\n" in ran.err


def test_an_empty_name_is_no_place(made: Path) -> None:
    for words in (("verify", ""), ("publish", " ", "--repo", "a/b"), ("diff", ""), ("diff", "made", "")):
        ran = inside(made.parent, *words)
        assert ran.status == 2
        assert ran.err.startswith("Usage: ")
        assert "this is empty" in ran.err


def test_a_url_that_leads_nowhere_is_an_error() -> None:
    for url in ("memory://nowhere/at/all", "memory://nowhere.tar.gz", "unknown-scheme://x"):
        with pytest.raises(CannotGoOn):
            verify(url)


def test_the_command_says_what_it_proved(made: Path, spoilt: Path) -> None:
    ran = inside(made.parent, "verify", "made", "--no-load")
    assert ran.status == 0
    assert "2 speakers" not in ran.out
    assert ran.out.endswith("made is whole\n")
    flip(spoilt / "README.md", 100)
    ran = inside(spoilt.parent, "verify", "made", "--no-load", "--format", "json")
    assert ran.status == 1
    assert [(each["code"], each["place"]["path"]) for each in ran.findings] == [("CB612", "README.md")]
    assert json.loads(ran.out)["proved"][0].startswith("manifest.json")
    for form in ("human", "concise", "sarif", "github"):
        ran = inside(spoilt.parent, "verify", "made", "--no-load", "--format", form)
        assert ran.status == 1
        assert "README.md" in ran.out


def test_verify_needs_no_corpus_and_leaves_nothing_behind(made: Path, tmp_path: Path) -> None:
    place = tmp_path / "di sini [1]"
    shutil.copytree(made, place / "made")
    (place / "datasets.py").write_text("raise SystemExit('this is not the library')")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    home = tmp_path / "home"
    home.mkdir()
    ran = outside(place, "verify", "made", env={"TMPDIR": str(temporary), "HOME": str(home)})
    assert (ran.status, ran.err) == (0, "")
    assert "datasets.load_dataset gives back exactly these rows: 7 configs, 7 splits" in ran.out
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    assert [*temporary.iterdir(), *home.iterdir()] == []


def test_a_data_set_without_annotations_is_whole(tmp_path: Path) -> None:
    root = make_corpus(tmp_path / "corpus", [{"id": "a", "text": "Satu.\n"}], [])
    made = Corpus.open(root, search=False).make(tmp_path / "out", jobs=1)
    assert made.ok
    assert found(verify(tmp_path / "out")) == set()


# ---- memory ----

PEAK = """
import sys
import pyarrow as pa
from corpusbuild import verify
assert verify(sys.argv[1], load=False).ok
print(pa.default_memory_pool().max_memory())
"""


def peak(folder: Path) -> int:
    """The most bytes that Arrow held at once while a data set was verified."""
    ran = outside(folder, str(folder), program=("-c", PEAK))
    assert ran.status == 0, ran.err
    return int(ran.out)


def test_no_more_is_held_for_more_row_groups(tmp_path: Path) -> None:
    peaks = []
    for count in (150, 1200):
        articles, documents = many(count)
        root = make_sharded(tmp_path / f"corpus-{count}", [articles], [documents])
        peaks.append(peak(make_in_blocks(root, tmp_path / f"out-{count}")))
    assert peaks[1] < 2 * peaks[0], peaks


def test_verify_itself_never_imports_datasets(made: Path) -> None:
    code = "import sys\nfrom corpusbuild import verify\nassert verify(sys.argv[1]).ok\nprint('datasets' in sys.modules)"
    ran = outside(made, str(made), program=("-c", code))
    assert (ran.status, ran.out) == (0, "False\n"), ran.err


BOMB = """
import resource, sys
import pyarrow as pa
from corpusbuild import verify
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
print([(each.finding.name, each.place.path) for each in verify(sys.argv[1], load=False).report])
"""


def test_a_small_file_that_unpacks_to_terabytes_is_not_unpacked(spoilt: Path) -> None:
    path = "data/speakers/registry-00000-of-00001.parquet"
    ids, _, country = pq.read_schema(spoilt / path)
    rows, length = 300_000, 10_000_000
    name = pa.field("name", pa.dictionary(pa.int32(), pa.string()), nullable=False)
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * length]))
    table = pa.table([pa.array(map(str, range(rows))), repeated, pa.nulls(rows, pa.string())], schema=pa.schema([ids, name, country]))
    pq.write_table(table, spoilt / path, compression="zstd", store_schema=False)
    assert (spoilt / path).stat().st_size < 1 << 20
    seal(spoilt)
    ran = outside(spoilt, str(spoilt), program=("-c", BOMB))
    assert (ran.status, ran.out) == (0, f"[('unreadable-data', '{path}')]\n"), ran.err
