"""Two annotators make a draft of the gold, and the list of what is to be decided."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import two_annotators
from bundled import inside, tree
from corpusbuild import Corpus
from corpusbuild.agreement.comparing import SECTION
from corpusbuild.corpus.json_writing import written
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.workflow.drafting import drafts
from two_annotators import aligned, change, documents, read, write


@pytest.fixture
def root(tmp_path):
    return two_annotators.two_annotators(tmp_path / "corpus")


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    return two_annotators.annotated(two_annotators.two_annotators(tmp_path_factory.mktemp("plan") / "corpus"))


def adjudicate(root, a="ana", b="budi", **options):
    return Corpus.open(root, search=False).adjudicate(a, b, **options)


def plain(document):
    """A document without who wrote it and where its rows come from."""
    found = {name: value for name, value in document.items() if name != "annotator"}
    for member, rows in found.items():
        if isinstance(rows, list):
            own = "drawn_from" if member == "relations" else "from"
            found[member] = [{name: value for name, value in row.items() if name not in {own, SECTION}} for row in rows]
    return found


def assert_checks(root):
    report = Corpus.open(root, search=False).check()
    assert [str(each.finding.message) for each in report if each.finding.severity.value == "error"] == []


BERANGKAT = {
    "id": "c2",
    "extent": {"first": "Kepala pelabuhan", "last": "hari Jumat."},
    "source": "Kepala pelabuhan Sari Wibowo",
    "cue": "mengatakan",
    "content": ["kapal pertama berangkat pada hari Jumat"],
    "speakers": ["sari"],
    "attribution": "indirect",
    "act": "say",
    "type": "fact",
    "polarity": "affirmed",
    "certainty": "certain",
}


# ---- golden ----


def test_annotators_who_say_the_same_make_a_gold_that_says_it_too(root):
    found = adjudicate(root)
    assert found.decisions == ()
    assert [(each.path, each.rows, each.agreed) for each in found.drafts] == [
        ("annotations/gold/dermaga.json", 3, 3),
        ("annotations/gold/kapal.json", 7, 7),
    ]
    for article in two_annotators.ARTICLES:
        gold = read(root, "gold", article)
        assert plain(gold) == plain(read(root, "ana", article))
        assert gold["annotator"] == "gold"
        assert gold["claims"][0]["from"] == ["ana/c1", "budi/c1"]
        assert gold["claims"][0]["section"] is None
    assert read(root, "gold", "kapal")["relations"][0]["drawn_from"] == ["ana/r1", "budi/r1"]
    assert read(root, "gold", "kapal")["zones"][1]["from"] == ["ana/zones/1", "budi/zones/1"]
    assert_checks(root)


def test_where_they_differ_the_draft_has_the_first_ones_word_and_the_list_has_both(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(type="fact", content=["dermaga baru"]))
    found = adjudicate(root)
    assert read(root, "gold", "dermaga")["claims"][0]["type"] == "evaluation"
    content, kind = found.decisions
    assert (content.article, content.table, content.field, content.key, content.drafted) == ("dermaga", "claims", "content", "c1", "ana")
    assert (content.a.words, content.b.words) == ("dermaga baru itu aman", "dermaga baru")
    assert (kind.field, kind.a.value, kind.b.value) == ("type", "evaluation", "fact")
    assert (kind.b.place.path, kind.b.place.pointer) == ("annotations/budi/dermaga.json", "/claims/0/type")
    line = (root / kind.b.place.path).read_text("utf-8").splitlines()[kind.b.place.line - 1]
    assert line[kind.b.place.column - 1 :].startswith('"fact"')
    assert [each.agreed for each in found.drafts] == [2, 7]
    # The other way round, it is budi's.
    adjudicate(root, "budi", "ana", force=True)
    assert read(root, "gold", "dermaga")["claims"][0]["type"] == "fact"
    assert_checks(root)


def test_what_only_one_has_is_in_the_draft_with_keys_that_clash_with_none(root):
    """budi's c2 is a claim that ana does not have, and takes the next key that is free; references follow."""

    def more(document):
        for claim in document["claims"]:
            claim["id"] = {"c1": "c1", "c2": "c3", "c3": "c4"}[claim["id"]]
        document["claims"][2]["within_claim"] = "c3"
        document["claims"].insert(1, BERANGKAT)
        document["stances"][0]["evidence"] = ["c4", "c2"]
        document["relations"][0]["from"] = "c4"
        document["relations"].append({"id": "r2", "from": "c2", "to": "c1", "type": "supports"})

    change(root, "budi", "kapal", more)
    found = adjudicate(root)
    gold = read(root, "gold", "kapal")
    assert [claim["id"] for claim in gold["claims"]] == ["c1", "c2", "c3", "c5"]
    assert gold["claims"][3]["content"] == BERANGKAT["content"]
    assert gold["claims"][3]["from"] == ["budi/c2"]
    assert gold["claims"][2]["within_claim"] == "c2"
    assert gold["relations"][1] == {
        "id": "r2", "from": "c5", "to": "c1", "type": "supports", "drawn_from": ["budi/r2"], "section": None,
    }  # fmt: skip
    said = [(each.table, each.field, each.a and each.a.row, each.b and each.b.row, each.key, each.drafted) for each in found.decisions]
    assert said == [
        ("claims", None, None, "c2", "c5", "budi"),
        ("stances", "evidence", "s1", "s1", "s1", "ana"),
        ("relations", None, None, "r2", "r2", "budi"),
    ]
    assert_checks(root)


