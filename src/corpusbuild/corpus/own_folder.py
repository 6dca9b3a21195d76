"""The folder `.corpusbuild/`, where the tool keeps what may be deleted whenever nothing is running.

It lies in the corpus folder. That of a corpus in a storage lies in the user's cache, in a folder with the hash of the URL.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpusbuild.corpus.storage import Root, cache_folder
from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite

OWN = ".corpusbuild"
JOURNAL = f"{OWN}/journal"
"""What a run has decided to change, until it has: see ``workflow/journal.py``."""
RELEASE = f"{OWN}/release"
"""What a release has changed, until its archive stands: see ``workflow/unreleased.py``."""


def home(root: Root) -> Path:
    """The folder that ``.corpusbuild/`` is in; it need not be there yet."""
    return root if isinstance(root, Path) else cache_folder() / "corpora" / hashlib.sha256(str(root).encode()).hexdigest()[:32]


def own_folder(root: Root, name: str, failed: str = "nothing can be kept here") -> Path:
    """The folder ``.corpusbuild/<name>`` of a corpus, made if there is none; git does not see what is in it.

    Raises :class:`~corpusbuild.errors.CannotWrite`, which says what ``failed``, and where a link leads elsewhere: the corpus
    may be a stranger's, and what is kept here is deleted without asking.
    """
    here = home(root)
    folder, own = here / OWN / name, here / OWN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.resolve() != here.resolve() / OWN / name:
            raise CannotWrite("this leads out of the corpus", f"{OWN}/{name}".rstrip("/"), "delete the link")
        if not (own / ".gitignore").exists():
            _ignore(own / ".gitignore")
    except OSError as error:
        raise CannotWrite(f"{failed}: {error.strerror}", f"{OWN}/{name}".rstrip("/"), "make room, or the corpus folder writable") from error
    return folder


def _ignore(path: Path) -> None:
    """Have git see nothing of the folder: texts that may not be redistributed are in it."""
    try:
        write_whole(path, b"# what corpusbuild keeps for itself; texts that may not be redistributed among it\n*\n")
    except FileNotFoundError:
        # Another run was quicker, and has renamed the file that both wrote.
        if not path.exists():
            raise
