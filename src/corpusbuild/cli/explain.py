"""``corpusbuild explain``."""

from __future__ import annotations

from types import ModuleType

import click

from corpusbuild.errors import BadConfig, NotACorpus
from corpusbuild.workflow.corpus import Corpus
from corpusbuild.workflow.explaining import explain, explanations, rule_modules


@click.command("explain")
@click.argument("rule", required=False)
@click.option("--list", "list_all", is_flag=True, help="List all rules.")
def explain_command(rule: str | None, list_all: bool) -> None:
    """Say what a finding means, why it matters, how to mend it.

    RULE is a code (CB201) or a name (quote-not-found). In a corpus whose own checks are trusted, these are explained too.
    """
    modules = _modules()
    if list_all or rule is None:
        width = max(len(module.RULE.name) for module in modules)
        for each in explanations(modules):
            click.echo(f"{each.rule.code}  {each.rule.name:<{width}} {each.rule.severity:<8} {each.text.splitlines()[0]}")
        return
    found = explain(rule, modules)
    click.echo(f"{found.rule.code} {found.rule.name} ({found.rule.severity}, since {found.rule.since})\n\n{found.text}")


def _modules() -> list[ModuleType]:
    """The rules there are here: those that ship, and the corpus's own where it is trusted."""
    try:
        return Corpus.open().rules()
    except (NotACorpus, BadConfig):
        return rule_modules()
