"""How far two annotators agree: golden corpora worked out by hand, and laws."""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import two_annotators
from bundled import inside
from corpusbuild import Corpus
from corpusbuild.agreement.differing import differences
from corpusbuild.agreement.reading import references
from corpusbuild.agreement.resampling import NO_VARIANCE, NOTHING, ONE_ARTICLE
from corpusbuild.errors import BadConfig, CannotGoOn, UnknownName
from corpusbuild.render.agreement import figures
from corpusbuild.render.terminal import Terminal
from corpusbuild.render.width import cells
from corpusbuild.schema.shape import Column, Listing, Record, Scalar
from two_annotators import aligned, change, documents, read, values, write

pairs_of_documents = st.lists(st.tuples(documents(), documents()), min_size=1, max_size=3)


@pytest.fixture
def root(tmp_path):
    return two_annotators.two_annotators(tmp_path / "corpus")


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    return two_annotators.annotated(two_annotators.two_annotators(tmp_path_factory.mktemp("plan") / "corpus"))


def agree(root, a="ana", b="budi", **options):
    return Corpus.open(root, search=False).agree(a, b, **options)


def drop_claim(document, key):
    document["claims"] = [each for each in document["claims"] if each["id"] != key]


# ---- worked out by hand ----


def test_those_who_say_the_same_agree_in_everything(root):
    found = agree(root)
    assert found.articles == ("dermaga", "kapal")
    assert {each.value for each in found.figures} == {1.0, None}
    assert {each.note for each in found.figures if each.value is None} <= {NO_VARIANCE, NOTHING}
    assert found.differences == ()


def test_a_claim_that_one_has_not_found_counts_where_it_should(root):
    change(root, "budi", "dermaga", lambda document: (drop_claim(document, "c2"), document.pop("stances")))
    found = agree(root)
    assert found.figure("claims agr(ana||budi)").value == 4 / 5
    assert found.figure("claims agr(budi||ana)").value == 1
    aligned_f1 = found.figure("claims aligned F1")
    assert (aligned_f1.value, aligned_f1.used, aligned_f1.dropped) == (pytest.approx(8 / 9), 9, 0)
    assert found.figure("claims.source exact F1").value == pytest.approx(8 / 9)
    # Four rows are the same; the fifth is ana's alone.
    alpha = found.figure("claims.attribution alpha")
    assert (alpha.value, alpha.used, alpha.dropped) == (1, 4, 1)
    with_missing = found.figure("claims.attribution alpha with missing")
    assert with_missing.used == 5
    assert with_missing.labels == {"direct": (1, 1), "indirect": (3, 3), "reported": (1, 0), "(missing)": (0, 1)}
    # n = 10, one of five units differs: 1 - 9 * 2 / (100 - 4 - 36 - 1 - 1).
    assert with_missing.value == pytest.approx(1 - 9 * 2 / (100 - 4 - 36 - 1 - 1))
    assert found.figure("stances found F1").value == pytest.approx(2 / 3)
    assert [(each.article, each.table, each.field, each.b) for each in found.differences if each.table == "claims"] == [
        ("dermaga", "claims", None, None)
    ]


def test_spans_that_overlap_are_not_the_same(root):
    def shorter(document):
        document["claims"][0]["content"] = ["dermaga baru"]
        document["claims"][0]["source"] = "Sari"

    change(root, "budi", "dermaga", shorter)
    found = agree(root)
    assert found.figure("claims.content exact F1").value == pytest.approx(4 / 5)
    assert found.figure("claims.content overlap F1").value == 1
    assert found.figure("claims.source exact F1").value == pytest.approx(4 / 5)
    assert found.figure("claims agr(ana||budi)").value == 1
    # dermaga baru itu aman | dermaga baru: 2 * 12 / (21 + 12) is above the threshold.
    assert found.figure("claims aligned F1").value == 1
    assert 0 < found.figure("claims.content unitizing alpha").value < 1
    words = found.figure("claims alpha on words")
    assert words.unit == "words"
    mine, theirs = words.labels["content"]
    assert mine - theirs == 2  # itu aman
    assert [(each.field, each.a.words, each.b.words) for each in found.differences] == [
        ("source", "Sari Wibowo", "Sari"),
        ("content", "dermaga baru itu aman", "dermaga baru"),
    ]
    (difference,) = [each for each in found.differences if each.field == "source"]
    assert (difference.a.place.path, difference.a.place.pointer) == ("annotations/ana/dermaga.json", "/claims/0/source")


