"""The commands that ``kills.py`` kills, each with the small corpus that it runs on."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

from killing import KEPT, Case


def cases() -> list[Case]:
    """Every command that changes something which it could leave half changed."""
    data_set = ("corpus/dist/kabar-kota/",)
    release = ("release", "--date", "2031-06-01")
    return [
        Case("make", ("make",), _edited),
        Case("make --jobs 2", ("make", "--jobs", "2"), _edited_shards, share=1),
        Case("lock", ("lock",), _edited),
        Case("check --fix", ("check", "--fix"), _spoilt),
        Case("release", release, _to_be_released, apart=data_set, share=1),
        Case(
            "release --commit --tag",
            (*release, "--commit", "--tag"),
            _to_be_released,
            apart=data_set,
            share=1,
        ),
        Case("import", ("import", "brat", "source", "--to", "corpus"), _brat, cwd="."),
        Case("hydrate", ("hydrate", "../mine"), _detached, alone=(KEPT,)),
        Case("detach", ("detach", "pasar", "jembatan"), _two, alone=(KEPT,)),
        Case("reanchor", ("reanchor", "--write"), _corrected),
        Case("rename", ("rename", "speakers.id", "joko", "joko-lestari"), _two),
    ]


def _corpus(place: Path) -> Path:
    from bundled import copy_corpus  # noqa: PLC0415  the tests' own

    return copy_corpus(place / "corpus")


def _made(root: Path) -> None:
    from corpusbuild import Corpus  # noqa: PLC0415  after the environment is set

    Corpus.open(root, search=False).lock()
    if not Corpus.open(root, search=False).make(locked=True).ok:
        raise SystemExit("the corpus does not compile")


DOCUMENT = "annotations/putin-akan-ke-pyongyang.json"


def _drop_claim(root: Path) -> None:
    document = json.loads((root / DOCUMENT).read_bytes())
    document["claims"] = [claim for claim in document["claims"] if claim["id"] != "c7"]
    (root / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")


def _edited(place: Path) -> None:
    root = _corpus(place)
    _made(root)
    _drop_claim(root)


def _edited_shards(place: Path) -> None:
    """Compressed shards, so that copies are unpacked."""
    root = _corpus(place)
    for folder in ("raw", "annotations"):
        rows = []
        for path in sorted((root / folder).glob("*.json")):
            value = json.loads(path.read_bytes())
            if isinstance(value, list):
                continue
            if folder == "raw":
                value = {"id": path.stem, "text": path.with_suffix(".txt").read_text("utf-8"), **value}
                path.with_suffix(".txt").unlink()
            path.unlink()
            rows.append(json.dumps(value, ensure_ascii=False) + "\n")
        packed = gzip.compress("".join(rows).encode(), mtime=0)
        (root / folder / "all.jsonl.gz").write_bytes(packed)
    _made(root)
    lines = gzip.decompress((root / "annotations/all.jsonl.gz").read_bytes()).splitlines(keepends=True)
    first = json.loads(lines[0])
    first["claims"] = first["claims"][:-1]
    first["stances"], first["relations"] = [], []
    lines[0] = json.dumps(first, ensure_ascii=False).encode() + b"\n"
    (root / "annotations/all.jsonl.gz").write_bytes(gzip.compress(b"".join(lines), mtime=0))


def _spoilt(place: Path) -> None:
    root = _corpus(place)
    for number, path in enumerate(sorted((root / "raw").glob("*.txt"))):
        data = path.read_bytes()
        path.write_bytes(b"\xef\xbb\xbf" + data if number % 2 else data.replace(b"\n", b"\r\n"))


def _to_be_released(place: Path) -> None:
    _two(place)
    root = place / "corpus"
    (root / ".gitignore").write_text("/dist/\n.corpusbuild/\n")
    _made(root)
    _git(root, "init", "-q", "-b", "main")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "base")
    _made(root)  # now it names the commit


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", root, *words], check=True, capture_output=True)


def _brat(place: Path) -> None:
    (place / "source").mkdir()
    for number in range(4):
        text = f"Kata Budi {number}, kapal itu tua dan lambat.\n"
        (place / f"source/berita-{number}.txt").write_text(text, "utf-8")
        (place / f"source/berita-{number}.ann").write_text(f"T1\tPerson 5 {len('Kata Budi 0')}\tBudi {number}\n", "utf-8")


def _two(place: Path) -> None:
    from detaching import corpus_of_two  # noqa: PLC0415  the tests' own

    corpus_of_two(place / "corpus")


def _detached(place: Path) -> None:
    from corpusbuild import Corpus  # noqa: PLC0415  after the environment is set
    from detaching import forget  # noqa: PLC0415  the tests' own

    _two(place)
    root = place / "corpus"
    (place / "mine").mkdir()
    for name in ("pasar", "jembatan"):
        shutil.copy(root / "raw" / f"{name}.txt", place / "mine" / f"{name}.txt")
    Corpus.open(root, search=False).detach(["pasar", "jembatan"])
    forget(root)


def _corrected(place: Path) -> None:
    _two(place)
    root = place / "corpus"
    _git(root, "init", "-q", "-b", "main")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "base")
    for name, changes in _CORRECTIONS.items():
        path = root / "raw" / f"{name}.txt"
        text = path.read_text("utf-8")
        for old, new in changes:
            if old not in text:
                raise SystemExit(f"{old} is not in {name}")
            text = text.replace(old, new)
        path.write_text(text, "utf-8", newline="\n")


_CORRECTIONS = {"pasar": (("Wali kota Rina", "Wali Kota Rina"), ("hari Senin.", "hari Selasa."), ("kios sudah", "kios telah"))}
