"""Mend what can be mended by program, and write waivers for what is wrong today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpusbuild.corpus.config import FILE, parse_config, read_config
from corpusbuild.corpus.files import read_to_edit
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.report import Report
from corpusbuild.diagnostics.where import InJson, pointer_text
from corpusbuild.errors import BadConfig, CannotGoOn
from corpusbuild.fixing import Fixed, fix_files
from corpusbuild.rules import expired_waiver, unused_waiver
from corpusbuild.workflow.locking import only_run
from corpusbuild.workflow.writing import write_all

# What is mended may have hidden something; but two fixes that undo each other would go on for ever.
_ROUNDS = 10

_ABOUT_WAIVERS = frozenset({expired_waiver.RULE.code, unused_waiver.RULE.code})


@dataclass(frozen=True, slots=True)
class Mended:
    """What fixes would make of the files: their contents before and after, by path, and the findings mended."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    findings: tuple[Finding, ...]


def mend(root: Path, report: Report, *, unsafe: bool) -> Mended:
    """What fixing the findings of ``report`` makes of their files. Nothing is written."""
    findings = [each.finding for each in report]
    paths = {edit.where.origin.path for finding in findings if finding.fix is not None for edit in finding.fix.edits}
    files = {path: read_to_edit(root, path) for path in sorted(paths)}
    fixed: Fixed = fix_files(findings, files, unsafe=unsafe)
    return Mended({path: files[path] for path in fixed.files}, fixed.files, tuple(fixed.mended))


def write(root: Path, mended: Mended) -> None:
    """Write what :func:`mend` made: all files or none."""
    write_all(root, mended.after, before=mended.before)


@dataclass(frozen=True, slots=True)
class MendedAll:
    """What is wrong still when nothing more can be mended, how many findings were mended until then, and in which files."""

    report: Report
    findings: int
    files: frozenset[str]


def mend_all(root: Path, check: Callable[[], Report], *, unsafe: bool) -> MendedAll:
    """Check and mend until nothing more can be mended.

    The corpus is held all the while: what another run has half mended is no state to judge.
    """
    with only_run(root):
        report, findings, files = check(), 0, set[str]()
        for _ in range(_ROUNDS):
            mended = mend(root, report, unsafe=unsafe)
            if not mended.after:
                break
            write(root, mended)
            findings += len(mended.findings)
            files |= mended.after.keys()
            report = check()
    return MendedAll(report, findings, frozenset(files))


def add_waivers(root: Path, report: Report, until: date, reason: str) -> int:
    """Append to the config a waiver for every finding of ``report`` that counts as an error or a warning; return how many.

    Findings about waivers are not waived: those are mended by deleting the waiver.
    """
    counting = (each.finding for each in report if each.finding.severity is not Severity.NOTE)
    wanted = sorted({(finding.name, _where(finding)) for finding in counting if finding.code not in _ABOUT_WAIVERS})
    if wanted:
        tables = [_table(rule, where, reason, until) for rule, where in wanted]
        before = read_config(root)
        data = before + (b"\n" if before.endswith(b"\n") else b"\n\n") + "\n".join(tables).encode("utf-8")
        try:
            parse_config(data)
        except BadConfig as error:
            message = "no waiver can be added to those that are written as one value"
            raise CannotGoOn(message, FILE, "write each as a table of its own, [[tool.corpusbuild.waive]]") from error
        write_all(root, {FILE: data}, before={FILE: before})
    return len(wanted)


def _where(finding: Finding) -> str:
    path = glob_literal(finding.where.origin.path)
    if isinstance(finding.where, InJson) and finding.where.pointer:
        return f"{path}#{glob_literal(pointer_text(finding.where.pointer))}"
    return path


def glob_literal(text: str) -> str:
    """``text`` as a glob that matches nothing else, but for ``#``, behind which a waiver has a pointer."""
    return "".join(f"[{c}]" if c in "*?[" else "?" if c == "#" else c for c in text)


def _table(rule: str, where: str, reason: str, until: date) -> str:
    rows = {"rule": rule, "where": where, "reason": reason, "until": until.isoformat()}
    return "[[tool.corpusbuild.waive]]\n" + "".join(f"{name} = {toml_string(value)}\n" for name, value in rows.items())


def toml_string(text: str) -> str:
    """A TOML basic string."""
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return '"' + "".join(escaped) + '"'
