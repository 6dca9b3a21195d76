"""The tables that the layers of WebAnno TSV files become, and their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange import naming
from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec
from corpusbuild.interchange.webanno.header import Header, Holds, Layer, LayerKind

DEPENDENCY = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency"

_KEY = ColumnSpec("id", Kind.STRING)
_WORDS = ColumnSpec("words", Kind.WORDS)
_SENTENCES = TableSpec("sentences", (_KEY, _WORDS, ColumnSpec("sentence_id", Kind.STRING)))
_TOKENS = TableSpec("tokens", (_KEY, _WORDS))


@dataclass(frozen=True, slots=True)
class Layout:
    """What the layers of all files of a source become.

    ``tables`` and ``columns`` are by the layer's type, and within it by feature; ``slots`` are the tables of slots by layer and
    feature. ``ways`` are the columns that refer to others, by layer and by ``from`` and ``to`` or the slot: table → column.
    """

    tables: dict[str, str]
    columns: dict[str, dict[str, str]]
    slots: dict[tuple[str, str], str] = field(default_factory=dict)
    ways: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    specs: list[TableSpec] = field(default_factory=lambda: [_SENTENCES, _TOKENS])


def layout(headers: Iterable[Header]) -> Layout:
    """The tables for what the heads of all files declare.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where a layer is of another kind in another file.
    """
    layers = _merged(list(headers))
    made = Layout(
        naming.tables((layer.type for layer in layers), {}),
        {layer.type: naming.columns(layer.type, layer.features()) for layer in layers},
    )
    taken = {*made.tables.values(), *naming.UNITS.values()}
    anywhere = [*(made.tables[layer.type] for layer in layers if layer.kind is not LayerKind.RELATION), "tokens"]
    for layer in layers:
        for feature in layer.slots():
            made.slots[layer.type, feature] = naming.free(f"{made.tables[layer.type]}_{naming.lowered(feature)}", taken)
        for column, key in _leading(layer):
            kinds = _kinds(layer, key)
            where = [table for kind in sorted(kinds) for table in (anywhere if is_any(kind) else [_table(kind, made)])]
            made.ways[layer.type, key] = naming.targets(column, where)
    for layer in layers:
        made.specs.extend(_specs(layer, made))
    return made


def _merged(headers: Sequence[Header]) -> list[Layer]:
    merged: dict[str, Layer] = {}
    for header in headers:
        for layer in header.layers:
            known = merged.setdefault(layer.type, Layer(layer.kind, layer.type))
            if known.kind is not layer.kind:
                raise CannotGoOn(f'"{layer.type}" is #{known.kind} in one file and #{layer.kind} in another')
            # The types of targets are those of the annotations that a file happens to have: all are kept.
            has = {column[1:] for column in known.columns}
            known.columns += [column for column in layer.columns if column[1:] not in has]
    return [merged[name] for name in _ordered([[layer.type for layer in header.layers] for header in headers])]


def _ordered(heads: Sequence[Sequence[str]]) -> list[str]:
    """The layers in an order that is that of every file, so that they can be written in it again; as they come where there is none."""
    before: dict[str, set[str]] = {name: set() for names in heads for name in names}
    for names in heads:
        for one, other in pairwise(names):
            before[other].add(one)
    try:
        return list(TopologicalSorter({name: sorted(found) for name, found in before.items()}).static_order())
    except CycleError:
        return list(before)


def base(layer: Layer, declared: str) -> str:
    """The type of what a layer of relations relates, by the one that the file declares.

    The format says that dependencies relate parts of speech, which the tool writes for them alone, and reads as tokens.
    """
    return naming.TOKEN if layer.type == DEPENDENCY else declared


def is_any(kind: str) -> bool:
    """Whether a type is one of UIMA's own, which any annotation is of."""
    return kind.startswith("uima.") or "." not in kind


def _table(kind: str, made: Layout) -> str:
    """Where annotations of a type are: of a layer that no file has, only the tokens that they would be on."""
    return "tokens" if kind == naming.TOKEN else made.tables.get(kind, "tokens")


def _leading(layer: Layer) -> list[tuple[str, str]]:
    """The columns that refer to others, and what they are known by."""
    ends = [("from", "from"), ("to", "to")] if layer.kind is LayerKind.RELATION else []
    return [*ends, *(("target", feature) for feature in layer.slots())]


def _kinds(layer: Layer, key: str) -> set[str]:
    if layer.kind is LayerKind.RELATION:
        return {base(layer, column.type) for column in layer.columns if column.holds is Holds.SOURCE}
    return {column.type for column in layer.columns if column.holds is Holds.TARGETS and column.feature == key}


def _specs(layer: Layer, made: Layout) -> Iterable[TableSpec]:
    table = made.tables[layer.type]
    features = tuple(
        ColumnSpec(name, Kind.STRING, description=feature, declared=True) for feature, name in made.columns[layer.type].items()
    )
    if layer.kind is LayerKind.SPAN:
        yield TableSpec(table, (_KEY, _WORDS, *features), description=layer.type)
    elif layer.kind is LayerKind.CHAIN:
        links = (ColumnSpec("chain", Kind.INTEGER), ColumnSpec("next", Kind.REFERENCE, table=table))
        yield TableSpec(table, (_KEY, _WORDS, *links, *features), description=layer.type)
    else:
        ends = (*_references(layer, "from", made), *_references(layer, "to", made))
        yield TableSpec(table, (_KEY, *ends, *features), description=layer.type)
    for feature in layer.slots():
        owner = ColumnSpec("owner", Kind.REFERENCE, table=table, declared=True, owner=True)
        role = ColumnSpec("role", Kind.STRING, declared=True)
        columns = (_KEY, owner, role, *_references(layer, feature, made))
        yield TableSpec(made.slots[layer.type, feature], columns, description=naming.slot(layer.type, feature, *_types(layer, feature)))


def _types(layer: Layer, feature: str) -> tuple[str, str]:
    """The type of what fills a slot, and that of what it leads to, as the first file has them."""
    kinds = [column.type for column in layer.columns if column.feature == feature and column.holds in {Holds.ROLES, Holds.TARGETS}]
    return kinds[0], kinds[1]


def _references(layer: Layer, key: str, made: Layout) -> tuple[ColumnSpec, ...]:
    return tuple(ColumnSpec(column, Kind.REFERENCE, table=table) for table, column in made.ways[layer.type, key].items())
