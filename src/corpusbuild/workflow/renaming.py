"""Give a key, a label or an article another name, everywhere it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpusbuild.corpus import ids
from corpusbuild.corpus.config import FILE, Config
from corpusbuild.corpus.files import read_bytes, read_to_edit
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin, Pointer
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.fixing import fix_files
from corpusbuild.layers.attribution.book import SPEAKS_OF
from corpusbuild.lock import renamed
from corpusbuild.schema.applying import Applied, Spot
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, Schemas
from corpusbuild.schema.meaning import ANNOTATORS
from corpusbuild.schema.shape import ITEM, Label, Record, Table, walk
from corpusbuild.schema.shape import Path as ShapePath
from corpusbuild.text.nearest import nearest_name
from corpusbuild.workflow.documents import Document, Readable, refusal, stem
from corpusbuild.workflow.renaming_config import Told, renamed_config
from corpusbuild.workflow.signing import lock_files, read_lock

_ARTICLE_COLUMNS = ("article_id", "id")


LAYER = "attribution"


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a renaming makes of a corpus: contents of files before and after, by path; then what is moved.

    ``places`` counts the strings that change; ``columns`` are those in which they stand.
    """

    before: dict[str, bytes]
    after: dict[str, bytes]
    moved: tuple[tuple[str, str], ...]
    places: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be renamed: ``field`` is ``TABLE.FIELD``; ``article`` and ``annotator`` say which key is meant where several are equal."""

    field: str
    old: str
    new: str
    article: str | None = None
    annotator: str | None = None


@dataclass(slots=True)
class _Change:
    """Which strings of a document change, and to what; labels in schemas; files and folders that move; names in the config."""

    strings: Callable[[Document], Iterator[tuple[Pointer, str]]]
    labels: list[Spot] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    group: bool = False
    annotator: bool = False
    columns: tuple[str, ...] = ()


def rename(root: Path, config: Config, request: Request) -> Renamed:
    """What becomes of the corpus at ``root``. Nothing is written.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where the corpus cannot be read whole, and where the new name is
    taken or allowed by no schema; :class:`~corpusbuild.errors.UnknownName` where nothing has the old one.
    """
    if request.old == request.new:
        raise CannotGoOn("the two names are the same")
    try:
        request.new.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CannotGoOn("the new name is not UTF-8") from error
    corpus = Readable.of(root)
    change = _change(corpus, config, request)
    if change.labels:
        _refuse_spoken_of(config, change.columns, request)
    schemas = _relabelled(corpus.schemas, change.labels, request.new)
    judges = {file: Judge(schemas, file) for file in corpus.records}
    edits = [Edit(InJson(Origin(f"schema/{file}"), pointer), _json(request.new)) for file, pointer in change.labels]
    for document in corpus.documents():
        wanted = list(dict.fromkeys(change.strings(document)))
        for pointer, text in wanted:
            _put(document, pointer, text)
        fault = refusal(document, judges[document.schema]) if wanted else None
        if fault is not None:
            raise CannotGoOn(f'"{request.new}" is not what schema/{document.schema} wants: {fault.message}', document.origin.path)
        edits += [Edit(document.where(pointer), _json(text)) for pointer, text in wanted]
    files = {path: read_to_edit(root, path) for path in sorted({edit.where.origin.path for edit in edits})}
    # One fix, so that it is applied whole.
    whole = Finding("", "rename", Severity.NOTE, "", InFile(Origin("")), fix=Fix(tuple(edits), safe=True))
    after = fix_files([whole], files).files
    lock = read_lock(root) if "articles.article_id" in change.columns else None
    locked = lock is not None and request.old in lock.articles
    if lock is not None and locked:
        relocked = lock_files(renamed(lock, request.old, request.new))
        files |= {path: read_bytes(root, Origin(path)) for path in relocked}
        after |= relocked
    # What is locked stays in its split, whatever it is called.
    told = Told(request.old, request.new, change.group, locked, change.annotator, change.moves, change.columns if change.labels else ())
    configs = renamed_config(root, config, told)
    if configs is not None:
        files[FILE], after[FILE] = configs
    return Renamed(files, after, tuple(change.moves), len(edits), change.columns)


def _refuse_spoken_of(config: Config, columns: Sequence[str], request: Request) -> None:
    """Raise where rules of a layer know the label by name: under another they would find nothing any more."""
    for column in columns if LAYER in config.checks else ():
        if request.old in SPEAKS_OF.get(column, ()):
            message = f'the rules of "{LAYER}" know {column} "{request.old}" by this name, and would find nothing under another'
            raise CannotGoOn(message, FILE, f'keep the label, or take "{LAYER}" out of checks first')


def _put(document: Document, pointer: Pointer, text: str) -> None:
    node = document.value
    for step in pointer[:-1]:
        node = node[step]  # type: ignore[index]  # the steps of a pointer into it
    node[pointer[-1]] = text  # type: ignore[index]  # as above


def _relabelled(schemas: Schemas, labels: Sequence[Spot], new: str) -> Schemas:
    """The schemas once these labels are changed."""
    files = {file: json.loads(json.dumps(schema)) for file, schema in schemas.files.items()}
    for file, pointer in labels:
        node = files[file]
        for step in pointer[:-1]:
            node = node[step]
        node[pointer[-1]] = new
    return Schemas(files)


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# ---- what is meant ----


def _change(corpus: Readable, config: Config, request: Request) -> _Change:
    table_name, _, column = request.field.partition(".")
    shape = corpus.plan.shape
    if table_name == "articles" and column in _ARTICLE_COLUMNS:
        _refuse_options(request, "an article's id is unique in the corpus")
        return _article(corpus, config, request)
    table = shape.table(table_name)
    if table is not None and column and column == table.key:
        if not table.member:
            _refuse_options(request, f"{request.field} is unique in the corpus")
            return _registry_key(corpus, table, request)
        return _nested_key(corpus, table, request)
    _refuse_options(request, "a label is the same everywhere")
    for name, file, path, label in _label_columns(corpus):
        if name == request.field:
            return _label(corpus, config, request, (file, path), label)
    raise _no_such_field(corpus, request.field)


def _refuse_options(request: Request, why: str) -> None:
    if request.article is not None or request.annotator is not None:
        raise CannotGoOn(f"--article and --annotator are for keys that are unique only in their document: {why}")


def _no_such_field(corpus: Readable, wanted: str) -> UnknownName:
    shape = corpus.plan.shape
    names = ["articles.article_id"]
    names += [f"{table.name}.{table.key}" for table in (*shape.registries, *shape.tables) if table.key is not None]
    names += [name for name, *_ in _label_columns(corpus)]
    near = nearest_name(wanted, names)
    return UnknownName(
        f'"{wanted}" is neither a key nor a column of labels', help=f'did you mean "{near}"?' if near else f"these are: {', '.join(names)}"
    )


def _taken(request: Request, where: str, what: str = "exists already") -> CannotGoOn:
    return CannotGoOn(f'{request.field} "{request.new}" {what}', where, "choose another name")


def _unknown(request: Request, known: Sequence[str], where: str = "") -> UnknownName:
    near = nearest_name(request.old, known)
    return UnknownName(f'there is no {request.field} "{request.old}"{where}', help=f'did you mean "{near}"?' if near else "")


def _refuse_taken(request: Request, known: Mapping[str, str], referred: Sequence[str]) -> None:
    """The old name must be known and the new one not, nor may anything refer to it; ``known`` are names and where they stand."""
    if request.new in known:
        raise _taken(request, known[request.new])
    if request.old not in known:
        raise _unknown(request, sorted(known))
    if referred:
        raise _taken(request, referred[0], "is referred to already")


# ---- keys ----


def _registry_key(corpus: Readable, table: Table, request: Request) -> _Change:
    own = corpus.registry_files[table.name]
    if table.name == ANNOTATORS:
        _refuse_bad_id(request)
    referring = {file: corpus.references(file, table.name) for file in corpus.records}

    def strings(document: Document, name: str = request.old) -> Iterator[tuple[Pointer, str]]:
        if document.schema == own and document.value.get(str(table.key)) == name:
            yield (str(table.key),), request.new
        for path in referring[document.schema]:
            yield from ((pointer, request.new) for pointer, value in document.strings(path) if value == name)

    known: dict[str, str] = {}
    referred: list[str] = []
    for document in corpus.documents():
        if document.schema == own:
            known[document.value[str(table.key)]] = document.origin.path
        referred += (document.origin.path for _ in strings(document, request.new))
    _refuse_taken(request, known, referred)
    change = _Change(strings, columns=(request.field,))
    if table.name == ANNOTATORS:
        change.annotator = True
        folder = f"annotations/{request.old}"
        if (corpus.root / folder).is_dir():
            change.moves.append((folder, _free(corpus, request, f"annotations/{request.new}")))
    return change


def _nested_key(corpus: Readable, table: Table, request: Request) -> _Change:
    if request.article is None:
        raise CannotGoOn(f"{request.field} is unique only in its document", help="name the article with --article")
    if "#" in request.new:
        raise CannotGoOn('a key with "#" could not be told from a reference into another document')
    annotator = _whose(corpus, table, request)
    paths = corpus.references(ANNOTATION, table.name)
    rows: ShapePath = (table.member, ITEM, str(table.key))

    def strings(document: Document, name: str = request.old) -> Iterator[tuple[Pointer, str]]:
        if document.schema != ANNOTATION or document.value["annotator"] != annotator:
            return
        here = document.article == request.article
        if here:
            yield from ((pointer, request.new) for pointer, value in document.strings(rows) if value == name)
        for path in paths:
            for pointer, value in document.strings(path):
                if value == f"{request.article}#{name}":
                    yield pointer, f"{request.article}#{request.new}"
                elif here and value == name:
                    yield pointer, request.new

    for document in corpus.documents():
        for pointer, _ in strings(document, request.new):
            is_key = len(pointer) == len(rows) and (pointer[0], pointer[-1]) == (rows[0], rows[-1])
            raise _taken(request, document.origin.path, "exists already" if is_key else "is referred to already")
    return _Change(strings, columns=(request.field,))


def _whose(corpus: Readable, table: Table, request: Request) -> str:
    """The annotator in whose document of the article the key stands."""
    rows: ShapePath = (table.member, ITEM, str(table.key))
    keys: dict[str, list[str]] = {}
    articles: set[str] = set()
    for document in corpus.documents():
        if document.schema == ANNOTATION:
            articles.add(document.article)
            if document.article == request.article:
                keys.setdefault(document.value["annotator"], []).extend(value for _, value in document.strings(rows))
    if not keys:
        near = nearest_name(str(request.article), articles)
        raise UnknownName(f'there is no annotation of an article "{request.article}"', help=f'did you mean "{near}"?' if near else "")
    if request.annotator is not None and request.annotator not in keys:
        raise UnknownName(f'"{request.annotator}" has not annotated this article', help=f"those who have: {', '.join(sorted(keys))}")
    wanted = {request.annotator: keys[request.annotator]} if request.annotator is not None else keys
    having = [name for name, theirs in wanted.items() if request.old in theirs]
    if not having:
        raise _unknown(request, [key for theirs in wanted.values() for key in theirs], f" in {request.article}")
    if len(having) > 1:
        raise CannotGoOn(
            f'several annotators have a {request.field} "{request.old}" there',
            help=f"name one of {', '.join(sorted(having))} with --annotator",
        )
    return having[0]


# ---- articles ----


def _article(corpus: Readable, config: Config, request: Request) -> _Change:
    _refuse_bad_id(request)
    old, new = request.old, request.new
    if new in corpus.registry_files:
        raise CannotGoOn(f'"{new}" is the name of a registry: annotations/{new}.json would be read as that')
    referring = {file: corpus.references(file, "articles") for file in corpus.records}
    into = {file: [path for table in corpus.plan.shape.tables for path in corpus.references(file, table.name)] for file in corpus.records}

    def strings(document: Document, name: str = old) -> Iterator[tuple[Pointer, str]]:
        if document.schema == ARTICLE and document.article == name and "id" in document.value:
            yield ("id",), new
        for path in referring[document.schema]:
            yield from ((pointer, new) for pointer, value in document.strings(path) if value == name)
        for path in into[document.schema]:
            for pointer, value in document.strings(path):
                article, mark, key = value.partition("#")
                if mark and article == name:
                    yield pointer, f"{new}#{key}"

    groups: dict[str, str | None] = {article.id: None for article in corpus.layout.articles}
    paths = [path for each in corpus.layout.articles if each.id == old for path in (each.text, each.metadata) if path is not None]
    referred: list[str] = []
    for document in corpus.documents():
        if document.schema == ARTICLE:
            groups[document.article] = _group(document, config)
        elif document.article == old and stem(document.origin.path) == old:
            paths.append(document.origin.path)
        referred += (document.origin.path for _ in strings(document, new))
    _refuse_taken(request, {name: name for name in groups}, referred)
    _refuse_clash(request, groups)
    moves = [(path, _free(corpus, request, Path(path).with_name(new + Path(path).suffix).as_posix())) for path in paths]
    return _Change(strings, moves=moves, group=groups[old] is None, columns=("articles.article_id",))


def _group(article: Document, config: Config) -> str | None:
    """The group that an article says it is of; None for one that is a group of its own."""
    said = article.value.get(config.splits.group) if config.splits.group else None
    return said if isinstance(said, str) else None


def _refuse_clash(request: Request, groups: Mapping[str, str | None]) -> None:
    """The new id may be no other article's, nor the name of a group that the article would then be of."""
    for name in sorted(groups):
        if name != request.old and ids.folded(name) == ids.folded(request.new):
            raise _taken(request, name, f'would be one file with "{name}" where case does not count')
    if groups[request.old] is None and request.new in groups.values():
        raise _taken(request, "", "is the name of a group already")


