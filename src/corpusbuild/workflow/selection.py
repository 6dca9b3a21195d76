"""Check some files only: the articles that they belong to, and what these need of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.layout import ArticleFiles, Layout, discover
from corpusbuild.errors import UnknownName


def files_of(root: Path, paths: Sequence[str | Path]) -> frozenset[str] | None:
    """The files, as paths from the root, of every article that one of ``paths`` belongs to.

    None where a path is about the corpus as a whole (config, schema, registry, shard, folder). Raises
    :class:`~corpusbuild.errors.UnknownName` for a path that is not in the corpus.
    """
    layout = discover(root, ())
    wanted: set[str] = set()
    files: set[str] = set()
    for path in paths:
        full = Path(path).resolve()
        if not full.is_relative_to(root.resolve()) or not full.exists():
            raise UnknownName(f"{path} is no file of this corpus", help="name files in raw/ or annotations/")
        name = full.relative_to(root.resolve()).as_posix()
        articles = _articles(root, layout, name)
        if articles is None:
            return None
        wanted |= articles
        files.add(name)
    for article in layout.articles:
        if article.id in wanted:
            files |= {path for path in (article.text, article.metadata) if path is not None}
    return frozenset(files | {path for path in layout.annotations if PurePosixPath(path).stem in wanted})


def _articles(root: Path, layout: Layout, path: str) -> set[str] | None:
    """The article that a file belongs to; None for one that is about more than that."""
    if any(path in (each.text, each.metadata) for each in layout.articles):
        return {PurePosixPath(path).stem}
    if path in layout.annotations:
        value = read_json((root / path).read_bytes())
        if isinstance(value, list):
            return None  # a registry
        named = value.get("article") if isinstance(value, dict) and not isinstance(value, JsonFault) else None
        return {PurePosixPath(path).stem} | ({named} if isinstance(named, str) else set())
    return None


def narrowed(layout: Layout, only: frozenset[str]) -> tuple[Layout, frozenset[str]]:
    """``layout`` with nothing but ``only`` and the registries, and the ids of the articles left out."""
    kept: list[ArticleFiles] = [each for each in layout.articles if each.text in only or each.metadata in only]
    left = frozenset(each.id for each in layout.articles) - {each.id for each in kept}
    annotations = tuple(path for path in layout.annotations if path in only)
    return replace(layout, articles=tuple(kept), annotations=annotations, strangers=(), outside=()), left


def targets(layout: Layout, articles: frozenset[str], only: frozenset[str]) -> tuple[str, ...]:
    """The documents, not among ``only``, of articles that are referred to."""
    return tuple(path for path in layout.annotations if PurePosixPath(path).stem in articles and path not in only)
