"""The overview says what the corpus holds: its figures are those of the data, and its drawings are safe to stand in a page."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import two_annotators
from bundled import FIRST_CUT, ROOT, copy_corpus
from corpusbuild import Corpus
from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import ITEM, Label, Record, Scalar, walk
from corpusbuild.site.agreed import agreed, differences
from corpusbuild.site.article import article_page
from corpusbuild.site.charts import COLOURS, Series, bars, columns, scale, short, visible
from corpusbuild.site.figures import ENTRIES, LABELS, distributions, frequencies, label_text, path_text, timelines
from corpusbuild.site.layers import layers
from corpusbuild.site.linking import Links
from corpusbuild.site.matrix import CARDS, COLUMNS, ROWS, evidence, matrices
from corpusbuild.site.overview import overview, percent
from corpusbuild.site.timing import MOST, axis_of
from corpusbuild.workflow.gathering import gather
from corpusbuild.workflow.run import Run
from hostile import ATTACK
from written import copy_of, read_written

NAMES = ["kabar-klaim", "legal", "emotions"]
STYLES = (ROOT / "src" / "corpusbuild" / "site" / "static" / "overview.css").read_text("utf-8")


def _links(root):
    contents, report = gather(Run.of(Corpus.open(root)), 2_000, include_detached_text=False)
    assert contents is not None, [each.finding.message for each in report]
    return Links.of(contents, layers(contents.shape, contents.config))


@pytest.fixture(scope="module", params=NAMES)
def golden(request, tmp_path_factory):
    """A corpus of this repository as its authors wrote it, and what its site shows."""
    root = copy_of(request.param, tmp_path_factory.mktemp(request.param) / "corpus")
    return read_written(root), _links(root)


@pytest.fixture(scope="module")
def kabar(tmp_path_factory):
    return _links(copy_of("kabar-klaim", tmp_path_factory.mktemp("kabar") / "corpus"))


# ---- figures are those of the data ----


def test_labels_are_counted_by_split_as_they_were_written(golden):
    wrote, links = golden
    rows = wrote.rows()
    found = {(each.table, each.field): each for each in distributions(links.contents.summary)}
    seen = 0
    for name, layer in links.layers.items():
        for path, column in walk(Record(layer.columns)):
            if not isinstance(column.type, Label):
                continue
            registry = name in links.contents.entries
            splits = ("registry",) if registry else links.contents.summary.splits
            of_split = {split: Counter(values_at(rows.get((name, split), []), path)) for split in splits}
            if not any(label is not None for counts in of_split.values() for label in counts):
                assert (layer.title, path_text(path)) not in found
                continue
            each = found[layer.title, path_text(path)]
            assert each.splits == (("entries",) if registry else splits)
            for number, counts in enumerate(of_split.values()):
                assert {line.name: line.counts[number] for line in each.labels} == {
                    label_text(label): counts[label] for label in column.type.names
                }
                assert each.totals[number] == sum(counts.values()) - counts[None]
            everything = [row for split in splits for row in rows.get((name, split), [])]
            assert each.none == sum(value is None for value in _in_what_is_there(everything, path))
            seen += 1
    assert seen == len(found) > 5


def _in_what_is_there(rows, path):
    """The values of a field wherever what holds it is not null itself."""
    if path[-1] == ITEM:
        return values_at(rows, path)
    return [holder.get(path[-1]) for holder in values_at(rows, path[:-1]) if holder is not None]


def test_rows_over_time_are_all_rows_each_on_the_date_of_its_article(golden):
    wrote, links = golden
    field, found = timelines(links)
    days = {name: (metadata.get(field) or "")[:10] for name, metadata in wrote.metadata.items()}
    rows = wrote.rows()
    for each in found:
        table = next(name for name, layer in links.layers.items() if layer.title == each.table)
        for number, split in enumerate(each.splits):
            written = [days[row["article_id"]] for row in rows.get((table, split), [])]
            dated = Counter(each.axis.place(date.fromisoformat(day)) for day in written if day)
            assert [counts[number] for counts in each.counts] == [dated[place] for place in range(len(each.counts))]
        total = sum(len(rows.get((table, split), [])) for split in each.splits)
        assert each.total + each.undated == total
    dates = [column.name for column in links.contents.shape.article.columns if column.type in (Scalar.DATE, Scalar.INSTANT)]
    assert all(sum(bool(each.get(name)) for each in wrote.metadata.values()) <= sum(map(bool, days.values())) for name in dates)


def test_who_is_referred_to_is_counted_row_by_row(golden):
    wrote, links = golden
    rows = wrote.rows()
    for each in frequencies(links):
        registry = next(name for name, layer in links.layers.items() if layer.title == each.title)
        expected: Counter[str] = Counter()
        for name, layer in links.layers.items():
            for reference in layer.references:
                if reference.table == registry:
                    for split in (*links.contents.summary.splits, "registry"):
                        for row in rows.get((name, split), []):
                            expected.update({value for value in values_at([row], reference.path) if value is not None})
        totals = sorted(expected.values(), reverse=True)
        assert [line.total for line in each.lines] == totals[: len(each.lines)]
        assert sum(each.rest) == sum(totals[len(each.lines) :])
        assert each.merged == len(totals) - len(each.lines)
        assert each.never == len(links.contents.entries[registry]) - len(totals)


def test_every_stance_is_in_the_cell_of_its_speaker_and_target_with_the_words_of_its_evidence(kabar):
    wrote = read_written(ROOT)
    claims, stances = {}, []
    for document in wrote.documents:
        if document["annotator"] == wrote.gold:
            claims |= {(document["article"], each["id"]): each for each in document["claims"]}
            stances += [(document["article"], each) for each in document["stances"]]
    (matrix,) = matrices(kabar)
    assert (matrix.title, matrix.down, matrix.across, matrix.field) == ("stances", "speaker", "target", "label")
    cells = {each.cell.id: each for each in evidence(matrix, kabar)}
    seen = 0
    for line, found in zip(matrix.lines, (cells_of for _, cells_of in matrix.lines), strict=True):
        for column, cell in zip(matrix.columns, found, strict=True):
            expected = [
                (article, each)
                for article, each in stances
                if kabar.called(("speakers", "", each["speaker"])) == line[0].text
                and kabar.address(("speakers", "", each["speaker"])) == line[0].href
                and kabar.address(("targets", "", each["target"])) == column.href
            ]
            assert (0 if cell is None else cell.total) == len(expected)
            if cell is None:
                continue
            assert dict(cell.counts) == {label: sum(each["label"] == label for _, each in expected) for label in matrix.labels}
            proofs = cells[cell.id].proofs
            assert {(proof.card.row.article, proof.card.name) for proof in proofs} == {(article, each["id"]) for article, each in expected}
            for proof in proofs:
                wanted = next(each for article, each in expected if (article, each["id"]) == (proof.card.row.article, proof.card.name))
                cited = [each for _, of_column in proof.cited for each in of_column]
                assert [each.link.text for each in cited] == wanted["evidence"]
                assert all(each.link.href is not None and each.said for each in cited)
            seen += cell.total
    assert seen == len(stances) == matrix.total
    assert matrix.left == 0


def test_counts_are_those_of_the_summary(golden):
    _, links = golden
    summary = links.contents.summary
    for name, count in zip(links.layers, overview(links).counts, strict=True):
        assert count.total == summary.tables[name].rows
        assert sum(each or 0 for each in count.rows) in {count.total, 0}  # a registry is in no split


# ---- splits and leaks ----


def test_near_duplicates_are_listed_with_their_similarity_and_their_split(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    name = "putin-akan-ke-pyongyang"
    text = (root / "raw" / f"{name}.txt").read_text("utf-8")
    (root / "raw" / "copy.txt").write_text(text + "One more sentence stands at its end.\n", "utf-8", newline="\n")
    (root / "raw" / "copy.json").write_bytes((root / "raw" / f"{name}.json").read_bytes())
    leaks = _links(root).contents.leaks
    assert (leaks.articles, leaks.compared, leaks.near, leaks.apart, leaks.torn) == (6, 6, 1, 0, 0)
    (pair,) = leaks.pairs
    assert {pair.article, pair.other} == {"copy", name}
    assert pair.splits == ("test", "test")
    assert leaks.threshold <= pair.similarity < 1
    assert [(share.split, share.articles, share.groups) for share in leaks.shares] == [("train", 2, 1), ("test", 4, 1)]
    assert leaks.groups == 2


def test_what_has_no_text_at_hand_is_not_said_to_be_compared(kabar):
    leaks = kabar.contents.leaks
    assert leaks.articles == 10
    assert leaks.compared == 5
    assert leaks.derived == 5
    assert sum(share.articles for share in leaks.shares) == 10


# ---- agreement ----


def test_agreement_is_what_agree_measures_with_every_item_that_differs(kabar):
    measured = Corpus.open(ROOT).agree("annotator-a", "annotator-b")
    (found,) = kabar.contents.agreements
    assert found.figures == measured.figures
    assert found.differences == measured.differences
    shown = agreed(found, kabar)
    assert [each.figure for table in shown.tables for each in table.all] == list(measured.figures)
    page = differences(found, kabar)
    assert page.total == page.listed == sum(len(each.items) for each in page.articles) == len(measured.differences)
    assert any(item.gold is not None and item.gold.href for each in page.articles for item in each.items)


def test_saved_figures_are_shown_until_a_document_changes(tmp_path):
    root = copy_of("emotions", tmp_path / "corpus")
    corpus = Corpus.open(root)
    corpus.save_agreement([corpus.agree("anna", "ben")])
    path = root / "agreement.json"
    saved = json.loads(path.read_bytes())
    saved["agreements"][0]["figures"][0]["value"] = 0.125
    path.write_text(json.dumps(saved), "utf-8")
    assert _links(root).contents.agreements[0].figures[0].value == 0.125
    document = root / "annotations" / "ben" / "the-visit.json"
    document.write_text(document.read_text("utf-8") + "\n", "utf-8", newline="\n")
    assert _links(root).contents.agreements[0].figures[0].value != 0.125


def test_one_annotator_agrees_with_nobody_and_the_page_says_so(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    reported = Corpus.open(root).report()
    assert "No two annotators have annotated the same article." in (reported.path / "index.html").read_text("utf-8")


def _annotated_twice(root):
    two_annotators.two_annotators(root)
    config = root / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('gold = "gold"', 'gold = "ana"'), "utf-8")
    return root


def test_a_list_of_words_that_differs_is_read_without_brackets(tmp_path):
    root = _annotated_twice(tmp_path / "corpus")
    two_annotators.change(root, "budi", "dermaga", lambda document: document["claims"][0].update(speakers=["sari", "tono"]))
    two_annotators.change(root, "budi", "kapal", lambda document: document["claims"][0].update(speakers=[]))
    links = _links(root)
    (found,) = (differences(each, links) for each in links.contents.agreements)
    sides = [[side.value for side in item.sides if side is not None] for each in found.articles for item in each.items]
    assert sides == [["sari", "sari, tono"], ["sari", "none"]]


def test_a_detached_text_without_paragraphs_is_shown_as_one(tmp_path):
    root = _annotated_twice(tmp_path / "corpus")
    text, _ = two_annotators.detach(root, "dermaga")
    for annotator in ("ana", "budi"):
        two_annotators.change(root, annotator, "dermaga", lambda document: document.pop("zones", None))
    links = _links(root)
    (page,) = (article_page(row, links) for row in links.contents.articles if row.name == "dermaga")
    assert [each.position for each in page.paragraphs] == [f"0\N{EN DASH}{len(text)}"]
    assert not page.has_text


def test_a_reference_to_no_row_is_not_shown_as_evidence(tmp_path):
    root = _annotated_twice(tmp_path / "corpus")
    two_annotators.change(root, "ana", "kapal", lambda document: document["stances"][0].update(evidence=[]))
    links = _links(root)
    (matrix,) = matrices(links)
    cited = {cell.cell.id: [proof.cited for proof in cell.proofs] for cell in evidence(matrix, links)}
    assert () in [each for proofs in cited.values() for each in proofs]


# ---- long lists, and labels that are meant to do harm ----

LONG = ["".join(chr(0x4E00 + (i * 7 + j) % 2000) for j in range(60)) + str(i) for i in range(40)]
HARM = [ATTACK, '" onload="x', "\u202e\u05d0\u05d1", "a\x00b", "&amp;", "", " ", "]]>", "x" * 3_000]


def _crowded(root, entries: int):
    """A corpus with more labels, entries and pairs than a page shows."""
    for name in ("raw", "schema", "annotations"):
        (root / name).mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "crowded"\n', "utf-8")
    string = {"type": "string"}
    labels = [*HARM, *LONG]
    row = {"by": {**string, "x-ref": "ones"}, "of": {"type": "array", "items": {**string, "x-ref": "others"}}, "label": {"enum": labels}}
    registry = {"type": "object", "properties": {"id": {**string, "x-key": True}, "name": string}, "additionalProperties": False}
    registry["required"] = ["id", "name"]
    annotation = {
        "type": "object",
        "properties": {
            "article": string,
            "annotator": string,
            "rows": {
                "type": "array",
                "x-table": "rows",
                "items": {"type": "object", "properties": row, "required": list(row), "additionalProperties": False},
            },
        },
        "required": ["article", "annotator"],
        "additionalProperties": False,
    }
    article = {"type": "object", "properties": {}, "additionalProperties": False}
    schemas = {
        "article": article,
        "annotation": annotation,
        "one": {**registry, "x-table": "ones"},
        "other": {**registry, "x-table": "others"},
    }
    for name, schema in schemas.items():
        (root / "schema" / f"{name}.json").write_text(json.dumps(schema), "utf-8")
    listed = [{"id": f"k{i}", "name": f"{ATTACK}{i}"} for i in range(entries)]
    for name in ("ones", "others"):
        (root / "annotations" / f"{name}.json").write_text(json.dumps(listed), "utf-8")
    (root / "raw" / "a.txt").write_text("Some words.\n", "utf-8")
    (root / "raw" / "a.json").write_text("{}", "utf-8")
    rows = [{"by": f"k{i}", "of": [f"k{(i + j) % entries}" for j in range(2)], "label": labels[i % len(labels)]} for i in range(entries)]
    rows += [{"by": "k0", "of": ["k0"], "label": ATTACK} for _ in range(CARDS + 20)]
    (root / "annotations" / "a.json").write_text(json.dumps({"article": "a", "annotator": "x", "rows": rows}), "utf-8")
    return rows


def test_long_lists_are_cut_and_the_rest_is_summed_up(tmp_path):
    rows = _crowded(tmp_path / "corpus", 60)
    links = _links(tmp_path / "corpus")
    (labels,) = (each for each in distributions(links.contents.summary) if each.table == "rows")
    assert len(labels.labels) == LABELS
    assert labels.labels[-1].merged == len(HARM) + len(LONG) - LABELS + 1
    assert sum(line.counts[0] for line in labels.labels) == labels.totals[0] == len(rows)
    for each in frequencies(links):
        assert len(each.lines) == ENTRIES - 1
        assert each.merged == 60 - len(each.lines)
        assert sum(line.total for line in each.lines) + sum(each.rest) == sum(
            len(row["of"]) if each.title == "others" else 1 for row in rows
        )
    (matrix,) = matrices(links)
    assert len(matrix.lines) <= ROWS
    assert len(matrix.columns) <= COLUMNS
    assert all(any(cell is not None for cell in cells) for _, cells in matrix.lines)
    assert matrix.left + sum(cell.total for cell in matrix.cells) == matrix.total == sum(len(row["of"]) for row in rows)
    most = max(evidence(matrix, links), key=lambda each: each.cell.total)
    assert len(most.proofs) == CARDS < most.cell.total


def test_what_no_row_says_is_not_drawn(tmp_path):
    _crowded(tmp_path / "corpus", 3)
    schema = tmp_path / "corpus" / "schema" / "annotation.json"
    value = json.loads(schema.read_text("utf-8"))
    value["properties"]["rows"]["items"]["properties"]["label"]["enum"].append(None)
    schema.write_text(json.dumps(value), "utf-8")
    rows = [{"by": "k0", "of": [], "label": None}]
    (tmp_path / "corpus" / "annotations" / "a.json").write_text(json.dumps({"article": "a", "annotator": "x", "rows": rows}), "utf-8")
    links = _links(tmp_path / "corpus")
    assert [(each.title, each.never) for each in frequencies(links)] == [("ones", 2)]
    assert list(matrices(links)) == []
    assert list(distributions(links.contents.summary)) == []


def test_a_crowded_page_says_what_it_leaves_out_and_harms_nobody(tmp_path):
    _crowded(tmp_path / "corpus", 60)
    reported = Corpus.open(tmp_path / "corpus").report()
    page = (reported.path / "index.html").read_text("utf-8")
    assert "most frequent labels, 38 others summed up" in page
    assert "46 others" in page
    assert "are about others, which are not shown: 36 <bdi>ones" in page
    for path in reported.path.rglob("*.html"):
        data = path.read_text("utf-8")
        assert ATTACK not in data
        assert not [name for name in _attributes(data) if name.startswith("on") or name == "style"]
        assert "\x00" not in data
    assert escape(ATTACK, quote=False)[:20] in page


def _attributes(data):
    """The names of all attributes in a page."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda _, attributes: found.extend(name for name, _ in attributes)
    parser.feed(data)
    return found


