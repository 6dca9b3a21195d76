"""Add articles from saved pages and texts: what each comes to, what is there already, and the files to write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from os.path import lexists
from pathlib import Path
from typing import Any

from corpusbuild.corpus import ids
from corpusbuild.corpus.json_writing import written
from corpusbuild.errors import CannotGoOn
from corpusbuild.facts import ArticleFact
from corpusbuild.pages.page import LeftOut, NoArticle, Page
from corpusbuild.pages.reading import read_page, read_text
from corpusbuild.plan import Plan
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.similarity import jaccard, proposed_pairs, shingles, sketches
from corpusbuild.text.pieces import sha256_of
from corpusbuild.units import texts_of
from corpusbuild.workflow.analysis import Analysis, analyse
from corpusbuild.workflow.editor import hint
from corpusbuild.workflow.filling import Filled, Taken, fill
from corpusbuild.workflow.state import EDITOR

PAGES, TEXTS = (".html", ".htm", ".xhtml"), (".txt",)

_NEEDED = ("trafilatura", "lxml", "lxml_html_clean")
_ID_WORDS, _ID_LENGTH = 8, 80


@dataclass(frozen=True, slots=True)
class Near:
    """An article with nearly the same text; ``similarity`` is that of their word n-grams (Jaccard)."""

    id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class AddedArticle:
    """An article that was taken from a file, or would be.

    ``taken`` are its metadata with where each was found, ``unknown`` those that are null, ``wanted`` those that somebody
    must fill in, with the line of ``raw/<id>.json``. ``there`` is the article that has the very same text already: then
    nothing is written for this file. ``licensed`` says whether the page names a licence.
    """

    source: str
    id: str
    text: str = field(repr=False)
    metadata: dict[str, Any] = field(repr=False)
    paragraphs: int
    taken: tuple[Taken, ...]
    unknown: tuple[str, ...]
    wanted: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]
    near: tuple[Near, ...] = ()
    there: str | None = None
    licensed: bool = False

    @property
    def files(self) -> tuple[str, str]:
        """Its two files, as paths from the corpus."""
        return f"raw/{self.id}.txt", f"raw/{self.id}.json"


@dataclass(frozen=True, slots=True)
class NotAdded:
    """A file that no article was taken from, why, and what to do."""

    source: str
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of some files. ``after`` are the contents that are written, by path; ``written`` says whether they were."""

    articles: tuple[AddedArticle, ...]
    failed: tuple[NotAdded, ...]
    after: dict[str, bytes] = field(repr=False)
    written: bool = False

    @property
    def ok(self) -> bool:
        """Whether every file gave an article, or one that is there already."""
        return not self.failed


def add(root: Path, paths: Sequence[str | Path], name: str | None = None, given: Mapping[str, Any] | None = None) -> Added:
    """What becomes of the corpus at ``root`` once these files are added. Nothing is written.

    ``name`` is the id of the only article; ``given`` are metadata of all. Raises
    :class:`~corpusbuild.errors.CannotGoOn` where the corpus cannot be read, or the options do not fit.
    """
    if name is not None:
        if len(paths) != 1:
            raise CannotGoOn("an id names one article, and several files are given", help="add them one by one, or leave --id out")
        fault = ids.fault(name)
        if fault is not None:
            raise CannotGoOn(f'"{name}" cannot be an id: {fault}')
    analysis = analyse(root, linking=False)
    if analysis.plan is None or analysis.layout is None:
        raise CannotGoOn("the schemas are not valid", "schema", "mend what `corpusbuild check` finds first")
    adding = _Adding(root, analysis, analysis.plan, given or {}, name)
    for path in dict.fromkeys(str(path) for path in paths):
        adding.take(path)
    return adding.result()


