"""How far schemas lead: some are short to write and without end to apply.

Forty schemas of which each refers twice to the next come to a million millions when they are written out, and whoever applies them
does as much work. So the number of schemas is bounded, and how many come to be applied below each, and how deep.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from corpusbuild.diagnostics.where import Pointer

Spot = tuple[str, Pointer]
"""A schema object: its file, and its place there."""

SCHEMAS = 20_000
"""The most schema objects in all files."""

APPLIED = 1_000_000
"""The most schema objects that one may come to when every reference is written out, up to where it comes back to itself."""


def extent_faults(spots: Collection[Spot], below: Callable[[Spot], Iterable[Spot]], deepest: int) -> Iterator[tuple[Spot, str]]:
    """The first schema that leads too far, and in what way; ``below`` gives those that one applies."""
    if len(spots) > SCHEMAS:
        yield next(iter(spots)), f"there are more than {SCHEMAS:,} schemas here, one in another"
        return
    done: dict[Spot, tuple[int, int]] = {}
    for top in spots:
        # Depth first, without a stack of Python's: it is what may be deep.
        way: list[tuple[Spot, list[Spot]]] = [] if top in done else [(top, list(below(top)))]
        on_the_way = {top}
        while way:
            spot, todo = way[-1]
            if todo:
                other = todo.pop()
                if other not in done and other not in on_the_way:
                    on_the_way.add(other)
                    way.append((other, list(below(other))))
                continue
            way.pop()
            on_the_way.discard(spot)
            # What leads back to where one is adds nothing: a value that is applied to is smaller each time, or there is no end anyway.
            known = [done.get(each, (1, 1)) for each in below(spot)]
            count, depth = 1 + sum(each[0] for each in known), 1 + max((each[1] for each in known), default=0)
            if depth > deepest:
                yield spot, f"schemas lead from here to one another more than {deepest:,} deep (see limits.nesting)"
                return
            if count > APPLIED:
                yield spot, f"with every reference written out, this comes to more than {APPLIED:,} schemas"
                return
            done[spot] = count, depth
