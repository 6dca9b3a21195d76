"""What a site is made of: a corpus's rows as they were compiled, its counts, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.agreement.figures import Agreement
from corpusbuild.corpus.config import Config
from corpusbuild.diagnostics.report import Report
from corpusbuild.emit.summary import Summary
from corpusbuild.schema.shape import Shape
from corpusbuild.site.leaks import Leaks

ARTICLES = "articles"
ANNOTATIONS = "annotations"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; of an article's, with its ``article``. ``number`` counts the rows of a table in an article, from 0."""

    table: str
    key: str | None
    values: Mapping[str, Any]
    article: str = ""
    number: int = 0

    @property
    def name(self) -> str:
        """The key, or the number where its table has none."""
        return self.key if self.key is not None else str(self.number)

    @property
    def at(self) -> tuple[str, str, str]:
        """Table, article and name: what it is found by."""
        return self.table, self.article, self.name


@dataclass(frozen=True, slots=True)
class Sample:
    """How much of the corpus the site has pages for: ``shown`` of ``total``, chosen by the hash of their ids."""

    shown: int
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.shown == self.total


@dataclass(frozen=True)
class Contents:
    """Everything that a site shows.

    ``articles`` are rows of the table ``articles``, in the order of their ids; ``rows`` those of each nested table and of
    ``annotations``, as the gold annotator has them, of these articles only; ``entries`` those of registries. ``splits``
    and ``annotators`` say of each article in which split it is and who annotated it. ``summary`` and ``report`` are of the
    whole corpus; ``sample`` and ``samples`` say how many of its articles, and
    of the entries of each registry, are here.
    """

    config: Config
    shape: Shape
    summary: Summary
    report: Report
    articles: Sequence[Row]
    rows: Mapping[str, Sequence[Row]]
    entries: Mapping[str, Sequence[Row]]
    splits: Mapping[str, str]
    annotators: Mapping[str, Sequence[str]]
    sample: Sample
    samples: Mapping[str, Sample] = field(default_factory=dict)
    annotated: Mapping[str, int] = field(default_factory=dict)
    """How many articles of the whole corpus each annotator has annotated."""
    leaks: Leaks | None = None
    """What is known of articles that are alike, in the whole corpus; None where nobody asked."""
    agreements: Sequence[Agreement] = ()
    """How far annotators agree, with the items that differ; empty where that cannot be measured."""
    no_agreement: str = ""
    """Why nothing can be said of agreement, where that is so."""
