"""Write a null where a schema asks for a property that nothing is known of. Null and absent mean the same, but are not judged alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.schema.judging import Judge, ShapeFault

_ROUNDS = 20  # what one null allows may ask for another


@dataclass
class Nulls:
    """Remembers where nulls were asked for, by property names from the row on: finding it out is slow, and all rows are alike."""

    judge: Judge
    _learned: set[tuple[str, ...]] = field(default_factory=set)

    def written(
        self, value: dict[str, Any], shown: Callable[[dict[str, Any]], Any], depth: int = 0
    ) -> tuple[dict[str, Any], list[tuple[Sequence[Any], str]]]:
        """``value`` with the nulls that make it valid; or as it is, and what is wrong with it: where, and why.

        ``shown`` says what is judged, in which the value stands ``depth`` steps deep.
        """
        if self.judge.accepts(shown(value)):
            return value, []
        made = deepcopy(value)
        for path in self._learned:
            _put(made, path)
        if self._learned and self.judge.accepts(shown(made)):
            return made, []
        made = deepcopy(value)
        faults = first = self.judge.explain(shown(made))
        put: set[tuple[str, ...]] = set()
        for _ in range(_ROUNDS):
            wanted = [(fault.pointer[depth:], name) for fault in faults for name in _missing(fault)]
            if not wanted:
                break
            for pointer, name in wanted:
                _at(made, pointer)[name] = None
                put.add((*(step for step in pointer if isinstance(step, str)), name))
            if self.judge.accepts(shown(made)):
                self._learned |= put
                return made, []
            faults = self.judge.explain(shown(made))
        return value, [(fault.pointer[depth:], fault.message) for fault in first]


def _missing(fault: ShapeFault) -> Iterator[str]:
    """The properties that a schema asks for."""
    if fault.missing is not None:
        yield fault.missing
    elif fault.keyword == "dependentRequired" and isinstance(fault.wanted, Mapping):
        for name, others in fault.wanted.items():
            if name in fault.value:
                yield from (other for other in others if other not in fault.value)


def _at(value: Any, pointer: Sequence[str | int]) -> Any:
    for step in pointer:
        value = value[step]
    return value


def _put(value: Any, path: tuple[str, ...]) -> None:
    """A null at ``path`` in every object that it leads to and that has nothing there."""
    if isinstance(value, list):
        for each in value:
            _put(each, path)
    elif isinstance(value, dict):
        if len(path) == 1:
            value.setdefault(path[0], None)
        else:
            _put(value.get(path[0]), path[1:])
