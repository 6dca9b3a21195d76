"""An archive has one form for the same files, and nothing that it holds leads out of the place where it is unpacked."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusbuild import CannotGoOn
from corpusbuild.errors import CannotWrite
from corpusbuild.release.archive import Bounds, DamagedArchive, first_difference, is_exact, pack, unpacked

FILES = {"README.md": b"# a\n", "data/t/train.parquet": os.urandom(70_000), "data/t-u.txt": b"", "schema/é.json": b"{}"}


def write(folder: Path, files: dict[str, bytes], *, backwards: bool = False) -> Path:
    manifest = b'{"name": "made", "version": "1.2.3"}'
    for path, data in sorted({**files, "manifest.json": manifest}.items(), reverse=backwards):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    return pack(write(folder / "made", FILES), folder / "made.tar.gz")


def test_what_was_packed_is_unpacked(archive: Path) -> None:
    with unpacked(archive) as folder:
        there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert folder.name == "made-1.2.3"
        assert there.keys() == {*FILES, "manifest.json", "SHA256SUMS"}
        assert {path: there[path] for path in FILES} == FILES
    assert not folder.exists()


def test_other_programs_read_it(archive: Path) -> None:
    with tarfile.open(archive, "r:gz") as tar:
        members = {member.name: member for member in tar}
        assert list(members) == ["made-1.2.3", *sorted(name for name in members if "/" in name)]
        assert {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in members.values()} == {(0, 0, "", "", 0)}
        assert {each.mode for each in members.values() if each.isdir()} == {0o755}
        assert {each.mode for each in members.values() if each.isfile()} == {0o644}
        sums = tar.extractfile("made-1.2.3/SHA256SUMS").read().decode()
        for line in sums.splitlines():
            digest, path = line.split("  ", 1)
            assert hashlib.sha256(tar.extractfile(f"made-1.2.3/{path}").read()).hexdigest() == digest
    assert sorted(line.split("  ")[1] for line in sums.splitlines()) == sorted([*FILES, "manifest.json"])


def test_who_packs_and_where_does_not_count(archive: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "lain di mana", FILES, backwards=True)
    for path in other.rglob("*"):
        path.chmod(0o700)
        os.utime(path, (0, 1_000_000))
    assert pack(other, tmp_path / "other.tar.gz").read_bytes() == archive.read_bytes()
    # An archive that was unpacked and is packed again.
    with unpacked(archive) as folder:
        assert pack(folder, tmp_path / "again.tar.gz").read_bytes() == archive.read_bytes()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=200_000), min_size=1, max_size=3))
def test_every_size_is_packed_exactly(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("sizes")
    archive = pack(write(folder / "made", {f"f{i}": data for i, data in enumerate(contents)}), folder / "made.tar.gz")
    gzip.decompress(archive.read_bytes())
    assert is_exact(archive)


def whole_and_exact(path: Path) -> bool:
    try:
        return is_exact(path)
    except DamagedArchive:
        return False


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_byte_can_change_unnoticed(archive: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = archive.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1) | st.sampled_from([0, 3, 4, 9, 10, len(whole) - 8, len(whole) - 1]))
    bit = data.draw(st.integers(0, 7))
    changed = tmp_path_factory.mktemp("flip") / "made.tar.gz"
    changed.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
    assert not whole_and_exact(changed)


@pytest.mark.parametrize("level", [1, 9])
def test_the_same_files_otherwise_compressed_are_not_the_archive(archive: Path, tmp_path: Path, level: int) -> None:
    other = tmp_path / "made.tar.gz"
    other.write_bytes(gzip.compress(gzip.decompress(archive.read_bytes()), level, mtime=0))
    with unpacked(other) as folder:
        assert first_difference(other, folder) is not None


def test_something_behind_it_is_no_part_of_the_archive(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "made.tar.gz"
    for behind in (gzip.compress(b""), gzip.compress(b"x"), bytes(512)):
        other.write_bytes(archive.read_bytes() + behind)
        assert not is_exact(other)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return info


def forged(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for each in members:
            tar.addfile(each, io.BytesIO(bytes(each.size)) if each.isreg() else None)
    return path


FORGERIES = {
    "up": [member("a/../../b")],
    "up at once": [member("../b")],
    "absolute": [member("/etc/b")],
    "a drive": [member("c:/b")],
    "a backslash": [member("a\\..\\b")],
    "a symbolic link": [member("a/b", tarfile.SYMTYPE, "/etc/passwd")],
    "a hard link": [member("a/b"), member("a/c", tarfile.LNKTYPE, "a/b")],
    "a device": [member("a/b", tarfile.CHRTYPE)],
    "a pipe": [member("a/b", tarfile.FIFOTYPE)],
    "twice": [member("a/b"), member("a/b")],
    "a file that is a folder": [member("a/b"), member("a/b/c")],
    "two folders": [member("a/b"), member("c/d")],
    "a file at the top": [member("a")],
    "nothing": [],
    "a long name": [member("a/" + "b" * 300)],
    "a bomb": [member("a/b", size=30 << 20)],
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_nobody_should_unpack_is_refused(tmp_path: Path, what: str) -> None:
    archive = forged(tmp_path / "a.tar.gz", *FORGERIES[what])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DamagedArchive), unpacked(archive):
        pass
    assert sorted(tmp_path.iterdir()) == before


def test_bounds_are_kept(tmp_path: Path) -> None:
    archive = forged(tmp_path / "a.tar.gz", *(member(f"a/{i}", size=10) for i in range(20)))
    with unpacked(archive, Bounds(members=20)):
        pass
    with pytest.raises(DamagedArchive, match="more than 19 members"), unpacked(archive, Bounds(members=19)):
        pass
    with pytest.raises(DamagedArchive, match="more than it may"), unpacked(archive, Bounds(size=199)):
        pass


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-1], lambda data: data[: len(data) // 2], lambda _: b"", lambda data: data + b"x"],
    ids=["a byte short", "half", "empty", "a byte more"],
)
def test_an_archive_that_is_not_whole_is_refused(archive: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    other = tmp_path / "made.tar.gz"
    other.write_bytes(spoil(archive.read_bytes()))
    with pytest.raises(DamagedArchive), unpacked(other):
        pass


def test_links_are_not_packed(tmp_path: Path) -> None:
    folder = write(tmp_path / "made", FILES)
    (folder / "more").symlink_to("/etc/passwd")
    with pytest.raises(CannotGoOn, match="neither a file nor a folder"):
        pack(folder, tmp_path / "made.tar.gz")
    assert not (tmp_path / "made.tar.gz").exists()
    assert not (tmp_path / ".made.tar.gz.part").exists()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "no manifest.json with a name and a version"),
        (b"{", "no manifest.json with a name and a version"),
        (b"[]", "no manifest.json with a name and a version"),
        (b'{"name": "made"}', "no manifest.json with a name and a version"),
        (b'{"name": "../made", "version": "1.0.0"}', '"../made-1.0.0" cannot be the name of a folder'),
        (b'{"name": "a/made", "version": "1.0.0"}', '"a/made-1.0.0" cannot be the name of a folder'),
    ],
)
def test_what_has_no_name_for_its_folder_is_not_packed(tmp_path: Path, manifest: bytes | None, said: str) -> None:
    folder = write(tmp_path / "made", FILES)
    (folder / "manifest.json").unlink()
    if manifest is not None:
        (folder / "manifest.json").write_bytes(manifest)
    with pytest.raises(CannotGoOn) as error:
        pack(folder, tmp_path / "made.tar.gz")
    assert said in error.value.message
    assert not (tmp_path / "made.tar.gz").exists()


def test_where_no_archive_can_be_written_it_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "made", FILES)
    with pytest.raises(CannotWrite) as error:
        pack(folder, tmp_path / "nowhere" / "made.tar.gz")
    assert error.value.place == str(tmp_path / "nowhere" / "made.tar.gz")
