"""agreement.json: figures of agreement as they were measured, for the card and for whoever uses the data.

Measuring takes the texts, and texts may not be at hand where a data set is made; so the figures are kept, with the
SHA-256 of every document that was compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.errors import CannotGoOn

FILE = "agreement.json"

_NUMBER = {"type": ["number", "null"], "minimum": -1e9, "maximum": 1e9}
_COUNT = {"type": "integer", "minimum": 0}
_FIGURE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "unit": {"type": "string"},
        "value": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
        "used": _COUNT,
        "dropped": _COUNT,
    },
    "required": ["name", "value", "low", "high", "used", "dropped", "unit"],
}
_AGREEMENT = {
    "type": "object",
    "properties": {
        "a": {"type": "string"},
        "b": {"type": "string"},
        "articles": {"type": "array", "items": {"type": "string"}},
        "draws": _COUNT,
        "documents": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}}},
        "figures": {"type": "array", "items": _FIGURE},
    },
    "required": ["a", "b", "articles", "draws", "documents", "figures"],
}
_SCHEMA = {
    "type": "object",
    "properties": {"format": {"const": 1}, "agreements": {"type": "array", "items": _AGREEMENT}},
    "required": ["format", "agreements"],
}

Agreements = Sequence[Mapping[str, Any]]


def read_agreements(data: bytes) -> Agreements:
    """The comparisons that a file holds; raises :class:`~corpusbuild.errors.CannotGoOn` where it is none of ours."""
    import jsonschema_rs  # noqa: PLC0415  start-up time

    value = read_json(data)
    if isinstance(value, JsonFault):
        raise CannotGoOn(f"this is not JSON: {value.reason}", FILE, _AGAIN)
    fault = next(jsonschema_rs.Draft202012Validator(_SCHEMA, offline=True).iter_errors(value), None)
    if fault is not None:
        raise CannotGoOn(f"these are no figures of agreement: {fault.message}", FILE, _AGAIN)
    agreements: Agreements = value["agreements"]
    return agreements


_AGAIN = "delete it, or write it anew with `corpusbuild agree --save`"


def agreement_section(agreements: Agreements, escape: Callable[[str], str]) -> Iterator[str]:
    """The section of a card about agreement."""
    yield "## Agreement\n"
    for each in agreements:
        number = len(each["articles"])
        yield f"`{escape(each['a'])}` and `{escape(each['b'])}`, over {number:,} article{'' if number == 1 else 's'} that both annotated;"
        yield f"intervals are the middle 95 % of {each['draws']:,} bootstrap draws over articles."
        yield f"`{FILE}` has the labels behind each figure.\n"
        yield "| figure | value | interval | used | dropped |"
        yield "|---|---:|---:|---:|---:|"
        for figure in each["figures"]:
            interval = "" if figure["low"] is None or figure["high"] is None else f"{figure['low']:.3f} to {figure['high']:.3f}"
            value = "" if figure["value"] is None else f"{figure['value']:.3f}"
            counts = f"{figure['used']:,} {escape(figure['unit'])} | {figure['dropped']:,}"
            yield f"| {escape(figure['name'])} | {value} | {interval} | {counts} |"
        yield ""
