"""Two speakers who go by the same name.

## Why
They are one person entered twice, and what they said is counted apart; or they are two, and nobody can tell from
the registry who is meant. Case and spacing make no difference. Unnamed sources ("beberapa nelayan") may share
their words: each is an entry of its own article.

## Example
`sari` has the name "Sari Wibowo", and `kepala-pelabuhan` has "Sari Wibowo" among its aliases.

## How to mend
Make one entry of the two, or take the name from the one that is not called so.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Also, Corpus, Entry, Finding, InJson, Rule, Severity

RULE = Rule("CB310", "speaker-alias-collision", Severity.WARNING, since="0.1.0")


def check_corpus(corpus: Corpus) -> Iterator[Finding]:
    """The first name that an entry shares with one before it. Annotators do not see each other's own entries."""
    seen: dict[tuple[str, str], tuple[Entry, InJson]] = {}  # the first entry of each owner that has a name
    for entry in corpus.registry("speakers"):
        if entry.value.get("named") is False:
            continue
        own = list(_names(entry))
        reported: list[Entry] = []
        for name, where in own:
            for owner in dict.fromkeys(("", entry.owner)):
                other, first = seen.get((owner, _folded(name)), (entry, where))
                same = other.value.get("id") == entry.value.get("id")  # a key that is used twice has a finding
                if same or other in reported:
                    continue
                reported.append(other)
                yield RULE.finding(
                    f'"{name}" is a name of both "{other.value.get("id")}" and "{entry.value.get("id")}"',
                    where,
                    also=(Also(first, "first here"),),
                    help="make one entry of the two, or take the name from one",
                )
        for name, where in own:
            seen.setdefault((entry.owner, _folded(name)), (entry, where))


def _names(entry: Entry) -> Iterator[tuple[str, InJson]]:
    # Entries that the schema refuses are in the registry too.
    aliases = entry.value.get("aliases")
    named = [(entry.value.get("name"), entry.below("name"))]
    named += [(alias, entry.below("aliases", i)) for i, alias in enumerate(aliases if isinstance(aliases, list) else ())]
    yield from ((name, where) for name, where in named if isinstance(name, str))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
