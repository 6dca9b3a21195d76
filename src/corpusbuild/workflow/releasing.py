"""Release a corpus: the version that its changes demand, a changelog entry, and an archive made from a clean commit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.corpus.config import FILE, Config, key_place, parse_config, read_config
from corpusbuild.corpus.locate import Locator
from corpusbuild.corpus.scratch import building_site, site
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.report import Report
from corpusbuild.diagnostics.where import InFile, InText, Origin
from corpusbuild.difference.nouns import Bump
from corpusbuild.errors import BadConfig, CannotGoOn, CannotWrite, Refused
from corpusbuild.interrupts import kept_waiting
from corpusbuild.release.archive import SUFFIX, pack
from corpusbuild.release.changelog import changelog_entry, first_entry
from corpusbuild.release.versioning import next_version, suffices, version_of
from corpusbuild.rules import uncommitted_changes, untrusted_checks, version_too_small
from corpusbuild.workflow import unreleased
from corpusbuild.workflow.differing import diff
from corpusbuild.workflow.git import ask, prepare_commit
from corpusbuild.workflow.journal import content_of
from corpusbuild.workflow.locking import only_run
from corpusbuild.workflow.making import Wish as MakeWish
from corpusbuild.workflow.making import make_alone
from corpusbuild.workflow.mending import toml_string
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.sources import CHANGES, commit_of, source_files, uncommitted
from corpusbuild.workflow.verifying import Verified, verify

if TYPE_CHECKING:
    from corpusbuild.difference.difference import Difference
    from corpusbuild.workflow.corpus import Corpus

_VERSION = r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"


@dataclass(frozen=True, slots=True)
class Last:
    """The release before: its version, and where it can be compared with (a tag, or an archive)."""

    version: str
    place: str


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a release. ``archive`` is None where it was refused (see ``report``), or only tried.

    ``difference`` is what changed since ``last``; both are None for a first release. ``commit`` is the one that the
    manifest names, ``tag`` what was given to it. ``entry`` is what the changelog says, ``verified`` what was proved.
    """

    report: Report
    version: str
    last: Last | None = None
    difference: Difference | None = None
    entry: str = ""
    written: tuple[str, ...] = ()
    archive: Path | None = None
    commit: str | None = None
    tag: str | None = None
    verified: Verified | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way."""
        return self.report.ok and (self.verified is None or self.verified.ok)


def release(  # noqa: PLR0913  each is an option of the command
    corpus: Corpus,
    version: str | None = None,
    *,
    today: date,
    against: str | None = None,
    commit: bool = False,
    tag: bool = False,
    dry_run: bool = False,
    trust: bool = False,
    progress: Progress = silent,
) -> Released:
    """Release ``corpus`` as ``version``, or as the least that its changes since the last release demand.

    The last release is the highest tag of HEAD's history, or archive in ``dist/``, unless ``against`` names another
    (anything that :func:`~corpusbuild.workflow.differing.diff` takes). The release is refused, and nothing is written,
    where a source is not committed, anything is not as it was signed off, or the version rises too little.

    Version and changelog are written into the corpus, with ``commit`` as a commit of their own, which the manifest then
    names; without it, it names none. With ``dry_run``, nothing is written.
    """
    if version is not None and re.fullmatch(_VERSION, version) is None:
        raise CannotGoOn(f'"{version}" is no version', help="name three numbers, as in 1.2.0")
    wish = _Wish(version, today, against, commit, tag, dry_run, trust, progress)
    with only_run(corpus.folder):
        return _release(type(corpus).open(corpus.folder, search=False), wish)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of a release; see :func:`release`."""

    version: str | None
    today: date
    against: str | None
    commit: bool
    tag: bool
    dry_run: bool
    trust: bool
    progress: Progress


