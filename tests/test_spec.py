"""Runs every page of tests/spec: each case is a corpus and the report that people see of it, byte for byte.

A page is `# CODE name`, then cases under `##` headings. A case is the corpus in `spec/base`, changed by what
the case says, and ends with the report expected in a ```text block. What it can say of a file stands on a
line of its own, the file's path in backticks:

    `raw/a.txt`:                    the fenced block that follows is the file; its last line end counts
    `raw/a.txt` (deleted)           the file of the base is not there
    `raw/a.txt` (a link to `b`)     a symbolic link

Some more lines change how it is run; above the first heading they hold for every case of the page:

    With attribution.               the corpus in `spec/base-attribution`, with the schemas of KabarKlaim
    On 2031-06-01.                  the day that decides which waivers have expired
    Reported by `make`.             what `corpusbuild make` reports, not `check`; also `make --locked`
    Signed off before.              `corpusbuild lock` was run on the base, dealt out to two splits
    Released as `0.2.0`.            what `corpusbuild release` reports, dry, after the base was released as 0.1.0
    Committed before it is released.  and signed off, with what the case changes
    Verified.                       what `corpusbuild verify` reports of the data set `dist`, which `make` writes
    Verified as `dist.tar.gz`.      the same of an archive
    Loaded.                         what it reports of loading `dist` alone, whatever else is wrong
    Imported from `brat`.           what `corpusbuild import` reports of the folder `src`; also `brat` with `src.toml`, a mapping

A file can also be changed where it stands:

    In `dist/README.md`, "96" becomes "97".                             a text, where it stands for the first time

Where a data set is verified, it can be spoilt after it was made: files below `dist/` are then written, deleted, linked and changed,
and these lines are done in turn:

    Row 0 of `dist/data/a.parquet`: `label` becomes `"x"`.              a field of a row, from 0, in JSON
    Row 0 of `dist/data/a.parquet` is gone.
    Packed.                                                             `dist.tar.gz` is made of `dist`
    Packed as `kabar-desa`.                                             the one folder in it has this name
    Packed, with another byte 9.                                        the one that names a system
    Hashed.                                                             the manifest has the hash of itself as it is
    Sealed.                                                             and the manifest has the hashes of the files as they are
    Sealed with digests.                                                rows and digests, too

A ```bytes block is ASCII with the escapes of Python's bytes (`\\xef`, `\\r`, `\\n`); its own line ends do not
count. Everything else is prose. `CORPUSBUILD_UPDATE_SPEC=1 pytest tests/test_spec.py -k reported` writes what
is reported into the pages (in one process: no `-n`); read the difference before you keep it.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

import tampering
from corpusbuild import Corpus, Report, Verified, import_corpus, verify
from corpusbuild.corpus.locate import Locator
from corpusbuild.layers.attribution import book as attribution
from corpusbuild.release.archive import archive_bytes, top_folder
from corpusbuild.release.dataset import DataSet
from corpusbuild.release.manifests import read_manifest
from corpusbuild.release.proof import Proof
from corpusbuild.release.verifying_loading import check_loading
from corpusbuild.release.verifying_shape import check_shape
from corpusbuild.release.verifying_tables import survey
from corpusbuild.render.human import Human
from corpusbuild.rules import book as core
from corpusbuild.rules import expired_waiver
from corpusbuild.workflow.explaining import rule_modules
from corpusbuild.workflow.progress import silent

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "tests" / "spec"
RULES = rule_modules()
UPDATE = os.environ.get("CORPUSBUILD_UPDATE_SPEC") == "1"

_RUN = re.compile(
    r"(?P<attribution>With attribution\.)|On (?P<day>\d{4}-\d\d-\d\d)\."
    r"|(?P<make>Reported by `make(?P<locked> --locked)?`\.)|(?P<signed>Signed off before\.)"
    r"|(?P<committed>Committed before it is released\.)|Released as `(?P<version>[0-9.]+)`\."
    r"|(?P<verify>Verified(?: as `(?P<place>[^`]+)`)?\.)|(?P<load>Loaded\.)"
    r"|Imported from `(?P<tool>[a-z]+)`(?P<mapped> with `src\.toml`)?\."
)
_DEED = re.compile(
    r"In `(?P<text>[^`]+)`, \"(?P<old>.+)\" becomes \"(?P<new>.*)\"\."
    r"|Row (?P<row>\d+) of `(?P<path>[^`]+)`(?:: `(?P<field>[^`]+)` becomes `(?P<value>[^`]+)`\.| is gone\.)"
    r"|(?P<packed>Packed(?: as `(?P<top>[^`]+)`)?(?P<byte>, with another byte 9)?\.)"
    r"|(?P<hashed>Hashed\.)|(?P<sealed>Sealed(?P<digests> with digests)?\.)"
)
_FILE = re.compile(r"`(?P<path>[^`]+)`(?::| \((?:deleted|a link to `(?P<target>[^`]+)`)\))")


# What is signed off is a corpus with two splits.
_TWO_SPLITS = """[tool.corpusbuild]
name = "kabar-kota"
version = "0.1.0"
gold = "ana"
severity = { label-missing-from-split = "off" }

