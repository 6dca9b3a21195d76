"""The page of one article: its text with the marks of every row, and a card for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from corpusbuild.site.contents import ANNOTATIONS, Row
from corpusbuild.site.layers import Layer, Role
from corpusbuild.site.linking import Links, labels_of
from corpusbuild.site.marking import Mark, Piece, lines, paragraphs, position
from corpusbuild.site.naming import fragment
from corpusbuild.site.showing import Card, Showing, Shown

GREY = -1
"""What stands for a row where words do not count as text."""

STYLES = 8
"""How many roles are drawn unlike each other; further ones share the styles of the first."""

HOME = STYLES
"""The style of words that only hold those of other roles, where a row has no others."""

LANES = 4
"""How many lines are drawn under a text; what lies deeper shares the last."""

BLOCKS = "blocks"
"""The metadata in which a detached article says where its paragraphs lie."""


@dataclass(frozen=True, slots=True)
class Legend:
    """The roles of one table: name and style of each."""

    title: str
    roles: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PieceShown:
    """A run of text under the same marks.

    ``rows`` are the numbers of those it is words of, ``homes`` of those whose words lie around it; ``drawn`` has style and lane
    of each line under it, the outermost first, ``said`` its roles in words. ``begins`` are the cards of the rows of which it is the first.
    """

    text: str
    rows: tuple[int, ...] = ()
    homes: tuple[int, ...] = ()
    drawn: tuple[tuple[int, int], ...] = ()
    said: str = ""
    href: str | None = None
    begins: tuple[Card, ...] = ()
    grey: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """A paragraph in pieces, with the zones that begin in it, and how many lines are drawn under its words."""

    pieces: tuple[PieceShown, ...]
    zones: tuple[str, ...]
    lanes: int
    position: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one table."""

    title: str
    cards: tuple[Card, ...]
    marked: bool
    id: str


@dataclass(frozen=True)
class ArticlePage:
    """An article as it is read. ``metadata`` and ``document`` are the fields of its metadata, and of the gold annotation document."""

    row: Row
    title: str
    split: str
    annotators: Sequence[str]
    metadata: tuple[tuple[str, Shown], ...]
    document: tuple[tuple[str, Shown], ...]
    document_id: str
    referred: tuple[tuple[str, tuple[Shown, ...]], ...]
    legend: tuple[Legend, ...]
    paragraphs: tuple[ParagraphShown, ...]
    groups: tuple[Group, ...]
    has_text: bool
    chars: int


def article_page(row: Row, links: Links) -> ArticlePage:
    """The page of the article whose metadata ``row`` are."""
    return _Article(row, links).page()