def _release(corpus: Corpus, wish: _Wish) -> Released:
    version, today, against = wish.version, wish.today, wish.against
    asked = version or corpus.config.version
    refused = list(_uncommitted(corpus))
    if refused:
        return Released(_report(corpus, refused), asked)
    made = make_alone(corpus, None, _make_wish(wish))
    unrun = [replace(each.finding, severity=Severity.ERROR) for each in made.report if each.finding.name == untrusted_checks.RULE.name]
    if not made.ok or unrun:
        # A release is checked by everything that the corpus has.
        return Released(made.report if not made.ok else _report(corpus, unrun), asked)
    last = Last(_released_version(corpus, against), against) if against is not None else last_release(corpus)
    difference = None if last is None else diff(last.place, corpus=corpus, progress=wish.progress)
    chosen = version or _chosen(corpus.config, last, difference)
    findings = [*_too_small(corpus, chosen, last, difference), *_uncertain(corpus, chosen, last)]
    if findings:
        return Released(_report(corpus, findings), chosen, last, difference)
    title = f"{corpus.config.name} {chosen}"
    entry = first_entry(title, today, corpus.stats().summary) if difference is None else changelog_entry(difference, title, today)
    done = Released(Report(), chosen, last, difference, entry)
    _refuse_taken(corpus, done, last)
    if wish.tag and not wish.commit and _edits(corpus, done, today)[1]:
        raise Refused("version and changelog are still to be committed, so there is nothing to tag", help="give --commit too")
    return done if wish.dry_run else _finish(corpus, done, wish)


def _make_wish(wish: _Wish) -> MakeWish:
    return MakeWish(
        strict=False,
        locked=True,
        today=wish.today,
        trust=wish.trust,
        jobs=None,
        scheduler=None,
        include_detached_text=False,
        progress=wish.progress,
    )


def last_release(corpus: Corpus) -> Last | None:
    """The highest version among the tags of HEAD's history and the archives in ``dist/``; of equals, the tag."""
    found: dict[str, str] = {}
    for path in (corpus.folder / "dist").glob(f"{corpus.config.name}-*{SUFFIX}"):
        said = re.fullmatch(f"{re.escape(corpus.config.name)}-({_VERSION}){re.escape(SUFFIX)}", path.name)
        if said:
            found[said[1]] = str(path)
    listed = (ask(corpus.folder, "tag", "--list", "--merged", "HEAD") or b"").decode("utf-8", "replace").split("\n")
    before, _, after = corpus.config.tag.partition("{version}")
    for name in listed:
        said = re.fullmatch(f"{re.escape(before)}({_VERSION}){re.escape(after)}", name)
        if said:
            found[said[1]] = f"refs/tags/{name}"
    highest = max(found, key=version_of, default=None)
    return None if highest is None else Last(highest, found[highest])


def _released_version(corpus: Corpus, against: str) -> str:
    return diff(against, against, corpus=corpus).old.version


# ---- what stands in the way ----


def _refuse_taken(corpus: Corpus, done: Released, last: Last | None) -> None:
    """Raise where the version is out already, with other data: under its tag, or as an archive."""
    name = corpus.config.tag.replace("{version}", done.version)
    if ask(corpus.folder, "rev-parse", "--verify", "--quiet", f"refs/tags/{name}") is not None:
        raise Refused(f'{done.version} is out: there is a tag "{name}"', help="release a greater version")
    archive = _archive(corpus, done.version)
    if archive.exists() and not (last is not None and last.place == str(archive)) and not diff(archive, corpus=corpus).is_empty:
        raise Refused(
            f"{done.version} is out: there is an archive with other data", str(archive), "release a greater version, or move it away"
        )


def _uncertain(corpus: Corpus, version: str, last: Last | None) -> Iterator[Finding]:
    """What cannot be so: a release that the changelog knows and that is not here, or a version below the config's."""
    where = InText(Origin(FILE), *key_place(read_config(corpus.folder), ("version",)))
    known = _in_changelog(corpus)
    if last is None and known is not None:
        yield from version_too_small.unknown(known, InFile(Origin(CHANGES)))
    elif last is None and version_of(version) < version_of(corpus.config.version):
        yield from version_too_small.check(version, corpus.config.version, corpus.config.version, ["the config says so"], where)


def _in_changelog(corpus: Corpus) -> str | None:
    """The highest version of which the changelog has a dated entry."""
    path = corpus.folder / CHANGES
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    dated = re.findall(rf"^##\s+{re.escape(corpus.config.name)}\s+({_VERSION})\s+\(\d{{4}}-\d\d-\d\d\)", text, re.MULTILINE)
    return max((each[0] for each in dated), key=version_of, default=None)


