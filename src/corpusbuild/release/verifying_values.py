"""Check every value against what it points at: spans against texts, references against keys, labels against enums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pyarrow as pa

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.release.proof import Proof, counted
from corpusbuild.release.verifying_index import Index
from corpusbuild.release.verifying_keys import Keys
from corpusbuild.release.verifying_sites import Site, sites
from corpusbuild.release.verifying_tables import Group, Read
from corpusbuild.rules import dangling_reference, digest_mismatch, label_outside_enum, repeated_key, span_differs_from_text
from corpusbuild.schema.shape import Column, Label, Shape, Words
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

_DOCUMENTS = "documents"  # compared with the other tables as a whole: see verifying_rows


@dataclass
class _Faults:
    """Faults of one kind in one field of one file: the first of them, and how many there are."""

    first: dict[tuple[Any, ...], Callable[[int], Iterator[Finding]]] = field(default_factory=dict)
    count: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def note(self, key: tuple[Any, ...], finding: Callable[[int], Iterator[Finding]]) -> None:
        self.first.setdefault(key, finding)
        self.count[key] = self.count.get(key, 0) + 1

    def findings(self) -> Iterator[Finding]:
        for key, finding in self.first.items():
            yield from finding(self.count[key] - 1)


@dataclass
class _Check:
    """The check of one data set, as it goes through the rows."""

    read: Read
    shape: Shape
    keys: Keys
    registries: frozenset[str]
    faults: _Faults = field(default_factory=_Faults)
    spans: int = 0
    wordless: int = 0
    labels: int = 0
    references: int = 0

    def group(self, name: str, split: str, group: Group, texts: Index[tuple[str | None, int]]) -> None:
        """Check the rows of one group."""
        table = self.read.rows(group)
        rows = _Rows(name, split, group, table, counts=name + BY_ANNOTATOR not in self.read.columns or name in self.registries)
        if name == "articles":
            self._texts(rows)
        self._keys(rows)
        found = texts.find(dict.fromkeys(rows.articles)) if rows.articles else {}
        if rows.articles and name != "articles":
            self._homes(rows, found)
        for site in sites(table, self._columns(name), name):
            if isinstance(site.column.type, Words):
                self._spans(rows, site, found)
            elif isinstance(site.column.type, Label):
                self._labels(rows, site, site.column.type.names)
            elif site.column.ref is not None and rows.articles:
                self._references(rows, site, site.column.ref)

    def _columns(self, name: str) -> Sequence[Column]:
        own = self.shape.annotation.get("annotator")
        columns = self.read.columns[name]
        if own is None or not name.endswith(BY_ANNOTATOR) or columns[0].name != "article_id":
            return columns
        return [replace(column, ref=own.ref) if column.name == "annotator" else column for column in columns]

    def _texts(self, rows: _Rows) -> None:
        """A text must have the hash and the length beside it."""
        facts = (rows.table[name].to_pylist() for name in ("text", "text_sha256", "text_chars"))
        for article, text, sha256, chars in zip(rows.articles, *facts, strict=True):
            if text is not None and (hashlib.sha256(text.encode()).hexdigest(), len(text)) != (sha256, chars):
                self.faults.note((digest_mismatch, rows.group.path), partial(digest_mismatch.of_text, rows.group.path, article))

    def _keys(self, rows: _Rows) -> None:
        """No two rows of a table have one key, and ``uid`` is made of it."""
        key = self.keys.column(rows.name)
        if key is None:
            return
        values = rows.table[key].to_pylist()
        for row in self.keys.repeated(rows.name, values, rows.articles, rows.annotators):
            self._note(repeated_key.check, rows, f"{rows.name}.{key}", row, values[row])
        if rows.articles and rows.name != "articles":
            uids = rows.table["uid"].to_pylist()
            for row, (article, value, uid) in enumerate(zip(rows.articles, values, uids, strict=True)):
                if uid != f"{article}#{value}":
                    self._note(dangling_reference.check, rows, f"{rows.name}.uid", row, uid, rows.name)

    def _homes(self, rows: _Rows, found: dict[str, Any]) -> None:
        """A row's article must be in the same split."""
        for row, article in enumerate(rows.articles):
            if article not in found:
                self._note(dangling_reference.check, rows, f"{rows.name}.article_id", row, article, f"articles ({rows.split})")

    def _labels(self, rows: _Rows, site: Site, names: Sequence[str]) -> None:
        known = frozenset(names)
        values = site.values.to_pylist()
        self.labels += rows.counts * (len(values) - site.values.null_count)
        if known.issuperset(set(values) - {None}):
            return
        for row, value in zip(site.rows.tolist(), values, strict=True):
            if value is not None and value not in known:
                self._note(label_outside_enum.check, rows, site.field, row, value, names)

    def _references(self, rows: _Rows, site: Site, to: str) -> None:
        values = site.values.to_pylist()
        self.references += rows.counts * (len(values) - site.values.null_count)
        annotators = rows.annotators if rows.annotators is not None else [None] * len(rows.table)
        wanted = [
            (rows.articles[row], annotators[row], value) for row, value in zip(site.rows.tolist(), values, strict=True) if value is not None
        ]
        missing = self.keys.missing(rows.name, to, set(wanted))
        if missing:
            present = [row for row, value in zip(site.rows.tolist(), values, strict=True) if value is not None]
            for row, each in zip(present, wanted, strict=True):
                if each in missing:
                    self._note(dangling_reference.check, rows, site.field, row, each[2], to)

    def _spans(self, rows: _Rows, site: Site, found: dict[str, tuple[str | None, int]]) -> None:
        for row, span in zip(site.rows.tolist(), site.values.to_pylist(), strict=True):
            if span is None:
                continue
            text, chars = found.get(rows.articles[row], (None, 0))
            self.spans += rows.counts
            self.wordless += rows.counts * (span["text"] is None)
            why = _span_fault(span["start"], span["end"], span["text"], text, chars)
            if why is not None and rows.articles[row] in found:
                self._note(span_differs_from_text.check, rows, site.field, row, why)

    def _note(self, check: Callable[..., Iterator[Finding]], rows: _Rows, name: str, row: int, *facts: Any) -> None:
        path, at = rows.group.path, rows.group.start + row
        self.faults.note((check, path, name), lambda more: check(path, name, at, *facts, more))


