"""Keep texts of detached articles at hand, in the corpus folder but outside git."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from corpusbuild.corpus.at_hand import FOLDER, pieces_path, text_path
from corpusbuild.corpus.own_folder import OWN, own_folder
from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite


def make_room(root: Path) -> None:
    """Make the folder for texts. Raises :class:`~corpusbuild.errors.CannotWrite`, as everything here."""
    own_folder(root, FOLDER.removeprefix(f"{OWN}/"), "no text can be kept here")


def keep_text(root: Path, sha256: str, text: str) -> None:
    """Keep a whole text, for which its paragraphs are no longer needed."""
    _write(root, text_path(sha256), text)
    (root / pieces_path(sha256)).unlink(missing_ok=True)


def keep_paragraphs(root: Path, sha256: str, paragraphs: Sequence[str]) -> None:
    """Keep those paragraphs that are at hand of the text with this hash."""
    _write(root, pieces_path(sha256), json.dumps(paragraphs, ensure_ascii=False, indent=1) + "\n")


def _write(root: Path, path: str, text: str) -> None:
    try:
        write_whole(root / path, text.encode("utf-8"), durable=True)
    except OSError as error:
        raise CannotWrite(f"this text cannot be kept: {error.strerror}", path, "make room, or the folder writable") from error