# ---- drawings ----

WORDS = st.text(max_size=40)


@st.composite
def drawn(draw):
    labels = draw(st.lists(WORDS, min_size=1, max_size=8))
    names = draw(st.lists(WORDS, min_size=1, max_size=8))
    counts = st.lists(st.integers(0, 10**6), min_size=len(labels), max_size=len(labels))
    words = st.lists(WORDS, min_size=len(labels), max_size=len(labels))
    return draw(WORDS), labels, [Series(name, draw(counts), draw(words), draw(words)) for name in names]


@given(drawn())
def test_a_drawing_is_xml_with_nothing_but_shapes_and_words(case):
    title, labels, series = case
    for data in (bars(title, labels, series), columns(title, [f"{i} {label}" for i, label in enumerate(labels)], series, ["0"])):
        root = ET.fromstring(data)  # noqa: S314  our own
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        assert tags <= {"svg", "g", "rect", "path", "text", "title"}
        names = {name for each in root.iter() for name in each.attrib}
        assert names <= {"viewBox", "width", "height", "role", "aria-label", "class", "transform", "x", "y", "d"}
        assert root.get("aria-label") == visible(title)
        used = {name for each in root.iter() for name in each.get("class", "").split() if name.startswith("color-")}
        assert all(f".{name} {{ fill" in STYLES for name in used)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_a_bar_is_as_long_as_its_value_and_nothing_has_none(values):
    told = [f"bar {number}" for number in range(len(values))]
    labels = [str(number) for number in range(len(values))]
    root = ET.fromstring(bars("t", labels, [Series("s", values, told, told)]))  # noqa: S314  our own
    space = "{http://www.w3.org/2000/svg}"
    found = {
        each.findtext(f"{space}title"): float(each.find(f"{space}rect").get("width"))
        for each in root.iter(f"{space}g")
        if each.find(f"{space}rect") is not None
    }
    assert found.keys() == {name for name, value in zip(told, values, strict=True) if value}
    longest = max(found.values())
    for name, value in zip(told, values, strict=True):
        assert found.get(name, 0) / longest == pytest.approx(value / max(values), abs=0.01)


