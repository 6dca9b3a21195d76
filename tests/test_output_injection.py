"""What a stranger wrote into a corpus commands nothing: no terminal, no CI, no Markdown, no YAML, no address."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from bundled import Ran, copy_corpus, inside, outside

ACTS = (
    "\x1b]0;owned\x07",  # a terminal's title
    "\x1b[2J\x1b[1;1H",  # clears the screen
    "\x9b31m",  # the same introducer in one character
    "\r\n::error file=x::owned\n##[error]owned",  # workflow commands
    "\u202egnp.exe",  # turns the writing round
    "\u2066\u200e\u2029",
    "<script>alert(1)</script></style><img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) ![b](http://127.0.0.1/x) <http://127.0.0.1>",
    '"\'`${x}|=HYPERLINK("http://127.0.0.1")\t@SUM(1+1)',
    "---\nlicense: owned\n---\n# owned",
)
HOSTILE = " ".join(ACTS)
FORMATS = ("human", "concise", "json", "sarif", "github")


def edit(path: Path, change: Any) -> None:
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value), "utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus that is sound, in which every free text is hostile."""
    corpus = copy_corpus(tmp_path / "corpus")
    config = corpus / "pyproject.toml"
    said = config.read_text("utf-8")
    for key in ("title", "description"):
        said = re.sub(rf"^{key} = .*$", lambda _, key=key: f"{key} = {json.dumps(HOSTILE)}", said, flags=re.MULTILINE)
    config.write_text(said, "utf-8")
    edit(corpus / "annotations" / "speakers.json", lambda rows: [row.update(name=HOSTILE, role=HOSTILE) for row in rows])
    edit(corpus / "annotations" / "targets.json", lambda rows: [row.update(label=HOSTILE, description=HOSTILE) for row in rows])
    edit(corpus / "raw" / "pertemuan-di-vostochny.json", lambda row: row.update(headline=HOSTILE))
    edit(corpus / "annotations" / "pertemuan-di-vostochny.json", lambda row: [each.update(note=HOSTILE) for each in row["claims"]])
    return corpus


@pytest.fixture
def broken(corpus: Path) -> Path:
    """The same with hostile values where ids, labels, references and names of files should be, so that findings show them."""
    path = corpus / "annotations" / "pertemuan-di-vostochny.json"

    def spoil(document: dict[str, Any]) -> None:
        document["claims"][0]["speakers"] = [HOSTILE]
        document["claims"][1]["certainty"] = HOSTILE
        document["claims"][2]["content"] = [HOSTILE]
        document["claims"][3]["id"] = HOSTILE
        document["claims"][4][HOSTILE] = 1

    edit(path, spoil)
    (corpus / "raw" / "::error::owned, x=%0A #?[31m.csv").write_bytes(b"a\n")
    (corpus / "raw" / "\x1b[2J\u202eowned\n::error::x.csv").write_bytes(b"a\n")
    (corpus / "annotations" / "javascript:alert(1).json").write_bytes(b"{")
    return corpus


def commands(text: str) -> list[str]:
    """The characters of a text that a terminal obeys or that turn writing round, line feeds aside."""
    return [
        each
        for each in text
        if each != "\n" and (unicodedata.category(each) in {"Cc", "Zl", "Zp"} or unicodedata.bidirectional(each) in BIDI)
    ]


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize("form", FORMATS)
def test_findings_command_nothing(broken: Path, form: str) -> None:
    ran = inside(broken, "check", "--format", form)
    assert ran.status == 1
    assert commands(ran.out) == []
    assert commands(ran.err) == []
    assert "owned" in ran.out


def test_every_line_of_ci_is_one_finding(broken: Path) -> None:
    findings = json.loads(inside(broken, "check", "--format", "json").out)["findings"]
    lines = inside(broken, "check", "--format", "github").out.splitlines()
    said = [line for line in lines if line.startswith("::")]
    assert len(said) == len(findings)
    for line in said:
        command, options, message = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert command
        assert "::" not in options
        assert message
    assert not any(line.lstrip().startswith("##[") for line in lines)


def test_addresses_of_sarif_lead_into_the_corpus(broken: Path) -> None:
    run = json.loads(inside(broken, "check", "--format", "sarif").out)["runs"][0]
    places = [place["physicalLocation"]["artifactLocation"] for result in run["results"] for place in result["locations"]]
    for place in places:
        parts = urlsplit(place["uri"])
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", ""), place
        assert (broken / unquote(parts.path)).exists()
        assert not unquote(parts.path).startswith("/")
    assert any("javascript" in place["uri"] for place in places)


@pytest.mark.parametrize(
    "words", [("stats",), ("agree", "gold", "gold"), ("quote", "pertemuan-di-vostochny", "Kim"), ("lock",), ("make",)], ids=" ".join
)
def test_what_commands_print_commands_nothing(corpus: Path, words: tuple[str, ...]) -> None:
    ran = inside(corpus, *words)
    assert commands(ran.out.replace("\t", "")) == []  # our own, between what `quote` prints
    assert commands(ran.err) == []


def test_messages_that_end_a_run_command_nothing(tmp_path: Path) -> None:
    name = "\x1b[2J\u202eowned"
    said: list[Ran] = [
        outside(tmp_path, "check", "--corpus", name),
        outside(tmp_path, "verify", name),
        outside(tmp_path, "import", "brat", name, "--to", name),
        outside(tmp_path, name),
        outside(tmp_path, "check", f"--{name}"),
        outside(tmp_path, "explain", name),
    ]
    for ran in said:
        assert ran.status == 2, ran
        assert commands(ran.out + ran.err) == []


def test_the_card_says_what_the_config_says_and_nothing_acts(corpus: Path) -> None:
    assert inside(corpus, "make").status == 0
    card = (corpus / "dist" / "kabar-klaim" / "README.md").read_text("utf-8")
    _, front, body = card.split("---\n", 2)
    facts = yaml.safe_load(front)
    assert facts["pretty_name"] == HOSTILE
    assert facts["license"] == "cc-by-4.0"
    assert "owned" in body
    # Outside of code, nothing is HTML, a picture, or a link that we did not make.
    plain = re.sub(r"`[^`\n]*`", "", body)
    assert not re.search(r"<(?!/?(?:br|details|summary)\b)", plain)
    assert not re.search(r"(?<!\\)!\[", plain)
    assert not re.search(r"(?<!\\)\[[^\]\n]*(?<!\\)\]\((?:javascript|http://127)", plain)
    assert not re.search(r"^# owned", plain, re.MULTILINE)
    assert {each for each in commands(body) if unicodedata.bidirectional(each) not in {"LRI", "RLI", "FSI", "PDI"}} == set()
    citation = yaml.safe_load((corpus / "dist" / "kabar-klaim" / "CITATION.cff").read_text("utf-8"))
    assert citation["title"] == HOSTILE
    assert json.loads((corpus / "dist" / "kabar-klaim" / "croissant.json").read_text("utf-8"))["description"]
