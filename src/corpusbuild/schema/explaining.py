"""Find and rank the reasons why a value is not valid, with patterns and formats left to the engine that decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from corpusbuild.schema.judging import OUT_OF_STEPS, STEPS, ShapeFault
from corpusbuild.schema.loading import BASE, Schemas, base_of
from corpusbuild.schema.vocabulary import subschemas

# So often a pattern may run out of steps in one process before it is not asked again: there are findings enough by then.
_OFTEN = 20


class _Patterns:
    """Patterns as the deciding engine matches them, within its number of steps back."""

    def __init__(self, schemas: Schemas) -> None:
        self._options, self._most = schemas.patterns(), schemas.limits.pattern_steps
        self._matchers: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._exhausted: Counter[str] = Counter()

    def faults(self, pattern: str, words: str) -> Iterator[ValidationError]:
        """Why ``words`` do not match, if they do not."""
        if pattern not in self._matchers:
            self._matchers[pattern] = jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=self._options, offline=True)
        if self._exhausted[pattern] >= _OFTEN:
            return
        fault = next(self._matchers[pattern].iter_errors(words), None)
        if fault is None:
            return
        if fault.message.startswith(OUT_OF_STEPS):
            self._exhausted[pattern] += 1
            yield ValidationError(fault.message, validator=STEPS, validator_value=(pattern, self._most), instance=words)
            return
        yield ValidationError(f"{words!r} does not match {pattern!r}")

    def pattern(self, _: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        """The keyword ``pattern``."""
        if isinstance(instance, str):
            yield from self.faults(pattern, instance)

    def pattern_properties(self, validator: Any, patterns: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        """The keyword ``patternProperties``."""
        if isinstance(instance, dict):
            for pattern, schema in patterns.items():
                for name in instance:
                    if next(self.faults(pattern, name), None) is None:
                        yield from validator.descend(instance[name], schema, path=name, schema_path=pattern)


@lru_cache(maxsize=64)
def _format(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True, offline=True)


@lru_cache(maxsize=1)
def _unique() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"uniqueItems": True}, offline=True)


def _unique_items(_: Any, wanted: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    # `jsonschema` compares each with each where items cannot be sorted.
    if wanted and isinstance(instance, list) and not _unique().is_valid(instance):
        yield ValidationError(f"{instance!r} has non-unique elements")


class _Formats(FormatChecker):
    """Formats as the deciding engine knows them."""

    def check(self, instance: object, format: str) -> None:  # noqa: A002  the name in jsonschema
        if isinstance(instance, str) and not _format(format).is_valid(instance):
            from jsonschema.exceptions import FormatError  # noqa: PLC0415  beside its only use

            raise FormatError(f"{instance!r} is not a {format!r}")


def _plain(schema: Any) -> Any:
    """A schema without ``$schema``: where it stands, ``jsonschema`` would go on with a validator that is not ours."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if not (key == "$schema" and isinstance(value, str))}
    return [_plain(each) for each in schema] if isinstance(schema, list) else schema


class _References:
    """``$ref``: what the deciding engine finds nothing wrong with is not looked into. Most of a document is such.

    A reference that is no whole address would mean something else to another validator, and is followed as it is.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._registry = schemas.registry()
        self._patterns = schemas.patterns()
        self._judges: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def __call__(self, validator: Any, reference: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if reference.startswith(BASE) and reference not in self._judges:
            self._judges[reference] = jsonschema_rs.Draft202012Validator(
                {"$ref": reference}, registry=self._registry, pattern_options=self._patterns, validate_formats=True, offline=True
            )
        if reference not in self._judges or not self._judges[reference].is_valid(instance):
            yield from Draft202012Validator.VALIDATORS["$ref"](validator, reference, instance, schema)


def explainer(schemas: Schemas, file: str) -> Validator:
    """What finds the reasons for one schema file."""
    contents = [(uri, _plain(content)) for uri, content in schemas.resources()]
    files = {schemas.uri(name): name for name in schemas.files}
    for uri, content in contents:
        for pointer, each in subschemas(content) if uri in files else ():
            if isinstance(each.get("$ref"), str) and base_of(schemas, files[uri], pointer) == uri:
                each["$ref"] = urljoin(uri, each["$ref"])
    patterns = _Patterns(schemas)
    keywords = {
        "uniqueItems": _unique_items,
        "pattern": patterns.pattern,
        "patternProperties": patterns.pattern_properties,
        "$ref": _References(schemas),
    }
    kind = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]  # jsonschema is only partly typed
    resources = ((uri, DRAFT202012.create_resource(content)) for uri, content in contents)
    registry: Registry[Any] = Registry().with_resources(resources).crawl()
    made: Validator = kind({"$ref": schemas.uri(file)}, registry=registry, format_checker=_Formats())
    return made


def reasons(explains: Validator, value: Any) -> Iterator[ShapeFault]:
    """The reasons, one for each cause; of alternatives, the one that the value comes nearest to."""
    for error in explains.iter_errors(value):
        for likeliest in _likeliest(error):
            yield from _faults(likeliest)


def _likeliest(error: ValidationError) -> Iterator[ValidationError]:
    """The errors of the alternative that the value comes nearest to; the error itself where none is nearer than the rest."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        # An alternative that is nothing but `false` has no keyword, and so no path.
        branches.setdefault(inner.schema_path[0] if inner.schema_path else id(inner), []).append(inner)
    ranked = sorted(branches.values(), key=_distance)
    one = ranked and (len(ranked) == 1 or _distance(ranked[0]) < _distance(ranked[1]))
    if error.validator not in {"anyOf", "oneOf"} or not one:
        yield error
        return
    for inner in ranked[0]:
        yield from _likeliest(inner)


def _distance(errors: list[ValidationError]) -> tuple[int, int, int]:
    """How far a value is from an alternative: wrong type first, then what is missing, then all that is wrong.

    The schema `false`, which has no keyword, is of no type at all.
    """
    types = sum(not inner.path and inner.validator in {"type", "const", None} for inner in errors)
    return types, sum(inner.validator == "required" for inner in errors), len(errors)


def _faults(error: ValidationError) -> Iterator[ShapeFault]:
    pointer = tuple(error.absolute_path)
    instance: Any = error.instance
    wanted: Any = error.validator_value
    keyword = str(error.validator or "false")
    known: tuple[str, ...] = ()
    schema = error.schema if isinstance(error.schema, dict) else {}
    if keyword in {"additionalProperties", "unevaluatedProperties"} and isinstance(instance, dict):
        known = tuple(schema.get("properties", {}))
        for name in _unexpected(instance, error.message, known):
            beside = tuple(each for each in instance if each != name)
            yield ShapeFault((*pointer, name), keyword, None, instance[name], error.message, name, known=known, beside=beside)
        return
    if keyword == "required":
        missing = next((name for name in wanted if name not in instance and repr(name) in error.message), None)
        yield ShapeFault(pointer, keyword, wanted, instance, error.message, missing=missing)
        return
    yield ShapeFault(pointer, keyword, wanted, instance, error.message)


def _unexpected(instance: dict[str, Any], message: str, known: tuple[str, ...]) -> list[str]:
    """The properties that nothing allows; the validator names them only in its message."""
    unknown = [name for name in instance if name not in known]
    return [name for name in unknown if repr(name) in message] or unknown[:1]
