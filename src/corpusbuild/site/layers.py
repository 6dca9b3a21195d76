"""What the schemas say about how a table is read: which of its columns mark words, label, refer, or tell how it came to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from corpusbuild.agreement.comparing import SECTION, Comparison, comparisons
from corpusbuild.corpus.config import Config
from corpusbuild.schema.shape import ITEM, Column, Label, Listing, Path, Record, Scalar, Shape, Table, Words, walk
from corpusbuild.site.contents import ANNOTATIONS, ARTICLES
from corpusbuild.tables import plain_columns


@dataclass(frozen=True, slots=True)
class Role:
    """An anchor of a table: what its words are to the row. A ``home`` only holds the words of others."""

    table: str
    path: Path
    home: bool = False

    @property
    def name(self) -> str:
        """What it is called: the column's name."""
        return " ".join(step for step in self.path if step != ITEM).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds keys of ``table``."""

    path: Path
    table: str

    @property
    def name(self) -> str:
        """What it is called: the column's name."""
        return " ".join(step for step in self.path if step != ITEM).replace("_", " ")

    @property
    def is_direct(self) -> bool:
        """Whether it is a column of the row itself, or the items of one."""
        return len([step for step in self.path if step != ITEM]) == 1


@dataclass(frozen=True, slots=True)
class Layer:
    """How a table is read.

    ``roles`` are its anchors, ``stands_for`` the one whose words say what a row is about; ``aside`` are the columns that tell
    how a row was adjudicated. ``ends`` are the two columns of a relation, which join rows of one table; ``symmetric`` has,
    for a column of labels, those that mean the same from either end. ``skipped`` are the labels of rows whose words do not
    count as text, as ``[tool.corpusbuild.agree] skip`` says.
    """

    name: str
    columns: tuple[Column, ...]
    key: str | None = None
    roles: tuple[Role, ...] = ()
    stands_for: Role | None = None
    references: tuple[Reference, ...] = ()
    labels: tuple[Column, ...] = ()
    aside: frozenset[str] = frozenset()
    ends: tuple[Reference, Reference] | None = None
    symmetric: Mapping[str, frozenset[str]] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called where people read."""
        return self.name.replace("_", " ")

    @property
    def is_zones(self) -> bool:
        """Whether its rows are parts of the page: words with a label, which nothing else belongs to."""
        labels = [column for column in self.columns if isinstance(column.type, Label)]
        return self.key is None and len(self.roles) == 1 and bool(labels) and not self.references

    @property
    def is_marked(self) -> bool:
        """Whether its rows are marked in the text."""
        return bool(self.roles) and not self.is_zones

    @property
    def heading(self) -> Column | None:
        """The column that names a row for people: its first plain string that is no key, one that is always there before others."""
        plain = [each for each in self.columns if each.type is Scalar.STRING and not each.key and each.ref is None]
        plain = [each for each in plain if each.name not in self.aside]
        return next((each for each in plain if not each.nullable), None)


def layers(shape: Shape, config: Config) -> dict[str, Layer]:
    """Every table of a corpus, by name: articles and their metadata, annotation documents, nested tables, registries."""
    columns = plain_columns(shape)
    metadata = shape.article.columns
    found = {ARTICLES: _layer(ARTICLES, metadata)}
    for comparison in comparisons(shape, config.agree):
        found[comparison.name] = _nested(shape, comparison, config)
    of_document = tuple(each for each in columns[ANNOTATIONS] if each.name != "article_id")
    found[ANNOTATIONS] = _layer(ANNOTATIONS, of_document)
    for registry in shape.registries:
        found[registry.name] = _layer(registry.name, registry.row.columns, registry.key)
    return found


def _layer(name: str, columns: tuple[Column, ...], key: str | None = None) -> Layer:
    roles = tuple(_roles(name, Record(columns)))
    return Layer(
        name,
        columns,
        key,
        roles,
        next((role for role in roles if not role.home), None),
        tuple(_references(Record(columns))),
        tuple(each for each in columns if label_of(each) is not None),
    )


def _nested(shape: Shape, comparison: Comparison, config: Config) -> Layer:
    table = comparison.table
    plain = _layer(table.name, table.row.columns, table.key)
    chosen = comparison.align[0] if comparison.align else None
    stands_for = next((role for role in plain.roles if role.path == (chosen,)), plain.stands_for)
    aside = {comparison.provenance} if comparison.provenance is not None else set()
    return Layer(
        plain.name,
        plain.columns,
        plain.key,
        plain.roles,
        stands_for or next(iter(plain.roles), None),
        plain.references,
        plain.labels,
        frozenset(aside | ({SECTION} if comparison.section else set())),
        _ends(shape, table, plain.references),
        comparison.symmetric,
        config.agree.skip.get(table.name, {}),
    )


def _ends(shape: Shape, table: Table, references: tuple[Reference, ...]) -> tuple[Reference, Reference] | None:
    """The two columns of a relation: the first that refer to one nested table with a key, another than this."""
    keyed = [each.name for each in shape.tables if each.key is not None and each.name != table.name]
    for name in keyed:
        those = [each for each in references if each.table == name and each.is_direct]
        if len(those) == 2:
            return those[0], those[1]
    return None


def label_of(column: Column) -> Label | None:
    """What a column is one of, or several of; None for one of other values."""
    kind = column.type.item.type if isinstance(column.type, Listing) else column.type
    return kind if isinstance(kind, Label) else None


def _roles(table: str, record: Record) -> Iterator[Role]:
    anchors = {path: column.type for path, column in walk(record) if isinstance(column.type, Words)}
    homes = {each.within for each in anchors.values()}
    for path in anchors:
        yield Role(table, path, path[-1] in homes)


def _references(record: Record) -> Iterator[Reference]:
    for path, column in walk(record):
        if column.ref is not None:
            yield Reference(path, column.ref)
