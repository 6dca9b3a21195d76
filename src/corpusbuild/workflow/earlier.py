"""The texts of articles as they were before they were corrected: in git, in a data set, in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.corpus.at_hand import promised_text
from corpusbuild.corpus.config import FILE, Config
from corpusbuild.corpus.layout import is_compressed
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.release.dataset import DataSet, opened
from corpusbuild.release.manifests import MANIFEST
from corpusbuild.text.canonical import canonical
from corpusbuild.workflow.git import ask
from corpusbuild.workflow.sources import uncommitted

_VERSIONS = 10
"""As many earlier versions of a file are looked at."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text as it was, in canonical form, and where it was found; ``commit`` where that was git."""

    text: str
    found: str
    commit: str | None = None


@dataclass(frozen=True)
class EarlierTexts:
    """Where the earlier texts of a corpus are: what ``source`` names, else its git repository, then its data set.

    A source is a data set (folder, archive, URL), a file that is one article's text, or a revision, in this order.
    """

    root: Path
    config: Config
    source: str | None = None
    _shards: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, repr=False)

    def of(self, article: Article) -> Iterator[Earlier]:
        """The texts that ``article`` had, the latest first, and not the one that it has."""
        seen = {article.text}
        for each in self._all(article):
            if each.text not in seen:
                seen.add(each.text)
                yield each

    def require(self, names: int) -> None:
        """Raise where the source cannot be read, or is one text for several articles."""
        if self.source is None or "://" in self.source:
            return
        if Path(self.source).is_file() and not self._is_data_set:
            if names != 1:
                raise CannotGoOn("this is the text of one article", self.source, "name the article that it is of")
            _decoded(Path(self.source))
        elif not Path(self.source).exists() and self._revision is None:
            help_text = "name a text, a data set, or a revision that `git log` shows"
            raise UnknownName("there is no such file or folder, and no such revision of the corpus's repository", self.source, help_text)
        elif Path(self.source).is_dir() and not self._is_data_set:
            raise CannotGoOn("there is no data set in this folder", self.source, "name a folder that `corpusbuild make` wrote")

    @property
    def _is_data_set(self) -> bool:
        source = self.source or ""
        return "://" in source or source.endswith((".tar.gz", ".tgz")) or (Path(source) / MANIFEST).is_file()

    def _all(self, article: Article) -> Iterator[Earlier]:
        if self.source is None:
            for commit in self._commits(article):
                yield from self._committed(article, commit)
            yield from self._compiled(article, self._own)
        elif self._is_data_set:
            yield from self._compiled(article, self._named)
        elif Path(self.source).is_file():
            yield Earlier(canonical(_decoded(Path(self.source))), self.source)
        elif self._revision is not None:
            yield from self._committed(article, self._revision)

    # ---- git ----

    @cached_property
    def changed(self) -> frozenset[str]:
        """The files of the corpus that are not as they were committed; none where there is no commit."""
        return frozenset(uncommitted(self.root, [FILE]) or ())

    @cached_property
    def _head(self) -> str | None:
        return self._commit("HEAD")

    @cached_property
    def _revision(self) -> str | None:
        return self._commit(self.source or "")

    def _commit(self, revision: str) -> str | None:
        found = None if revision.startswith("-") else ask(self.root, "rev-parse", "--verify", "--quiet", revision + "^{commit}")
        return None if found is None else found.decode("ascii", "replace").strip()

    def _commits(self, article: Article) -> list[str]:
        """The last commit, and those that changed an article's files, the latest first."""
        if self._head is None:
            return []
        listed = ask(self.root, "--literal-pathspecs", "rev-list", f"--max-count={_VERSIONS}", "HEAD", "--", *_paths(article))
        return [self._head, *(listed or b"").decode("ascii", "replace").split()]

    def _committed(self, article: Article, commit: str) -> Iterator[Earlier]:
        text = self._line(article, commit) if article.origin.length is not None else self._file(article, commit)
        if text is not None:
            yield Earlier(canonical(text), commit[:12], commit)

    def _file(self, article: Article, commit: str) -> str | None:
        text, metadata = _paths(article)
        with suppress(UnicodeDecodeError):
            data = self._blob(commit, text)
            if data is not None:
                return data.decode("utf-8")
        return promised_text(self.root, (_loads(self._blob(commit, metadata) or b"") or {}).get("text"))

    def _line(self, article: Article, commit: str) -> str | None:
        path = article.origin.path
        if is_compressed(path):
            return None
        if (commit, path) not in self._shards:
            rows = [_loads(line) for line in (self._blob(commit, path) or b"").split(b"\n") if line.strip()]
            texts = {row["id"]: row["text"] for row in rows if row and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)}
            self._shards.clear()  # one version of one shard is enough to keep
            self._shards[commit, path] = texts
        return self._shards[commit, path].get(article.id)

    def _blob(self, commit: str, path: str) -> bytes | None:
        return ask(self.root, "cat-file", "blob", f"{commit}:./{path}")

    def document(self, commit: str, path: str) -> Any:
        """An annotation document as it was at a commit; None where there was none."""
        return _loads(self._blob(commit, path) or b"")

    # ---- data sets ----

    @cached_property
    def _own(self) -> dict[str, str]:
        """The texts in the data set that the corpus was compiled into."""
        with suppress(CannotGoOn):
            return _texts(self.root / "dist" / self.config.name)
        return {}

    @cached_property
    def _named(self) -> dict[str, str]:
        return _texts(self.source or "")

    def _compiled(self, article: Article, texts: dict[str, str]) -> Iterator[Earlier]:
        if article.id in texts:
            yield Earlier(texts[article.id], self.source or f"dist/{self.config.name}")


def _texts(place: str | Path) -> dict[str, str]:
    """The texts of a data set, by article."""
    with opened(place) as found:
        return dict(_rows(found))


def _rows(found: DataSet) -> Iterator[tuple[str, str]]:
    for split in found.splits("articles"):
        for path in found.files("articles", split):
            file = found.open_parquet(path)
            for batch in file.iter_batches(columns=["article_id", "text"]):
                names, texts = (batch.column(i).to_pylist() for i in range(2))
                yield from ((name, text) for name, text in zip(names, texts, strict=True) if text is not None)


def _paths(article: Article) -> list[str]:
    """The files of an article that is one of its own, its text first; of one in a shard, the shard."""
    return [article.origin.path] if article.origin.length is not None else [f"raw/{article.id}.txt", f"raw/{article.id}.json"]


def _loads(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CannotGoOn(f"this cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        raise CannotGoOn("this text is not UTF-8", str(path), "name a text in UTF-8") from error
