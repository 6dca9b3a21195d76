"""A small corpus of invented articles that two people have annotated, and documents made up for laws."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bundled import ROOT
from corpusbuild import Corpus
from corpusbuild.agreement.aligning import Alignment, align
from corpusbuild.agreement.reading import Reading
from corpusbuild.agreement.skipping import skipped
from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.where import Origin
from corpusbuild.placing import place_document
from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span
from corpusbuild.workflow.agreeing import _tallies
from corpusbuild.workflow.reading import Annotated

SPEC = ROOT / "tests" / "spec"
CONFIG = """
[tool.corpusbuild.agree]
align = { claims = "content" }
ordinal = ["claims.certainty"]
symmetric = { "relations.type" = ["restates", "agrees", "contradicts"] }
skip = { zones = { kind = "furniture" } }
"""
ARTICLES = ("dermaga", "kapal")


def two_annotators(root: Path) -> Path:
    """The corpus at ``root``: ana and budi have annotated both articles alike, in folders of their own; there is no gold yet."""
    shutil.copytree(SPEC / "base-attribution", root)
    shutil.copytree(ROOT / "schema", root / "schema")
    config = (root / "pyproject.toml").read_text("utf-8").replace('gold = "ana"', 'gold = "gold"')
    (root / "pyproject.toml").write_text(config + CONFIG, "utf-8")
    people = [{"id": name, "kind": "human"} for name in ("ana", "budi", "gold")]
    write(root / "annotations" / "annotators.json", [*people, {"id": "mesin", "kind": "model", "prediction": True}])
    for article in ARTICLES:
        path = root / "annotations" / f"{article}.json"
        document = json.loads(path.read_text("utf-8"))
        path.unlink()
        for name in ("ana", "budi"):
            write(root / "annotations" / name / f"{article}.json", {**document, "annotator": name})
    return root


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")


def read(root: Path, annotator: str, article: str) -> dict[str, Any]:
    return json.loads((root / "annotations" / annotator / f"{article}.json").read_text("utf-8"))


def change(root: Path, annotator: str, article: str, edit: Callable[[dict[str, Any]], object]) -> None:
    document = read(root, annotator, article)
    edit(document)
    write(root / "annotations" / annotator / f"{article}.json", document)


def detach(root: Path, article: str) -> tuple[str, str]:
    """Take the text of an article away, and write positions in the place of its quotations; return the text and its hash."""
    path = root / "raw" / f"{article}.txt"
    text = path.read_text("utf-8")
    path.unlink()
    digest = hashlib.sha256(text.encode()).hexdigest()
    metadata = json.loads((root / "raw" / f"{article}.json").read_text("utf-8"))
    write(root / "raw" / f"{article}.json", {**metadata, "text": {"sha256": digest, "chars": len(text)}})

    def position(words: str) -> dict[str, Any]:
        start = text.index(words)
        return {"start": start, "end": start + len(words), "check": check_value(text, Span(start, start + len(words)))}

    def positions(document: dict[str, Any]) -> None:
        for claim in document["claims"]:
            claim.update({name: position(claim[name]) for name in ("extent", "source", "cue")})
            claim["content"] = [position(words) for words in claim["content"]]

    for name in ("ana", "budi"):
        change(root, name, article, positions)
    return text, digest


# ---- documents made up ----

TEXT = "Sari berkata tarif naik lagi. Tono menilai ombak tenang sekali. Menurut Dewi, Sari menyebut dermaga aman."
_STARTS = [0]
for _word in TEXT.split()[:-1]:
    _STARTS.append(TEXT.index(" ", _STARTS[-1]) + 1)


def _anchor(first: int, last: int) -> dict[str, Any]:
    start, end = _STARTS[first], _STARTS[last] + len(TEXT.split()[last])
    return {"exact": TEXT[start:end], "start": start}


_N = len(_STARTS)


@st.composite
def anchors(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(st.integers(0, _N - 1))
    return _anchor(first, min(first + draw(st.integers(0, 3)), _N - 1))


def _claims() -> st.SearchStrategy[list[dict[str, Any]]]:
    whole = _anchor(0, _N - 1)
    claim = st.fixed_dictionaries(
        {
            "extent": st.just(whole),
            "content": anchors().map(lambda one: [one]),
            "speakers": st.lists(st.sampled_from(["sari", "tono", "dewi"]), unique=True, max_size=2),
            "attribution": st.sampled_from(["direct", "indirect", "none"]),
            "type": st.sampled_from(["fact", "norm"]),
            "polarity": st.just("affirmed"),
            "certainty": st.sampled_from(["certain", "probable", "possible", "unlikely"]),
        },
        optional={"source": st.none() | anchors(), "cue": anchors(), "act": st.sampled_from(["say", "ask", None])},
    )
    return st.lists(claim, max_size=4).map(lambda found: [{"id": f"c{i}", **each} for i, each in enumerate(found, start=1)])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """An annotation document about :data:`TEXT`; its keys are its own."""
    claims = draw(_claims())
    keys = [each["id"] for each in claims]
    stance = st.fixed_dictionaries(
        {
            "speaker": st.sampled_from(["sari", "tono"]),
            "target": st.sampled_from(["tarif", "dermaga"]),
            "label": st.sampled_from(["favor", "against", "neutral"]),
            "basis": st.just("explicit"),
            "evidence": st.lists(st.sampled_from(keys), unique=True, max_size=2) if keys else st.just([]),
        }
    )
    relation = st.fixed_dictionaries(
        {
            "from": st.sampled_from(keys or [""]),
            "to": st.sampled_from(keys or [""]),
            "type": st.sampled_from(["agrees", "supports"]),
        }
    )
    zones = draw(st.lists(st.fixed_dictionaries({"extent": anchors(), "kind": st.sampled_from(["body", "caption"])}), max_size=2))
    stances = draw(st.lists(stance, max_size=3))
    relations = draw(st.lists(relation, max_size=3)) if keys else []
    return {
        "claims": claims,
        "stances": [{"id": f"s{i}", **each} for i, each in enumerate(stances)],
        "relations": [{"id": f"r{i}", **each} for i, each in enumerate(relations)],
        "zones": zones,
    }


def reading(annotated: Annotated, article: str, annotator: str, value: dict[str, Any]) -> Reading:
    """A document with its places, as it would be read from a file."""
    origin = Origin(f"annotations/{annotator}/{article}.json")
    of = Article(article, TEXT, "", len(TEXT), {}, Origin(f"raw/{article}.json"), Origin(f"raw/{article}.txt"))
    placed, findings = place_document(value, of, origin, annotated.plan.levels)
    found = Reading.of(of, annotator, origin, value, placed, annotated.plan.levels)
    assert found is not None, findings
    return found


def aligned(
    annotated: Annotated, pairs: list[tuple[dict[str, Any], dict[str, Any]]], names: tuple[str, str] = ("ana", "budi")
) -> Alignment:
    """Two people's documents about as many articles, matched."""
    readings = {
        f"article-{i}": (reading(annotated, f"article-{i}", names[0], one), reading(annotated, f"article-{i}", names[1], other))
        for i, (one, other) in enumerate(pairs)
    }
    return align(*names, readings, annotated.comparisons, annotated.plan.config.agree.threshold)


def values(annotated: Annotated, alignment: Alignment) -> dict[str, tuple[Any, ...]]:
    """Every figure with its interval, by name; agr without whose it is first."""
    away = skipped({}, alignment.readings, {}, annotated.comparisons)
    found = [tally.figure(draws=20) for tally in _tallies(alignment, annotated.comparisons, away)]
    return {each.name: (each.value, each.low, each.high, each.used, each.dropped, dict(each.labels)) for each in found}


def annotated(root: Path) -> Annotated:
    return Annotated.of(Corpus.open(root, search=False))
