"""W3C Web Annotation (JSON-LD): an annotation page for each article as one annotator annotated it.

A row is an annotation. Its anchors are targets, one for each segment, since several selectors of one target are ways to say the
same; its other values are a body in JSON. Positions count code points, as the Web Annotation Data Model demands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.schema.shape import Listing, Record, Words
from corpusbuild.text.span import Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""The most characters of a prefix or suffix."""

_URL = ("http://", "https://")


class W3c:
    """Web Annotation pages: ``<annotator>/<article>.jsonld``, and the texts that they are about: ``texts/<article>.txt``."""

    name = "w3c"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._articles: set[str] = set()

    def document(self, reading: Reading) -> Mapping[str, str]:
        """One page."""
        text = self._text(reading.article)
        path = f"{reading.annotator}/{reading.article.id}.jsonld"
        items = [each for each in (self._whole(reading), *self._rows(reading)) if each is not None]
        page = {"@context": CONTEXT, "id": self._urn(reading), "type": "AnnotationPage", "items": items}
        return {path: json.dumps(page, ensure_ascii=False, indent=1) + "\n", **text}

    def bare(self, article: Article) -> Mapping[str, str]:
        """The text: there is no annotation."""
        return self._text(article)

    def finish(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def _text(self, article: Article) -> dict[str, str]:
        """The text that annotations are about, when an article comes first and where it may be told: its name is the last of its id.

        What pages do not have of an article is counted.
        """
        if article.id in self._articles:
            return {}
        self._articles.add(article.id)
        self.losses += Losses(
            {
                (f"articles.{name}", "articles' metadata are no annotations"): 1
                for name, value in article.metadata.items()
                if name != "id" and value is not None and not (name == "url" and _is_url(value))
            }
        )
        text = self.what.text(article)
        if text is None:
            self.losses["articles.text", "the article is detached"] += 1
            return {}
        return {f"texts/{article.id}.txt": text}

    def _urn(self, reading: Reading, *steps: str) -> str:
        return ":".join(
            ("urn:corpusbuild", *(quote(each, safe="") for each in (self.what.name, reading.article.id, reading.annotator, *steps)))
        )

    def _whole(self, reading: Reading) -> dict[str, Any] | None:
        """What is said of the article as a whole, outside of tables."""
        record = self.what.shape.annotation_scalars.without("article", "annotator")
        targets: list[dict[str, Any]] = []
        made_id = self._urn(reading)
        said = dict(_said(reading, reading.value, record, (made_id + ":document", ()), targets, self._source(reading.article)))
        return self._annotation(reading, made_id + ":document", "document", said, targets) if said or targets else None

    def _rows(self, reading: Reading) -> Iterator[dict[str, Any]]:
        for table in self.what.shape.tables:
            for item in reading.items(table):
                yield self._row(reading, item)

    def _row(self, reading: Reading, item: Item) -> dict[str, Any]:
        made_id = self._urn(reading, item.table.name, item.key or str(item.index))
        targets: list[dict[str, Any]] = []
        said = dict(_said(reading, item.value, item.table.row, (made_id, ()), targets, self._source(reading.article)))
        return self._annotation(reading, made_id, item.table.name, said, targets)

    def _annotation(
        self, reading: Reading, made_id: str, table: str, said: dict[str, Any], targets: list[dict[str, Any]]
    ) -> dict[str, Any]:
        value = json.dumps({"table": table, "row": said}, ensure_ascii=False)
        kind = "Software" if reading.annotator in self.what.systems else "Person"
        creator = f"urn:corpusbuild:{quote(self.what.name, safe='')}:annotators:{quote(reading.annotator, safe='')}"
        return {
            "id": made_id,
            "type": "Annotation",
            "motivation": "describing",
            "creator": {"id": creator, "type": kind, "nickname": reading.annotator},
            "body": {"type": "TextualBody", "value": value, "format": "application/json", "purpose": "describing"},
            "target": targets or self._source(reading.article),
        }

    def _source(self, article: Article) -> dict[str, Any]:
        """The text that positions are in, and where it was taken from."""
        made = f"urn:corpusbuild:{quote(self.what.name, safe='')}:{quote(article.id, safe='')}"
        url = article.metadata.get("url")
        return {"id": made, "type": "Text", "format": "text/plain", **({"via": url} if _is_url(url) else {})}


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_URL)


Place = tuple[str, tuple[str, ...]]
"""The id of an annotation, and the steps from its row to a value."""


def _said(
    reading: Reading, value: Mapping[str, Any], record: Record, place: Place, targets: list[dict[str, Any]], source: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """The values of an object without its anchors, which are added to ``targets``."""
    made_id, steps = place
    for column in record.columns:
        here = value.get(column.name)
        if here is None:
            continue
        below = (*steps, column.name)
        if isinstance(column.type, Words):
            fragment = "/".join(quote(each, safe="") for each in below)
            for number, span in enumerate(reading.spans(value, column.name)):
                targets.append(_target(reading.article, span, f"{made_id}#{fragment}/{number}", source))
        elif isinstance(column.type, Record):
            yield column.name, dict(_said(reading, here, column.type, (made_id, below), targets, source))
        elif isinstance(column.type, Listing) and isinstance(column.type.item.type, Record):
            inner = column.type.item.type
            objects = [
                None if each is None else dict(_said(reading, each, inner, (made_id, (*below, str(i))), targets, source))
                for i, each in enumerate(here)
            ]
            yield column.name, objects
        else:
            yield column.name, here


def _target(article: Article, span: Span, made_id: str, source: dict[str, Any]) -> dict[str, Any]:
    """One segment: its position and, where the text may be told, its words and what stands around them."""
    selectors: list[dict[str, Any]] = [{"type": "TextPositionSelector", "start": span.start, "end": span.end}]
    if article.text is not None and not article.detached:
        around = {
            "prefix": article.text[max(span.start - AROUND, 0) : span.start],
            "suffix": article.text[span.end : span.end + AROUND],
        }
        selectors.append({"type": "TextQuoteSelector", "exact": span.of(article.text), **around})
    return {"id": made_id, "type": "SpecificResource", "source": source, "selector": selectors}