def test_below_the_threshold_rows_are_not_the_same(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(content=["aman"]))
    assert agree(root).figure("claims aligned F1").value == pytest.approx(4 / 5)
    config = root / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace("align =", "threshold = 0.3\nalign ="), "utf-8")
    found = agree(root)
    assert (found.threshold, found.figure("claims aligned F1").value) == (0.3, 1)


def test_rows_whose_deciding_anchor_is_empty_are_known_by_their_other_words(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][1].update(content=[]))
    found = agree(root)
    assert found.figure("claims aligned F1").value == 1
    assert [each.field for each in found.differences] == ["content"]


def test_labels_that_differ_are_counted_and_listed(root):
    def other(document):
        document["claims"][0].update(type="fact", certainty="unlikely", speakers=["sari", "tono"])

    change(root, "budi", "kapal", other)
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(type="prediction"))
    found = agree(root)
    kinds = found.figure("claims.type alpha")
    assert kinds.labels == {"fact": (2, 2), "prediction": (1, 2), "evaluation": (1, 0), "norm": (1, 1)}
    assert kinds.value == pytest.approx(1 - 9 * 2 / (100 - 16 - 9 - 1 - 4))
    # Both: 4 of 5 alike; by chance (2 * 2 + 1 * 2 + 0 + 1) / 25.
    assert found.figure("claims.type kappa").value == pytest.approx((4 / 5 - 7 / 25) / (1 - 7 / 25))
    assert found.figure("claims.certainty ordinal alpha").value == pytest.approx(0.0)
    assert found.figure("claims.speakers alpha (MASI)").value < 1
    fields = [(each.article, each.field) for each in found.differences]
    assert fields == [("dermaga", "type"), ("kapal", "speakers"), ("kapal", "certainty")]


def test_relations_and_references_are_compared_through_the_claims_that_are_the_same(root):
    """budi's keys are others, in another order, and a symmetric relation runs the other way."""
    names = {"c1": "x3", "c2": "x1", "c3": "x2"}

    def renamed(document):
        for claim in document["claims"]:
            claim["id"] = names[claim["id"]]
            if "within_claim" in claim:
                claim["within_claim"] = names[claim["within_claim"]]
        document["claims"].reverse()
        for stance in document["stances"]:
            stance["evidence"] = [names[key] for key in stance["evidence"]]
        for relation in document.get("relations", []):
            relation["from"], relation["to"] = "dermaga#x1", "x2"

    change(root, "budi", "dermaga", renamed)
    change(root, "budi", "kapal", renamed)
    found = agree(root)
    assert {each.value for each in found.figures} == {1.0, None}
    # The relation runs from the other end, which for "agrees" says the same.
    assert found.figure("relations found F1").value == 1
    change(root, "budi", "kapal", lambda document: document["relations"][0].update(type="supports"))
    change(root, "ana", "kapal", lambda document: document["relations"][0].update(type="denies"))
    assert agree(root).figure("relations found F1").value == 0


def test_stances_are_found_by_speaker_and_target(root):
    change(root, "budi", "dermaga", lambda document: document["stances"][0].update(label="neutral", id="t9"))
    change(root, "budi", "kapal", lambda document: document["stances"][0].update(speaker="tono"))
    found = agree(root)
    assert found.figure("stances found F1").value == 0.5
    label = found.figure("stances.label alpha")
    assert (label.value, label.used, label.dropped, label.labels) == (0.0, 1, 2, {"against": (1, 0), "neutral": (0, 1)})
    assert [(each.field, each.a and each.a.about, each.b and each.b.about) for each in found.differences] == [
        ("label", ("tono", "kenaikan-tarif"), ("tono", "kenaikan-tarif")),
        (None, ("sari", "kenaikan-tarif"), None),
        (None, None, ("tono", "kenaikan-tarif")),
    ]


