"""The formats that can be imported or written, by name. Each is imported only when it is used: some need libraries of their own."""

from __future__ import annotations

from importlib import import_module

from corpusbuild.errors import UnknownName
from corpusbuild.interchange.model import Exporting, Reader, Writer

READERS = {
    "brat": "corpusbuild.interchange.brat.reading:Brat",
    "conll": "corpusbuild.interchange.conll:Conll",
    "doccano": "corpusbuild.interchange.doccano:Doccano",
    "label-studio": "corpusbuild.interchange.label_studio:LabelStudio",
    "tables": "corpusbuild.interchange.tabular:Tables",
    "uima": "corpusbuild.interchange.uima.reading:Uima",
    "w3c": "corpusbuild.interchange.web_annotation.reading:WebAnnotation",
    "webanno": "corpusbuild.interchange.webanno.reading:WebAnno",
}
"""Name → module and class of its :class:`Reader`."""

WRITERS = {
    "brat": "corpusbuild.interchange.brat.writing:BratWriter",
    "conll": "corpusbuild.interchange.conll_writing:ConllWriter",
    "doccano": "corpusbuild.interchange.doccano_writing:DoccanoWriter",
    "label-studio": "corpusbuild.interchange.label_studio_writing:LabelStudioWriter",
    "uima": "corpusbuild.interchange.uima.writing:XmiWriter",
    "uima-json": "corpusbuild.interchange.uima.writing:JsonWriter",
    "w3c": "corpusbuild.interchange.w3c:W3c",
    "webanno": "corpusbuild.interchange.webanno.writing:WebAnnoWriter",
}
"""Name → module and class of its :class:`Writer`."""

WITH_MAPPING = frozenset({"brat"})
"""The writers that put a mapping beside the data, and with it what their format has no place for."""


def reader(name: str) -> Reader:
    """The reader of the format called ``name``. Raises :class:`~corpusbuild.errors.UnknownName`."""
    if name not in READERS:
        raise UnknownName(f'there is no format "{name}" to import', help=f"formats are {', '.join(READERS)}")
    module, _, kind = READERS[name].partition(":")
    made: Reader = getattr(import_module(module), kind)()
    return made


def writer(name: str, what: Exporting) -> Writer:
    """A writer of the format called ``name``. Raises :class:`~corpusbuild.errors.UnknownName`."""
    if name not in WRITERS:
        raise UnknownName(f'there is no format "{name}" to export', help=f"formats are {', '.join(WRITERS)}")
    module, _, kind = WRITERS[name].partition(":")
    made: Writer = getattr(import_module(module), kind)(what)
    return made
