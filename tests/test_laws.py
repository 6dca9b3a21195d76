"""The laws that hold for every corpus: the same bytes whoever builds them; every finding has a place; one cause, one finding."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bundled import FIRST_CUT, PARTS, Ran, copy_corpus, inside, outside, tree
from corpusbuild import CannotGoOn, Corpus, Report
from corpusbuild.corpus.locate import Locator
from corpusbuild.render.as_json import as_json
from corpusbuild.render.concise import concise
from corpusbuild.render.human import Human
from generated import Record, make_corpus, make_sharded, many

# ---- law 2: whoever builds it, and wherever ----

CONFIG = (
    '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.7, validation = 0.15, test = 0.15 }\nassign = { event-3 = "test" }\n'
)

# Blocks and input ranges are small here, so that a few hundred articles are several of each.
MAKE = """
import os, sys
os.umask(int(sys.argv[2], 8))
from corpusbuild import blocks
from corpusbuild.corpus import shards
blocks.LEAST, blocks.GREATEST, blocks._ENDS = 8, 40, 15
shards.ranges.__defaults__ = (int(sys.argv[3]),)
from corpusbuild import Corpus
made = Corpus.open(".", search=False).make(jobs=int(sys.argv[1]))
sys.exit(0 if made.ok else 1)
"""


def built(folder: Path, *, jobs: int = 1, umask: str = "022", size: int = 9_000, env: dict[str, str] | None = None) -> dict[str, object]:
    """Every file and folder of the data set, with its bytes and its mode."""
    ran = outside(folder, str(jobs), umask, str(size), env=env, program=("-c", MAKE))
    assert ran.status == 0, ran.err
    (out,) = (folder / "dist").iterdir()
    modes = {path.relative_to(out).as_posix(): path.stat().st_mode for path in sorted([out, *out.rglob("*")])}
    return {"modes": modes, **tree(out)}


def dealt(records: list[Record], shards: int, seed: int) -> list[list[Record]]:
    """The records in another order, in so many files."""
    mixed = records.copy()
    random.Random(seed).shuffle(mixed)  # noqa: S311  a test
    return [mixed[at::shards] for at in range(shards)]


@pytest.fixture(scope="session")
def records() -> tuple[list[Record], list[Record]]:
    return many(600)


@pytest.fixture(scope="session")
def baseline(records: tuple[list[Record], list[Record]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    root = make_sharded(tmp_path_factory.mktemp("baseline") / "corpus", [records[0]], [records[1]], CONFIG)
    return built(root, env={"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})


def test_there_are_several_blocks(baseline: dict[str, object], tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    groups = {}
    for path, data in baseline.items():
        if path.startswith("data/articles/") and isinstance(data, bytes):
            (tmp_path / "table.parquet").write_bytes(data)
            groups[path.split("/")[-1].split("-")[0]] = pq.ParquetFile(tmp_path / "table.parquet").num_row_groups
    assert groups.keys() == {"train", "validation", "test"}
    assert sum(groups.values()) > 10


@pytest.mark.parametrize(
    ("shards", "options", "folder", "env"),
    [
        (1, {"jobs": 2}, "corpus", {"PYTHONHASHSEED": "1"}),
        (5, {"umask": "077", "size": 50_000}, "with spaces/é 平壤", {"TZ": "Asia/Jakarta", "LC_ALL": "C", "PYTHONHASHSEED": "random"}),
        (2, {"jobs": 2, "umask": "000", "size": 1_000}, "x" * 100, {"TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "PYTHONUTF8": "0"}),
    ],
    ids=["jobs", "one-job", "ranges"],
)
def test_the_bytes_are_the_same(  # noqa: PLR0917  a row of the table
    records: tuple[list[Record], list[Record]],
    baseline: dict[str, object],
    tmp_path: Path,
    shards: int,
    options: dict[str, Any],
    folder: str,
    env: dict[str, str],
) -> None:
    articles, documents = (dealt(each, shards, seed=shards) for each in records)
    root = make_sharded(tmp_path / folder / "corpus", articles, documents, CONFIG)
    made = built(root, **options, env=env)
    assert [name for name in baseline.keys() | made.keys() if baseline.get(name) != made.get(name)] == []


def test_the_bytes_are_the_same_from_files_as_from_shards(
    records: tuple[list[Record], list[Record]], baseline: dict[str, object], tmp_path: Path
) -> None:
    articles, documents = (dealt(each, 1, seed=5)[0] for each in records)
    made = built(make_corpus(tmp_path / "corpus", articles, documents, CONFIG))
    assert [name for name in baseline.keys() | made.keys() if baseline.get(name) != made.get(name)] == []


def test_a_second_build_is_the_first(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    first = built(root)
    shutil.rmtree(root / ".corpusbuild")
    assert built(root) == first
    shutil.rmtree(root / "dist")
    assert built(root) == first
    # With nothing to do, nothing is done.
    before = {path: path.stat().st_mtime_ns for path in (root / "dist").rglob("*")}
    assert built(root) == first
    assert {path: path.stat().st_mtime_ns for path in (root / "dist").rglob("*")} == before


def test_the_bundled_corpus_is_the_same_everywhere(tmp_path: Path) -> None:
    one = copy_corpus(tmp_path / "one")
    first = built(one)
    other = tmp_path / "lain di mana"
    other.mkdir()
    for part in reversed(PARTS):
        paths = sorted([one / part, *(one / part).rglob("*")], reverse=True)
        for path in [each for each in paths if each.is_file()]:
            target = other / path.relative_to(one)
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(path.read_bytes())
            os.utime(target, (0, 0))
    env = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "COLUMNS": "20", "NO_COLOR": "1", "PYTHONWARNINGS": "ignore"}
    assert built(other, jobs=2, umask="077", env=env) == first


def test_the_command_line_writes_the_same_bytes(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    assert outside(root, "make", "--jobs", "2").status == 0
    one = tree(root / "dist/kabar-klaim")
    shutil.rmtree(root / ".corpusbuild")
    assert outside(root, "make", "--jobs", "1", "--out", "aside/x").status == 0
    assert tree(root / "aside/x") == one
    assert Corpus.open(root).make(tmp_path / "third").ok
    assert tree(tmp_path / "third") == one


# ---- law 5: every finding has a place ----


def misplaced(report: Report, root: Path) -> list[str]:
    """The findings whose place is not inside a file that is there."""
    found = []
    for each in report:
        for place in (each.place, *each.also):
            path = root / place.path
            if not (path.is_file() or path.is_symlink()):
                found.append(f"{each.finding.code}: no file {place.path}")
                continue
            lines = (path.read_bytes() if path.is_file() else b"").decode("utf-8", "surrogateescape").split("\n")
            for line, column in ((place.line, place.column), (place.end_line, place.end_column)):
                if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1):
                    found.append(f"{each.finding.code}: {place.path}:{line}:{column} is beyond the file")
            if (place.end_line, place.end_column) < (place.line, place.column):
                found.append(f"{each.finding.code}: {place.path}:{place.line}:{place.column} ends before it begins")
    return found


def faults(report: Report) -> Report:
    """A report without its notes, which say what is so and not what is wrong."""
    return Report(tuple(each for each in report if each.finding.severity != "note"))


def shown(report: Report, root: Path) -> list[str]:
    """A report in every format."""
    people = Human(Locator(root).source, colour=True, width=60)
    return [line for lines in (people.report(report), concise(report), as_json(report)) for line in lines]


TOKENS = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"0", b"-1", b"1e400", b"123456789012345678901234567890", b"NaN", b'""',
    b"\\", b"\r", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"\\ud800"', b"e\xcc\x81", b"\xe2\x80\x8f", b"{}", b"[]",
    b'"id"', b'"$ref"', b"../", b"#",
]  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One accident: bits that flip, lines that go, come twice or change places, tokens that appear or are swapped."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            byte = chance.randrange(len(data))
            return data[:byte] + bytes([data[byte] ^ 1 << chance.randrange(8)]) + data[byte + 1 :]
        case 1:
            return b"".join(lines[:at] + lines[at + 1 :])
        case 2:
            return b"".join([*lines[:at], lines[at], *lines[at:]])
        case 3:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
            return b"".join(lines)
        case 4:
            byte = chance.randrange(len(data) + 1)
            return data[:byte] + chance.choice(TOKENS) + data[byte:]
        case 5:
            words = data.split(b'"')
            one, other = chance.randrange(len(words)), chance.randrange(len(words))
            words[one], words[other] = words[other], words[one]
            return b'"'.join(words)
        case 6:
            byte = chance.randrange(len(data))
            return data[:byte]
        case _:
            words = data.split(b'"')
            words[chance.randrange(len(words))] = chance.choice(TOKENS)
            return b'"'.join(words)


def accidents(source: Path, seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)  # noqa: S311  a test
    paths = [
        "pyproject.toml",
        *(f"{part}/{path.name}" for part in PARTS[1:] for path in sorted((source / part).glob("*")) if path.suffix != ".md"),
    ]
    for _ in range(count):
        path = chance.choice(paths)
        data = (source / path).read_bytes()
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            data = mutate(data, chance) if data else data
        yield path, data


@pytest.mark.parametrize("seed", range(4))
def test_accidents_are_findings(tmp_path: Path, seed: int) -> None:
    root, source = copy_corpus(tmp_path / "corpus"), copy_corpus(tmp_path / "source")
    for number, (path, data) in enumerate(accidents(source, seed, 25)):
        (root / path).write_bytes(data)
        told = f"accident {number} of seed {seed}, in {path}"
        try:
            corpus = Corpus.open(root, search=False)
            report = corpus.check(jobs=1)
        except CannotGoOn as error:
            # Only the config, or what it says of the corpus, keeps a run from going on.
            if path != "pyproject.toml" and not error.place.startswith("pyproject.toml"):
                raise
        else:
            assert misplaced(report, root) == [], told
            assert shown(report, root), told
            made = corpus.make(jobs=1)
            assert made.ok == report.ok, told
            assert list(concise(faults(made.report))) == list(concise(faults(report))), told
        (root / path).write_bytes((FIRST_CUT / path).read_bytes())


# ---- one cause, one finding ----

ARTICLE = "putin-akan-ke-pyongyang"


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (f"annotations/{ARTICLE}.json", '"first": "Rusia dan Korea"', '"first": "Rusia dan Korean"', "CB201"),  # the parts lie within it
        (f"annotations/{ARTICLE}.json", '"claims": [', '"claim": [', "CB106"),  # stances refer to its claims
        (f"annotations/{ARTICLE}.json", '"annotator": "gold"', '"annotator": "gould"', "CB302"),
        (f"annotations/{ARTICLE}.json", '"annotator": "gold"', '"annotator": 1', "CB107"),
        (f"annotations/{ARTICLE}.json", "{", "[", "CB007"),  # others refer to its claims
        (f"raw/{ARTICLE}.txt", "\n\n", "\r\n\r\n", "CB003"),  # no quotation is looked for
        (f"raw/{ARTICLE}.txt", "\n\n", "\u0007\n\n", "CB005"),
        (f"raw/{ARTICLE}.json", '"language": "id"', '"language": "I"', "CB108"),
        (f"raw/{ARTICLE}.json", '"headline"', '"headlin"', "CB106"),
        ("annotations/speakers.json", "[", "{", "CB007"),  # every claim refers to it
        ("annotations/speakers.json", '"kind": "person"', '"kind": "persona"', "CB104"),
        ("annotations/targets.json", '"id": "', '"id": "\ud83d', "CB001"),
        ("schema/annotation.json", '"x-ref": "speakers"', '"x-ref": "speaker"', "CB101"),
        ("schema/annotation.json", '"description": "How it is told', '"descriptoin": "How it is told', "CB103"),
        ("schema/article.json", '"type": "object"', '"type": "array"', "CB102"),
        ("pyproject.toml", '"summit-2024" = "test"', '"summit-2025" = "test"', "CB509"),
    ],
)
def test_one_cause_one_finding(tmp_path: Path, path: str, old: str, new: str, code: str) -> None:
    root = copy_corpus(tmp_path / "corpus")
    text = (root / path).read_bytes().decode()
    assert old in text
    (root / path).write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogatepass"))
    report = faults(Corpus.open(root, search=False).check())
    assert [each.finding.code for each in report] == [code], "\n".join(concise(report))
    assert misplaced(report, root) == []


def test_a_report_is_the_same_twice_and_for_every_number_of_jobs(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    for path, old, new in [
        (f"raw/{ARTICLE}.txt", "Putin", "Poetin"),
        ("annotations/speakers.json", "vladimir-putin", "wladimir-putin"),
        (f"raw/{ARTICLE}.json", "summit-2024", "summit"),
    ]:
        text = (root / path).read_bytes()
        (root / path).write_bytes(text.replace(old.encode(), new.encode()))

    def told(form: str, **env: str) -> Ran:
        return outside(
            root,
            "check",
            "--format",
            form,
            "--color",
            "never",
            "--max",
            "0",
            *(("--jobs", env.pop("jobs")) if "jobs" in env else ()),
            env=env,
        )

    for form in ("human", "json"):
        first = told(form, PYTHONHASHSEED="0", COLUMNS="100")
        assert first.status == 1
        assert first.out
        assert told(form, PYTHONHASHSEED="random", TZ="Asia/Jakarta", COLUMNS="100", jobs="2") == first


def test_what_is_shown_is_capped_and_what_is_found_is_counted(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    speakers = root / "annotations/speakers.json"
    speakers.write_text("[]\n", "utf-8")
    whole = json.loads(inside(root, "check", "--format", "json", "--max", "1").out)
    errors = [each for each in whole["findings"] if each["severity"] == "error"]
    assert whole["counts"]["error"] == len(errors) > 50
    people = inside(root, "check", "--max", "3")
    assert people.out.count("\nerror[") + people.out.startswith("error[") == 3
    assert f"{len(whole['findings']) - 3:,} more findings" in people.out
    assert f"{len(errors):,} errors" in people.out


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_a_finding_survives_a_terminal_that_is_narrow_or_absent(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    text = root / f"raw/{ARTICLE}.txt"
    text.write_bytes(text.read_bytes().replace(b"Putin", b"\x1b[31mPutin"))
    for env in ({"COLUMNS": "1"}, {"COLUMNS": "9999"}, {"TERM": "dumb"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}):
        ran = outside(root, "check", env=env)
        assert ran.status == 1
        assert "Traceback" not in ran.err
        assert "\x1b" not in ran.out