[tool.corpusbuild.splits]
group = "event"
assign = { "pasar" = "train", "jembatan" = "test" }
"""


@dataclass(frozen=True)
class Run:
    """How a case is run."""

    attribution: bool = False
    day: date | None = None
    make: bool = False
    locked: bool = False
    signed: bool = False
    version: str | None = None
    committed: bool = False
    verified: str | None = None
    loaded: bool = False
    tool: str | None = None
    mapped: bool = False

    def but(self, line: str) -> Run:
        """This, changed by what a line of a page says."""
        said = _RUN.fullmatch(line)
        if said is None:
            return self
        day = date.fromisoformat(said["day"]) if said["day"] else self.day
        flags = {name: getattr(self, name) or bool(said[name]) for name in ("attribution", "make", "locked", "signed", "committed")}
        place = (said["place"] or "dist") if said["verify"] or said["load"] else self.verified
        version = said["version"] or self.version
        tool, mapped = said["tool"] or self.tool, bool(said["mapped"]) or self.mapped
        loaded = self.loaded or bool(said["load"])
        return Run(day=day, version=version, verified=place, loaded=loaded, tool=tool, mapped=mapped, **flags)

    def base(self, folder: Path) -> Path:
        """Write the corpus that cases change into ``folder``."""
        shutil.copytree(SPEC / ("base-attribution" if self.attribution else "base"), folder, dirs_exist_ok=True)
        if self.attribution:
            shutil.copytree(ROOT / "schema", folder / "schema")
        if self.signed or self.version:
            (folder / "pyproject.toml").write_text(_TWO_SPLITS, "utf-8")
            assert Corpus.open(folder, search=False).lock().written
        if self.version:
            _git(folder, "init")
            _commit(folder)
            _git(folder, "tag", "v0.1.0")
        return folder

    def report(self, folder: Path) -> str:
        """What `corpusbuild check --format human --color never` prints in 100 columns, without the last line end."""
        if self.verified is not None:
            found = _loaded(folder / "dist") if self.loaded else verify(folder / self.verified)
            return "\n".join(Human(found.source, colour=False, width=100).report(found.report))
        if self.tool is not None:
            mapping = folder / "src.toml" if self.mapped else None
            done = import_corpus(self.tool, folder / "src", folder / "imported", mapping=mapping)
            assert (done.folder is None) == (not done.ok)
            return "\n".join(Human(Locator(done.source).source, colour=False, width=100).report(done.report))
        corpus = Corpus.open(folder, search=False)
        if self.version is not None:
            if self.committed:
                corpus.lock()
                _commit(folder)
            released = corpus.release(self.version, today=date(2031, 6, 1), dry_run=True)
            return "\n".join(Human(Locator(folder).source, colour=False, width=100).report(released.report))
        report = corpus.make(today=self.day, locked=self.locked).report if self.make else corpus.check(today=self.day)
        return "\n".join(Human(Locator(folder).source, colour=False, width=100).report(report))


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "--allow-empty", "-m", "as it is")


def _loaded(folder: Path) -> Verified:
    """What comes of loading a data set, and of nothing else."""
    proof = Proof()
    data_set = DataSet(folder, read_manifest(folder))
    shape = check_shape(data_set, frozenset(data_set.manifest["files"]), proof)
    assert shape is not None
    read = survey(data_set, shape, frozenset(data_set.manifest["files"]), proof, silent)
    check_loading(read, proof, silent)
    return Verified(str(folder), Report(tuple(map(Locator(folder).locate, proof.findings))), ())


@dataclass(frozen=True)
class Case:
    """One case of a page; ``expected`` is the range of the page's lines that holds the report."""

    page: Path
    title: str
    files: tuple[tuple[str, bytes], ...]
    deleted: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    expected: tuple[int, int]
    text: str
    run: Run
    deeds: tuple[str, ...] = ()

    def build(self, folder: Path) -> Path:
        """Write the corpus of this case into ``folder``; and its data set, if that is to be verified, as it is then spoilt."""
        self.run.base(folder)
        self._spoil(folder, made=False)
        if self.run.verified is not None:
            assert Corpus.open(folder, search=False).make(folder / "dist", jobs=1).ok
            self._spoil(folder, made=True)
        return folder

    def _spoil(self, folder: Path, *, made: bool) -> None:
        """What the case says of files: of those of the corpus, or of those that are made."""
        for path in self.deleted:
            if path.startswith("dist") == made:
                (folder / path).unlink()
        for path, data in self.files:
            if path.startswith("dist") == made:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
        for path, target in self.links:
            if path.startswith("dist") == made:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).symlink_to(target)
        for deed in self.deeds:
            said = _DEED.fullmatch(deed)
            assert said is not None
            if (said["text"] is None or said["text"].startswith("dist")) == made:
                _do(said, folder)


