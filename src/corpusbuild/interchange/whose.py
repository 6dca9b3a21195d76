"""Whose annotations of which document a file holds, as its path tells."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.model import Source

_PROJECT_FOLDERS = frozenset({"annotation", "curation"})
_DEFAULT_ANNOTATOR = "gold"


class Whose(NamedTuple):
    """The names of a document and of who annotated it."""

    document: str
    annotator: str


def whose(path: str, source: Source) -> Whose:
    """What the path of a file of the source tells.

    With the option ``pattern`` (such as ``{document}/{annotator}.tsv``), the parts of the path that it names. Else, in an exported
    project (``annotation/<document>/<annotator>.tsv``), its folder and name; else the whole path without its suffix is the document,
    and the annotator is the option ``annotator``. Raises :class:`~corpusbuild.errors.CannotGoOn` for a path that has not the pattern.
    """
    annotator = source.options.get("annotator", _DEFAULT_ANNOTATOR)
    pattern = source.options.get("pattern")
    if pattern:
        found = _compiled(pattern).fullmatch(path)
        if found is None:
            raise CannotGoOn(f"the path does not have the pattern {pattern}", path, "give another pattern, or rename the file")
        parts = found.groupdict()
        return Whose(parts["document"].replace("/", "."), parts.get("annotator") or annotator)
    stem = PurePosixPath(path).with_suffix("")
    if len(stem.parts) > 2 and stem.parts[-3] in _PROJECT_FOLDERS:
        return Whose(stem.parts[-2], stem.name)
    return Whose(".".join(stem.parts), annotator)


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{document\}|\{annotator\})", pattern)
    if parts.count("{document}") != 1 or parts.count("{annotator}") > 1:
        raise CannotGoOn(f"the pattern {pattern} does not name the document once", help="write it like {document}/{annotator}.tsv")
    return re.compile("".join(f"(?P<{part[1:-1]}>[^/]+)" if part in {"{document}", "{annotator}"} else re.escape(part) for part in parts))