def test_references_into_other_articles_lead_to_the_golds_keys(root):
    def renamed(document):
        for claim in document["claims"]:
            claim["id"] = "k" + claim["id"]
        for stance in document["stances"]:
            stance["evidence"] = ["k" + key for key in stance["evidence"]]

    change(root, "budi", "dermaga", renamed)
    change(root, "ana", "kapal", lambda document: document.pop("relations"))
    change(root, "budi", "kapal", lambda document: document["relations"][0].update(to="dermaga#kc2"))
    adjudicate(root)
    assert read(root, "gold", "kapal")["relations"][0]["to"] == "dermaga#c2"
    assert_checks(root)


def test_a_row_that_refers_to_what_no_gold_has_is_left_out_and_told_of(root):
    found = adjudicate(root, articles=["kapal"])
    assert [each.path for each in found.drafts] == ["annotations/gold/kapal.json"]
    assert read(root, "gold", "kapal")["relations"] == []
    (decision,) = found.decisions
    assert (decision.a.row, decision.b.row, decision.field) == ("r1", "r1", None)
    assert (decision.key, decision.drafted, decision.refused) == (None, None, 'the gold has no "dermaga#c2"')
    assert "relations r1 (c3, dermaga\\#c2)**: both have it" in (root / found.lists[0]).read_text("utf-8")
    change(root, "budi", "kapal", lambda document: document["relations"][0].update(type="supports"))
    (decision,) = adjudicate(root, articles=["kapal"], force=True).decisions
    assert (decision.key, decision.drafted, decision.refused) == (None, None, 'the gold has no "dermaga#c2"')
    # Once that article has its gold, the relation can stand.
    adjudicate(root, articles=["dermaga"])
    adjudicate(root, articles=["kapal"], force=True)
    assert read(root, "gold", "kapal")["relations"][0]["to"] == "dermaga#c2"
    assert_checks(root)


def shorten_outer_claim(document):
    """ana's outer claim, so short that budi's inner claim does not stand within it."""
    document["claims"][1]["content"] = ["Sari berjanji"]
    document["claims"] = document["claims"][:2]
    document["stances"][0]["evidence"] = ["c2"]
    document.pop("relations")


def test_a_row_of_one_alone_that_does_not_go_with_the_others_is_left_out(root):
    change(root, "ana", "kapal", shorten_outer_claim)
    config = root / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace("align =", "threshold = 0.3\nalign ="), "utf-8")
    found = adjudicate(root)
    assert [claim["id"] for claim in read(root, "gold", "kapal")["claims"]] == ["c1", "c2"]
    refused = {each.b.row: each.refused for each in found.decisions if each.refused}
    assert refused.keys() == {"c3", "r1"}
    assert refused["c3"].startswith("CB")
    assert refused["r1"] == 'the gold has no "c3"'
    assert_checks(root)


def test_what_the_config_turns_off_leaves_no_row_out(root):
    change(root, "ana", "kapal", shorten_outer_claim)
    config = root / "pyproject.toml"
    text = config.read_text("utf-8").replace("align =", "threshold = 0.3\nalign =")
    config.write_text(text + '\n[tool.corpusbuild.severity]\nnested-claim-outside-content = "off"\n', "utf-8")
    found = adjudicate(root)
    assert [claim["id"] for claim in read(root, "gold", "kapal")["claims"]] == ["c1", "c2", "c3"]
    assert not [each for each in found.decisions if each.refused]
    assert_checks(root)


