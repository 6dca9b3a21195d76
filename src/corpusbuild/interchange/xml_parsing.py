"""Give XML to a parser of expat: whatever is wrong with it is one error, with its line."""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat


# Not frozen, though nobody changes one: Python itself writes the traceback into an exception on its way up.
@dataclass(eq=False)
class NotXml(Exception):
    """Bytes that are not XML which can be read here."""

    message: str
    line: int

    def __str__(self) -> str:
        return f"{self.message} in line {self.line}"


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    """Parse ``data`` to its end. Raises :class:`NotXml`, and what the handlers do."""
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotXml(f"it is not well-formed XML: {expat.ErrorString(error.code)}", error.lineno) from error
    except (LookupError, ValueError) as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise  # from a handler, which has a mistake
        # What the XML says of its encoding is looked up among Python's.
        raise NotXml(f"its encoding is not one that can be read: {error}", 1) from error
