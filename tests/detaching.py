"""A small corpus of invented texts whose schema has room for detached ones: what tests of detach and hydrate work on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from bundled import ROOT, tree

BASE = ROOT / "tests" / "spec" / "base"
SEEDS = ROOT.parent / "shared" / "seeds"

PASAR = (BASE / "raw" / "pasar.txt").read_text("utf-8")
DOCUMENTS = {
    "annotations/pasar.json": """{
  "article": "pasar",
  "annotator": "ana",
  "claims": [
    {"id": "c1", "extent": "Menurut pedagang Joko Lestari, atap pasar masih bocor.", "cue": "Menurut", "speakers": ["joko"]},
    {"id": "c2", "extent": {"first": "Wali kota", "last": "hari Senin."},  "cue": "mengatakan",
     "content": ["pasar lama dibuka lagi", {"exact": "pada hari Senin", "suffix": "."}]},
    {"id": "c3", "extent": {"exact": "Pasar", "start": 0}, "cue": null, "difficult": true}
  ]
}
""",
    "annotations/budi/pasar.json": (
        '{"article": "pasar", "annotator": "budi", "claims": [{"id": "c1", "extent": "\\"Semua kios sudah terisi,\\" kata Rina."}]}\n'
    ),
}


def with_blocks(root: Path) -> Path:
    """Give the schema of metadata room for the paragraphs of a detached text, as the bundled one has it."""
    path = root / "schema" / "article.json"
    schema = json.loads(path.read_text("utf-8"))
    bundled = json.loads((ROOT / "schema" / "article.json").read_text("utf-8"))
    schema["properties"]["blocks"] = bundled["properties"]["blocks"]
    path.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
    return root


def corpus_of_two(folder: Path) -> Path:
    """Two articles, and two annotators of one of them."""
    root = with_blocks(Path(shutil.copytree(BASE, folder)))
    for path, text in DOCUMENTS.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


def corpus_of_seeds(folder: Path) -> tuple[Path, int]:
    """The source articles, as the files that they are, with spans chosen by their places; and how many spans."""
    root = with_blocks(Path(shutil.copytree(BASE, folder)))
    for path in [*(root / "raw").iterdir(), *(root / "annotations").glob("*.json")]:
        if path.name != "speakers.json":
            path.unlink()
    spans = 0
    for number, seed in enumerate(sorted(SEEDS.glob("*.txt"))):
        text, name = seed.read_text("utf-8"), f"asal-{number}"
        claims: list[dict[str, Any]] = []
        at = 0
        for line in text.split("\n"):
            words = line.split()
            if len(words) > 8:
                extent = {"exact": line.strip(), "start": at + line.index(words[0])}
                cue = {"exact": words[3], "start": at + len(line) - len(line.split(maxsplit=3)[3])}
                claims.append({"id": f"c{len(claims)}", "extent": extent, "cue": cue})
                spans += 2
            at += len(line) + 1
        (root / "raw" / f"{name}.txt").write_text(text, "utf-8", newline="\n")
        (root / "raw" / f"{name}.json").write_text(json.dumps({"headline": text.splitlines()[0]}, ensure_ascii=False), "utf-8")
        document = {"article": name, "annotator": "ana", "claims": claims}
        (root / "annotations" / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")
    return root, spans


def sources(folder: Path) -> dict[str, bytes]:
    """Every file of a corpus but what runs leave there."""
    ours = (".corpusbuild", "dist")
    return {path: data for path, data in tree(folder).items() if data is not None and not path.startswith(ours)}


def forget(root: Path) -> None:
    """Have no text at hand any more."""
    shutil.rmtree(root / ".corpusbuild", ignore_errors=True)
