"""A labelling configuration of Label Studio: which text is shown, and with which controls it is labelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

_TAGS = {
    "labels": "Labels",
    "choices": "Choices",
    "textarea": "TextArea",
    "rating": "Rating",
    "number": "Number",
    "taxonomy": "Taxonomy",
    "pairwise": "Pairwise",
    "datetime": "DateTime",
}
_VALUES = {"labels": "Label", "choices": "Choice"}
# Spaces and line ends as they are: else they are not shown, and offsets look wrong.
_STYLE = "  <Style>.htx-text { white-space: pre-wrap; }</Style>"
_WHITE = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


@dataclass(slots=True)
class Control:
    """A control: its kind (the type of its results), the text that it is about, and the labels that it offers."""

    kind: str
    to: str
    labels: dict[str, None] = field(default_factory=dict)
    paths: dict[tuple[str, ...], None] = field(default_factory=dict)
    """Of a taxonomy."""
    regions: bool = False
    """Whether it says something of regions, and not of the text as a whole."""
    of: tuple[str, ...] = ()
    """The labels of regions that it says something of; any, where that is not known."""
    many: bool = False

    def lines(self, name: str) -> Iterator[str]:
        """The control as XML."""
        told = {"name": name, "toName": self.to}
        if self.kind == "labels":
            told["choice"] = "multiple" if self.many else "single"
        if self.kind == "choices":
            told["choice"] = "multiple" if self.many else "single-radio"
        if self.regions:
            told["perRegion"] = "true"
        if self.kind == "textarea":
            told |= {"editable": "true", "placeholder": name, **({} if self.many else {"maxSubmissions": "1"})}
        tag = _TAGS[self.kind]
        inner = [f"    <{_VALUES[self.kind]}{_attributes({'value': each})}/>" for each in self.labels] if self.kind in _VALUES else []
        inner += _taxonomy(self.paths, "    ")
        shown = [f"  <{tag}{_attributes(told)}>", *inner, f"  </{tag}>"] if inner else [f"  <{tag}{_attributes(told)}/>"]
        if self.kind == "labels":
            yield from shown
            return
        when = {}
        if self.regions:
            when["visibleWhen"] = "region-selected"
            if self.of and "," not in "".join(self.of):
                when["whenLabelValue"] = ",".join(self.of)
        yield f"  <View{_attributes(when)}>"
        yield f"    <Header{_attributes({'value': name, 'size': '5'})}/>"
        yield from (f"  {line}" for line in shown)
        yield "  </View>"


@dataclass(slots=True)
class Config:
    """What is put together of a configuration while results are written."""

    texts: dict[str, None] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    relations: dict[str, None] = field(default_factory=dict)

    def control(self, name: str, kind: str, to: str, labels: Iterable[str] = (), *, regions: bool = False) -> Control:
        """The control of a name, which is made where it is new."""
        self.texts.setdefault(to)
        found = self.controls.setdefault(name, Control(kind, to))
        found.labels |= dict.fromkeys(labels)
        found.regions = found.regions or regions
        return found

    def xml(self) -> str:
        """The configuration."""
        lines = ["<View>", _STYLE]
        for kind in ("labels", ""):
            lines += [
                line for name, control in self.controls.items() if (control.kind == "labels") == bool(kind) for line in control.lines(name)
            ]
            if kind:
                lines += [f"  <Text{_attributes({'name': name, 'value': '$text'})}/>" for name in self.texts or ("text",)]
                lines += self._relations()
        return "\n".join([*lines, "</View>", ""])

    def _relations(self) -> list[str]:
        inner = [f"    <Relation{_attributes({'value': each})}/>" for each in self.relations]
        return ["  <Relations>", *inner, "  </Relations>"] if inner else []


def _taxonomy(paths: Iterable[tuple[str, ...]], indent: str) -> list[str]:
    """Choices within choices."""
    below: dict[str, dict[tuple[str, ...], None]] = {}
    for first, *rest in paths:
        below.setdefault(first, {})
        if rest:
            below[first][tuple(rest)] = None
    lines = []
    for first, inner in below.items():
        told = f"<Choice{_attributes({'value': first})}"
        lines += [f"{indent}{told}>", *_taxonomy(inner, f"{indent}  "), f"{indent}</Choice>"] if inner else [f"{indent}{told}/>"]
    return lines


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in values.items())


def _escaped(value: str) -> str:
    """A value as an attribute has it: white space as it is, and without what XML cannot have."""
    return "".join(_WHITE.get(each, each) for each in escape(value) if each >= " " or each in _WHITE)