def test_furniture_does_not_count_where_both_call_it_so(root):
    claim = {
        "id": "c9",
        "extent": "Baca juga: Tarif parkir naik, kata bupati",
        "source": "bupati",
        "cue": {"exact": "kata", "suffix": " bupati"},
        "content": ["Tarif parkir naik"],
        "speakers": [],
        "attribution": "indirect",
        "type": "fact",
        "polarity": "affirmed",
        "certainty": "certain",
    }
    plain = agree(root).figure("claims alpha on words")
    change(root, "budi", "kapal", lambda document: document["claims"].append(claim))
    found = agree(root)
    assert found.figure("claims aligned F1").value == 1
    assert found.figure("claims aligned F1").dropped == 1
    assert found.figure("claims agr(budi||ana)").dropped == 1
    words = found.figure("claims alpha on words")
    assert (words.value, words.used, words.dropped) == (1, plain.used, 7)
    assert found.differences == ()
    # Where budi does not call it furniture, it counts.
    change(root, "budi", "kapal", lambda document: document["zones"].pop())
    assert agree(root).figure("claims aligned F1").value == pytest.approx(10 / 11)
    # The gold decides where it has zones.
    write(root / "annotations" / "gold" / "kapal.json", {**read(root, "ana", "kapal"), "annotator": "gold"})
    assert agree(root).figure("claims aligned F1").value == 1


def test_what_is_said_of_furniture_does_not_count_either(root):
    furniture = {"id": "c9", "extent": "Baca juga: Tarif parkir naik, kata bupati", "content": ["Tarif parkir naik"], "speakers": []}
    labels = {"attribution": "indirect", "type": "fact", "polarity": "affirmed", "certainty": "certain"}

    def more(document):
        document["claims"].append(furniture | labels)
        document["relations"].append({"id": "r9", "from": "c9", "to": "c1", "type": "agrees"})

    change(root, "budi", "kapal", more)
    found = agree(root)
    assert found.figure("relations found F1").value == 1
    assert found.differences == ()
    change(root, "budi", "kapal", lambda document: document["zones"].pop())
    assert agree(root).figure("relations found F1").value < 1


def test_rows_without_any_words_are_known_by_nothing(root):
    schema = json.loads((root / "schema" / "annotation.json").read_text("utf-8"))
    schema["$defs"]["claim"]["required"].remove("extent")
    schema["$defs"]["claim"]["properties"]["extent"] = {"anyOf": [{"$ref": "anchor.json"}, {"type": "null"}], "x-anchor": {}}
    write(root / "schema" / "annotation.json", schema)

    def silent(document):
        document["claims"][1].update(content=[])
        for name in ("source", "cue", "extent"):
            document["claims"][1].pop(name)

    for annotator in ("ana", "budi"):
        change(root, annotator, "dermaga", silent)
    found = agree(root)
    assert found.figure("claims aligned F1").value == pytest.approx(4 / 5)
    assert [(each.article, each.field, each.a is None, each.b is None) for each in found.differences if each.table == "claims"] == [
        ("dermaga", None, False, True),
        ("dermaga", None, True, False),
    ]


def test_a_figure_that_is_not_there_is_told(root):
    with pytest.raises(KeyError, match=r"claims\.colour alpha"):
        agree(root).figure("claims.colour alpha")


def test_references_are_found_at_any_depth():
    speaker, many = Column("speaker", Scalar.STRING, ref="speakers"), Column("to", Listing(Column("item", Scalar.STRING, ref="claims")))
    column = Column("basis", Record((speaker, many, Column("note", Scalar.STRING))))
    value = {"speaker": "sari", "to": ["c1", "c2"], "note": "x"}
    assert list(references({"basis": value}, column)) == [("speakers", "sari"), ("claims", "c1"), ("claims", "c2")]
    assert list(references({"basis": None}, column)) == []
    assert list(references({"basis": [value]}, Column("basis", Listing(column))))[:1] == [("speakers", "sari")]


def test_a_system_is_scored_as_an_annotator_is(root):
    for article in two_annotators.ARTICLES:
        document = read(root, "ana", article)
        write(root / "annotations" / "gold" / f"{article}.json", {**document, "annotator": "gold"})
    machine = {**read(root, "ana", "dermaga"), "annotator": "mesin"}
    drop_claim(machine, "c2")
    machine["stances"] = []
    write(root / "annotations" / "mesin" / "dermaga.json", machine)
    found = agree(root, "gold", "mesin")
    assert (found.articles, found.only_a, found.only_b) == (("dermaga",), ("kapal",), ())
    assert found.figure("claims aligned F1").value == pytest.approx(2 / 3)
    assert found.figure("claims agr(gold||mesin)").value == 0.5  # recall
    assert found.figure("claims agr(mesin||gold)").value == 1  # precision
    figure = found.figure("claims aligned F1")
    assert (figure.low, figure.high, figure.note) == (None, None, ONE_ARTICLE)


