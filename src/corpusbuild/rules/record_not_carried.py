"""A record of a source that is imported has no place in the corpus that is made.

## Why
Nothing is dropped in silence. The record is sound, but no rule of the mapping takes it, or the format's reader has no table for it.

## Example
A mapping takes brat's events `Attribution` only, and the source has events `Meeting`.

## How to mend
Add a rule to the mapping, or let the record go: this is a warning, and the list of records has it.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB707", "record-not-carried", Severity.WARNING, since="0.1.0")
