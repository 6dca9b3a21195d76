"""Unpack the compressed shards of a corpus before anything is read, side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from corpusbuild.corpus.layout import Layout
from corpusbuild.corpus.spill import Damaged, Inflated, tidy, unpack
from corpusbuild.corpus.storage import Root
from corpusbuild.engines import Engine


class Fault(NamedTuple):
    """Why a shard cannot be unpacked; whether that is because it would be too large."""

    why: str
    inflated: bool


def spilled(root: Root, layout: Layout, engine: Engine, expansion: int) -> tuple[Layout, dict[str, Fault]]:
    """``layout`` without the shards that cannot be unpacked, which are ``damaged`` now; and why each of them cannot.

    The rest are at hand. Copies of shards that are no longer there are taken away. Raises as
    :func:`~corpusbuild.corpus.spill.unpack` does of any other fault.
    """
    compressed = layout.compressed
    tidy(root, compressed)
    faults = zip(compressed, engine.map(partial(_fault, root, expansion), compressed), strict=True)
    damaged = {path: fault for path, fault in faults if fault is not None}
    if not damaged:
        return layout, {}
    whole = replace(
        layout,
        article_shards=tuple(path for path in layout.article_shards if path not in damaged),
        annotation_shards=tuple(path for path in layout.annotation_shards if path not in damaged),
        registries=tuple(each for each in layout.registries if each.path not in damaged),
        damaged=tuple(damaged),
    )
    return whole, damaged


def _fault(root: Root, expansion: int, path: str) -> Fault | None:
    """Why a shard cannot be unpacked; None where its copy is at hand."""
    try:
        unpack(root, path, expansion)
    except Damaged as error:
        return Fault(error.message, isinstance(error, Inflated))
    return None