def test_whom_it_compares_where_nobody_is_named(root):
    corpus = Corpus.open(root, search=False)
    assert list(corpus.agreement_pairs()) == [("ana", "budi")]
    for name in ("gold", "mesin"):
        write(root / "annotations" / name / "kapal.json", {**read(root, "ana", "kapal"), "annotator": name})
    assert list(corpus.agreement_pairs()) == [("ana", "budi")]
    shutil.rmtree(root / "annotations" / "budi")
    assert list(corpus.agreement_pairs()) == [("gold", "ana"), ("gold", "mesin")]
    shutil.rmtree(root / "annotations" / "gold")
    with pytest.raises(UnknownName, match="nobody to compare"):
        corpus.agreement_pairs()


def test_a_detached_article_counts_in_all_but_the_figures_on_words(root):
    text, digest = two_annotators.detach(root, "dermaga")
    found = agree(root)
    assert found.figure("claims alpha on words").left_out == ("dermaga",)
    assert found.figure("claims aligned F1").used == 10
    assert found.figure("claims.content unitizing alpha").left_out == ()
    # With the text at hand, the words count again.
    (root / ".corpusbuild" / "text").mkdir(parents=True)
    (root / ".corpusbuild" / "text" / f"{digest}.txt").write_text(text, "utf-8")
    assert agree(root).figure("claims alpha on words").left_out == ()


def test_what_no_figure_looks_at_is_named(root):
    assert agree(root).not_compared == (
        "claims.extent",
        "claims.note",
        "claims.difficult",
        "stances.as_of",
        "stances.note",
        "relations.note",
        "annotations.guidelines",
        "annotations.note",
    )


def test_another_corpus_is_compared_by_its_own_schema(tmp_path):
    """Emotions: one anchor a row, labels, references to a registry, and to rows from a table with an anchor of its own."""
    from written import copy_of

    found = agree(copy_of("emotions", tmp_path / "emotions"), "anna", "ben")
    names = {each.name for each in found.figures}
    assert {"moments.words exact F1", "moments.emotion alpha", "moments.holder kappa", "moments.shades alpha (MASI)"} <= names
    assert {"shifts.from edge F1", "shifts.turn overlap F1"} <= names
    assert found.figure("moments alpha on words").labels.keys() >= {"joy", "grief", "(none)"}
    assert (found.only_a, found.only_b) == (("quiet",), ("left-unread",))


def test_rows_that_nothing_is_known_by_are_the_same_where_they_say_the_same(root):
    path = root / "schema" / "annotation.json"
    schema = json.loads(path.read_text("utf-8"))
    tag = {
        "type": "object",
        "properties": {"topic": {"enum": ["laut", "uang"]}, "sure": {"type": "boolean"}},
        "additionalProperties": False,
    }
    schema["properties"]["tags"] = {"type": "array", "x-table": "tags", "items": tag}
    schema["properties"]["mood"] = {"enum": ["tenang", "cemas"]}
    write(path, schema)
    for name, tags, mood in (
        ("ana", [{"topic": "laut"}, {"topic": "uang", "sure": True}], "tenang"),
        ("budi", [{"topic": "uang", "sure": False}, {"topic": "laut"}], "cemas"),
    ):
        change(root, name, "kapal", lambda document, tags=tags, mood=mood: document.update(tags=tags, mood=mood))
        change(root, name, "dermaga", lambda document: document.update(mood="tenang"))
    found = agree(root)
    assert found.figure("tags found F1").value == 0.5
    assert not [each.name for each in found.figures if each.name.startswith("tags.")]
    # A label of the document as a whole: one unit an article.
    mood = found.figure("annotations.mood alpha")
    assert (mood.value, mood.used, mood.unit) == (pytest.approx(1 - 3 * 2 / (16 - 9 - 1)), 2, "articles")
    assert "annotations.mood" not in found.not_compared
    made = Corpus.open(root, search=False).adjudicate("ana", "budi")
    assert [(each.field, each.key) for each in made.decisions if each.table in {"annotations", "tags"}] == [
        ("mood", None),
        (None, None),
        (None, None),
    ]
    assert len(read(root, "gold", "kapal")["tags"]) == 3


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('align = { claim = "content" }', 'there is no table "claim"'),
        ('align = { claims = "kontent" }', 'there is no anchor "kontent"'),
        ('ordinal = ["claims.certain"]', 'there is no column of labels "certain"'),
        ('symmetric = { "relations.type" = ["agree"] }', 'there is no label "agree"'),
        ('skip = { zones = { kind = "furnitur" } }', 'there is no label "furnitur"'),
        ("treshold = 0.5", 'unknown key "treshold"'),
        ("threshold = 0", "threshold"),
    ],
)
def test_a_config_that_names_what_is_not_there_is_refused(root, config, message):
    path = root / "pyproject.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("align =")] + config + "\n", "utf-8")
    with pytest.raises(BadConfig) as error:
        agree(root)
    assert message in error.value.message


