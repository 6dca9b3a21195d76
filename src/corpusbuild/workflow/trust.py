"""Whose code may run: corpora whose checks the user has trusted, kept in the user's own config with what was trusted."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from corpusbuild.corpus.holding import hold_in_turn
from corpusbuild.corpus.storage import Root
from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite


def trust_file() -> Path:
    """Where the user's trust is kept; ``CORPUSBUILD_CONFIG`` names another folder."""
    folder = os.environ.get("CORPUSBUILD_CONFIG")
    if folder:
        return Path(folder) / "trust.json"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "corpusbuild" / "trust.json"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "corpusbuild" / "trust.json"


def is_trusted(root: Root, checks: str) -> bool:
    """Whether the user has trusted the checks with this hash in this folder; code in a storage never is trusted."""
    return isinstance(root, Path) and _load().get(str(root.resolve())) == checks


def remember_trust(root: Path, checks: str) -> None:
    """Trust the checks with this hash in this folder."""
    path = trust_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("wb") as held:
            # The file is of all corpora, and runs over others may be at work.
            hold_in_turn(held.fileno())
            kept = _load() | {str(root.resolve()): checks}
            write_whole(path, (json.dumps(kept, indent=2, sort_keys=True) + "\n").encode(), durable=True)
    except OSError as error:
        raise CannotWrite(f"trust cannot be kept: {error.strerror}", str(path)) from error


def _load() -> dict[str, str]:
    try:
        kept = json.loads(trust_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in kept.items() if isinstance(value, str)} if isinstance(kept, dict) else {}
