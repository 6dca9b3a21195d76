"""What was signed off: ``corpus.lock``, one sorted line an article, so that two branches merge.

Lines are JSON. The first says whose lock it is; then comes a line for each article, in the order of ids; then one
for each registry and each field. Totals are sums of the articles' lines and are not stored. ``docs/lock.md``
describes the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.diagnostics.where import Origin
from corpusbuild.errors import CannotGoOn

FILE = "corpus.lock"
BESIDE = "corpus.lock.parquet"
"""Holds the articles' lines where there are more than :data:`MOST_LINES`: no text file of that size is read or merged by anyone."""
NEW = f".{BESIDE}.new"
"""Where that file is until the lock names it. A run that was killed in between leaves it there, and it is read there."""
MOST_LINES = 10_000
FORMAT = 1

Rows = int | tuple[str, ...]
"""The rows of a table in one document: their keys, or how many there are of a table without keys."""


class BadLock(CannotGoOn):
    """corpus.lock does not say what it should."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """One annotator's document of an article: the SHA-256 of its bytes, and its rows by table."""

    sha256: str
    rows: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class SignedArticle:
    """An article: its split, the SHA-256 of its canonical text and of its metadata's bytes, and its documents by annotator."""

    id: str
    split: str
    text: str
    metadata: str
    annotations: Mapping[str, SignedDocument]


@dataclass(frozen=True, slots=True)
class SignedRegistry:
    """A registry: for each owner ("" for what all share) the keys of its rows, and the SHA-256 of what they say."""

    table: str
    sha256: str
    rows: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class SignedField:
    """A field of a plain table: its type, how often it is null, and for a label the rows by label in schema order."""

    table: str
    path: str
    type: str
    nullable: bool
    nulls: int
    labels: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """All that was signed off. ``lines`` says where in the file each entry stands, where it was read from one."""

    corpus: str
    gold: str | None
    articles: Mapping[str, SignedArticle]
    registries: Mapping[str, SignedRegistry]
    fields: Mapping[tuple[str, str], SignedField]
    lines: Mapping[tuple[str, ...], Origin] = field(default_factory=dict, compare=False)

    @property
    def splits(self) -> dict[str, str]:
        """The split of each article."""
        return {name: article.split for name, article in self.articles.items()}

    def where(self, *entry: str) -> Origin:
        """Where an entry stands (``"article", id``; ``"registry", table``; ``"field", table, path``), else the whole file."""
        return self.lines.get(entry, Origin(FILE))


# ---- writing ----


def dumps(lock: Lock, beside: str | None = None) -> bytes:
    """The bytes of a lock: the same for the same content. With ``beside``, the articles' lines are in a file with that SHA-256."""
    head = {"lock": FORMAT, "corpus": lock.corpus, "gold": lock.gold, **({} if beside is None else {BESIDE: beside})}
    lines = [_dumps(head), *(article_lines(lock) if beside is None else ()), *tail_lines(lock)]
    return b"".join(line + b"\n" for line in lines)


def article_lines(lock: Lock) -> Iterator[bytes]:
    """The line of each article, in the order of ids (UTF-8 bytes), each without a line end."""
    for name in sorted(lock.articles, key=str.encode):
        article = lock.articles[name]
        annotations = {who: {"sha256": each.sha256, "rows": dict(each.rows)} for who, each in sorted(article.annotations.items())}
        line = {"article": name, "split": article.split, "text": article.text, "metadata": article.metadata, "annotations": annotations}
        yield _dumps(line)


def tail_lines(lock: Lock) -> Iterator[bytes]:
    """The lines of registries and fields, which every sign-off writes anew."""
    for registry in lock.registries.values():
        yield _dumps({"registry": registry.table, "sha256": registry.sha256, "rows": dict(registry.rows)})
    for each in lock.fields.values():
        labels = {} if each.labels is None else {"labels": dict(each.labels)}
        line = {"table": each.table, "field": each.path, "type": each.type, "nullable": each.nullable, "nulls": each.nulls, **labels}
        yield _dumps(line)


def _dumps(value: Any) -> bytes:
    return orjson.dumps(value)


# ---- reading ----


def loads(data: bytes, beside: Callable[[str], Iterable[bytes]] = lambda sha256: (), *, merging: bool = False) -> Lock:  # noqa: ARG005  its name says what is given
    """The lock that ``data`` holds. Raises :class:`BadLock`.

    ``beside`` gives the articles' lines that stand in the file with that SHA-256. When ``merging``, a merge that git
    left unfinished is read as what both sides signed off; they must agree on every article's split.
    """
    reading = _Reading(merging)
    if merging and data.count(b"\n" + _MARKERS[0]) != data.count(b"\n" + _MARKERS[2]):
        raise BadLock("a merge was left half-way: a marker is missing", FILE, "put both sides' lines and markers back, or take one side")
    offset = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        origin = Origin(FILE, offset, len(line))
        offset += len(line) + 1
        if line.strip() and not (merging and line.startswith(_MARKERS)):
            try:
                reading.line(_object(line, number), origin, number)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise _bad(number, "this line is not one of a lock", _AGAIN) from error
    if reading.head is None:
        raise BadLock("this lock is empty", FILE, _AGAIN)
    for line in beside(_hash(reading.head[BESIDE])) if reading.head[BESIDE] else ():
        reading.article(_article(orjson.loads(line)), Origin(BESIDE), 1)
    head = reading.head
    return Lock(head["corpus"], head["gold"], reading.articles, reading.registries, reading.fields, reading.lines)


