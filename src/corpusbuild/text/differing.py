"""Which words are different where most are the same: what is to be written for what."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from corpusbuild.text.span import Span

Change = tuple[Span, Span]

_WORD = re.compile(r"\S+")


def changes(wrote: str, stands: str) -> list[Change]:
    """The shortest runs of words of ``wrote`` that are others in ``stands``, in order, each with what stands there.

    Neither side of a change is empty: where words are missing from one, a word beside them goes with them. Changes
    that touch one another are one. Words are what stands between white space; where only that differs, all is one change.
    """
    ours, theirs = ([Span(*found.span()) for found in _WORD.finditer(text)] for text in (wrote, stands))
    found: list[list[int]] = []  # of words: start and end here, start and end there
    for edit in Levenshtein.opcodes([span.of(wrote) for span in ours], [span.of(stands) for span in theirs]):
        if edit.tag == "equal":
            continue
        run = [edit.src_start, edit.src_end, edit.dest_start, edit.dest_end]
        if run[0] == run[1] or run[2] == run[3]:
            before = run[0] > 0 and run[2] > 0
            run = [run[0] - before, run[1] + (not before), run[2] - before, run[3] + (not before)]
        if found and (run[0] <= found[-1][1] or run[2] <= found[-1][3]):
            found[-1][1], found[-1][3] = max(found[-1][1], run[1]), max(found[-1][3], run[3])
        else:
            found.append(run)
    inside = all(end <= len(ours) and other <= len(theirs) for _, end, _, other in found)
    if not found or not inside:
        return [(Span(0, len(wrote)), Span(0, len(stands)))]
    return [(Span(ours[run[0]].start, ours[run[1] - 1].end), Span(theirs[run[2]].start, theirs[run[3] - 1].end)) for run in found]
