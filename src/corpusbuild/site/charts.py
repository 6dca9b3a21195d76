"""Draw counts and shares as SVG that stands in a page: no script, no style of its own, nothing fetched.

Each mark has the class of its series, so that the page's style sheet decides colours, for light, dark and paper alike.
A chart is as wide as a phone; a page sets several side by side. Lengths are CSS pixels.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from wcwidth import iter_graphemes, wcswidth

if TYPE_CHECKING:
    from pygal.graph.graph import Graph

WIDTH = 300
COLOURS = 6
"""How many colours the style sheet has for series, ``color-0`` and so on."""

_TEXT = 12
_LONGEST = 18  # cells of a label beside its bar
_BAR, _GAP, _EDGE = 10, 12, 8  # how thick a bar is, what is between two groups of them, and around all
_TALL, _READ = 150, 4  # how tall columns are, and by how many lines at most their heights are read

# Control characters and what is no character are not XML; marks that reorder text would reorder what is around it.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NUMBERS = {"d", "x", "y", "width", "height"}
_IDLE = {"id", "rx", "ry", "text-anchor"}
_CLASSES = {"stackedbar-graph", "horizontalbar-graph", "axis", "x", "y", "text-overlay"}
_DIGITS = re.compile(r"(\.\d)\d+")


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one series, one a place on the axis. ``beside`` is what stands beside each, ``told`` what a pointer is told."""

    name: str
    values: Sequence[float]
    beside: Sequence[str]
    told: Sequence[str]


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Horizontal bars in groups: for each label the value of each series, with its words beside it."""
    shown = [short(label) for label in labels]
    wider = max((_cells(label) for label in shown), default=0) - max(map(len, shown), default=0)
    height = len(labels) * (len(series) * _BAR + _GAP) + _EDGE
    chart = _chart(
        "HorizontalBar",
        height,
        margin_left=2 + round(max(wider, 0) * 0.6 * _TEXT),
        show_x_labels=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
        formatter=None,
    )
    # The library draws from below.
    chart.x_labels = shown[::-1]
    most = max((value for each in series for value in each.values), default=0) or 1
    chart.range = (0, most * 1.25)
    for each in series:
        chart.add(each.name, _points(each)[::-1])
    return _drawn(chart, title)


def columns(title: str, labels: Sequence[str], series: Sequence[Series], ticks: Sequence[str]) -> str:
    """Columns along an axis, the series one upon the other; ``ticks`` are the labels that are shown."""
    most = max((sum(values) for values in zip(*(each.values for each in series), strict=True)), default=0)
    chart = _chart("StackedBar", _TALL, margin_right=14, show_minor_x_labels=False, truncate_label=-1, value_formatter="{:,.0f}".format)
    chart.y_labels = scale(most)
    chart.x_labels = list(labels)
    chart.x_labels_major = list(ticks)
    for each in series:
        chart.add(each.name, _points(each))
    return _drawn(chart, title)


def _points(series: Series) -> list[dict[str, object]]:
    return [
        {"value": value, "tooltip": visible(told), "formatter": partial(_same, visible(beside))}
        for value, beside, told in zip(series.values, series.beside, series.told, strict=True)
    ]


def _same(beside: str, _: float) -> str:
    return beside


def scale(most: float) -> list[int]:
    """Whole numbers to read heights by, from 0 to ``most`` or a little less, in steps of 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * _READ >= most:
                return list(range(0, int(most) + 1, step))
        power *= 10


def _chart(kind: str, height: int, **options: object) -> Graph:
    import pygal  # noqa: PLC0415  an extra, and start-up time
    from pygal.etree import etree  # noqa: PLC0415
    from pygal.style import Style  # noqa: PLC0415

    # It would take lxml where that is installed, which writes other bytes.
    etree.to_etree()
    # It looks for maps, of which there are none, whenever anything is imported, in a way that Python has given up.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    style = Style(label_font_size=_TEXT, major_label_font_size=_TEXT, value_font_size=_TEXT)
    chart: Graph = getattr(pygal, kind)(
        width=WIDTH, height=height, style=style, css=(), js=(), show_legend=False, margin=2, spacing=6, explicit_size=True, **options
    )
    return chart


def _drawn(chart: Graph, title: str) -> str:
    """The drawing, without what the library adds for its own styles and scripts, and with those classes only that style it."""
    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_idle(child, parent):
                parent.remove(child)
    for node in root.iter():
        kept = [_cycled(name) for name in node.get("class", "").split() if name in _CLASSES or name.startswith("color-")]
        node.attrib.pop("class", None)
        node.attrib |= {"class": " ".join(kept)} if kept else {}
        for name in _NUMBERS & node.attrib.keys():
            node.set(name, _DIGITS.sub(r"\1", node.attrib[name]))
        for name in _IDLE & node.attrib.keys():
            del node.attrib[name]
    root.attrib |= {"role": "img", "aria-label": visible(title), "class": "chart"}
    return ET.tostring(root, encoding="unicode")


def _cycled(name: str) -> str:
    """A class; of a series beyond the last colour, that of one before."""
    colour = name.removeprefix("color-")
    return f"color-{int(colour) % COLOURS}" if colour != name else name


def _is_idle(node: ET.Element, parent: ET.Element) -> bool:
    if node.tag == "title":
        return parent.get("class") != "bar"
    if node.tag == "g":
        # A bar of no length is no bar; the library's tooltips take a script.
        size = (each.get(name) for each in node.findall("rect") for name in ("width", "height"))
        return node.get("class") == "plot tooltip-overlay" or (node.get("class") == "bar" and any(not float(each or 0) for each in size))
    return node.tag in {"defs", "desc", ET.Comment} or (node.tag == "rect" and node.get("class") == "background")


def short(label: str, most: int = _LONGEST) -> str:
    """The beginning of a label, as far as ``most`` cells go, marked where there is more."""
    label = visible(label)
    if _cells(label) <= most:
        return label
    kept, used = "", 1
    for character in iter_graphemes(label):
        used += _cells(character)
        if used > most:
            break
        kept += character
    return kept.rstrip() + "…"


def visible(text: str) -> str:
    """``text`` in one line, without what cannot be seen and yet would change what is around it."""
    return _UNSAFE.sub("\ufffd", " ".join(text.split()))


def _cells(text: str) -> int:
    return len(text) if text.isascii() else max(wcswidth(text), 0)