@dataclass
class _Reading:
    """What of a lock has been read."""

    merging: bool
    head: dict[str, Any] | None = None
    articles: dict[str, SignedArticle] = field(default_factory=dict)
    registries: dict[str, SignedRegistry] = field(default_factory=dict)
    fields: dict[tuple[str, str], SignedField] = field(default_factory=dict)
    lines: dict[tuple[str, ...], Origin] = field(default_factory=dict)

    def line(self, value: dict[str, Any], origin: Origin, number: int) -> None:
        if self.head is None or (self.merging and "lock" in value):
            self.head = _head(value, number)
        elif "article" in value:
            self.article(_article(value), origin, number)
        elif "registry" in value:
            registry = SignedRegistry(_text(value["registry"]), _hash(value["sha256"]), _rows(value["rows"]))
            self._once(number, "registry", registry.table)
            self.registries[registry.table] = registry
            self.lines["registry", registry.table] = origin
        else:
            signed = _field(value)
            self._once(number, "field", signed.table, signed.path)
            self.fields[signed.table, signed.path] = signed
            self.lines["field", signed.table, signed.path] = origin

    def _once(self, number: int, *entry: str) -> None:
        if entry in self.lines and not self.merging:
            raise _bad(number, f'"{".".join(entry[1:])}" has a second line', "keep the one that is right, then run `corpusbuild lock`")

    def article(self, article: SignedArticle, origin: Origin, number: int) -> None:
        other = self.articles.get(article.id)
        if other is not None and not self.merging:
            raise _bad(number, f'"{article.id}" has a second line', "keep the one that is right, then run `corpusbuild lock`")
        if other is not None and other.split != article.split:
            message = f'"{article.id}" is in {other.split} on one side of the merge, and in {article.split} on the other'
            raise _bad(number, message, "keep the line that is right, then run `corpusbuild lock`")
        self.articles[article.id] = article
        self.lines["article", article.id] = origin


_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_AGAIN = "take it from the last commit, or delete it and sign off anew with `corpusbuild lock`; then splits are dealt anew too"


def _object(line: bytes, number: int) -> dict[str, Any]:
    if line.startswith(_MARKERS):
        raise _bad(number, "a merge was left unfinished here", "run `corpusbuild lock`: it keeps the articles of both sides")
    value = read_json(line)
    if isinstance(value, JsonFault):
        raise _bad(number, f"this line is not JSON: {value.reason}", _AGAIN)
    if not isinstance(value, dict):
        raise _bad(number, "this line is not one of a lock", _AGAIN)
    return value


def _bad(number: int, message: str, help_text: str) -> BadLock:
    return BadLock(message, f"{FILE}:{number}", help_text)


def _head(value: dict[str, Any], number: int) -> dict[str, Any]:
    if "lock" not in value:
        raise _bad(number, "a lock begins with a line that says whose it is", _AGAIN)
    if value["lock"] is not FORMAT and (type(value["lock"]) is not int or value["lock"] != FORMAT):
        raise _bad(number, f"this lock has format {value['lock']}, and this corpusbuild reads {FORMAT}", "use the version that wrote it")
    gold = value["gold"] if value["gold"] is None else _text(value["gold"])
    return {"corpus": _text(value["corpus"]), "gold": gold, BESIDE: value.get(BESIDE)}


def _article(value: dict[str, Any]) -> SignedArticle:
    annotations = {who: _document(each) for who, each in value["annotations"].items()}
    return SignedArticle(_text(value["article"]), _split(value["split"]), _hash(value["text"]), _hash(value["metadata"]), annotations)


def _document(value: dict[str, Any]) -> SignedDocument:
    return SignedDocument(_hash(value["sha256"]), _rows(value["rows"]))


def _field(value: dict[str, Any]) -> SignedField:
    labels = value.get("labels")
    counted = None if labels is None else {_text(name): _number(count) for name, count in labels.items()}
    return SignedField(
        _text(value["table"]), _text(value["field"]), _text(value["type"]), bool(value["nullable"]), _number(value["nulls"]), counted
    )


def _rows(value: dict[str, Any]) -> dict[str, Rows]:
    return {name: _number(each) if isinstance(each, int) else tuple(map(_text, each)) for name, each in value.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _split(value: Any) -> str:
    if re.fullmatch(r"\w+", _text(value)) is None:
        raise ValueError(value)
    return str(value)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise TypeError(value)
    return value


def _hash(value: Any) -> str:
    if len(bytes.fromhex(_text(value))) != 32:
        raise ValueError(value)
    return str(value)


def renamed(lock: Lock, old: str, new: str) -> Lock:
    """The lock of the same corpus with another id for one article: it stays in its split."""
    articles = {new if name == old else name: replace(each, id=new) if name == old else each for name, each in lock.articles.items()}
    return replace(lock, articles=articles)


# ---- counting ----


def count(rows: Rows) -> int:
    """How many rows there are."""
    return rows if isinstance(rows, int) else len(rows)


def totals(lock: Lock) -> dict[str, int]:
    """The rows of each plain table, as the data set has them: the gold annotator's, and each registry's."""
    found: dict[str, int] = {"articles": len(lock.articles)}
    for article in lock.articles.values():
        document = article.annotations.get(lock.gold or "")
        for table, rows in document.rows.items() if document is not None else ():
            found[table] = found.get(table, 0) + count(rows)
    for registry in lock.registries.values():
        found[registry.table] = sum(count(rows) for owner, rows in registry.rows.items() if owner in ("", lock.gold))
    return found


def came_and_went(before: Rows, after: Rows) -> tuple[Sequence[str], Sequence[str]]:
    """The keys that ``after`` has more, and those that it lacks; nothing where rows have no keys."""
    if isinstance(before, int) or isinstance(after, int):
        return (), ()
    had, have = set(before), set(after)
    return [key for key in after if key not in had], [key for key in before if key not in have]