@dataclass
class _Article:
    row: Row
    links: Links
    roles: list[Role] = field(default_factory=list)
    styles: dict[Role, int] = field(default_factory=dict)
    legend: list[Legend] = field(default_factory=list)

    def __post_init__(self) -> None:
        for layer in self.layers:
            if layer.is_marked and self.rows(layer):
                drawn = [role for role in layer.roles if not role.home]
                known = sum(not role.home for role in self.roles)
                self.styles.update({role: (known + i) % STYLES for i, role in enumerate(drawn)})
                self.roles += layer.roles
                self.legend.append(Legend(layer.title, tuple((role.name, self.styles[role]) for role in drawn)))

    @property
    def layers(self) -> list[Layer]:
        """What is annotated: the nested tables, then what documents say of the whole article."""
        shape = self.links.contents.shape
        return [self.links.layers[name] for name in (*(table.name for table in shape.tables), ANNOTATIONS)]

    def rows(self, layer: Layer) -> list[Row]:
        return self.links.of_article(layer.name, self.row.name)

    def page(self) -> ArticlePage:
        contents, name, layer = self.links.contents, self.row.name, self.links.layers["articles"]
        showing = Showing(self.links, {(role.table, role.path): style for role, style in self.styles.items()})
        heading = layer.heading
        left_out = {BLOCKS, *([heading.name] if heading is not None else [])}
        columns = [column for column in layer.columns if column.name not in left_out]
        groups = list(self._groups(showing))
        cards = [card for group in groups if group.marked for card in group.cards]
        text = self.row.values["text"]
        whole = self.links.layers[ANNOTATIONS]
        documents = [] if whole.is_marked else self.rows(whole)  # whose words are marked has a card
        own = [column for column in whole.columns if column.name != "annotator"]
        return ArticlePage(
            self.row,
            self.links.title(self.row),
            contents.splits.get(name, ""),
            contents.annotators.get(name, ()),
            showing.fields(self.row.values, columns, self.row),
            showing.fields(documents[0].values, own, documents[0]) if documents else (),
            fragment(ANNOTATIONS, documents[0].name) if documents else "",
            tuple(showing.referred(self.row)),
            tuple(self.legend),
            tuple(self._paragraphs(text, cards)),
            tuple(groups),
            text is not None,
            self.row.values["text_chars"],
        )

    def _groups(self, showing: Showing) -> Iterator[Group]:
        """A group of cards for each table that has rows here; marked ones in the order of the text, numbered through."""
        number = 0
        for layer in self.layers:
            rows = self.rows(layer)
            if layer.is_marked:
                rows = sorted(rows, key=lambda row: (self._first(layer, row), row.number))
            if layer.name == ANNOTATIONS and not layer.is_marked:
                continue
            if rows:
                cards = tuple(showing.card(row, number + i, here=self.row.name) for i, row in enumerate(rows))
                number += len(cards) if layer.is_marked else 0
                yield Group(layer.title, cards, layer.is_marked, f"{fragment(layer.name, 'x')}:all")

    def _spans(self, layer: Layer, row: Row) -> list[tuple[Role, int, int]]:
        return [(role, each["start"], each["end"]) for role in layer.roles for each in self.links.spans(row, role)]

    def _first(self, layer: Layer, row: Row) -> float:
        """Where a row begins; one without words comes last."""
        return min((start for _, start, _ in self._spans(layer, row)), default=inf)

    # ---- the text ----

    def _paragraphs(self, text: str | None, cards: Sequence[Card]) -> Iterator[ParagraphShown]:
        marks = list(self._marks(cards))
        zones = list(self._zones())
        marks += [Mark(start, end, GREY, 0, home=True) for start, end, _, grey in zones if grey]
        ranges = lines(text) if text is not None else self._blocks()
        begun: set[int] = set()
        for paragraph in paragraphs(ranges, marks):
            names = tuple(name for start, _, name, _ in zones if paragraph.start <= start < paragraph.end)
            pieces = tuple(self._piece(piece, text, cards, begun) for piece in paragraph.pieces)
            place = "" if text is not None else position(paragraph.start, paragraph.end)
            yield ParagraphShown(pieces, names, min(paragraph.lanes, LANES), place)

    def _blocks(self) -> list[tuple[int, int]]:
        """Where the paragraphs of a detached text lie, as its metadata say; else the text is one."""
        blocks = self.row.values.get(BLOCKS)
        chars = self.row.values["text_chars"]
        if not isinstance(blocks, list) or not blocks:
            return [(0, chars)] if chars else []
        return sorted((each["start"], each["end"]) for each in blocks if each["start"] < each["end"])

    def _marks(self, cards: Sequence[Card]) -> Iterator[Mark]:
        for card in cards:
            layer = self.links.layers[card.row.table]
            spans = self._spans(layer, card.row)
            bare = all(role.home for role, _, _ in spans)
            for role, start, end in spans:
                yield Mark(start, end, card.number, self.roles.index(role), role.home and not bare)

    def _zones(self) -> Iterator[tuple[int, int, str, bool]]:
        """Start, end and label of each zone, and whether its words do not count as text."""
        for layer in self.layers:
            for row in self.rows(layer) if layer.is_zones else ():
                grey = bool(layer.skipped) and all(row.values.get(name) == label for name, label in layer.skipped.items())
                for _, start, end in self._spans(layer, row):
                    yield start, end, ", ".join(labels_of(row, layer)), grey

    def _piece(self, piece: Piece, text: str | None, cards: Sequence[Card], begun: set[int]) -> PieceShown:
        # The innermost first: what is linked is what is meant by a click there.
        rows = tuple(dict.fromkeys(over.mark.row for over in sorted(piece.over, key=lambda each: each.mark.end - each.mark.start)))
        first = tuple(cards[row] for row in sorted(rows) if row not in begun)
        begun.update(rows)
        elsewhere = position(piece.start, piece.end) if rows else "…"
        words = text[piece.start : piece.end] if text is not None else elsewhere
        homes = tuple(row for row in piece.homes if row != GREY)
        over = [(self.roles[each.mark.role], each) for each in piece.over]
        drawn = [(self.styles.get(role, HOME), min(each.lane, LANES - 1)) for role, each in over]
        said = ", ".join(dict.fromkeys(f"{role.name} {cards[each.mark.row].name}".strip() for role, each in over))
        # A link of nothing but space has no name.
        named = bool(words.strip()) or any(card.name for card in first)
        href = f"#{cards[rows[0]].id}" if rows and named else None
        return PieceShown(words, rows, homes, tuple(dict.fromkeys(reversed(drawn))), said, href, first, GREY in piece.homes)
