"""What a sign-off changes, for people: rows by table, articles, fields and labels, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corpusbuild.lock import Lock, SignedArticle, SignedDocument, SignedField, came_and_went, count, totals
from corpusbuild.render.width import cells, printable

# More articles than this are counted, not named.
_FEW = 20


def signing(before: Lock | None, after: Lock, *, written: bool) -> Iterator[str]:
    """The lines of a sign-off; ``before`` is None where nothing was signed off yet."""
    yield from _rows({} if before is None else totals(before), totals(after))
    if before is not None and before.corpus != after.corpus:
        yield printable(f"corpus: {before.corpus} → {after.corpus}")
    changes = [] if before is None else [*_articles(before.articles, after.articles), *_fields(before.fields, after.fields)]
    if changes:
        yield ""
        yield from changes
    yield ""
    number = f"{len(after.articles):,} article{'' if len(after.articles) == 1 else 's'}"
    if written:
        yield f"signed off {number} in corpus.lock"
    elif before is not None and before == after:
        yield f"corpus.lock is as the corpus: {number}"
    else:
        yield "nothing was written"


def _rows(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    names = [*after, *(name for name in before if name not in after)]
    wide = max(len(name) for name in names)
    for name in names:
        was, now = before.get(name), after.get(name, 0)
        change = "" if was == now else "  new" if was is None else f"  {now - was:+,}"
        yield f"{name:{wide}}{'' if was is None else f'{was:,}':>10}{'  →' if was is not None else '   '}{now:>9,}{change}"


def _articles(old: Mapping[str, SignedArticle], new: Mapping[str, SignedArticle]) -> Iterator[str]:
    lines = [f"+ {name} ({new[name].split})" for name in new if name not in old]
    lines += [f"- {name} ({old[name].split})" for name in old if name not in new]
    lines += [f"~ {name}: {change}" for name in new if name in old for change in _changes(old[name], new[name])]
    yield from map(printable, lines[:_FEW])
    if len(lines) > _FEW:
        yield f"… and {len(lines) - _FEW:,} more changes of articles"


def _changes(old: SignedArticle, new: SignedArticle) -> Iterator[str]:
    if old.split != new.split:
        yield f"{old.split} → {new.split}"
    if old.text != new.text:
        yield "another text"
    elif old.metadata != new.metadata:
        yield "other metadata"
    for who in sorted(old.annotations.keys() | new.annotations.keys()):
        was, now = old.annotations.get(who), new.annotations.get(who)
        if was is None or now is None:
            yield f"{'annotated' if was is None else 'no longer annotated'} by {who}"
        elif was.sha256 != now.sha256:
            yield from _document(who, was, now)


def _document(who: str, was: SignedDocument, now: SignedDocument) -> Iterator[str]:
    changed = [table for table in now.rows if now.rows[table] != was.rows.get(table)]
    for table in changed:
        old, new = was.rows.get(table, 0), now.rows[table]
        came, went = came_and_went(old, new)
        keys = " ".join([*(f"+{key}" for key in came[:_FEW]), *(f"-{key}" for key in went[:_FEW])])
        yield f"{table} by {who} {count(old):,} → {count(new):,}" + (f" ({keys})" if keys else "")
    if not changed:
        yield f"other content by {who}, the same rows"


def _fields(before: Mapping[tuple[str, str], SignedField], after: Mapping[tuple[str, str], SignedField]) -> Iterator[str]:
    yield from (printable(f"+ {'.'.join(key)} ({field.type})") for key, field in after.items() if key not in before)
    yield from (printable(f"- {'.'.join(key)} ({field.type})") for key, field in before.items() if key not in after)
    for key, new in after.items():
        old, name = before.get(key), ".".join(key)
        if old is None:
            continue
        if (old.type, old.nullable) != (new.type, new.nullable):
            yield printable(f"~ {name}: {_kind(old)} → {_kind(new)}")
        if old.nulls != new.nulls:
            yield printable(f"~ {name}: null in {old.nulls:,} → {new.nulls:,} rows")
        if old.labels != new.labels:
            yield from _labels(name, old.labels or {}, new.labels or {})


def _kind(field: SignedField) -> str:
    return field.type + (" or null" if field.nullable else "")


def _labels(name: str, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    changed = [label for label in [*after, *(label for label in before if label not in after)] if before.get(label) != after.get(label)]
    wide = max((cells(printable(label)) for label in changed), default=0)
    yield printable(f"~ {name}")
    for label in changed:
        was, now = before.get(label), after.get(label)
        shown = printable(label)
        gap = " " * (wide - cells(shown))
        yield f"    {shown}{gap} {'new' if was is None else f'{was:,}':>9}  → {'gone' if now is None else f'{now:,}':>9}"
