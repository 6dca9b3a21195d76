"""Texts come back by their hashes alone, whole or paragraph by paragraph; what is nearly one of them is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bundled import inside, outside, tree
from corpusbuild import Corpus
from corpusbuild.errors import CannotWrite, UnknownName
from corpusbuild.text.pieces import sha256_of
from detaching import BASE, PASAR, SEEDS, corpus_of_seeds, corpus_of_two, forget, sources

JEMBATAN = (BASE / "raw" / "jembatan.txt").read_text("utf-8")
KEPT = Path(".corpusbuild") / "text"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two detached articles, whose texts nobody has."""
    root = corpus_of_two(tmp_path / "corpus")
    Corpus.open(root).detach(["pasar", "jembatan"])
    forget(root)
    return root


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A reader's own folder."""
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def put(folder: Path, name: str, text: str | bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def states(root: Path, *folders: Path) -> dict[str, tuple[bool, int, int, int]]:
    """Article → whether its text is whole, its paragraphs, its spans, and those not checked."""
    found = Corpus.open(root).hydrate(folders)
    return {each.id: (each.whole, each.at_hand, each.spans, each.unproven) for each in found.articles}


def notes(root: Path) -> list[str]:
    return [f"{each.place.path}: {each.finding.code} {each.finding.message}" for each in Corpus.open(root).check()]


# ---- whole ----


@pytest.mark.parametrize("name", ["pasar.txt", "x/y/z.html", "README"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "MENU\n\nBeranda\n\n" + text.replace("\n\n", "\n \n\n\n") + "\nBaca juga: yang lain\n",
        lambda text: text.replace("\n", "  \n    "),
    ],
)
def test_a_text_is_found_by_its_words_whatever_stands_around_them(root: Path, mine: Path, name: str, change) -> None:
    put(mine, name, change(PASAR))
    assert states(root, mine) == {"jembatan": (False, 0, 2, 2), "pasar": (True, 4, 8, 0)}
    assert (root / KEPT / f"{sha256_of(PASAR)}.txt").read_bytes() == PASAR.encode()
    assert [each for each in notes(root) if "pasar" in each] == []


def test_normal_forms_do_not_matter(tmp_path: Path, mine: Path) -> None:
    import unicodedata

    root = corpus_of_two(tmp_path / "other")
    text = PASAR.replace("Joko", "Jokó")
    put(root, "raw/pasar.txt", text)
    put(root, "annotations/pasar.json", '{"article": "pasar", "annotator": "ana", "claims": [{"id": "c1", "extent": "Jokó Lestari"}]}')
    Corpus.open(root).detach(["pasar"])
    forget(root)
    put(mine, "a", unicodedata.normalize("NFD", text))
    assert Corpus.open(root).hydrate([mine]).ok


def test_paragraphs_of_several_files_make_a_text(root: Path, mine: Path) -> None:
    lines = PASAR.splitlines()
    put(mine, "1", "\n".join(lines[:3]))
    put(mine, "2", "\n".join(lines[3:]))
    hydrated = Corpus.open(root).hydrate([mine])
    assert hydrated.refused == ()
    assert [(each.id, each.whole, each.sources) for each in hydrated.articles][1] == ("pasar", True, (str(mine / "1"), str(mine / "2")))


def test_with_every_text_whole_all_is_well(root: Path, mine: Path) -> None:
    put(mine, "a.txt", PASAR)
    put(mine, "b.txt", JEMBATAN)
    ran = outside(root, "hydrate", str(mine))
    assert ran.status == 0, ran
    assert ran.out.splitlines() == [
        f"whole    jembatan: from {mine / 'b.txt'}, 2 spans checked",
        f"whole    pasar: from {mine / 'a.txt'}, 8 spans checked",
        "2 of 2 detached texts are at hand whole; 10 of 10 spans were checked against words",
    ]
    assert notes(root) == []
    shutil.rmtree(mine)
    mine.mkdir()
    assert "pasar: at hand before, 8 spans checked" in inside(root, "hydrate", str(mine)).out


def test_git_does_not_see_what_is_kept(root: Path, mine: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    put(mine, "a.txt", PASAR)
    put(mine, "b.txt", "\n".join(JEMBATAN.splitlines()[:2]))
    Corpus.open(root).hydrate([mine])
    assert len(list((root / KEPT).iterdir())) == 2
    status = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=root, check=True, capture_output=True, text=True).stdout
    assert ".corpusbuild" not in status


def test_nothing_else_of_the_corpus_changes_and_the_data_set_has_the_same_bytes(root: Path, mine: Path) -> None:
    assert Corpus.open(root).make().ok
    before, built = sources(root), tree(root / "dist")
    put(mine, "a.txt", PASAR)
    put(mine, "b.txt", JEMBATAN.replace("Kamis", "Rabu"))
    Corpus.open(root).hydrate([mine])
    assert sources(root) == before
    made = Corpus.open(root).make()
    assert made.ok
    assert not made.up_to_date  # the texts are inputs: what was not checked is checked now
    assert tree(root / "dist") == built
    assert Corpus.open(root).make(root / "whole", include_detached_text=True).ok
    assert _texts(root / "whole") == {PASAR, None}


def _texts(data_set: Path) -> set[str | None]:
    import pyarrow.parquet as pq

    return set(pq.read_table(data_set / "data" / "articles").column("text").to_pylist())


# ---- in part ----


def test_what_is_not_at_hand_is_said_and_counted(root: Path, mine: Path) -> None:
    put(mine, "a", PASAR.replace("Semua kios", "Tiap kios"))
    assert states(root, mine)["pasar"] == (False, 3, 8, 1)
    assert notes(root)[1:] == [
        (
            "raw/pasar.json: CB210 the text of this article is at hand in part (3 of 4 paragraphs): "
            "of 8 spans, 1 was not checked against its words"
        )
    ]
    # What was found before counts when the rest is.
    put(mine, "a", '"Semua kios sudah terisi," kata Rina.')
    assert states(root, mine)["pasar"] == (True, 4, 8, 0)
    assert not (root / KEPT / f"{sha256_of(PASAR)}.json").exists()


def test_a_span_is_checked_though_another_paragraph_is_missing(root: Path, mine: Path) -> None:
    path = root / "annotations" / "pasar.json"
    document = json.loads(path.read_text("utf-8"))
    document["claims"][0]["cue"]["check"] = "0" * 16
    path.write_text(json.dumps(document), "utf-8")
    assert [each.partition(": ")[2][:5] for each in notes(root)] == ["CB210", "CB210"]
    put(mine, "a", PASAR.splitlines()[-1])
    (_, pasar) = Corpus.open(root).hydrate([mine]).articles
    assert (pasar.at_hand, pasar.spans, pasar.unproven, pasar.wrong) == (1, 8, 6, 1)
    assert "annotations/pasar.json: CB204 the words at 137..144 are not the ones that were annotated" in notes(root)
    said = "in part  pasar: 1 of 4 paragraphs, at hand before, 6 of 8 spans not checked, 1 of other words (see `corpusbuild check`)"
    assert said in inside(root, "hydrate", str(mine)).out.splitlines()


def test_of_a_missing_article_without_spans_nothing_more_is_said(root: Path, mine: Path) -> None:
    put(root, "annotations/jembatan.json", '{"article": "jembatan", "annotator": "ana", "claims": []}')
    assert inside(root, "hydrate", str(mine)).out.splitlines()[0] == "missing  jembatan"


def test_the_text_of_another_is_never_taken_for_it(root: Path, mine: Path) -> None:
    put(mine, "a", "Berita lain sama sekali.\n\nTentang hal lain.\n")
    put(mine, "b", "x" * len(PASAR))  # as long, and nothing else
    hydrated = Corpus.open(root).hydrate([mine])
    assert (hydrated.ok, hydrated.refused) == (False, ())
    assert not any(each.at_hand for each in hydrated.articles)
    assert inside(root, "hydrate", str(mine)).out.splitlines()[-1] == (
        "0 of 2 detached texts are at hand whole; 0 of 10 spans were checked against words"
    )


def test_a_paragraph_of_white_space_is_not_missed(tmp_path: Path, mine: Path) -> None:
    root = corpus_of_two(tmp_path / "other")
    put(root, "raw/pasar.txt", PASAR.replace("\n\nMenurut", "\n\u00a0\nMenurut"))
    Corpus.open(root).detach(["pasar"])
    forget(root)
    put(mine, "a", PASAR.replace("kios", "kjos"))
    (refused,) = Corpus.open(root).hydrate([mine]).refused
    assert (refused.line, refused.paragraph, refused.difference.meant) == (4, 3, "i")
    put(mine, "a", PASAR)
    assert Corpus.open(root).hydrate([mine]).ok


# ---- refused ----


@pytest.mark.parametrize("known", ["by its hash", "by its words"])
@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("Rina Sutanto", "Rina Susanto", "3:18", '"s" (U+0073 LATIN SMALL LETTER S) stands where "t" (U+0074 LATIN SMALL LETTER T) should'),
        ("atap pasar", "atap\u00a0pasar", "6:36", "(U+00A0 NO-BREAK SPACE) stands where (U+0020 SPACE) should"),
        ("bocor.", "bocor", "6:54", '"." (U+002E FULL STOP) is left out'),
        ('"Semua', '""Semua', "4:2", "has been put in"),
        ("dibuka lagi\n", "dibuka lagi!\n", "1:23", '"!" (U+0021 EXCLAMATION MARK) has been put in'),
    ],
)
def test_one_character_is_enough_to_refuse_a_text_and_is_shown(  # noqa: PLR0917  the columns of the table above
    root: Path, mine: Path, tmp_path: Path, old: str, new: str, place: str, said: str, known: str
) -> None:
    if known == "by its words":
        put(tmp_path / "true", "a.txt", PASAR)
        Corpus.open(root).hydrate([tmp_path / "true"])
    assert PASAR.count(old) >= 1
    put(mine, "a.txt", PASAR.replace(old, new, 1))
    ran = inside(root, "hydrate", str(mine))
    assert ran.status == 1
    lines = ran.out.splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.startswith("refused")]
    path, line, column = re.fullmatch(r"refused  (.*):(\d+):(\d+): this is not the text of pasar", lines[at]).groups()
    assert path == str(mine / "a.txt")
    if said == "has been put in":  # of two quotation marks, either
        assert (line, column) in {("4", "1"), ("4", "2")}
    else:
        assert f"{line}:{column}" == place
    assert said in lines[at + 1]
    assert (root / KEPT / f"{sha256_of(PASAR)}.txt").exists() == (known == "by its words")


