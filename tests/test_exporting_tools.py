"""doccano, Label Studio and columns of tags: what is exported comes back, whatever signs the texts are of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bundled import PEERS
from corpusbuild import Corpus, import_corpus
from corpusbuild.cli import cli
from corpusbuild.interchange.anchoring import written_anchor
from corpusbuild.interchange.beside import MAPPING
from corpusbuild.interchange.doccano import Doccano
from corpusbuild.interchange.label_config import read_config
from corpusbuild.interchange.label_studio import LabelStudio
from corpusbuild.interchange.model import Source
from corpusbuild.interchange.tokenizing import tokens_of
from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span
from importing import rows
from test_exporting import contents, put, unordered

LAW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
REGISTRY = {("annotators", "a registry")}
PIECES = ["kata", "Rina", "😀", "é", "e", "\u0301", "שלום", "مرحبا", "👩‍🚀", " ", "\n", "\r\n", ", ", "日本", "x"]


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8", newline="")
    return folder


def said(corpus: Path) -> dict[str, Any]:
    """What a corpus says, in whatever order its files do: schemas without the order of labels, which no tool knows."""
    found: dict[str, Any] = {}
    for path, data in contents(corpus, "import.jsonl", "rejects.jsonl").items():
        if path.startswith(("raw", "annotations", "schema")):
            found[path] = unordered(json.loads(data)) if path.endswith(".json") else data.decode()
    return found


def comes_back(name: str, source: Path, folder: Path, unit: str | None = None, **options: str) -> Path:
    """Import, export, import and export again: the corpora say the same, and the files are the same. Returns what was exported."""
    done = import_corpus(name, source, folder / "corpus", options=options, unit=unit, keep_going=True)
    assert done.folder is not None, [each.finding.message for each in done.report]
    exported = Corpus.open(folder / "corpus").export(name, folder / "out")
    again = import_corpus(name, folder / "out", folder / "again", options=options, unit=unit)
    assert again.folder is not None, [each.finding.message for each in again.report]
    carried = set(exported.lost) <= REGISTRY or all("metadata" in why or each in REGISTRY for each, why in exported.lost)
    assert carried, exported.lost
    assert said(folder / "again") == said(folder / "corpus")
    Corpus.open(folder / "again").export(name, folder / "out2")
    assert contents(folder / "out2") == contents(folder / "out")
    return folder / "out"


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[int]]:
    """A text, with a mark before it or without, and where its pieces begin and end."""
    mark = draw(st.sampled_from(["", "\ufeff"]))
    pieces = [*draw(st.lists(st.sampled_from(PIECES), max_size=12)), "§x§"]
    edges = [len(mark)]
    for piece in pieces:
        edges.append(edges[-1] + len(piece))
    return mark + "".join(pieces), edges


@st.composite
def spanned(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text and some of its spans, in code points."""
    text, edges = draw(texts())
    pairs = draw(st.lists(st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True).map(sorted), max_size=4))
    return text, [(start, end) for start, end in pairs]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# ---- doccano ----


@st.composite
def doccano_example(draw: st.DrawFn, number: int) -> dict[str, Any]:
    text, spans = draw(spanned())
    made: dict[str, Any] = {"id": draw(st.sampled_from([number, f"berita-{number}"])), "text": text, "sumber": "koran"}
    kind = draw(st.sampled_from(["label", "entities", "cats", "none"]))
    if kind == "label":
        made["label"] = [[start, end, draw(st.sampled_from(["A", "b c"]))] for start, end in spans]
    if kind == "entities":
        made["entities"] = [{"id": n * 7, "label": "A", "start_offset": start, "end_offset": end} for n, (start, end) in enumerate(spans)]
        ends = [each["id"] for each in made["entities"]]
        made["relations"] = [{"id": 3, "from_id": ends[0], "to_id": ends[-1], "type": "t"}] if ends else []
        made["Comments"] = [{"text": "baik 😀\nsekali", "username": "rina"}]
    if kind == "cats":
        made["cats"] = draw(st.lists(st.sampled_from(["olahraga", "politik"]), max_size=2))
    return made


@LAW
@given(st.data())
def test_doccanos_labels_come_back(data: st.DataObject) -> None:
    examples = [data.draw(doccano_example(number)) for number in range(data.draw(st.integers(1, 4)))]
    with tempfile.TemporaryDirectory() as name:
        lines = "".join(json.dumps(each, ensure_ascii=data.draw(st.booleans())) + "\n" for each in examples)
        source = written(Path(name) / "source", {"rina.jsonl": lines, "oki.jsonl": lines if len(examples) % 2 else lines[:0]})
        comes_back("doccano", source, Path(name))


def test_what_doccano_has_exported_is_written_line_for_line(tmp_path: Path) -> None:
    spans = '{"id":1,"text":"Rina pulang.","label":[[0,4,"ORANG"],[5,11,"KATA"]]}\n{"id":2,"text":"Oki.","label":[]}\n'
    out = comes_back("doccano", written(tmp_path / "a", {"rina.jsonl": spans}), tmp_path / "1")
    assert contents(out) == {"rina.jsonl": spans.encode()}
    joined = (
        '{"id":1,"text":"Rina pulang.","entities":[{"id":5,"label":"ORANG","start_offset":0,"end_offset":4},'
        '{"id":9,"label":"KATA","start_offset":5,"end_offset":11}],"relations":[{"id":2,"from_id":9,"to_id":5,"type":"oleh"}]}\n'
    )
    out = comes_back("doccano", written(tmp_path / "b", {"rina.jsonl": joined}), tmp_path / "2")
    assert contents(out) == {"rina.jsonl": joined.encode()}
    whole = '{"id":1,"text":"Rina pulang.","sumber":"koran","label":["kabar","rumah"]}\n'
    out = comes_back("doccano", written(tmp_path / "c", {"rina.jsonl": whole}), tmp_path / "3")
    assert contents(out) == {"rina.jsonl": whole.encode()}
    both = '{"id":1,"text":"Rina pulang.","entities":[[0,4,"ORANG"]],"cats":["kabar"]}\n'
    out = comes_back("doccano", written(tmp_path / "d", {"rina.jsonl": both}), tmp_path / "4")
    assert contents(out) == {"rina.jsonl": both.encode()}


def test_texts_that_nobody_labelled_are_nobodys(tmp_path: Path) -> None:
    lines = '{"id":1,"text":"Rina pulang.","label":[]}\n'
    bare = '{"id":2,"text":"Oki pergi.","sumber":"koran"}\n'
    out = comes_back("doccano", written(tmp_path / "a", {"rina.jsonl": lines, "semua.jsonl": bare}), tmp_path)
    assert contents(out) == {"rina.jsonl": lines.encode(), "unlabelled.jsonl": bare.encode()}


