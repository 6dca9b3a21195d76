"""Shards: every line is read once, in its place, whatever the ranges; compressed or not, aligned or not, they are the same corpus."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bundled import copy_corpus, inside, tree
from corpusbuild import CannotGoOn, Corpus
from corpusbuild.corpus import locate, shards, spill
from corpusbuild.corpus.locate import Locator
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.spill import Damaged, tidy, unpack
from corpusbuild.diagnostics.where import InFile, Origin
from corpusbuild.errors import CannotWrite
from corpusbuild.render.human import Human
from corpusbuild.rules import article_id_collision

CORPORA = Path(__file__).parent / "corpora"
KINDS = ("", ".gz", ".zst")


def zst(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


PACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zst}


# ---- ranges ----

CONTENT = st.lists(st.sampled_from([b"\n", b"\r\n", b" ", b"a", b"bc", "é😀".encode(), b"x" * 40]), max_size=40).map(b"".join)


def lines_of(data: bytes) -> list[tuple[int, bytes]]:
    """Where each line begins that is not blank, and its bytes."""
    found, offset = [], 0
    for line in data.split(b"\n"):
        if line.strip():
            found.append((offset, data[offset : offset + len(line) + 1]))
        offset += len(line) + 1
    return found


@given(data=CONTENT, size=st.integers(1, 60), block=st.integers(1, 9))
@example(data=b"", size=1, block=2)
@example(data=b"a\nb", size=2, block=2)
@example(data=b"x" * 50 + b"\ny\n", size=5, block=3)
def test_ranges_give_every_line_once_and_in_order(data: bytes, size: int, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "_BLOCK", block)
        (Path(folder) / "a.jsonl").write_bytes(data)
        planned = list(ranges(Path(folder), "a.jsonl", size))
        found = [each for part in planned for each in part.read(Path(folder))]
    assert [(origin.offset, line) for origin, line in found] == lines_of(data)
    assert all((origin.path, origin.length) == ("a.jsonl", len(line)) for origin, line in found)
    assert [(part.start, part.end) for part in planned] == [(at, min(at + size, len(data))) for at in range(0, len(data), size)]


def test_a_shard_that_went_away_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match=r"raw/a\.jsonl"):
        list(ranges(tmp_path, "raw/a.jsonl"))


# ---- lines ----


@given(data=CONTENT, offsets=st.lists(st.integers(1, 300), min_size=1, max_size=20), block=st.integers(1, 30))
def test_lines_are_counted_up_to_any_byte_in_any_order(data: bytes, offsets: list[int], block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(locate, "_BLOCK", block)
        (Path(folder) / "a.jsonl").write_bytes(data)
        locator = Locator(Path(folder))
        for offset in offsets:
            assert locator.place(InFile(Origin("a.jsonl", offset, 1))).line == data[:offset].count(b"\n") + 1


def test_many_findings_cost_one_reading_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "_BLOCK", 100)
    (tmp_path / "a.jsonl").write_bytes(b"0123456\n" * 1000)
    read: list[int] = []
    original = locate._LineFeeds._read

    def count(feeds: locate._LineFeeds, file: Any, number: int) -> None:
        if number != feeds._last[0]:
            read.append(number)
        original(feeds, file, number)

    monkeypatch.setattr(locate._LineFeeds, "_read", count)
    locator = Locator(tmp_path)
    assert [locator.place(InFile(Origin("a.jsonl", 8 * i, 8))).line for i in range(1000)] == list(range(1, 1001))
    assert read == list(range(80))
    # Back to the beginning, where another finding of the same pair may be: one block.
    assert locator.place(InFile(Origin("a.jsonl", 8, 8))).line == 2
    assert read[80:] == [0]


# ---- compressed shards ----


def write(root: Path, path: str, data: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def copies(root: Path) -> list[str]:
    """What is kept of unpacked shards, but for what keeps git away."""
    top = root / spill.FOLDER
    return sorted(each.relative_to(top).as_posix() for each in top.rglob("*") if each.is_file() and each.name != ".gitignore")


@pytest.mark.parametrize("kind", [".gz", ".zst"])
def test_every_member_of_a_shard_is_unpacked(tmp_path: Path, kind: str) -> None:
    path = f"raw/a.jsonl{kind}"
    parts = [b'{"a": 1}\n', b"", b"x" * 3_000_000, b"\nend"]
    write(tmp_path, path, b"".join(map(PACK[kind], parts)))
    assert unpack(tmp_path, path).read_bytes() == b"".join(parts)
    assert len(copies(tmp_path)) == 1


@pytest.mark.parametrize("kind", [".gz", ".zst"])
@pytest.mark.parametrize("cut", [0, 1, 5, 200, -1])
def test_a_shard_that_was_cut_off_is_damaged(tmp_path: Path, kind: str, cut: int) -> None:
    path = f"raw/a.jsonl{kind}"
    write(tmp_path, path, PACK[kind](os.urandom(1000))[:cut])
    with pytest.raises(Damaged, match=r"ends early|no bytes"):
        unpack(tmp_path, path)
    assert copies(tmp_path) == []


@pytest.mark.parametrize("kind", [".gz", ".zst"])
@pytest.mark.parametrize("behind", [b"more", b"\0" * 8])
def test_what_follows_a_shard_is_damage(tmp_path: Path, kind: str, behind: bytes) -> None:
    path = f"raw/a.jsonl{kind}"
    write(tmp_path, path, PACK[kind](b"a\n") + behind)
    with pytest.raises(Damaged, match="something else"):
        unpack(tmp_path, path)
    write(tmp_path, path, b'{"id": "not compressed at all"}\n')
    with pytest.raises(Damaged):
        unpack(tmp_path, path)
    assert copies(tmp_path) == []


def test_a_copy_is_used_again_only_where_it_is_right(tmp_path: Path) -> None:
    path = "raw/a.jsonl.gz"
    write(tmp_path, path, gzip.compress(b"one\n"))
    first = unpack(tmp_path, path)
    made = first.stat().st_ino
    assert unpack(tmp_path, path) == first
    assert first.stat().st_ino == made
    # Somebody has changed the copy.
    first.write_bytes(b"two\n")
    assert unpack(tmp_path, path) == first
    assert first.read_bytes() == b"one\n"
    # The shard has changed.
    write(tmp_path, path, gzip.compress(b"three\n"))
    second = unpack(tmp_path, path)
    assert second.read_bytes() == b"three\n"
    assert copies(tmp_path) == [f"{path}/{second.name}"]
    # Two that are there: which is right, the bytes say.
    (second.parent / f"{'0' * 64}-{'0' * 64}").write_bytes(b"four\n")
    assert spill.copy_of(tmp_path, path) == second
    assert copies(tmp_path) == [f"{path}/{second.name}"]


def test_what_is_no_longer_needed_goes(tmp_path: Path) -> None:
    for path in ("raw/a.jsonl.gz", "raw/b.jsonl.gz", "annotations/ana/c.jsonl.gz"):
        write(tmp_path, path, gzip.compress(path.encode()))
        unpack(tmp_path, path)
    folder = tmp_path / spill.FOLDER / "raw" / "a.jsonl.gz"
    (folder / ".killed.part").write_bytes(b"half")
    with spill._part(folder) as (name, part):
        part.write(b"another run is at work")
        tidy(tmp_path, ["raw/a.jsonl.gz"])
        assert name.exists()
    assert [each.rpartition("/")[0] for each in copies(tmp_path)] == ["raw/a.jsonl.gz"]
    tidy(tmp_path, [])
    assert copies(tmp_path) == []


def test_links_in_the_folder_of_copies_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_bytes(b"")
    (tmp_path / "corpus" / spill.FOLDER).mkdir(parents=True)
    (tmp_path / "corpus" / spill.FOLDER / "raw").symlink_to(tmp_path / "elsewhere")
    write(tmp_path / "corpus", "raw/a.jsonl.gz", gzip.compress(b"a\n"))
    with pytest.raises(CannotWrite, match="leads out"):
        unpack(tmp_path / "corpus", "raw/a.jsonl.gz")
    tidy(tmp_path / "corpus", [])
    assert (tmp_path / "elsewhere" / "kept").exists()


def test_a_full_disk_leaves_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "raw/a.jsonl.gz", gzip.compress(b"a\n" * 3_000_000))

    def full(part: Any, block: bytes) -> None:
        raise spill._unwritable(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    monkeypatch.setattr(spill, "_write", full)
    with pytest.raises(CannotWrite, match="No space left"):
        unpack(tmp_path, "raw/a.jsonl.gz")
    assert copies(tmp_path) == []


# ---- the same corpus ----


def dealt(source: Path, target: Path, seed: int) -> Path:
    """A corpus in another form: some of its files as they were, the rest in shards of every kind, in another order."""
    chance = random.Random(seed)  # noqa: S311  a test
    shutil.copytree(source, target)
    for path in sorted((target / "schema").glob("*.json")):
        registry = path.stem + "s"
        for file in sorted((target / "annotations").rglob(f"{registry}.json")):
            rows = json.loads(file.read_bytes())
            file.unlink()
            pack(file.with_suffix(".jsonl"), [line(row) for row in rows], chance)
    articles = take_articles(target, lambda: chance.random() < 0.8) + take_lines(target / "raw")
    documents = [
        line(take(path)) for path in sorted((target / "annotations").rglob("*.json")) if is_document(path) and chance.random() < 0.8
    ]
    documents += take_lines(target / "annotations")
    for folder, lines in (("raw", articles), ("annotations", documents)):
        chance.shuffle(lines)
        count = chance.randint(1, 4)
        for number in range(count):
            if lines[number::count]:
                pack(target / folder / f"part-{number}.jsonl", lines[number::count], chance)
    return target


def is_document(path: Path) -> bool:
    return isinstance(json.loads(path.read_bytes()), dict)


def line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def take(path: Path) -> Any:
    value = json.loads(path.read_bytes())
    path.unlink()
    return value


def take_articles(root: Path, taken: Callable[[], bool] = lambda: True) -> list[bytes]:
    lines = []
    for path in sorted((root / "raw").glob("*.txt")):
        if taken():
            metadata = take(path.with_suffix(".json"))
            lines.append(line({"id": path.stem, **metadata, "text": path.read_bytes().decode()}))
            path.unlink()
    return lines


def take_lines(folder: Path) -> list[bytes]:
    lines = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in {"notices", "readings"}:  # of the corpus as it is; registries are shards already
            lines += path.read_bytes().splitlines()
            path.unlink()
    return lines


def pack(path: Path, lines: list[bytes], chance: random.Random) -> None:
    """Write a shard of some kind, perhaps with blank lines, in several members, and without the last line feed."""
    kind = chance.choice(KINDS)
    ends = [chance.choice([b"\n", b"\r\n", b"\n\n", b"\n \n"]) for _ in lines]
    if chance.random() < 0.5:
        ends[-1] = b""
    data = b"".join(each + end for each, end in zip(lines, ends, strict=True))
    cut = chance.randrange(len(data))
    packed = PACK[kind](data[:cut]) + PACK[kind](data[cut:])
    path.with_name(path.name + kind).write_bytes(packed)


def built(root: Path, jobs: int = 1) -> dict[str, bytes | None]:
    made = Corpus.open(root, search=False).make(jobs=jobs)
    assert made.ok, "\n".join(Human(Locator(root).source, colour=False, width=100).report(made.report))
    return tree(made.path)


@pytest.mark.parametrize("name", ["kabar-klaim-first-cut", "legal", "emotions"])
def test_the_bytes_are_the_same_however_a_corpus_is_dealt_to_shards(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "__defaults__", (700,))
    wanted = built(shutil.copytree(CORPORA / name, tmp_path / "as-it-is"))
    kinds = set()
    for seed in range(5):
        root = dealt(CORPORA / name, tmp_path / str(seed), seed)
        made = built(root, jobs=2 if seed == 0 and name == "legal" else 1)
        assert [path for path in wanted.keys() | made.keys() if wanted.get(path) != made.get(path)] == []
        kinds |= {path.suffix for path in root.rglob("*.jsonl*") if path.is_file() and ".corpusbuild" not in path.parts}
    assert kinds == {".jsonl", ".gz", ".zst"}


SPOILS = (
    ("annotations", '"cue": "mengumumkan"', '"cue": "mengumumken"'),
    ("annotations", '"act": "say"', '"act": "saying"'),
    ("annotations", '"speakers": ["', '"speakers": ["nobody-'),
    ("raw", '"language": "id"', '"language": 1'),
)


def test_the_findings_are_the_same_but_for_their_places(tmp_path: Path) -> None:
    source = copy_corpus(tmp_path / "spoilt")
    for folder, old, new in SPOILS:
        path = next(path for path in sorted((source / folder).glob("*.json")) if old in path.read_text("utf-8"))
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    wanted = said(source)
    assert len({code for code, *_ in wanted}) >= 3
    for seed in range(5):
        assert said(dealt(source, tmp_path / str(seed), seed)) == wanted


def said(root: Path) -> list[tuple[str, str, str]]:
    """Code, message and pointed-at words of every finding."""
    report = Corpus.open(root, search=False).check()
    words = Locator(root).words
    return sorted((each.finding.code, each.finding.message, words(each)) for each in report)


def test_an_article_in_a_compressed_shard_and_in_a_file_is_one_too_many(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    name = "putin-akan-ke-pyongyang"
    record = {"id": name, **json.loads((root / f"raw/{name}.json").read_bytes()), "text": (root / f"raw/{name}.txt").read_text("utf-8")}
    write(root, "raw/more.jsonl.zst", zst(b"\n" + line(record)))
    (found,) = [each for each in Corpus.open(root, search=False).check() if each.finding.code == article_id_collision.RULE.code]
    places = {(place.path, place.line) for place in (found.place, *found.also)}
    assert places == {("raw/more.jsonl.zst", 2), (f"raw/{name}.txt", 1)}


# ---- one fault in each kind of shard ----


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shard", ["raw/all.jsonl", "annotations/all.jsonl", "annotations/speakers.jsonl"])
@pytest.mark.parametrize("last", [False, True], ids=["middle", "last"])
def test_a_fault_in_a_shard_has_its_line_and_column(tmp_path: Path, kind: str, shard: str, *, last: bool) -> None:
    root = copy_corpus(tmp_path / "corpus")
    if shard.startswith("raw"):
        lines = take_articles(root)
    elif shard.endswith("all.jsonl"):
        lines = [line(take(path)) for path in sorted((root / "annotations").glob("*.json")) if is_document(path)]
    else:
        lines = [line(row) for row in take(root / "annotations" / "speakers.json")]
    number = len(lines) - 1 if last else len(lines) // 2
    spoilt = '{"é平😀": 1, ' + lines[number].decode()[1:-1] + ', "zé😀": 2}'
    lines[number] = spoilt.encode()
    write(root, shard + kind, PACK[kind](b"\n".join(lines)))
    found = [each for each in Corpus.open(root, search=False).check() if each.finding.code == "CB106"]
    places = {(each.place.path, each.place.line, each.place.column, each.place.end_column) for each in found}
    assert places == {(shard + kind, number + 1, spoilt.index(key) + 1, spoilt.index(key) + 1 + len(key)) for key in ('"é平😀"', '"zé😀"')}


# ---- what the commands say ----


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The first cut of KabarKlaim with every article and every document in compressed shards."""
    root = copy_corpus(tmp_path / "corpus")
    write(root, "raw/all.jsonl.gz", gzip.compress(b"\n".join(take_articles(root))))
    documents = [line(take(path)) for path in sorted((root / "annotations").glob("*.json")) if is_document(path)]
    write(root, "annotations/all.jsonl.zst", zst(b"\n".join(documents)))
    return root


