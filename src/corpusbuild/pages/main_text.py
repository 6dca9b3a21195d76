"""Which blocks of a page are its main text: what trafilatura keeps of it, found again in the page."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from corpusbuild.pages.page import NoArticle
from corpusbuild.pages.tree import Block, blocks
from corpusbuild.pages.words import essence

# What trafilatura calls the blocks of its own trees.
_ITS_BLOCKS = frozenset({"head", "item", "row", "cell", "quote", "list", "lb", "code", "graphic"})

# Fewer letters than these may stand in another block by chance.
_LEAST = 20
_MOST_OF = 0.6
# Characters that are looked through for blocks that were cut or joined; a page that is a page needs a thousandth of it.
_BUDGET = 2_000_000_000

logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # or it would write to standard error by itself


def main_blocks(tree: Any, page: Sequence[Block]) -> list[bool]:
    """Of each block of ``page``, whether it is of the main text.

    The library's verdict alone is used, not its words: it takes no-break spaces for spaces and joins or cuts blocks here and
    there, and a text that is quoted must be the page's own.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415  comes with the extra, and is slow to import

    try:
        # A tree is given, never an address: nothing is fetched. The date is found without it (see docs/decisions/0020).
        found = bare_extraction(tree, include_comments=False, with_metadata=False, include_tables=True)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise NoArticle(f"the extraction library fails on this page: {error}", help="save its text as .txt") from error
    body = getattr(found, "body", None)
    if body is None:
        return [False] * len(page)
    lines = [essence(block.text) for block in blocks(body, _ITS_BLOCKS)]
    return _found_again(lines, [essence(block.text) for block in page])


def _found_again(lines: Sequence[str], page: Sequence[str]) -> list[bool]:
    """Which blocks of the page the lines are: the same letters, or a part of them that is long enough."""
    left = Counter(lines)
    kept = []
    for each in page:
        kept.append(left[each] > 0)
        left[each] -= kept[-1]
    unmatched = [line for line in lines if left[line] > 0 and len(line) >= _LEAST]
    whole = "\n".join(unmatched)
    budget = _BUDGET
    for number, each in enumerate(page):
        if kept[number] or len(each) < _LEAST or not whole:
            continue
        budget -= len(whole) + len(each) * len(unmatched)
        if budget < 0:
            break
        kept[number] = each in whole or sum(len(line) for line in unmatched if line in each) > _MOST_OF * len(each)
    return kept