def edited(path: Path, change: Callable[[Any], object]) -> None:
    """A file of JSON, changed in place by ``change``."""
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value), "utf-8")


def test_what_doccanos_examples_cannot_hold_is_left_out_with_all_that_refers_to_it_and_told(tmp_path: Path) -> None:
    spans = [{"id": n, "label": label, "start_offset": start, "end_offset": start + 4} for n, label, start in ((1, "A", 0), (2, "B", 5))]
    spans += [{"id": n, "label": "A", "start_offset": 5, "end_offset": 11} for n in (3, 4)]
    relations = [{"id": n, "type": "t", "from_id": start, "to_id": to} for n, start, to in ((1, 1, 2), (2, 1, 3), (3, 1, 4), (4, 1, 2))]
    line = {"id": 1, "text": "Rina pulang.", "entities": spans, "relations": relations, "cats": ["kabar", "rumah"]}
    import_corpus("doccano", written(tmp_path / "in", {"rina.jsonl": json.dumps(line)}), tmp_path / "corpus")

    def allow_nulls(schema: Any) -> None:
        for table, column in (("spans", "label"), ("relations", "type"), ("categories", "label")):
            schema["properties"][table]["items"]["properties"][column]["enum"].append(None)
        schema["properties"]["spans"]["items"]["required"].remove("span")

    def take_away(document: Any) -> None:
        document["spans"][1]["label"] = document["relations"][3]["type"] = document["categories"][0]["label"] = None
        del document["spans"][2]["span"]
        document["spans"][3]["span"] = written_anchor(Span(5, 5), "Rina pulang.")

    edited(tmp_path / "corpus/schema/annotation.json", allow_nulls)
    edited(tmp_path / "corpus/annotations/1.json", take_away)
    lost = Corpus.open(tmp_path / "corpus").export("doccano", tmp_path / "out").lost
    assert lost == {
        ("annotators", "a registry"): 1,
        ("spans", "null where doccano needs words and a label"): 2,
        ("spans", "doccano has no spans without width"): 1,
        ("relations", "it refers to no words of the document"): 4,
        ("categories", "null where doccano needs a label"): 1,
    }
    [made] = (tmp_path / "out/rina.jsonl").read_text("utf-8").splitlines()
    assert json.loads(made) == {"id": 1, "text": "Rina pulang.", "entities": spans[:1], "relations": [], "cats": ["rumah"]}


@pytest.mark.skipif(not (PEERS / "doccano").is_dir(), reason="the files of other projects are not here (../shared/peers)")
def test_doccanos_own_examples_come_back(tmp_path: Path) -> None:
    paths = [path for path in (PEERS / "doccano").rglob("*") if path.suffix in {".jsonl", ".json", ".csv", ".conll"}]
    assert len(paths) == 16
    for number, path in enumerate(paths):
        comes_back("doccano", path, tmp_path / str(number))


@pytest.mark.parametrize("tool", ["doccano", "label-studio"])
def test_a_mark_that_a_text_begins_with_counts_as_the_tool_counts_it(tmp_path: Path, tool: str) -> None:
    text = "\ufeffRina pulang. Rina pulang."
    labelled = {"id": 1, "text": text, "label": [[1, 5, "A"]]}
    region = {"id": "r", "type": "labels", "from_name": "l", "to_name": "t", "value": {"start": 1, "end": 5, "labels": ["A"]}}
    task = {"id": 1, "data": {"text": text}, "annotations": [{"completed_by": 1, "result": [region]}]}
    made = {"doccano": ("rina.jsonl", json.dumps(labelled)), "label-studio": ("tasks.json", json.dumps([task]))}[tool]
    import_corpus(tool, written(tmp_path / "in", dict([made])), tmp_path / "corpus")
    [row] = json.loads((tmp_path / "corpus/annotations/1.json").read_bytes())["spans"]
    assert row["span"] == {"exact": "Rina", "start": 0}


# ---- Label Studio ----


