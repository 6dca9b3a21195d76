"""Load the corpus's schemas: judged, with every reference resolved among themselves. Never over the network."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

import jsonschema_rs

from corpusbuild.corpus.limits import DEFAULT, Limits
from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.extent import Spot, extent_faults
from corpusbuild.schema.vocabulary import DEFINITIONS, DIALECT, KNOWN, children, subschemas, vocabulary_schema

# A name that is reserved never to resolve (RFC 6761); nothing is fetched from it, and nothing could be.
BASE = "https://corpus.invalid/schema/"

_INDEX = re.compile("0|[1-9][0-9]{0,8}")


ARTICLE, ANNOTATION = "article.json", "annotation.json"
"""The two schemas that every corpus has."""


class FaultKind(Enum):
    """What is wrong with a schema."""

    INVALID = "invalid"
    NOT_COLUMNAR = "not columnar"
    UNKNOWN_KEYWORD = "unknown keyword"


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One mistake in a schema file, at ``pointer``; ``key`` points at the keyword rather than its value."""

    kind: FaultKind
    file: str
    pointer: Pointer
    message: str
    help: str = ""
    key: bool = False


@dataclass(frozen=True)
class Schemas:
    """The schemas of one corpus, by file name (``article.json``), and how far judging by them may go."""

    files: Mapping[str, Any]
    limits: Limits = DEFAULT

    def uri(self, file: str) -> str:
        """The address that references among the schemas are resolved against; nothing is ever fetched from it."""
        return BASE + quote(file)

    def resources(self) -> list[tuple[str, Any]]:
        """Address and content of each schema, for a registry."""
        return [(self.uri(file), schema) for file, schema in self.files.items()]

    def registry(self) -> jsonschema_rs.Registry:
        """All schemas, so that a reference among them finds its target without a look at disk or network."""
        return jsonschema_rs.Registry(self.resources(), draft=jsonschema_rs.Draft202012)

    def patterns(self) -> jsonschema_rs.FancyRegexOptions:
        """How patterns are matched: in linear time where they can be, else within a number of steps back."""
        return jsonschema_rs.FancyRegexOptions(backtrack_limit=self.limits.pattern_steps)


def schema_faults(schemas: Schemas) -> list[SchemaFault]:
    """What is wrong with the schemas as JSON Schema and as vocabulary; nothing else may be asked of them before."""
    faults = [fault for file, schema in schemas.files.items() for fault in _file_faults(file, schema)]
    if _only_unknown(faults):
        faults += _reference_faults(schemas)
    if _only_unknown(faults):
        faults += _extent_faults(schemas)
    return faults


def _only_unknown(faults: Iterable[SchemaFault]) -> bool:
    """Whether nothing is wrong but keywords that nobody knows."""
    return all(fault.kind is FaultKind.UNKNOWN_KEYWORD for fault in faults)


@lru_cache(maxsize=1)
def _meta_judges() -> tuple[jsonschema_rs.Draft202012Validator, jsonschema_rs.Draft202012Validator]:
    meta = jsonschema_rs.Draft202012Validator({"$ref": DIALECT}, validate_formats=True, offline=True)
    return meta, jsonschema_rs.Draft202012Validator(vocabulary_schema(), offline=True)


def _file_faults(file: str, schema: Any) -> Iterator[SchemaFault]:
    if not isinstance(schema, dict):
        yield SchemaFault(FaultKind.INVALID, file, (), "a schema file must hold an object")
        return
    if schema.get("$schema", DIALECT).rstrip("#") != DIALECT if isinstance(schema.get("$schema", DIALECT), str) else False:
        yield SchemaFault(FaultKind.INVALID, file, ("$schema",), "not draft 2020-12 of JSON Schema", f'write "{DIALECT}"')
        return
    meta, ours = _meta_judges()
    errors = [_deepest(error) for error in meta.iter_errors(schema)]
    for error in errors:
        yield SchemaFault(FaultKind.INVALID, file, tuple(error.instance_path), error.message)
    if errors:
        return
    for pointer, each in subschemas(schema):
        for error in ours.iter_errors(each):
            yield SchemaFault(FaultKind.INVALID, file, (*pointer, *error.instance_path), error.message)
        for at, pattern in _patterns(each):
            if not _can_be_matched(pattern):
                yield SchemaFault(FaultKind.INVALID, file, (*pointer, *at), "this pattern is too large to be matched", "write it smaller")
        for keyword in each.keys() - KNOWN:
            yield SchemaFault(FaultKind.UNKNOWN_KEYWORD, file, (*pointer, keyword), keyword, key=True)


def _deepest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """The reason behind an "is not valid under any of": the error that lies deepest."""
    while True:
        branches = error.kind.as_dict().get("context") or []
        below = [inner for branch in branches for inner in branch]
        if not below:
            return error
        error = max(below, key=lambda inner: len(inner.instance_path))


