"""Read W3C Web Annotations in JSON-LD: annotations, pages and collections of them, and the texts that they are about.

A target's source names a text: the file of its name (``texts/a.txt`` for a source whose id ends in ``a``), unless the text is in the
source itself. Every target is a row, and so is every body; what has no column of its own is kept as JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.carrying import as_json, know_options, metadata_of, option, telling
from corpusbuild.interchange.files import SourceFile, source_files
from corpusbuild.interchange.model import At, Change, Document, Row, Source, TableSpec, Unit
from corpusbuild.interchange.refusing import malformed, no_text, not_carried
from corpusbuild.interchange.values import Value, read_values
from corpusbuild.interchange.web_annotation.json_ld import (
    Steps,
    body_of,
    creator_of,
    id_of,
    is_told,
    last_of,
    listed,
    steps_of,
    strings,
    target_of,
    who,
)
from corpusbuild.interchange.web_annotation.selectors import SelectorError, words_of
from corpusbuild.interchange.web_annotation.tables import ANNOTATIONS, BODIES, TABLES, TARGETS

OPTIONS = ("annotator",)
_SUFFIXES = frozenset({".json", ".jsonld", ".jsonl", ".ndjson"})
_PAGES = frozenset({"AnnotationPage", "AnnotationCollection"})
_DEFAULT_ANNOTATOR = "gold"
_MOST_BYTES = 256 << 20
_OF_ANNOTATIONS = frozenset({"@context", "id", "@id", "type", "@type", "target", "body", "bodyValue", "motivation"})
_OF_TARGETS = frozenset({"id", "@id", "type", "@type", "source", "selector"})
_OF_SOURCES = frozenset({"id", "@id", "type", "@type", "value", "format"})


class WebAnnotation:
    """The reader of Web Annotations. Who annotated is told by the option ``annotator``, else by the annotations' creators."""

    name = "w3c"
    unit = Unit.CODE_POINTS  # as the Web Annotation Data Model has it

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """The same of every source."""
        know_options(source, OPTIONS)
        return TABLES

    def documents(self, source: Source) -> Iterator[Document]:
        """The documents. Raises :class:`~corpusbuild.errors.CannotGoOn` where no file has annotations."""
        files, findings = source_files(source.path)
        annotations = [file for file in files if file.suffix in _SUFFIXES]
        if not annotations:
            raise CannotGoOn("nothing here is a file of Web Annotations", str(source.path), "their names end in .jsonld, .json or .jsonl")
        gathered = _Gathered([file for file in files if file.suffix == ".txt"], option(source, "annotator"))
        for file in annotations:
            for value in read_values(file):
                if isinstance(value, Finding):
                    gathered.findings.append(value)
                else:
                    gathered.take(value)
        strangers = [file for file in files if file.suffix not in {*_SUFFIXES, ".txt"}]
        findings += [not_carried(At(file.path), "this is no file of Web Annotations, nor a text") for file in strangers]
        yield from gathered.finish()
        for finding in (*gathered.findings, *findings):
            yield telling(finding.where.origin.path, finding)


@dataclass
class _Text:
    """A text: its name, what it says, where it is, and what is known of it."""

    name: str
    text: str | None
    at: At
    metadata: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass
