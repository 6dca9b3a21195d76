"""Read what Label Studio exports: JSON (tasks with annotations and predictions) and JSON-MIN (a flat record an annotation).

Label Studio is written in JavaScript and counts UTF-16 units; other programs that write its format may not, and the words that
it stores tell. The text of HTML is that of its text nodes, which is what `globalOffsets` count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.carrying import as_json, identifier, know_options, metadata_of, option, telling
from corpusbuild.interchange.files import SourceFile, source_files, unique_names
from corpusbuild.interchange.label_config import LARGEST, LabelConfig, parse_config, read_config
from corpusbuild.interchange.label_results import RESULT_TABLES, Result, ResultReader
from corpusbuild.interchange.label_texts import TaskText, text_of
from corpusbuild.interchange.model import At, Change, ColumnSpec, Document, Kind, Row, Source, TableSpec, Unit
from corpusbuild.interchange.ordering import documents_in_order
from corpusbuild.interchange.refusing import malformed, not_carried
from corpusbuild.interchange.values import Value, read_values

OPTIONS = ("annotator", "text", "config")
UNKNOWN = "unknown"
"""The annotator of an annotation that does not say whose it is, unless the option `annotator` does."""
PREDICTION = "prediction"
"""The annotator of a prediction that does not name its model."""

COMPLETIONS = TableSpec(
    "completions",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("created_at", Kind.STRING),
        ColumnSpec("updated_at", Kind.STRING),
        ColumnSpec("lead_time", Kind.NUMBER),
        ColumnSpec("ground_truth", Kind.BOOLEAN),
        ColumnSpec("score", Kind.NUMBER),
        ColumnSpec("model_version", Kind.STRING),
        ColumnSpec("more", Kind.STRING, description="All else that is said of it, as JSON."),
    ),
    description="The annotation or prediction as a whole: one row a document.",
)

_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_TASK = frozenset({"id", "data", "annotations", "completions", "predictions", "drafts"})
_ANNOTATION = frozenset({*(column.name for column in COMPLETIONS.columns), "result", "completed_by", "was_cancelled"})
_MIN_TAIL = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")


class LabelStudio:
    """The reader of Label Studio's exports."""

    name = "label-studio"
    unit = Unit.UTF16

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """The same of every source: one for each kind of result, and one for the annotations themselves."""
        know_options(source, OPTIONS)
        return *RESULT_TABLES, COMPLETIONS

    def documents(self, source: Source) -> Iterator[Document]:
        """One document for each annotation and prediction. Raises :class:`~corpusbuild.errors.CannotGoOn` where there is no JSON."""
        know_options(source, OPTIONS)
        files, findings = source_files(source.path)
        if not any(file.suffix in _SUFFIXES for file in files):
            raise CannotGoOn("nothing here is JSON of Label Studio's", str(source.path))
        written = option(source, "config")
        config = read_config(Path(written)) if written else LabelConfig()
        beside = [file for file in files if file.suffix == ".xml"]
        if not written and len(beside) == 1 and (found := _beside(beside[0])) != config:
            config = found
            files.remove(beside[0])
        return documents_in_order(_documents(files, findings, config, source))


def _beside(file: SourceFile) -> LabelConfig:
    """The labelling configuration that stands beside the tasks; an empty one where other XML does."""
    with file.open() as opened:
        return parse_config(opened.read(LARGEST + 1), file.path)


def _documents(files: Sequence[SourceFile], findings: Sequence[Finding], config: LabelConfig, source: Source) -> Iterator[Document]:
    for finding in findings:
        yield telling(finding.where.origin.path, finding)
    names = unique_names(files)
    for file in files:
        if file.suffix not in _SUFFIXES:
            yield telling(file.path, not_carried(At(file.path), "this is no JSON of Label Studio's"))
            continue
        tasks = _Tasks(config, option(source, "text"), option(source, "annotator", UNKNOWN), names[file.path])
        for value in read_values(file):
            if isinstance(value, Finding):
                yield telling(file.path, value)
            elif not isinstance(value.value, dict):
                yield telling(file.path, malformed(value.at, "a task is an object, and this is none"))
            elif isinstance(value.value.get("data"), dict):
                yield from tasks.of_task(value)
            elif "annotations" in value.value or "predictions" in value.value:
                yield telling(file.path, malformed(value.at, 'the task has no "data"'))
            else:
                yield from tasks.of_record(value)


