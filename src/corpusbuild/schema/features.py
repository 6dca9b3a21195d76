"""The features of a table as the card's ``dataset_info`` writes them; ``datasets`` reads labels from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Type, Words

_SCALARS = {
    Scalar.STRING: "string",
    Scalar.INTEGER: "int64",
    Scalar.NUMBER: "float64",
    Scalar.BOOLEAN: "bool",
    Scalar.DATE: "date32",
    Scalar.INSTANT: "timestamp[us, tz=UTC]",
    Scalar.JSON: "string",
}

_SPAN = [{"name": "start", "dtype": "int32"}, {"name": "end", "dtype": "int32"}, {"name": "text", "dtype": "string"}]


def features(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """The ``features`` list for a table's columns, in the form that ``datasets.Features`` reads from YAML."""
    return [{"name": column.name, **_feature(column.type)} for column in columns]


def _feature(kind: Type) -> dict[str, Any]:
    match kind:
        case Scalar():
            return {"dtype": _SCALARS[kind]}
        case Label(names):
            return {"dtype": {"class_label": {"names": {str(i): name for i, name in enumerate(names)}}}}
        case Words(segments):
            return {"list": list(map(dict, _SPAN))} if segments else {"struct": list(map(dict, _SPAN))}
        case Listing(item):
            return {"list": _listed(_feature(item.type))}
        case Record(columns):
            return {"struct": features(columns)}


def _listed(item: dict[str, Any]) -> Any:
    """What stands behind ``list:`` is written shorter for an item of one type or of several fields."""
    if isinstance(item.get("dtype"), str):
        return item["dtype"]
    return item.get("struct", item)
