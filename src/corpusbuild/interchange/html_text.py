"""The text of HTML as a browser counts it: that of all text nodes, and a line feed for each ``br``. Nothing is run or fetched."""

from __future__ import annotations

from html.parser import HTMLParser


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's interface
        if tag == "br":
            self.parts.append("\n")


def html_text(source: str) -> str:
    """The text that ``source`` shows, white space as it stands."""
    parser = _Texts()
    parser.feed(source)
    parser.close()
    return "".join(parser.parts)
