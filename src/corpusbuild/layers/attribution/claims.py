"""What rules about claims share: the parts of a claim, and which claim a reference means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpusbuild.checks import Document, InJson, Row, Span

PARTS = ("source", "cue", "content")


class Part(NamedTuple):
    """Words of a claim: which part they are, where its author wrote them, and where they are in the text."""

    name: str
    where: InJson
    span: Span


def parts(claim: Row) -> Iterator[Part]:
    """Source, cue and every segment of the content, as far as the claim has them."""
    for name in PARTS:
        in_segments = isinstance(claim.get(name), list)
        for i, span in enumerate(claim.spans(name)):
            yield Part(name, claim.where(name, i) if in_segments else claim.where(name), span)


def local_key(document: Document, reference: str) -> str | None:
    """The key of a claim of this document; None for a reference into another article."""
    article, mark, key = reference.rpartition("#")
    return key if not mark or article == document.article.id else None


def claim_name(document: Document, reference: str) -> str:
    """A reference to a claim in one way of writing it: the bare key where it is a claim of this document."""
    return local_key(document, reference) or reference
