"""Where each value and key of a JSON document stands, by pointer. Run on a document only when it is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import tree_sitter
import tree_sitter_json

from corpusbuild.diagnostics.where import Pointer

# What may stand around a document's value in the syntax tree without being one.
_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null"})


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
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

    def items(self) -> list[bytes]:
        """The bytes of each item of an array."""
        nodes = [] if self._root is None else [child for child in self._root.children if child.type in _VALUES]
        return [self.data[node.start_byte : node.end_byte] for node in nodes]

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """The bytes of the key of the member at ``pointer``; of its value where it is an array's item."""
        node, pair = self._walk(pointer)
        if pair is not None:
            key = pair.child_by_field_name("key")
            return (key.start_byte, key.end_byte) if key is not None else (pair.start_byte, pair.end_byte)
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
            items = [child for child in node.children if child.type in _VALUES]
            return (items[step], None) if 0 <= step < len(items) else (None, None)
        if node.type == "object":
            # The last of equal keys is the one whose value counts.
            for key, pair in reversed(list(self._members(node))):
                if key == step:
                    return pair.child_by_field_name("value"), pair
        return None, None

    def _members(self, node: tree_sitter.Node) -> Iterator[tuple[str, tree_sitter.Node]]:
        for pair in node.children:
            key = pair.child_by_field_name("key") if pair.type == "pair" else None
            if key is not None:
                try:
                    yield json.loads(self.data[key.start_byte : key.end_byte]), pair
                except ValueError:
                    continue

    def repeated_keys(self) -> Iterator[tuple[Pointer, tuple[int, int], tuple[int, int]]]:
        """Each key that stands in its object before: its pointer, the bytes of the first, its own bytes."""
        todo: list[tuple[tree_sitter.Node, Pointer]] = [(self._root, ())] if self._root is not None else []
        while todo:
            node, pointer = todo.pop()
            first: dict[str, tuple[int, int]] = {}
            if node.type == "array":
                todo += [(child, (*pointer, i)) for i, child in enumerate(c for c in node.children if c.type in _VALUES)]
            for name, pair in self._members(node) if node.type == "object" else ():
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if key is None:
                    continue
                here = (key.start_byte, key.end_byte)
                if name in first:
                    yield (*pointer, name), first[name], here
                first.setdefault(name, here)
                if value is not None:
                    todo.append((value, (*pointer, name)))
