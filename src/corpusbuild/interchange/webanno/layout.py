"""The tables that the layers of WebAnno TSV files become, and their columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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

    ``tables`` and ``columns`` are by the layer's type, and within it by feature. ``slots`` are the tables of slots by layer and
    feature; ``ways`` are the columns that refer to others, by the type that they lead to: table → column.
    """

    tables: dict[str, str]
    columns: dict[str, dict[str, str]]
    slots: dict[tuple[str, str], str]
    specs: tuple[TableSpec, ...]
    bases: dict[str, str] = field(default_factory=dict)
    """Of each layer of relations, the type of what they relate."""

    def ways(self, column: str, kind: str) -> dict[str, str]:
        """Table → column, for references called ``column`` that lead to annotations of the type ``kind``."""
        if kind == naming.TOKEN:
            return naming.targets(column, ["tokens"])
        if kind in self.tables:
            return naming.targets(column, [self.tables[kind]])
        if "." in kind and not kind.startswith("uima."):
            # A token, or a layer that no file has: then only tokens are there to lead to.
            return naming.targets(column, ["tokens"])
        return naming.targets(column, [*(self.tables[each] for each in self.tables if each not in self.bases), "tokens"])


def layout(headers: Iterable[Header]) -> Layout:
    """The tables for what the heads of all files declare."""
    merged: dict[str, Layer] = {}
    for header in headers:
        for layer in header.layers:
            known = merged.setdefault(layer.type, Layer(layer.kind, layer.type))
            has = {(column.holds, column.feature) for column in known.columns}
            known.columns += [column for column in layer.columns if (column.holds, column.feature) not in has]
    layers = [merged[name] for name in sorted(merged)]
    made = Layout(
        naming.tables((layer.type for layer in layers), {}),
        {layer.type: naming.columns(layer.type, layer.features()) for layer in layers},
        {},
        (),
        {layer.type: base(layer) for layer in layers if layer.kind is LayerKind.RELATION},
    )
    taken = {*made.tables.values(), "tokens", "sentences"}
    for layer in layers:
        for feature in layer.slots():
            made.slots[layer.type, feature] = naming.free(f"{made.tables[layer.type]}_{naming.lowered(feature)}", taken)
    specs = [_SENTENCES, _TOKENS]
    for layer in layers:
        specs += _specs(layer, made)
    return Layout(made.tables, made.columns, made.slots, tuple(specs), made.bases)


def base(layer: Layer) -> str:
    """The type of what a layer of relations relates.

    The format says that dependencies relate parts of speech, which the tool writes for them alone, and reads as tokens.
    """
    if layer.type == DEPENDENCY:
        return naming.TOKEN
    return next((column.type for column in layer.columns if column.holds is Holds.SOURCE), naming.TOKEN)


def _specs(layer: Layer, made: Layout) -> Iterable[TableSpec]:
    table = made.tables[layer.type]
    features = tuple(ColumnSpec(name, Kind.STRING, description=feature) for feature, name in made.columns[layer.type].items())
    if layer.kind is LayerKind.SPAN:
        yield TableSpec(table, (_KEY, _WORDS, *features), description=layer.type)
    elif layer.kind is LayerKind.CHAIN:
        links = (ColumnSpec("chain", Kind.INTEGER), ColumnSpec("next", Kind.REFERENCE, table=table))
        yield TableSpec(table, (_KEY, _WORDS, *links, *features), description=layer.type)
    else:
        kind = base(layer)
        ends = (*_references("from", kind, made), *_references("to", kind, made))
        yield TableSpec(table, (_KEY, *ends, *features), description=layer.type)
    for feature, kind in layer.slots().items():
        owner, role = ColumnSpec("owner", Kind.REFERENCE, table=table), ColumnSpec("role", Kind.STRING)
        columns = (_KEY, owner, role, *_references("target", kind, made))
        yield TableSpec(made.slots[layer.type, feature], columns, description=f"{layer.type}:{feature}")


def _references(column: str, kind: str, made: Layout) -> tuple[ColumnSpec, ...]:
    return tuple(ColumnSpec(name, Kind.REFERENCE, table=table) for table, name in made.ways(column, kind).items())
