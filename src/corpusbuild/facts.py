"""The little that a unit tells the rest of the corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import Origin, Pointer

if TYPE_CHECKING:
    from corpusbuild.similarity import Array


# More articles than this say nothing new about a registry's entry.
_FEW = 3


class Foreign(NamedTuple):
    """A reference out of a document: to ``key`` of ``table`` in ``article``, or to an article (``table`` is "articles")."""

    pointer: Pointer
    table: str
    article: str
    key: str


class ArticleFact(NamedTuple):
    """What the corpus must know about an article.

    ``sha256`` and ``chars`` are those of its canonical text in UTF-8; ``key`` is its key, where the schema of metadata has one.
    """

    id: str
    origin: Origin
    text_origin: Origin | None
    sha256: str
    chars: int
    detached: bool
    metadata_sha256: str
    group: str | None
    originals: tuple[str, ...]
    foreign: tuple[Foreign, ...]
    key: str | None = None


class AnnotationFact(NamedTuple):
    """What the corpus must know about an annotation document.

    ``faulty`` are the rows (member, index) that cannot be looked into, where the schema refuses it; None where it does not.
    ``rows`` counts those of each nested table, with a key or without.
    """

    article: str
    annotator: str
    origin: Origin
    sha256: str
    keys: dict[str, list[str]]
    foreign: tuple[Foreign, ...]
    faulty: tuple[tuple[str, int], ...] | None = None
    rows: dict[str, int] = {}  # noqa: RUF012  never written to


@dataclass
class Facts:
    """What the scan of some input found. ``sketches`` has a row for each article, in the same order.

    ``unplaceable`` are the articles in which nothing can be looked for, because they could not be read or
    are not canonical; ``unreadable`` the articles whose annotation could not be read whole. What has been
    reported of either is not reported again as something missing. ``nameless`` counts the lines of shards
    that could not be read, so that nobody knows which article they were. ``partial`` says that only some files
    were looked at. ``used`` maps the keys of each
    registry to the first few articles whose annotations refer to them.
    """

    articles: list[ArticleFact] = field(default_factory=list)
    annotations: list[AnnotationFact] = field(default_factory=list)
    sketches: list[Array] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unplaceable: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    nameless: int = 0
    partial: bool = False
    used: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def use(self, table: str, keys: set[str], article: str) -> None:
        """Note that an annotation of ``article`` refers to these keys of a registry."""
        known = self.used.setdefault(table, {})
        for key in keys:
            articles = known.get(key, ())
            if article not in articles and len(articles) < _FEW:
                known[key] = (*articles, article)

    def add(self, other: Facts) -> None:
        """Take in what another scan found."""
        self.articles += other.articles
        self.annotations += other.annotations
        self.sketches += other.sketches
        self.findings += other.findings
        self.unplaceable |= other.unplaceable
        self.unreadable |= other.unreadable
        self.nameless += other.nameless
        for table, keys in other.used.items():
            for key, articles in keys.items():
                for article in articles:
                    self.use(table, {key}, article)