@dataclass(slots=True)
class _Rows:
    """The rows of a group; ``articles`` is empty for a registry, ``annotators`` None for a plain table.

    ``counts`` says whether what is checked is counted: the rows of a plain table stand in everybody's, too.
    """

    name: str
    split: str
    group: Group
    table: pa.Table
    counts: bool
    articles: list[str] = field(default_factory=list)
    annotators: list[str | None] | None = None

    def __post_init__(self) -> None:
        if "article_id" in self.table.column_names:
            self.articles = self.table["article_id"].to_pylist()
        if self.name.endswith(BY_ANNOTATOR):
            self.annotators = self.table["annotator"].to_pylist()


def _span_fault(start: int, end: int, words: str | None, text: str | None, chars: int) -> str | None:
    """Why a span cannot be one of an article of so many code points; ``words`` are null where its text may not be redistributed."""
    if not 0 <= start <= end <= chars:
        return f"is [{start:,}, {end:,}) in a text of {chars:,} code points"
    if words is None:
        return None
    if text is None:
        return "has words, and the text of its article may not be redistributed"
    return None if text[start:end] == words else f"is [{start:,}, {end:,}), where the article has other words"


def check_values(read: Read, shape: Shape, proof: Proof, tell: Callable[[str, int, int], None]) -> None:
    """Every value of every table but ``documents``."""
    keys = Keys(read, shape)
    check = _Check(read, shape, keys, frozenset(table.name for table in shape.registries))
    proof.findings += keys.across_splits()
    groups = [(name, split, group) for (name, split), each in read.groups.items() if name != _DOCUMENTS for group in each]
    texts: dict[str, Index[tuple[str | None, int]]] = {}
    for done, (name, split, group) in enumerate(groups, start=1):
        if split not in texts:
            texts[split] = Index(read, "articles", ["article_id", "text", "text_chars"], _texts_of, keep=2, splits=(split,))
        check.group(name, split, group, texts[split])
        tell("checking values", done, len(groups))
    proof.findings += check.faults.findings()
    if proof.findings:
        return
    compared = check.spans - check.wordless
    proof.proved.append(f"{counted(compared, 'span is', 'spans are')} the words of the article from start to end")
    if check.wordless:
        proof.proved.append(
            f"{counted(check.wordless, 'span lies', 'spans lie')} within the article; without its text, the words cannot be compared"
        )
    proof.proved.append(
        f"{counted(check.references, 'reference leads', 'references lead')} to a row that is there, and no key is used twice"
    )
    proof.proved.append(f"{counted(check.labels, 'label is', 'labels are')} among those that the schemas list")


def _texts_of(table: pa.Table) -> dict[str, tuple[str | None, int]]:
    ids, texts, chars = (table[name].to_pylist() for name in ("article_id", "text", "text_chars"))
    return dict(zip(ids, zip(texts, chars, strict=True), strict=True))
