"""From the bytes of a saved file to characters: by its byte order mark, as UTF-8, as it declares, or as detection has it."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from corpusbuild.pages.page import NoArticle

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LOOKED_AT = 4096

# What browsers read these names as: a page that says Latin-1 means the Windows code page nearly always.
_AS_WINDOWS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
_SEVEN_BITS = re.compile(r"iso2022|hz")
_FOREIGN = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip file (an office document, perhaps)",
    b"\x1f\x8b": "compressed",
    b"bplist": "a web archive of Safari",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"MIME-Version:": "a web archive (MHTML)",
    b"From: <Saved by": "a web archive (MHTML)",
}


class Decoded(NamedTuple):
    """The characters of a file, and how its encoding was known; ``lost`` counts those that could not be read."""

    text: str
    encoding: str
    how: str
    lost: int = 0


def decode(data: bytes) -> Decoded:
    """The characters of ``data``. Raises :class:`NoArticle` where they are no text."""
    for start, what in _FOREIGN.items():
        if data.startswith(start):
            raise NoArticle(f"this is {what}, not a page or a text", help="save the page as HTML, or its text as .txt")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding, "by its byte order mark")
    start = data[:_LOOKED_AT]
    wide = _wide(start)
    if wide is not None:
        return _replacing(data, wide, "by where its null bytes lie")
    match = _DECLARED.search(start)
    declared = None if match is None else _codec(match[1].decode("ascii"))
    if declared is None or not _SEVEN_BITS.match(declared):
        try:
            return Decoded(data.decode("utf-8"), "utf-8", "all of it is UTF-8")
        except UnicodeDecodeError:
            pass
    if declared is not None:
        return _replacing(data, declared, "as it declares")
    said = "it declares nothing" if match is None else f'it declares "{match[1].decode("ascii")}", which it cannot be in'
    return _replacing(data, _detected(data) or "cp1252", f"as it was detected: {said}")


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its markup is null."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    most = len(start) // 2 * 0.4
    if not start or max(even, odd) <= most:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    # A page whose markup reads as ASCII is not UTF-16, whatever it says; a codec may also be of bytes to bytes.
    if name.startswith(("utf-16", "utf-32", "utf-7")) or not codecs.lookup(name)._is_text_encoding:  # noqa: SLF001  not public, but `bytes.decode` asks it too
        return None
    return _AS_WINDOWS.get(name, name)


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415  comes with the extra, and is seldom needed

    best = from_bytes(data).best()
    return None if best is None else _AS_WINDOWS.get(best.encoding, best.encoding)


def _replacing(data: bytes, encoding: str, how: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, how)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return Decoded(text, encoding, how, text.count("\ufffd"))
