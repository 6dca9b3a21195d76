"""The results of one annotation of Label Studio as rows: regions, what is said of them or of the whole text, and relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpusbuild.interchange.carrying import as_json, identifier, is_integer
from corpusbuild.interchange.dialogues import Dialogue
from corpusbuild.interchange.model import At, Change, ColumnSpec, Document, Kind, Row, Segment, TableSpec, Words
from corpusbuild.interchange.ordering import shown
from corpusbuild.interchange.refusing import dangling, malformed, missing_role, not_carried, repeated

_COMMON = (
    ColumnSpec("from_name", Kind.STRING, description="The control that made it."),
    ColumnSpec("to_name", Kind.STRING, description="The text that it is about, by the name of its tag."),
    ColumnSpec("score", Kind.NUMBER),
    ColumnSpec("origin", Kind.STRING),
    ColumnSpec("more", Kind.STRING, description="All else that the result has, as JSON."),
)
SPANS = TableSpec(
    "spans",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("labels", Kind.LABEL, many=True),
        ColumnSpec("span", Kind.WORDS),
        ColumnSpec("parent", Kind.REFERENCE, table="spans"),
        ColumnSpec("note", Kind.STRING),
        *_COMMON,
    ),
    description="Regions of the text.",
)
RELATIONS = TableSpec(
    "relations",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("from_id", Kind.REFERENCE, table="spans"),
        ColumnSpec("to_id", Kind.REFERENCE, table="spans"),
        ColumnSpec("direction", Kind.LABEL, labels=("left", "right", "bi")),
        ColumnSpec("labels", Kind.LABEL, many=True),
        ColumnSpec("more", Kind.STRING, description="All else that the relation has, as JSON."),
    ),
    description="Relations from one region to another.",
)


class _Control(NamedTuple):
    """A control that says something of a region or of the whole text: where its value is, and the column for it."""

    key: str
    column: str
    kind: Kind
    many: bool = False


CONTROLS = {
    "choices": _Control("choices", "choices", Kind.LABEL, many=True),
    "textarea": _Control("text", "texts", Kind.STRING, many=True),
    "rating": _Control("rating", "rating", Kind.INTEGER),
    "number": _Control("number", "number", Kind.NUMBER),
    "taxonomy": _Control("taxonomy", "paths", Kind.STRING, many=True),
    "pairwise": _Control("selected", "selected", Kind.LABEL),
    "datetime": _Control("datetime", "datetime", Kind.STRING),
}
_LABEL_KEYS = ("labels", "hypertextlabels", "paragraphlabels")
_REGIONS = frozenset({"labels", "hypertextlabels", "paragraphlabels", "text", "hypertext", "paragraphs"})
_RESULT = frozenset({"id", "type", "value", "from_name", "to_name", "parentID", "score", "origin", "meta", "source"})
_RELATION = frozenset({"id", "type", "from_id", "to_id", "direction", "labels"})


def _table(name: str, control: _Control) -> TableSpec:
    column = ColumnSpec(control.column, control.kind, many=control.many)
    region = ColumnSpec("region", Kind.REFERENCE, table="spans", description="Null where it is about the text as a whole.")
    return TableSpec(name, (ColumnSpec("id", Kind.STRING), column, region, *_COMMON), description=f"What controls `{name}` say.")


RESULT_TABLES = (SPANS, RELATIONS, *(_table(name, control) for name, control in CONTROLS.items()))


class Result(NamedTuple):
    """A result, and where it stands; ``type`` is what it says, or what its value tells."""

    value: Mapping[str, Any]
    at: At

    @property
    def type(self) -> str:
        """In lower case; empty where nothing tells."""
        said = self.value.get("type")
        if isinstance(said, str):
            return said.lower()
        value = self.value.get("value")
        if not isinstance(value, Mapping):
            return ""
        if any(key in value for key in _LABEL_KEYS):
            return "labels"
        return next((name for name, control in CONTROLS.items() if control.key in value and name != "textarea"), _plain_type(value))


def _plain_type(value: Mapping[str, Any]) -> str:
    if isinstance(value.get("text"), list):
        return "textarea"
    return "labels" if "start" in value and "end" in value else ""


@dataclass
class ResultReader:
    """Reads the results of one annotation into its document."""

    document: Document
    about: frozenset[str] | None = None
    """The names of the tags that show the document's text; None where that is not known."""
    dialogue: Dialogue | None = None
    """What the document's text was put together from, if it was."""
    taken: dict[str, dict[str, tuple[At, str]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def read(self, results: Iterable[Result]) -> None:
        """All results: regions first, since others name them."""
        results = list(results)
        of_others = [result for result in results if self._is_elsewhere(result)]
        for result in of_others:
            message = f'the result is about "{result.value["to_name"]}", and not about the text that is imported'
            self.document.findings.append(not_carried(result.at, message, "import that text with the option `text`"))
        here = [result for result in results if result not in of_others]
        regions = [result for result in here if result.type in _REGIONS]
        self._regions(regions)
        for number, result in enumerate(here, 1):
            if result.type == "relation":
                self._relation(result, number)
            elif result.type in CONTROLS:
                self._control(result, number)
            elif result.type not in _REGIONS:
                what = f'a result of type "{result.type}" has no table' if result.type else "nothing says of which type the result is"
                self.document.findings.append(not_carried(result.at, what) if result.type else malformed(result.at, what))

    def _is_elsewhere(self, result: Result) -> bool:
        name = result.value.get("to_name")
        return self.about is not None and isinstance(name, str) and name not in self.about

    def _refuse(self, result: Result, message: str, help: str = "") -> None:  # noqa: A002  the field's name
        self.document.findings.append(malformed(result.at, message, help))
        if (key := identifier(result.value.get("id"))) is not None:
            self.refused.add(key)

    def _regions(self, regions: list[Result]) -> None:
        named = {identifier(result.value.get("id")) for result in regions} - {None}
        for number, result in enumerate(regions, 1):
            value = result.value.get("value")
            if not isinstance(value, Mapping):
                self._refuse(result, "the region has no value")
                continue
            parent = result.value.get("parentID")
            if parent is not None and identifier(parent) not in named:
                self.document.findings.append(dangling(result.at, f'the region names the parent "{parent}", and there is none'))
                continue
            segment = self._segment(result, value)
            if segment is None:
                continue
            labels = _strings(next((value[key] for key in _LABEL_KEYS if key in value), []))
            if labels is None:
                self._refuse(result, "the labels of the region are no list of strings")
                continue
            note = result.value.get("meta")
            noted = _strings(note.get("text")) if isinstance(note, Mapping) and note.keys() == {"text"} else None
            values = {"labels": labels, "span": Words((segment,)), "parent": identifier(parent), "note": "\n".join(noted or ()) or None}
            known = {"start", "end", *_LABEL_KEYS}
            if self.dialogue is not None:
                known |= {"startOffset", "endOffset"}
            elif isinstance(value.get("start"), str) or isinstance(value.get("end"), str):
                known -= {"start", "end"}
            rest = {key: each for key, each in value.items() if key not in known and not (key == "text" and segment.words is not None)}
            self._row(SPANS.name, result, f"s{number}", values, {**rest, **({} if noted or not note else {"meta": note})})

    def _segment(self, result: Result, value: Mapping[str, Any]) -> Segment | None:
        if self.dialogue is not None:
            found = self.dialogue.segment(value)
            if isinstance(found, str):
                self._refuse(result, found)
                return None
            return found
        start, end, words = value.get("start"), value.get("end"), value.get("text")
        if isinstance(start, str) or isinstance(end, str):
            across = value.get("globalOffsets")
            if not isinstance(across, Mapping):
                message = "the region is given by paths in HTML, without globalOffsets"
                self._refuse(result, message, "open and save the annotation in a version of Label Studio that writes globalOffsets")
                return None
            start, end = across.get("start"), across.get("end")
        if not is_integer(start) or not is_integer(end) or start is None or end is None:
            self._refuse(result, "the region has no whole numbers for start and end")
            return None
        if start < 0 or end < start:
            before = f"begins at {start}, before the text" if start < 0 else f"ends at {end} and begins at {start}"
            self._refuse(result, f"the region {before}")
            return None
        return Segment(start, end, words if isinstance(words, str) else None)

    def _control(self, result: Result, number: int) -> None:
        control = CONTROLS[result.type]
        value = result.value.get("value")
        if not isinstance(value, Mapping) or control.key not in value:
            self._refuse(result, f'the result has no "{control.key}"')
            return
        held = _held(value[control.key], result.type, control)
        if held is None:
            self._refuse(result, f'"{control.key}" is not what a control `{result.type}` says')
            return
        key = identifier(result.value.get("id"))
        region = key if key in self.taken.get(SPANS.name, {}) else None
        # A result of a region repeats the region.
        repeats = {control.key, "start", "end", "startOffset", "endOffset", "globalOffsets", *(("text",) if region else ())}
        rest = {name: each for name, each in value.items() if name not in (repeats if region else {control.key})}
        parent = result.value.get("parentID")
        more = {
            **rest,
            **{name: result.value[name] for name in ("meta",) if result.value.get(name)},
            **({"parentID": parent} if parent else {}),
        }
        if region is None and key in self.refused and ("start" in value or "globalOffsets" in value):
            self.document.findings.append(dangling(result.at, f'the result is about the region "{key}", which was refused'))
            return
        self._row(result.type, result, f"{result.type[0]}{number}", {control.column: held, "region": region}, more)

    def _relation(self, result: Result, number: int) -> None:
        ends = [identifier(result.value.get(name)) for name in ("from_id", "to_id")]
        labels = _strings(result.value.get("labels") or [])
        if None in ends:
            self.document.findings.append(missing_role(result.at, f'the relation has no "{"to_id" if ends[0] else "from_id"}"'))
            return
        if labels is None:
            self._refuse(result, "the labels of the relation are no list of strings")
            return
        missing = [end for end in ends if end not in self.taken.get(SPANS.name, {})]
        if missing:
            why = "which was refused" if missing[0] in self.refused else "and there is none"
            self.document.findings.append(dangling(result.at, f'the relation names the region "{missing[0]}", {why}'))
            return
        more = {name: value for name, value in result.value.items() if name not in _RELATION}
        direction = result.value.get("direction")
        key = identifier(result.value.get("id")) or f"r{number}"
        values = {"id": key, "from_id": ends[0], "to_id": ends[1], "labels": labels, "direction": identifier(direction)}
        if self._take(RELATIONS.name, key, "", result.at) is not None:
            self.document.rows.append(Row(RELATIONS.name, {**values, "more": as_json(more) if more else None}, result.at))

    def _row(self, table: str, result: Result, made: str, values: Mapping[str, Any], rest: Mapping[str, Any]) -> None:
        name = identifier(result.value.get("from_name"))
        key = self._take(table, identifier(result.value.get("id")) or made, name or "", result.at)
        if key is None:
            return
        more = {**rest, **{each: value for each, value in result.value.items() if each not in _RESULT and value not in (None, False)}}
        score = result.value.get("score")
        common = {
            "from_name": name,
            "to_name": identifier(result.value.get("to_name")),
            "score": score if isinstance(score, (int, float)) and not isinstance(score, bool) else None,
            "origin": identifier(result.value.get("origin")),
            "more": as_json(more) if more else None,
        }
        self.document.rows.append(Row(table, {"id": key, **values, **common}, result.at))

    def _take(self, table: str, key: str, name: str, at: At) -> str | None:
        """The key of a row: results of several controls of one region share its id, and get the control's name besides."""
        taken = self.taken.setdefault(table, {})
        if key in taken and name and taken[key][1] != name and f"{key}.{name}" not in taken:
            self.document.changes.append(Change(at, f'a second control says something of the region "{key}": this is "{key}.{name}"'))
            key = f"{key}.{name}"
        elif key in taken:
            self.document.findings.append(repeated(at, f'the result "{key}" stands before, in {shown(taken[key][0])}'))
            return None
        taken[key] = at, name
        return key


def _held(value: Any, kind: str, control: _Control) -> Any:
    """The value for a control's column; None where it is not what the control says."""
    if kind == "taxonomy":
        paths = value if isinstance(value, list) else None
        return None if paths is None or not all(_strings(path) for path in paths) else [as_json(path) for path in paths]
    if control.many:
        return _strings(value)
    if control.kind is Kind.INTEGER:
        return value if is_integer(value) else None
    if control.kind is Kind.NUMBER:
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    return value if isinstance(value, str) else None


def _strings(value: Any) -> list[str] | None:
    """A list of strings; a string is a list of one. None for what is none."""
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None
