"""Something in a file is larger, longer or deeper than a corpus may have.

## Why
A line of a gigabyte, a thousand brackets in one another, an archive that unpacks to a million times its size: an honest corpus has
none of them, and each can take all memory, all of the disk, or all day. Each has a limit, far above what people and machines
write, and what meets it is not read, nor quietly cut.

## Example
`raw/kabar.jsonl.gz` has two kilobytes and unpacks to two gigabytes.

## How to mend
Mend what made it so. Where the corpus really is like that, raise the limit that the finding names, in `[tool.corpusbuild.limits]`
(see `docs/limits.md`). A pattern that takes too many steps is one that can match a string in very many ways, such as a repetition
of repetitions to which something refers back: write it so that it can match in one.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.corpus.json_reading import JsonFault
from corpusbuild.corpus.limits import DEEPEST
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, InFile, Origin, Where
from corpusbuild.rules.showing import excerpt
from corpusbuild.schema.judging import MORE, NESTING, ShapeFault

RULE = Rule("CB022", "limit-met", Severity.ERROR, since="0.1.0", essential=True)


def line(origin: Origin, most: int) -> Iterator[Finding]:
    """A line of a shard that has more bytes than ``most``."""
    message = f"this line has more than {most:,} bytes: it is not read"
    # Without its length: nothing of it is to be read again to be shown.
    yield RULE.finding(message, InFile(origin._replace(length=0)), help="put line ends in, or raise limits.line_bytes")


def text(article: Article, most: int) -> Iterator[Finding]:
    """An article's text that is longer than ``most``."""
    message = f"this text has {article.chars:,} characters, and may have {most:,}"
    origin = article.text_origin if article.text_origin is not None else article.origin
    yield RULE.finding(message, InFile(origin._replace(length=0)), help="cut it into articles, or raise limits.text_chars")


def parsed(origin: Origin, fault: JsonFault) -> Iterator[Finding]:
    """JSON that is nested deeper than is ever read."""
    where = InBytes(origin, fault.byte, fault.byte + 1)
    yield RULE.finding(f"this is nested more than {DEEPEST:,} deep: it is not read", where, help="write it flatter")


def unpacked(path: str, why: str) -> Iterator[Finding]:
    """A compressed shard that unpacks to more than it may: ``why`` says how much that is."""
    yield RULE.finding(f"this shard is not read: {why}", InFile(Origin(path)), help="unpack it, or raise limits.expansion")


def nested(where: Where, most: int) -> Iterator[Finding]:
    """Arrays and objects that are in one another more than ``most`` deep."""
    yield RULE.finding(f"this is nested more than {most:,} deep", where, help="write it flatter, or raise limits.nesting")


def more(where: Where, shown: int) -> Iterator[Finding]:
    """A document that has more faults than are ``shown``."""
    yield RULE.finding(f"this has more faults than the {shown:,} that are shown", where, help="mend those first")


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """A document that is nested deeper than it may be, or a string that a pattern takes too long for."""
    if fault.keyword == NESTING:
        yield from nested(where, fault.wanted)
        return
    if fault.keyword == MORE:
        yield from more(where, fault.wanted)
        return
    pattern, most = fault.wanted
    yield RULE.finding(
        f"{'a pattern' if pattern is None else f'the pattern {pattern}'} takes more than {most:,} steps back on {excerpt(fault.value)}",
        where,
        help="write the pattern so that it can match in one way only, or raise limits.pattern_steps",
    )
