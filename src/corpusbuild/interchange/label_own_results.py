"""The rows of tables that Label Studio's import made as the results that they were, each with its id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.label_config_writing import Config
from corpusbuild.interchange.label_results import CONTROLS, RELATIONS, SPANS
from corpusbuild.interchange.labelled_spans import rows_of
from corpusbuild.interchange.model import Losses
from corpusbuild.interchange.utf16 import Utf16
from corpusbuild.schema.shape import Label, Listing, Shape

_NOTHING_THERE = "it refers to nothing that is written"
_PATHS = "paths in HTML, which is not written"
# What a result says beside its value; what an import has found before one of these was in the value.
_BESIDE = frozenset({"meta", "parentID", "readonly", "hidden", "locked"})
_OF_HTML = frozenset({"start", "end", "startOffset", "endOffset", "globalOffsets"})
_Result = dict[str, Any]


class OwnResults:
    """The results of one annotation, table by table in the order of the document."""

    def __init__(self, shape: Shape, reading: Reading, losses: Losses, config: Config, text: str) -> None:
        self.shape, self.reading, self.losses, self.config = shape, reading, losses, config
        self._units = Utf16(text)
        self._regions: dict[str, _Result] = {}

    def results(self) -> list[_Result]:
        """All results; regions first, since others name them."""
        regions = list(self._spans())
        made = {SPANS.name: regions}
        for table in (each for each in self.reading.value if each != SPANS.name):
            if table in CONTROLS:
                made[table] = list(self._of(table))
            elif table == RELATIONS.name:
                made[table] = list(self._relations())
        return [each for results in made.values() for each in results]

    def _spans(self) -> Iterator[_Result]:
        kept = [item for item in rows_of(self.reading, self.shape, SPANS.name) if item.spans("span")]
        lost = len(rows_of(self.reading, self.shape, SPANS.name)) - len(kept)
        if lost:
            self.losses[SPANS.name, "the row has no words, and regions are of words"] += lost
        names = {item.key for item in kept}
        for item in kept:
            value = item.value
            labels = list(value.get("labels") or ())
            (place,) = item.spans("span")
            region = self._units.of(place)
            held = {**region, "text": place.of(self._units.text), "labels": labels}
            result = self._result("labels", item, held, str(value["id"]))
            if value.get("parent") is not None:
                if value["parent"] in names:
                    result["parentID"] = value["parent"]
                else:
                    self.losses["spans.parent", _NOTHING_THERE] += 1
            if value.get("note") is not None:
                result["meta"] = {"text": [value["note"]], **result.get("meta", {})}
            self._regions[str(value["id"])] = region
            self._offer("labels", item, labels, regions=False)
            yield result

    def _of(self, table: str) -> Iterator[_Result]:
        control = CONTROLS[table]
        for item in rows_of(self.reading, self.shape, table):
            held, key = item.value.get(control.column), str(item.value["id"])
            region = item.value.get("region")
            if held is None or (region is not None and region not in self._regions):
                self.losses[table, _NOTHING_THERE if region is not None else "null where a result has a value"] += 1
                continue
            if region is not None and key not in (region, f"{region}.{item.value.get('from_name')}"):
                self.losses[f"{table}.id", "what is said of a region has the region's id"] += 1
            paths = [tuple(json.loads(each)) for each in held] if table == "taxonomy" else []
            value = {**(self._regions[region] if region is not None else {}), control.key: [list(each) for each in paths] or held}
            self._offer(table, item, held if table == "choices" else (), paths, regions=region is not None)
            yield self._result(table, item, value, region or key)

    def _relations(self) -> Iterator[_Result]:
        for item in rows_of(self.reading, self.shape, RELATIONS.name):
            value = item.value
            if value.get("from_id") not in self._regions or value.get("to_id") not in self._regions:
                self.losses[RELATIONS.name, _NOTHING_THERE] += 1
                continue
            made = {"id": value["id"], "type": "relation", "from_id": value["from_id"], "to_id": value["to_id"]}
            made |= {name: value[name] for name in ("direction", "labels") if value.get(name)}
            self.config.relations |= dict.fromkeys(value.get("labels") or ())
            yield made | (json.loads(value["more"]) if value.get("more") is not None else {})

    def _result(self, kind: str, item: Item, value: _Result, key: str) -> _Result:
        """A result with what all have. Of ``more``, what was in the value comes before what was beside it."""
        told: Mapping[str, Any] = item.value
        more: Mapping[str, Any] = json.loads(told["more"]) if told.get("more") is not None else {}
        names = {name: told[name] for name in ("from_name", "to_name", "score", "origin") if told.get(name) is not None}
        made: _Result = {"id": key, "type": kind, **names, "value": dict(value)}
        beside = False
        for name, each in more.items():
            beside = beside or name in _BESIDE
            if name in _OF_HTML and not beside:
                self.losses[f"{item.table.name}.more", _PATHS] += 1
            else:
                (made if beside else made["value"])[name] = each
        return made

    def _offer(self, kind: str, item: Item, labels: Any, paths: Any = (), *, regions: bool) -> None:
        """Have the configuration show what a result says."""
        name = str(item.value.get("from_name") or kind)
        found = self.config.control(name, kind, str(item.value.get("to_name") or "text"), labels, regions=regions)
        found.paths |= dict.fromkeys(paths)
        found.many = found.many or len(labels) > 1 or kind == "textarea"


def offer_all(shape: Shape, config: Config) -> None:
    """Have the configuration offer all labels that the schema has: those that nobody used stand in the first control of their kind."""
    for kind, name, column in (("labels", SPANS.name, "labels"), ("choices", "choices", "choices")):
        table = shape.table(name)
        declared = None if table is None else table.row.get(column)
        if declared is None or not isinstance(declared.type, Listing) or not isinstance(declared.type.item.type, Label):
            continue
        mine = [each for each in config.controls.values() if each.kind == kind]
        offered = {label for each in mine for label in each.labels}
        unused = [label for label in declared.type.item.type.names if label not in offered]
        if unused:
            (mine or [config.control(kind, kind, "text")])[0].labels |= dict.fromkeys(unused)
