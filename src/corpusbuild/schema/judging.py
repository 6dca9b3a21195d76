"""Judge values by a schema: ``jsonschema-rs`` decides, ``jsonschema`` finds and ranks the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs

from corpusbuild.corpus.nesting import too_deep
from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.loading import Schemas
from corpusbuild.schema.vocabulary import subschemas

NESTING, STEPS, MORE = "nesting", "pattern steps", "more reasons"
"""What stands in the place of a keyword where no keyword says no, but a limit was met."""

MOST = 1_000
"""The most reasons that are given for one value; one more says so where there are others."""

CROWD = 1_000
OUT_OF_STEPS = "Error executing regex"
"""How the deciding engine begins to tell that a pattern took too many steps back."""


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """Why a value is not what the schema wants: the keyword that says no, what it wants, and where in the value.

    ``unexpected`` is the property that should not be there, ``missing`` the one that should; ``known`` are those that
    may be there, ``beside`` those that are there besides the unexpected one.
    """

    pointer: Pointer
    keyword: str
    wanted: Any
    value: Any
    message: str
    unexpected: str | None = None
    missing: str | None = None
    known: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass
class Judge:
    """Says whether a value is valid under one schema file, and why not. Picklable; compiled where it is used."""

    schemas: Schemas
    file: str
    _compiled: jsonschema_rs.Draft202012Validator | None = field(default=None, repr=False)
    _explainer: Any = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {"schemas": self.schemas, "file": self.file, "_compiled": None, "_explainer": None}

    @property
    def _judge(self) -> jsonschema_rs.Draft202012Validator:
        if self._compiled is None:
            self._compiled = jsonschema_rs.Draft202012Validator(
                {"$ref": self.schemas.uri(self.file)},
                registry=self.schemas.registry(),
                pattern_options=self.schemas.patterns(),
                validate_formats=True,
                offline=True,
            )
        return self._compiled

    @cached_property
    def _keeps_json(self) -> bool:
        """Whether a value of any depth may be valid: what is kept as JSON. All else is as deep as the columns."""
        return any(each.get("x-column") == "json" for schema in self.schemas.files.values() for _, each in subschemas(schema))

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` is valid."""
        return self._judge.is_valid(value) and (not self._keeps_json or too_deep(value, self.schemas.limits.nesting) is None)

    def explain(self, value: Any) -> list[ShapeFault]:
        """Why ``value`` is not valid: at least one reason, the likeliest of alternatives only."""
        most = self.schemas.limits.nesting
        deep = too_deep(value, most)
        if deep is not None:
            return [ShapeFault(deep, NESTING, most, None, f"nested more than {most} deep")]
        found = list(islice(self._reasons(value), MOST + 1))
        if len(found) > MOST:
            found[MOST:] = [ShapeFault((), MORE, MOST, None, f"more than {MOST} reasons")]
        return found

    def _reasons(self, value: Any) -> Iterator[ShapeFault]:
        from corpusbuild.schema.explaining import explainer, reasons  # noqa: PLC0415  jsonschema is slow to import, and rarely needed

        if self._explainer is None:
            self._explainer = explainer(self.schemas, self.file)
        found = False
        if not (self._has_patterns_for_names or _is_crowded(value)):
            for each in reasons(self._explainer, value):
                found = True
                yield each
        if not found:
            yield from (self._own_words(error) for error in self._judge.iter_errors(value))

    @cached_property
    def _has_patterns_for_names(self) -> bool:
        """Whether ``jsonschema`` would match names of properties by itself: with ``re``, in whatever time that takes."""
        named = [each for schema in self.schemas.files.values() for _, each in subschemas(schema)]
        others = {"additionalProperties", "unevaluatedProperties"}
        return any("patternProperties" in each for each in named) and any(others & each.keys() for each in named)

    def _own_words(self, error: jsonschema_rs.ValidationError) -> ShapeFault:
        """The deciding engine's own error, for what ``jsonschema`` finds nothing wrong with, or would take too long for."""
        facts: Mapping[str, Any] = error.kind.as_dict()
        if error.message.startswith(OUT_OF_STEPS):
            # The engine says where in a schema it stopped, and of patterns for names alone that is the pattern.
            pattern = error.schema_path[-1] if error.schema_path[-2:-1] == ["patternProperties"] else None
            wanted = pattern, self.schemas.limits.pattern_steps
            return ShapeFault(tuple(error.instance_path), STEPS, wanted, error.instance, error.message)
        return _as_told(error, facts)


def _is_crowded(value: Any) -> bool:
    """Whether an object has so many properties that to look for each among all takes too long; no schema names so many."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            if len(each) > CROWD:
                return True
            todo += each.values()
        elif isinstance(each, list):
            todo += each
    return False


def _as_told(error: jsonschema_rs.ValidationError, facts: Mapping[str, Any]) -> ShapeFault:
    unexpected = (facts.get("unexpected") or [None])[0]
    return ShapeFault(
        tuple(error.instance_path),
        error.kind.name,
        facts,
        error.instance,
        error.message,
        unexpected=unexpected,
        missing=facts.get("property"),
    )