def test_a_damaged_shard_is_one_finding(packed: Path) -> None:
    assert inside(packed, "check").status == 0
    for path in ("raw/all.jsonl.gz", "annotations/all.jsonl.zst"):
        whole = (packed / path).read_bytes()
        (packed / path).write_bytes(whole[:-9])
        for command in ("check", "make"):
            ran = inside(packed, command, "--format", "json")
            assert ran.status == 1, ran.err
            assert [(each["code"], each["place"]["path"]) for each in ran.findings] == [("CB021", path)]
        assert inside(packed, "rename", "articles.article_id", "putin-akan-ke-pyongyang", "x").status == 2
        (packed / path).write_bytes(whole)
    speakers = packed / "annotations" / "speakers.json"
    rows = b"\n".join(map(line, take(speakers)))
    (packed / "annotations" / "speakers.jsonl.gz").write_bytes(gzip.compress(rows)[:-1])
    ran = inside(packed, "check", "--format", "json")
    assert [(each["code"], each["place"]["path"]) for each in ran.findings] == [("CB021", "annotations/speakers.jsonl.gz")]
    (packed / "annotations" / "speakers.jsonl.gz").write_bytes(gzip.compress(rows))
    assert inside(packed, "make").status == 0


def test_what_is_in_a_compressed_shard_is_not_edited_in_place(packed: Path) -> None:
    path = "annotations/all.jsonl.zst"
    text = unpack(packed, path).read_text("utf-8")
    before = zst(text.replace('"speakers": [', '"Speakers" : [', 1).encode())
    (packed / path).write_bytes(before)
    ran = inside(packed, "check", "--fix")
    assert ran.status == 1
    assert "mended 0 findings" in ran.err
    assert "unpack the shard to have this mended by program" in ran.out
    assert "can be mended with" not in ran.out
    assert (packed / path).read_bytes() == before
    (packed / path).write_bytes(zst(text.encode()))
    for words in (("rename", "articles.article_id", "putin-akan-ke-pyongyang", "putin"), ("detach", "putin-akan-ke-pyongyang")):
        ran = inside(packed, *words)
        assert ran.status == 2, ran.out
        assert "a compressed shard is not edited in place" in ran.err
        assert ".jsonl." in ran.err


def test_a_quotation_is_looked_for_in_the_shard_as_it_is_now(packed: Path) -> None:
    assert inside(packed, "quote", "putin-akan-ke-pyongyang", "Pyongyang").status == 0
    write(packed, "raw/all.jsonl.gz", gzip.compress(line({"id": "baru", "text": "Kota baru."})))
    assert inside(packed, "quote", "baru", "Kota").status == 0
    assert inside(packed, "quote", "putin-akan-ke-pyongyang", "Pyongyang").status == 2


def test_nothing_is_unpacked_a_second_time(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inside(packed, "make").status == 0
    there = copies(packed)
    assert [each.rpartition("/")[0] for each in there] == ["annotations/all.jsonl.zst", "raw/all.jsonl.gz"]

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(spill, "_make", never)
    assert inside(packed, "check").status == 0
    assert copies(packed) == there


def test_git_does_not_see_copies(packed: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=packed, check=True)
    assert inside(packed, "check").status == 0
    seen = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=packed, check=True, capture_output=True).stdout.decode()
    assert spill.FOLDER not in seen
