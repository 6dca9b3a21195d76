"""The folder `.corpusbuild/`, where the tool keeps what may be deleted whenever nothing is running."""

from __future__ import annotations

from pathlib import Path

from corpusbuild.errors import CannotWrite

OWN = ".corpusbuild"


def own_folder(root: Path, name: str, failed: str = "nothing can be kept here") -> Path:
    """The folder ``.corpusbuild/<name>`` of a corpus, made if there is none; git does not see what is in it.

    Raises :class:`~corpusbuild.errors.CannotWrite`, which says what ``failed``, and where a link leads elsewhere: the corpus
    may be a stranger's, and what is kept here is deleted without asking.
    """
    folder, own = root / OWN / name, root / OWN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.resolve() != root.resolve() / OWN / name:
            raise CannotWrite("this leads out of the corpus", f"{OWN}/{name}", "delete the link")
        if not (own / ".gitignore").exists():
            (own / ".gitignore").write_text(
                "# what corpusbuild keeps for itself; texts that may not be redistributed among it\n*\n", "utf-8"
            )
    except OSError as error:
        raise CannotWrite(f"{failed}: {error.strerror}", f"{OWN}/{name}", "make room, or the corpus folder writable") from error
    return folder
