"""Places in a text as programs in JavaScript count them: in UTF-16 units."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpusbuild.text.span import Span


@dataclass(slots=True)
class Utf16:
    """The offsets of a text."""

    text: str
    _starts: npt.NDArray[np.int64] | None = field(init=False, default=None)
    """The offset of every code point and of the end; None where all are of one unit."""

    def __post_init__(self) -> None:
        if self.text and max(self.text) > "\uffff":
            points = np.frombuffer(self.text.encode("utf-32-le"), dtype=np.uint32)
            self._starts = np.concatenate(([0], np.cumsum(1 + (points > 0xFFFF))))

    def of(self, span: Span) -> dict[str, int]:
        """Start and end of a span of code points."""
        if self._starts is None:
            return {"start": span.start, "end": span.end}
        return {"start": int(self._starts[span.start]), "end": int(self._starts[span.end])}
