"""What the options of `check` do: which findings count, how they are shown, and which files are looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import tomllib
from datetime import date, timedelta
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from bundled import PEERS, ROOT, Ran, copy_corpus, inside, outside
from corpusbuild import Corpus
from corpusbuild.render.sarif import sarif as render
from terminals import on_terminal

ARTICLE = "putin-akan-ke-pyongyang"
ANNOTATION = f"annotations/{ARTICLE}.json"
OTHER = "annotations/pertemuan-di-vostochny.json"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


def swap(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_bytes().decode()
    assert old in text, f"the bundled corpus has changed: no {old!r} in {path}"
    (folder / path).write_bytes(text.replace(old, new, 1).encode())


def spoil(folder: Path, *, quote: bool = True, label: bool = True, blank: bool = True) -> None:
    """CB201 and CB104 (errors), CB209 (a warning), each in one place."""
    if quote:
        swap(folder, ANNOTATION, '"cue": "mengumumkan"', '"cue": "mengumumkam"')
    if label:
        swap(folder, OTHER, '"type": "prediction"', '"type": "predictiom"')
    if blank:
        swap(folder, ANNOTATION, '"source": "Rusia dan Korea Utara"', '"source": "Rusia dan Korea Utara "')


def config(folder: Path, text: str) -> None:
    path = folder / "pyproject.toml"
    path.write_text(path.read_text("utf-8") + "\n" + text, "utf-8")


def codes(folder: Path, *words: str) -> list[str]:
    return sorted(each["code"] for each in inside(folder, "check", "--format", "json", *words).findings)


# ---- which rules ----


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ((), ["CB104", "CB201", "CB209"]),
        (("--select", "CB201"), ["CB201"]),
        (("--select", "quote-not-found"), ["CB201"]),
        (("--select", "CB2"), ["CB201", "CB209"]),
        (("--select", "cb2"), ["CB201", "CB209"]),
        (("--select", "CB1", "--select", "CB209"), ["CB104", "CB209"]),
        (("--ignore", "CB2"), ["CB104"]),
        (("--ignore", "quote-not-found", "--ignore", "CB104"), ["CB209"]),
        (("--select", "CB2", "--ignore", "CB209"), ["CB201"]),
        (("--select", "CB4"), []),
    ],
)
def test_select_and_ignore_take_names_codes_and_beginnings_of_codes(corpus, words, left):
    spoil(corpus)
    assert codes(corpus, *words) == left
    assert inside(corpus, "check", *words).status == (1 if {"CB104", "CB201"} & set(left) else 0)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(("word", "near"), [("quote-not-fuond", "quote-not-found"), ("CB2O1", "CB201")])
def test_an_unknown_rule_ends_the_run_and_the_nearest_is_named(corpus, option, word, near):
    ran = inside(corpus, "check", option, word)
    assert ran.status == 2
    assert f'there is no rule "{word}"' in ran.err
    assert f'did you mean "{near}"?' in ran.err


def test_letters_alone_are_no_beginning_of_a_code(corpus):
    assert inside(corpus, "check", "--select", "CB").status == 2


def test_strict_makes_errors_of_warnings(corpus):
    spoil(corpus, quote=False, label=False)
    assert inside(corpus, "check").status == 0
    ran = inside(corpus, "check", "--strict", "--format", "json")
    assert ran.status == 1
    assert [each["severity"] for each in ran.findings] == ["error"]
    assert inside(corpus, "make", "--strict").status == 1
    assert inside(corpus, "make").status == 0


def test_max_bounds_what_is_shown_and_counts_the_rest(corpus):
    spoil(corpus)
    ran = inside(corpus, "check", "--max", "1")
    assert len(re.findall(r"^(?:error|warning)\[", ran.out, re.MULTILINE)) == 1
    assert "… and 2 more findings (--max 0 shows all)" in ran.out
    assert "2 errors, 1 warning" in ran.out
    assert "more findings" not in inside(corpus, "check", "--max", "0").out
    assert len(inside(corpus, "check", "--max", "1", "--format", "json").findings) == 3


def test_an_error_is_shown_before_a_warning_that_stands_higher_in_the_file(corpus):
    spoil(corpus, label=False)
    assert inside(corpus, "check", "--max", "1").out.startswith("error[CB201]")


# ---- severity in the config ----


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ('span-edge-whitespace = "error"', "error"),
        ('CB209 = "error"', "error"),
        ('CB209 = "note"', "note"),
        ('CB209 = "off"', None),
        ('CB308 = "off"\nCB209 = "error"', "error"),
    ],
)
def test_the_config_says_how_grave_a_rule_is(corpus, said, severity):
    spoil(corpus, quote=False, label=False)
    config(corpus, f"[tool.corpusbuild.severity]\n{said}\n")
    ran = inside(corpus, "check", "--format", "json")
    assert [each["severity"] for each in json.loads(ran.out)["findings"]] == ([severity] if severity else [])
    assert ran.status == (severity == "error")


@pytest.mark.parametrize("order", [('CB31 = "off"', 'duplicate-relation = "error"'), ('duplicate-relation = "error"', 'CB31 = "off"')])
def test_what_is_said_of_one_rule_counts_more_than_what_is_said_of_many(corpus, order):
    document = json.loads((corpus / ANNOTATION).read_bytes())
    document["relations"].append({**document["relations"][0], "id": "again"})
    (corpus / ANNOTATION).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    assert codes(corpus) == ["CB312"]
    config(corpus, "[tool.corpusbuild.severity]\n" + "\n".join(order) + "\n")
    assert [each["severity"] for each in inside(corpus, "check", "--format", "json").findings] == ["error"]


def test_an_unknown_rule_in_the_config_ends_the_run(corpus):
    config(corpus, '[tool.corpusbuild.severity]\nspan-edge-whitespce = "error"\n')
    ran = inside(corpus, "check")
    assert ran.status == 2
    assert 'did you mean "span-edge-whitespace"?' in ran.err


@pytest.mark.parametrize("said", ['quote-not-found = "warning"', 'CB201 = "off"', 'CB2 = "warning"'])
def test_a_rule_whose_findings_cannot_be_compiled_stays_an_error(corpus, said):
    config(corpus, f"[tool.corpusbuild.severity]\n{said}\n")
    ran = inside(corpus, "check")
    assert ran.status == 2
    assert "cannot be compiled" in ran.err
    assert "pyproject.toml" in ran.err


def test_an_unknown_severity_is_refused(corpus):
    config(corpus, '[tool.corpusbuild.severity]\nCB209 = "fatal"\n')
    assert inside(corpus, "check").status == 2


# ---- waivers ----


def waive(folder: Path, rule: str, where: str, **more: str) -> None:
    rows = {"rule": rule, "where": where, "reason": "known", **more}
    config(folder, "[[tool.corpusbuild.waive]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in rows.items()))


def pointer_of(folder: Path, code: str) -> str:
    return next(each["place"]["pointer"] for each in inside(folder, "check", "--format", "json").findings if each["code"] == code)


@pytest.mark.parametrize(
    ("rule", "where", "waived"),
    [
        ("CB201", ANNOTATION, True),
        ("quote-not-found", ANNOTATION, True),
        ("CB2", "annotations/*.json", True),
        ("CB201", f"{ANNOTATION}#/claims/1/cue", True),
        ("CB201", f"{ANNOTATION}#/claims/*", True),
        ("CB201", "annotations/*#*/cue", True),
        ("CB201", OTHER, False),
        ("CB201", f"{ANNOTATION}#/claims/2/cue", False),
        ("CB104", ANNOTATION, False),
        ("CB201", "raw/*", False),
    ],
)
def test_a_waiver_forgives_a_rule_in_a_place(corpus, rule, where, waived):
    spoil(corpus, label=False, blank=False)
    assert pointer_of(corpus, "CB201") == "/claims/1/cue"
    waive(corpus, rule, where)
    ran = inside(corpus, "check", "--format", "json")
    said = json.loads(ran.out)
    if waived:
        assert (ran.status, ran.findings) == (0, [])
        assert [(each["code"], each["reason"]) for each in said["waived"]] == [("CB201", "known")]
    else:
        assert ran.status == 1
        assert codes(corpus) == ["CB201", "CB609"]
        assert said["waived"] == []


def test_a_waiver_without_a_reason_is_refused(corpus):
    config(corpus, '[[tool.corpusbuild.waive]]\nrule = "CB201"\nwhere = "raw/*"\n')
    assert inside(corpus, "check").status == 2


def test_a_waiver_of_an_unknown_rule_is_refused(corpus):
    waive(corpus, "quote-not-fond", "raw/*")
    ran = inside(corpus, "check")
    assert (ran.status, 'did you mean "quote-not-found"?' in ran.err) == (2, True)


@pytest.mark.parametrize(("until", "ended"), [("2026-03-01", True), ("2026-03-02", False), ("2026-03-03", False)])
def test_a_waiver_holds_through_its_last_day(corpus, until, ended):
    spoil(corpus, label=False, blank=False)
    waive(corpus, "CB201", "annotations/*", until=until)
    found = sorted(each.finding.code for each in Corpus.open(corpus).check(today=date(2026, 3, 2)))
    assert found == (["CB201", "CB610"] if ended else [])
    assert list(Corpus.open(corpus).check()) == []  # no day was given: none has ended


@pytest.mark.parametrize(("until", "ended"), [("0.0.9", True), ("0.1.0", True), ("0.1.1", False), ("0.10.0", False)])
def test_a_waiver_ends_with_a_version(corpus, until, ended):
    spoil(corpus, label=False, blank=False)
    waive(corpus, "CB201", "annotations/*", until=until)
    assert codes(corpus) == (["CB201", "CB610"] if ended else [])


def test_of_two_waivers_the_one_whose_time_is_not_over_counts(corpus):
    spoil(corpus, label=False, blank=False)
    waive(corpus, "CB201", "annotations/*", until="0.0.1")
    waive(corpus, "CB201", ANNOTATION)
    assert codes(corpus) == ["CB609"]


def test_an_unused_waiver_is_pointed_at_in_the_config(corpus):
    waive(corpus, "CB201", "raw/*")
    waive(corpus, "CB202", "raw/*")
    found = inside(corpus, "check", "--format", "json").findings
    lines = (corpus / "pyproject.toml").read_text("utf-8").splitlines()
    assert [each["code"] for each in found] == ["CB609", "CB609"]
    assert [lines[each["place"]["line"]] for each in found] == ['rule = "CB201"', 'rule = "CB202"']


def test_make_does_not_take_a_waiver_for_what_cannot_be_compiled(corpus):
    spoil(corpus, label=False)
    waive(corpus, "CB201", "annotations/*")
    waive(corpus, "CB209", "annotations/*")
    assert inside(corpus, "check").status == 0
    ran = inside(corpus, "make", "--format", "json")
    assert ran.status == 1
    assert [each["code"] for each in ran.findings] == ["CB201"]


def test_a_make_with_nothing_to_do_says_the_same_of_waivers(corpus):
    spoil(corpus, quote=False, label=False)
    waive(corpus, "CB209", "annotations/*")
    first = inside(corpus, "make", "--format", "sarif")
    assert first.status == 0
    assert inside(corpus, "make", "--format", "sarif").out == first.out
    assert '"suppressions"' in first.out


# ---- taking up an old corpus ----


def test_add_waivers_forgives_what_is_wrong_today_and_nothing_new(corpus):
    spoil(corpus)
    before = (corpus / "pyproject.toml").read_bytes()
    ran = inside(corpus, "check", "--add-waivers")
    assert ran.status == 0
    assert ran.out == "no findings (3 waived)\n"
    assert ran.err == "wrote 3 waivers to pyproject.toml\n"
    after = (corpus / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    waivers = tomllib.loads(after.decode())["tool"]["corpusbuild"]["waive"]
    assert {each["until"] for each in waivers} == {(date.today() + timedelta(days=90)).isoformat()}  # noqa: DTZ011
    swap(corpus, ANNOTATION, '"cue": "kekhawatiran"', '"cue": "kekhawatirann"')
    assert codes(corpus) == ["CB201"]
    assert inside(corpus, "check", "--add-waivers").status == 0
    assert len(Corpus.open(corpus).config.waive) == 4


def test_add_waivers_writes_nothing_where_nothing_is_wrong(corpus):
    before = (corpus / "pyproject.toml").read_bytes()
    assert inside(corpus, "check", "--add-waivers").err == "wrote 0 waivers to pyproject.toml\n"
    assert (corpus / "pyproject.toml").read_bytes() == before


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\r\n", "# the last word", "\n[tool.other]\nx = 1\n"])
def test_every_other_byte_of_the_config_stays(corpus, end):
    spoil(corpus, label=False, blank=False)
    path = corpus / "pyproject.toml"
    before = path.read_bytes().rstrip() + end.encode()
    path.write_bytes(before)
    assert inside(corpus, "check", "--add-waivers").status == 0
    assert path.read_bytes().startswith(before)


def test_names_with_signs_of_patterns_are_taken_as_they_are(corpus):
    for name in ("a[1]", "a?b", 'it\'s "so"', "c#d"):
        (corpus / "raw" / f"{name}.txt").write_text("Judul\n\nBeberapa kata saja untuk " + name + ".\n", "utf-8")
    assert codes(corpus)
    assert inside(corpus, "check", "--add-waivers", "--strict").status == 0


def test_waivers_that_are_one_value_cannot_be_added_to(corpus):
    spoil(corpus, label=False)
    swap(corpus, "pyproject.toml", 'gold = "gold"', 'gold = "gold"\nwaive = [{ rule = "CB209", where = "annotations/*", reason = "x" }]')
    before = (corpus / "pyproject.toml").read_bytes()
    ran = inside(corpus, "check", "--add-waivers")
    assert ran.status == 2
    assert "[[tool.corpusbuild.waive]]" in ran.err
    assert (corpus / "pyproject.toml").read_bytes() == before


def test_a_waiver_is_never_waived(corpus):
    waive(corpus, "CB201", "raw/*")
    assert inside(corpus, "check", "--add-waivers").err == "wrote 0 waivers to pyproject.toml\n"


# ---- json ----


def test_the_output_is_as_its_schema_says(corpus):
    schema = json.loads((ROOT / "docs" / "findings.schema.json").read_bytes())
    jsonschema_rs.meta.validate(schema)
    judge = jsonschema_rs.Draft202012Validator(closed(schema), offline=True)
    judge.validate(json.loads(inside(corpus, "check", "--format", "json").out))
    spoil(corpus)
    waive(corpus, "CB104", "annotations/*")
    (corpus / "raw" / "dobel.txt").write_bytes((corpus / "raw" / f"{ARTICLE}.txt").read_bytes())
    (corpus / "raw" / "dobel.json").write_bytes((corpus / "raw" / f"{ARTICLE}.json").read_bytes())
    value = json.loads(inside(corpus, "check", "--format", "json").out)
    judge.validate(value)
    assert value["format"] == schema["properties"]["format"]["const"] == 1
    assert value["counts"] == {"error": 1, "warning": len(value["findings"]) - 1, "note": 0}
    assert any(each["also"] for each in value["findings"])


def closed(schema):
    """The schema, with every property that it does not name refused: what is printed is documented."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    return (
        {**made, "unevaluatedProperties": False}
        if isinstance(made.get("properties"), dict) and made.get("type") == "object" and "code" not in made["properties"]
        else made
    )


