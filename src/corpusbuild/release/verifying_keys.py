"""Which keys there are, and which references lead to none; an article's keys are looked up where its rows lie."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from functools import partial

import pyarrow as pa

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.release.verifying_index import Index
from corpusbuild.release.verifying_tables import Read
from corpusbuild.rules import repeated_key
from corpusbuild.schema.meaning import ANNOTATORS
from corpusbuild.schema.shape import Shape
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

Wanted = tuple[str, str | None, str]
"""A reference: the article and the annotator whose document says it, and what it says."""


class Keys:
    """The keys of a data set. Those of registries are held, as they are when it is compiled; others are looked up."""

    def __init__(self, read: Read, shape: Shape) -> None:
        self._read = read
        self._of = {table.name: table.key for table in (*shape.tables, *shape.registries)}
        self._registries = {table.name for table in shape.registries}
        self._seen: dict[str, set[tuple[str | None, str]]] = {}
        self._held: dict[str, dict[str | None, set[str]]] = {}
        self._articles: Index[bool] = Index(read, "articles", ["article_id"], _ids_of, keep=8)
        self._nested: dict[str, Index[set[tuple[str | None, str]]]] = {}

    def column(self, name: str) -> str | None:
        """The column of a table that holds its keys."""
        return "article_id" if name == "articles" else self._of.get(name.removesuffix(BY_ANNOTATOR))

    def repeated(self, name: str, values: Sequence[str], articles: Sequence[str], annotators: Sequence[str | None] | None) -> Iterator[int]:
        """The rows of a group whose key another row of the table has; all rows of an article are in one group."""
        scope: Sequence[str | None] = annotators if annotators is not None else [None] * len(values)
        if name.removesuffix(BY_ANNOTATOR) in self._registries:
            seen = self._seen.setdefault(name, set())
            for row, (owner, value) in enumerate(zip(scope, values, strict=True)):
                if (owner, value) in seen:
                    yield row
                seen.add((owner, value))
            return
        known: set[tuple[str, str | None, str]] = set()
        for row, each in enumerate(zip(articles, scope, values, strict=True)):
            if each in known:
                yield row
            known.add(each)

    def across_splits(self) -> Iterator[Finding]:
        """Articles that are in two splits."""
        streams = [self._ids(split) for split in self._read.splits("articles")]
        before = ("", "", "")
        for each in heapq.merge(*streams):
            if each[0] == before[0] and each[1] != before[1]:
                yield from repeated_key.across(each[2], each[0], before[1], each[1])
            before = each

    def missing(self, name: str, to: str, wanted: set[Wanted]) -> set[Wanted]:
        """Of the references in the table ``name`` to the table ``to``, those that lead nowhere."""
        if to == "articles":
            found = self._articles.find({value for _, _, value in wanted})
            return {each for each in wanted if each[2] not in found}
        by_annotator = name.endswith(BY_ANNOTATOR)
        if to in self._registries:
            return self._missing_entries(to, wanted, everybody=by_annotator or name == "articles")
        if to not in self._of:
            return set()
        index = self._index(to + BY_ANNOTATOR if by_annotator else to)
        own = index.find({article for article, _, _ in wanted})
        left = {each for each in wanted if (each[1], each[2]) not in own.get(each[0], ())}
        others = index.find({value.partition("#")[0] for _, _, value in left if "#" in value})
        return {each for each in left if not _is_in(others, each)}

    def _missing_entries(self, to: str, wanted: set[Wanted], *, everybody: bool) -> set[Wanted]:
        """Entries of a registry: shared ones, and an annotator's own; an article may refer to anybody's."""
        if to == ANNOTATORS and not self._read.splits(to):
            return set()  # a corpus need not keep a list of them
        name = to + BY_ANNOTATOR if everybody and self._read.splits(to + BY_ANNOTATOR) else to
        entries = self._entries(name)
        shared = entries.get(None, set())
        if name == to:
            return {each for each in wanted if each[2] not in shared}
        anybody = set[str]().union(*entries.values())
        return {each for each in wanted if each[2] not in (anybody if each[1] is None else shared | entries.get(each[1], set()))}

    def _entries(self, name: str) -> dict[str | None, set[str]]:
        """Owner → keys of a registry; in its plain table, everything is shared."""
        if name not in self._held:
            held: dict[str | None, set[str]] = {}
            key = self.column(name)
            for split in self._read.splits(name):
                for group in self._read.groups[name, split]:
                    table = self._read.rows(group)
                    owners = table["annotator"].to_pylist() if name.endswith(BY_ANNOTATOR) else [None] * len(table)
                    for owner, value in zip(owners, table[key].to_pylist() if key else (), strict=bool(key)):
                        held.setdefault(owner, set()).add(value)
            self._held[name] = held
        return self._held[name]

    def _index(self, name: str) -> Index[set[tuple[str | None, str]]]:
        if name not in self._nested:
            key = self.column(name) or ""
            columns = ["article_id", *(["annotator"] if name.endswith(BY_ANNOTATOR) else []), key]
            self._nested[name] = Index(self._read, name, columns, partial(_keys_of, key), keep=8)
        return self._nested[name]

    def _ids(self, split: str) -> Iterator[tuple[str, str, str]]:
        for group in self._read.groups["articles", split]:
            for article in self._read.rows(group, ["article_id"])["article_id"].to_pylist():
                yield article, split, group.path


def _is_in(found: dict[str, set[tuple[str | None, str]]], reference: Wanted) -> bool:
    _, annotator, value = reference
    article, mark, key = value.partition("#")
    return bool(mark) and (annotator, key) in found.get(article, ())


def _ids_of(table: pa.Table) -> dict[str, bool]:
    return dict.fromkeys(table["article_id"].to_pylist(), True)


def _keys_of(key: str, table: pa.Table) -> dict[str, set[tuple[str | None, str]]]:
    """Article → the keys of its rows, each with the annotator where the table has a column of them."""
    found: dict[str, set[tuple[str | None, str]]] = {}
    named = "annotator" in table.column_names
    annotators = table["annotator"].to_pylist() if named else [None] * len(table)
    for article, annotator, value in zip(table["article_id"].to_pylist(), annotators, table[key].to_pylist(), strict=True):
        found.setdefault(article, set()).add((annotator, value))
    return found
