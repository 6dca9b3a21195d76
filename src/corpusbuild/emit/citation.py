"""CITATION.cff of a data set, in the Citation File Format 1.2.0."""

from __future__ import annotations

import re
from typing import Any

import yaml

from corpusbuild.corpus.config import Config

FILE = "CITATION.cff"

# The format lists the licences that it knows; of those for data, these are certainly among them.
_KNOWN = re.compile(
    r"CC-BY(-NC)?(-SA|-ND)?-[1234]\.0|CC0-1\.0|ODbL-1\.0|ODC-By-1\.0|PDDL-1\.0|CDLA-(Permissive|Sharing)-1\.0"
    r"|MIT|Apache-2\.0|BSD-[23]-Clause|(L?GPL-[23]|AGPL-3)\.0-(only|or-later)"
)


def citation(config: Config) -> str:
    """The file. An author written "Family, Given" is a person, any other name a body; without authors, the contributors are."""
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it.",
        "type": "dataset",
        "title": config.title,
        "version": config.version,
        "authors": [_author(name) for name in config.authors or (f"The contributors to {config.title}",)],
    }
    if config.license and _KNOWN.fullmatch(config.license):
        value["license"] = config.license
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000)


def _author(name: str) -> dict[str, str]:
    family, comma, given = (part.strip() for part in name.partition(","))
    return {"family-names": family, "given-names": given} if comma and family and given else {"name": name.strip()}
