"""Render the card again from what the Parquet files hold, and compare it with the one that is there."""

from __future__ import annotations

from corpusbuild.diagnostics.where import InFile, InText, Origin
from corpusbuild.emit.agreement import FILE, Agreements, read_agreements
from corpusbuild.emit.card import card
from corpusbuild.emit.manifest import config_of
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.proof import Proof
from corpusbuild.release.verifying_tables import Read
from corpusbuild.rules import card_differs_from_data

CARD = "README.md"
_PREFACE = "\0"


def check_card(read: Read, proof: Proof) -> None:
    """All of the card but the preface, which people wrote."""
    try:
        there = (read.data_set.folder / CARD).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        proof.findings += card_differs_from_data.unreadable(InFile(Origin(CARD)))
        return
    except OSError:
        there = ""
    head, tail = _rendered(read)
    if there == head + tail.lstrip("\n") or (there.startswith(head) and there.endswith(tail) and len(there) > len(head) + len(tail)):
        proof.proved.append("README.md says what the data say: its front matter and its tables are those that the rows make")
        return
    where, wanted = _difference(there, head, tail)
    proof.findings += card_differs_from_data.check(where, wanted)


def _rendered(read: Read) -> tuple[str, str]:
    """The card up to its preface, and from there on."""
    manifest = read.data_set.manifest
    if read.summary is None:
        raise ValueError("the card is compared after the rows were read")
    head, _, tail = card(config_of(manifest), read.summary, _PREFACE, manifest["provenance"], _agreements(read)).partition(_PREFACE)
    return head, tail


def _agreements(read: Read) -> Agreements:
    """The figures that come with the data set; none where they are not to be read, which their own hash tells of."""
    if FILE not in read.data_set.manifest["files"]:
        return ()
    try:
        return read_agreements((read.data_set.folder / FILE).read_bytes())
    except (OSError, CannotGoOn):
        return ()


def _difference(there: str, head: str, tail: str) -> tuple[InText, str | None]:
    """The first line that is not as it should be, and what it should be."""
    lines, first, last = there.split("\n"), head.split("\n"), tail.split("\n")
    for number, wanted in enumerate(first[:-1]):
        if number >= len(lines) or lines[number] != wanted:
            return line_at(CARD, lines, number), wanted
    if not there.startswith(head):
        return line_at(CARD, lines, len(first) - 1), first[-1]
    # From the heading that follows the preface on, all is made from the data.
    heading = next(line for line in last if line)
    begin = next((number for number in range(len(first) - 1, len(lines)) if lines[number] == heading), len(lines))
    wanted_lines = last[last.index(heading) :]
    for i, wanted in enumerate(wanted_lines):
        if begin + i >= len(lines) or lines[begin + i] != wanted:
            return line_at(CARD, lines, begin + i), wanted
    return line_at(CARD, lines, begin + len(wanted_lines)), None


def line_at(path: str, lines: list[str], number: int) -> InText:
    """A line of a file, by its number from 0; the last one where there are not so many."""
    number = min(number, len(lines) - 1)
    start = sum(len(line) + 1 for line in lines[:number])
    return InText(Origin(path), start, start + len(lines[number]))