def _refuse_bad_id(request: Request) -> None:
    fault = ids.fault(request.new)
    if fault is not None:
        raise CannotGoOn(f'"{request.new}" cannot be the name of a file: {fault}')


def _free(corpus: Readable, request: Request, path: str) -> str:
    """``path``, at which nothing stands yet."""
    target = corpus.root / path
    if target.exists() and ids.folded(request.old) != ids.folded(request.new):
        raise _taken(request, path, "would take the place of what stands there")
    return path


# ---- labels ----


def _label_columns(corpus: Readable) -> Iterator[tuple[str, str, ShapePath, Label]]:
    """Every column of labels: ``table.field``, the schema file of its documents, its path there, its labels."""
    shape = corpus.plan.shape
    roots: list[tuple[str, str, ShapePath, Record]] = []
    roots += [(table.name, ANNOTATION, (table.member, ITEM), table.row) for table in shape.tables]
    roots += [(table.name, corpus.registry_files[table.name], (), table.row) for table in shape.registries]
    roots += [("articles", ARTICLE, (), shape.article), ("annotations", ANNOTATION, (), shape.annotation_scalars)]
    for table, file, base, record in roots:
        for path, column in walk(record):
            if isinstance(column.type, Label):
                yield f"{table}.{'.'.join(step for step in path if step != ITEM)}", file, (*base, *path), column.type


