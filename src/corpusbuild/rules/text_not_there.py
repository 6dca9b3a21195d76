"""Annotations in a source that is imported have no text, or one that cannot be read.

## Why
Offsets without their text point at nothing.

## Example
`pidato.ann` without `pidato.txt`, or a text that is not UTF-8.

## How to mend
Put the text beside the annotations, in UTF-8.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB706", "text-not-there", Severity.ERROR, since="0.1.0")
