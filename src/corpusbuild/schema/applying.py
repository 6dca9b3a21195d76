"""Which schema objects speak of a place in a document: those that give it its type, and those that only set conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.loading import Schemas, base_of, places
from corpusbuild.schema.shape import ITEM, Path

Spot = tuple[str, Pointer]
"""A schema object: its file, and its place there."""

_HERE = ("if", "then", "else", "not")
_HERE_LISTS = ("allOf", "anyOf", "oneOf")
_ITEMS = ("items", "contains", "unevaluatedItems")


@dataclass(frozen=True)
class Applied:
    """Follows instances through schemas, by every keyword that leads from one schema object to another."""

    schemas: Schemas

    @cached_property
    def _places(self) -> dict[str, Spot]:
        return places(self.schemas)

    def at(self, file: str, path: Path) -> set[Spot]:
        """Every schema object that is applied to what stands at ``path`` of a document that ``file`` describes."""
        spots = self._here({(file, ())})
        for step in path:
            spots = self._here({below for spot in spots for below in self._below(spot, step)})
        return spots

    def schema(self, spot: Spot) -> Any:
        """The schema object at ``spot``."""
        file, pointer = spot
        node = self.schemas.files[file]
        for step in pointer:
            node = node[step]
        return node

    def target(self, spot: Spot) -> Spot | None:
        """Where the ``$ref`` of a schema object leads, None where it has none."""
        ref = self.schema(spot).get("$ref")
        if not isinstance(ref, str):
            return None
        uri, fragment = urldefrag(urljoin(base_of(self.schemas, *spot), ref))
        if fragment and not fragment.startswith("/"):
            return self._places[f"{uri}#{unquote(fragment)}"]
        file, pointer = self._places[uri]
        node = self.schema((file, pointer))
        for raw in unquote(fragment).split("/")[1:]:
            name = raw.replace("~1", "/").replace("~0", "~")
            step: str | int = int(name) if isinstance(node, list) else name
            node, pointer = node[step], (*pointer, step)
        return file, pointer

    def _here(self, spots: Iterable[Spot]) -> set[Spot]:
        """``spots`` and all that is applied to the same instance because of them."""
        found: set[Spot] = set()
        todo = [spot for spot in spots if isinstance(self.schema(spot), dict)]
        while todo:
            spot = todo.pop()
            if spot not in found:
                found.add(spot)
                todo += [each for each in self._beside(spot) if isinstance(self.schema(each), dict)]
        return found

    def _beside(self, spot: Spot) -> Iterator[Spot]:
        file, pointer = spot
        schema = self.schema(spot)
        yield from ((file, (*pointer, keyword)) for keyword in _HERE if keyword in schema)
        for keyword in _HERE_LISTS:
            yield from ((file, (*pointer, keyword, i)) for i in range(len(schema.get(keyword, ()))))
        yield from ((file, (*pointer, "dependentSchemas", name)) for name in schema.get("dependentSchemas", ()))
        target = self.target(spot)
        if target is not None:
            yield target

    def _below(self, spot: Spot, step: str) -> Iterator[Spot]:
        file, pointer = spot
        schema = self.schema(spot)
        if step == ITEM:
            yield from ((file, (*pointer, keyword)) for keyword in _ITEMS if keyword in schema)
            yield from ((file, (*pointer, "prefixItems", i)) for i in range(len(schema.get("prefixItems", ()))))
        elif step in schema.get("properties", {}):
            yield file, (*pointer, "properties", step)