# ---- sarif ----


@pytest.fixture(scope="module")
def sarif_schema():
    path = PEERS / "sarif" / "sarif-schema-2.1.0.json"
    if not path.is_file():
        pytest.skip("the schema of SARIF 2.1.0 is not here")
    schema = json.loads(path.read_bytes())
    draft = jsonschema_rs.Draft7Validator if "draft-07" in schema["$schema"] else jsonschema_rs.Draft4Validator
    return draft(schema, offline=True)


def test_sarif_is_valid(corpus, sarif_schema):
    sarif_schema.validate(sarif(corpus))
    spoil(corpus)
    waive(corpus, "CB104", "annotations/*")
    (corpus / "raw" / "tanpa metadata & 100%.txt").write_text("Judul\n", "utf-8")
    sarif_schema.validate(sarif(corpus))


def sarif(folder: Path, *words: str) -> dict:
    return json.loads(inside(folder, "check", "--format", "sarif", *words).out)


def results(folder: Path) -> list[dict]:
    return sarif(folder)["runs"][0]["results"]


def test_every_rule_is_declared_and_every_result_leads_to_its_own(corpus):
    spoil(corpus)
    run = sarif(corpus)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    listed = re.findall(r"^(CB\d+) ", inside(corpus, "explain", "--list").out, re.MULTILINE)
    assert [rule["id"] for rule in rules] == listed
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_result_of_a_rule_that_is_not_declared_leads_to_none(corpus):
    spoil(corpus)
    (text,) = render(Corpus.open(corpus).check(), [], lambda _: "")
    run = json.loads(text)["runs"][0]
    assert run["tool"]["driver"]["rules"] == []
    assert {"CB104", "CB201"} <= {each["ruleId"] for each in run["results"]}
    assert not [each for each in run["results"] if "ruleIndex" in each]