def _do(said: re.Match[str], folder: Path) -> None:
    """Change a file as a line says."""
    if said["text"]:
        file = folder / said["text"]
        text = file.read_text("utf-8")
        assert said["old"] in text, said[0]
        file.write_text(text.replace(said["old"], said["new"], 1), "utf-8")
    elif said["packed"]:
        data = b"".join(archive_bytes(folder / "dist", said["top"] or top_folder(folder / "dist")))
        (folder / "dist.tar.gz").write_bytes(data[:9] + bytes([data[9] ^ 1]) + data[10:] if said["byte"] else data)
    elif said["hashed"]:
        tampering.edit_manifest(folder / "dist", lambda _: None)
    elif said["sealed"]:
        tampering.seal(folder / "dist", digests=bool(said["digests"]))
    elif said["field"]:
        tampering.set_value(folder / said["path"], int(said["row"]), said["field"], json.loads(said["value"]))
    else:
        tampering.drop_row(folder / said["path"], int(said["row"]))


def read_page(page: Path) -> list[Case]:
    """The cases of a page. Whatever is not understood is an error, never skipped."""
    lines = page.read_text(encoding="utf-8").split("\n")
    starts = [i for i, line in _outside_fences(lines) if line.startswith("## ")]
    run = Run()
    for line in lines[: starts[0]]:
        run = run.but(line)
    return [_read_case(page, lines, start, end, run) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _read_case(page: Path, lines: list[str], start: int, end: int, run: Run) -> Case:
    files: list[tuple[str, bytes]] = []
    deleted: list[str] = []
    links: list[tuple[str, str]] = []
    expected: list[tuple[int, int]] = []
    deeds: list[str] = []
    path: str | None = None
    at = start + 1
    while at < end:
        said = _FILE.fullmatch(lines[at])
        if lines[at].startswith("```"):
            close = lines.index("```", at + 1)
            kind, body = lines[at][3:], lines[at + 1 : close]
            if path is not None:
                files.append((path, _content(kind, body)))
            elif kind == "text":
                expected.append((at + 1, close))
            else:
                pytest.fail(f"{page.name}:{at + 1}: no file is named before this block")
            path, at = None, close
        elif lines[at].strip():
            assert path is None, f"{page.name}:{at + 1}: a block must follow the name of `{path}`"
            run = run.but(lines[at])
            if _DEED.fullmatch(lines[at]):
                deeds.append(lines[at])
            elif said and said["target"]:
                links.append((said["path"], said["target"]))
            elif said and lines[at].endswith(":"):
                path = said["path"]
            elif said:
                deleted.append(said["path"])
        at += 1
    title = lines[start].removeprefix("## ")
    assert len(expected) == 1, f'{page.name}: "{title}" must have one ```text block that no file is named before'
    low, high = expected[0]
    return Case(page, title, tuple(files), tuple(deleted), tuple(links), expected[0], "\n".join(lines[low:high]), run, tuple(deeds))


def _content(kind: str, body: list[str]) -> bytes:
    if kind == "bytes":
        return b"".join(ast.literal_eval(f"b'''{line}'''") for line in body)
    return "".join(f"{line}\n" for line in body).encode()


def _outside_fences(lines: list[str]) -> Iterator[tuple[int, str]]:
    inside = False
    for i, line in enumerate(lines):
        inside ^= line.startswith("```")
        if not inside:
            yield i, line


PAGES = sorted(SPEC.glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]


def _id(case: Case) -> str:
    return f"{case.page.stem}/{re.sub(r'[^a-z0-9]+', '-', case.title.lower()).strip('-')}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_case_is_reported_as_its_page_says(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    reported = case.run.report(case.build(tmp_path))
    if UPDATE:
        _write_expected(case, reported)
    else:
        assert reported == case.text, f"{case.page.name}: {case.title}"


def _write_expected(case: Case, reported: str) -> None:
    # The page may have other lines than when it was read: an earlier case of it may have been written.
    now = next(each for each in read_page(case.page) if each.title == case.title)
    lines = case.page.read_text(encoding="utf-8").split("\n")
    lines[slice(*now.expected)] = reported.split("\n")
    case.page.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_case_has_one_cause_and_so_one_rule(case: Case) -> None:
    codes = set(re.findall(r"^(?:error|warning|note)\[(CB\d+)\]", case.text, re.MULTILINE))
    # An expired waiver says why a fault counts again.
    assert len(codes - {expired_waiver.RULE.code}) <= 1


@pytest.mark.parametrize("run", [Run(), Run(attribution=True)], ids=["base", "base-attribution"])
def test_a_base_corpus_has_no_findings(run: Run, tmp_path: Path) -> None:
    assert run.report(run.base(tmp_path)) == "no findings"


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {page.stem for page in PAGES} == {rule.RULE.name for rule in RULES}


def test_case_titles_differ_within_a_page() -> None:
    titles = [(case.page, case.title) for case in CASES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.RULE.name)
def test_a_page_names_its_rule_and_triggers_it(rule: ModuleType) -> None:
    page = SPEC / f"{rule.RULE.name}.md"
    assert page.read_text(encoding="utf-8").startswith(f"# {rule.RULE.code} {rule.RULE.name}\n")
    headline = f"{rule.RULE.severity}[{rule.RULE.code}] {rule.RULE.name}: "
    assert any(headline in case.text for case in CASES if case.page == page)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.RULE.name)
def test_a_rule_documents_itself(rule: ModuleType) -> None:
    text = inspect.cleandoc(rule.__doc__ or "")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Why", "Example", "How to mend"]
    assert all(section.strip() for section in re.split(r"^## .+$", text, flags=re.MULTILINE))


def test_codes_and_names_are_used_once_and_stand_in_order() -> None:
    for rules in (core.RULES, attribution.RULES):
        codes = [rule.RULE.code for rule in rules]
        assert codes == sorted(codes)
    assert len({rule.RULE.code for rule in RULES}) == len({rule.RULE.name for rule in RULES}) == len(RULES)
