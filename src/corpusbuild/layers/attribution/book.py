"""The rules of the attribution layer, in code order."""

from __future__ import annotations

from types import ModuleType

RULES: tuple[ModuleType, ...] = ()