def test_a_detached_article_is_adjudicated_by_its_positions(root):
    two_annotators.detach(root, "dermaga")

    def shorter(document):
        position = document["claims"][0]["content"][0]
        document["claims"][0]["content"] = [{**position, "end": position["end"] - 5}]

    change(root, "budi", "dermaga", shorter)
    (decision,) = adjudicate(root).decisions
    assert (decision.field, decision.a.words, decision.b.words) == ("content", None, None)
    assert read(root, "gold", "dermaga")["claims"][0]["content"] == read(root, "ana", "dermaga")["claims"][0]["content"]
    assert_checks(root)


def test_remarks_are_no_difference_unless_both_wrote_one(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(note="sulit"))
    assert adjudicate(root, dry_run=True).decisions == ()
    adjudicate(root)
    assert read(root, "gold", "dermaga")["claims"][0]["note"] == "sulit"
    change(root, "ana", "dermaga", lambda document: document["claims"][0].update(note="mudah"))
    (decision,) = adjudicate(root, force=True).decisions
    assert (decision.field, decision.a.value, decision.b.value) == ("note", "mudah", "sulit")


def test_a_schema_without_room_for_it_keeps_provenance_out_of_the_draft(root):
    path = root / "schema" / "annotation.json"
    schema = json.loads(path.read_text("utf-8"))
    for each in schema["$defs"].values():
        for name in ("section", "drawn_from"):
            each.get("properties", {}).pop(name, None)
        if each.get("properties", {}).get("from") == {"$ref": "#/$defs/drawn_from"}:
            each["properties"].pop("from")
    write(path, schema)
    found = adjudicate(root)
    assert found.provenance == ("claims", "stances", "relations", "zones")
    assert read(root, "gold", "kapal") == {**read(root, "ana", "kapal"), "annotator": "gold"}
    assert_checks(root)


# ---- files ----


def test_a_draft_is_written_as_people_write(root):
    adjudicate(root)
    lines = (root / "annotations" / "gold" / "kapal.json").read_text("utf-8").splitlines()
    assert lines[:10] == [
        "{",
        '  "article": "kapal",',
        '  "annotator": "gold",',
        '  "claims": [',
        "    {",
        '      "id": "c1",',
        '      "extent": {"first": "“Semua sekoci", "last": "kata Sari."},',
        '      "source": "Sari",',
        '      "cue": "kata",',
        '      "content": ["Semua sekoci sudah diperiksa"],',
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=10), below, max_size=4),
    max_leaves=40,
)


@given(VALUES)
def test_what_is_written_is_what_was_meant(value):
    assert json.loads(written(value)) == value


def test_a_gold_that_is_there_is_replaced_only_when_asked(root):
    adjudicate(root)
    before = tree(root / "annotations")
    with pytest.raises(CannotWrite) as error:
        adjudicate(root)
    assert error.value.place == "annotations/gold/dermaga.json"
    assert tree(root / "annotations") == before
    adjudicate(root, force=True)


def test_a_corpus_that_keeps_its_gold_beside_the_folders_keeps_doing_so(root):
    document = {**read(root, "ana", "dermaga"), "annotator": "gold"}
    write(root / "annotations" / "dermaga.json", document)
    found = adjudicate(root, articles=["kapal"])
    assert [each.path for each in found.drafts] == ["annotations/kapal.json"]
    assert (root / "annotations" / "kapal.json").is_file()
    assert_checks(root)


def test_nobody_elses_document_is_replaced_even_by_force(root):
    change(root, "ana", "kapal", lambda document: document.pop("relations"))
    (root / "annotations" / "gold").mkdir()
    (root / "annotations" / "ana" / "kapal.json").rename(root / "annotations" / "gold" / "kapal.json")
    before = tree(root)
    with pytest.raises(CannotWrite, match="another document stands where the gold would go"):
        adjudicate(root, articles=["kapal"], force=True)
    assert tree(root / "annotations") == {
        path.removeprefix("annotations/"): data for path, data in before.items() if path.startswith("annotations/")
    }


