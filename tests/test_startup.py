"""What is loaded when: start-up time is decided by imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundled import ROOT, copy_corpus

HEAVY = {
    "click",
    "datasets",
    "duckdb",
    "jsonschema",
    "jsonschema_rs",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "rapidfuzz",
    "rensa",
    "torch",
    "yaml",
}

RUN = """
import sys
sys.argv[0] = "corpusbuild"
from corpusbuild.cli import main
try:
    main()
except SystemExit as end:
    status = end.code
import json
print("\\n" + json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded(code: str, *words: str, folder: Path | None = None) -> tuple[int, set[str]]:
    """The exit status of a run, and the packages that it had loaded at its end."""
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=folder, capture_output=True, check=True, timeout=60)
    status, names = json.loads(done.stdout.decode().splitlines()[-1])
    return status, set(names)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus", ROOT)


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys, corpusbuild, json; print(json.dumps([0, sorted({n.partition('.')[0] for n in sys.modules})]))"
    assert not loaded(code)[1] & HEAVY


def test_every_public_name_is_there() -> None:
    import corpusbuild

    assert [name for name in corpusbuild.__all__ if not hasattr(corpusbuild, name)] == []
    assert dir(corpusbuild) == sorted(corpusbuild.__all__)
    with pytest.raises(AttributeError):
        corpusbuild.nothing  # noqa: B018  that it raises is what is tested


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("check", "--help"), ("make", "--help")], ids=" ".join)
def test_help_loads_click_and_little_else(words: tuple[str, ...]) -> None:
    status, names = loaded(RUN, *words)
    assert status == 0
    assert names & HEAVY == {"click"}


def test_check_needs_arrow_at_most(corpus: Path) -> None:
    status, names = loaded(RUN, "check", folder=corpus)
    assert status == 0
    assert not names & {"datasets", "pandas", "polars", "duckdb", "torch"}


def test_make_never_imports_datasets(corpus: Path) -> None:
    for _ in range(2):
        status, names = loaded(RUN, "make", folder=corpus)
        assert status == 0
        assert not names & {"datasets", "pandas", "polars", "duckdb", "torch"}
    # The second had nothing to do.
    assert not names & {"pyarrow", "numpy", "jsonschema"}


def test_a_make_that_fails_never_imports_datasets(corpus: Path) -> None:
    text = corpus / "raw" / "putin-akan-ke-pyongyang.txt"
    text.write_bytes(text.read_bytes()[100:])
    status, names = loaded(RUN, "make", folder=corpus)
    assert status == 1
    assert "datasets" not in names