def test_a_region_is_where_the_words_stand(corpus):
    spoil(corpus, label=False, blank=False)
    (result,) = results(corpus)
    place = result["locations"][0]["physicalLocation"]
    region = place["region"]
    line = (corpus / place["artifactLocation"]["uri"]).read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == '"mengumumkam"'


def prints(folder: Path) -> dict[str, str]:
    return {result["ruleId"]: next(iter(result["partialFingerprints"].values())) for result in results(folder)}


def test_fingerprints_survive_edits_elsewhere_in_the_file(corpus):
    spoil(corpus)
    before = prints(corpus)
    assert len(before) == 3
    swap(corpus, ANNOTATION, '"claims": [', '"note": "a line above",\n\n\n  "claims": [')
    assert prints(corpus) == before
    document = json.loads((corpus / ANNOTATION).read_bytes())
    document["claims"].insert(0, {**document["claims"][8], "id": "c0"})
    (corpus / ANNOTATION).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    assert prints(corpus) == before


def test_fingerprints_differ_among_equal_findings(corpus):
    text = (corpus / ANNOTATION).read_text("utf-8")
    (corpus / ANNOTATION).write_text(text.replace('"certainty": "certain"', '"certainty": "sure"'), "utf-8")
    made = [next(iter(result["partialFingerprints"].values())) for result in results(corpus)]
    assert len(set(made)) == len(made) > 3


