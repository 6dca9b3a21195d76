"""A span of a source that is imported has its words at its offsets in no unit that tools count in.

## Why
Tools count offsets in code points, in UTF-16 units or in bytes, with a line end of two characters as two or as one, and few say
which. All are tried, and one is accepted only where every span of the document has its words there. A span that fits none, or
not the one that all others fit, was moved by an edit of the text, and is never moved by guess.

## Example
`T2	Person 10 14	Siti`, where "i pe" stands from 10 to 14.

## How to mend
Correct the offsets or the text in the source. Where the words stand in one place only, the finding names it. Where a source stores
no words, give the unit with `--unit`.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB705", "span-fits-no-unit", Severity.ERROR, since="0.1.0")