def test_no_link_leads_a_draft_out_of_the_corpus(root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (root / "annotations" / "gold").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotWrite, match="leads out of the corpus"):
        adjudicate(root)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_no_link_leads_the_list_out_of_the_corpus(root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (root / ".corpusbuild").mkdir()
    (root / ".corpusbuild" / "adjudication").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotWrite, match="leads out of the corpus"):
        adjudicate(root)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (root / "annotations" / "gold").exists()


def test_a_name_that_cannot_be_a_file_names_none(root):
    change(root, "budi", "kapal", lambda document: document.update(annotator="../../budi"))
    change(root, "budi", "dermaga", lambda document: document.update(annotator="../../budi"))
    before = tree(root)
    with pytest.raises((CannotWrite, UnknownName)):
        adjudicate(root, "ana", "../../budi")
    assert {path: data for path, data in tree(root).items() if not path.startswith(".corpusbuild")} == before


def test_where_one_file_cannot_be_written_none_is(root):
    """In the place of one of the lists stands a folder."""
    (root / ".corpusbuild" / "adjudication" / "ana+budi.json").mkdir(parents=True)
    before = tree(root)
    with pytest.raises(CannotWrite):
        adjudicate(root)
    assert {path: data for path, data in tree(root).items() if not path.endswith(("make.lock", ".gitignore"))} == before


def test_a_dry_run_writes_nothing(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(type="fact"))
    before = tree(root)
    found = adjudicate(root, dry_run=True)
    assert len(found.decisions) == 1
    assert tree(root) == before


def test_the_list_is_for_people_and_for_programs(root, tmp_path):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(type="fact"))
    adjudicate(root)
    folder = root / ".corpusbuild" / "adjudication"
    text = (folder / "ana+budi.md").read_text("utf-8")
    assert "- [ ] **claims c1**, type\n" in text
    assert '  - ana/c1: evaluation "dermaga baru itu aman" (annotations/ana/dermaga.json:' in text
    (decision,) = json.loads((folder / "ana+budi.json").read_text("utf-8"))["decisions"]
    assert (decision["field"], decision["a"]["value"], decision["b"]["value"]) == ("type", "evaluation", "fact")
    elsewhere = tmp_path / "to-decide.json"
    adjudicate(root, dry_run=True, list_to=elsewhere, force=True)
    assert json.loads(elsewhere.read_text("utf-8"))["decisions"] == [decision]


def test_what_an_author_wrote_is_shown_as_text_and_not_obeyed(root):
    remark = "<script>x</script> [a](b) \x1b[31m"
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(note=remark))
    change(root, "ana", "dermaga", lambda document: document["claims"][0].update(note="lain"))
    ran = inside(root, "adjudicate", "ana", "budi")
    assert "\x1b" not in ran.out
    text = (root / ".corpusbuild" / "adjudication" / "ana+budi.md").read_text("utf-8")
    assert "<script>" not in text
    assert "\\[a\\](b)" in text


def test_the_command_says_what_it_wrote(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(type="fact"))
    ran = inside(root, "adjudicate", "ana", "budi")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "dermaga",
        "  claims c1 type",
        "    ana: evaluation",
        '      "dermaga baru itu aman"',
        "      annotations/ana/dermaga.json:18:15",
        "    budi: fact",
        '      "dermaga baru itu aman"',
        "      annotations/budi/dermaga.json:18:15",
        "",
        "wrote annotations/gold/dermaga.json: 3 rows, 2 of them as both have them",
        "wrote annotations/gold/kapal.json: 7 rows, 7 of them as both have them",
        "1 to decide: .corpusbuild/adjudication/ana+budi.md, .corpusbuild/adjudication/ana+budi.json",
    ]
    again = inside(root, "adjudicate", "ana", "budi", "--format", "json", "--dry-run", "--force")
    assert len(json.loads(again.out)["decisions"]) == 1


def test_the_command_says_what_is_left_out_and_who_has_more(root):
    (root / "annotations" / "budi" / "dermaga.json").unlink()
    change(root, "budi", "kapal", lambda document: document["claims"][0].update(type="prediction"))
    ran = inside(root, "adjudicate", "ana", "budi", "--dry-run")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[:3] == ["kapal", "  claims c1 type", "    ana: fact"]
    at = lines.index("  relations r1 (c3, dermaga#c2): only ana has it")
    assert lines[at + 1].startswith("      annotations/ana/kapal.json:")
    assert lines[at + 2 : at + 4] == [
        '    left out of the draft: the gold has no "dermaga#c2"',
        "  relations r1 (c3, dermaga#c2): only budi has it",
    ]
    assert lines[at + 6 :] == [
        "",
        "would write annotations/gold/kapal.json: 6 rows, 5 of them as both have them",
        "only ana has annotated dermaga",
        "3 to decide",
    ]
    one = inside(root, "adjudicate", "ana", "budi", "--dry-run", "--max", "1").out.splitlines()
    assert one == [*lines[:at], "… and 2 more (--max 0 shows all)", *lines[at + 6 :]]