def test_of_what_cannot_be_explained_the_paragraph_is_named(root: Path, mine: Path) -> None:
    put(mine, "a.txt", PASAR.replace("pedagang Joko", "penjual bernama Joko"))
    put(mine, "b.txt", "\n".join(PASAR.splitlines()[:4]))
    first, second = Corpus.open(root).hydrate([mine]).refused
    assert (first.line, first.column, first.paragraph, first.chars, first.difference) == (6, 1, 4, (61, 54), None)
    assert (second.line, second.paragraph, second.paragraphs) == (0, 4, 4)
    out = inside(root, "hydrate", str(mine)).out
    assert "paragraph 4 of 4 is the first that differs: it has 61 characters here, and should have 54" in out
    assert "paragraph 4 of 4 is the first that is not there" in out


def test_a_text_without_blocks_is_known_as_a_whole(root: Path, mine: Path) -> None:
    path = root / "raw" / "pasar.json"
    metadata = json.loads(path.read_text("utf-8"))
    del metadata["blocks"]
    path.write_text(json.dumps(metadata), "utf-8")
    put(mine, "a", PASAR.replace("bocor", "bocer"))
    (refused,) = Corpus.open(root).hydrate([mine]).refused
    assert (refused.line, refused.column, refused.difference.stands, refused.difference.meant) == (6, 52, "e", "o")
    put(mine, "a", PASAR.rstrip("\n"))
    assert states(root, mine)["pasar"] == (True, 0, 8, 0)