@dataclass(frozen=True)
class _Tasks:
    """The tasks of a file that is ``called`` something in the names of documents; ``unnamed`` is whose those are that do not say so."""

    config: LabelConfig
    text: str
    unnamed: str
    called: str

    def of_task(self, value: Value) -> Iterator[Document]:
        """The annotations and predictions of a task; the text alone where it has none."""
        task: dict[str, Any] = value.value
        name = identifier(task.get("id")) or f"{self.called}-{value.at.line}"
        kept: list[tuple[dict[str, Any], tuple[str, int], bool]] = []
        findings: list[Finding] = []
        for group, predicted in (("annotations", False), ("completions", False), ("predictions", True)):
            for number, each in enumerate(_listed(task.get(group))):
                at = value.line(group, number)
                if not isinstance(each, dict) or not isinstance(each.get("result"), list):
                    findings.append(malformed(at, f'what stands in "{group}" has no list "result"'))
                elif each.get("was_cancelled"):
                    findings.append(not_carried(at, "the annotation was cancelled: its annotator skipped the task"))
                else:
                    kept.append((each, (group, number), predicted))
        for number, _ in enumerate(_listed(task.get("drafts"))):
            findings.append(not_carried(value.line("drafts", number), "a draft that was not submitted"))
        text = text_of(task["data"], [result for each, _, _ in kept for result in each["result"]], self.config, self.text, value.at)
        if isinstance(text, Finding):
            yield telling(value.at.path, text, *findings)
            return
        metadata, changes = self._metadata(value, text)
        first = Document(name, "", text.text, value.at, metadata=metadata, findings=findings, changes=changes)
        whose: set[str] = set()
        for number, (each, pointer, predicted) in enumerate(kept):
            document = first if number == 0 else Document(name, "", text.text, value.at, metadata=metadata)
            document.predicted, document.at = predicted, value.line(*pointer)
            self._annotator(document, each, whose)
            document.rows.append(_completion(each, document.at))
            results = [Result(result, value.line(*pointer, "result", n)) for n, result in enumerate(each["result"]) if _is_object(result)]
            document.findings += [
                malformed(value.line(*pointer, "result", n), "a result is an object, and this is none")
                for n, result in enumerate(each["result"])
                if not _is_object(result)
            ]
            self._reader(document, text).read(results)
            if number:
                yield document
        yield first

    def _annotator(self, document: Document, annotation: Mapping[str, Any], whose: set[str]) -> None:
        """Give a document its annotator. One who annotated a task several times is another each time."""
        said = annotation.get("model_version") if document.predicted else annotation.get("completed_by")
        if isinstance(said, Mapping):
            said = next((said[key] for key in ("email", "username", "id") if said.get(key)), None)
        name = base = identifier(said) or (PREDICTION if document.predicted else self.unnamed)
        count = 1
        while name in whose:
            count += 1
            name = f"{base}-{count}"
        if name != base:
            document.changes.append(Change(document.at, f'"{base}" annotated the task before: this is by "{name}"'))
        whose.add(name)
        document.annotator = name

    def _reader(self, document: Document, text: TaskText) -> ResultReader:
        about = frozenset(name for name, key in self.config.texts.items() if key == text.key)
        return ResultReader(document, about or None, text.dialogue)

    def _metadata(self, value: Value, text: TaskText) -> tuple[dict[str, Any], list[Change]]:
        task: dict[str, Any] = value.value
        data = task["data"]
        changes: list[Change] = []
        if text.html:
            changes.append(Change(value.at, f'the text is that of the HTML in "{text.key}", which is kept as metadata'))
        if text.dialogue is not None:
            changes.append(Change(value.at, f'the text is what is said in the dialogue "{text.key}", which is kept as metadata'))
        others = {key: each for key, each in data.items() if key != text.key or text.made}
        for key, each in task.items():
            if key not in _TASK and each not in (None, [], {}):
                others[f"task_{key}" if key in others or key == "text" else key] = each
        others.update({"data_id": others.pop("id")} if "id" in others else {})
        return metadata_of(others, value.at, changes), changes

    def of_record(self, value: Value) -> Iterator[Document]:
        """A record of JSON-MIN: what stands before ``id`` is the task's data, what stands after it are results by control."""
        record: dict[str, Any] = value.value
        keys = list(record)
        until = keys.index("id") if "id" in record else len(keys)
        results: list[Result] = []
        findings: list[Finding] = []
        data: dict[str, Any] = {}
        for number, key in enumerate(keys):
            if key == "id" or key in _MIN_TAIL:
                continue
            made = (
                None
                if key == (self.text or "text") or key in self.config.turns
                else self._results_of(key, record[key], after=number > until)
            )
            if made is None:
                data[key] = record[key]
                continue
            pointers = [(key, n) if isinstance(record[key], list) and len(made) == len(record[key]) else (key,) for n in range(len(made))]
            results += [Result(each, value.line(*pointer)) for each, pointer in zip(made, pointers, strict=True)]
        if not results and not any(key in record for key in _MIN_TAIL):
            yield telling(value.at.path, malformed(value.at, "this is neither a task nor a record of JSON-MIN"))
            return
        text = text_of(data, [result.value for result in results], self.config, self.text, value.at)
        if isinstance(text, Finding):
            yield telling(value.at.path, text)
            return
        changes: list[Change] = []
        metadata = metadata_of({key: each for key, each in data.items() if key != text.key or text.made}, value.at, changes)
        name = identifier(record.get("id")) or f"{self.called}-{value.at.line}"
        document = Document(name, "", text.text, value.at, metadata=metadata, findings=findings, changes=changes)
        self._annotator(document, {"completed_by": record.get("annotator")}, set())
        tail = {key: record[key] for key in _MIN_TAIL[2:] if key in record}
        document.rows.append(_completion({"id": record.get("annotation_id"), **tail}, value.at))
        self._reader(document, text).read(results)
        yield document

    def _results_of(self, key: str, value: Any, *, after: bool) -> list[dict[str, Any]] | None:
        """The results that a control of JSON-MIN stands for; None where it is no control but data."""
        control = self.config.controls.get(key)
        values = value if isinstance(value, list) else [value]
        if values and all(_is_object(each) for each in values):
            made = [{"from_name": key, "value": each} for each in values]
            return made if after or control or all(Result(each, At("")).type for each in made) else None
        if not after and control is None:
            return None
        if not values:
            return []
        if all(isinstance(each, str) for each in values):
            kind = control if control in {"textarea", "datetime"} else "choices"
            held = values if kind != "datetime" else values[0]
            return [{"from_name": key, "type": kind, "value": {"text" if kind == "textarea" else kind: held}}]
        if all(isinstance(each, list) for each in values):
            return [{"from_name": key, "type": "taxonomy", "value": {"taxonomy": values}}]
        if len(values) == 1 and isinstance(values[0], (int, float)) and not isinstance(values[0], bool):
            kind = "rating" if control == "rating" else "number"
            return [{"from_name": key, "type": kind, "value": {kind: values[0]}}]
        return None


def _completion(annotation: Mapping[str, Any], at: At) -> Row:
    numbers = {key: annotation.get(key) for key in ("lead_time", "score")}
    strings = {key: identifier(annotation.get(key)) for key in ("created_at", "updated_at", "model_version")}
    more = {key: value for key, value in annotation.items() if key not in _ANNOTATION and value not in (None, [], {}, False)}
    values = {
        "id": identifier(annotation.get("id")) or "1",
        **strings,
        **{key: value if isinstance(value, (int, float)) and not isinstance(value, bool) else None for key, value in numbers.items()},
        "ground_truth": bool(annotation["ground_truth"]) if "ground_truth" in annotation else None,
        "more": as_json(more) if more else None,
    }
    return Row(COMPLETIONS.name, values, at)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
