"""What is not as it was signed off. One cause has one finding: what rows that came and went explain is not told again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from corpusbuild.diagnostics.finding import Also, Finding
from corpusbuild.diagnostics.where import InFile, InJson, Where
from corpusbuild.lock import Lock, SignedArticle, SignedDocument, SignedField, came_and_went, count
from corpusbuild.rules import content_drift, count_drift, field_drift, label_drift, raw_text_changed

Key = tuple[str, str]

# More documents than this say nothing new about a label.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand now: an article's text and metadata, a document, a table in it, a registry, a schema, a key of the config."""

    text: Callable[[str], Where]
    metadata: Callable[[str], Where]
    document: Callable[[str, str, str | None], Where]
    registry: Callable[[str], Where]
    schema: Callable[[str], Where]
    config: Callable[[str], Where]


def drift(before: Lock, after: Lock, places: Places) -> list[Finding]:
    """Every difference between what was signed off and what is. Articles that moved splits are the link's to tell."""
    if before.corpus != after.corpus:
        what = f'the name of the corpus ("{before.corpus}" was signed off)'
        return list(content_drift.check(what, places.config("name"), InFile(before.where())))
    if before.gold != after.gold:
        # Every count is of other rows then.
        return list(count_drift.gold(before.gold, after.gold, places.config("gold")))
    return _Comparison(before, after, places).findings()


