"""How WebAnno and INCEpTION lay out the files of an exported project."""

from __future__ import annotations

from collections.abc import Mapping

from corpusbuild.corpus.article import Article
from corpusbuild.interchange.model import Exporting, Losses

BARE = "nobody annotated the article: only its text is written, in source/"


def source(what: Exporting, article: Article, losses: Losses) -> Mapping[str, str]:
    """The text of an article that nobody annotated, where projects have what they were made of; nothing where it is not at hand."""
    text = what.text(article)
    if text is None:
        return {}
    losses["articles", BARE] += 1
    return {f"source/{article.id}.txt": text}


def annotation(article: str, annotator: str, suffix: str) -> str:
    """Where the file of an article stands as one annotator annotated it."""
    return f"annotation/{article}/{annotator}.{suffix}"