@st.composite
def results(draw: st.DrawFn, text: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Regions with all that may hang on them."""
    made: list[dict[str, Any]] = []
    for n, (start, end) in enumerate(spans):
        value = {"start": utf16(text[:start]), "end": utf16(text[:end]), "text": text[start:end], "labels": ["A"]}
        region = {"id": f"r{n}", "type": "labels", "from_name": "jenis", "to_name": "teks", "value": value}
        if draw(st.booleans()):
            region |= {"origin": "manual", "score": 0.5, "meta": {"text": ["siapa 😀?"]}, "readonly": True}
        if n and draw(st.booleans()):
            region["parentID"] = "r0"
        made.append(region)
        place = {"start": value["start"], "end": value["end"]}
        common = {"id": f"r{n}", "to_name": "teks"}
        if draw(st.booleans()):
            made.append({**common, "type": "choices", "from_name": "yakin", "value": {**place, "choices": ["ya", "tidak"]}})
            made.append({**common, "type": "textarea", "from_name": "catatan", "value": {**place, "text": ["baik\n😀"]}})
    if spans and draw(st.booleans()):
        made.append({"id": "k1", "type": "relation", "from_id": "r0", "to_id": "r0", "direction": "right", "labels": ["oleh"]})
    if draw(st.booleans()):
        whole = {"to_name": "teks", "from_name": "bintang"}
        made.append({**whole, "id": "w1", "type": "rating", "value": {"rating": 4}})
        made.append({**whole, "id": "w2", "from_name": "topik", "type": "taxonomy", "value": {"taxonomy": [["a", "b"], ["c"]]}})
        made.append({**whole, "id": "w3", "from_name": "tgl", "type": "datetime", "value": {"datetime": "2024-06-01"}})
        made.append({**whole, "id": "w4", "from_name": "n", "type": "number", "value": {"number": 2.5}})
    return made


@LAW
@given(st.data())
def test_label_studios_results_come_back(data: st.DataObject) -> None:
    tasks = []
    for number in range(1, data.draw(st.integers(1, 4)) + 1):
        text, spans = data.draw(spanned())
        annotation = {"completed_by": {"email": "rina@example.org"}, "lead_time": 1.5, "result": data.draw(results(text, spans))}
        task: dict[str, Any] = {"id": number, "data": {"text": text, "sumber": "koran"}, "annotations": [{"id": number * 3, **annotation}]}
        if data.draw(st.booleans()):
            task["predictions"] = [{"model_version": "bert/1", "score": 0.25, "result": data.draw(results(text, spans))}]
        tasks.append(task)
    with tempfile.TemporaryDirectory() as name:
        source = written(Path(name) / "source", {"tasks.json": json.dumps(tasks)})
        out = comes_back("label-studio", source, Path(name), unit="utf-16")
        config = read_config(out / "labeling.xml")
        made = [each for task in json.loads((out / "tasks.json").read_bytes()) for each in found_in(task)]
        assert {each["from_name"] for each in made if "from_name" in each} <= config.controls.keys()


def found_in(task: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for group in ("annotations", "predictions") for one in task.get(group, ()) for each in one["result"]]


def test_people_are_annotations_and_systems_predictions_again(tmp_path: Path) -> None:
    region = {
        "id": "r",
        "type": "labels",
        "from_name": "l",
        "to_name": "t",
        "value": {"start": 0, "end": 4, "text": "Rina", "labels": ["A"]},
    }
    task = {
        "id": 7,
        "data": {"text": "Rina pulang."},
        "annotations": [
            {"id": 3, "completed_by": 5, "result": [region]},
            {"id": 4, "completed_by": {"email": "oki@example.org"}, "result": []},
        ],
        "predictions": [{"id": 9, "model_version": "m1", "result": [region]}],
    }
    out = comes_back("label-studio", written(tmp_path / "in", {"a.json": json.dumps([task])}), tmp_path)
    [back] = json.loads((out / "tasks.json").read_bytes())
    assert back == task


def test_what_label_studios_results_cannot_hold_is_left_out_with_all_that_refers_to_it_and_told(tmp_path: Path) -> None:
    place = {"start": 5, "end": 11}
    results = [
        labelled("r", 0, 4, "Rina"),
        labelled("q", 5, 11, "pulang", parentID="r"),
        {"id": "q", "type": "choices", "from_name": "yakin", "to_name": "t", "value": {**place, "choices": ["ya"]}},
        {"id": "r", "type": "rating", "from_name": "bintang", "to_name": "t", "value": {"start": 0, "end": 4, "rating": 3}},
        {"id": "w", "type": "number", "from_name": "n", "to_name": "t", "value": {"number": 1}},
        {"id": "k", "type": "relation", "from_id": "r", "to_id": "q", "direction": "right", "labels": ["oleh"]},
    ]
    task = {"id": 1, "data": {"text": "Rina pulang."}, "annotations": [{"id": 3, "completed_by": "rina", "result": results}]}
    import_corpus("label-studio", written(tmp_path / "in", {"a.json": json.dumps([task])}), tmp_path / "corpus")

    def allow_nulls(schema: Any) -> None:
        schema["properties"]["spans"]["items"]["required"].remove("span")
        schema["properties"]["number"]["items"]["properties"]["number"]["type"] = ["number", "null"]

    def take_away(document: Any) -> None:
        document["spans"][1]["labels"] = []
        del document["spans"][0]["span"]
        document["number"][0]["number"] = None
        document["choices"][0]["id"] = "lain"

    edited(tmp_path / "corpus/schema/annotation.json", allow_nulls)
    edited(tmp_path / "corpus/annotations/1.json", take_away)
    lost = Corpus.open(tmp_path / "corpus").export("label-studio", tmp_path / "out").lost
    assert lost == {
        ("annotators", "a registry"): 1,
        ("spans", "the row has no words, and regions are of words"): 1,
        ("spans.parent", "it refers to nothing that is written"): 1,
        ("rating", "it refers to nothing that is written"): 1,
        ("relations", "it refers to nothing that is written"): 1,
        ("number", "null where a result has a value"): 1,
        ("choices.id", "what is said of a region has the region's id"): 1,
    }
    [made] = json.loads((tmp_path / "out/tasks.json").read_bytes())
    region = labelled("q", 5, 11, "pulang")
    region["value"]["labels"] = []
    assert made["annotations"] == [{"id": 3, "completed_by": {"username": "rina"}, "result": [region, results[2]]}]
    # The label that no region has any more is one that annotators may still give.
    assert '<Label value="A"' in (tmp_path / "out/labeling.xml").read_text("utf-8")


def labelled(key: str, start: int, end: int, words: str, **more: str) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": words, "labels": ["A"]}
    return {"id": key, "type": "labels", "from_name": "l", "to_name": "t", "value": value, **more}


def test_nobodys_annotations_models_without_a_name_and_bare_texts_come_back(tmp_path: Path) -> None:
    tasks = [
        {"id": 1, "data": {"text": "Rina pulang."}, "annotations": [{"id": 3, "agreement": 0.5, "result": [labelled("r", 0, 4, "Rina")]}]},
        {"id": 2, "data": {"text": "Oki pergi."}, "predictions": [{"id": 5, "result": [labelled("s", 0, 3, "Oki")]}]},
        {"id": 3, "data": {"text": "Sepi."}},
    ]
    out = comes_back("label-studio", written(tmp_path / "in", {"a.json": json.dumps(tasks)}), tmp_path)
    assert json.loads((out / "tasks.json").read_bytes()) == tasks


def test_an_annotator_that_was_declared_a_model_later_is_that_of_its_predictions(tmp_path: Path) -> None:
    task = {"id": 1, "data": {"text": "Rina pulang."}, "annotations": [{"id": 3, "completed_by": "bert", "result": []}]}
    import_corpus("label-studio", written(tmp_path / "in", {"a.json": json.dumps([task])}), tmp_path / "corpus")
    [registry] = (tmp_path / "corpus").rglob("annotators.json")
    edited(registry, lambda people: people[0].update(kind="model", prediction=True))
    Corpus.open(tmp_path / "corpus").export("label-studio", tmp_path / "out")
    [made] = json.loads((tmp_path / "out/tasks.json").read_bytes())
    assert made["predictions"] == [{"id": 3, "model_version": "bert", "result": []}]
    assert "annotations" not in made


def test_paths_into_html_are_not_written_and_told(tmp_path: Path) -> None:
    paths = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 4}
    value = {**paths, "globalOffsets": {"start": 0, "end": 4}, "hypertextlabels": ["A"]}
    region = {"id": "r", "type": "hypertextlabels", "from_name": "l", "to_name": "t", "value": value}
    task = {"id": 1, "data": {"html": "<p>Rina pulang.</p>"}, "annotations": [{"id": 3, "completed_by": 5, "result": [region]}]}
    import_corpus("label-studio", written(tmp_path / "in", {"a.json": json.dumps([task])}), tmp_path / "corpus")
    lost = Corpus.open(tmp_path / "corpus").export("label-studio", tmp_path / "out").lost
    assert lost["spans.more", "paths in HTML, which is not written"] == 5
    [made] = json.loads((tmp_path / "out/tasks.json").read_bytes())
    [back] = found_in(made)
    assert back["value"] == {"start": 0, "end": 4, "text": "Rina", "labels": ["A"]}


# ---- columns ----


@st.composite
def sentence(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Tokens with tags in BIO."""
    tokens = draw(
        st.lists(st.sampled_from(["Rina", "😀", "e\u0301", "שלום", "U.N.", ",", "#", "日本", "a\u00a0b"]), min_size=1, max_size=6)
    )
    tags: list[str] = []
    for _ in tokens:
        goes_on = ["I" + tags[-1][1:]] if tags and tags[-1] != "O" else []
        tags.append(draw(st.sampled_from(["O", "B-PER", "B-LOC kota", "B", *goes_on])))
    return list(zip(tokens, tags, strict=True))


@LAW
@given(
    st.lists(st.lists(sentence(), min_size=1, max_size=4), min_size=1, max_size=3),
    st.sampled_from(["", "NN\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
@example([[[("Rina", "B")]]], "", "\n")
def test_columns_come_back(documents: list[list[list[tuple[str, str]]]], more: str, end: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        files = {}
        for n, sentences in enumerate(documents):
            lines = [[f"{token}\t{more}{tag}{end}" for token, tag in each] for each in sentences]
            files[f"d{n}.conll"] = "\ufeff" * (n % 2) + end.join("".join(each) for each in lines)
        out = comes_back("conll", written(Path(name) / "source", files), Path(name), annotator="rina", separator="tab")
        if end == "\n":
            normal = {path: content.removeprefix("\ufeff").replace("e\u0301", "é") for path, content in files.items()}
            assert {path: data.decode() for path, data in contents(out).items()} == normal


def test_a_tag_that_is_not_the_last_column_stays_in_its_place(tmp_path: Path) -> None:
    source = written(tmp_path / "in", {"a.conll": "Rina\tB-PER\tNN\npulang\tO\tVB\n\nYa\tO\tUH\n"})
    assert contents(comes_back("conll", source, tmp_path, annotator="rina", tag="2")) == contents(source)


def test_tokens_that_nobody_tagged_stand_alone_and_are_nobodys(tmp_path: Path) -> None:
    files = {"a.conll": "Rina\tB-PER\n#\tO\n\nYa\tO\n", "b.conll": "Oki\n#\n\n2\n"}
    source = written(tmp_path / "in", files)
    assert contents(comes_back("conll", source, tmp_path, annotator="rina")) == contents(source)
    assert not (tmp_path / "corpus/annotations/b.json").exists()


def test_words_of_conllu_keep_their_columns_and_what_they_share(tmp_path: Path) -> None:
    lines = [
        "# sent_id = 1",
        "1\tRina\tRina\tPROPN\t_\t_\t0\troot\t_\tSpaceAfter=No",
        "2\t,\t,\tPUNCT\t_\t_\t1\tpunct\t_\t_",
        "3-4\tdikatakannya\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No",
        "3\tdikatakan\tkata\tVERB\t_\t_\t1\tdep\t_\t_",
        "4\tnya\tdia\tPRON\t_\t_\t3\tdep\t_\t_",
        "5\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_",
        "",
        "1\tYa\tya\tINTJ\t_\t_\t0\troot\t_\t_",
    ]
    source = written(tmp_path / "in", {"a.conllu": "\n".join(lines) + "\n\n"})
    out = comes_back("conll", source, tmp_path, annotator="rina")
    written_lines = (out / "a.conllu").read_text("utf-8").splitlines()
    assert [line for line in written_lines if line] == [
        line.replace("dikatakan\tkata", "_\tkata").replace("nya\tdia", "_\tdia") for line in lines if line
    ]


def test_a_tag_of_conllu_is_written_to_a_column_that_is_free(tmp_path: Path) -> None:
    lines = "1\tRina\trina\t_\t_\t_\t_\t_\tB-PER\tSpaceAfter=No\n2\t!\t!\t_\t_\t_\t_\t_\tO\t_\n\n"
    out = comes_back("conll", written(tmp_path / "in", {"a.conllu": lines}), tmp_path, annotator="rina", tag="9")
    assert (out / "a.conllu").read_text("utf-8") == lines


def test_documents_of_columns_and_of_conllu_keep_each_its_own(tmp_path: Path) -> None:
    files = {
        "a.conllu": "1\tRina\trina\tPROPN\t_\t_\t0\troot\t_\t_\n\n",
        "b.conll": "Oki\tNN\tB-PER\npergi\tVB\tO\n",
        "c.conll": "Sari\tNN\tO\n",
    }
    out = comes_back("conll", written(tmp_path / "in", files), tmp_path, annotator="rina")
    assert {path: data.decode() for path, data in contents(out).items()} == files


FULL = "1\tRina\trina\tPROPN\tNN\tA=b\t0\troot\t0:root\tSpaceAfter=No\n2\t!\t!\tPUNCT\t.\tA=b\t1\tpunct\t1:punct\tx=y\n"


def test_what_conllu_has_no_column_for_is_listed_and_nothing_stands_in_the_place_of_another(tmp_path: Path) -> None:
    files = {"a.conllu": "".join(f"{line}\tz\n" for line in FULL.splitlines())}
    import_corpus("conll", written(tmp_path / "in", files), tmp_path / "own", options={"annotator": "rina"})
    schema = json.loads((tmp_path / "own/schema/annotation.json").read_bytes())
    span = {"id": {"type": "string", "x-key": True}, "label": {"enum": ["PER"]}, "span": {"$ref": "anchor.json", "x-anchor": {}}}
    row = {"type": "object", "properties": span, "required": [*span], "additionalProperties": False}
    schema["properties"]["spans"] = {"type": "array", "x-table": "spans", "items": row}
    document = json.loads((tmp_path / "own/annotations/a.json").read_bytes())
    document["spans"] = [{"id": "s1", "label": "PER", "span": "Rina"}]
    written(tmp_path / "own", {"schema/annotation.json": json.dumps(schema), "annotations/a.json": json.dumps(document)})
    lost = Corpus.open(tmp_path / "own").export("conll", tmp_path / "out").lost
    why = "CoNLL-U has ten columns, and others stand in them"
    assert {what: count for what, count in lost.items() if what not in REGISTRY} == {("spans.span", why): 1, ("tokens.column_11", why): 2}
    assert (tmp_path / "out/a.conllu").read_text("utf-8") == f"{FULL}\n"


@pytest.mark.parametrize("kept", [(1, 2), (0, 2), (0, 1), (0, 1, 2)])
def test_words_of_conllu_that_were_taken_out_leave_the_text_incomplete(tmp_path: Path, kept: tuple[int, ...]) -> None:
    lines = [f"{n}\t{word}\tx\t_\t_\t_\t_\t_\t_\t_\n" for n, word in enumerate(("Rina", "pulang", "."), 1)]
    import_corpus("conll", written(tmp_path / "in", {"a.conllu": "".join(lines)}), tmp_path / "own", options={"annotator": "rina"})
    path = tmp_path / "own/annotations/a.json"
    document = json.loads(path.read_bytes())
    document["tokens"] = [document["tokens"][n] for n in kept]
    path.write_text(json.dumps(document), "utf-8")
    lost = Corpus.open(tmp_path / "own").export("conll", tmp_path / "out").lost
    assert {what: count for what, count in lost.items() if what not in REGISTRY} == (
        {} if len(kept) == 3 else {("articles.text", SPACE): 1}
    )
    forms = [line.split("\t")[1] for line in (tmp_path / "out/a.conllu").read_text("utf-8").splitlines() if line]
    assert forms == [("Rina", "pulang", ".")[n] for n in kept]


TAGGED = ["# x", "Rina\tNN\tB-PER", "pulang\tVB\tO"]
UNTAGGED = ["# x", "Rina\tNN\tO", "pulang\tVB\tO"]
SPACE = "tokens are parted by one space, and lines by one line end"
NOTE = {"type": ["string", "null"]}
ANCHOR = {"anyOf": [{"$ref": "anchor.json"}, {"type": "null"}], "x-anchor": {}}


@pytest.mark.parametrize(
    ("edit", "lost", "lines"),
    [
        (
            {"tokens": [{"id": "t1", "token": "Rina", "column_2": "N\tN"}, {"id": "t2", "token": "pulang", "column_2": "VB"}]},
            {("tokens.column_2", "a tab or a line end stands in a cell"): 1},
            ["# x", "Rina\t_\tB-PER", "pulang\tVB\tO"],
        ),
        (
            {"tokens": [{"id": "t1", "token": None, "column_2": "NN"}, {"id": "t2", "token": "pulang", "column_2": "VB"}], "spans": []},
            {("tokens", "the row has no words, and tags are of words"): 1, ("articles.text", SPACE): 1},
            ["# x", "pulang\tVB\tO"],
        ),
        ({"comments": [{"id": "m1", "comment": "x\ny"}]}, {("comments.comment", "a comment is one line"): 1}, TAGGED[1:]),
        ({"comments": [{"id": "m1", "comment": None}]}, {("comments.comment", "a comment is one line"): 1}, TAGGED[1:]),
        ({"spans": [{"id": "s1", "label": "-x", "span": "Rina"}]}, {("spans.span", "no tag can hold such a label"): 1}, UNTAGGED),
        ({"spans": [{"id": "s1", "label": "PER", "span": "Rina pul"}]}, {("spans.span", "it is not of whole tokens"): 1}, UNTAGGED),
        ({"spans": [{"id": "s1", "label": "PER", "span": "ina"}]}, {("spans.span", "there is no token in it"): 1}, UNTAGGED),
        ({"spans": [{"id": "s1", "label": None, "span": "Rina"}]}, {}, ["# x", "Rina\tNN\tB", "pulang\tVB\tO"]),
    ],
)
def test_what_was_edited_since_its_import_is_columns_again_or_listed(
    tmp_path: Path, edit: dict[str, Any], lost: dict[tuple[str, str], int], lines: list[str]
) -> None:
    source = written(tmp_path / "in", {"a.conll": "".join(f"{line}\n" for line in TAGGED)})
    import_corpus("conll", source, tmp_path / "own", options={"annotator": "rina"})
    schema = json.loads((tmp_path / "own/schema/annotation.json").read_bytes())
    for table, column, kind in (
        ("tokens", "token", ANCHOR),
        ("spans", "label", {"enum": ["PER", "-x", None]}),
        ("comments", "comment", NOTE),
    ):
        items = schema["properties"][table]["items"]
        items["properties"][column] = kind
        items["required"] = ["id"]
    document = json.loads((tmp_path / "own/annotations/a.json").read_bytes()) | edit
    written(tmp_path / "own", {"schema/annotation.json": json.dumps(schema), "annotations/a.json": json.dumps(document)})
    found = Corpus.open(tmp_path / "own").export("conll", tmp_path / "out").lost
    assert {what: count for what, count in found.items() if what not in REGISTRY} == lost
    assert (tmp_path / "out/a.conll").read_text("utf-8").splitlines() == lines


# ---- any schema ----


@pytest.fixture
def attribution(tmp_path: Path) -> Path:
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "own"), "--template", "attribution"]).exit_code == 0
    return tmp_path / "own"


def claims(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    values = [json.loads(path.read_bytes()) for path in (corpus / "annotations").rglob("*.json")]
    return {each["article"]: each["claims"] for each in values if isinstance(each, dict) and "claims" in each}


@pytest.mark.parametrize("tool", ["conll", "doccano", "label-studio"])
def test_what_is_lost_is_listed_before_anything_is_written(attribution: Path, tmp_path: Path, tool: str) -> None:
    command = ["export", tool, str(tmp_path / "out"), "--corpus", str(attribution)]
    dry = CliRunner().invoke(cli, [*command, "--dry-run"])
    assert "stances: the row has no words" in dry.output
    assert not (tmp_path / "out").exists()
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    assert result.output.partition("wrote")[0] == dry.output.partition("nothing was written")[0]


def test_rows_are_spans_and_relations_to_doccano(attribution: Path, tmp_path: Path) -> None:
    Corpus.open(attribution).export("doccano", tmp_path / "out")
    made = claims(attribution)
    documents = [each for each in Doccano().documents(Source(tmp_path / "out")) if each.rows]
    assert {each.name for each in documents} == {name for name, of in made.items() if of}
    for document in documents:
        assert document.text is not None
        assert not document.findings
        spans = rows(document, "spans")
        content = [document.text[row["span"][0] : row["span"][1]] for row in spans if row["label"] == "claims.content"]
        assert len(content) == sum(len(claim["content"]) for claim in made[document.name])
        assert all(isinstance(row["id"], str) and row["id"].isdigit() for row in spans)


def test_rows_are_pre_annotations_to_label_studio(attribution: Path, tmp_path: Path) -> None:
    Corpus.open(attribution).export("label-studio", tmp_path / "out")
    config = read_config(tmp_path / "out/labeling.xml")
    assert config.texts == {"text": "text"}
    made = claims(attribution)
    for task in json.loads((tmp_path / "out/tasks.json").read_bytes()):
        assert "annotations" not in task
        results = found_in(task)
        for each in results:
            if each["type"] != "relation":
                assert config.controls[each["from_name"]] == each["type"]
            if each["type"] == "labels":
                value = each["value"]
                units = task["data"]["text"].encode("utf-16-le")
                assert units[value["start"] * 2 : value["end"] * 2].decode("utf-16-le") == value["text"]
        heads = [each["meta"]["text"][0] for each in results if each.get("meta") and each["from_name"] == "claims"]
        assert heads == [claim["id"] for claim in made[task["id"]]]
        polarity = [
            each["value"]["choices"] for each in results if each["from_name" if "from_name" in each else "type"] == "claims_polarity"
        ]
        assert polarity == [[claim["polarity"]] for claim in made[task["id"]]]
    assert [each.findings for each in LabelStudio().documents(Source(tmp_path / "out")) if each.findings] == []


def test_no_two_controls_of_label_studio_have_one_name(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "own"), "--template", "minimal"]).exit_code == 0
    schema = json.loads((tmp_path / "own/schema/annotation.json").read_bytes())
    row = {"type": "object", "additionalProperties": False, "properties": {"words": {"$ref": "anchor.json", "x-anchor": {}}}}
    for table, column in (("a", "b_c"), ("a_b", "c")):
        own = {**row, "properties": {**row["properties"], column: {"enum": [table, "x"]}, "n": {"enum": ["y"]}}}
        schema["properties"][table] = {"type": "array", "x-table": table, "items": own}
    (tmp_path / "own/schema/annotation.json").write_text(json.dumps(schema))
    Corpus.open(tmp_path / "own").export("label-studio", tmp_path / "out")
    names = read_config(tmp_path / "out/labeling.xml").controls
    assert {"a_b_c", "a_b_c_2", "a_n", "a_b_n"} <= names.keys()


@pytest.mark.parametrize(
    ("text", "edges", "whole", "tokens"),
    [
        ("Rina pulang.\nYa", [], True, ["Rina", "pulang.", "Ya"]),
        ("Rina pulang.", [2, 5], False, ["Ri", "na", "pulang", "."]),
        # What would be read as the beginning of a document is parted, and so is what no cell can hold.
        ("-DOCSTART- -DOCSTART", [], True, ["-", "DOCSTART-", "-DOCSTART"]),
        ("a-DOCSTART-b", [1], True, ["a", "-", "DOCSTART-b"]),
        ("a\tb\t\tc\r\nd", [], True, ["a", "b", "c", "d"]),
        ("\t-DOCSTART-", [], True, ["-", "DOCSTART-"]),
        # White space of other kinds is no token.
        ("a \u00a0 b\u00a0c", [], True, ["a", "b\u00a0c"]),
    ],
)
def test_tokens_are_what_can_stand_in_a_cell(text: str, edges: list[int], whole: bool, tokens: list[str]) -> None:  # noqa: FBT001  a case
    assert [each.of(text) for each in tokens_of(text, edges, whole=whole)] == tokens


def corpus_of(folder: Path, texts: dict[str, str], properties: dict[str, Any], documents: dict[str, dict[str, Any]]) -> Corpus:
    """A corpus whose schema has ``properties``; the annotation documents by their paths."""
    assert CliRunner().invoke(cli, ["init", str(folder), "--template", "minimal"]).exit_code == 0
    for path in [*(folder / "raw").glob("*"), *(folder / "annotations").rglob("*.json")]:
        if path.name not in {"README.md", "annotators.json"}:
            path.unlink()
    for name, text in texts.items():
        written(folder / "raw", {f"{name}.txt": text, f"{name}.json": "{}"})
    schema = json.loads((folder / "schema/annotation.json").read_bytes())
    schema["properties"] = {name: schema["properties"][name] for name in ("article", "annotator")} | properties
    article = json.loads((folder / "schema/article.json").read_bytes())
    article |= {"properties": {"blocks": {"x-column": "json"}}, "required": []}
    written(folder / "schema", {"annotation.json": json.dumps(schema), "article.json": json.dumps(article)})
    written(folder / "annotations", {path: json.dumps(each) for path, each in documents.items()})
    return Corpus.open(folder)


def own(folder: Path, text: str, properties: dict[str, Any], said: dict[str, Any]) -> Corpus:
    """A corpus of one article, ``a``, and one document, whose schema has ``properties``."""
    return corpus_of(folder, {"a": text}, properties, {"a.json": {"article": "a", "annotator": "gold", **said}})


def test_tokens_and_sentences_are_what_tags_stand_on_and_no_labels(tmp_path: Path) -> None:
    anchor = {"type": "object", "additionalProperties": False, "properties": {"words": {"$ref": "anchor.json", "x-anchor": {}}}}
    tables = {name: {"type": "array", "x-table": name, "items": anchor} for name in ("tokens", "sentences", "names")}
    rows = {
        "tokens": ["Rina", "pulang.", "Oki-lah", "pergi", {"exact": ".", "start": 26}],
        "sentences": ["Rina pulang.", " Oki-lah pergi."],
        "names": ["Rina", "Oki"],
    }
    said = {name: [{"words": each} for each in of] for name, of in rows.items()}
    corpus = own(tmp_path / "own", "Rina pulang. Oki-lah pergi.", tables, said)
    corpus.export("conll", tmp_path / "conll")
    lines = ["Rina\tB-names", "pulang.\tO", "", "Oki\tB-names", "-lah\tO", "pergi\tO", ".\tO"]
    assert (tmp_path / "conll/a.conll").read_text("utf-8").splitlines() == lines
    lost = corpus.export("doccano", tmp_path / "doccano").lost
    assert {what: count for (what, _), count in lost.items() if what in rows} == {"tokens": 5, "sentences": 2}
    assert json.loads((tmp_path / "doccano/gold.jsonl").read_bytes())["label"] == [[0, 4, "names"], [13, 16, "names"]]
    corpus.export("label-studio", tmp_path / "studio")
    [task] = json.loads((tmp_path / "studio/tasks.json").read_bytes())
    assert [each["value"]["text"] for each in found_in(task)] == ["Rina", "Oki"]
    assert list(read_config(tmp_path / "studio/labeling.xml").controls) == ["names"]


def test_what_tags_cannot_hold_is_listed_once_whoever_annotated(tmp_path: Path) -> None:
    columns = {
        "tokens": {"words": {"$ref": "anchor.json", "x-anchor": {}}},
        "names": {"parts": {"type": "array", "items": {"$ref": "anchor.json"}, "x-anchor": {}}},
    }
    tables = {
        name: {"type": "array", "x-table": name, "items": {"type": "object", "additionalProperties": False, "properties": each}}
        for name, each in columns.items()
    }
    texts = {"a": "Rina pulang.", "b": "Oki  pergi.", "c": "Rahasia."}
    nothing = {"start": 5, "end": 5, "check": check_value(texts["a"], Span(5, 5))}
    overlapping = [{"words": "Rina"}, {"words": "Rina pulang"}, {"words": "."}, {"words": nothing}]
    documents = {
        f"{who}/a.json": {"article": "a", "annotator": who, "tokens": overlapping, "names": [{"parts": ["Rina", "pulang"]}]}
        for who in ("gold", "oki")
    }
    corpus = corpus_of(tmp_path / "own", texts, tables, documents)
    corpus.detach(["c"], allow_words=True)
    lost = corpus.export("conll", tmp_path / "out").lost
    assert {what: count for what, count in lost.items() if what not in REGISTRY} == {
        ("articles.blocks", "columns of tokens have no metadata"): 1,
        ("articles.text", "the article is detached, and columns of tokens need its text"): 1,
        ("articles.text", SPACE): 3,
        ("names.parts", "segments become spans of their own"): 2,
        ("names.parts", "there is no token in it"): 2,
        ("tokens.words", "it overlaps another span of its column"): 2,
        ("tokens.words", "there is no token in it"): 2,
    }
    lines = {path: data.decode().splitlines() for path, data in contents(tmp_path / "out").items()}
    assert lines == {
        **{f"{who}/a.conll": ["Rina\tB-names", ".\tO"] for who in ("gold", "oki")},
        "b.conll": ["Oki", "pergi", "."],
    }


PROPERTIES = {
    "topics": {"type": "array", "items": {"enum": ["kabar", "rumah"]}},
    "mood": {"enum": ["tenang", "riuh"]},
    "names": {
        "type": "array",
        "x-table": "names",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "x-key": True},
                "words": {"$ref": "anchor.json", "x-anchor": {}},
                "kind": {"enum": ["orang", "benda"]},
                "same_as": {"type": "string", "x-ref": "names"},
                "knows": {"type": "array", "items": {"type": "string", "x-ref": "names"}},
                "age": {"type": "integer"},
                "years": {"type": "array", "items": {"type": "integer"}},
            },
            "required": ["id", "kind"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture
def names(tmp_path: Path) -> Corpus:
    """Rows that refer to each other; one of them has no words, and one words without width."""
    text = "Rina pulang. Oki pergi."
    rows = [
        {"id": "a", "words": "Rina", "kind": "orang", "knows": ["b", "c", "d"]},
        {"id": "b", "words": "Oki", "kind": "orang", "same_as": "a", "age": 4, "years": [1, 2]},
        {"id": "c", "kind": "benda"},
        {"id": "d", "words": written_anchor(Span(5, 5), text), "kind": "benda"},
    ]
    return own(tmp_path / "own", text, PROPERTIES, {"topics": ["kabar", "rumah"], "mood": "riuh", "names": rows})


def test_what_is_said_of_a_text_is_a_category_of_doccanos_and_references_are_relations(names: Corpus, tmp_path: Path) -> None:
    lost = names.export("doccano", tmp_path / "out").lost
    [line] = (tmp_path / "out/gold.jsonl").read_text("utf-8").splitlines()
    made = json.loads(line)
    assert made["cats"] == ["topics.kabar", "topics.rumah", "mood.riuh"]
    assert [(each["label"], each["start_offset"], each["end_offset"]) for each in made["entities"]] == [("orang", 0, 4), ("orang", 13, 16)]
    assert made["relations"] == [
        {"id": 1, "from_id": 1, "to_id": 2, "type": "names.knows"},
        {"id": 2, "from_id": 2, "to_id": 1, "type": "names.same_as"},
    ]
    assert {what: count for what, count in lost.items() if what[0].startswith("names")} == {
        ("names", "the row has no words, and doccano's labels are of words"): 2,
        ("names.words", "doccano has no spans without width"): 1,
        ("names.knows", "it refers to no words of the document"): 2,
        ("names.id", "doccano's spans have a label, and nothing else"): 2,
        ("names.age", "doccano's spans have a label, and nothing else"): 1,
        ("names.years", "doccano's spans have a label, and nothing else"): 1,
    }


def test_a_text_with_nothing_but_categories_has_them_as_doccanos_labels(tmp_path: Path) -> None:
    anchor = {"type": "object", "additionalProperties": False, "properties": {"words": {"$ref": "anchor.json", "x-anchor": {}}}}
    properties = {"topics": PROPERTIES["topics"], "tokens": {"type": "array", "x-table": "tokens", "items": anchor}}
    corpus = own(tmp_path / "own", "Rina pulang.", properties, {"topics": ["kabar", "rumah"]})
    lost = corpus.export("doccano", tmp_path / "out").lost
    assert "tokens" not in {what for what, _ in lost}
    [line] = (tmp_path / "out/gold.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {"id": "a", "text": "Rina pulang.", "label": ["kabar", "rumah"]}


def test_references_are_relations_of_label_studios_and_lists_of_numbers_are_lost(names: Corpus, tmp_path: Path) -> None:
    lost = names.export("label-studio", tmp_path / "out").lost
    [task] = json.loads((tmp_path / "out/tasks.json").read_bytes())
    results = found_in(task)
    relations = [(each["from_id"], each["to_id"], each["labels"]) for each in results if each["type"] == "relation"]
    assert relations == [("names-a", "names-b", ["knows"]), ("names-a", "names-d", ["knows"]), ("names-b", "names-a", ["same_as"])]
    values = {each["from_name"]: each["value"] for each in results if each["type"] in {"number", "choices"}}
    assert values == {
        "topics": {"choices": ["kabar", "rumah"]},
        "mood": {"choices": ["riuh"]},
        "names_age": {"start": 13, "end": 16, "number": 4},
    }
    assert {what: count for what, count in lost.items() if what[0].startswith("names")} == {
        ("names", "the row has no words, and Label Studio's regions are of words"): 1,
        ("names.knows", "it refers to no words of the document"): 1,
        ("names.years", "Label Studio has no such values"): 1,
    }
    assert [each.findings for each in LabelStudio().documents(Source(tmp_path / "out")) if each.findings] == []


def test_each_column_of_anchors_is_a_column_of_tags(attribution: Path, tmp_path: Path) -> None:
    Corpus.open(attribution).export("conll", tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.conll"):
        header, *lines = path.read_text("utf-8").splitlines()
        names = header.removeprefix("# global.columns = ").split()
        assert names[:2] == ["FORM", "claims.extent"]
        cells = [line.split("\t") for line in lines if line]
        assert {len(each) for each in cells} == {len(names)}
        begun = sum(each[names.index("claims.cue")].startswith("B-") for each in cells)
        assert begun <= sum(claim.get("cue") is not None for claim in claims(attribution)[path.stem])
        assert " ".join(each[0] for each in cells).split() == [each[0] for each in cells]


@LAW
@given(st.lists(spanned(), min_size=1, max_size=3))
@example([(" §x§", [(0, 1)])])
def test_spans_go_from_one_tool_to_another(documents: list[tuple[str, list[tuple[int, int]]]]) -> None:
    lines = [{"id": n, "text": text, "label": [[*span, "A b"] for span in spans]} for n, (text, spans) in enumerate(documents)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder / "source", {"rina.jsonl": "".join(f"{json.dumps(line)}\n" for line in lines)})
        import_corpus("doccano", folder / "source", folder / "corpus", keep_going=True)
        corpus = Corpus.open(folder / "corpus")
        corpus.export("label-studio", folder / "studio")
        assert import_corpus("label-studio", folder / "studio", folder / "studio-corpus", unit="utf-16").ok
        assert places(folder / "studio-corpus") == places(folder / "corpus")
        lost = corpus.export("conll", folder / "conll").lost
        # Columns put the text together anew, so words are what can be compared.
        assert import_corpus("conll", folder / "conll", folder / "conll-corpus", options={"separator": "tab"}).ok
        told = sum(count for (what, _), count in lost.items() if what == "spans.span")
        before, after = (sorted(words for _, words in places(each)) for each in (folder / "corpus", folder / "conll-corpus"))
        assert len(before) - told <= len(after)
        assert set(after) <= set(before)


def places(corpus: Path) -> list[tuple[str, str]]:
    """Of each span the article and start; and its words without white space."""
    values = [json.loads(path.read_bytes()) for path in sorted((corpus / "annotations").rglob("*.json"))]
    return [
        (f"{each['article']} {row['span']['start']} {row.get('label') or row['labels'][0]}", "".join(row["span"]["exact"].split()))
        for each in values
        if isinstance(each, dict)
        for row in each.get("spans", ())
    ]


def test_brats_spans_are_labels_to_all(tmp_path: Path) -> None:
    put(tmp_path / "source", "a", ["T1\tPerson 0 4\tRina", "T2\tPlace 17 23\tTidore"])
    import_corpus("brat", tmp_path / "source", tmp_path / "corpus", options={"annotator": "ana"})
    corpus = Corpus.open(tmp_path / "corpus")
    for tool in ("conll", "doccano", "label-studio"):
        corpus.export(tool, tmp_path / tool)
    [line] = (tmp_path / "doccano/ana.jsonl").read_text("utf-8").splitlines()
    assert [each["label"] for each in json.loads(line)["entities"]] == ["Person", "Place"]
    tags = [line.split("\t") for line in (tmp_path / "conll/a.conll").read_text("utf-8").splitlines()]
    assert [each[0] for each in tags if each[-1] == "B-Place"] == ["Tidore"]
    [task] = json.loads((tmp_path / "label-studio/tasks.json").read_bytes())
    assert [each["value"]["labels"] for each in found_in(task)] == [["Person"], ["Place"]]
    [region, _] = found_in(task)
    assert region["value"] == {"start": 0, "end": 4, "text": "Rina", "labels": ["Person"]}


def test_columns_whose_names_are_one_word_to_brat_stay_apart(tmp_path: Path) -> None:
    row = {
        "type": "object",
        "properties": {
            "words": {"$ref": "anchor.json", "x-anchor": {}},
            "jenis-kata": {"type": "string"},
            "jenis kata": {"type": "string"},
            "jenis_kata": {"type": "string"},
        },
        "additionalProperties": False,
    }
    said = {"words": {"exact": "Rina", "start": 0}, "jenis-kata": "a", "jenis kata": "b", "jenis_kata": "c"}
    corpus = own(tmp_path / "own", "Rina pulang.", {"names": {"type": "array", "x-table": "names", "items": row}}, {"names": [said]})
    corpus.export("brat", tmp_path / "brat")
    notes = [line.split("\t") for line in (tmp_path / "brat/a.ann").read_text("utf-8").splitlines() if line.startswith("#")]
    assert [each[1:] for each in notes] == [["jenis-kata E1", "a"], ["jenis_kata E1", "b"], ["jenis_kata_ E1", "c"]]
    assert import_corpus("brat", tmp_path / "brat", tmp_path / "back", mapping=tmp_path / "brat" / MAPPING).ok
    assert json.loads((tmp_path / "back/annotations/a.json").read_bytes())["names"] == [said]


def test_a_configuration_is_xml_whatever_labels_are_called(tmp_path: Path) -> None:
    value = {"start": 0, "end": 4, "text": "Rina", "labels": ['<"&\n\x01>']}
    region = {"id": "r", "type": "labels", "from_name": 'a"<', "to_name": "t", "value": value}
    task = {"id": 1, "data": {"text": "Rina"}, "annotations": [{"completed_by": 5, "result": [region]}]}
    source = written(tmp_path / "in", {"a.json": json.dumps([task])})
    import_corpus("label-studio", source, tmp_path / "corpus")
    Corpus.open(tmp_path / "corpus").export("label-studio", tmp_path / "out")
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    parser.Parse((tmp_path / "out/labeling.xml").read_bytes(), True)
    assert {"value": '<"&\n>'} in found


@pytest.mark.parametrize("tool", ["conll", "doccano", "label-studio"])
def test_no_word_of_a_detached_article_is_written_unasked(attribution: Path, tmp_path: Path, tool: str) -> None:
    corpus = Corpus.open(attribution)
    name = min(path.stem for path in (attribution / "raw").glob("*.txt"))
    words = (attribution / f"raw/{name}.txt").read_text("utf-8").split()[0]
    corpus.detach([name], allow_words=True)
    lost = corpus.export(tool, tmp_path / "out").lost
    assert any(what == "articles.text" for what, _ in lost)
    assert not any(words.encode() in data for data in contents(tmp_path / "out").values())
    corpus.export(tool, tmp_path / "with", include_detached_text=True)
    assert any(words.encode() in data for data in contents(tmp_path / "with").values())


@pytest.mark.parametrize("tool", ["doccano", "label-studio"])
def test_a_text_that_nobody_labelled_is_not_written_where_it_is_detached(attribution: Path, tmp_path: Path, tool: str) -> None:
    name = min(path.stem for path in (attribution / "raw").glob("*.txt"))
    for path in (attribution / "annotations").rglob(f"{name}.json"):
        path.unlink()
    before = Corpus.open(attribution).export(tool, tmp_path / "before").lost
    words = (attribution / f"raw/{name}.txt").read_bytes().split(b"\n")[0]
    assert any(words in data for data in contents(tmp_path / "before").values())
    Corpus.open(attribution).detach([name], allow_words=True)
    after = Corpus.open(attribution).export(tool, tmp_path / "after").lost
    assert {what for what, why in after.keys() - before.keys() if "detached" in why} >= {"articles.text", "articles.headline"}
    assert not any(words in data for data in contents(tmp_path / "after").values())