class _Adding:
    """The files taken so far, and the names and texts that are there."""

    def __init__(self, root: Path, analysis: Analysis, plan: Plan, given: Mapping[str, Any], name: str | None) -> None:
        self.root, self.plan, self.given, self.name, self.facts = root, plan, given, name, analysis.facts
        self.known: list[ArticleFact] = list(analysis.facts.articles)
        named = [*(fact.id for fact in self.known), *analysis.facts.unplaceable]
        if analysis.layout is not None:
            named += [each.id for each in analysis.layout.articles]
        self.names = {ids.folded(each) for each in named}
        self.texts = {fact.sha256: fact.id for fact in self.known}
        self.articles: list[AddedArticle] = []
        self.failed: list[NotAdded] = []

    def take(self, path: str) -> None:
        """Take the article of one file, or say why there is none."""
        try:
            page = _read(Path(path), self.plan.config.limits.file_bytes)
            self.articles.append(self._article(path, page))
        except NoArticle as error:
            self.failed.append(NotAdded(path, error.message, error.help))

    def _article(self, path: str, page: Page) -> AddedArticle:
        filled = fill(page, self.plan, self.given)
        sha256 = sha256_of(page.text)
        there = self.texts.get(sha256)
        name = there or self.name or self._free(slug(page.headline.value))
        if there is None:
            if self._is_taken(name):
                raise NoArticle(f'there is an article "{name}" already', help="choose another --id; nothing is overwritten")
            self.texts[sha256] = name
            self.names.add(ids.folded(name))
        return AddedArticle(
            path,
            name,
            page.text,
            filled.metadata,
            page.paragraphs,
            filled.taken,
            filled.unknown,
            tuple(_lines(filled, self._json(name, filled.metadata))),
            page.left_out,
            (*page.remarks, *filled.remarks),
            there=there,
            licensed=page.license is not None,
        )

    def _free(self, name: str) -> str:
        """The name, or the first of name-2, name-3, … that nothing has."""
        number, found = 1, name
        while self._is_taken(found):
            number += 1
            found = f"{name}-{number}"
        return found

    def _is_taken(self, name: str) -> bool:
        """Whether there is such an article, or a file that would be overwritten, such as one too large to be read."""
        return ids.folded(name) in self.names or any(lexists(self.root / "raw" / f"{name}{suffix}") for suffix in (".txt", ".json"))

    def _json(self, name: str, metadata: Mapping[str, Any]) -> str:
        path = f"raw/{name}.json"
        start = {EDITOR_HINT: hint(path, "article")} if (self.root / EDITOR).is_dir() else {}
        return written({**start, **metadata})

    def result(self) -> Added:
        """All of it, with the articles that are nearly the same."""
        new = [each for each in self.articles if each.there is None]
        near = dict(zip((each.id for each in new), self._near(new), strict=True))
        after: dict[str, bytes] = {}
        for each in new:
            text, metadata = each.files
            after |= {text: each.text.encode(), metadata: self._json(each.id, each.metadata).encode()}
        articles = tuple(replace(each, near=near[each.id]) if each.there is None else each for each in self.articles)
        return Added(articles, tuple(self.failed), after)

    def _near(self, new: Sequence[AddedArticle]) -> list[tuple[Near, ...]]:
        """For each new article those that are nearly the same, in the corpus or among the new ones before it."""
        duplicates = self.plan.config.duplicates
        found: list[list[Near]] = [[] for _ in new]
        if not new or self.facts.sketches is None:
            return [tuple(each) for each in found]
        sets = shingles([each.text for each in new], duplicates.shingle)
        old = len(self.known)
        self.facts.sketches.append(sketches(sets))
        try:
            pairs = [(low, high) for low, high in proposed_pairs(self.facts.sketches) if high >= old]
        except FileNotFoundError:
            # Those of a large corpus lay in a file that is gone by now; `check` compares them all.
            return [tuple(each) for each in found]
        for low, high in pairs:
            if low >= old:
                name, other = new[low - old].id, sets[low - old]
            else:
                name, (other,) = self.known[low].id, shingles(texts_of([self.known[low]], self.plan), duplicates.shingle)
            similarity = jaccard(other, sets[high - old])
            if similarity >= duplicates.threshold:
                found[high - old].append(Near(name, similarity))
        return [tuple(sorted(each, key=lambda near: (-near.similarity, near.id))) for each in found]


def _lines(filled: Filled, document: str) -> Iterator[tuple[str, int]]:
    """The line of each property that somebody must fill in."""
    lines = document.split("\n")
    for name in filled.wanted:
        start = f"  {written(name).rstrip()}: "
        yield name, next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def _read(path: Path, most_bytes: int) -> Page:
    """The page or the text that a file holds."""
    suffix = path.suffix.lower()
    if path.is_dir():
        raise NoArticle("this is a folder", help="name the files in it")
    if suffix not in (*PAGES, *TEXTS):
        named = f'a name that ends in "{suffix}"' if suffix else "a name without an ending"
        raise NoArticle(f"{named} says neither page nor text", help=f"files end in {', '.join((*PAGES, *TEXTS))}")
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise NoArticle(
                f"this file has {size:,} bytes, more than the limit of {most_bytes:,}", help="see limits.file_bytes in the config"
            )
        data = path.read_bytes()
    except OSError as error:
        raise NoArticle(f"this cannot be read: {error.strerror}", help="name a saved page or a text") from error
    if suffix in TEXTS:
        return read_text(data)
    _need_extra()
    return read_page(data)


def _need_extra() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise CannotGoOn(f"{' and '.join(missing)} not installed", help="pip install 'corpusbuild[import]'")


def slug(headline: str) -> str:
    """An id for a headline: its first words, in lower-case ASCII, joined by hyphens."""
    whole = re.sub("['\u2018\u2019\u02bc]", "", headline)
    plain = unicodedata.normalize("NFKD", whole).casefold().encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)[:_ID_WORDS]
    name = "-".join(words)
    if len(name) > _ID_LENGTH:
        name = name[: _ID_LENGTH + 1].rpartition("-")[0] or name[:_ID_LENGTH]
    return name if name and ids.fault(name) is None else f"artikel-{name}".rstrip("-")
