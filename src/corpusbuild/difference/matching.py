"""Match the records of one article, or of a part of a registry, in two data sets. Never guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.difference.fields import SPAN, SPANS, STRUCT, Field
from corpusbuild.difference.values import canonical

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass
class Matched:
    """Which records are the same one, by their positions: pairs in the newer order, and those that only one side has."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)

    @property
    def reordered(self) -> bool:
        """Whether the records that both sides have stand in another order."""
        return any(one > other for (one, _), (other, _) in zip(self.pairs, self.pairs[1:], strict=False))


def match_by_key(old: Sequence[Key], new: Sequence[Key]) -> Matched:
    """Match by key; of a key that one side has several times, the first with the first, and so on."""
    return _match(len(old), len(new), [(old.__getitem__, new.__getitem__)])


def match_by_content(old: Sequence[Row], new: Sequence[Row], fields: Sequence[Field]) -> Matched:
    """Match records without keys, so that one that came or went does not make those after it seem changed.

    First those that are equal; then those at the same place of the text; then those with the same words that are
    equal otherwise; then those that differ in places and words alone, where there is only one on each side.
    """
    seen = [[_seen(row, fields) for row in rows] for rows in (old, new)]
    sorts: list[Callable[[_Seen], Hashable]] = [
        lambda each: (each.places, each.words, each.rest),
        lambda each: (each.owner, each.places) if each.places else None,
        lambda each: (each.words, each.rest) if any(each.words) else None,
    ]
    keys = [(_keyed(seen[0], sort), _keyed(seen[1], sort)) for sort in sorts]
    alone = _keyed(seen[0], _rest), _keyed(seen[1], _rest)
    return _match(len(old), len(new), keys, alone)


def _match(old: int, new: int, keys: Sequence[tuple[_KeyOf, _KeyOf]], alone: tuple[_KeyOf, _KeyOf] | None = None) -> Matched:
    """Match positions by one kind of key after another; ``alone`` is one that counts only where nobody else has it."""
    waiting = list(range(old)), list(range(new))
    found: dict[int, int] = {}
    for of_old, of_new in keys:
        found.update(_paired(waiting, of_old, of_new, alone=False))
        taken = set(found.values())
        waiting = [i for i in waiting[0] if i not in found], [i for i in waiting[1] if i not in taken]
    if alone is not None:
        found.update(_paired(waiting, *alone, alone=True))
    taken = set(found.values())
    pairs = sorted(found.items(), key=lambda pair: pair[1])
    return Matched(pairs, [i for i in range(old) if i not in found], [i for i in range(new) if i not in taken])


_KeyOf = Callable[[int], Hashable]


def _paired(waiting: tuple[list[int], list[int]], of_old: _KeyOf, of_new: _KeyOf, *, alone: bool) -> Iterator[tuple[int, int]]:
    groups: defaultdict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, of in ((0, of_old), (1, of_new)):
        for i in waiting[side]:
            if (key := of(i)) is not None:
                groups[key][side].append(i)
    for before, after in groups.values():
        if not alone or len(before) == len(after) == 1:
            yield from zip(before, after, strict=False)


def _keyed(seen: Sequence[_Seen], sort: Callable[[_Seen], Hashable]) -> _KeyOf:
    return lambda i: sort(seen[i])


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record taken apart: where its spans are, their words, and the rest; ``owner`` is its annotator."""

    owner: Any
    places: tuple[Any, ...]
    words: tuple[Any, ...]
    rest: bytes


def _rest(seen: _Seen) -> Hashable:
    return seen.rest if seen.places else None


def _seen(row: Row, fields: Sequence[Field]) -> _Seen:
    places: list[Any] = []
    words: list[Any] = []
    rest = {each.name: _without_spans(row[each.name], each, places, words) for each in fields}
    return _Seen(row.get("annotator"), tuple(places), tuple(words), canonical(rest))


def _without_spans(value: Any, field: Field, places: list[Any], words: list[Any]) -> Any:
    """``value`` with true for every span, whose place and words are added to the lists."""
    if value is None:
        return None
    if field.type == SPAN:
        places.append((value["start"], value["end"]))
        words.append(value["text"])
        return True
    if field.type == SPANS:
        return [_without_spans(each, Field("item", SPAN), places, words) for each in value]
    if field.type == STRUCT:
        return {each.name: _without_spans(value[each.name], each, places, words) for each in field.fields}
    if field.item is not None:
        return [_without_spans(each, field.item, places, words) for each in value]
    return value