class _Gathered:
    """The documents as annotations come: each is of a text and an annotator."""

    files: Sequence[SourceFile]
    annotator: str
    findings: list[Finding] = field(default_factory=list)
    _texts: dict[str, _Text] = field(default_factory=dict)
    """By the id of the source."""
    _documents: dict[tuple[str, str, bool], Document] = field(default_factory=dict)
    _numbers: Counter[int] = field(default_factory=Counter)
    _used: set[str] = field(default_factory=set)

    # ---- annotations ----

    def take(self, value: Value) -> None:
        """All annotations in a value."""
        for steps, each in self._annotations(value, (), value.value):
            self._annotation(value, steps, each)

    def _annotations(self, value: Value, steps: Steps, said: Any) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
        kinds = listed(said.get("type", said.get("@type"))) if isinstance(said, dict) else []
        if "Annotation" in kinds:
            yield steps, said
        elif isinstance(said, list):
            for number, each in enumerate(said):
                yield from self._annotations(value, (*steps, number), each)
        elif not _PAGES.isdisjoint(map(str, kinds)):
            for name in ("items", "first"):
                inner = said.get(name)
                if isinstance(inner, str) and name == "first":
                    self.findings.append(not_carried(value.line(*steps), "its pages stand elsewhere", "put them into the source"))
                elif inner is not None:
                    yield from self._annotations(value, (*steps, name), inner)
        else:
            told = "this is no Annotation, nor a page of them"
            self.findings.append(malformed(value.line(*steps), told, 'an annotation has "type": "Annotation"'))

    def _annotation(self, value: Value, steps: Steps, said: Mapping[str, Any]) -> None:
        at = value.line(*steps)
        targets = [(steps_of(steps, "target", said, number), each) for number, each in enumerate(listed(said.get("target")))]
        bodies = [(steps_of(steps, "body", said, number), each) for number, each in enumerate(listed(said.get("body")))]
        if isinstance(said.get("bodyValue"), str):
            bodies.append(((*steps, "bodyValue"), {"type": "TextualBody", "value": said["bodyValue"]}))
        if not targets:
            self.findings.append(malformed(at, "this annotation has no target", "say what it is about"))
            return
        by_source: dict[str, list[tuple[At, Mapping[str, Any]]]] = {}
        try:
            for where, target in targets:
                told = target_of(target)
                by_source.setdefault(self._text(told, value.line(*where)), []).append((value.line(*where), told))
            rows = [(value.line(*where), body_of(body)) for where, body in bodies]
        except SelectorError as why:
            self.findings.append((malformed if why.broken else not_carried)(at, str(why), why.help))
            return
        creator, is_software = creator_of(said.get("creator"))
        for iri, pieces in by_source.items():
            document = self._document(iri, self.annotator or creator or _DEFAULT_ANNOTATOR, predicted=is_software)
            self._numbers[id(document)] += 1
            key = f"a{self._numbers[id(document)]}"
            if len(by_source) > 1:
                document.changes.append(Change(at, f"it is about {len(by_source)} texts, and stands with each"))
            try:
                made = list(self._rows(key, at, said, pieces, rows, self._texts[iri].text))
            except SelectorError as why:
                document.findings.append((malformed if why.broken else not_carried)(why.at or at, str(why), why.help))
                continue
            document.rows += made

    def _rows(
        self,
        key: str,
        at: At,
        said: Mapping[str, Any],
        targets: Sequence[tuple[At, Mapping[str, Any]]],
        bodies: Sequence[tuple[At, Mapping[str, Any]]],
        text: str | None,
    ) -> Iterator[Row]:
        known = {"motivation": strings(said.get("motivation")), "creator": who(said.get("creator"))}
        known |= {name: said[name] for name in ("created", "modified") if isinstance(said.get(name), str)}
        left = {name: each for name, each in said.items() if name not in _OF_ANNOTATIONS and not is_told(name, each)}
        yield Row(ANNOTATIONS, {"id": key, "iri": id_of(said), **known, "other": as_json(left) if left else None}, at)
        for number, (where, target) in enumerate(targets, start=1):
            selectors = listed(target.get("selector"))
            try:
                words, unread = words_of(selectors, text) if selectors else (None, [])
            except SelectorError as why:
                why.at = where
                raise
            other = {name: each for name, each in target.items() if name not in _OF_TARGETS}
            other |= {"selector": unread} if unread else {}
            values = {"id": f"{key}.t{number}", "of": key, "iri": id_of(target) if "source" in target else None, "words": words}
            yield Row(TARGETS, {**values, "other": as_json(other) if other else None}, where)
        for number, (where, body) in enumerate(bodies, start=1):
            yield Row(BODIES, {"id": f"{key}.b{number}", "of": key, **body}, where)

    # ---- texts ----

    def _document(self, iri: str, annotator: str, *, predicted: bool) -> Document:
        text = self._texts[iri]
        key = (text.name, annotator, predicted)
        if key not in self._documents:
            self._documents[key] = Document(text.name, annotator, None, text.at, predicted=predicted)
        return self._documents[key]

    def _text(self, target: Mapping[str, Any], at: At) -> str:
        """The id of the text that a target is in, which is known from then on."""
        source = target.get("source", target)
        iri = source if isinstance(source, str) else id_of(source) if isinstance(source, dict) else None
        if not iri:
            raise SelectorError("a target has no source", "name the text that it is in")
        if iri not in self._texts:
            self._texts[iri] = self._found(iri, source if isinstance(source, dict) and "source" in target else {}, at)
        return iri

    def _found(self, iri: str, source: Mapping[str, Any], at: At) -> _Text:
        """A text: what its source says itself, or the file of its name."""
        last = last_of(iri)
        taken = {text.name for text in self._texts.values()}
        named = {last, last.removesuffix(".txt"), PurePosixPath(last).stem}
        name = last.removesuffix(".txt") if last.removesuffix(".txt") not in taken else iri
        made = _Text(name, None, at, {})
        made.metadata = metadata_of({"iri": iri, **{key: each for key, each in source.items() if key not in _OF_SOURCES}}, at, made.changes)
        if isinstance(source.get("value"), str):
            made.text = source["value"]
            return made
        files = [file for file in self.files if file.stem in named or file.path in {iri, unquote(iri)}]
        best = [file for file in files if file.path in {iri, unquote(iri)}] or [file for file in files if file.stem == name] or files
        if len(best) == 1:
            self._used.add(best[0].path)
            made.text, made.findings = _read(best[0])
            made.at = At(best[0].path)
        elif best:
            made.findings.append(
                no_text(at, f'"{iri}" may be any of {", ".join(file.path for file in best)}', "give each file a name of its own")
            )
        else:
            made.findings.append(no_text(at, f'the text "{iri}" is not there', f"put it beside the annotations, as {name}.txt"))
        return made

    def finish(self) -> Iterator[Document]:
        """The documents in the order of their names, the text with the first of each; then texts that nobody annotated."""
        texts = {text.name: text for text in self._texts.values()}
        for file in self.files:
            if file.path not in self._used and file.stem not in texts:
                said, findings = _read(file)
                texts[file.stem] = _Text(file.stem, said, At(file.path), {}, findings)
                self._documents[file.stem, "", False] = Document(file.stem, "", None, At(file.path))
            elif file.path not in self._used:
                self.findings.append(not_carried(At(file.path), "no annotation is about this text", "give the file a name of its own"))
        last = None
        for (name, _, _), document in sorted(self._documents.items(), key=_by_name):
            text = texts[name]
            document.metadata = text.metadata
            if name != last:
                document.text = text.text
                document.findings = [*text.findings, *document.findings]
                document.changes = [*text.changes, *document.changes]
            last = name
            yield document


def _by_name(item: tuple[tuple[str, str, bool], Document]) -> tuple[bytes, bytes, bool]:
    (name, annotator, predicted), _ = item
    return name.encode("utf-8", "surrogatepass"), annotator.encode("utf-8", "surrogatepass"), predicted


def _read(file: SourceFile) -> tuple[str | None, list[Finding]]:
    """What a text says; nothing, with a finding, where it cannot be read."""
    with file.open() as opened:
        data = opened.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        return None, [no_text(At(file.path), f"this file has more than {_MOST_BYTES >> 20} MiB")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        at = At(file.path, data.count(b"\n", 0, error.start) + 1)
        return None, [no_text(at, f"byte {error.start:,} is not UTF-8", "save the file in UTF-8")]