def _archive(corpus: Corpus, version: str) -> Path:
    return corpus.folder / "dist" / f"{corpus.config.name}-{version}{SUFFIX}"


def _uncommitted(corpus: Corpus) -> Iterator[Finding]:
    files = source_files(corpus.folder, corpus.config)
    changed = uncommitted(corpus.folder, files)
    if changed is None:
        yield from uncommitted_changes.no_commit(InFile(Origin(FILE)))
    for path in changed or ():
        yield from uncommitted_changes.check(InFile(Origin(path)))


def _chosen(config: Config, last: Last | None, difference: Difference | None) -> str:
    """The version of the config where that rises far enough, else the least that does."""
    if last is None or difference is None:
        return config.version
    bump = _bump(difference)
    if version_of(config.version) > version_of(last.version) and suffices(last.version, bump, config.version):
        return config.version
    return next_version(last.version, bump)


def _bump(difference: Difference) -> Bump:
    return Bump.NONE if difference.demand is None else difference.demand.bump


def _too_small(corpus: Corpus, version: str, last: Last | None, difference: Difference | None) -> Iterator[Finding]:
    if last is None or difference is None:
        return
    where = InText(Origin(FILE), *key_place(read_config(corpus.folder), ("version",)))
    bump = _bump(difference)
    if bump is Bump.NONE and version == last.version and last.place.endswith(SUFFIX):
        return  # packed before, and not tagged: it may be packed again, from its commit
    greater = version_of(version) > version_of(last.version)
    if bump is Bump.NONE and not greater:
        yield from version_too_small.nothing(last.version, where)
    elif not greater or not suffices(last.version, bump, version):
        least = next_version(last.version, max(bump, Bump.PATCH))
        reasons = [each.text for each in difference.demand.reasons if each.bump is bump] if difference.demand is not None else []
        yield from version_too_small.check(version, last.version, least, reasons, where)


# ---- writing ----


def _finish(corpus: Corpus, done: Released, wish: _Wish) -> Released:
    """Write version and changelog, compile, pack, verify; then put archive, commit and tag in place, or take all back."""
    before, after = _edits(corpus, done, wish.today)
    archive = _archive(corpus, done.version)
    begun = unreleased.Begun(before, after, archive.relative_to(corpus.folder).as_posix(), content_of(archive))
    try:
        unreleased.begin(corpus.folder, begun)
        return _packed(corpus, done, wish, begun)
    finally:
        with kept_waiting():
            unreleased.settle(corpus.folder)


def _packed(corpus: Corpus, done: Released, wish: _Wish, begun: unreleased.Begun) -> Released:
    ready = type(corpus).open(corpus.folder, search=False)
    report = ready.check(today=wish.today, trust=wish.trust)
    if not report.ok:
        return replace(done, report=report)  # a waiver may have ended with the version before
    begun = _with_commit(ready, done, wish, begun)
    named = begun.commit or _commit_of(ready)
    if wish.tag and named is not None:
        begun = replace(begun, tag=(corpus.config.tag.replace("{version}", done.version), named, f"{corpus.config.title} {done.version}"))
    made = make_alone(ready, None, _make_wish(wish), named)
    done = replace(done, report=made.report)
    if not made.ok:
        return done
    archive = corpus.folder / begun.archive
    try:
        with site(building_site(archive)) as aside:
            if aside is None:
                raise CannotGoOn("another run is packing a release here", str(archive), "wait for it to end")
            packed = pack(corpus.folder / "dist" / corpus.config.name, aside / archive.name)
            verified = verify(packed, progress=wish.progress)
            if not verified.ok:
                return replace(done, verified=verified)
            unreleased.write_down(corpus.folder, begun)
            packed.replace(archive)
    except OSError as error:
        raise CannotWrite(f"no release can be packed here: {error.strerror}", "dist", "make room, or the folder writable") from error
    tag = None if begun.tag is None else begun.tag[0]
    return replace(done, archive=archive, tag=tag, verified=verified, written=tuple(sorted(begun.after)), commit=named)


