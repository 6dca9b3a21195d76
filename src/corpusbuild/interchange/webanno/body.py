"""The body of a WebAnno TSV file: its sentences with their tokens, and the text that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpusbuild.corpus.ids import is_text
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.model import At, Unit
from corpusbuild.interchange.refusing import dangling, malformed, no_text, repeated
from corpusbuild.interchange.webanno import cells
from corpusbuild.interchange.webanno.header import Header

_ID = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(\.[0-9]{1,9})?")
_OFFSETS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_MOST_ROOM = 1 << 20  # between two sentences: more is a mistake, or a trap
_CODECS = {Unit.UTF16: ("utf-16-le", 2), Unit.UTF8: ("utf-8", 1), Unit.CODE_POINTS: ("utf-32-le", 4)}


@dataclass(slots=True)
class Piece:
    """A token or a part of one: a line with offsets. ``cells`` are empty where they could not be read."""

    id: str
    start: int
    end: int
    form: str
    at: At
    token: str
    cells: list[str] = field(default_factory=list)

    @property
    def is_token(self) -> bool:
        """Whether it is a whole token."""
        return self.id == self.token


@dataclass(slots=True)
class TsvSentence:
    """A sentence; its text is that of its ``#Text`` lines, parted by line feeds."""

    at: At
    lines: list[str] = field(default_factory=list)
    own_id: str | None = None
    pieces: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its text."""
        return "\n".join(self.lines)


def read_body(lines: Iterable[tuple[int, str]], header: Header, path: str, findings: list[Finding]) -> list[TsvSentence]:
    """The sentences. What cannot be read is added to ``findings``, and what follows is read all the same."""
    sentences: list[TsvSentence] = []
    seen: set[str] = set()
    now: TsvSentence | None = None
    for number, line in lines:
        at = At(path, number)
        if not line:
            now = None
        elif line.startswith("#"):
            if now is None or now.pieces:
                now = TsvSentence(at)
                sentences.append(now)
            _head(line, now, header, at, findings)
        else:
            piece = _piece(line, header, at, findings)
            if piece is None:
                continue
            if now is None:
                now = TsvSentence(at)
                sentences.append(now)
            if piece.id in seen:
                findings.append(repeated(at, f'the id "{piece.id}" stands before'))
            elif piece.token != piece.id and piece.token not in seen:
                findings.append(dangling(at, f'"{piece.id}" is a part of the token {piece.token}, which is not above'))
            else:
                now.pieces.append(piece)
                seen.add(piece.id)
    return list(_with_text(sentences, findings))


def _head(line: str, sentence: TsvSentence, header: Header, at: At, findings: list[Finding]) -> None:
    if line.startswith("#Text="):
        text = cells.text(line.removeprefix("#Text="), header.version)
        if is_text(text):
            sentence.lines.append(text)
        else:
            findings.append(malformed(at, "the text has the half of a character"))
    elif line.startswith("#Sentence.id="):
        sentence.own_id = cells.text(line.removeprefix("#Sentence.id="), header.version)
    else:
        findings.append(malformed(at, "this line is neither a sentence's text nor its id", "put the layers into the head"))


def _with_text(sentences: list[TsvSentence], findings: list[Finding]) -> Iterator[TsvSentence]:
    for sentence in sentences:
        if not sentence.pieces and not any(sentence.lines):
            continue
        if not sentence.pieces:
            findings.append(malformed(sentence.at, "the sentence has no token: nobody knows where it stands"))
        elif not sentence.lines:
            lines = len(sentence.pieces)
            findings.append(
                no_text(sentence.at, f"the sentence has no #Text: its {lines} line{'' if lines == 1 else 's'} cannot be placed")
            )
        else:
            yield sentence


def _piece(line: str, header: Header, at: At, findings: list[Finding]) -> Piece | None:
    fields = line.split("\t")
    name = _ID.fullmatch(fields[0])
    if name is None:
        findings.append(
            malformed(at, "the line does not begin with the number of a token, such as 1-2", "write a line break in a text as \\n")
        )
        return None
    if len(fields) < 3:
        findings.append(malformed(at, "the line has no offsets and words", "part them by tabs"))
        return None
    offsets = _OFFSETS.fullmatch(fields[1])
    if offsets is None:
        findings.append(malformed(at, f'"{fields[1]}" is not offsets, such as 4-8'))
        return None
    start, end = int(offsets[1]), int(offsets[2])
    if end < start:
        findings.append(malformed(at, f"it ends at {end}, before it starts at {start}"))
        return None
    piece = Piece(fields[0], start, end, fields[2], at, f"{name[1]}-{name[2]}")
    has = len(fields) - 3 - (fields[-1] == "" and len(fields) > 3)  # each cell ends with a tab
    if not header.sound:
        return piece
    if has != header.width:
        told = f"the line has {has} column{'' if has == 1 else 's'} of annotations, and the head names {header.width}"
        findings.append(malformed(at, told, "its annotations are left out"))
    else:
        piece.cells = fields[3 : 3 + has]
    return piece


@dataclass(frozen=True, slots=True)
class Laid:
    """The text that sentences make, and where each begins and ends in it, in ``unit``."""

    text: str
    unit: Unit
    bounds: tuple[tuple[int, int], ...]
    padded: bool


def length(text: str, unit: Unit) -> int:
    """How much room a text takes."""
    if text.isascii():
        return len(text)
    codec, size = _CODECS[unit]
    return len(text.encode(codec, "surrogatepass")) // size


def cut(text: str, start: int, end: int, unit: Unit) -> str:
    """A part of a text; what is cut in the middle of a character becomes replacement characters."""
    if text.isascii():
        return text[start:end]
    codec, size = _CODECS[unit]
    return text.encode(codec, "surrogatepass")[size * start : size * end].decode(codec, "replace")


def laid(sentences: list[TsvSentence]) -> Laid:
    """Lay the sentences where their tokens are.

    Room between two is not in the format; it becomes a line feed and blanks, as the tool itself makes it. How much room
    there is depends on what offsets count. The format says UTF-16 units, and a tool may have counted otherwise: the first unit
    in which every word stands at its place is used, UTF-16 if none is. Places themselves are not converted here.
    """
    return next((made for made in (_laid(sentences, unit) for unit in _CODECS) if made is not None), None) or _forced(sentences)


def _base(sentence: TsvSentence, unit: Unit) -> int:
    """Where its text begins: with its first token, or with what its first ``#Text`` has before it."""
    first = sentence.pieces[0]
    before = sentence.text.partition(first.form)[0] if first.form and first.form in sentence.text else ""
    lead = length(before, unit) if not before.strip() else 0
    return first.start - min(lead, first.start)