def test_what_is_waived_is_a_suppressed_result(corpus):
    spoil(corpus, label=False, blank=False)
    waive(corpus, "CB201", "annotations/*")
    (result,) = results(corpus)
    assert result["ruleId"] == "CB201"
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "known"}]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text there")
def test_a_file_name_that_is_no_text_is_shown_in_every_format(corpus, sarif_schema):
    Path(os.fsdecode(os.fsencode(corpus / "raw") + b"/a\xffb.txt")).write_text("Judul\n", "utf-8")
    for name in ("human", "concise", "json", "github"):
        ran = inside(corpus, "check", "--format", name)
        assert (ran.status, ran.err) == (1, ""), name
        ran.out.encode()
    log = sarif(corpus)
    sarif_schema.validate(log)
    assert "raw/a%FFb.txt" in json.dumps(log)


# ---- github ----


def test_each_finding_is_a_workflow_command(corpus):
    spoil(corpus)
    lines = inside(corpus, "check", "--format", "github").out.splitlines()
    assert len(lines) == 3
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::error"]
    assert re.match(
        rf"::error file={re.escape(ANNOTATION)},line=\d+,endLine=\d+,col=\d+,title=CB201 quote-not-found,endColumn=\d+::", lines[2]
    )


def test_a_stranger_s_words_begin_no_command_of_their_own(corpus):
    evil = "x\\n::error file=a,line=1::y\\r\\n::set-output name=a::b % , : \\u0007\\u2028::stop"
    swap(corpus, ANNOTATION, '"act": "say"', f'"act": "{evil}"')
    swap(corpus, OTHER, '"certainty": "certain"', f'"certainty": "certain", "{evil}": 1')
    (corpus / "raw" / "100%, a: b\n::error::c.txt").write_text("Judul\n", "utf-8")
    for name in ("github", "concise", "human"):
        ran = inside(corpus, "check", "--format", name)
        assert ran.status == 1
        lines = ran.out.split("\n")[:-1]
        assert not any(ord(c) < 32 or c in "\x7f\u2028" for line in lines for c in line), name
        if name == "github":
            assert all(re.match(r"::(error|warning|notice) file=[^:]*::[^\n]*$", line) for line in lines), lines
            assert any("file=raw/100%25%2C a%3A b" in line for line in lines)
        else:
            assert not any(line.startswith("::") for line in lines)


