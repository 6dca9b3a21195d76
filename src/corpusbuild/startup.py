"""Start fast, and stay small: leave out what a run of the command line never needs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    """Finds no pandas, though it may be installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002  the protocol's names
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)
        return None


def spare_pandas() -> None:
    """Leave pandas out of this process: pyarrow would import it, in half a second, to ask whether a list is a series.

    For processes of our own, commands and workers. In a program of someone else's, pandas may well be wanted.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())


def spare_memory() -> None:
    """Have Arrow give memory back to the system as soon as it is let go, a fifth less at a million articles; for processes of our own."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


# Objects more than there were, before the collector looks at the newest; and so many such looks, before it looks at more.
_COLLECT = (100_000, 50, 100)


def spare_collecting() -> None:
    """Have the collector look for cycles seldom: a run makes many objects, and hardly a cycle; for processes of our own."""
    gc.set_threshold(*_COLLECT)
