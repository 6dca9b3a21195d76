"""Why a run cannot go on: not the author's data, and not a bug. Each error is data that explains itself."""

from __future__ import annotations

from dataclasses import dataclass


# Not frozen, though nobody changes one: Python itself writes the traceback into an exception on its way up.
@dataclass(eq=False)
class CannotGoOn(Exception):
    """The run cannot go on. ``place`` is a path, with ``:line`` where that is known; ``help`` states an act."""

    message: str
    place: str = ""
    help: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class NotACorpus(CannotGoOn):
    """There is no corpus here."""


class BadConfig(CannotGoOn):
    """``[tool.corpusbuild]`` does not say what it should."""


class CannotWrite(CannotGoOn):
    """The data set cannot be put where it should be."""


class UnknownName(CannotGoOn):
    """Something was asked for by a name that nothing has."""


class Refused(CannotGoOn):
    """What was asked for is not done, because it would make something untrue; exit status 1."""
