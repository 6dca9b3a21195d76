"""Write the annotations of a corpus in another tool's format, once what the format cannot carry is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from corpusbuild.blocks import Block
from corpusbuild.corpus.scratch import building_site, site, take_away_if_left
from corpusbuild.corpus.whole import put_folder
from corpusbuild.diagnostics.finding import Severity
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.interchange.formats import WITH_MAPPING, writer
from corpusbuild.interchange.model import Exporting, Losses, Writer
from corpusbuild.plan import SHARED
from corpusbuild.units import read_units
from corpusbuild.workflow.reading import MEND, Annotated

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export carries: ``folder`` is None where nothing was written; ``lost`` is what is not carried, and how many values."""

    folder: Path | None
    annotators: tuple[str, ...]
    documents: int
    files: int
    lost: Mapping[tuple[str, str], int] = field(default_factory=dict)


def export_corpus(  # noqa: PLR0913  each is an option of the command
    corpus: Corpus,
    name: str,
    to: Path,
    *,
    annotators: Sequence[str] = (),
    include_detached_text: bool = False,
    dry_run: bool = False,
    listed: Callable[[Exported], None] = lambda _: None,
) -> Exported:
    """Write ``corpus`` in the format ``name``, for all ``annotators`` unless some are named.

    ``listed`` is called with what will not be carried before anything is written. Raises
    :class:`~corpusbuild.errors.CannotGoOn` for a corpus with errors, :class:`~corpusbuild.errors.UnknownName` for a format or
    an annotator that is not there, :class:`~corpusbuild.errors.CannotWrite` for a folder that is not empty.
    """
    take_away_if_left(building_site(to.absolute()))
    if not dry_run and to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise CannotWrite("this folder is not empty", str(to), "choose a new folder")
    if corpus.check().count(Severity.ERROR):
        raise CannotGoOn("this corpus has errors", str(corpus.root), MEND)
    annotated = Annotated.of(corpus)
    annotated.know(*annotators)
    whose = tuple(sorted(set(annotators), key=str.encode)) or annotated.annotators
    plan = annotated.plan
    schemas, gold = plan.article_judge.schemas.files, plan.config.gold
    what = Exporting(plan.config.name, plan.shape, whose, _systems(annotated), include_detached_text, schemas, plan.entries, gold)

    first = writer(name, what)
    if name not in WITH_MAPPING:
        first.losses += _registries(annotated)
    files = len({path for path, _ in _files(annotated, first, whose, bare=not annotators)})
    documents = sum(len(annotated.documents(each)) for each in whose)
    told = Exported(None, whose, documents, files, dict(sorted(first.losses.items())))
    listed(told)
    if dry_run:
        return told
    _write(to, _files(annotated, writer(name, what), whose, bare=not annotators))
    return replace(told, folder=to)


def _files(annotated: Annotated, made: Writer, whose: Sequence[str], *, bare: bool) -> Iterator[tuple[str, str]]:
    """Path and content of every file: article by article, then, with ``bare``, those of articles that nobody annotated."""
    for reading in annotated.by_article(whose):
        yield from made.document(reading).items()
    seen = {fact.article for fact in annotated.annotations}
    for name, fact in annotated.articles.items():
        if bare and name not in seen:
            (unit,) = read_units(Block.of("", [(fact, ())]), annotated.plan)
            yield from made.bare(unit.article).items()
    yield from made.finish().items()


def _registries(annotated: Annotated) -> Losses:
    """Registries are no annotations: no format has them, but some of our writers put them beside the data."""
    plan = annotated.plan
    return Losses({(each, "a registry"): len(plan.entries[each]) for each in plan.entries if plan.entries[each]})


def _systems(annotated: Annotated) -> frozenset[str]:
    """The annotators that the registry says are no people."""
    entries = annotated.plan.entries.get("annotators", ())
    return frozenset(str(each.value["id"]) for each in entries if each.owner == SHARED and each.value.get("kind") == "model")


def _write(to: Path, files: Iterator[tuple[str, str]]) -> None:
    """Write ``files`` beside ``to``, and put them in place when all are written. What a path has again stands behind what it had."""
    target = to.absolute()
    try:
        with site(building_site(target)) as folder:
            if folder is None:
                raise CannotGoOn("another run is writing here", str(to), "wait for it to end")
            for path, content in files:
                file = folder / PurePosixPath(path)
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("a", encoding="utf-8", newline="") as opened:
                    opened.write(content)
            put_folder(folder, target)
    except OSError as error:
        help_text = "make room, or the folder above it writable; nothing was written"
        raise CannotWrite(f"this cannot be written: {error.strerror or error}", str(to), help_text) from error
