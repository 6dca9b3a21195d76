"""The bundled corpus's own check: a weekday that does not go with its date is found, and nothing else is."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundled import ROOT, inside, outside
from corpusbuild import Corpus
from corpusbuild.corpus.article import Article
from corpusbuild.corpus.locate import Locator
from corpusbuild.diagnostics.where import Origin
from corpusbuild.layers.loading import load_checks
from corpusbuild.render.human import Human

CHECK = "checks/weekday_date_mismatch.py"


def rule() -> ModuleType:
    (module,) = load_checks(ROOT, (CHECK,))
    return module


RULE = rule()
WEEKDAYS, MONTHS = RULE.WEEKDAYS, RULE.MONTHS


def found(text: str, published: str | None = None) -> list[str]:
    """The words found in ``text``, each with the message."""
    origin = Origin("raw/a.json")
    article = Article("a", text, "", len(text), {"date": published}, origin, Origin("raw/a.txt"))
    return [f"{text[each.where.start : each.where.end]}: {each.message}" for each in RULE.check_article(article)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Rabu (13 Juli 2023)", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu, 13 Juli 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu 13 Juli 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu pagi, 13 Juli 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu dini hari (13/7/2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu (13/07/23", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu (13-7-2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu (13.7.2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rab, 13 Jul 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rab. 13 Jul. 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu tanggal 13 juli 2023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Rabu\u00a0(13\u00a0Juli\u00a02023", "13 Juli 2023 was a Kamis, not a Rabu"),
        ("Jum'at, 16 Nopember 2023", "16 November 2023 was a Kamis, not a Jumat"),
        ("Jum\u2019at, 16 Pebruari 2023", "16 Februari 2023 was a Kamis, not a Jumat"),
        ("Ahad, 14 Agt 2023", "14 Agustus 2023 was a Senin, not a Minggu"),
        ("Senin, 29 Februari 2024", "29 Februari 2024 was a Kamis, not a Senin"),
    ],
)
def test_a_weekday_that_does_not_go_with_its_date(words, said):
    # What follows the words in print: the bracket, or the end of a sentence.
    assert found(f"Mereka bertemu, {words}) di balai kota.") == [f"{words.removesuffix(')')}: {said}"]


@pytest.mark.parametrize(
    "text",
    [
        "Kamis (13 Juli 2023)",
        "Rabu (13 September 2023)",
        "Rabu, 19/6/2024",
        "Rabu (31 Juni 2023)",  # no calendar has it
        "Rabu (13/7)",  # nobody knows of which year
        "Rabu, 13 Juli",
        "Rabu-Kamis (12-13/7/2023)",  # a range of days
        "Rabu (1-2/9)",
        "Rabu (13/7-2023)",
        "Rabu. Pada 13 Juli 2023 mereka bertemu",
        "Rabu\n13 Juli 2023",
        "minggu 13 Juli 2023",  # the week
        "Rabunya 13 Juli 2023",
        "Prabu, 13 Juli 2023",
        "Rabu (130 Juli 2023)",
        "Rabu 13 Julian",
        "Rabu (13 Juli 20234)",
        "Rabu 00/00/2023",
        "Rabu 13/13/2023",
        "",
    ],
)
def test_what_is_right_or_cannot_be_known(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("words", "published", "day"),
    [
        ("Selasa (19/6)", "2024-06-20", "19 Juni 2024 was a Rabu"),
        ("Selasa, 19 Juni", "2024-06-20", "19 Juni 2024 was a Rabu"),
        ("Senin (31/12)", "2024-01-02", "31 Desember 2023 was a Minggu"),
        ("Senin (2/1)", "2023-12-30", "2 Januari 2024 was a Selasa"),
        ("Senin (29/2)", "2023-06-01", "29 Februari 2024 was a Kamis"),
    ],
)
def test_a_date_without_a_year_is_the_one_nearest_to_the_day_of_publication(words, published, day):
    (said,) = found(f"{words} lalu", published)
    assert day in said
    assert found(words, None) == []
    assert found(words, "kemarin") == []


def test_a_year_that_is_printed_counts_more_than_the_day_of_publication():
    assert found("Rabu (19/6/2024)", "2023-06-20") == []


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 6), st.sampled_from(["{} ({} {} {})", "{}, {} {} {}", "{} {}/{}/{}"]))
def test_every_day_has_one_weekday(day, weekday, form):
    month = MONTHS[day.month - 1] if " {} {} " in form.replace("(", "") else day.month
    text = form.format(WEEKDAYS[weekday], day.day, month, day.year)
    assert bool(found(text)) == (day.weekday() != weekday)


@given(st.dates(date(1950, 1, 1), date(2050, 12, 31)), st.integers(-150, 150))
def test_a_year_is_found_across_new_year(published, apart):
    day = published + timedelta(days=apart)
    if (day.month, day.day) != (2, 29):
        assert found(f"{WEEKDAYS[day.weekday()]} ({day.day}/{day.month})", published.isoformat()) == []


def test_the_help_names_what_may_be_meant():
    (finding,) = RULE.check_article(Article("a", "Rabu (13 Juli 2023)", "", 19, {}, Origin("raw/a.json"), Origin("raw/a.txt")))
    assert finding.help == "a Rabu was 13 September 2023 and 13 Desember 2023; correct the text, or waive this where the source has it so"


def test_a_text_that_is_not_at_hand_is_not_judged():
    assert list(RULE.check_article(Article("a", None, "0" * 64, 10, {}, Origin("raw/a.json"), detached=True))) == []


# ---- in the corpus ----


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles, a check of the corpus's own, and a user who has trusted nothing yet."""
    monkeypatch.setenv("CORPUSBUILD_CONFIG", str(tmp_path / "config"))
    root = Path(shutil.copytree(ROOT / "tests" / "spec" / "base", tmp_path / "corpus"))
    (root / "checks").mkdir()
    shutil.copy(ROOT / CHECK, root / CHECK)
    config = root / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('gold = "ana"', f'gold = "ana"\nchecks = ["{CHECK}"]'), "utf-8")
    text = (root / "raw" / "jembatan.txt").read_text("utf-8")
    (root / "raw" / "jembatan.txt").write_text(text.rstrip() + "\nPekerjaan mulai pada Senin (10/6).\n", "utf-8")
    # Two annotators of one article: what its text says is told of once.
    document = json.loads((root / "annotations" / "jembatan.json").read_text("utf-8"))
    (root / "annotations" / "budi").mkdir()
    (root / "annotations" / "budi" / "jembatan.json").write_text(json.dumps({**document, "annotator": "budi"}), "utf-8")
    return root


