"""Write WebAnno TSV 3.3: a file for each article as one annotator annotated it, laid out as projects are exported.

Tables that an import of WebAnno TSV or UIMA CAS made become the layers that they were; other tables become layers of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.labelled_spans import of_document
from corpusbuild.interchange.layered import projects
from corpusbuild.interchange.layered.annotations import OF_THE_ARTICLE, Annotation, Annotations
from corpusbuild.interchange.layered.layers import Feature, Form, Layer, layers
from corpusbuild.interchange.losing import lose_columns, lose_rows
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.interchange.webanno.sheet import Sheet
from corpusbuild.interchange.webanno.units import Sentence, made_tokens, room_lost, sentences
from corpusbuild.text.span import Span

NO_TEXT = "the article is detached, and WebAnno TSV needs its text"
NO_TOKEN = "there is no word in the article, and WebAnno TSV is made of words"  # noqa: S105  a unit of text
_OTHER_UNITS = "they overlap, or lie outside of sentences: others are made by rule"
_BETWEEN = "it lies between tokens, where nothing can be written"
_CUT = "it begins or ends between tokens: it is cut to them"
_ANEW = "annotations are numbered anew"
_ROOM = "what stands between two sentences is not carried: a line feed and blanks are put there"


class WebAnnoWriter:
    """WebAnno TSV: ``annotation/<article>/<annotator>.tsv``."""

    name = "webanno"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._layers = layers(what.shape)
        self._types = {layer.name: layer.type for layer in self._layers if layer.table is not None}
        self._articles: set[str] = set()

    def document(self, reading: Reading) -> Mapping[str, str]:
        """One file."""
        self._count(reading.article)
        text = self.what.text(reading.article)
        tokens = [] if text is None else made_tokens(text)
        if text is None or not tokens:
            why = NO_TEXT if text is None else NO_TOKEN
            lose_rows(self.losses, reading, self.what.shape, why)
            return {}
        lose_columns(self.losses, reading.value, of_document(self.what.shape), (), OF_THE_ARTICLE)
        content = self._written(reading, text, tokens)
        return {projects.annotation(reading.article.id, reading.annotator, "tsv"): content}

    def bare(self, article: Article) -> Mapping[str, str]:
        """A text, where projects have what they were made of."""
        self._count(article)
        return projects.source(self.what, article, self.losses)

    def finish(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def _count(self, article: Article) -> None:
        """What the format does not have of an article."""
        if article.id not in self._articles:
            self._articles.add(article.id)
            told = [name for name, value in article.metadata.items() if name != "id" and value is not None]
            self.losses += Losses({(f"articles.{name}", "WebAnno TSV has no metadata"): 1 for name in told})
            if self.what.text(article) is None:
                self.losses["articles.text", NO_TEXT] += 1

    def _written(self, reading: Reading, text: str, tokens: Sequence[Span]) -> str:
        made, own = self._units(reading, text, tokens)
        lost = room_lost(text, made)
        if lost:
            self.losses["articles.text", _ROOM] += lost
        used = [layer for layer in self._layers if layer.form is not Form.SENTENCES and (layer.form is not Form.TOKENS or own)]
        found = Annotations(used, reading, self.losses, records=False, refused=_refused)
        sheet = Sheet(text, made, self._types, self.losses)
        for layer in sorted(used, key=lambda layer: layer.form is Form.RELATION):
            self._keep(sheet, layer, found.of[layer.type])
        content = sheet.written()
        self._renumbered(sheet)
        return content

    def _units(self, reading: Reading, text: str, tokens: Sequence[Span]) -> tuple[list[Sentence], bool]:
        """The sentences, and whether their tokens are those of the corpus; what is not used of the corpus's is counted."""
        of = {layer.form: layer for layer in self._layers}
        own_tokens, own_sentences = (self._own(reading, of.get(form)) for form in (Form.TOKENS, Form.SENTENCES))
        ways = [([span for span, _ in own_tokens] or tokens, own_sentences), ([span for span, _ in own_tokens] or tokens, []), (tokens, [])]
        # Made units fit each other, so there is one.
        number, these, made = next(
            (number, these, made) for number, (these, those) in enumerate(ways) if (made := sentences(text, these, those)) is not None
        )
        unused = {"sentences": len(own_sentences) if number else 0, "tokens": len(own_tokens) if these is tokens else 0}
        self.losses += Losses({(name, _OTHER_UNITS): count for name, count in unused.items() if count})
        keys = [] if number else self._keys(reading, of.get(Form.SENTENCES))
        again = sum(key != str(place) for place, key in enumerate(keys, start=1))
        if again:
            self.losses["sentences.id", _ANEW] += again
        return made, these is not tokens

    def _own(self, reading: Reading, layer: Layer | None) -> list[tuple[Span, str | None]]:
        """Tokens or sentences of the corpus, with a sentence's own id."""
        if layer is None or layer.table is None or layer.words is None:
            return []
        found = []
        for item in reading.items(layer.table):
            own_id = item.value.get("sentence_id")
            found += [(span, own_id if isinstance(own_id, str) else None) for span in item.spans(layer.words)]
        return sorted(found, key=lambda each: each[0])

    def _keys(self, reading: Reading, layer: Layer | None) -> list[str | None]:
        """The keys of the corpus's sentences, in the order of the text."""
        if layer is None or layer.table is None or layer.words is None:
            return []
        found = [(span, item.key) for item in reading.items(layer.table) for span in item.spans(layer.words)]
        return [key for _, key in sorted(found, key=lambda each: each[0])]

    def _keep(self, sheet: Sheet, layer: Layer, found: Sequence[Annotation]) -> None:
        """Put annotations where their tokens are; a span that has none is counted."""
        if layer.form is Form.TOKENS:
            for each in found:
                for name in (*each.values, *each.leads, *(name for name, fillers in each.slots.items() if fillers)):
                    self.losses[f"{layer.name}.{name}", "tokens have no values in WebAnno TSV"] += 1
                sheet.token(each)
        elif layer.form is Form.RELATION:
            for each in found:
                sheet.relation(each)
        else:
            for _, cut in sheet.spans(found):
                self.losses[layer.name, _CUT if cut else _BETWEEN] += 1

    def _renumbered(self, sheet: Sheet) -> None:
        """Count the ids of the tools' own tables that an import will not give again."""
        for name, key, again in sheet.renumbered():
            if key != again:
                self.losses[f"{name}.id", _ANEW] += 1


def _refused(_layer: Layer, _feature: Feature, value: Any) -> str | None:
    """Why a cell cannot hold a value."""
    return "a carriage return stands in it, which would end the line" if isinstance(value, str) and "\r" in value else None
