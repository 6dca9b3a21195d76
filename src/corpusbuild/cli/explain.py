"""``corpusbuild explain``."""

from __future__ import annotations

import click

from corpusbuild.workflow.explaining import explain, explanations


@click.command("explain")
@click.argument("rule", required=False)
@click.option("--list", "list_all", is_flag=True, help="List all rules.")
def explain_command(rule: str | None, list_all: bool) -> None:
    """Say what a finding means, why it matters, how to mend it.

    RULE is a code (CB201) or a name (quote-not-found).
    """
    if list_all or rule is None:
        for each in explanations():
            click.echo(f"{each.rule.code}  {each.rule.name:<30} {each.rule.severity:<8} {each.text.splitlines()[0]}")
        return
    found = explain(rule)
    click.echo(f"{found.rule.code} {found.rule.name} ({found.rule.severity}, since {found.rule.since})\n\n{found.text}")
