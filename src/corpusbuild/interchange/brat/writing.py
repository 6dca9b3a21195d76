"""Write brat standoff: a text and its ``.ann`` for each article, as one annotator annotated it, and ``annotation.conf``.

Tables that brat's import made become the records that they were. Rows of any other table become events: their anchors are
arguments, references in the document too; labels are attributes, references to registries normalisations, strings notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.brat.configuration import CONFIGURATION
from corpusbuild.interchange.brat.own_records import OwnRecords
from corpusbuild.interchange.brat.row_events import RowEvents
from corpusbuild.interchange.brat.tables import SPANS, brat_tables
from corpusbuild.interchange.brat.used import Used
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.schema.shape import Shape, Table, Words

NO_TEXT = "the article is detached, and brat needs its text"
_ANCHORS = {SPANS: {"words"}}


class BratWriter:
    """brat standoff. Where there are several annotators, each has a folder."""

    name = "brat"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses, self.used = what, Losses(), Used()
        self._articles: set[str] = set()
        self._records = OwnRecords if is_brats(what.shape) else RowEvents

    def document(self, reading: Reading) -> Mapping[str, str]:
        """A text, and the records."""
        self._count(reading.article)
        text = self.what.text(reading.article)
        if text is None:
            self.losses += Losses({(table.name, NO_TEXT): len(reading.items(table)) for table in self.what.shape.tables})
            return {}
        lines = self._records(self.what.shape, reading, text, self.losses, self.used).lines()
        folder = f"{reading.annotator}/" if len(self.what.annotators) > 1 else ""
        path = f"{folder}{reading.article.id}"
        return {f"{path}.txt": text, f"{path}.ann": "".join(f"{line}\n" for line in lines)}

    def bare(self, article: Article) -> Mapping[str, str]:
        """A text."""
        self._count(article)
        text = self.what.text(article)
        return {} if text is None else {f"{article.id}.txt": text}

    def finish(self) -> Mapping[str, str]:
        """The configuration that shows all that was used."""
        return {CONFIGURATION: "".join(f"{line}\n" for line in self.used.configuration())}

    def _count(self, article: Article) -> None:
        """What brat does not have of an article."""
        if article.id not in self._articles:
            self._articles.add(article.id)
            lost = {f"articles.{name}": 1 for name, value in article.metadata.items() if name != "id" and value is not None}
            self.losses += Losses({(name, "brat has no metadata"): count for name, count in lost.items()})
            if self.what.text(article) is None:
                self.losses["articles.text", NO_TEXT] += 1


def is_brats(shape: Shape) -> bool:
    """Whether all tables are such as brat's import makes."""
    ours = {table.name: {column.name for column in table.columns} for table in brat_tables({})}
    return {column.name for column in shape.annotation_scalars.columns} <= {"article", "annotator"} and all(
        table.key == "id" and set(table.row_names) <= ours.get(table.name, set()) and _anchors(table) == _ANCHORS.get(table.name, set())
        for table in shape.tables
    )


def _anchors(table: Table) -> set[str]:
    return {column.name for column in table.row.columns if isinstance(column.type, Words)}
