"""What differs between two states of a corpus: data sets, revisions, or the corpus as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpusbuild.corpus.config import FILE
from corpusbuild.difference.comparing import compare
from corpusbuild.difference.difference import Difference
from corpusbuild.difference.reading import Side, check_counts
from corpusbuild.release.dataset import opened
from corpusbuild.release.manifests import MANIFEST, read_manifest
from corpusbuild.release.paths import readable
from corpusbuild.release.versioning import demanded
from corpusbuild.workflow.aside import compiled_aside
from corpusbuild.workflow.corpus import Corpus
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.revisions import exported

NOW = "now"
"""What the corpus as it is now is called where nothing else was named."""


@dataclass(frozen=True, slots=True)
class _Request:
    """How to open both sides; a corpus is needed for revisions and for what stands now."""

    corpus: Corpus | None
    include_detached_text: bool
    progress: Progress


def diff(
    old: str | Path,
    new: str | Path | None = None,
    *,
    corpus: Corpus | str | Path | None = None,
    table: str | None = None,
    include_detached_text: bool = False,
    progress: Progress = silent,
) -> Difference:
    """What differs from ``old`` to ``new``, or to the corpus as it is now.

    Each is, in this order: a URL (it has ``://``) of a data set's folder or archive; a path that exists, of a data set's
    folder, its archive (``.tar.gz``), or a corpus folder; or a revision of the git repository that ``corpus`` is in.
    Corpora and revisions are compiled aside, none of their code is run, and nothing in them is touched; with
    ``include_detached_text`` as ``make`` has it. ``corpus`` is found upward from the working folder unless given.

    Raises :class:`~corpusbuild.errors.CannotGoOn`: there is no such thing, it is damaged, or does not compile
    (:class:`~corpusbuild.workflow.aside.DoesNotCompile`, with every finding).
    """
    request = _Request(corpus if corpus is None or isinstance(corpus, Corpus) else Corpus.open(corpus), include_detached_text, progress)
    with _side(old, request) as before, _side(new, request) as after:
        difference = compare(before, after, table)
    return difference if table is not None else replace(difference, demand=demanded(difference))


@contextmanager
def _side(place: str | Path | None, request: _Request) -> Iterator[Side]:
    if place is None:
        with _compiled(request.corpus or Corpus.open(), NOW, request) as side:
            yield side
        return
    with readable(str(place)):
        is_revision = "://" not in str(place) and not Path(place).exists()
        is_corpus = (Path(place) / FILE).is_file() and not (Path(place) / MANIFEST).is_file()
    if is_revision:
        corpus = request.corpus or Corpus.open()
        with exported(corpus.folder, str(place)) as folder, _compiled(Corpus.open(folder, search=False), str(place), request) as side:
            yield side
    elif is_corpus:
        with _compiled(Corpus.open(place, search=False), str(place), request) as side:
            yield side
    else:
        with opened(place) as data_set:
            side = Side(str(place), data_set.folder, data_set.manifest)
            check_counts(side)
            yield side


@contextmanager
def _compiled(corpus: Corpus, shown: str, request: _Request) -> Iterator[Side]:
    with compiled_aside(corpus, shown, include_detached_text=request.include_detached_text, progress=request.progress) as folder:
        yield Side(shown, folder, read_manifest(folder))