def test_as_many_colours_are_styled_as_are_drawn():
    assert all(f".color-{number} {{ fill" in STYLES for number in range(COLOURS))


@given(st.text(), st.integers(2, 30))
def test_a_short_label_is_its_beginning(label, most):
    cut = short(label, most)
    whole = visible(label)
    assert cut == whole or (cut.endswith("…") and whole.startswith(cut[:-1]) and len(cut) <= len(whole))


@given(st.integers(0, 10**9))
def test_heights_are_read_by_a_few_round_numbers(most):
    found = scale(most)
    assert found[0] == 0
    assert len(found) <= 5
    assert found[-1] <= most
    steps = {b - a for a, b in pairwise(found)}
    assert all(re.fullmatch("[125]0*", str(step)) for step in steps)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_share_is_nothing_only_where_there_is_nothing_and_all_only_where_it_is_all(count, more):
    said = percent(count, count + more)
    assert (said == "0") == (count == 0)
    assert (said == "100 %") == (more == 0 and count > 0)


@pytest.mark.parametrize(("count", "total", "said"), [(1, 101, "<1 %"), (1, 100, "1 %"), (199, 200, ">99 %"), (1, 3, "33 %")])
def test_a_share_is_in_whole_per_cent(count, total, said):
    assert percent(count, total) == said


@pytest.mark.parametrize(
    ("days", "unit", "first"),
    [
        (2, "day", "2019-11-30"),
        (150, "week", "2019-11-25"),
        (400, "month", "2019-11"),
        (1_200, "quarter", "2019 Q4"),
        (3_500, "year", "2019"),
    ],
)
def test_an_interval_is_called_after_its_beginning(days, unit, first):
    axis = axis_of([date(2019, 11, 30), date(2019, 11, 30) + timedelta(days=days)])
    assert (axis.unit, axis.labels[0]) == (unit, first)


@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_every_day_has_its_interval_and_there_are_never_many(days):
    axis = axis_of(days)
    assert 1 <= len(axis.intervals) <= MOST
    assert list(axis.intervals) == sorted(set(axis.intervals))
    assert len(set(axis.labels)) == len(axis.labels)
    for day in days:
        place = axis.place(day)
        assert axis.intervals[place] <= day
        assert place + 1 == len(axis.intervals) or day < axis.intervals[place + 1]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 4000))
def test_the_intervals_are_the_smallest_that_do(day, more):
    unit = axis_of([day, day + timedelta(days=more)]).unit
    assert (unit == "day") == (more < MOST)
    assert unit in {"day", "week", "month", "quarter"} or more > 32 * 89
