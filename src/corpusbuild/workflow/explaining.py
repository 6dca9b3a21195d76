"""What a finding means, why it matters, how to mend it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from corpusbuild.diagnostics.finding import Rule
from corpusbuild.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule and its documentation, in Markdown."""

    rule: Rule
    text: str


def rule_modules() -> list[ModuleType]:
    """The modules of every rule that ships, in code order."""
    from corpusbuild.layers.attribution import book as attribution  # noqa: PLC0415  start-up time
    from corpusbuild.rules import book  # noqa: PLC0415  start-up time

    return sorted((*book.RULES, *attribution.RULES), key=lambda module: str(module.RULE.code))


def explain(name: str, modules: Sequence[ModuleType] | None = None) -> Explanation:
    """The rule with this code or name, among those that ship or ``modules``.

    Raises :class:`~corpusbuild.errors.UnknownName`.
    """
    from corpusbuild.text.nearest import nearest_name  # noqa: PLC0415  start-up time

    modules = rule_modules() if modules is None else modules
    for module in modules:
        if name.upper() == module.RULE.code.upper() or name.lower() == module.RULE.name:
            return explanation(module)
    names = [word for module in modules for word in (module.RULE.code, module.RULE.name)]
    near = nearest_name(name.upper() if name[:2].upper() == "CB" else name, names)
    help_text = f'did you mean "{near}"?' if near else "`corpusbuild explain --list` lists all rules"
    raise UnknownName(f'there is no rule "{name}"', help=help_text)


def explanations(modules: Sequence[ModuleType] | None = None) -> list[Explanation]:
    """Every rule that ships, or of ``modules``, in code order."""
    return [explanation(module) for module in (rule_modules() if modules is None else modules)]


def explanation(module: ModuleType) -> Explanation:
    """The documentation of a rule's module."""
    return Explanation(module.RULE, inspect.cleandoc(module.__doc__ or ""))
