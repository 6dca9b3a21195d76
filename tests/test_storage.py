"""Storage: the same from a URL as from a folder, complete only with a manifest, and a clear word for whatever cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import FIRST_CUT, ROOT, Ran, copy_corpus, inside, outside
from corpusbuild import CannotGoOn, Corpus, verify
from corpusbuild.corpus import shards, storage
from corpusbuild.corpus.files import read_bytes, reader
from corpusbuild.corpus.own_folder import home
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.storage import Remote, place
from corpusbuild.diagnostics.where import Origin
from corpusbuild.emit.uploading import UNFINISHED
from storages import BUCKET, ENV, delete, files, put, s3_server, stored, write
from test_shards import CONTENT, dealt
from test_startup import RUN, loaded

NUMBERS = count()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(params=["memory", "s3"])
def url(request: pytest.FixtureRequest) -> str:
    """A URL below which there is nothing yet."""
    if request.param == "s3":
        request.getfixturevalue("s3")
        return f"s3://{BUCKET}/{next(NUMBERS)}"
    return f"memory://{next(NUMBERS)}"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


# ---- the same as in a folder ----


def test_a_make_from_a_storage_into_one_gives_the_bytes_of_a_local_one(corpus: Path, url: str) -> None:
    made = Corpus.open(corpus).make()
    far = Corpus.open(put(corpus, f"{url}/corpus"))
    assert far.check() == Corpus.open(corpus).check()
    done = far.make(f"{url}/sets/made")
    assert done.ok
    assert done.report == made.report
    assert stored(f"{url}/sets/made") == files(corpus / "dist" / "kabar-klaim")
    assert verify(f"{url}/sets/made", load=False).ok
    assert far.stats() == Corpus.open(corpus).stats()


def test_the_data_set_goes_into_dist_unless_told_otherwise(corpus: Path, url: str) -> None:
    far = Corpus.open(put(corpus, url))
    assert str(far.make().path) == f"{url}/dist/kabar-klaim"
    assert "dist/kabar-klaim/manifest.json" in stored(url)
    assert far.make().up_to_date


def test_a_folder_and_a_storage_can_be_mixed(corpus: Path, url: str, tmp_path: Path) -> None:
    assert Corpus.open(corpus).make(f"{url}/made").ok
    assert Corpus.open(put(corpus, f"{url}/corpus")).make(tmp_path / "made").ok
    assert stored(f"{url}/made") == files(tmp_path / "made")
    assert not (tmp_path / "corpus" / ".corpusbuild" / "out" / "made").exists()


@pytest.mark.parametrize("how", [{"jobs": 2}, {"scheduler": "local:2"}], ids=str)
def test_workers_read_a_storage_themselves(how: dict[str, Any], s3: str, tmp_path: Path) -> None:
    url = f"s3://{BUCKET}/{next(NUMBERS)}"
    folder = dealt(FIRST_CUT, tmp_path / "corpus", 3)  # files and shards, plain and compressed
    wanted = files(Path(str(Corpus.open(folder).make().path)))
    far = Corpus.open(put(folder, f"{url}/corpus"))
    assert far.make(f"{url}/made", **how).ok
    assert stored(f"{url}/made") == wanted


def test_workers_on_other_machines_put_their_parts_beside_the_data_set(s3: str, tmp_path: Path) -> None:
    from corpusbuild.engines import cluster

    url = f"s3://{BUCKET}/{next(NUMBERS)}"
    folder = dealt(FIRST_CUT, tmp_path / "corpus", 3)
    wanted = files(Path(str(Corpus.open(folder).make().path)))
    far = Corpus.open(put(folder, f"{url}/corpus"))
    with cluster.silence(), cluster.local("2") as scheduler:
        assert far.make(f"{url}/made", scheduler=scheduler).ok
        with pytest.raises(CannotGoOn, match="workers on other machines") as error:
            far.make(tmp_path / "here", scheduler=scheduler)
        assert error.value.help == "name a URL with --out"
    assert stored(f"{url}/made") == wanted
    assert {Path(path).suffix for path in stored(f"{url}/.made.parts")} == {".part"}
    assert not (home(far.root) / ".corpusbuild" / "parts").exists()


def test_a_lock_is_written_where_the_corpus_is(corpus: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Corpus.open(put(corpus, url))
    assert far.lock().written
    assert not far.lock().written
    assert Corpus.open(corpus).lock().written
    assert stored(url)["corpus.lock"] == (corpus / "corpus.lock").read_bytes()
    assert far.make(f"{url}/made", locked=True).ok
    # The lock of a large corpus has a second file.
    monkeypatch.setattr("corpusbuild.workflow.signing.MOST_LINES", 1)
    write(f"{url}/corpus.lock", b"")
    delete(f"{url}/corpus.lock")
    assert far.lock().written
    assert {path for path in stored(url) if path.startswith("corpus.lock")} == {"corpus.lock", "corpus.lock.parquet"}
    assert far.check().ok


def test_faults_have_their_file_line_and_column(corpus: Path, url: str) -> None:
    path = corpus / "annotations" / "pertemuan-di-vostochny.json"
    document = json.loads(path.read_bytes())
    document["claims"][0]["speakers"] = ["nobody"]
    path.write_text(json.dumps(document, indent=2), "utf-8")
    (corpus / "raw" / "stranger.csv").write_bytes(b"a,b\n")
    here = Corpus.open(corpus).check()
    there = Corpus.open(put(corpus, url)).check()
    assert here == there
    assert {each.finding.name for each in there} >= {"unknown-reference", "unread-file"}
    ran = inside(corpus.parent, "check", "--corpus", url)
    assert ran.status == 1
    line = next(each.place.line for each in here if each.finding.name == "unknown-reference")
    assert f"--> annotations/pertemuan-di-vostochny.json:{line}:" in ran.out
    assert '"nobody"' in ran.out


def test_the_command_line_takes_urls(corpus: Path, url: str) -> None:
    put(corpus, f"{url}/corpus")
    for words in (("check",), ("lock",), ("make", "--out", f"{url}/made"), ("stats",)):
        ran = inside(corpus.parent, words[0], "--corpus", f"{url}/corpus", *words[1:])
        assert (ran.status, ran.err) == (0, ""), words
    ran = inside(corpus.parent, "make", "--corpus", f"{url}/corpus", "--out", f"{url}/made")
    assert ran.out.endswith(f"{url}/made is up to date\n")
    ran = inside(corpus.parent, "verify", f"{url}/made", "--no-load")
    assert ran.out.endswith(f"{url}/made is whole\n")


def test_what_only_reads_works_from_a_storage(url: str, tmp_path: Path) -> None:
    corpus = copy_corpus(tmp_path / "corpus", ROOT)
    put(corpus, url)
    for words in (
        ("quote", "putin-akan-ke-pyongyang", "Putin"),
        ("agree", "annotator-a", "annotator-b"),
        ("diff", str(tmp_path / "corpus")),
    ):
        here, there = (inside(tmp_path, words[0], "--corpus", where, *words[1:]) for where in (str(corpus), url))
        assert here == there, words
        assert here.status == 0, words


# ---- pieces of files ----


@given(data=CONTENT, size=st.integers(1, 60))
def test_ranges_of_a_shard_in_a_storage_are_those_of_a_file(data: bytes, size: int) -> None:
    write("memory://ranges/a.jsonl", data)
    root = Remote("memory://ranges")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "RANGE_BYTES", size)
        found = [each for part in ranges(root, "a.jsonl", size) for each in part.read(root)]
    assert b"".join(line for _, line in found) == b"".join(line for line in data.splitlines(keepends=True) if not line.isspace())
    assert all(read_bytes(root, origin) == line for origin, line in found)


@settings(max_examples=50)
@given(st.data())
def test_pieces_are_read_as_they_lie_with_few_requests(data: st.DataObject) -> None:
    contents = {path: data.draw(st.binary(min_size=1, max_size=300)) for path in ("a", "b")}
    for path, content in contents.items():
        write(f"memory://pieces/{path}", content)
    root = Remote("memory://pieces")
    starts = st.sampled_from(["a", "b"]).flatmap(lambda path: st.tuples(st.just(path), st.integers(0, len(contents[path]))))
    pieces = [
        (
            path,
            at,
            data.draw(st.none() | st.integers(0, len(contents[path]) - at))
            if at == 0
            else data.draw(st.integers(0, len(contents[path]) - at)),
        )
        for path, at in data.draw(st.lists(starts, max_size=12))
    ]
    wanted = [contents[path][at:] if length is None else contents[path][at : at + length] for path, at, length in pieces]
    assert root.read_pieces(pieces) == wanted
    origins = [Origin(*piece) for piece in pieces]
    read = reader(root, origins)
    assert [read(origin) for origin in origins] == wanted


def test_what_lies_near_is_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_GAP", 10)
    monkeypatch.setattr(storage, "_MOST", 40)
    runs = storage._runs([("a", 0, 5), ("a", 12, 5), ("a", 40, 5), ("b", 0, 5), ("a", 46, 35), ("b", 9, None)])
    assert [(run.path, run.start, run.end, run.numbers) for run in runs] == [
        ("a", 0, 17, [0, 1]),
        ("a", 40, 45, [2]),
        ("a", 46, 81, [4]),
        ("b", 0, 5, [3]),
        ("b", None, None, [5]),
    ]


def test_a_file_can_be_read_in_any_order() -> None:
    data = bytes(range(256)) * 10
    write("memory://order/a", data)
    with (Remote("memory://order") / "a").open("rb", 64) as file:
        assert file.read(3) == data[:3]
        assert file.seek(-5, os.SEEK_END) == len(data) - 5
        assert file.read() == data[-5:]
        assert file.read(1) == b""
        file.seek(100)
        file.seek(7, os.SEEK_CUR)
        assert (file.tell(), file.read(1000)) == (107, data[107:1107])


# ---- nothing to do ----


def test_a_make_with_nothing_to_do_puts_nothing(corpus: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Corpus.open(put(corpus, f"{url}/corpus"))
    out = f"{url}/made"
    assert far.make(out).summary is not None
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "put", None)
        patch.setattr(Remote, "write_bytes", None)
        again = far.make(out)
    assert again.up_to_date
    assert again.ok
    # Something of the data set is gone, more, or of another size; or an input changed.
    delete(f"{out}/README.md")
    assert not far.make(out).up_to_date
    write(f"{out}/more.txt", b"")
    assert not far.make(out).up_to_date
    write(f"{out}/README.md", b"")
    assert not far.make(out).up_to_date
    assert stored(out) == files(Path(Corpus.open(corpus).make().path))
    assert far.make(out).up_to_date
    text = corpus / "raw" / "pertemuan-di-vostochny.json"
    write(f"{url}/corpus/raw/{text.name}", text.read_bytes() + b"\n")
    assert not far.make(out).up_to_date


# ---- complete with its manifest ----


@pytest.mark.parametrize("standing", [False, True], ids=["anew", "over another"])
def test_an_upload_that_fails_leaves_no_manifest_and_the_next_make_completes(
    corpus: Path, url: str, monkeypatch: pytest.MonkeyPatch, *, standing: bool
) -> None:
    out = f"{url}/made"
    local = Corpus.open(corpus)
    local.make()
    wanted = files(corpus / "dist" / "kabar-klaim")
    if standing:
        assert local.make(out).ok
        write(f"{out}/data/old.parquet", b"of another version")
    for after in (0, len(wanted) // 2, len(wanted) - 1):
        with monkeypatch.context() as patch:
            fail_after(after, patch)
            with pytest.raises(CannotGoOn, match="cannot be written: the line was cut") as error:
                local.make(out, include_detached_text=bool(after % 2))
        assert error.value.place.startswith(out)
        assert "manifest.json" not in stored(out)
        with pytest.raises(CannotGoOn, match="unfinished") as error:
            verify(out)
        assert error.value.help == "run `corpusbuild make` again"
    assert not local.make(out).up_to_date
    assert stored(out) == wanted


def fail_after(puts: int, patch: pytest.MonkeyPatch) -> None:
    """Let the storage take so many files, and then no more."""
    done = count()
    put_file = Remote.put

    def cut(self: Remote, file: Path) -> None:
        with storage.reaching(str(self), "written"):
            if next(done) >= puts:
                raise OSError("the line was cut")
        put_file(self, file)

    patch.setattr(Remote, "put", cut)


def test_a_run_that_is_overtaken_by_another_says_so(corpus: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_file = Remote.put

    def overtaken(self: Remote, file: Path) -> None:
        put_file(self, file)
        write(f"{url}/made/{UNFINISHED}", b"another")

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "put", overtaken)
        with pytest.raises(CannotGoOn, match="another run"):
            Corpus.open(corpus).make(f"{url}/made")
    assert "manifest.json" not in stored(f"{url}/made")


def test_what_is_not_a_data_set_of_ours_stands(corpus: Path, url: str) -> None:
    local = Corpus.open(corpus)
    for path, data in (("notes.txt", b"mine"), ("manifest.json", b"{}"), ("manifest.json", b"no JSON")):
        write(f"{url}/{path}", data)
        before = stored(url)
        with pytest.raises(CannotGoOn, match="not a data set that corpusbuild wrote"):
            local.make(url)
        assert stored(url) == before
    with pytest.raises(CannotGoOn, match="not a data set"):
        local.make(f"{url}/notes.txt")


def test_a_data_set_never_stands_among_the_sources(corpus: Path, url: str) -> None:
    with pytest.raises(CannotGoOn, match="among the sources in raw/"):
        Corpus.open(put(corpus, url)).make(f"{url}/raw/made")


def test_a_mark_that_was_left_behind_a_manifest_says_nothing(corpus: Path, url: str) -> None:
    far = Corpus.open(put(corpus, url))
    far.make()
    write(f"{url}/dist/kabar-klaim/{UNFINISHED}", b"")
    assert verify(f"{url}/dist/kabar-klaim", load=False).ok
    assert not far.make().up_to_date
    assert UNFINISHED not in stored(f"{url}/dist/kabar-klaim")


# ---- what cannot be ----


@pytest.mark.parametrize(
    ("where", "said", "remedy"),
    [
        (f"s3://{BUCKET}/nothing", "there is no pyproject.toml here", "name the URL of a corpus"),
        ("s3://no-such-bucket/corpus", "there is no pyproject.toml here", "see that its bucket and folder are written right"),
        ("unknown://x/y", "cannot be read: Protocol not known", "see that the address is right"),
        ("http://127.0.0.1:9/corpus", "an address of the web has no folders", "name a folder"),
        ("hf://datasets/a/b", "not written file by file", "`corpusbuild publish`"),
        ("ftp://me:secret@127.0.0.1:9/corpus", "cannot be read", "can be reached"),
    ],
)
def test_a_url_of_no_corpus_says_why(where: str, said: str, remedy: str, s3: str) -> None:
    with pytest.raises(CannotGoOn, match=said) as error:
        Corpus.open(where)
    assert remedy in error.value.help
    assert error.value.place.startswith(where.replace("secret", "***"))
    assert "secret" not in str(error.value)


def test_a_bucket_that_is_missing_is_said_before_anything_is_compiled(corpus: Path, s3: str) -> None:
    with pytest.raises(CannotGoOn, match="bucket does not exist") as error:
        Corpus.open(corpus).make("s3://no-such-bucket/made")
    assert error.value.place == "s3://no-such-bucket/made"


@pytest.mark.parametrize("words", [("check", "--corpus"), ("make", "--out")], ids=" ".join)
def test_without_credentials_there_is_a_word_about_them(words: tuple[str, ...], corpus: Path, s3: str) -> None:
    ran = run_s3(corpus, *words, f"s3://{BUCKET}/x", AWS_ENDPOINT_URL=s3, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert ran.status == 2
    assert "redentials" in ran.err
    assert "= help: see that your credentials for s3:// are there, and allow this\n" in ran.err
    assert "Traceback" not in ran.err


def test_a_server_that_does_not_answer_is_an_error(corpus: Path) -> None:
    ran = run_s3(corpus, "check", "--corpus", f"s3://{BUCKET}/x", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert ran.status == 2
    assert "can be reached" in ran.err
    assert "Traceback" not in ran.err


def run_s3(folder: Path, *words: str, **env: str) -> Ran:
    """Run a command with an environment of its own, in which an empty variable is none."""
    return outside(folder, *words, env={**ENV, **env})


@pytest.mark.parametrize("package", ["s3fs", "gcsfs"])
def test_without_its_package_a_storage_says_what_to_install(package: str, tmp_path: Path) -> None:
    (tmp_path / f"{package}.py").write_text(f"raise ImportError('there is no {package}')\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    ran = outside(tmp_path, "check", "--corpus", f"{package[:-2].replace('gc', 'g')}://a/b", env={"PYTHONPATH": path})
    assert ran.status == 2
    assert f"= help: pip install 'corpusbuild[remote]' {package}\n" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("new", "pertemuan-di-vostochny", "--annotator", "someone"),
        ("rename", "speakers.id", "a", "b"),
        ("detach", "pertemuan-di-vostochny"),
        ("release",),
        ("hydrate", "."),
        ("check", "--fix"),
        ("check", "--watch"),
        ("check", "--add-waivers"),
        ("check", "raw/pertemuan-di-vostochny.txt"),
    ],
    ids=" ".join,
)
def test_what_edits_a_corpus_needs_it_in_a_folder(words: tuple[str, ...], corpus: Path, url: str) -> None:
    put(corpus, url)
    before = stored(url)
    ran = inside(corpus, words[0], "--corpus", url, *words[1:])
    assert ran.status == 2
    assert "error: this needs a corpus in a folder of this machine\n" in ran.err
    assert f"  --> {url}\n   = help: copy the corpus to a folder first\n" in ran.err
    assert stored(url) == before


def test_code_in_a_storage_is_never_run(corpus: Path, url: str) -> None:
    config = corpus / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('checks = ["attribution"]', 'checks = ["../x.py", "memory://x/y.py"]'), "utf-8")
    far = Corpus.open(put(corpus, url))
    (note,) = [each.finding for each in far.check() if each.finding.name == "untrusted-checks"]
    assert note.message == "this corpus's own checks did not run: ../x.py, memory://x/y.py"
    assert note.help == "they run only from a folder: copy the corpus to one, and read them"
    assert not far.is_trusted
    for run in (lambda: far.check(trust=True), lambda: far.make(trust=True), far.trust):
        with pytest.raises(CannotGoOn, match="own checks run only from a folder"):
            run()


def test_a_name_that_could_lead_out_is_not_read(corpus: Path) -> None:
    url = put(corpus, "memory://roundabout/corpus")
    memory = fsspec.filesystem("memory")
    memory.store["/roundabout/corpus/raw/../../outside.txt"] = memory.store["/roundabout/corpus/pyproject.toml"]
    try:
        assert [each.finding.where.origin.path for each in Corpus.open(url).check() if each.finding.name == "unsafe-path"] == [
            "raw/../../outside.txt"
        ]
    finally:
        memory.rm("/roundabout", recursive=True)


def test_a_path_is_what_it_was() -> None:
    assert place("a/b") == Path("a/b")
    assert place("a:/b") == Path("a:/b")
    assert place(Path("a")) == Path("a")
    assert place("file:///a/b%20c") == Path("/a/b c")
    assert place("s3://a/b/") == Remote("s3://a/b")
    assert str(place("S3://me:you@a/b") / "c") == "S3://me:***@a/b/c"
    assert (place("s3://a/b") / "/c" / "../d").path == "/c/../d"


def test_a_corpus_in_a_folder_needs_nothing_of_this(tmp_path: Path) -> None:
    folder = copy_corpus(tmp_path / "corpus", ROOT)
    for words in (("check",), ("make",), ("make",)):
        status, names = loaded(RUN, *words, folder=folder)
        assert status == 0
        assert not names & {"fsspec", "s3fs", "botocore", "aiohttp"}
