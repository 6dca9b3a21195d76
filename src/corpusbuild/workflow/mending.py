"""Mend what can be mended by program, and write waivers for what is wrong today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpusbuild.corpus.config import FILE
from corpusbuild.corpus.files import read_bytes
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.diagnostics.where import InJson, Origin, pointer_text
from corpusbuild.fixing import Fixed, fix_files
from corpusbuild.workflow.writing import write_all


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
    files = {path: read_bytes(root, Origin(path)) for path in sorted(paths)}
    fixed: Fixed = fix_files(findings, files, unsafe=unsafe)
    return Mended({path: files[path] for path in fixed.files}, fixed.files, tuple(fixed.mended))


def write(root: Path, mended: Mended) -> None:
    """Write what :func:`mend` made: all files or none."""
    write_all(root, mended.after)


def add_waivers(root: Path, report: Report, until: date, reason: str) -> int:
    """Append to the config a waiver for every finding of ``report`` that counts as an error or a warning; return how many."""
    wanted = sorted({(each.finding.name, _where(each.finding)) for each in report if each.finding.severity != "note"})
    if wanted:
        tables = [_table(rule, where, reason, until) for rule, where in wanted]
        data = (root / FILE).read_bytes().rstrip() + b"\n\n" + "\n".join(tables).encode("utf-8")
        write_all(root, {FILE: data})
    return len(wanted)


def _where(finding: Finding) -> str:
    path = glob_literal(finding.where.origin.path)
    if isinstance(finding.where, InJson) and finding.where.pointer:
        return f"{path}#{glob_literal(pointer_text(finding.where.pointer))}"
    return path


def glob_literal(text: str) -> str:
    """``text`` as a glob that matches nothing else."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def _table(rule: str, where: str, reason: str, until: date) -> str:
    rows = {"rule": rule, "where": where, "reason": reason, "until": until.isoformat()}
    return "[[tool.corpusbuild.waive]]\n" + "".join(f"{name} = {toml_string(value)}\n" for name, value in rows.items())


def toml_string(text: str) -> str:
    """A TOML basic string."""
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return '"' + "".join(escaped) + '"'
