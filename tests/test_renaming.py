"""A new name stands wherever the old one stood, and nothing else has changed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bundled import Ran, copy_corpus, inside, tree
from corpusbuild import Corpus
from corpusbuild.errors import CannotGoOn, CannotWrite

ARTICLE = "putin-akan-ke-pyongyang"
CORPORA = Path(__file__).parent / "corpora"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


def sources(folder: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(folder).items() if data is not None and not path.startswith(".corpusbuild")}


def rename(folder: Path, *words: str) -> Ran:
    return inside(folder, "rename", *words)


def changed_lines(before: bytes, after: bytes) -> list[tuple[str, str]]:
    """The lines that differ; there must be as many as before."""
    old, new = before.decode().split("\n"), after.decode().split("\n")
    return [(one, other) for one, other in zip(old, new, strict=True) if one != other]


def assert_only_replaced(before: dict[str, bytes], after: dict[str, bytes], old: str, new: str) -> int:
    """Every line that differs is the old one with the new name for the old; returns how many do."""
    count = 0
    assert before.keys() == after.keys()
    for path, data in before.items():
        for one, other in changed_lines(data, after[path]):
            assert one.replace(f'"{old}"', f'"{new}"') == other, path
            count += 1
    return count


# ---- keys of registries ----


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [("speakers.id", "vladimir-putin", "putin"), ("targets.id", "bantuan-teknologi-rusia", "teknologi-rusia")],
)
def test_a_registry_key_changes_in_the_registry_and_in_every_reference(corpus, field, old, new):
    before = sources(corpus)
    places = sum(data.count(f'"{old}"'.encode()) for path, data in before.items() if path.startswith("annotations"))
    ran = rename(corpus, field, old, new)
    assert (ran.status, ran.err) == (0, "")
    assert f"renamed {field} in {places} places" in ran.out
    assert assert_only_replaced(before, sources(corpus), old, new) == places > 2
    assert inside(corpus, "check").out == "no findings\n"


def test_and_back_again_gives_the_same_bytes(corpus):
    before = sources(corpus)
    rename(corpus, "speakers.id", "kim-jong-un", "kim")
    assert sources(corpus) != before
    rename(corpus, "speakers.id", "kim", "kim-jong-un")
    assert sources(corpus) == before


def test_the_author_s_own_formatting_stays(corpus):
    path = corpus / "annotations" / "targets.json"
    rows = json.loads(path.read_bytes())
    odd = "[\r\n" + ",\n\n".join(f"\t{json.dumps(row)}  " for row in rows) + "]"
    path.write_bytes(odd.encode())
    assert rename(corpus, "targets.id", "bantuan-teknologi-rusia", "teknologi").status == 0
    assert path.read_bytes() == odd.replace("bantuan-teknologi-rusia", "teknologi").encode()


def test_only_strings_that_refer_are_changed(corpus):
    """A note, a quotation and a label may say the same word."""
    path = corpus / "annotations" / f"{ARTICLE}.json"
    text = path.read_text("utf-8").replace('"guidelines": "0.1"', '"guidelines": "0.1",\n  "note": "vladimir-putin"', 1)
    path.write_text(text, "utf-8", newline="\n")
    rename(corpus, "speakers.id", "vladimir-putin", "putin")
    assert '"note": "vladimir-putin"' in path.read_text("utf-8")


def test_an_annotator_s_folder_and_the_gold_go_with_the_name(tmp_path):
    shutil.copytree(CORPORA / "emotions", tmp_path / "emotions")
    folder = tmp_path / "emotions"
    assert rename(folder, "annotators.id", "anna", "anna-b").status == 0
    assert not (folder / "annotations" / "anna").exists()
    assert sorted(path.name for path in (folder / "annotations").iterdir() if path.is_dir()) == ["anna-b", "ben"]
    assert Corpus.open(folder).config.gold == "anna-b"
    assert inside(folder, "check").status == 0
    assert {json.loads(path.read_bytes())["annotator"] for path in (folder / "annotations" / "anna-b").glob("[!h]*.json")} == {"anna-b"}


def test_lines_of_shards_change_too(tmp_path):
    shutil.copytree(CORPORA / "legal", tmp_path / "legal")
    folder = tmp_path / "legal"
    found = inside(folder, "check", "--format", "json").findings
    row = json.loads((folder / "annotations" / "parties.json").read_bytes())[0]
    (key,) = (name for name, value in row.items() if name in {"id", "key", "code"} and isinstance(value, str))
    before = sources(folder)
    ran = rename(folder, f"parties.{key}", row[key], row[key] + "-x")
    assert ran.status == 0, ran.err
    assert_only_replaced(before, sources(folder), row[key], row[key] + "-x")
    assert inside(folder, "check", "--format", "json").findings == found


# ---- keys of one document ----


def test_a_claim_changes_in_its_document_and_in_references_of_others(corpus):
    before = sources(corpus)
    ran = rename(corpus, "claims.id", "c2", "announcement", "--article", ARTICLE)
    assert (ran.status, ran.err) == (0, "")
    after = sources(corpus)
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"annotations/{ARTICLE}.json", "annotations/pakta-pertahanan-di-pyongyang.json"}
    others = changed_lines(
        before["annotations/pakta-pertahanan-di-pyongyang.json"], after["annotations/pakta-pertahanan-di-pyongyang.json"]
    )
    assert others == [(f'      "to": "{ARTICLE}#c2",', f'      "to": "{ARTICLE}#announcement",')]
    for one, other in changed_lines(before[f"annotations/{ARTICLE}.json"], after[f"annotations/{ARTICLE}.json"]):
        assert one.replace('"c2"', '"announcement"') == other
    assert inside(corpus, "check").out == "no findings\n"


def test_claims_of_other_articles_keep_their_keys(corpus):
    rename(corpus, "claims.id", "c2", "announcement", "--article", ARTICLE)
    other = json.loads((corpus / "annotations" / "menanti-penerus-perjanjian-1961.json").read_bytes())
    assert "c2" in {claim["id"] for claim in other["claims"]}


def test_a_key_that_several_annotators_have_needs_a_name(corpus):
    second = corpus / "annotations" / "ana" / f"{ARTICLE}.json"
    second.parent.mkdir()
    text = (corpus / "annotations" / f"{ARTICLE}.json").read_text("utf-8")
    second.write_text(text.replace('"annotator": "gold"', '"annotator": "ana"'), "utf-8")
    annotators = corpus / "annotations" / "annotators.json"
    annotators.write_text(json.dumps([*json.loads(annotators.read_bytes()), {"id": "ana", "kind": "human"}]), "utf-8")
    ran = rename(corpus, "claims.id", "c2", "announcement", "--article", ARTICLE)
    assert ran.status == 2
    assert "name one of ana, gold with --annotator" in ran.err
    before = sources(corpus)
    found = inside(corpus, "check", "--format", "json").findings
    assert rename(corpus, "claims.id", "c2", "announcement", "--article", ARTICLE, "--annotator", "ana").status == 0
    after = sources(corpus)
    assert {path for path in before if before[path] != after[path]} == {f"annotations/ana/{ARTICLE}.json"}
    assert inside(corpus, "check", "--format", "json").findings == found


# ---- labels ----


def test_a_label_changes_in_the_schema_and_in_every_document(corpus):
    before = sources(corpus)
    assert rename(corpus, "claims.attribution", "reported", "told").status == 0
    after = sources(corpus)
    assert assert_only_replaced(before, after, "reported", "told") > 10
    assert changed_lines(before["schema/annotation.json"], after["schema/annotation.json"])
    assert not re.search(rb'"attribution": "reported"', b"".join(after.values()))
    assert inside(corpus, "check").out == "no findings\n"


def test_a_label_of_another_column_that_is_the_same_word_stays(corpus):
    """`neutral` may be a stance and anything else; here `denies` is a relation, and made a note."""
    before = sources(corpus)
    assert rename(corpus, "stances.label", "neutral", "undecided").status == 0
    for path, data in sources(corpus).items():
        for one, other in changed_lines(before[path], data):
            assert '"label"' in one
            assert one.replace('"neutral"', '"undecided"') == other


def test_conditions_of_the_schema_follow(corpus):
    path = corpus / "schema" / "annotation.json"
    schema = json.loads(path.read_bytes())
    schema["$defs"]["claim"]["if"] = {"properties": {"attribution": {"const": "none"}}, "required": ["attribution"]}
    schema["$defs"]["claim"]["then"] = {"properties": {"speakers": {"maxItems": 0}}}
    path.write_text(json.dumps(schema, indent=2), "utf-8")
    assert rename(corpus, "claims.attribution", "none", "own-voice").status == 0
    said = json.loads(path.read_bytes())["$defs"]["claim"]
    assert said["if"]["properties"]["attribution"]["const"] == "own-voice"
    assert said["properties"]["attribution"]["enum"][-1] == "own-voice"


def test_a_definition_that_two_columns_share_changes_for_both(corpus):
    path = corpus / "schema" / "speaker.json"
    schema = json.loads(path.read_bytes())
    schema["properties"]["second_kind"] = {"$ref": "#/$defs/kind"}
    schema["$defs"] = {"kind": schema["properties"]["kind"]}
    schema["properties"]["kind"] = {"$ref": "#/$defs/kind"}
    path.write_text(json.dumps(schema), "utf-8")
    ran = rename(corpus, "speakers.kind", "person", "human")
    assert "renamed speakers.kind, speakers.second_kind in" in ran.out
    assert inside(corpus, "check").out == "no findings\n"


def test_a_label_that_names_groups_changes_in_the_config(corpus):
    path = corpus / "schema" / "article.json"
    path.write_bytes(
        re.sub(rb'"event": \{"type": "string", "pattern": [^,]+,', b'"event": {"enum": ["summit-2023", "summit-2024"],', path.read_bytes())
    )
    assert inside(corpus, "check").out == "no findings\n"
    assert rename(corpus, "articles.event", "summit-2023", "vostochny 2023").status == 0
    assert Corpus.open(corpus).config.splits.assign == {"vostochny 2023": "train", "summit-2024": "test"}
    assert inside(corpus, "check").out == "no findings\n"


# ---- articles ----


def test_an_article_s_files_and_references_follow_its_id(corpus):
    before = sources(corpus)
    ran = rename(corpus, "articles.article_id", ARTICLE, "kunjungan-putin")
    assert (ran.status, ran.err) == (0, "")
    after = sources(corpus)
    assert before.keys() - after.keys() == {f"raw/{ARTICLE}.txt", f"raw/{ARTICLE}.json", f"annotations/{ARTICLE}.json"}
    renamed = {path.replace(ARTICLE, "kunjungan-putin"): data for path, data in before.items()}
    assert renamed.keys() == after.keys()
    assert after["raw/kunjungan-putin.txt"] == before[f"raw/{ARTICLE}.txt"]
    for path, data in renamed.items():
        for one, other in changed_lines(data, after[path]):
            assert '"article"' in one or "#" in one
            assert one.replace(ARTICLE, "kunjungan-putin") == other
    assert not any(f'"{ARTICLE}"'.encode() in data or f'"{ARTICLE}#'.encode() in data for data in after.values())
    assert inside(corpus, "check").out == "no findings\n"


def test_findings_and_waivers_go_with_an_article(corpus):
    path = corpus / "annotations" / f"{ARTICLE}.json"
    path.write_text(path.read_text("utf-8").replace('"cue": "mengumumkan"', '"cue": "mengumumkam"', 1), "utf-8")
    assert [each["code"] for each in inside(corpus, "check", "--format", "json").findings] == ["CB201"]
    inside(corpus, "check", "--add-waivers")
    assert inside(corpus, "check").out == "no findings (1 waived)\n"
    assert rename(corpus, "articles.article_id", ARTICLE, "kunjungan").status == 0
    assert inside(corpus, "check").out == "no findings (1 waived)\n"


def test_an_article_that_is_a_group_of_its_own_keeps_its_split(tmp_path):
    assert inside(tmp_path, "init", "new", "--template", "minimal").status == 0
    folder = tmp_path / "new"
    config = folder / "pyproject.toml"
    text = config.read_text("utf-8")
    splits = '\n[tool.corpusbuild.splits]\nassign = { "ferry-returns" = "train", library-reopens = "test" } # by hand\n'
    config.write_text(text + splits, "utf-8")
    inside(folder, "lock")
    assert inside(folder, "check").out == "no findings\n"
    assert rename(folder, "articles.id", "library-reopens", "library").status == 0
    assert config.read_text("utf-8") == text + splits.replace("library-reopens", "library")
    assert inside(folder, "check").out == "no findings\n"


def test_an_article_that_is_locked_keeps_its_split_by_any_name(tmp_path):
    assert inside(tmp_path, "init", "new", "--template", "minimal").status == 0
    folder = tmp_path / "new"
    assert rename(folder, "articles.id", "library-reopens", "aaa").status == 0
    lines = (folder / "corpus.lock").read_text("utf-8").splitlines()
    assert [json.loads(line)["article"] for line in lines if line.startswith('{"article"')] == ["aaa", "ferry-returns"]
    assert inside(folder, "check").out == "no findings\n"
    config = folder / "pyproject.toml"
    config.write_text(config.read_text("utf-8") + "\n[tool.corpusbuild.splits]\nratios = { train = 0.001, test = 0.999 }\n", "utf-8")
    assert "empty-split" in inside(folder, "check").out  # both stay in train


def test_an_article_that_would_move_to_another_split_is_refused(tmp_path):
    assert inside(tmp_path, "init", "new", "--template", "minimal").status == 0
    folder = tmp_path / "new"
    config = folder / "pyproject.toml"
    config.write_text(config.read_text("utf-8") + "\n[tool.corpusbuild.splits]\nratios = { train = 0.5, test = 0.5 }\n", "utf-8")
    assert inside(folder, "lock").status == 0
    assert rename(folder, "articles.id", "library-reopens", "library-0", "--dry-run").status == 0
    (folder / "corpus.lock").unlink()
    tried = [rename(folder, "articles.id", "library-reopens", f"library-{i}", "--dry-run") for i in range(12)]
    refused = [ran for ran in tried if ran.status == 2]
    assert refused
    assert len(refused) < len(tried)
    assert all("it would move from" in ran.err and "assign = {" in ran.err for ran in refused)


# ---- what is refused, and changes nothing ----


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("speakers.id", "vladimir-puttin", "putin"), 'did you mean "vladimir-putin"?'),
        (("speakers.id", "vladimir-putin", "kim-jong-un"), "exists already"),
        (("speakers.id", "vladimir-putin", "Vladimir Putin"), "is not what schema/speaker.json wants"),
        (("speakers.id", "vladimir-putin", "vladimir-putin"), "the two names are the same"),
        (("speaker.id", "vladimir-putin", "putin"), 'did you mean "speakers.id"?'),
        (("speakers.name", "Vladimir Putin", "Putin"), "is neither a key nor a column of labels"),
        (("claims.id", "c2", "c99"), "name the article with --article"),
        (("claims.id", "c2", "c3", "--article", ARTICLE), "exists already"),
        (("claims.id", "c2", "a#b", "--article", ARTICLE), "could not be told from a reference"),
        (("claims.id", "c999", "c1000", "--article", ARTICLE), 'there is no claims.id "c999"'),
        (("claims.id", "c2", "c99", "--article", ARTICLE + "x"), f'did you mean "{ARTICLE}"?'),
        (("claims.id", "c2", "c99", "--article", ARTICLE, "--annotator", "ana"), "has not annotated this article"),
        (("speakers.id", "vladimir-putin", "putin", "--article", ARTICLE), "unique in the corpus"),
        (("claims.attribution", "reportet", "told"), 'did you mean "reported"?'),
        (("claims.attribution", "reported", "mixed"), "exists already"),
        (("articles.article_id", ARTICLE + "x", "y"), f'did you mean "{ARTICLE}"?'),
        (("articles.article_id", ARTICLE, "pertemuan-di-vostochny"), "exists already"),
        (("articles.article_id", ARTICLE, "Pertemuan-di-Vostochny"), "where case does not count"),
        (("articles.article_id", ARTICLE, "a/b"), "cannot be the name of a file"),
        (("articles.article_id", ARTICLE, "speakers"), "is the name of a registry"),
        (("speakers.id", "vladimir-putin", "putin\udcff"), "the new name is not UTF-8"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(corpus, words, said):
    before = sources(corpus)
    ran = rename(corpus, *words)
    assert ran.status == 2
    assert said in ran.err
    assert "bug" not in ran.err
    assert sources(corpus) == before


def test_a_name_that_something_refers_to_already_is_taken(corpus):
    """Else a reference that leads nowhere would suddenly lead somewhere."""
    path = corpus / "annotations" / "pakta-pertahanan-di-pyongyang.json"
    path.write_text(path.read_text("utf-8").replace('"speakers": ["vladimir-putin"]', '"speakers": ["putin"]', 1), "utf-8")
    assert "is referred to already" in rename(corpus, "speakers.id", "vladimir-putin", "putin").err
    assert rename(corpus, "speakers.id", "vladimir-putin", "the-president").status == 0
    assert [each["code"] for each in inside(corpus, "check", "--format", "json").findings] == ["CB302"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (f"annotations/{ARTICLE}.json", '"claims": [', '"claims": ['[:-1]),
        (f"annotations/{ARTICLE}.json", '"attribution": "reported"', '"attribution": "reportet"'),
        ("annotations/targets.json", "[", "{"),
        ("schema/speaker.json", '"type": "object"', '"type": "objekt"'),
    ],
)
def test_a_corpus_that_cannot_be_read_whole_is_refused(corpus, path, old, new):
    file = corpus / path
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    before = sources(corpus)
    ran = rename(corpus, "speakers.id", "vladimir-putin", "putin")
    assert ran.status == 2
    assert "mend what `corpusbuild check` finds first" in ran.err
    assert f"--> {path}" in ran.err
    assert sources(corpus) == before


def test_faults_that_have_nothing_to_do_with_it_do_not_stand_in_the_way(corpus):
    path = corpus / "annotations" / f"{ARTICLE}.json"
    path.write_text(path.read_text("utf-8").replace('"cue": "mengumumkan"', '"cue": "mengumumkam"', 1), "utf-8")
    before = inside(corpus, "check", "--format", "json").findings
    assert rename(corpus, "speakers.id", "vladimir-putin", "putin").status == 0
    assert inside(corpus, "check", "--format", "json").findings == before


def test_a_dry_run_shows_the_changes_and_makes_none(corpus):
    before = sources(corpus)
    ran = rename(corpus, "articles.article_id", ARTICLE, "kunjungan", "--dry-run")
    assert ran.status == 0
    assert f'-  "article": "{ARTICLE}",\n+  "article": "kunjungan",' in ran.out
    assert f"rename from raw/{ARTICLE}.txt\nrename to raw/kunjungan.txt\n" in ran.out
    assert "would rename" in ran.err
    assert sources(corpus) == before


def test_where_one_file_cannot_be_written_none_is(corpus, monkeypatch):
    before = sources(corpus)
    moves: list[Path] = []
    real = Path.rename

    def fail(self: Path, target: Path) -> Path:
        moves.append(self)
        if len(moves) == 3:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(CannotWrite):
        Corpus.open(corpus).rename("articles.article_id", ARTICLE, "kunjungan")
    assert sources(corpus) == before


def test_python_does_the_same(corpus, tmp_path):
    other = copy_corpus(tmp_path / "other")
    renamed = Corpus.open(corpus).rename("speakers.id", "vladimir-putin", "putin")
    assert renamed.columns == ("speakers.id",)
    rename(other, "speakers.id", "vladimir-putin", "putin")
    assert sources(corpus) == sources(other)
    with pytest.raises(CannotGoOn):
        Corpus.open(corpus).rename("speakers.id", "vladimir-putin", "x")


# ---- labels that rules and the config speak of ----


@pytest.mark.parametrize(
    ("field", "old"),
    [("stances.label", "favor"), ("claims.attribution", "direct"), ("relations.type", "restates"), ("zones.kind", "furniture")],
)
def test_a_label_that_rules_know_by_name_keeps_it(corpus, field, old):
    inside(corpus, "check")
    before = {path: data for path, data in tree(corpus).items() if not path.startswith(".")}
    refused = rename(corpus, field, old, "lain")
    assert (refused.status, "would find nothing under another" in refused.err) == (2, True)
    assert {path: data for path, data in tree(corpus).items() if not path.startswith(".")} == before


def test_what_the_config_says_of_a_label_follows_it(corpus):
    config = corpus / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('checks = ["attribution"]', "checks = []"), "utf-8")
    assert rename(corpus, "relations.type", "restates", "mengulang").status == 0
    assert rename(corpus, "zones.kind", "furniture", "perabot").status == 0
    text = config.read_text("utf-8")
    assert 'symmetric = { "relations.type" = ["mengulang", "agrees", "contradicts"] }' in text
    assert 'skip = { zones = { kind = "perabot" } }' in text