# ---- concise ----


def test_concise_has_one_line_for_each_finding_and_nothing_else(corpus):
    spoil(corpus)
    lines = inside(corpus, "check", "--format", "concise").out.splitlines()
    assert len(lines) == 3
    for line in lines:
        found = re.fullmatch(r"(annotations/[^:]+):(\d+):(\d+): (CB\d+) ([^\n]+)", line)
        assert found is not None
    assert inside(copy_corpus(corpus.parent / "sound"), "check", "--format", "concise").out == ""


# ---- colour ----


def test_there_is_colour_where_it_is_asked_for_or_a_terminal_and_not_otherwise(corpus):
    spoil(corpus)
    assert "\x1b" not in inside(corpus, "check").out
    assert "\x1b[1;38;5;196merror[CB" in inside(corpus, "check", "--color", "always").out
    assert "\x1b" not in inside(corpus, "check", "--color", "always", "--format", "concise").out
    assert "\x1b[1;38;5;196m" in outside(corpus, "check", "--color", "always", env={"NO_COLOR": "1"}).out


@pytest.mark.parametrize(
    ("words", "env", "colour"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, True),
        ((), {"TERM": "dumb"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--format", "concise"), {}, False),
    ],
)
def test_colour_on_a_terminal(corpus, words, env, colour):
    spoil(corpus)
    with on_terminal(corpus, "check", *words, env=env) as terminal:
        said = terminal.read_to_end()
    assert "CB201" in said
    assert ("\x1b[" in said) is colour


@pytest.mark.parametrize("columns", [80, 140])
def test_no_excerpt_is_wider_than_the_terminal(corpus, columns):
    spoil(corpus)
    with on_terminal(corpus, "check", "--color", "never", columns=columns) as terminal:
        lines = terminal.read_to_end().splitlines()
    excerpts = [line for line in lines if re.match(r" *\d* \|", line)]
    assert excerpts
    assert max(map(len, excerpts)) <= columns
    assert any(line.endswith(" …") for line in excerpts) or columns == 140


# ---- some files only ----


FILES = (f"raw/{ARTICLE}.txt", f"raw/{ARTICLE}.json", ANNOTATION)


def spoil_more(folder: Path) -> None:
    spoil(folder)
    swap(folder, ANNOTATION, '"to": "c2"', '"to": "c2000"')
    swap(folder, "annotations/pakta-pertahanan-di-pyongyang.json", f'"{ARTICLE}#c9"', f'"{ARTICLE}#c900"')
    swap(folder, f"raw/{ARTICLE}.json", '"language": "id"', '"langauge": "id"')
    swap(folder, "annotations/speakers.json", '"kind": "person"', '"kind": "persom"')


@pytest.mark.parametrize("path", FILES)
def test_a_path_stands_for_its_article_and_nothing_else_is_found(corpus, path):
    spoil_more(corpus)
    everything = inside(corpus, "check", "--format", "json").findings
    ran = inside(corpus, "check", "--format", "json", path)
    assert ran.findings == [each for each in everything if each["place"]["path"] in FILES]
    assert {each["code"] for each in ran.findings} >= {"CB201", "CB209", "CB302", "CB106"}
    assert ran.status == 1


def test_several_paths_stand_for_several_articles(corpus):
    spoil_more(corpus)
    everything = inside(corpus, "check", "--format", "json").findings
    wanted = {*FILES, OTHER, OTHER.replace("annotations", "raw")}
    assert inside(corpus, "check", "--format", "json", OTHER, FILES[0]).findings == [e for e in everything if e["place"]["path"] in wanted]


def test_references_into_other_documents_are_read(corpus):
    path = "annotations/pakta-pertahanan-di-pyongyang.json"
    assert inside(corpus, "check", path).out == "no findings\n"
    swap(corpus, path, f'"{ARTICLE}#c9"', f'"{ARTICLE}#c900"')
    found = inside(corpus, "check", path, "--format", "json").findings
    assert [(each["code"], each["message"]) for each in found] == [("CB302", f'"{ARTICLE}#c900" is no key of claims')]


def test_a_sound_article_among_faulty_ones_is_fine(corpus):
    spoil(corpus)
    assert inside(corpus, "check", "annotations/rencana-kim-ke-vladivostok.json").out == "no findings\n"


@pytest.mark.parametrize("path", ["annotations/speakers.json", "schema/annotation.json", "pyproject.toml", "annotations", "."])
def test_what_all_articles_share_stands_for_the_whole_corpus(corpus, path):
    spoil_more(corpus)
    assert inside(corpus, "check", "--format", "json", path).out == inside(corpus, "check", "--format", "json").out


def test_paths_are_taken_from_the_working_folder(corpus):
    spoil(corpus)
    below = inside(corpus / "annotations", "check", "--format", "json", f"{ARTICLE}.json")
    assert below.findings == inside(corpus, "check", "--format", "json", ANNOTATION).findings != []
    aside = inside(corpus.parent, "check", "--corpus", "corpus", "--format", "json", f"corpus/{ANNOTATION}")
    assert aside.findings == below.findings


@pytest.mark.parametrize("path", ["annotations/no-such.json", "../elsewhere.json", "/etc/hostname"])
def test_an_unknown_path_ends_the_run(corpus, path):
    (corpus.parent / "elsewhere.json").write_text("{}")
    ran = inside(corpus, "check", path)
    assert ran.status == 2
    assert "is no file of this corpus" in ran.err


def test_no_waiver_is_unused_where_only_some_files_are_checked(corpus):
    waive(corpus, "CB201", OTHER)
    assert inside(corpus, "check", ANNOTATION).out == "no findings\n"


# ---- pre-commit ----


def test_the_hook_that_we_offer_checks_the_files_that_it_is_given(corpus):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] == "corpusbuild-check"
    files = [path.relative_to(corpus).as_posix() for path in sorted(corpus.rglob("*")) if path.is_file()]
    passed = [path for path in files if re.search(hook["files"], path)]
    assert {path.split("/")[0] for path in passed} == {"raw", "annotations"}
    assert len([path for path in files if path.startswith(("raw/", "annotations/")) and not path.endswith(".md")]) == len(passed)
    program, *words = hook["entry"].split()
    assert program == "corpusbuild"
    assert inside(corpus, *words, *passed).status == 0
    spoil(corpus, blank=False)
    assert inside(corpus, *words, *passed).status == 1
    assert inside(corpus, *words, FILES[0]).status == 1
    assert inside(corpus, *words, "raw/rencana-kim-ke-vladivostok.txt").status == 0


