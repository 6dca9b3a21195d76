"""Which files make up a corpus. Names only; nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpusbuild.corpus.storage import Root
from corpusbuild.errors import NotACorpus

_SHARD = ".jsonl"
_CODECS = {".gz": "gzip", ".zst": "zstd"}
_PROSE = (".md", ".rst")
_ROUNDABOUT = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """The two files of one article, as paths from the corpus root; either may be missing."""

    id: str
    text: str | None = None
    metadata: str | None = None


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """The data of a registry; ``annotator`` is None for the shared one."""

    table: str
    path: str
    annotator: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a corpus, as paths from its root with ``/``, each kind in byte order."""

    articles: tuple[ArticleFiles, ...] = ()
    article_shards: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    annotation_shards: tuple[str, ...] = ()
    registries: tuple[RegistryFile, ...] = ()
    strangers: tuple[str, ...] = field(default=())
    outside: tuple[str, ...] = field(default=())
    oversized: tuple[str, ...] = field(default=())
    damaged: tuple[str, ...] = field(default=())

    @property
    def compressed(self) -> list[str]:
        """The shards that are read only once they are unpacked."""
        shards = (*self.article_shards, *self.annotation_shards, *(each.path for each in self.registries))
        return [path for path in shards if is_compressed(path)]


def schema_files(root: Root) -> list[str]:
    """The corpus's schemas, as paths from its root. Raises :class:`NotACorpus` where there are none."""
    found = [path for path in _files(root, "schema") if path.endswith(".json")]
    if not found:
        raise NotACorpus("there is no schema/*.json", "schema", "`corpusbuild init` writes schemas to start from")
    return found


def discover(root: Root, registries: Collection[str], most_bytes: int | None = None) -> Layout:
    """The files of the corpus at ``root``; ``registries`` are the tables whose data are files of their own.

    What is one document and has more than ``most_bytes`` is not to be read.
    """
    for folder in ("raw", "annotations"):
        if not (root / folder).is_dir():
            raise NotACorpus(f"there is no folder {folder}/", folder, f"make {folder}/, or name another corpus with --corpus")
    sizes = _files(root, "raw") | _files(root, "annotations")
    paths = list(sizes)
    outside = [path for path in paths if leads_out(root, path)]
    found: dict[str, list[str]] = {
        kind: [] for kind in ("text", "metadata", "articles", "annotation", "annotations", "registry", "stranger")
    }
    oversized = [path for path in paths if path not in outside and is_oversized(root, path, most_bytes, sizes[path])]
    for path in paths:
        if path not in outside and path not in oversized:
            found[_kind(path, registries)].append(path)
    texts, metadata = ({Path(path).stem: path for path in found[kind]} for kind in ("text", "metadata"))
    return Layout(
        articles=tuple(ArticleFiles(stem, texts.get(stem), metadata.get(stem)) for stem in sorted(texts.keys() | metadata.keys())),
        article_shards=tuple(found["articles"]),
        annotations=tuple(found["annotation"]),
        annotation_shards=tuple(found["annotations"]),
        registries=tuple(RegistryFile(stem_of(path), path, _annotator(path)) for path in found["registry"]),
        strangers=tuple(found["stranger"]),
        outside=tuple(outside),
        oversized=tuple(oversized),
    )


def _kind(path: str, registries: Collection[str]) -> str:
    """What a file is, by its folder and its name."""
    folder, *folders, name = path.split("/")
    suffix = _SHARD if is_shard(path) else Path(name).suffix
    if folder == "raw":
        return "stranger" if folders else {".txt": "text", ".json": "metadata", _SHARD: "articles"}.get(suffix, "stranger")
    if len(folders) > 1 or suffix not in {".json", _SHARD}:
        return "stranger"
    if stem_of(path) in registries:
        return "registry"
    return "annotations" if suffix == _SHARD else "annotation"


def is_shard(path: str) -> bool:
    """Whether a file holds many documents, one a line."""
    return path.endswith((_SHARD, *(f"{_SHARD}{suffix}" for suffix in _CODECS)))


def is_compressed(path: str) -> bool:
    """Whether a file is a shard that is compressed."""
    return is_shard(path) and not path.endswith(_SHARD)


def codec(path: str) -> str:
    """What a compressed shard is compressed with: ``gzip`` or ``zstd``."""
    return _CODECS[Path(path).suffix]


def stem_of(path: str) -> str:
    """A file's name without folder and suffix; that of a compressed shard has two."""
    name = Path(path).stem
    return name.removesuffix(_SHARD) if is_compressed(path) else name


def _annotator(path: str) -> str | None:
    """Whose folder of ``annotations/`` a file is in."""
    _, *folders, _ = path.split("/")
    return folders[0] if folders else None


def _files(root: Root, folder: str) -> dict[str, int | None]:
    """Every file below a folder but hidden ones and prose, in byte order; with its bytes where a storage lists them."""
    if isinstance(root, Path):
        return dict.fromkeys(sorted(_walk(root / folder, folder), key=os.fsencode)) if (root / folder).is_dir() else {}
    return {f"{folder}/{path}": each.size for path, each in (root / folder).files().items() if is_read(path)}


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}/{entry.name}"
            if entry.name.startswith(".") or entry.name.endswith(_PROSE):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path)
            else:
                yield path


def files_in(root: Root, folder: str) -> list[str]:
    """Every file below a folder of the corpus that may be read, as paths from its root, in byte order."""
    return list(_files(root, folder))


def is_read(path: str) -> bool:
    """Whether a path names what may be read: hidden files and prose are not."""
    return not path.endswith(_PROSE) and not any(name.startswith(".") and name not in _ROUNDABOUT for name in path.split("/"))


def leads_out(root: Root, path: str) -> bool:
    """Whether a link leads out of the corpus, or to something that is not a file; in a storage, a name that could."""
    if not isinstance(root, Path):
        return any(step in _ROUNDABOUT for step in path.split("/"))
    full = root / path
    if not full.is_symlink():
        return not full.is_file()
    return not (full.is_file() and full.resolve().is_relative_to(root.resolve()))


def is_oversized(root: Root, path: str, most_bytes: int | None, size: int | None = None) -> bool:
    """Whether a file that is read whole has too many bytes, ``size`` if that is known; a shard is read line by line."""
    if most_bytes is None or is_shard(path):
        return False
    if size is not None:
        return size > most_bytes
    return (root / path).is_file() and (root / path).stat().st_size > most_bytes
