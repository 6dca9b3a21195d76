"""The lock: what was signed off comes back, merges by line, and holds every article in its split."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundled import ROOT, copy_corpus, inside
from corpusbuild import Corpus
from corpusbuild.corpus.config import Splits
from corpusbuild.corpus.locate import Locator
from corpusbuild.diagnostics.where import InFile
from corpusbuild.lock import (
    BESIDE,
    FILE,
    BadLock,
    Lock,
    SignedArticle,
    SignedDocument,
    SignedField,
    SignedRegistry,
    dumps,
    loads,
    totals,
)
from corpusbuild.render.signing import signing as render
from corpusbuild.workflow import signing
from dealing_by_name import deal
from generated import make_corpus, many, unlike

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
SPLITS = st.sampled_from(["train", "validation", "dev_1"])
COUNTS = st.integers(0, 2**40)
ROWS = st.dictionaries(NAMES, COUNTS | st.lists(NAMES, max_size=4).map(tuple), max_size=3)
RATIOS = {"train": 0.8, "validation": 0.1, "test": 0.1}


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    names = draw(st.sets(NAMES, max_size=5))
    documents = st.dictionaries(NAMES, st.builds(SignedDocument, HASHES, ROWS), max_size=2)
    articles = {name: SignedArticle(name, draw(SPLITS), draw(HASHES), draw(HASHES), draw(documents)) for name in names}
    registries = {name: SignedRegistry(name, draw(HASHES), draw(ROWS)) for name in draw(st.sets(NAMES, max_size=2))}
    labels = st.none() | st.dictionaries(NAMES, COUNTS, max_size=3)
    keys = draw(st.sets(st.tuples(NAMES, NAMES), max_size=4))
    fields = {key: SignedField(*key, draw(NAMES), draw(st.booleans()), draw(COUNTS), draw(labels)) for key in keys}
    return Lock(draw(NAMES), draw(st.none() | NAMES), articles, registries, fields)


# ---- the file ----


@given(locks())
def test_what_was_signed_off_comes_back(lock: Lock) -> None:
    assert loads(dumps(lock)) == lock
    assert dumps(loads(dumps(lock))) == dumps(lock)


@given(locks())
def test_every_entry_knows_its_line(lock: Lock) -> None:
    data = dumps(lock)
    back = loads(data)
    for name in lock.articles:
        origin = back.where("article", name)
        assert json.loads(data[origin.offset : origin.offset + (origin.length or 0)])["article"] == name
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / FILE).write_bytes(data)
            assert Locator(Path(folder)).place(InFile(origin)).line == data[: origin.offset].count(b"\n") + 1


@given(st.binary(max_size=200) | st.builds(lambda lock, cut: dumps(lock)[:cut], locks(), st.integers(0, 400)))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    for merging in (False, True):
        with contextlib.suppress(BadLock):
            loads(data, merging=merging)


def test_a_lock_is_the_same_for_the_same_corpus(tmp_path):
    articles, documents = many(30)
    one = make_corpus(tmp_path / "one", articles, documents)
    other = make_corpus(tmp_path / "other", reversed(articles), reversed(documents))
    for root in (one, other):
        assert Corpus.open(root).lock(jobs=2 if root == one else 1).written
    assert (one / "corpus.lock").read_bytes() == (other / "corpus.lock").read_bytes()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


def test_totals_are_those_of_the_data_set(corpus):
    signed = Corpus.open(corpus).lock()
    made = Corpus.open(corpus).make()
    assert signed.after is not None
    assert made.summary is not None
    rows = {name: table.rows for name, table in made.summary.tables.items()}
    found = totals(signed.after)
    assert {name: rows[name] for name in found} == found
    assert found["claims"] > 0


def test_fields_are_counted_as_they_are_in_the_data_set(corpus):
    pa = pytest.importorskip("pyarrow.parquet")
    lock = Corpus.open(corpus).lock().after
    made = Corpus.open(corpus).make()
    rows = [row for path in sorted((made.path / "data/claims").glob("*.parquet")) for row in pa.read_table(path).to_pylist()]
    assert lock is not None
    for (table, path), field in lock.fields.items():
        if table != "claims" or "[]" in path or "." in path:
            continue
        values = [row[path] for row in rows]
        assert field.nulls == values.count(None), path
        if field.labels is not None:
            assert field.labels == {name: values.count(name) for name in field.labels}, path
    inner = [each["speaker"] for row in rows for each in row["via"] or ()]
    assert inner
    assert lock.fields["claims", "via[].speaker"].nulls == 0
    assert lock.fields["claims", "via[].words"].nulls == sum(each["words"] is None for row in rows for each in row["via"] or ())


# ---- the command ----


def test_signing_off_shows_what_changes_and_writes_once(corpus):
    first = inside(corpus, "lock")
    assert first.status == 0
    assert "signed off 5 articles in corpus.lock" in first.out
    data = (corpus / "corpus.lock").read_bytes()
    assert "corpus.lock is as the corpus" in inside(corpus, "lock").out
    _lose_a_claim(corpus)
    shown = inside(corpus, "lock", "--dry-run")
    assert "-c7" in shown.out
    assert "nothing was written" in shown.out
    assert (corpus / "corpus.lock").read_bytes() == data
    assert "signed off" in inside(corpus, "lock").out
    assert (corpus / "corpus.lock").read_bytes() != data


def test_a_corpus_with_errors_is_not_signed_off(corpus):
    (corpus / "raw/putin-akan-ke-pyongyang.txt").unlink()
    done = inside(corpus, "lock")
    assert done.status == 1
    assert "nothing was signed off" in done.err
    assert not (corpus / "corpus.lock").exists()


def test_locked_is_green_right_after_a_sign_off_and_red_after_any_edit(corpus):
    assert inside(corpus, "make", "--locked").status == 1
    assert not (corpus / "dist/kabar-klaim").exists()
    inside(corpus, "lock")
    assert inside(corpus, "make", "--locked").status == 0
    manifest = (corpus / "dist/kabar-klaim/manifest.json").read_bytes()
    _lose_a_claim(corpus)
    done = inside(corpus, "make", "--locked")
    assert done.status == 1
    assert '"c7" is gone' in done.out
    assert (corpus / "dist/kabar-klaim/manifest.json").read_bytes() == manifest
    assert inside(corpus, "make").status == 0


def test_locked_forgives_nothing(corpus):
    inside(corpus, "lock")
    _lose_a_claim(corpus)
    config = corpus / "pyproject.toml"
    waiver = '[[tool.corpusbuild.waive]]\nrule = "count-drift"\nwhere = "annotations/*"\nreason = "so it is"\n'
    config.write_text(config.read_text("utf-8") + '\n[tool.corpusbuild.severity]\ncount-drift = "off"\n\n' + waiver, "utf-8")
    assert inside(corpus, "make").status == 0
    done = inside(corpus, "make", "--locked")
    assert done.status == 1
    assert "error[CB601]" in done.out


def _lose_a_claim(corpus: Path) -> None:
    path = corpus / "annotations/putin-akan-ke-pyongyang.json"
    document = json.loads(path.read_bytes())
    document["claims"] = [claim for claim in document["claims"] if claim["id"] != "c7"]
    for relation in list(document["relations"]):
        if "c7" in (relation["from"], relation["to"]):
            document["relations"].remove(relation)
    for stance in document["stances"]:
        stance["evidence"] = [claim for claim in stance["evidence"] if claim != "c7"]
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"lock":1', '"lock":true'),
        ('"lock":1', '"lock":1.0'),
        ('"split":"test"', '"split":""'),
        ('"split":"test"', '"split":"train","split":"test"'),
        ('{"registry":"speakers"', '{"registry":"annotators"'),
    ],
)
def test_a_lock_that_says_two_things_or_odd_ones_is_an_error(old, new, corpus):
    inside(corpus, "lock")
    text = (corpus / "corpus.lock").read_text("utf-8")
    assert old in text
    (corpus / "corpus.lock").write_text(text.replace(old, new, 1), "utf-8")
    done = inside(corpus, "make", "--locked")
    assert done.status == 2
    assert "corpus.lock:" in done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"<<<<<<< HEAD", "a merge was left unfinished"),
        (b"{", "not JSON"),
        (b"[]", "not one of a lock"),
        (b'{"article": "x"}', "not one of a lock"),
        (b'{"registry": "x", "sha256": "no", "rows": {}}', "not one of a lock"),
    ],
)
def test_a_lock_that_cannot_be_read_is_an_error_with_its_line(line, said, corpus):
    inside(corpus, "lock")
    lines = (corpus / "corpus.lock").read_bytes().split(b"\n")
    (corpus / "corpus.lock").write_bytes(b"\n".join([*lines[:2], line, *lines[2:]]))
    for command in ("make", "check", *(() if line.startswith(b"<") else ("lock",))):
        done = inside(corpus, command)
        assert done.status == 2
        assert said in done.err
        assert "corpus.lock:3" in done.err


@pytest.mark.parametrize(
    "line",
    [
        {"registry": "x", "sha256": "00" * 31, "rows": {}},
        {"registry": "x", "sha256": "00" * 32, "rows": {"": -1}},
        {"registry": "x", "sha256": "00" * 32, "rows": {"": True}},
        {"registry": "x", "sha256": "00" * 32, "rows": {"": ["joko", 7]}},
        {"table": "x", "field": "y", "type": "string", "nullable": True, "nulls": 1 << 63},
        {"table": "x", "field": "y", "type": "string", "nullable": True, "nulls": 0, "labels": {"a": "1"}},
        {"table": 7, "field": "y", "type": "string", "nullable": True, "nulls": 0},
    ],
    ids=json.dumps,
)
def test_a_line_whose_hash_count_or_name_is_none_is_no_line_of_a_lock(line):
    head = dumps(Lock("c", None, {}, {}, {}))
    with pytest.raises(BadLock) as error:
        loads(head + json.dumps(line).encode() + b"\n")
    assert error.value.place == "corpus.lock:2"


def signed(corpus="c", **articles):
    return Lock(corpus, "ana", articles, {"speakers": SignedRegistry("speakers", "", {"": ("joko",)})}, {})


def test_what_a_sign_off_changes_is_shown_article_by_article_and_field_by_field():
    one = SignedDocument("1", {"claims": ("c1", "c2"), "zones": 3})
    before = signed(
        a=SignedArticle("a", "train", "t", "m", {"ana": one, "budi": one, "dewi": one}),
        b=SignedArticle("b", "train", "t", "m", {"ana": one}),
        c=SignedArticle("c", "train", "t", "m", {}),
    )
    after = signed(
        a=SignedArticle("a", "test", "u", "n", {"ana": replace(one, sha256="2"), "dewi": one, "tono": one}),
        b=SignedArticle("b", "train", "t", "n", {"ana": SignedDocument("2", {"claims": ("c2", "c3"), "zones": 2})}),
        d=SignedArticle("d", "test", "t", "m", {}),
    )
    keys = [("claims", name) for name in ("act", "cue", "note", "type")]
    was = [SignedField(*key, "string", nullable=False, nulls=0) for key in keys[:2]]
    is_ = [SignedField(*keys[0], "int64", nullable=True, nulls=4), SignedField(*keys[2], "string", nullable=True, nulls=1)]
    label = SignedField(*keys[3], "string", nullable=False, nulls=0, labels={"fact": 3, "norm": 1, "wish": 2})
    before = replace(before, fields={(each.table, each.path): each for each in [*was, label]})
    other = replace(label, labels={"fact": 3, "norm": 2, "plan": 1})
    after = replace(after, fields={(each.table, each.path): each for each in [*is_, other]})
    lines = list(render(before, after, written=False))
    assert lines[lines.index("") :] == [
        "",
        "+ d (test)",
        "- c (train)",
        "~ a: train → test",
        "~ a: another text",
        "~ a: other content by ana, the same rows",
        "~ a: no longer annotated by budi",
        "~ a: annotated by tono",
        "~ b: other metadata",
        "~ b: claims by ana 2 → 2 (+c3 -c1)",
        "~ b: zones by ana 3 → 2",
        "+ claims.note (string)",
        "- claims.cue (string)",
        "~ claims.act: string → int64 or null",
        "~ claims.act: null in 0 → 4 rows",
        "~ claims.type",
        "    norm         1  →         2",
        "    plan       new  →         1",
        "    wish         2  →      gone",
        "",
        "nothing was written",
    ]


def test_of_many_changed_articles_the_first_are_named_and_all_are_counted():
    articles = {f"a{number:02}": SignedArticle(f"a{number:02}", "train", "t", "m", {}) for number in range(23)}
    lines = list(render(signed(), signed(**articles), written=True))
    assert lines[lines.index("") + 1 :] == [
        *(f"+ a{number:02} (train)" for number in range(20)),
        "… and 3 more changes of articles",
        "",
        "signed off 23 articles in corpus.lock",
    ]


def test_own_checks_that_did_not_run_are_named_where_a_corpus_is_signed_off(corpus):
    name = "own\x1b[2J.py"
    (corpus / name).write_bytes((ROOT / "checks" / "weekday_date_mismatch.py").read_bytes())
    path = corpus / "pyproject.toml"
    listed = 'checks = ["attribution", "own\\u001b[2J.py"]'
    path.write_text(path.read_text("utf-8").replace('checks = ["attribution"]', listed), "utf-8")
    done = inside(corpus, "lock", "--dry-run")
    assert (done.status, done.err) == (0, "note: this corpus's own checks did not run: own␛[2J.py; --trust lets them\n")
    assert (inside(corpus, "lock", "--dry-run", "--trust").err, inside(corpus, "lock", "--dry-run").err) == ("", "")


def test_rows_of_another_annotator_explain_no_labels_of_the_gold(tmp_path):
    def span(key, label="PER"):
        return {"id": key, "words": "kata1x0", "label": label}

    document = {"article": "m", "annotator": "ana", "spans": [span("s1")]}
    root = make_corpus(tmp_path / "corpus", [{"id": "m", "text": unlike(1)}], [document], 'gold = "ana"\n')
    mine, other = root / "annotations" / "m.json", root / "annotations" / "budi" / "m.json"
    other.parent.mkdir()
    other.write_text(json.dumps({**document, "annotator": "budi", "spans": [span("s1"), span("s2")]}), "utf-8")
    Corpus.open(root).lock()
    other.write_text(json.dumps({**document, "annotator": "budi"}), "utf-8")
    assert drifts(root) == ['spans of "m" by "budi": 1 row, signed off were 2; "s2" is gone']
    mine.write_text(json.dumps({**document, "spans": [span("s1", "ORG")]}), "utf-8")
    assert len(drifts(root)) == 2
    assert drifts(root)[1].startswith("spans.label: ")


def drifts(root: Path) -> list[str]:
    return [each.finding.message for each in Corpus.open(root).make().report if each.finding.name.endswith("-drift")]


def test_two_lines_for_one_article_are_an_error(corpus):
    inside(corpus, "lock")
    lines = (corpus / "corpus.lock").read_bytes().split(b"\n")
    (corpus / "corpus.lock").write_bytes(b"\n".join([*lines[:2], lines[1], *lines[2:]]))
    done = inside(corpus, "make")
    assert done.status == 2
    assert "has a second line" in done.err


def test_the_lock_of_another_corpus_is_drift(corpus):
    inside(corpus, "lock")
    config = corpus / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('name = "kabar-klaim"', 'name = "lain"'), "utf-8")
    done = inside(corpus, "make", "--locked")
    assert (done.status, 'the name of the corpus ("kabar-klaim" was signed off)' in done.out) == (1, True)
    assert "corpus: kabar-klaim → lain" in inside(corpus, "lock").out


# ---- merging ----


def test_two_branches_that_add_articles_merge(tmp_path):
    root = make_corpus(tmp_path / "corpus", [{"id": "m", "text": unlike(1)}], [{"article": "m", "annotator": "ana"}])
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]

    def run(*words: str) -> None:
        subprocess.run([*git, *words], cwd=root, check=True, capture_output=True)

    def add(name: str, seed: int) -> None:
        (root / f"raw/{name}.txt").write_text(unlike(seed))
        (root / f"raw/{name}.json").write_text("{}")
        (root / f"annotations/{name}.json").write_text(json.dumps({"article": name, "annotator": "ana"}))
        assert Corpus.open(root).lock().written
        run("add", "-A")
        run("commit", "-m", name)

    (root / ".gitignore").write_text(".corpusbuild\n")
    Corpus.open(root).lock()
    run("init")
    run("add", "-A")
    run("commit", "-m", "base")
    run("checkout", "-b", "other")
    add("z", 2)
    run("checkout", "main")
    add("a", 3)
    # Both branches have signed off other numbers for the fields, and git may say so.
    subprocess.run([*git, "merge", "other"], cwd=root, check=False, capture_output=True)
    lines = [line for line in (root / "corpus.lock").read_text("utf-8").splitlines() if line.startswith('{"article"')]
    assert [json.loads(line)["article"] for line in lines] == ["a", "m", "z"]
    signed = inside(root, "lock")
    assert signed.status == 0, signed.err
    assert inside(root, "make", "--locked").status == 0


def test_both_sides_of_a_merge_must_agree_on_a_split(corpus):
    inside(corpus, "lock")
    head, first, *rest = (corpus / "corpus.lock").read_text("utf-8").splitlines()
    there = first.replace('"split":"test"', '"split":"train"')
    merged = [head, "<<<<<<< HEAD", first, "=======", there, ">>>>>>> other", *rest]
    (corpus / "corpus.lock").write_text("\n".join(merged), "utf-8")
    done = inside(corpus, "lock")
    assert (done.status, "on one side of the merge" in done.err) == (2, True)
    (corpus / "corpus.lock").write_text("\n".join([head, "<<<<<<< HEAD", first, "=======", first, *rest]), "utf-8")
    assert "half-way" in inside(corpus, "lock").err
    (corpus / "corpus.lock").write_text("\n".join([head, "<<<<<<< HEAD", first, "=======", first, ">>>>>>> other", *rest]), "utf-8")
    assert "signed off" in inside(corpus, "lock").out
    assert inside(corpus, "make", "--locked").status == 0


# ---- splits come from the lock ----


@given(
    st.dictionaries(NAMES, st.none() | st.sampled_from(["g1", "g2", "g3"]), max_size=8),
    st.dictionaries(NAMES, st.none() | st.sampled_from(["g1", "g2", "g3", "g4"]), max_size=8),
    st.sampled_from([RATIOS, {"train": 0.1, "validation": 0.1, "test": 0.8}]),
)
def test_an_article_stays_where_it_was_whatever_is_added(old: dict[str, Any], new: dict[str, Any], ratios: dict[str, float]) -> None:
    before = deal(old, [], Splits(group="event", ratios=RATIOS)).split
    after = deal({**new, **old}, [], Splits(group="event", ratios=ratios), before)
    assert not after.torn
    assert not after.moved
    assert {article: after.split[article] for article in old} == before
    for article, group in new.items():
        mates = [other for other, its in old.items() if its == group and group is not None]
        if article not in old and mates:
            assert after.split[article] == before[mates[0]]


def test_other_ratios_move_nothing_that_was_signed_off(tmp_path):
    articles = [{"id": f"a{n:02}", "text": unlike(n), "event": f"e{n}"} for n in range(40)]
    documents = [{"article": each["id"], "annotator": "ana"} for each in articles]
    ratios = "[tool.corpusbuild.splits]\ngroup = 'event'\nratios = { train = %s, test = %s }\n"
    root = make_corpus(tmp_path / "corpus", articles, documents, ratios % (0.8, 0.2))
    signed = Corpus.open(root).lock().after
    assert signed is not None
    (root / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "made"\n' + ratios % (0.2, 0.8))
    again = Corpus.open(root).lock().after
    assert again is not None
    assert again.splits == signed.splits
    (root / "corpus.lock").unlink()
    anew = Corpus.open(root).lock().after
    assert anew is not None
    assert anew.splits != signed.splits


# ---- large corpora ----


def test_past_a_number_of_articles_the_lines_are_in_a_file_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "MOST_LINES", 10)
    articles, documents = many(30)
    root = make_corpus(tmp_path / "corpus", articles, documents)
    signed = Corpus.open(root).lock()
    assert signed.written
    assert (root / BESIDE).is_file()
    assert b'"article"' not in (root / "corpus.lock").read_bytes()
    assert signing.read_lock(root) == signed.after
    assert inside(root, "make", "--locked").status == 0

    # A run that was killed before the last step.
    (root / BESIDE).rename(root / f".{BESIDE}.new")
    assert signing.read_lock(root) == signed.after
    shutil.copy(root / f".{BESIDE}.new", root / BESIDE)

    (root / f"annotations/{articles[0]['id']}.json").unlink()
    assert "is gone" in inside(root, "make").out
    (root / BESIDE).write_bytes(b"PAR1")
    done = inside(root, "make")
    assert done.status in (0, 2)
    (root / f".{BESIDE}.new").unlink()
    done = inside(root, "make")
    assert (done.status, "take both from the same commit" in done.err) == (2, True)
