"""The page about formats names every option of a reader, every table, and every key of a mapping."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bundled import ROOT
from corpusbuild.interchange import conll, doccano, label_studio, tabular
from corpusbuild.interchange.label_results import RESULT_TABLES
from corpusbuild.interchange.table_mapping import mapping_schema

SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", (ROOT / "docs" / "formats.md").read_text("utf-8"), re.DOTALL | re.MULTILINE))
TABLES = {
    "doccano": ["spans", "relations", "categories", "comments"],
    "label-studio": [*(table.name for table in RESULT_TABLES), "completions"],
    "conll": ["spans", "tokens", "comments"],
    "tables": [],
}


@pytest.mark.parametrize("module", [doccano, label_studio, conll, tabular], ids=list(TABLES))
def test_options_and_tables_are_documented(module: Any, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    section = SECTIONS[name]
    for option in module.OPTIONS:
        assert re.search(rf"^[^|\n]*`{option}`[^|\n]* \| ", section, re.MULTILINE), option
    for table in TABLES[name]:
        assert f"`{table}`" in section, table


def test_every_key_of_a_mapping_is_documented() -> None:
    schema = mapping_schema()
    keys = {key for part in schema["$defs"].values() for key in part.get("properties", ())} | set(schema["properties"])
    assert {key for key in keys if f"`{key}`" not in SECTIONS["tables"]} <= {"rows"}
    assert "`[[rows]]`" in SECTIONS["tables"]