def test_names_that_nobody_has_are_told_of(root):
    with pytest.raises(UnknownName) as error:
        agree(root, "ana", "bud")
    assert error.value.help == 'did you mean "budi"?'
    with pytest.raises(UnknownName, match='no table "claim"'):
        agree(root, tables=["claim"])


def test_a_quotation_without_a_place_ends_the_run_by_name(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(cue="melompat"))
    with pytest.raises(CannotGoOn) as error:
        agree(root)
    assert error.value.place == "annotations/budi/dermaga.json"


def test_who_has_no_article_in_common_is_told_of(root):
    (root / "annotations" / "ana" / "kapal.json").unlink()
    (root / "annotations" / "budi" / "dermaga.json").unlink()
    for compare in (Corpus.agree, Corpus.adjudicate):
        with pytest.raises(UnknownName, match='no article that both "ana" and "budi" have annotated'):
            compare(Corpus.open(root, search=False), "ana", "budi")


def test_a_document_that_its_schema_refuses_ends_the_run_by_name(root):
    change(root, "budi", "dermaga", lambda document: document["claims"][0].update(certainty="sure"))
    with pytest.raises(CannotGoOn, match="not as its schema wants it") as error:
        agree(root)
    assert error.value.place == "annotations/budi/dermaga.json"


def test_a_missing_library_is_named_with_the_extra_that_brings_it(root, monkeypatch):
    for name in list(sys.modules):
        if name == "regex" or name.startswith("regex."):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(CannotGoOn) as error:
        agree(root)
    assert "regex" in error.value.message
    assert error.value.help == "pip install 'corpusbuild[agree]'"


# ---- laws ----


@given(st.lists(documents(), min_size=1, max_size=3))
@settings(max_examples=40)
def test_who_says_the_same_agrees_perfectly(annotated, found):
    alignment = aligned(annotated, [(each, copy.deepcopy(each)) for each in found])
    for name, (value, low, high, *_) in values(annotated, alignment).items():
        assert value is None or value == pytest.approx(1), name
        assert low is None or (low, high) == (pytest.approx(1), pytest.approx(1)), name
    assert not list(differences(alignment, lambda comparison: comparison.compared))


@given(pairs_of_documents)
@settings(max_examples=40)
def test_who_is_named_first_changes_no_figure_but_the_two_that_have_a_direction(annotated, found):
    forth = values(annotated, aligned(annotated, found, ("ana", "budi")))
    back = values(annotated, aligned(annotated, [(other, one) for one, other in found], ("budi", "ana")))
    assert forth.keys() == back.keys()
    for name, (value, low, high, used, dropped, labels) in forth.items():
        assert (value, low, high) == tuple(pytest.approx(each) for each in back[name][:3]), name
        assert (used, dropped) == back[name][3:5]
        assert labels == {label: (a, b) for label, (b, a) in back[name][5].items()}