# ---- what is looked at ----


def test_links_and_pipes_and_what_is_no_text_are_left_alone(root: Path, mine: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "a.txt", PASAR)
    (mine / "link.txt").symlink_to(tmp_path / "elsewhere" / "a.txt")
    (mine / "folder").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    os.mkfifo(mine / "pipe")
    put(mine, "picture.png", b"\x89PNG\xff")
    put(mine, ".hidden/a.txt", PASAR)
    hydrated = Corpus.open(root).hydrate([mine])
    assert (hydrated.unread, hydrated.articles[1].whole) == (2, False)
    assert "2 files are no text, or too large, and were left out\n" in inside(root, "hydrate", str(mine)).out
    # A file that is named is meant.
    assert Corpus.open(root).hydrate([mine / "link.txt"]).articles[1].whole


def test_a_folder_that_is_not_there(root: Path) -> None:
    with pytest.raises(UnknownName):
        Corpus.open(root).hydrate([root / "nowhere"])


def test_a_corpus_without_detached_articles(tmp_path: Path, mine: Path) -> None:
    root = corpus_of_two(tmp_path / "whole")
    ran = inside(root, "hydrate", str(mine))
    assert (ran.status, ran.out) == (0, "no article is detached\n")


def test_nothing_is_kept_outside_the_corpus(root: Path, mine: Path, tmp_path: Path) -> None:
    put(mine, "a", PASAR)
    forget(root)
    (tmp_path / "out").mkdir()
    (root / ".corpusbuild").mkdir()
    (root / KEPT).symlink_to(tmp_path / "out", target_is_directory=True)
    with pytest.raises(CannotWrite):
        Corpus.open(root).hydrate([mine])
    assert list((tmp_path / "out").iterdir()) == []


