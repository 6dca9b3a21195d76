"""A data set as it stands: open a folder, an archive or a URL, and say what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpusbuild.errors import CannotGoOn
from corpusbuild.release.archive import DamagedArchive, unpacked
from corpusbuild.release.manifests import MANIFEST, read_manifest
from corpusbuild.release.paths import readable

if TYPE_CHECKING:
    import pyarrow.parquet as pq


@dataclass(eq=False)
class NotADataSet(CannotGoOn):
    """There is no data set here."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set in a folder. Its manifest has the right form and names no path that leads out; nothing more is certain of it."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the data set."""
        return str(self.manifest["name"])

    @property
    def version(self) -> str:
        """Its version, ``major.minor.patch``."""
        return str(self.manifest["version"])

    @property
    def gold(self) -> str | None:
        """The annotator whose rows the plain tables hold."""
        gold: str | None = self.manifest["gold"]
        return gold

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table, those without rows too."""
        return tuple(self.manifest["tables"])

    def splits(self, table: str) -> tuple[str, ...]:
        """The splits in which a table has rows; ``registry`` for a registry."""
        return tuple(self.manifest["tables"][table]["splits"])

    def fields(self, table: str) -> Sequence[Mapping[str, Any]]:
        """The columns of a table, as the manifest writes them (``docs/data-set.md``)."""
        fields: Sequence[Mapping[str, Any]] = self.manifest["tables"][table]["fields"]
        return fields

    def rows(self, table: str, split: str | None = None) -> int:
        """The rows of a table, or of one split of it, as the manifest counts them."""
        each = self.manifest["tables"][table]
        return int(each["rows"] if split is None else each["splits"][split]["rows"])

    def files(self, table: str, split: str) -> tuple[Path, ...]:
        """The Parquet files of one split of a table, in the order of its rows."""
        return tuple(self.folder / path for path in self.manifest["tables"][table]["splits"][split]["files"])

    def open_parquet(self, path: Path) -> pq.ParquetFile:
        """One Parquet file; its rows are read a row group at a time. Raises :class:`~corpusbuild.errors.CannotGoOn`."""
        import pyarrow as pa  # noqa: PLC0415  start-up time
        import pyarrow.parquet as pq  # noqa: PLC0415  start-up time

        try:
            return pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise CannotGoOn(f"this is no Parquet file that can be read: {_first_line(error)}", str(path), "get it again") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@dataclass(frozen=True, slots=True)
class AtHand:
    """Where the files of a data set are now.

    ``shown`` is what the user named, ``archive`` the file that they were unpacked from; ``listed`` says whether all that
    is there is at hand, as it is not for a folder on a web server.
    """

    folder: Path
    shown: str
    archive: Path | None = None
    listed: bool = True


@contextmanager
def opened(place: str | Path) -> Iterator[DataSet]:
    """The data set at ``place``: its folder, an archive of it (``.tar.gz``), or a URL of either that fsspec reads.

    What has to be unpacked or fetched is in a temporary folder, until the context ends. Raises
    :class:`~corpusbuild.errors.CannotGoOn`, which says what is there instead.
    """
    with at_hand(place) as there:
        yield DataSet(there.folder, read_manifest(there.folder))


@contextmanager
def at_hand(place: str | Path, *, unproved: bool = False) -> Iterator[AtHand]:
    """The files of the data set at ``place``, before anything of them is believed; ``unproved`` as in :func:`unpacked`."""
    if "://" in str(place):
        from corpusbuild.release.fetching import fetched  # noqa: PLC0415  only for what lies elsewhere

        with fetched(str(place)) as copy, _at_hand(copy.path, str(place), unproved=unproved) as there:
            yield replace(there, listed=copy.listed)
        return
    with _at_hand(Path(place), str(place), unproved=unproved) as there:
        yield there


@contextmanager
def _at_hand(path: Path, shown: str, *, unproved: bool) -> Iterator[AtHand]:
    with readable(shown):
        is_archive = path.is_file() and path.name.endswith((".tar.gz", ".tgz"))
    if is_archive:
        with unpacked(path, unproved=unproved) as folder:
            if not (folder / MANIFEST).is_file():
                raise DamagedArchive(f"this archive holds no {MANIFEST}", shown, "name the archive of a data set, or get it again")
            yield AtHand(folder, shown, path)
        return
    with readable(shown):
        _require_manifest(path, shown)
    yield AtHand(path, shown)


def _require_manifest(path: Path, shown: str) -> None:
    """Raise unless there is a manifest in the folder at ``path``, and say what is there."""
    if (path / MANIFEST).is_file():
        return
    help_text = "name a folder that `corpusbuild make` wrote, or an archive that `corpusbuild release` did"
    if not path.exists():
        raise NotADataSet("there is nothing here", shown, help_text)
    if not path.is_dir():
        raise NotADataSet("this is a file, and not an archive (.tar.gz)", shown, help_text)
    inside = sorted(each.name for each in path.iterdir())
    if "pyproject.toml" in inside and "raw" in inside:
        made = sorted(each.parent.name for each in path.glob(f"dist/*/{MANIFEST}"))
        help_text = f"name its data set: dist/{made[0]}" if made else "`corpusbuild make` compiles it"
        raise NotADataSet("this is a corpus folder, not a data set", shown, help_text)
    few = ", ".join(inside[:3]) + (f" and {len(inside) - 3:,} more" if len(inside) > 3 else "")
    raise NotADataSet(f"there is no {MANIFEST} here, but {few}" if inside else "this folder is empty", shown, help_text)