def _with_commit(corpus: Corpus, done: Released, wish: _Wish, begun: unreleased.Begun) -> unreleased.Begun:
    """A commit of what was changed, if that is wanted and none has the sources as they are."""
    if not wish.commit or _commit_of(corpus) is not None:
        return begun
    message = f"Release {corpus.config.name} {done.version}"
    return replace(begun, commit=prepare_commit(corpus.folder, sorted(begun.after), message), message=message)


def _commit_of(corpus: Corpus) -> str | None:
    return commit_of(corpus.folder, source_files(corpus.folder, corpus.config))


def _edits(corpus: Corpus, done: Released, today: date) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
    """What the config and the changelog are, and what they become; nothing of what is so already."""
    config = read_config(corpus.folder)
    path = corpus.folder / CHANGES
    changes = path.read_bytes() if path.is_file() else None
    before: dict[str, bytes | None] = {FILE: config, CHANGES: changes}
    entered = with_entry(changes, done.entry, corpus.config.name)
    # What the changelog has a day for was released then, and is packed again.
    released = entered == changes
    after: dict[str, bytes | None] = {
        FILE: config if released else with_day(with_version(config, done.version), today),
        CHANGES: entered,
    }
    changed = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def with_version(data: bytes, version: str) -> bytes:
    """The bytes of a config that says ``version``."""
    return _saying(data, "version", toml_string(version), replace(parse_config(data), version=version))


def with_day(data: bytes, day: date) -> bytes:
    """The bytes of a config whose version is published on ``day``."""
    return _saying(data, "published", day.isoformat(), replace(parse_config(data), published=day.isoformat()))


def _saying(data: bytes, key: str, value: str, wanted: Config) -> bytes:
    """A config with a key in the place where it stands, or behind the header or the version; nothing else may change."""
    text = data.decode("utf-8")
    start, end = key_place(data, (key,))
    there = re.match(r"""(\s*=\s*)("[^"\n]*"|'[^'\n]*'|\d{4}-\d\d-\d\d)""", text[end:])
    if there is not None and text[start:end].strip("\"'") == key:
        said = text[: end + len(there[1])] + value + text[end + there.end() :]
    else:
        line = re.compile(r"\n|\Z").search(text, key_place(data, ("version",))[1])
        at = line.start() if line is not None else len(text)
        said = f"{text[:at]}\n{key} = {value}{text[at:]}"
    after = said.encode()
    try:
        if parse_config(after) == wanted:
            return after
    except BadConfig:
        pass
    raise CannotGoOn(f"the {key} cannot be changed where the config says it", FILE, f"write {key} = {value} there by hand")


def with_entry(data: bytes | None, entry: str, name: str) -> bytes:
    """The bytes of a changelog with one more entry, before the first of the same corpus.

    Where it has a section of that version already: as it is if that has a day; else what people wrote there opens the entry.
    """
    text = "# Changelog\n" if data is None else data.decode("utf-8-sig")
    heading, _, body = entry.partition("\n")
    version = re.escape(heading.split()[2])
    section = rf"^##\s+{re.escape(name)}\s+{version}(?![\w.])(?P<rest>[^\n]*)\n?(?P<words>.*?)(?=^##?\s|\Z)"
    there = re.search(section, text, re.MULTILINE | re.DOTALL)
    if there is not None:
        if re.match(r"\s+\(\d{4}-\d\d-\d\d\)", there["rest"]):
            return text.encode() if data is None else data
        words = there["words"].strip()
        joined = f"{heading}\n\n{words}\n\n{body.strip()}\n"
        rest = text[there.end() :]
        return f"{text[: there.start()]}{joined}{chr(10) if rest else ''}{rest}".encode()
    first = re.search(rf"^##\s+{re.escape(name)}\s", text, re.MULTILINE)
    if first is not None:
        return f"{text[: first.start()]}{entry}\n{text[first.start() :]}".encode()
    return f"{text.rstrip()}\n\n{entry}".encode()


def _report(corpus: Corpus, findings: Sequence[Finding]) -> Report:
    locator = Locator(corpus.folder)
    return Report(tuple(locator.locate(finding) for finding in findings))
