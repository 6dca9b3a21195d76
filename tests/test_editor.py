"""What an editor needs: schemas that stand alone and list the keys, settings that lead to them, and a matcher for findings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from bundled import copy_corpus, inside, tree
from corpusbuild import init
from corpusbuild.workflow.editor import MOST_KEYS, PROBLEM
from corpusbuild.workflow.initialising import TEMPLATES

CORPORA = Path(__file__).parent / "corpora"
ARTICLE = "putin-akan-ke-pyongyang"


def schemas(folder: Path) -> dict[str, Any]:
    files = (folder / ".corpusbuild" / "editor").iterdir()
    return {path.name.removesuffix(".schema.json"): json.loads(path.read_bytes()) for path in files}


def judge(schema: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def kind_of(folder: Path, path: Path) -> str:
    """Which generated schema the settings give a file: the last pattern that matches decides, as VS Code has it."""
    settings = json.loads((folder / ".vscode" / "settings.json").read_bytes())
    kinds = []
    for entry in settings["json.schemas"]:
        match = False
        for pattern in entry["fileMatch"]:
            glob = re.escape(pattern.lstrip("!")).replace(r"\*", "[^/]*")
            if re.fullmatch(glob, "/" + path.relative_to(folder).as_posix()):
                match = not pattern.startswith("!")
        if match:
            kinds.append(Path(entry["url"]).name.removesuffix(".schema.json"))
    assert len(kinds) == 1, (path, kinds)
    return kinds[0]


def documents(folder: Path) -> list[Path]:
    return sorted(path for name in ("raw", "annotations") for path in (folder / name).rglob("*.json"))


@pytest.fixture(scope="module", params=["kabar-klaim", "emotions", "legal", *TEMPLATES])
def corpus(request, tmp_path_factory) -> Path:
    """A corpus of which a data set was made, with the settings that `init` would write for it."""
    folder = tmp_path_factory.mktemp("editor") / "corpus"
    if request.param in TEMPLATES:
        return init(folder, request.param)
    if request.param == "kabar-klaim":
        copy_corpus(folder)
    else:
        shutil.copytree(CORPORA / request.param, folder)
    assert inside(folder, "make").status == 0
    from corpusbuild.workflow.editor import write_settings

    write_settings(folder, tuple(kind for kind in schemas(folder) if kind not in {"article", "annotation"}))
    return folder


@pytest.fixture
def own(tmp_path) -> Path:
    folder = copy_corpus(tmp_path / "corpus")
    assert inside(folder, "make").status == 0
    return folder


def test_every_schema_is_valid_and_stands_alone(corpus):
    for name, schema in schemas(corpus).items():
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        text = json.dumps(schema)
        assert set(re.findall(r'"\$ref": "(.)', text)) <= {"#"}, name
        assert not re.search(r'"(x-[a-z]+|\$id)":', text), name


def test_every_document_is_accepted_by_the_schema_that_the_settings_give_it(corpus):
    judges = {kind: judge(schema) for kind, schema in schemas(corpus).items()}
    for path in documents(corpus):
        for error in judges[kind_of(corpus, path)].iter_errors(json.loads(path.read_bytes())):
            pytest.fail(f"{path.name}: {error}")


def test_a_schema_line_leads_to_the_schema_that_the_settings_give(corpus):
    for path in documents(corpus):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict) and ".corpusbuild" in value.get("$schema", ""):
            assert (path.parent / value["$schema"]).resolve().name == f"{kind_of(corpus, path)}.schema.json"
            assert (path.parent / value["$schema"]).is_file()


# ---- keys ----


def test_speakers_targets_and_articles_are_listed(own):
    claim = schemas(own)["annotation"]["$defs"]["annotation.json"]
    claim, stance, top = claim["$defs"]["claim"]["properties"], claim["$defs"]["stance"]["properties"], claim["properties"]
    speakers = [each["id"] for each in json.loads((own / "annotations" / "speakers.json").read_bytes())]
    targets = [each["id"] for each in json.loads((own / "annotations" / "targets.json").read_bytes())]
    assert claim["speakers"]["items"]["enum"] == stance["speaker"]["enum"] == speakers
    assert claim["via"]["items"]["properties"]["speaker"]["enum"] == speakers
    assert stance["target"]["enum"] == targets
    assert top["article"]["enum"] == sorted(path.stem for path in (own / "raw").glob("*.txt"))
    assert top["annotator"]["enum"] == ["gold"]
    assert stance["speaker"]["enumDescriptions"][:2] == ["Vladimir Putin", "Kim Jong-un"]


def test_a_reference_that_may_be_null_may_still_be(own):
    based_on = schemas(own)["article"]["$defs"]["article.json"]["properties"]["based_on"]["properties"]["article"]
    assert based_on["enum"][-1] is None
    assert len(based_on["enum"]) == len(based_on.get("enumDescriptions", based_on["enum"])) == 6


def test_claims_of_the_document_are_not_listed(own):
    """They change as one types, and `article#key` leads to others."""
    relation = schemas(own)["annotation"]["$defs"]["annotation.json"]["$defs"]["relation"]["properties"]
    assert "enum" not in relation["from"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"speakers": ["pemerintah-rusia"', '"speakers": ["pemerintah-rusai"'),
        ('"attribution": "reported"', '"attribution": "reportet"'),
        (f'"article": "{ARTICLE}"', '"article": "no-such-article"'),
        ('"guidelines"', '"guideline"'),
    ],
)
def test_what_check_refuses_is_refused(own, old, new):
    text = (own / "annotations" / f"{ARTICLE}.json").read_text("utf-8")
    assert old in text
    schema = judge(schemas(own)["annotation"])
    assert schema.is_valid(json.loads(text))
    assert not schema.is_valid(json.loads(text.replace(old, new, 1)))


def test_a_detached_article_and_its_schema_line_are_accepted(own):
    value = json.loads((own / "raw" / f"{ARTICLE}.json").read_bytes())
    whole = {"$schema": "x", "id": ARTICLE, "text": {"sha256": "0" * 64, "chars": 3}, **value}
    schema = judge(schemas(own)["article"])
    assert schema.is_valid(whole)
    assert not schema.is_valid({**whole, "text": "the words themselves"})


def test_a_registry_that_is_too_long_to_look_through_is_not_listed(own):
    rows = [{"id": f"s{i}", "name": f"Speaker {i}", "named": True, "kind": "person"} for i in range(MOST_KEYS)]
    path = own / "annotations" / "speakers.json"
    path.write_text(json.dumps([*json.loads(path.read_bytes()), *rows]), "utf-8")
    inside(own, "make")
    stance = schemas(own)["annotation"]["$defs"]["annotation.json"]["$defs"]["stance"]["properties"]
    assert "enum" not in stance["speaker"]
    assert "enum" in stance["target"]


# ---- when they are written ----


def test_make_refreshes_them_even_where_the_corpus_has_faults(own):
    path = own / "annotations" / "speakers.json"
    rows = [*json.loads(path.read_bytes()), {"id": "new-speaker", "name": "New", "named": True, "kind": "person"}]
    path.write_text(json.dumps(rows), "utf-8")
    text = own / "annotations" / f"{ARTICLE}.json"
    text.write_text(text.read_text("utf-8").replace('"cue": "mengumumkan"', '"cue": "mengumumkam"', 1), "utf-8")
    assert inside(own, "make").status == 1
    assert "new-speaker" in json.dumps(schemas(own)["annotation"])


def test_a_broken_schema_leaves_the_last_ones(own):
    before = schemas(own)
    path = own / "schema" / "annotation.json"
    path.write_text(path.read_text("utf-8").replace('"type": "object"', '"type": "objekt"', 1), "utf-8")
    assert inside(own, "make").status == 1
    assert schemas(own) == before


def test_they_come_back_when_they_are_deleted_and_are_the_same(own):
    before = tree(own / ".corpusbuild" / "editor")
    shutil.rmtree(own / ".corpusbuild" / "editor")
    assert inside(own, "make").status == 0
    assert tree(own / ".corpusbuild" / "editor") == before


def test_what_has_not_changed_is_not_written_again(own):
    times = {path: path.stat().st_mtime_ns for path in (own / ".corpusbuild" / "editor").iterdir()}
    (own / "raw" / f"{ARTICLE}.json").write_bytes((own / "raw" / f"{ARTICLE}.json").read_bytes() + b"\n")
    assert "up to date" not in inside(own, "make").out
    assert {path: path.stat().st_mtime_ns for path in (own / ".corpusbuild" / "editor").iterdir()} == times


def test_nothing_is_written_elsewhere_and_check_writes_nothing(tmp_path):
    folder = copy_corpus(tmp_path / "corpus")
    before = tree(folder)
    inside(folder, "check")
    assert tree(folder) == before
    inside(folder, "make", "--out", str(tmp_path / "out"))
    assert {path.split("/")[0] for path in tree(folder).keys() - before.keys()} == {".corpusbuild"}


def test_a_renamed_key_is_renamed_there_too(own):
    inside(own, "rename", "speakers.id", "vladimir-putin", "putin")
    assert '"putin"' in json.dumps(schemas(own)["annotation"])
    assert '"vladimir-putin"' not in json.dumps(schemas(own)["annotation"])


# ---- init and new ----


@pytest.mark.parametrize("template", TEMPLATES)
def test_init_writes_settings_that_cover_every_document(tmp_path, template):
    folder = init(tmp_path / "new", template)
    assert documents(folder)
    for path in documents(folder):
        value = json.loads(path.read_bytes())
        assert (folder / ".corpusbuild" / "editor" / f"{kind_of(folder, path)}.schema.json").is_file()
        if isinstance(value, dict):
            assert next(iter(value)) == "$schema"


def test_a_document_in_an_annotator_s_folder_has_the_schema_of_annotations(tmp_path):
    folder = init(tmp_path / "new")
    assert kind_of(folder, folder / "annotations" / "ana" / "x.json") == "annotation"
    assert kind_of(folder, folder / "annotations" / "ana" / "speakers.json") == "speakers"


def test_a_new_document_names_its_schema_where_there_is_one(own, tmp_path):
    inside(own, "new", ARTICLE, "--annotator", "ana")
    path = own / "annotations" / "ana" / f"{ARTICLE}.json"
    value = json.loads(path.read_bytes())
    assert value["$schema"] == "../../.corpusbuild/editor/annotation.schema.json"
    assert (path.parent / value["$schema"]).is_file()
    other = copy_corpus(tmp_path / "other")
    inside(other, "new", ARTICLE, "--annotator", "ana")
    assert "$schema" not in json.loads((other / "annotations" / "ana" / f"{ARTICLE}.json").read_bytes())


def test_the_task_s_matcher_reads_what_check_prints(tmp_path):
    folder = init(tmp_path / "new")
    task = json.loads((folder / ".vscode" / "tasks.json").read_bytes())["tasks"][0]
    pattern = task["problemMatcher"]["pattern"]
    assert pattern["regexp"] == PROBLEM
    path = min((folder / "annotations").glob("j*.json"))
    path.write_text(path.read_text("utf-8").replace('"attribution": "', '"attribution": "x', 2), "utf-8")
    assert task["command"] == "corpusbuild"
    ran = inside(folder, *task["args"])
    lines = ran.out.splitlines()
    assert len(lines) == 2
    for line in lines:
        found = re.fullmatch(pattern["regexp"], line)
        assert found is not None
        assert found[pattern["file"]] == path.relative_to(folder).as_posix()
        at = path.read_text("utf-8").splitlines()[int(found[pattern["line"]]) - 1]
        assert at[int(found[pattern["column"]]) - 1 :].startswith('"x')
        assert found[pattern["code"]] == "CB104"
        assert found[pattern["message"]]
