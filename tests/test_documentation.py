"""What the documentation says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from corpusbuild.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent


def test_generated_pages_are_fresh():
    done = subprocess.run([sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_in_its_help_what_the_list_of_commands_says(name):
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").startswith(COMMANDS[name].rstrip("."))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_does(name):
    command = cli.get_command(click.Context(cli), name)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(
    "page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_the_map_names_files_that_exist():
    source = ROOT / "src" / "corpusbuild"
    for name in re.findall(r"`([a-z_/]+\.py|[a-z]+/)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8")):
        assert name == "dist/" or any((base / name).exists() for base in (source, ROOT, ROOT / "tests")), name


def test_every_line_that_no_test_reaches_has_its_reason():
    for path in (ROOT / "src").rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            assert "pragma: no cover" not in line or re.search(r"pragma: no cover  \S", line), f"{path.name}: {line}"
