"""What a finding means, why it matters, how to mend it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import ModuleType

from corpusbuild.diagnostics.finding import Rule
from corpusbuild.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule and its documentation, in Markdown."""

    rule: Rule
    text: str


def explain(name: str) -> Explanation:
    """The rule with this code or name. Raises :class:`~corpusbuild.errors.UnknownName`."""
    from corpusbuild.rules.book import RULES  # noqa: PLC0415  start-up time
    from corpusbuild.text.nearest import nearest_name  # noqa: PLC0415  start-up time

    for module in RULES:
        if name.upper() == module.RULE.code or name.lower() == module.RULE.name:
            return explanation(module)
    names = [word for module in RULES for word in (module.RULE.code, module.RULE.name)]
    near = nearest_name(name.upper() if name[:2].upper() == "CB" else name, names)
    raise UnknownName(
        f'there is no rule "{name}"', help=f'did you mean "{near}"?' if near else "`corpusbuild explain --list` lists all rules"
    )


def explanations() -> list[Explanation]:
    """Every rule, in code order."""
    from corpusbuild.rules.book import RULES  # noqa: PLC0415  start-up time

    return [explanation(module) for module in RULES]


def explanation(module: ModuleType) -> Explanation:
    """The documentation of a rule's module."""
    return Explanation(module.RULE, inspect.cleandoc(module.__doc__ or ""))