def _laid(sentences: list[TsvSentence], unit: Unit) -> Laid | None:
    made: list[str] = []
    bounds: list[tuple[int, int]] = []
    end, padded = 0, False
    for sentence in sentences:
        base = _base(sentence, unit)
        last = base + length(sentence.text, unit)
        inside = end <= base <= end + _MOST_ROOM and all(base <= each.start and each.end <= last for each in sentence.pieces)
        if not inside or any(cut(sentence.text, each.start - base, each.end - base, unit) != each.form for each in sentence.pieces):
            return None
        made += [_room(base - end, first=not bounds), sentence.text]
        padded |= base > end
        end = last
        bounds.append((base, end))
    return Laid("".join(made), unit, tuple(bounds), padded)


def _forced(sentences: list[TsvSentence]) -> Laid:
    """As :func:`laid`, where words do not stand at their offsets: their findings are made where offsets are judged."""
    made: list[str] = []
    bounds: list[tuple[int, int]] = []
    end = 0
    for sentence in sentences:
        base = min(max(_base(sentence, Unit.UTF16), end), end + _MOST_ROOM)
        made += [_room(base - end, first=not bounds), sentence.text]
        end = base + length(sentence.text, Unit.UTF16)
        bounds.append((base, end))
    return Laid("".join(made), Unit.UTF16, tuple(bounds), padded=True)


def _room(size: int, *, first: bool) -> str:
    return " " * size if first or not size else "\n" + " " * (size - 1)
