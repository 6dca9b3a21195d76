"""Keep figures of agreement with the corpus, and notice where its documents are no longer those that were compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InFile, Origin
from corpusbuild.emit.agreement import FILE, Agreements, read_agreements
from corpusbuild.errors import CannotGoOn
from corpusbuild.facts import AnnotationFact
from corpusbuild.rules import stale_agreement

if TYPE_CHECKING:
    from corpusbuild.agreement.figures import Agreement
    from corpusbuild.workflow.corpus import Corpus


def saved_agreements(root: Root) -> Agreements:
    """What the corpus at ``root`` keeps; nothing where it keeps none."""
    path = root / FILE
    if path.is_symlink() or not path.is_file():
        return []
    return read_agreements(path.read_bytes())


def save(corpus: Corpus, agreements: Sequence[Agreement]) -> Path:
    """Write the figures of ``agreements`` into the corpus, with the hash of every document that was compared."""
    from corpusbuild.render.agreement import as_json  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.reading import Annotated  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.writing import write_all  # noqa: PLC0415  start-up time

    left_out = sorted({article for each in agreements for figure in each.figures for article in figure.left_out})
    if left_out:
        message = f"the texts of {len(left_out)} articles are not at hand, so some figures leave them out"
        raise CannotGoOn(message, left_out[0], "find the texts with `corpusbuild hydrate`, then measure and save")
    hashes = {(fact.annotator, fact.article): fact.sha256 for fact in Annotated.of(corpus).annotations}
    value = json.loads(as_json(agreements, with_items=False))
    for said, each in zip(value["agreements"], agreements, strict=True):
        said["documents"] = {who: {article: hashes[who, article] for article in each.articles} for who in (each.a, each.b)}
    data = (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    with only_run(corpus.folder):
        write_all(corpus.folder, {FILE: data})
    return corpus.folder / FILE


def stale(agreements: Agreements, annotations: Sequence[AnnotationFact]) -> Iterator[Finding]:
    """The documents that are not those that were compared."""
    if not agreements:
        return
    hashes = {(fact.annotator, fact.article): fact for fact in annotations}
    for each in agreements:
        for annotator, documents in each["documents"].items():
            for article, sha256 in documents.items():
                fact = hashes.get((annotator, article))
                if fact is None or fact.sha256 != sha256:
                    yield from stale_agreement.check(article, annotator, InFile(fact.origin if fact else Origin(FILE)))
