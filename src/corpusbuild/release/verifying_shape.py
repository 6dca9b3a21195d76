"""Derive the shape anew from the schemas in a data set, and compare the manifest's tables and fields with it."""

from __future__ import annotations

from typing import Any

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.diagnostics.where import Origin
from corpusbuild.emit.manifest import field
from corpusbuild.release.dataset import DataSet
from corpusbuild.release.proof import Proof, counted
from corpusbuild.rules import columns_differ_from_schema, digest_mismatch, invalid_json, schema_invalid, schema_not_columnar
from corpusbuild.schema.deriving import Deriver
from corpusbuild.schema.loading import ANNOTATION, FaultKind, SchemaFault, Schemas, schema_faults
from corpusbuild.schema.shape import Shape
from corpusbuild.tables import table_columns

_FOLDER = "schema/"
_RULES = {FaultKind.INVALID: schema_invalid, FaultKind.NOT_COLUMNAR: schema_not_columnar}


def check_shape(data_set: DataSet, sound: frozenset[str], proof: Proof) -> Shape | None:
    """What the schemas mean; None where nothing can be judged by them."""
    paths = [path for path in data_set.manifest["files"] if path.startswith(_FOLDER)]
    if not sound.issuperset(paths):
        return None
    hashes = {path.removeprefix(_FOLDER): data_set.manifest["files"][path]["sha256"] for path in paths}
    said = data_set.manifest["provenance"]["schemas"]
    for file in sorted(hashes.keys() | said.keys()):
        if hashes.get(file) != said.get(file):
            proof.findings += digest_mismatch.of_schema(file)
    files: dict[str, Any] = {}
    for path in paths:
        data = (data_set.folder / path).read_bytes()
        value = read_json(data)
        if isinstance(value, JsonFault):
            proof.findings += invalid_json.check(Origin(path), value, data)
            return None
        files[path.removeprefix(_FOLDER)] = value
    try:
        shape = _derive(Schemas(files), proof)
    except RecursionError:
        proof.findings += schema_invalid.check(SchemaFault(FaultKind.INVALID, ANNOTATION, (), "the schemas are nested too deeply"))
        return None
    return shape if shape is not None and _agrees(data_set, shape, proof) else None


def _derive(schemas: Schemas, proof: Proof) -> Shape | None:
    faults = [fault for fault in schema_faults(schemas) if fault.kind is not FaultKind.UNKNOWN_KEYWORD]
    shape = None
    if not faults:
        shape, faults = Deriver(schemas).shape()
    proof.findings += [finding for fault in faults for finding in _RULES[fault.kind].check(fault)]
    return shape


def _agrees(data_set: DataSet, shape: Shape, proof: Proof) -> bool:
    """Whether the manifest's tables and fields are those that the schemas make."""
    columns = table_columns(shape)
    before = len(proof.findings)
    for name in sorted(columns.keys() ^ set(data_set.tables)):
        missing, unknown = (name, "") if name in columns else ("", name)
        proof.findings += columns_differ_from_schema.of_tables(missing, unknown)
    for name in sorted(columns.keys() & set(data_set.tables)):
        if [field(column) for column in columns[name]] != list(data_set.fields(name)):
            proof.findings += columns_differ_from_schema.of_manifest(name)
    agrees = len(proof.findings) == before
    if agrees:
        fields = sum(len(each) for each in columns.values())
        proof.proved.append(f"{counted(len(columns), 'table')} with {counted(fields, 'field')}, as the schemas in schema/ make them")
    return agrees