def _reference_faults(schemas: Schemas) -> Iterator[SchemaFault]:
    known = places(schemas)
    stands = {(file, pointer) for file, schema in schemas.files.items() for pointer, _ in subschemas(schema)}
    files = ", ".join(schemas.files)
    for file, schema in schemas.files.items():
        for pointer, each in subschemas(schema):
            ref = each.get("$ref")
            if not isinstance(ref, str):
                continue
            uri, fragment = urldefrag(urljoin(base_of(schemas, file, pointer), ref))
            at = (*pointer, "$ref")
            if uri not in known:
                help_text = f"schemas may refer to one another only ({files}); nothing is fetched from elsewhere"
                yield SchemaFault(FaultKind.INVALID, file, at, f'"{ref}" is no schema of this corpus', help_text)
            elif _target(schemas, known, stands, uri, unquote(fragment)) is None:
                yield SchemaFault(FaultKind.INVALID, file, at, f"in {uri.removeprefix(BASE)} there is no #{fragment}")


def _target(schemas: Schemas, known: Mapping[str, Spot], stands: Collection[Spot], uri: str, fragment: str) -> Spot | None:
    """Where the schema is at ``fragment`` (a JSON pointer, or the name of an anchor) of the resource ``uri``; None where none is.

    ``stands`` is where schemas stand: what looks like one in an example, or below a keyword that nobody knows, is not judged.
    """
    if fragment and not fragment.startswith("/"):
        return known.get(f"{uri}#{fragment}")
    file, pointer = known[uri]
    node = schemas.files[file]
    for step in pointer:
        node = node[step]
    for step in fragment.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        at: str | int = int(name) if isinstance(node, list) and _INDEX.fullmatch(name) else name
        try:
            node = node[at]
        except (KeyError, IndexError, TypeError):
            return None
        pointer = (*pointer, at)
    return (file, pointer) if isinstance(node, bool) or (file, pointer) in stands else None


def _extent_faults(schemas: Schemas) -> Iterator[SchemaFault]:
    """The schema that leads too far, if there is one. Every reference has a target."""
    known = places(schemas)
    stands = {(file, pointer): each for file, schema in schemas.files.items() for pointer, each in subschemas(schema)}

    def below(spot: Spot) -> Iterator[Spot]:
        file, pointer = spot
        for at, each in children(stands[spot], pointer):
            if isinstance(each, dict) and at[len(pointer)] not in DEFINITIONS:
                yield file, at
        ref = stands[spot].get("$ref")
        if isinstance(ref, str):
            uri, fragment = urldefrag(urljoin(base_of(schemas, file, pointer), ref))
            target = _target(schemas, known, stands, uri, unquote(fragment))
            if target in stands and target is not None:
                yield target

    for (file, pointer), message in extent_faults(stands, below, schemas.limits.nesting):
        yield SchemaFault(FaultKind.INVALID, file, pointer, message)


def _patterns(schema: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """The regular expressions of a schema object, with where they stand in it."""
    if isinstance(schema.get("pattern"), str):
        yield ("pattern",), schema["pattern"]
    yield from ((("patternProperties", each), each) for each in schema.get("patternProperties", ()))


def _can_be_matched(pattern: str) -> bool:
    """Whether the engine makes anything of a pattern: it bounds what one may come to."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True)
    except jsonschema_rs.ValidationError:
        return False
    return True


def places(schemas: Schemas) -> dict[str, tuple[str, Pointer]]:
    """Where each schema is that a reference can name: by URI (a file's, an ``$id``), or by URI, ``#`` and ``$anchor``."""
    found: dict[str, tuple[str, Pointer]] = {schemas.uri(file): (file, ()) for file in schemas.files}
    for file, schema in schemas.files.items():
        for pointer, each in subschemas(schema):
            base = base_of(schemas, file, pointer)
            if isinstance(each.get("$id"), str):
                found.setdefault(base, (file, pointer))
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(each.get(keyword), str):
                    found.setdefault(f"{base}#{each[keyword]}", (file, pointer))
                    if base == base_of(schemas, file):
                        found.setdefault(f"{schemas.uri(file)}#{each[keyword]}", (file, pointer))
    return found


def base_of(schemas: Schemas, file: str, pointer: Pointer = ()) -> str:
    """The base URI at ``pointer`` of a schema file: the last ``$id`` on the way there."""
    base = schemas.uri(file)
    node = schemas.files[file]
    for step in (None, *pointer):
        if step is not None:
            node = node[step]
        if isinstance(node, dict) and isinstance(node.get("$id"), str):
            base = urljoin(base, node["$id"])
    return base