def test_names_cannot_command_the_terminal(root: Path, mine: Path) -> None:
    put(mine, "\x1b[2Jx.txt", PASAR)
    out = inside(root, "hydrate", str(mine)).out
    assert "x.txt" in out
    assert "\x1b" not in out


def test_wrong_blocks_keep_no_text_from_being_found(root: Path, mine: Path) -> None:
    path = root / "raw" / "pasar.json"
    metadata = json.loads(path.read_text("utf-8"))
    metadata["blocks"][1], metadata["blocks"][2] = metadata["blocks"][2], metadata["blocks"][1]
    path.write_text(json.dumps(metadata), "utf-8")
    put(mine, "a", PASAR)
    assert states(root, mine)["pasar"][0]
    assert [each for each in notes(root) if "pasar" in each] == [
        "raw/pasar.json: CB214 24..97 does not lie behind the block before it, 98..135"
    ]


# ---- without corpusbuild ----


def test_the_lines_on_the_card_hydrate_the_data_set(root: Path, mine: Path, tmp_path: Path) -> None:
    assert Corpus.open(root).make().ok
    card = (root / "dist" / "kabar-kota" / "README.md").read_text("utf-8")
    (lines,) = re.findall(r"puts them back:\n\n```python\n(.*?)```", card, re.DOTALL)
    assert lines.count("\n") == 5
    assert "corpusbuild" not in lines
    work = tmp_path / "work"
    shutil.copytree(root / "dist" / "kabar-kota", work / "kabar-kota")
    put(work / "my-texts", "deep/any name.txt", "\ufeff" + PASAR.replace("\n", "\r\n"))
    tell = "import json\nprint(json.dumps([list(rows['article_id']), list(rows['text']), str(rows.features['text'])]))\n"
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    env.pop("PYTHONPATH", None)
    done = subprocess.run([sys.executable, "-c", lines + tell], cwd=work, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ids, texts, kind = json.loads(done.stdout)
    assert dict(zip(ids, texts, strict=True)) == {"jembatan": None, "pasar": PASAR}
    assert kind == "Value('string')"


# ---- the source articles ----


@pytest.fixture
def seeds(tmp_path: Path) -> tuple[Path, int]:
    if not SEEDS.is_dir():
        pytest.skip(f"the source articles are not here: there is no {SEEDS}")
    root, spans = corpus_of_seeds(tmp_path / "seeds")
    Corpus.open(root).detach([path.stem for path in sorted((root / "raw").glob("*.txt"))])
    forget(root)
    return root, spans


def test_with_the_source_articles_every_span_is_checked_and_without_them_the_rest_is(seeds: tuple[Path, int]) -> None:
    root, spans = seeds
    made = Corpus.open(root).make()
    assert made.ok
    assert [each.finding.code for each in made.report] == ["CB210"] * 5
    built = tree(root / "dist")
    hydrated = Corpus.open(root).hydrate([SEEDS])
    assert hydrated.ok
    assert [(each.whole, each.unproven) for each in hydrated.articles] == [(True, 0)] * 5
    assert sum(each.spans for each in hydrated.articles) == spans > 100
    made = Corpus.open(root).make()
    assert (made.ok, list(made.report)) == (True, [])
    assert tree(root / "dist") == built


def test_a_source_article_with_one_character_changed_is_refused(seeds: tuple[Path, int], tmp_path: Path) -> None:
    root, _ = seeds
    seed = sorted(SEEDS.glob("*.txt"))[2]
    text = seed.read_text("utf-8")
    at = text.index(" ", len(text) // 2)
    put(tmp_path, "mine/a.txt", text[:at] + "_" + text[at + 1 :])
    hydrated = Corpus.open(root).hydrate([tmp_path / "mine"])
    (refused,) = hydrated.refused
    assert (refused.article, refused.difference.stands, refused.difference.meant) == ("asal-2", "_", " ")
    assert (refused.line, refused.column) == (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    (found,) = [each for each in hydrated.articles if each.at_hand]
    assert (found.id, found.paragraphs - found.at_hand) == ("asal-2", 1)
    assert 0 < found.unproven < found.spans