def test_where_nothing_is_to_be_decided_the_command_says_so_and_where_no_row_can_say_where_it_comes_from(root):
    path = root / "schema" / "annotation.json"
    path.write_text(path.read_text("utf-8").replace('"from": {"$ref": "#/$defs/drawn_from"}', '"once": {"type": "string"}'), "utf-8")
    assert inside(root, "adjudicate", "ana", "budi", "--dry-run").out.splitlines() == [
        "would write annotations/gold/dermaga.json: 3 rows, 3 of them as both have them",
        "would write annotations/gold/kapal.json: 7 rows, 7 of them as both have them",
        "no property to say where a row comes from: claims, stances, zones",
        "0 to decide",
    ]


# ---- what goes wrong ----


def test_two_annotators_are_needed_and_neither_is_the_gold(root):
    with pytest.raises(UnknownName, match="these are one"):
        adjudicate(root, "ana", "ana")
    write(root / "annotations" / "gold" / "kapal.json", {**read(root, "ana", "kapal"), "annotator": "gold"})
    with pytest.raises(UnknownName, match="is the gold"):
        adjudicate(root, "ana", "gold")
    with pytest.raises(UnknownName, match='have not both annotated "kapel"'):
        adjudicate(root, articles=["kapel"])


def test_a_gold_that_is_not_in_the_list_of_annotators_is_told_of(root):
    path = root / "annotations" / "annotators.json"
    write(path, [each for each in json.loads(path.read_text("utf-8")) if each["id"] != "gold"])
    with pytest.raises(UnknownName, match="not in the list of annotators"):
        adjudicate(root)


def test_an_entry_that_only_one_annotator_has_is_to_be_shared_first(root):
    write(root / "annotations" / "budi" / "speakers.json", [{"id": "dewi", "name": "Dewi", "named": True, "kind": "person"}])
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(speakers=["dewi"]))
    adjudicate(root, dry_run=True)  # ana's word is drafted, so nothing refers to it
    with pytest.raises(CannotGoOn) as error:
        adjudicate(root, "budi", "ana")
    assert error.value.place == "annotations/budi/speakers.json"
    assert error.value.help == "move the entry to annotations/speakers.json"


# ---- laws ----


@given(st.lists(documents(), min_size=1, max_size=3))
@settings(max_examples=40)
def test_the_draft_of_one_document_written_twice_is_that_document(annotated, found):
    alignment = aligned(annotated, [(each, copy.deepcopy(each)) for each in found])
    for draft, wrote in zip(drafts(alignment, "gold", {}, alignment.readings).values(), found, strict=True):
        assert plain(draft.document()) == {"article": draft.article, **plain(wrote)}


@given(st.lists(st.tuples(documents(), documents()), min_size=1, max_size=3))
@settings(max_examples=60)
def test_a_draft_has_every_row_once_with_keys_and_references_that_hold(annotated, found):
    alignment = aligned(annotated, found)
    made = drafts(alignment, "gold", {}, alignment.readings)
    for article, draft in made.items():
        document = draft.document()
        for comparison in annotated.comparisons:
            one, other = alignment.items(article, comparison)
            match = alignment.matches[article, comparison.name]
            rows = document.get(comparison.table.member, [])
            assert len(rows) == len(match.pairs) + len(match.only_a) + len(match.only_b)
            sources = [source for row in rows for source in row[comparison.provenance]]
            assert sorted(sources) == sorted([f"ana/{item.name}" for item in one] + [f"budi/{item.name}" for item in other])
            if comparison.table.key is not None:
                keys = [row[comparison.table.key] for row in rows]
                assert len(keys) == len(set(keys))
                assert keys[: len(one)] == [item.key for item in one]
        claims = {row["id"] for row in document.get("claims", [])}
        assert {key for row in document.get("stances", []) for key in row["evidence"]} <= claims
        assert {row[end] for row in document.get("relations", []) for end in ("from", "to")} <= claims
        assert annotated.judge.accepts(document)
