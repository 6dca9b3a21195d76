"""LICENSE of a data set: the text of its licence, from the corpus or from the texts that ``identify`` ships."""

from __future__ import annotations

import re

# Blanks that whoever grants the licence fills in: nobody else can.
_BLANKS = re.compile(r"\[(?:year|fullname)\]")
_ID = re.compile(r"[A-Za-z0-9.-]+\+?")


def licence_text(spdx: str, own: str | None) -> str:
    """The text for the licence that the SPDX expression ``spdx`` names; ``own`` is the corpus's file, where it has one.

    What no text is known of is named, with the address of its text.
    """
    if own is not None:
        return own
    from identify.vendor.licenses import LICENSES  # noqa: PLC0415  start-up time

    known = dict(LICENSES).get(spdx)
    if known is not None and not _BLANKS.search(known):
        return known.strip() + "\n"
    named = [word for word in re.findall(r"[^\s()]+", spdx) if word not in {"AND", "OR", "WITH"}]
    places = [f"https://spdx.org/licenses/{word}.html" for word in named if _ID.fullmatch(word) and not word.startswith("LicenseRef-")]
    return "\n".join([f"SPDX-License-Identifier: {spdx}", *places]) + "\n"
