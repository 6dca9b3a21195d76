"""The types, roles and attributes that were written, as ``annotation.conf`` declares them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpusbuild.interchange.brat.configuration import bare_role

_Names = dict[str, dict[str, None]]


@dataclass
class Used:
    """Each type with its roles, or values; in the order in which they were seen."""

    entities: _Names = field(default_factory=dict)
    relations: _Names = field(default_factory=dict)
    events: _Names = field(default_factory=dict)
    attributes: _Names = field(default_factory=dict)
    as_json: set[tuple[str, str]] = field(default_factory=set)
    """Type of an event and the column that notes hold as JSON."""

    def note(self, names: _Names, name: str, *others: str) -> None:
        """Note a type with roles, or an attribute with a value."""
        names.setdefault(name, {}).update(dict.fromkeys(others))

    def configuration(self) -> Iterator[str]:
        """The lines of ``annotation.conf``: sections in brat's order, names in that of the alphabet."""
        yield "[entities]"
        yield from sorted(self.entities.keys() - self.events.keys())
        yield from ("", "[relations]")
        for name, roles in sorted(self.relations.items()):
            pairs = sorted(dict.fromkeys(roles))
            yield f"{name}\t{', '.join(f'{role}:<ANY>' for role in pairs)}"
        yield from ("", "[events]")
        for name, roles in sorted(self.events.items()):
            told = sorted({bare_role(role) for role in roles})
            yield f"{name}\t{', '.join(f'{role}*:<ANY>' for role in told)}".rstrip()
        yield from ("", "[attributes]")
        for name, values in sorted(self.attributes.items()):
            told = sorted(values)
            yield f"{name}\tArg:<ANY>{f', Value:{chr(124).join(told)}' if told else ''}"
