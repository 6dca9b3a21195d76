"""What counts: severities from the config, waivers, and what the user asked to see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase

from corpusbuild.corpus.config import Config, Waiver, key_place
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, InText, Origin, pointer_text
from corpusbuild.errors import BadConfig, UnknownName
from corpusbuild.rules import expired_waiver, unused_waiver
from corpusbuild.text.nearest import nearest_name

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Policy:
    """What to make of findings.

    ``select`` and ``ignore`` are codes, beginnings of codes, or names. ``today`` decides which waivers have
    expired; it is an argument, never the clock.
    """

    config: Config
    rules: Sequence[Rule]
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    strict: bool = False
    today: date | None = None

    def __post_init__(self) -> None:
        for word in (*self.select, *self.ignore):
            if not any(_names(word, rule) for rule in self.rules):
                raise UnknownName(f'there is no rule "{word}"', help=_did_you_mean(word, self.rules))
        for word, severity in self.config.severity.items():
            named = [rule for rule in self.rules if _names(word, rule)]
            if not named:
                raise BadConfig(f'there is no rule "{word}"', "pyproject.toml", _did_you_mean(word, self.rules))
            for rule in named:
                if rule.essential and severity != Severity.ERROR:
                    message = f"{rule.name} cannot be set to {severity}: what it finds cannot be compiled"
                    raise BadConfig(message, "pyproject.toml", "mend what it finds, or waive it for `check`")
        for waiver in self.config.waive:
            if not any(_names(waiver.rule, rule) for rule in self.rules):
                raise BadConfig(f'a waiver names no rule: "{waiver.rule}"', "pyproject.toml", _did_you_mean(waiver.rule, self.rules))

    def judge(self, findings: Collection[Finding], config_data: bytes) -> Judged:
        """Findings as they count, those that are waived, and those about the waivers themselves."""
        judged = Judged()
        used: set[int] = set()
        expired = {i for i, waiver in enumerate(self.config.waive) if self._is_expired(waiver)}
        for finding in findings:
            number = next((i for i, waiver in enumerate(self.config.waive) if waives(waiver, finding)), None)
            if number is not None:
                used.add(number)
            if number is not None and number not in expired:
                judged.waived.append((finding, self.config.waive[number].reason))
            else:
                judged.findings += self._counted(finding)
        for number, waiver in enumerate(self.config.waive):
            where = InText(Origin("pyproject.toml"), *_waiver_place(config_data, number))
            about = [*expired_waiver.check(waiver.rule, waiver.until, where)] if number in expired else []
            if number not in used:
                about = list(unused_waiver.check(waiver.rule, waiver.where, where))
            judged.findings += [each for found in about for each in self._counted(found)]
        return judged

    def _counted(self, finding: Finding) -> Iterator[Finding]:
        """The finding with the severity that it has here; nothing where it is off, or not asked for."""
        if self.select and not any(_matches(word, finding) for word in self.select):
            return
        if any(_matches(word, finding) for word in self.ignore):
            return
        told = next((severity for word, severity in self.config.severity.items() if _matches(word, finding)), None)
        if told == "off":
            return
        severity = finding.severity if told is None else Severity(told)
        if self.strict and severity is Severity.WARNING:
            severity = Severity.ERROR
        yield finding if severity is finding.severity else replace(finding, severity=severity)

    def _is_expired(self, waiver: Waiver) -> bool:
        if waiver.until is None:
            return False
        version = _VERSION.fullmatch(waiver.until)
        if version:
            now = _VERSION.fullmatch(self.config.version)
            return now is not None and tuple(map(int, now.groups())) >= tuple(map(int, version.groups()))
        return self.today is not None and self.today > date.fromisoformat(waiver.until)


@dataclass(slots=True)
class Judged:
    """Findings that count, and those that a waiver forgives, each with the reason given."""

    findings: list[Finding] = field(default_factory=list)
    waived: list[tuple[Finding, str]] = field(default_factory=list)


def waives(waiver: Waiver, finding: Finding) -> bool:
    """Whether ``waiver`` is about ``finding``: its rule, and its path and pointer as globs."""
    if not _matches(waiver.rule, finding):
        return False
    path, _, pointer = waiver.where.partition("#")
    if not fnmatchcase(finding.where.origin.path, path):
        return False
    if not pointer:
        return True
    return isinstance(finding.where, InJson) and fnmatchcase(pointer_text(finding.where.pointer), pointer)


def _matches(word: str, finding: Finding) -> bool:
    return word == finding.name or (word.upper().startswith("CB") and finding.code.startswith(word.upper()))


def _names(word: str, rule: Rule) -> bool:
    return word == rule.name or (word.upper().startswith("CB") and rule.code.startswith(word.upper()))


def _did_you_mean(word: str, rules: Sequence[Rule]) -> str:
    near = nearest_name(word, [name for rule in rules for name in (rule.code, rule.name)])
    return f'did you mean "{near}"?' if near else "`corpusbuild explain --list` lists all rules"


def _waiver_place(data: bytes, number: int) -> tuple[int, int]:
    """The header of the waiver with this number."""
    found = list(re.finditer(r"^[ \t]*(\[\[\s*tool\s*\.\s*corpusbuild\s*\.\s*waive\s*\]\])", data.decode("utf-8"), re.MULTILINE))
    return found[number].span(1) if number < len(found) else key_place(data, ("waive",))
