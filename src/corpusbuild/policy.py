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
from corpusbuild.rules import (
    article_moved_split,
    content_drift,
    count_drift,
    detached_text_missing,
    expired_waiver,
    field_drift,
    label_drift,
    label_missing_from_split,
    missing_lock,
    raw_text_changed,
    untrusted_checks,
    unused_waiver,
)
from corpusbuild.text.nearest import nearest_name

_SIGNED = tuple(rule.RULE for rule in (count_drift, field_drift, label_drift, raw_text_changed, content_drift, missing_lock))
"""The rules that compare what was compiled with what was signed off."""

_MADE = (label_missing_from_split.RULE, *_SIGNED)
"""The rules that look at what was compiled: when nothing is, no waiver of theirs is unused."""

_BEFORE_MEANING = ("CB0", "CB1", "CB5")
"""The phases of which an error withholds others: where there is one, nobody knows what a waiver would have forgiven."""

_LOCKED = frozenset(rule.code for rule in (*_SIGNED, article_moved_split.RULE))
"""The rules of which `--locked` forgives nothing."""


@dataclass(frozen=True)
class Policy:
    """What to make of findings.

    ``select`` and ``ignore`` are codes, beginnings of codes, or names. ``today`` decides which waivers have
    expired; it is an argument, never the clock. When ``locked``, whatever is not as it
    was signed off is an error. With ``unknown_rules``, the corpus has rules of its own that were not loaded, and a
    name that no rule has may be theirs.
    """

    config: Config
    rules: Sequence[Rule]
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    strict: bool = False
    locked: bool = False
    today: date | None = None
    unknown_rules: bool = False

    def __post_init__(self) -> None:
        for word in (*self.select, *self.ignore):
            if not self._knows(word):
                trust = "the corpus's own checks did not run: let them with --trust" if self.unknown_rules else self._did_you_mean(word)
                raise UnknownName(f'there is no rule "{word}"', help=trust)
        said: list[tuple[str, tuple[str | int, ...]]] = [(word, ("severity", word)) for word in self.config.severity]
        said += [(waiver.rule, ("waive", number, "rule")) for number, waiver in enumerate(self.config.waive)]
        for word, path in said:
            if not self._named(word):
                raise BadConfig(f'there is no rule "{word}"', self.config.place(*path), self._did_you_mean(word))
        for word, severity in self.config.severity.items():
            for rule in self.rules:
                if _names(word, rule.code, rule.name) and rule.essential and severity != Severity.ERROR:
                    message = f"{rule.name} cannot be set to {severity}: what it finds cannot be compiled"
                    raise BadConfig(message, self.config.place("severity", word), "mend what it finds, or waive it for `check`")

    def _named(self, word: str) -> bool:
        return self.unknown_rules or self._knows(word)

    def _knows(self, word: str) -> bool:
        return any(_names(word, rule.code, rule.name) for rule in self.rules)

    def _did_you_mean(self, word: str) -> str:
        near = nearest_name(word, [name for rule in self.rules for name in (rule.code, rule.name)])
        return f'did you mean "{near}"?' if near else "`corpusbuild explain --list` lists all rules"

    def judge(self, findings: Collection[Finding], config_data: bytes, *, compiling: bool = False, whole: bool = True) -> Judged:
        """Findings as they count, those that are waived, and those about the waivers themselves.

        What cannot be compiled is not waived when ``compiling``. Unless the ``whole`` corpus was looked at, no
        waiver is said to be unused.
        """
        judged = Judged()
        used: set[int] = set()
        waivers = list(enumerate(self.config.waive))
        expired = {i for i, waiver in waivers if waiver.is_expired(self.config.version, self.today)}
        essential = {rule.code for rule in self.rules if rule.essential}
        # What may be wrong with a text that is not at hand cannot be known.
        unread = any(finding.severity is Severity.ERROR and finding.code.startswith(_BEFORE_MEANING) for finding in findings)
        unseen = {finding.where.origin.path for finding in findings if finding.code == detached_text_missing.RULE.code}
        for finding in findings:
            # Of several waivers, one whose time is not over.
            number = min((i for i, waiver in waivers if waives(waiver, finding)), key=lambda i: (i in expired, i), default=None)
            if number is not None:
                used.add(number)
            if number is None or number in expired or (compiling and finding.code in essential) or self._insists(finding):
                judged.findings += self._counted(finding)
            else:
                judged.waived.append((finding, self.config.waive[number].reason))
        for number, waiver in waivers:
            where = InText(Origin("pyproject.toml"), *_waiver_place(config_data, number))
            about: list[Finding] = []
            if number not in used:
                if unread or any(fnmatchcase(path, waiver.where.partition("#")[0]) for path in unseen):
                    continue
                unasked = not compiling and any(_names(waiver.rule, rule.code, rule.name) for rule in _MADE)
                if not whole or not self._knows(waiver.rule) or unasked:
                    continue
                about += unused_waiver.check(waiver.rule, waiver.where, where)
            elif number in expired and number in used:
                about += expired_waiver.check(waiver.rule, waiver.until, where)
            judged.findings += [each for found in about for each in self._counted(found)]
        return judged

    def _insists(self, finding: Finding) -> bool:
        return self.locked and finding.code in _LOCKED

    def _counted(self, finding: Finding) -> Iterator[Finding]:
        """The finding with the severity that it has here; nothing where it is off, or not asked for."""
        # That checks did not run is said whatever was asked for: they might have found it.
        asked = not self.select or finding.code == untrusted_checks.RULE.code or any(_matches(word, finding) for word in self.select)
        if not asked:
            return
        if any(_matches(word, finding) for word in self.ignore):
            return
        if self._insists(finding):
            yield replace(finding, severity=Severity.ERROR)
            return
        said = [word for word in self.config.severity if _matches(word, finding)]
        # What is said of one rule counts more than what is said of many: the name, else the longest beginning of the code.
        told = self.config.severity[max(said, key=lambda word: (word == finding.name, len(word)))] if said else None
        if told == "off":
            return
        severity = finding.severity if told is None else Severity(told)
        if self.strict and severity is Severity.WARNING:
            severity = Severity.ERROR
        yield finding if severity is finding.severity else replace(finding, severity=severity)


@dataclass(slots=True)
class Judged:
    """Findings that count, and those that a waiver forgives, each with the reason given."""

    findings: list[Finding] = field(default_factory=list)
    waived: list[tuple[Finding, str]] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether anything counts as an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


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
    return _names(word, finding.code, finding.name)


def _names(word: str, code: str, name: str) -> bool:
    """Whether ``word`` is a rule's name, its code, or the beginning of its code (letters and at least a digit)."""
    return word == name or (any(c.isdigit() for c in word) and code.startswith(word.upper()))


def _waiver_place(data: bytes, number: int) -> tuple[int, int]:
    """The header of the waiver with this number."""
    found = list(re.finditer(r"^[ \t]*(\[\[\s*tool\s*\.\s*corpusbuild\s*\.\s*waive\s*\]\])", data.decode("utf-8"), re.MULTILINE))
    return found[number].span(1) if number < len(found) else key_place(data, ("waive",))
