"""What every engine does with a task: run it without the garbage collector, and send what tasks share only once."""

from __future__ import annotations

import gc
import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from corpusbuild.errors import CannotGoOn

Item = TypeVar("Item")
Result = TypeVar("Result")

TRIES = 3
"""How many times workers may be lost with a task on board, before it is taken to be what kills them."""


class Engine(Protocol):
    """Applies a function to items; results come in the order of the items."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``. They are asked for as they are needed: a few are at work at a time."""
        ...


@dataclass(frozen=True, slots=True)
class Quietly(Generic[Item, Result]):
    """A task without the garbage collector: it would look again and again at documents that make no cycles."""

    function: Callable[[Item], Result]

    def __call__(self, item: Item) -> Result:
        """Run the task."""
        enabled = gc.isenabled()
        gc.disable()
        try:
            return self.function(item)
        finally:
            if enabled:
                gc.enable()


class InProcess:
    """Runs everything here, one item after the other."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``."""
        return map(Quietly(function), items)


@dataclass(frozen=True, slots=True)
class Packed(Generic[Item, Result]):
    """A function with all that it is given beforehand, such as a plan: pickled once, and unpickled once by each process."""

    sha256: str
    data: bytes = field(compare=False, repr=False)

    @classmethod
    def of(cls, function: Callable[[Item], Result]) -> Packed[Item, Result]:
        """Pack a function; it must be picklable."""
        data = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        return cls(hashlib.sha256(data).hexdigest(), data)

    def __call__(self, item: Item) -> Result:
        """Run the task."""
        function: Callable[[Item], Result] = _unpacked(self)
        return Quietly(function)(item)


# What a function keeps to itself, such as a compiled schema, is kept with it. Two: a run goes from one to the next.
@lru_cache(maxsize=2)
def _unpacked(packed: Packed[Any, Any]) -> Any:
    return pickle.loads(packed.data)  # noqa: S301  packed by the process that started this one, or by its user


def workers_lost(place: str = "", *, remedy: str) -> CannotGoOn:
    """Why a run cannot go on whose workers are killed again and again."""
    return CannotGoOn(f"workers were killed {TRIES} times over the same task, perhaps for lack of memory", place, remedy)