# ---- options that exclude one another ----


@pytest.mark.parametrize("words", [("--unsafe",), ("--fix", "--diff"), ("--watch", "--fix"), ("--add-waivers", "--watch"), ("--max", "-1")])
def test_options_that_make_no_sense_together_are_refused(corpus, words):
    assert inside(corpus, "check", *words).status == 2


# ---- watch ----


def test_watch_shows_the_state_again_after_each_save_and_ends_when_interrupted(corpus):
    with on_terminal(corpus, "check", "--watch") as terminal:
        first = terminal.wait_for("waiting for changes")
        assert "no findings" in first
        assert "new" not in first

        spoil(corpus, label=False, blank=False)
        second = terminal.wait_for("waiting for changes")
        assert "\x1b[H\x1b[2J" in second  # the screen is drawn anew
        assert "\x1b[7mnew \x1b[0m" in second
        assert "CB201" in second
        assert "1 new, 0 gone" in second

        swap(corpus, ANNOTATION, '"cue": "mengumumkam"', '"cue": "mengumumkan"')
        swap(corpus, OTHER, '"type": "prediction"', '"type": "predictiom"')
        third = terminal.wait_for("waiting for changes")
        while "0 new, 0 gone" in third or "CB201" in third:  # both saves were not seen at once
            third = terminal.wait_for("waiting for changes")
        assert "CB104" in third

        assert terminal.interrupt() == 130