WAIVER = '\n[[tool.corpusbuild.waive]]\nrule = "weekday-date-mismatch"\nwhere = "raw/jembatan.txt"\nreason = "as printed"\n'

REPORT = """\
warning[KK101] weekday-date-mismatch: 10 Juni 2031 was a Selasa, not a Senin
 --> raw/jembatan.txt:5:22
  |
5 | Pekerjaan mulai pada Senin (10/6).
  |                      ^^^^^^^^^^^
  = help: a Senin was 10 Maret 2031 and 10 Februari 2031; correct the text, or waive this where the source has it so

     1  KK101  weekday-date-mismatch
1 warning"""


def test_it_is_reported_once_and_in_its_place(corpus: Path) -> None:
    report = Corpus.open(corpus).check(trust=True)
    assert "\n".join(Human(Locator(corpus).source, colour=False, width=140).report(report)) == REPORT
    assert outside(corpus, "make", "--trust").status == 0
    assert outside(corpus, "make", "--trust", "--strict").status == 1


def test_an_article_that_nobody_has_annotated_is_looked_at_too(corpus: Path) -> None:
    (corpus / "annotations" / "jembatan.json").unlink()
    shutil.rmtree(corpus / "annotations" / "budi")
    names = {each.finding.name for each in Corpus.open(corpus).check(trust=True)}
    assert names == {"weekday-date-mismatch", "article-without-annotation"}


def test_a_waiver_of_what_did_not_run_is_not_unused(corpus: Path) -> None:
    with (corpus / "pyproject.toml").open("a") as file:
        file.write(WAIVER)
    codes = lambda **options: [each.finding.code for each in Corpus.open(corpus).check(**options)]  # noqa: E731  short
    assert codes() == ["CB019"]
    assert codes(trust=True) == []
    (corpus / "raw" / "jembatan.txt").write_text("Jembatan\n\nIa memperkirakan lalu lintas pulih pada hari Kamis.\n", "utf-8")
    assert codes() == ["CB019"]
    assert codes(trust=True) == ["CB609"]


def test_make_looks_again_when_the_check_has_changed(corpus: Path) -> None:
    assert len(Corpus.open(corpus).make(trust=True).report) == 1
    assert Corpus.open(corpus).make(trust=True).up_to_date
    path = corpus / CHECK
    path.write_text(path.read_text("utf-8").replace("was a {WEEKDAYS", "fell on a {WEEKDAYS"), "utf-8")
    made = Corpus.open(corpus).make(trust=True)
    assert not made.up_to_date
    assert [each.finding.message for each in made.report] == ["10 Juni 2031 fell on a Selasa, not a Senin"]


def test_it_is_explained_where_it_is_trusted(corpus: Path) -> None:
    assert inside(corpus, "explain", "weekday-date-mismatch").status == 2
    assert inside(corpus, "check", "--trust").status == 0
    ran = inside(corpus, "explain", "weekday-date-mismatch")
    assert ran.out.startswith("KK101 weekday-date-mismatch (warning, since 0.1.0)\n\nA date in the text whose weekday is another.")
    assert "## How to mend" in ran.out


def test_in_kabarklaim_it_finds_the_error_that_is_kept_and_the_waiver_says_why() -> None:
    report = Corpus.open(ROOT, search=False).check(trust=True)
    kept = [(each, reason) for each, reason in report.waived if each.finding.name == "weekday-date-mismatch"]
    (located, reason) = next((each, reason) for each, reason in kept if each.place.path == "raw/pertemuan-di-vostochny.txt")
    assert located.finding.message == "13 Juli 2023 was a Kamis, not a Rabu"
    assert "13 September 2023" in located.finding.help
    assert "note" in reason
    assert "Rabu (13 Juli 2023)" in json.loads((ROOT / "raw" / "pertemuan-di-vostochny.json").read_text("utf-8"))["note"]