def _label(corpus: Readable, config: Config, request: Request, place: tuple[str, ShapePath], label: Label) -> _Change:
    if request.old not in label.names:
        raise _unknown(request, label.names)
    applied = Applied(corpus.schemas)
    sites = [(name, (file, path), label) for name, file, path, label in _label_columns(corpus)]
    spots = {site: set(_label_spots(applied, site, request.old)) for _, site, _ in sites}
    # One definition may serve several columns: then the label is the same one in all of them.
    shared, labels = {place}, spots[place]
    while more := {site for site, own in spots.items() if site not in shared and own & labels}:
        shared |= more
        labels = labels.union(*(spots[site] for site in more))
    for name, site, others in sites:
        if site in shared and request.new in others.names:
            raise _taken(replace(request, field=name), f"schema/{site[0]}")

    def strings(document: Document) -> Iterator[tuple[Pointer, str]]:
        for file, path in shared:
            if file == document.schema:
                yield from ((pointer, request.new) for pointer, value in document.strings(path) if value == request.old)

    group = (ARTICLE, (config.splits.group,)) in shared
    return _Change(strings, labels=sorted(labels, key=str), group=group, columns=tuple(name for name, site, _ in sites if site in shared))


def _label_spots(applied: Applied, site: tuple[str, ShapePath], old: str) -> Iterator[Spot]:
    """Where schemas say the label of this column: as one that is allowed, in conditions, as a default or an example."""
    for file, pointer in applied.at(*site):
        schema = applied.schema((file, pointer))
        for keyword in ("const", "default"):
            if schema.get(keyword) == old:
                yield file, (*pointer, keyword)
        for keyword in ("enum", "examples"):
            yield from ((file, (*pointer, keyword, i)) for i, value in enumerate(schema.get(keyword, ())) if value == old)
