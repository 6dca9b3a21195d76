"""Write brat standoff: a text and its ``.ann`` for each article, as one annotator annotated it, and ``annotation.conf``.

Tables that brat's import made become the records that they were. Rows of any other table become events: their anchors are
arguments, references in the document too; labels are attributes, references to registries normalisations, strings notes. A mapping
beside them makes the same rows of these records again.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.beside import article_file, detached_article, detached_document, whole_files
from corpusbuild.interchange.brat.configuration import CONFIGURATION
from corpusbuild.interchange.brat.labels import events_of
from corpusbuild.interchange.brat.own_records import OwnRecords
from corpusbuild.interchange.brat.reading_back import own_rules, row_rules
from corpusbuild.interchange.brat.row_events import RowEvents
from corpusbuild.interchange.brat.tables import SPANS, brat_tables
from corpusbuild.interchange.brat.used import Used
from corpusbuild.interchange.losing import lose_rows
from corpusbuild.interchange.model import Exporting, Losses, Unit
from corpusbuild.interchange.own_tables import made_by

NO_TEXT = "the article is detached, and brat needs its text: it stands beside"


class BratWriter:
    """brat standoff. Where there are several annotators, each has a folder."""

    name = "brat"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses, self.used = what, Losses(), Used()
        self._articles: set[str] = set()
        # All that brat knows is about words, so there are no tables of its import's without spans.
        own = what.shape.table(SPANS) is not None and made_by(what.shape, brat_tables({}))
        self._events = None if own else events_of(what.shape)

    def document(self, reading: Reading) -> Mapping[str, str]:
        """A text, and the records."""
        beside = self._beside(reading.article)
        text = self.what.text(reading.article)
        if text is None:
            lose_rows(self.losses, reading, self.what.shape, NO_TEXT)
            return {**beside, **detached_document(reading)}
        if self._events is None:
            lines = OwnRecords(self.what.shape, reading, text, self.losses, self.used).lines()
        else:
            lines = RowEvents(self.what.shape, self._events, reading, text, self.used).lines()
        folder = f"{reading.annotator}/" if len(self.what.annotators) > 1 else ""
        path = f"{folder}{reading.article.id}"
        return {f"{path}.txt": text, f"{path}.ann": "".join(f"{line}\n" for line in lines), **beside}

    def bare(self, article: Article) -> Mapping[str, str]:
        """A text."""
        beside = self._beside(article)
        text = self.what.text(article)
        return beside if text is None else {f"{article.id}.txt": text, **beside}

    def finish(self) -> Mapping[str, str]:
        """The configuration that shows all that was used, and the mapping that makes the corpus's tables of it again."""
        shape, whose = self.what.shape, self.what.annotators
        rows = own_rules(shape) if self._events is None else row_rules(shape, self._events, self.used)
        options = {"pattern": "{annotator}/{document}.ann"} if len(whose) > 1 else {"annotator": "".join(whose)} if whose else {}
        configuration = "".join(f"{line}\n" for line in self.used.configuration())
        return {CONFIGURATION: configuration, **whole_files(self.what, rows, Unit.CODE_POINTS, options)}

    def _beside(self, article: Article) -> dict[str, str]:
        """What brat has no place for, when an article comes first; what it cannot have at all is counted."""
        if article.id in self._articles:
            return {}
        self._articles.add(article.id)
        if self.what.text(article) is not None:
            return article_file(article)
        self.losses["articles", NO_TEXT] += 1
        return detached_article(article)
