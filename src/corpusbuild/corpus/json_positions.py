"""Where each value and key of a JSON document stands, by pointer. Run on a document only when it is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpusbuild.diagnostics.where import Pointer

if TYPE_CHECKING:
    import tree_sitter

# What may stand around a document's value in the syntax tree without being one.
_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null"})


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    import tree_sitter  # noqa: PLC0415  a corpus without faults needs no positions
    import tree_sitter_json  # noqa: PLC0415  likewise

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_json.language()))


@dataclass(frozen=True)
class JsonPositions:
    """The positions of one JSON document, as byte offsets."""

    data: bytes

    @cached_property
    def _root(self) -> tree_sitter.Node | None:
        top = _parser().parse(self.data).root_node
        return next((node for node in top.children if node.type in _VALUES), None)

    def value(self, pointer: Pointer) -> tuple[int, int]:
        """The bytes of the value at ``pointer``; where there is none, of the nearest value around it."""
        node = self._walk(pointer)[0]
        return (0, len(self.data)) if node is None else (node.start_byte, node.end_byte)

    def has(self, pointer: Pointer) -> bool:
        """Whether there is anything at ``pointer``."""
        node = self._root
        for step in pointer:
            node = self._step(node, step)[0] if node is not None else None
        return node is not None

    def items(self) -> list[bytes]:
        """The bytes of each item of an array."""
        nodes = [] if self._root is None else [child for child in self._root.children if child.type in _VALUES]
        return [self.data[node.start_byte : node.end_byte] for node in nodes]

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """The bytes of the key of the member at ``pointer``; of its value where it is an array's item."""
        node, pair = self._walk(pointer)
        if pair is not None:
            return _key(pair)
        return self.value(pointer) if node is not None else (0, len(self.data))

    def _walk(self, pointer: Pointer) -> tuple[tree_sitter.Node | None, tree_sitter.Node | None]:
        node, pair = self._root, None
        for step in pointer:
            if node is None:
                break
            below, pair_below = self._step(node, step)
            if below is None:
                return node, None
            node, pair = below, pair_below
        return node, pair

    def _step(self, node: tree_sitter.Node, step: str | int) -> tuple[tree_sitter.Node | None, tree_sitter.Node | None]:
        if node.type == "array" and isinstance(step, int):
            if node.id not in self._items:
                self._items[node.id] = [child for child in node.children if child.type in _VALUES]
            items = self._items[node.id]
            return (items[step], None) if 0 <= step < len(items) else (None, None)
        if node.type == "object" and isinstance(step, str):
            if node.id not in self._pairs:
                # The last of equal keys is the one whose value counts.
                self._pairs[node.id] = dict(self._members(node))
            pair = self._pairs[node.id].get(step)
            return (None, None) if pair is None else (pair.child_by_field_name("value"), pair)
        return None, None

    # Of a long array, each item may have a finding: its items are listed once.

    @cached_property
    def _items(self) -> dict[int, list[tree_sitter.Node]]:
        return {}

    @cached_property
    def _pairs(self) -> dict[int, dict[str, tree_sitter.Node]]:
        return {}

    def _members(self, node: tree_sitter.Node) -> Iterator[tuple[str, tree_sitter.Node]]:
        for pair in node.children:
            key = pair.child_by_field_name("key") if pair.type == "pair" else None
            if key is not None:
                name = self.data[key.start_byte : key.end_byte]
                try:
                    yield json.loads(name) if b"\\" in name else name[1:-1].decode("utf-8"), pair
                except ValueError:
                    continue

    def repeated_keys(self) -> Iterator[Repeated]:
        """Each key that stands in its object before."""
        todo: list[tuple[tree_sitter.Node, Pointer]] = [(self._root, ())] if self._root is not None else []
        while todo:
            node, pointer = todo.pop()
            first: dict[str, tree_sitter.Node] = {}
            if node.type == "array":
                todo += [(child, (*pointer, i)) for i, child in enumerate(c for c in node.children if c.type in _VALUES)]
            for name, pair in self._members(node) if node.type == "object" else ():
                value = pair.child_by_field_name("value")
                if name in first:
                    yield Repeated((*pointer, name), _key(first[name]), _key(pair), self._spare(first[name], pair))
                first.setdefault(name, pair)
                if value is not None:
                    todo.append((value, (*pointer, name)))

    def _spare(self, first: tree_sitter.Node, second: tree_sitter.Node) -> tuple[int, int] | None:
        """The bytes of ``second`` with the comma before it, where its value is that of ``first``."""
        comma = second.prev_sibling
        values = [pair.child_by_field_name("value") for pair in (first, second)]
        if comma is None or comma.type != ",":
            return None
        try:
            # As text: 1 is not 1.0, nor true.
            one, other = (json.dumps(json.loads(self.data[v.start_byte : v.end_byte]), sort_keys=True) for v in values if v is not None)
        except ValueError:
            return None
        return (comma.start_byte, second.end_byte) if one == other else None


class Repeated(NamedTuple):
    """A key that stands in its object before: the bytes of the first and its own, and those that can go if both values are equal."""

    pointer: Pointer
    first: tuple[int, int]
    second: tuple[int, int]
    spare: tuple[int, int] | None


def _key(pair: tree_sitter.Node) -> tuple[int, int]:
    key = pair.child_by_field_name("key") or pair
    return key.start_byte, key.end_byte
