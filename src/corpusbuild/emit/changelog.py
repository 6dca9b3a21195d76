"""CHANGELOG.md of a data set: the sections of the corpus's own that are about the data."""

from __future__ import annotations

import re


def data_changelog(text: str, name: str) -> str | None:
    """The sections of a changelog whose heading begins with the data set's name (``## name 0.2.0 …``); None without any.

    A repository often holds a corpus and code, and one changelog for both.
    """
    heading = re.compile(rf"##\s+{re.escape(name)}(\s|$)")
    kept: list[str] = []
    inside = fenced = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and re.match(r"#{1,2}\s", line):
            inside = heading.match(line) is not None
        if inside:
            kept.append(line)
    return "# Changelog\n\n" + "\n".join(kept).strip() + "\n" if kept else None