def test_watch_does_not_end_when_the_config_is_broken_for_a_while(corpus):
    with on_terminal(corpus, "check", "--watch") as terminal:
        terminal.wait_for("waiting for changes")
        good = (corpus / "pyproject.toml").read_bytes()
        (corpus / "pyproject.toml").write_bytes(good + b"\n[tool.corpusbuild")
        broken = terminal.wait_for("waiting for changes")
        assert "this is not TOML" in broken
        assert "not checked" in broken
        (corpus / "pyproject.toml").unlink()
        gone = terminal.wait_for("waiting for changes")
        assert "not checked" in gone
        assert "pyproject.toml" in gone
        (corpus / "pyproject.toml").write_bytes(good)
        assert "no findings" in terminal.wait_for("waiting for changes")
        assert terminal.interrupt() == 130


def screen(said: str, columns: int) -> list[str]:
    """The rows that a terminal shows of what was written since it was last cleared, and the one that the cursor is on."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said.rpartition("\x1b[3J")[2])
    lines = plain.replace("\r", "").split("\n")
    return [line[i : i + columns] for line in lines for i in range(0, max(len(line), 1), columns)]


def test_watch_fits_the_screen_and_shows_what_is_new_first(corpus):
    for name in "abcdefgh":
        (corpus / "raw" / f"{name}.txt").write_text(f"Judul {name}\n\nKata.\n", "utf-8")
    config(corpus, '[tool.corpusbuild.severity]\narticle-without-metadata = "error"\n')
    with on_terminal(corpus, "check", "--watch", columns=80, lines=24) as terminal:
        first = screen(terminal.wait_for("(Ctrl-C ends)\r\n"), 80)
        assert len(first) <= 24
        assert first[0].startswith("error[")
        assert any(re.match(r"… and \d+ more finding", line) for line in first)
        spoil(corpus, label=False, quote=False)
        second = screen(terminal.wait_for("(Ctrl-C ends)\r\n"), 80)
        assert len(second) <= 24
        assert second[0].startswith("new warning[CB209]")  # though there are errors that are not new
        assert "1 new, 0 gone" in second[-2]
        assert any(re.match(r"\d+ errors", line) for line in second)


def test_watch_draws_anew_when_the_terminal_changes_its_size_and_does_not_check_again(corpus):
    spoil(corpus)
    with on_terminal(corpus, "check", "--watch", columns=80, lines=50) as terminal:
        first = screen(terminal.wait_for("(Ctrl-C ends)\r\n"), 80)
        assert sum(line.startswith("error[") for line in first) == 2
        termios.tcsetwinsize(terminal.handle, (16, 70))
        second = screen(terminal.wait_for("(Ctrl-C ends)\r\n"), 70)
        assert len(second) <= 16
        assert sum(line.startswith("error[") for line in second) == 1
        assert first[-2] in "".join(second[-3:-1])  # the time of the check, and all else that is said of it
        assert terminal.interrupt() == 130


def test_watch_sees_the_config_however_it_is_saved(corpus):
    """Many editors write a new file and put it in the old one's place, and that more than once."""
    spoil(corpus, label=False, blank=False)
    text = (corpus / "pyproject.toml").read_text("utf-8")
    with on_terminal(corpus, "check", "--watch") as terminal:
        assert "CB201" in terminal.wait_for("waiting for changes")
        for where, said in ((ANNOTATION, "no findings (1 waived)"), (OTHER, "CB201"), (ANNOTATION, "no findings (1 waived)")):
            waiver = f'\n[[tool.corpusbuild.waive]]\nrule = "CB201"\nwhere = "{where}"\nreason = "x"\n'
            (corpus / "new.toml").write_text(text + waiver, "utf-8")
            (corpus / "new.toml").replace(corpus / "pyproject.toml")
            assert said in terminal.wait_for("waiting for changes")


