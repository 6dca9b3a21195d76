"""Texts of detached articles that are at hand: kept in the corpus folder but outside git, and known by hash alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from corpusbuild.corpus.own_folder import home
from corpusbuild.corpus.storage import Root
from corpusbuild.text.pieces import SHA256, Paragraph, Pieces, out_of_order, put_together

FOLDER = ".corpusbuild/text"
"""``<sha256>.txt`` is a whole text; ``<sha256>.json``, an array of strings, those of its paragraphs that are at hand."""

LARGEST = 64 << 20  # bytes; no article comes near it


def text_path(sha256: str) -> str:
    """Where a whole text is kept."""
    return f"{FOLDER}/{sha256}.txt"


def pieces_path(sha256: str) -> str:
    """Where paragraphs of a text are kept."""
    return f"{FOLDER}/{sha256}.json"


def text_at_hand(root: Root, sha256: str) -> str | None:
    """The text with this hash, if it is there and is that text."""
    data = _read(home(root) / text_path(sha256))
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def promised_text(root: Root, promise: object) -> str | None:
    """The text that an article's metadata promise in the place of ``text``, as nobody has checked them, if it is at hand."""
    sha256 = promise.get("sha256") if isinstance(promise, dict) else None
    return text_at_hand(root, sha256) if isinstance(sha256, str) and SHA256.fullmatch(sha256) else None


def paragraphs_at_hand(root: Root, sha256: str) -> list[str]:
    """The paragraphs that are kept of the text with this hash; whether they are its own, their hashes must say."""
    data = _read(home(root) / pieces_path(sha256))
    try:
        kept = [] if data is None else json.loads(data)
    except ValueError:
        return []
    return [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []


def pieces_at_hand(root: Root, sha256: str, blocks: Sequence[Paragraph] | None, chars: int) -> Pieces | None:
    """What is known of a text by its paragraphs; None where none of them is there, or ``blocks`` cannot be its paragraphs."""
    if not blocks or chars > LARGEST or out_of_order(blocks, chars) is not None:
        return None
    kept = paragraphs_at_hand(root, sha256)
    pieces = put_together(blocks, chars, kept) if kept else None
    return pieces if pieces is not None and pieces.at_hand else None


def _read(path: Path) -> bytes | None:
    try:
        # A pipe would keep us waiting.
        return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else None
    except OSError:
        return None