@given(pairs_of_documents, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_rows_changes_nothing(annotated, found, random):
    mixed = copy.deepcopy(found)
    for pair in mixed:
        for document in pair:
            for rows in document.values():
                random.shuffle(rows)
    assert values(annotated, aligned(annotated, found)) == values(annotated, aligned(annotated, mixed))


@given(pairs_of_documents)
@settings(max_examples=40)
def test_figures_keep_their_bounds_and_account_for_every_row(annotated, found):
    alignment = aligned(annotated, found)
    for name, (value, low, high, *_) in values(annotated, alignment).items():
        assert value is None or value <= 1 + 1e-9, name
        assert low is None or low <= high <= 1 + 1e-9, name
        if "F1" in name or "agr" in name:
            assert value is None or value >= 0
    for comparison in annotated.comparisons:
        for article in alignment.readings:
            one, other = alignment.items(article, comparison)
            match = alignment.matches[article, comparison.name]
            assert sorted([i for i, _ in match.pairs] + list(match.only_a)) == list(range(len(one)))
            assert sorted([j for _, j in match.pairs] + list(match.only_b)) == list(range(len(other)))


# ---- the command ----


def test_the_table_fits_eighty_columns(root):
    change(root, "budi", "kapal", lambda document: document["claims"][0].update(type="prediction"))
    ran = inside(root, "agree", "--items")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == "ana and budi: 2 articles that both have annotated"
    header = next(line for line in lines if line.startswith("claims "))
    figures = [line for line in lines[lines.index(header) :] if line.startswith("  ") and line.rstrip().endswith((" 0", " 1"))]
    assert all(len(line) <= 80 for line in lines)
    assert len({len(line) for line in figures}) == 1
    assert "  claims c1 type" in lines
    assert "    ana: fact" in lines
    assert "    budi: prediction" in lines
    assert lines[-1] == "1 differ"


def test_the_table_says_who_has_annotated_what_alone_and_where_no_text_was_at_hand(root):
    two_annotators.detach(root, "dermaga")
    write(root / "annotations" / "ana" / "pasar.json", {"article": "pasar", "annotator": "ana"})
    for suffix in ("txt", "json"):
        shutil.copy(root / "raw" / f"kapal.{suffix}", root / "raw" / f"pasar.{suffix}")
    lines = inside(root, "agree", "ana", "budi").out.splitlines()
    assert lines[:2] == ["ana and budi: 2 articles that both have annotated", "only ana has pasar"]
    assert "      without dermaga: the text is not at hand" in lines
    whole = inside(root, "agree", "budi", "ana", "--table", "relations").out
    assert "only ana has pasar\n" in whole
    assert "not compared: relations.note\n" in whole


def test_where_every_field_is_compared_nothing_is_said_of_those_that_are_not(root):
    assert "not compared" not in inside(root, "agree", "--table", "zones").out


def test_a_name_that_leaves_no_room_for_its_figures_has_a_line_of_its_own(root):
    found = agree(root, tables=["claims"])
    lines = list(figures(found, Terminal(48)))
    assert max(map(cells, lines)) <= 48
    at = lines.index("  content unitizing alpha")
    assert re.fullmatch(r" +1\.000 +8 units +0", lines[at + 1])


def test_figures_are_kept_where_that_is_asked_for(root):
    ran = inside(root, "agree", "ana", "budi", "--table", "claims", "--save")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "ana and budi: 2 articles that both have annotated")
    (kept,) = json.loads((root / "agreement.json").read_text("utf-8"))["agreements"]
    assert {each["table"] for each in kept["figures"]} == {"claims"}


def test_json_says_all_that_the_table_says_and_more(root):
    change(root, "budi", "kapal", lambda document: document["claims"][0].update(type="prediction"))
    ran = inside(root, "agree", "ana", "budi", "--format", "json", "--items", "--table", "claims")
    (found,) = json.loads(ran.out)["agreements"]
    assert {each["table"] for each in found["figures"]} == {"claims"}
    kinds = next(each for each in found["figures"] if each["name"] == "claims.type alpha")
    assert kinds["labels"]["fact"] == {"a": 2, "b": 1}
    assert kinds["low"] <= kinds["value"] <= kinds["high"]
    (item,) = found["items"]
    assert item["b"]["place"]["path"] == "annotations/budi/kapal.json"
    assert ran.out == inside(root, "agree", "ana", "budi", "--format", "json", "--items", "--table", "claims").out


def test_one_name_alone_is_a_mistake(root):
    ran = inside(root, "agree", "ana")
    assert ran.status == 2
    assert "name two annotators, or none" in ran.err
