"""The tables that Web Annotations become: annotations, what they are about, and what they say."""

from __future__ import annotations

from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec

ANNOTATIONS, TARGETS, BODIES = "web_annotations", "targets", "bodies"


def _text(name: str, description: str = "") -> ColumnSpec:
    return ColumnSpec(name, Kind.STRING, description=description)


_IRI = _text("iri", "Its id in the source.")
_OTHER = _text("other", "What else is said of it, as JSON.")

TABLES = (
    TableSpec(
        ANNOTATIONS,
        (
            ColumnSpec("id", Kind.STRING, description="Its number among those of its text and annotator."),
            _IRI,
            ColumnSpec("motivation", Kind.LABEL, many=True),
            _text("creator", "The id or the name of who made it."),
            _text("created"),
            _text("modified"),
            _OTHER,
        ),
        description="Web Annotations.",
    ),
    TableSpec(
        TARGETS,
        (
            ColumnSpec("id", Kind.STRING),
            ColumnSpec("of", Kind.REFERENCE, table=ANNOTATIONS, owner=True),
            _IRI,
            ColumnSpec("words", Kind.WORDS, description="Null where the whole text is meant."),
            _OTHER,
        ),
        description="What an annotation is about: words of a text, or the text.",
    ),
    TableSpec(
        BODIES,
        (
            ColumnSpec("id", Kind.STRING),
            ColumnSpec("of", Kind.REFERENCE, table=ANNOTATIONS, owner=True),
            _IRI,
            ColumnSpec("type", Kind.LABEL),
            ColumnSpec("purpose", Kind.LABEL, many=True, description="tagging, linking, describing, …; else the annotation's motivation."),
            _text("value", "A tag, a comment: the text of the body."),
            _text("format"),
            _text("language"),
            _text("source", "What it links to."),
            _OTHER,
        ),
        description="What an annotation says.",
    ),
)
