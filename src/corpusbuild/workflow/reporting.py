"""Make the site to read a corpus in, and put it in place in one step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from corpusbuild.diagnostics.report import Report
from corpusbuild.emit import swap
from corpusbuild.emit.libraries import made_by
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.site.contents import Contents, Sample
from corpusbuild.workflow.gathering import gather
from corpusbuild.workflow.locking import only_run
from corpusbuild.workflow.run import Run
from corpusbuild.workflow.sources import FOLDERS

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus

ARTICLES_SHOWN = 2_000
"""Articles, and entries of each registry, that a site has pages for unless more are asked for."""

ROWS_SHOWN = 20_000
"""Rows of each table that the search of a site looks in unless more are asked for: a browser filters them in about 0.1 s."""

NAME = "report"
"""The folder of the site in dist/, and what its manifest says that it is."""

_NEEDED = ("jinja2", "pygal")


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a ``report``. Without ``pages`` nothing was written: see ``report``. ``size`` counts bytes."""

    path: Path
    report: Report
    pages: int = 0
    size: int = 0
    sample: Sample | None = None

    @property
    def ok(self) -> bool:
        """Whether the site at ``path`` is the one of the corpus as it is."""
        return self.report.ok


@dataclass(frozen=True, slots=True)
class Asked:
    """How a site is asked for; see :meth:`corpusbuild.workflow.corpus.Corpus.report`."""

    articles: int
    rows: int
    include_detached_text: bool


def need_extra() -> None:
    """Raise :class:`CannotGoOn` where what writes pages is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise CannotGoOn(f"{' and '.join(missing)} not installed", help="pip install 'corpusbuild[report]'")


def make_site(run: Run, out: str | Path | None, asked: Asked) -> Reported:
    """Write the site of a corpus into ``out``, ``dist/report`` of the corpus unless given; nothing where it has errors."""
    need_extra()
    from corpusbuild.site.writing import write_site  # noqa: PLC0415  an extra

    target = _target(run.corpus, out)
    with only_run(run.corpus.root):
        contents, report = gather(run, asked.articles, include_detached_text=asked.include_detached_text)
        if contents is None:
            return Reported(target, report)
        with _staged(target) as folder:
            try:
                written = write_site(contents, folder, asked.rows, run.progress)
                (folder / "manifest.json").write_bytes(_manifest(contents))
            except OSError as error:
                raise CannotWrite(f"writing failed: {error.strerror or error}", str(target), "the old site stands as it was") from error
            swap.replace(folder, target)
    return Reported(target, report, written.pages, written.size, contents.sample)


def _target(corpus: Corpus, out: str | Path | None) -> Path:
    """Where the site goes; never among the sources."""
    if out is None and not isinstance(corpus.root, Path):
        raise CannotGoOn("a site is written to a folder of this machine", str(corpus.root), "name one with --out")
    target = Path(out) if out is not None else corpus.folder / "dist" / NAME
    target = target.absolute()
    for name in FOLDERS:
        if isinstance(corpus.root, Path) and target.resolve().is_relative_to(corpus.root / name):
            raise CannotWrite(f"a site cannot stand among the sources in {name}/", str(target), "name another folder with --out")
    return target


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """A new folder beside the place where the site will stand."""
    if not swap.may_replace(target, NAME):
        raise CannotWrite("this is no site that corpusbuild wrote", str(target), "name a new or an empty folder with --out")
    with ExitStack() as place:
        try:
            folder = place.enter_context(swap.site_of(target))
        except OSError as error:
            help_text = "make the folder writable, or choose another with --out"
            raise CannotWrite(f"nothing can be written here: {error.strerror}", str(target.parent), help_text) from error
        yield folder


def _manifest(contents: Contents) -> bytes:
    """What says that a folder is a site of ours, which the next may replace."""
    said = {
        "kind": NAME,
        "name": contents.config.name,
        "version": contents.config.version,
        "provenance": {"tool": {"name": "corpusbuild", "version": made_by()["corpusbuild"]}},
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)