def test_watch_sees_the_corpus_s_own_checks(corpus):
    """A file among them, and what is put into a folder of them."""
    (corpus / "own.py").write_text("RULE = None\n", "utf-8")
    (corpus / "checks").mkdir()
    path = corpus / "pyproject.toml"
    path.write_text(path.read_text("utf-8").replace('checks = ["attribution"]', 'checks = ["attribution", "own.py", "checks"]'), "utf-8")
    with on_terminal(corpus, "check", "--watch", "--trust", "--color", "never") as terminal:
        assert "this check has no RULE\r\n  --> own.py" in terminal.wait_for("waiting for changes")
        (corpus / "own.py").write_bytes((ROOT / "checks" / "weekday_date_mismatch.py").read_bytes())
        second = terminal.wait_for("waiting for changes")
        assert "not checked" not in second
        assert "weekday-date-mismatch" in second
        (corpus / "checks" / "more.py").write_text("RULE = None\n", "utf-8")
        assert "this check has no RULE\r\n  --> checks/more.py" in terminal.wait_for("waiting for changes")
        assert terminal.interrupt() == 130


def test_watch_says_the_same_where_nobody_looks(corpus):
    """In a pipe, each state is printed below the last; a problem matcher reads them."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "corpusbuild", "check", "--watch", "--format", "concise"],
        cwd=corpus,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "waiting for changes" in process.stdout.readline()
        spoil(corpus, label=False, blank=False)
        assert re.match(rf"{re.escape(ANNOTATION)}:\d+:\d+: CB201 ", process.stdout.readline())
        assert "1 new, 0 gone" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.communicate()


def test_nothing_is_left_behind(corpus):
    """No option of check but --fix and --add-waivers writes anything."""
    spoil(corpus)
    before = {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    for words in ((), ("--diff",), ("--diff", "--unsafe"), ("--format", "sarif"), (ANNOTATION,)):
        ran: Ran = inside(corpus, "check", *words)
        assert ran.status == 1
    assert {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()} == before
    shutil.rmtree(corpus)
