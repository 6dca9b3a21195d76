"""What tables and columns are called that are made from a tool's layers and features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"  # noqa: S105  a type of words
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"

UNITS = {TOKEN: "tokens", SENTENCE: "sentences"}
"""The tables of what texts are made of."""

_OUR_TABLES = frozenset({"documents", "articles", "annotations", "annotators", *UNITS.values()})
_OUR_COLUMNS = frozenset(
    {"id", "words", "from", "to", "chain", "next", "owner", "role", "target", "uima_type", "article_id", "annotator", "uid"}
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def lowered(name: str) -> str:
    """A name in lower case, its words parted by underscores: ``PosValue`` becomes ``pos_value``."""
    return re.sub(r"\W+", "_", _HUMP.sub("_", name)).strip("_").lower() or "unnamed"


def short(layer: str) -> str:
    """The last part of a layer's name, lowered."""
    return lowered(layer.rpartition(".")[2])


def tables(layers: Iterable[str], fixed: Mapping[str, str]) -> dict[str, str]:
    """A table for each layer, called after its short name; after its full name where the short one is taken or shared.

    ``fixed`` are layers whose tables have names of their own.
    """
    names = sorted(set(layers))
    shared = Counter(short(name) for name in names if name not in fixed)
    made = {name: table for name, table in fixed.items() if name in names}
    taken = set(_OUR_TABLES)
    for name in names:
        if name not in made:
            wanted = short(name) if shared[short(name)] == 1 and short(name) not in _OUR_TABLES else lowered(name)
            made[name] = free(wanted, taken)
    return made


def columns(layer: str, features: Iterable[str]) -> dict[str, str]:
    """A column for each feature of a layer; one that is called like a column of ours gets the layer's name before its own."""
    made: dict[str, str] = {}
    taken = set(_OUR_COLUMNS)
    for feature in features:
        name = lowered(feature)
        made[feature] = free(f"{short(layer)}_{name}" if name in _OUR_COLUMNS else name, taken)
    return made


def slot(layer: str, feature: str, link: str = "", target: str = "") -> str:
    """What the schema says of a table of slots: whose they are, and of which types what fills them and what they lead to are."""
    return f"{layer}:{feature}" + (f" {link} {target}" if link and target else "")


def free(wanted: str, taken: set[str]) -> str:
    """The name wanted, or with the first number that makes it new; it is taken from then on."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name


def targets(column: str, where: Iterable[str]) -> dict[str, str]:
    """Table → column that refers to it, for a reference that may lead to any of the tables: one column each if they are several."""
    found = list(dict.fromkeys(where))
    return {found[0]: column} if len(found) == 1 else {table: f"{column}_{table}" for table in found}