class _Comparison:
    """Two locks side by side; ``changed`` counts the rows that came and went by plain table."""

    def __init__(self, before: Lock, after: Lock, places: Places) -> None:
        self.before, self.after, self.places = before, after, places
        self.changed: Counter[str] = Counter()
        self.touched: list[tuple[str, Where, Where]] = []

    def findings(self) -> list[Finding]:
        rows = list(chain(self._articles(), self._registries()))
        columns = list(self._fields())
        if not columns:
            for what, where, signed in self.touched:
                rows += content_drift.check(what, where, signed)
        return rows + columns

    # ---- rows ----

    def _articles(self) -> Iterator[Finding]:
        for name in sorted(self.before.articles.keys() | self.after.articles.keys()):
            old, new = self.before.articles.get(name), self.after.articles.get(name)
            signed = InFile(self.before.where("article", name))
            if old is not None and new is not None:
                yield from self._article(old, new, signed)
                continue
            self.changed["articles"] += 1
            there = old or new
            for who, document in there.annotations.items() if there is not None else ():
                self._all_changed(document, who)
            what = f'article "{name}"'
            yield from count_drift.gone(what, signed) if new is None else count_drift.new(what, self.places.text(name))

    def _article(self, old: SignedArticle, new: SignedArticle, signed: Where) -> Iterator[Finding]:
        if old.text != new.text:
            yield from raw_text_changed.check(new.id, self.places.text(new.id), signed)
        elif old.metadata != new.metadata:
            self.touched.append((f'the metadata of "{new.id}"', self.places.metadata(new.id), signed))
        for who in sorted(old.annotations.keys() | new.annotations.keys()):
            was, now = old.annotations.get(who), new.annotations.get(who)
            what = f'the annotation of "{new.id}" by "{who}"'
            if was is None and now is not None:
                self._all_changed(now, who)
                yield from count_drift.new(what, self.places.document(new.id, who, None))
            elif now is None and was is not None:
                self._all_changed(was, who)
                yield from count_drift.gone(what, signed)
            elif was is not None and now is not None and was.sha256 != now.sha256:
                yield from self._document(new.id, who, was, now, signed)

    def _document(self, article: str, who: str, was: SignedDocument, now: SignedDocument, signed: Where) -> Iterator[Finding]:
        told = False
        for table in [*now.rows, *(name for name in was.rows if name not in now.rows)]:
            old, new = was.rows.get(table, 0), now.rows.get(table, 0)
            came, went = came_and_went(old, new)
            if count(old) == count(new) and not came and not went:
                continue
            told = True
            if who == self.after.gold:
                self.changed[table] += len(came) + len(went) or abs(count(new) - count(old))
            where = self.places.document(article, who, table)
            yield from count_drift.check(f'{table} of "{article}" by "{who}"', (count(old), count(new)), came, went, where, signed)
        if not told:
            self.touched.append((f'the annotation of "{article}" by "{who}"', self.places.document(article, who, None), signed))

    def _all_changed(self, document: SignedDocument, who: str) -> None:
        if who == self.after.gold:
            self.changed["annotations"] += 1
            self.changed.update({table: count(rows) for table, rows in document.rows.items()})

    def _registries(self) -> Iterator[Finding]:
        for table in [*self.after.registries, *(name for name in self.before.registries if name not in self.after.registries)]:
            old, new = self.before.registries.get(table), self.after.registries.get(table)
            signed = InFile(self.before.where("registry", table))
            if old is None or new is None or old.sha256 == new.sha256:
                continue  # a table as a whole is told of by its fields
            told = False
            for owner in sorted(old.rows.keys() | new.rows.keys()):
                was, now = old.rows.get(owner, ()), new.rows.get(owner, ())
                came, went = came_and_went(was, now)
                if count(was) != count(now) or came or went:
                    told = True
                    self.changed[table] += len(came) + len(went) or abs(count(now) - count(was))
                    what = f'{table} of "{owner}"' if owner else table
                    yield from count_drift.check(what, (count(was), count(now)), came, went, self.places.registry(table), signed)
            if not told:
                self.touched.append((table, self.places.registry(table), signed))

    # ---- fields ----

    def _fields(self) -> Iterator[Finding]:
        old, new = self.before.fields, self.after.fields
        for what, kind, key in _only_in(new, old):
            yield from field_drift.new(what, kind, self.places.schema(key[0]))
        for what, kind, key in _only_in(old, new):
            yield from field_drift.gone(what, kind, InJson(self.before.where("field", *key)))
        for key, field in old.items():
            signed = InJson(self.before.where("field", *key))
            if key not in new:
                continue
            if (field.type, field.nullable) != (new[key].type, new[key].nullable):
                yield from field_drift.retyped(_name(field), _kind(field), _kind(new[key]), InJson(signed.origin, ("type",)))
            else:
                yield from self._counts(field, new[key], signed)

    def _counts(self, old: SignedField, new: SignedField, signed: InJson) -> Iterator[Finding]:
        changed = self.changed[old.table]
        # What is in lists has no known number for each row.
        bound = None if changed and "[]" in old.path else changed
        if old.labels is None or new.labels is None:
            if bound is not None and abs(new.nulls - old.nulls) > bound:
                yield from field_drift.nulls(_name(old), old.nulls, new.nulls, InJson(signed.origin, ("nulls",)), self._also())
            return
        where = InJson(signed.origin, ("labels",))
        if list(old.labels) != list(new.labels):
            came = [name for name in new.labels if name not in old.labels]
            went = [name for name in old.labels if name not in new.labels]
            yield from label_drift.names(_name(old), came, went, where)
            return
        # A row without a label has none for its label.
        was, now = {**old.labels, "(null)": old.nulls}, {**new.labels, "(null)": new.nulls}
        if bound is not None and sum(abs(now[name] - was[name]) for name in was) > bound:
            yield from label_drift.counts(_name(old), was, now, where, self._also())

    def _also(self) -> tuple[Also, ...]:
        """The first few documents that changed without a row that came or went."""
        return tuple(Also(where, "changed since") for _, where, _ in self.touched[:_FEW])


def _name(field: SignedField) -> str:
    return f"{field.table}.{field.path}"


def _kind(field: SignedField) -> str:
    return field.type + (" or null" if field.nullable else "")


def _only_in(here: Mapping[Key, SignedField], other: Mapping[Key, SignedField]) -> Iterator[tuple[str, str, Key]]:
    """The tables, and in tables that both have the fields, that ``other`` lacks: a name, a type, and the first field."""
    known = {table for table, _ in other}
    told: set[str] = set()
    for key, field in here.items():
        table, path = key
        if table not in known:
            if table not in told:
                yield table, "table", key
            told.add(table)
        elif key not in other and not _inside_another(table, path, here, other):
            yield _name(field), field.type, key


def _inside_another(table: str, path: str, here: Mapping[Key, SignedField], other: Mapping[Key, SignedField]) -> bool:
    """Whether a field stands in one that ``other`` lacks as well: that one is told of."""
    ends = (i for i, letter in enumerate(path) if letter in ".[")
    return any((table, path[:i]) in here and (table, path[:i]) not in other for i in ends)
