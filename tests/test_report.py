"""The site says everything that the corpus holds, of any schema, and nothing that it should not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundled import FIRST_CUT, ROOT, copy_corpus, inside, tree
from corpusbuild import CannotGoOn, Corpus
from corpusbuild.site.marking import Mark, lines, paragraphs
from corpusbuild.site.naming import slug
from corpusbuild.site.searching import as_block
from hostile import ATTACK, KEYS, LONG, hostile
from storages import put
from written import copy_of, read_written

SITE = ROOT / "src" / "corpusbuild" / "site"
NAMES = ["kabar-klaim", "legal", "emotions"]


@pytest.fixture(scope="module", params=NAMES)
def made(request, tmp_path_factory):
    """A corpus of this repository and its site."""
    root = copy_of(request.param, tmp_path_factory.mktemp(request.param) / "corpus")
    reported = Corpus.open(root).report()
    assert reported.ok
    return root, reported


@pytest.fixture(scope="module")
def kabar(tmp_path_factory):
    root = copy_of("kabar-klaim", tmp_path_factory.mktemp("kabar") / "corpus")
    return Corpus.open(root).report()


class _Page(HTMLParser):
    """Ids, links, texts and tags of a page."""

    def __init__(self, data: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._paragraph: list[str] | None = None
        self._hidden = 0
        self.paragraphs: list[str] = []
        self.feed(data)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("href", "src"):
            if name in values:
                self.links.append(values[name])
        if tag == "p" and values.get("class", "").startswith("lanes"):
            self._paragraph = []
        if self._paragraph is not None and tag in {"span", "bdi"}:
            # Names of rows and zones are no words of the text.
            self._hidden += bool(self._hidden) or values.get("class", "") in {"at", "zone", "position"}

    def handle_endtag(self, tag):
        if tag == "p" and self._paragraph is not None:
            self.paragraphs.append("".join(self._paragraph))
            self._paragraph = None
        elif self._hidden and tag in {"span", "bdi"}:
            self._hidden -= 1

    def handle_data(self, data):
        self.texts.append(data)
        if self._paragraph is not None and not self._hidden:
            self._paragraph.append(data)


def _pages(site: Path) -> dict[str, _Page]:
    return {path.relative_to(site).as_posix(): _Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_link_leads_to_a_page_and_a_place_of_the_site(made):
    _, reported = made
    pages = _pages(reported.path)
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            assert "://" not in link
            target, _, place = link.partition("#")
            file = (reported.path / path).parent / unquote(target) if target else reported.path / path
            assert file.is_file(), (path, link)
            if place and file.suffix == ".html":
                assert unquote(place) in pages[file.resolve().relative_to(reported.path.resolve()).as_posix()].ids, (path, link)


def test_an_article_page_holds_its_text_to_the_letter(made):
    root, reported = made
    texts = read_written(root).texts
    pages = _pages(reported.path)
    for name, text in texts.items():
        page = pages[f"articles/{slug(name)}.html"]
        if text is not None:
            assert page.paragraphs == [line for line in text.split("\n") if line.strip()]


def test_every_row_of_the_gold_has_its_place_in_the_page_of_its_article(made):
    root, reported = made
    wrote = read_written(root)
    pages = _pages(reported.path)
    schema = json.loads((root / "schema" / "annotation.json").read_bytes())["properties"]
    for document in wrote.documents:
        if document["annotator"] != wrote.gold:
            continue
        page = pages[f"articles/{slug(document['article'])}.html"]
        for table, member in wrote.members.items():
            rows = document.get(member) or []
            key = next((k for k in ("id", "term") if rows and k in rows[0] and schema[member]["x-table"] != "links"), None)
            names = [row[key] for row in rows] if key and all(key in row for row in rows) else [str(i) for i in range(len(rows))]
            assert {f"{table}:{slug(name)}" for name in names} <= set(page.ids), (document["article"], table)


def test_a_registry_has_a_page_for_each_entry_and_it_lists_every_row_that_refers_to_it(kabar, tmp_path):
    wrote = read_written(ROOT)
    pages = _pages(kabar.path)
    for _, speaker in wrote.registries["speakers"]:
        page = pages[f"speakers/{speaker['id']}.html"]
        for document in wrote.documents:
            for claim in document["claims"] if document["annotator"] == wrote.gold else ():
                listed = f"../articles/{document['article']}.html#claims:{claim['id'].lower()}" in page.links
                relays = [each["speaker"] for each in claim.get("via", ())]
                assert listed or speaker["id"] not in [*claim["speakers"], *relays], (speaker["id"], claim["id"])


@pytest.mark.parametrize(("registry", "column"), [("speakers", "speaker"), ("targets", "target")])
def test_a_stance_is_listed_with_its_evidence_where_its_speaker_and_its_target_are_read(kabar, registry, column):
    wrote = read_written(ROOT)
    pages = _pages(kabar.path)
    for document in wrote.documents:
        for stance in document["stances"] if document["annotator"] == wrote.gold else ():
            links = pages[f"{registry}/{stance[column]}.html"].links
            for place in (f"stances:{stance['id']}", *(f"claims:{each}" for each in stance["evidence"] if "#" not in each)):
                assert f"../articles/{document['article']}.html#{place.lower()}" in links, stance


def test_a_relation_stands_on_the_cards_of_both_ends_across_articles(kabar):
    wrote = read_written(ROOT)
    pages = _pages(kabar.path)
    seen = 0
    for document in wrote.documents:
        for relation in document["relations"] if document["annotator"] == wrote.gold else ():
            ends = [
                (document["article"], each) if "#" not in each else tuple(each.split("#")) for each in (relation["from"], relation["to"])
            ]
            for (article, _), (other, key) in (ends, ends[::-1]):
                links = pages[f"articles/{article}.html"].links
                assert f"../articles/{other}.html#claims:{key.lower()}" in links, relation
            seen += ends[0][0] != ends[1][0]
    assert seen  # some of them lead to other articles


def test_the_text_of_a_detached_article_is_not_in_the_site(kabar):
    page = _pages(kabar.path)["articles/asli-kim-bertemu-putin-di-rusia.html"]
    assert all(re.fullmatch(r"[\d\N{EN DASH}… ]*", paragraph) for paragraph in page.paragraphs)
    assert any("–" in paragraph for paragraph in page.paragraphs)  # noqa: RUF001  what stands between positions


def test_a_detached_text_that_is_at_hand_is_shown_only_where_that_is_asked_for(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    Corpus.open(root).detach(["putin-akan-ke-pyongyang"])
    text = (FIRST_CUT / "raw" / "putin-akan-ke-pyongyang.txt").read_text("utf-8")
    line = lines(text)[1]
    words = text[line[0] : line[1]][:40]

    def site(**options: bool) -> str:
        corpus = Corpus.open(root)
        reported = corpus.report(**options)
        return "".join("".join([*page.texts, *page.paragraphs]) for page in _pages(reported.path).values())

    assert words not in site()
    assert words in site(include_detached_text=True)


def test_the_bundled_site_is_small(kabar):
    assert sum(path.stat().st_size for path in kabar.path.rglob("*") if path.is_file()) < 2_000_000


def test_the_script_makes_no_markup_of_data_and_asks_for_nothing():
    script = (SITE / "static" / "site.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|fetch\(|XMLHttpRequest|import\(", script)


def test_no_page_has_a_script_or_a_style_of_its_own_and_each_forbids_them(made):
    _, reported = made
    for path in reported.path.rglob("*.html"):
        data = path.read_text("utf-8")
        assert "default-src 'none'" in data
        assert "unsafe" not in data
        assert not re.search(r"<style|\sstyle=|\son\w+=\"", data)
        inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", data)
        assert all('type="application/json"' in attributes for attributes in inline)


def test_what_a_corpus_says_is_escaped_everywhere(tmp_path):
    root = hostile(tmp_path / "corpus", ROOT / "schema" / "anchor.json")
    reported = Corpus.open(root).report()
    assert reported.ok
    for path, page in _pages(reported.path).items():
        data = (reported.path / path).read_text("utf-8")
        scripts = page.tags.count("script")
        assert scripts == (2 if path == "search.html" else 1), path
        assert not {"img", "style", "b", "textarea"} & set(page.tags), path
        assert not [name for name, _ in page.attributes if name.startswith("on")], path
        assert data.count("<script>") == 0
        for link in page.links:
            assert not link.startswith("javascript"), (path, link)
    files = [path.relative_to(reported.path).as_posix() for path in reported.path.rglob("*.html")]
    assert len({name.lower() for name in files}) == len(files)
    assert all(re.fullmatch(r"[a-z0-9_./-]+", name) for name in files)
    page = next(page for path, page in _pages(reported.path).items() if path.startswith("articles/one"))
    assert LONG in page.paragraphs
    assert ATTACK in "".join(page.texts)
    (block,) = re.findall('<script type="application/json" id="data">(.*?)</script>', (reported.path / "search.html").read_text("utf-8"))
    (table,) = [each for each in json.loads(block)["tables"] if each["name"] == "rows"]
    assert [row[2] for row in table["rows"]][: len(KEYS)] == list(KEYS)


def test_a_large_corpus_is_sampled_by_hash_and_every_page_says_so(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    reported = Corpus.open(root).report(articles=2, rows=5)
    pages = _pages(reported.path)
    assert len([path for path in pages if path.startswith("articles/")]) == 3  # two, and the list of them
    assert len([path for path in pages if path.startswith("speakers/")]) == 3
    for path, page in pages.items():
        assert "2 of 5 articles" in "".join(page.texts), path
    assert "looks in" in "".join(pages["search.html"].texts)
    before = tree(reported.path)
    assert Corpus.open(root).report(articles=2, rows=5).sample == reported.sample
    assert tree(reported.path) == before


def test_the_site_of_a_corpus_in_a_storage_is_written_to_a_folder_here(tmp_path):
    url = put(copy_corpus(tmp_path / "corpus", FIRST_CUT), "memory://report/corpus")
    with pytest.raises(CannotGoOn, match="written to a folder of this machine"):
        Corpus.open(url).report()
    assert Corpus.open(url).report(tmp_path / "far").ok
    assert tree(tmp_path / "far") == tree(Corpus.open(tmp_path / "corpus").report().path)


def test_progress_ends_when_the_last_page_is_written(tmp_path):
    told = []
    Corpus.open(copy_corpus(tmp_path / "corpus", FIRST_CUT)).report(progress=lambda *each: told.append(each))
    counts = [(done, total) for what, done, total in told if what == "writing"]
    assert counts == [(done, counts[-1][1]) for done in range(1, counts[-1][1] + 1)]


def test_the_same_corpus_gives_the_same_site(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    once, again = (Corpus.open(root).report(tmp_path / name).path for name in ("once", "again"))
    assert tree(once) == tree(again)


def test_nothing_is_replaced_that_is_no_site(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years", "utf-8")
    with pytest.raises(CannotGoOn, match="no site that corpusbuild wrote"):
        Corpus.open(root).report(mine)
    made = Corpus.open(root).make(tmp_path / "made")
    with pytest.raises(CannotGoOn, match="no site that corpusbuild wrote"):
        Corpus.open(root).report(made.path)
    site = Corpus.open(root).report(tmp_path / "site").path
    with pytest.raises(CannotGoOn, match="not a data set that corpusbuild wrote"):
        Corpus.open(root).make(site)
    with pytest.raises(CannotGoOn, match="among the sources"):
        Corpus.open(root).report(root / "raw" / "site")
    assert (mine / "thesis.txt").read_text("utf-8") == "years"
    assert not list(tmp_path.glob(".mine*"))


def test_a_corpus_with_errors_has_no_site_and_the_old_one_stands(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    assert inside(root, "report").status == 0
    before = tree(root / "dist" / "report")
    path = root / "raw" / "putin-akan-ke-pyongyang.txt"
    path.write_text(path.read_text("utf-8")[100:], "utf-8", newline="\n")
    ran = inside(root, "report")
    assert ran.status == 1
    assert "quote-not-found" in ran.out
    assert "nothing was written" in ran.err
    assert tree(root / "dist" / "report") == before


def test_the_command_says_what_it_wrote_and_how_to_open_it(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    ran = inside(root, "report", "--articles", "3", "--out", "site")
    assert ran.status == 0
    assert re.match(r"wrote site: \d+ pages, 0\.\d MB; open site/index\.html\n", ran.out)
    assert "it shows 3 of 5 articles" in ran.out
    json_too = inside(root, "report", "--out", "site", "--format", "json")
    assert (json_too.status, json_too.findings) == (0, [])


def test_a_corpus_s_own_checks_decide_over_its_site_once_they_are_trusted(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    (root / "own.py").write_bytes((ROOT / "checks" / "weekday_date_mismatch.py").read_bytes())
    config = root / "pyproject.toml"
    text = config.read_text("utf-8").replace('checks = ["attribution"]', 'checks = ["attribution", "own.py"]')
    config.write_text(text + '\n[tool.corpusbuild.severity]\nweekday-date-mismatch = "error"\n', "utf-8")
    assert inside(root, "report").status == 0
    trusted = inside(root, "report", "--trust")
    assert trusted.status == 1
    assert "weekday-date-mismatch" in trusted.out


def test_without_the_extra_the_error_names_it(tmp_path):
    root = copy_corpus(tmp_path / "corpus", FIRST_CUT)
    code = (
        "import sys\n"
        "class Nowhere:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'jinja2':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Nowhere())\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: None if name == 'jinja2' else real(name, package)\n"
        "from corpusbuild.cli import main\n"
        "sys.argv = ['corpusbuild', 'report']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'corpusbuild[report]'" in done.stderr


def test_the_code_of_the_site_knows_no_field_of_any_layer():
    """What it shows follows from the schema alone: another schema gets a report as good."""
    named = {"claim", "claims", "cue", "stance", "stances", "speaker", "speakers", "certainty", "polarity", "headline", "furniture"}
    for path in [*SITE.rglob("*.py"), *SITE.rglob("*.html"), *SITE.rglob("*.js"), *SITE.rglob("*.css")]:
        words = set(re.findall(r"\w+", re.sub(r"(?m)#.*$|\{#.*?#\}|^//.*$", "", path.read_text("utf-8")).lower()))
        assert not words & named, path.name


# ---- names ----


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_a_slug_is_safe_on_every_file_system_and_no_two_ids_share_one(one, other):
    for name in (one, other):
        made = slug(name)
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", made)
        assert made not in {"con", "nul", "index", "com1"}
        assert not made.endswith(".")
    assert (slug(one) == slug(other)) == (one == other)


def test_a_plain_id_is_its_own_slug_and_others_keep_what_is_plain_of_them():
    assert slug("vladimir-putin") == "vladimir-putin"
    assert slug("Été 1").startswith("ete-1.")
    assert slug("c1") != slug("C1")
    assert slug("con") != "con"
    assert slug("index") != "index"
    assert len(slug("ü" * 100)) < 100


@given(st.text())
def test_a_block_of_data_ends_no_script_and_comes_back_as_it_was(text):
    block = as_block({"said": text})
    assert not re.search("[<>&\u2028\u2029]", block)
    assert json.loads(block) == {"said": text}


# ---- marks ----

TEXTS = st.text(alphabet="ab \n", max_size=40)


@st.composite
def marked(draw):
    """A text, and marks anywhere in it."""
    text = draw(TEXTS.filter(lambda each: each.strip()))
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] < pair[1])
    ranges = draw(st.lists(places, max_size=12))
    homes = draw(st.lists(st.booleans(), min_size=len(ranges), max_size=len(ranges)))
    return text, [Mark(start, end, row, row % 3, home) for row, ((start, end), home) in enumerate(zip(ranges, homes, strict=True))]


@given(marked())
def test_pieces_are_the_text_and_each_has_exactly_the_marks_that_lie_over_it(case):
    text, marks = case
    found = paragraphs(lines(text), marks)
    assert [text[each.start : each.end] for each in found] == [line for line in text.split("\n") if line.strip()]
    for paragraph in found:
        assert "".join(text[piece.start : piece.end] for piece in paragraph.pieces) == text[paragraph.start : paragraph.end]
        for piece in paragraph.pieces:
            over = {mark.row for mark in marks if mark.start <= piece.start and piece.end <= mark.end and not mark.home}
            assert {each.mark.row for each in piece.over} == over
            assert set(piece.homes) == {mark.row for mark in marks if mark.start <= piece.start and piece.end <= mark.end and mark.home}


def test_a_mark_over_no_words_is_not_drawn():
    (paragraph,) = paragraphs([(0, 4)], [Mark(2, 2, 1, 0), Mark(0, 4, 2, 0)])
    assert {each.mark.row for piece in paragraph.pieces for each in piece.over} == {2}


@given(marked())
def test_two_marks_over_the_same_words_are_never_drawn_on_one_line(case):
    text, marks = case
    for paragraph in paragraphs(lines(text), marks):
        lanes: dict[int, set[int]] = {}
        for piece in paragraph.pieces:
            assert len({over.lane for over in piece.over}) == len(piece.over)
            for over in piece.over:
                lanes.setdefault(over.mark.row, set()).add(over.lane)
        assert all(len(each) == 1 for each in lanes.values())  # and one keeps its line
