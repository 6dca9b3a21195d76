"""Law 7: our judge agrees with the JSON Schema Test Suite, and whatever it refuses it can explain."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest

from bundled import PEERS
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import Schemas

SUITE = PEERS / "json-schema-test-suite"
DRAFT = SUITE / "tests" / "draft2020-12"
# Where the suite wants the documents of remotes/ to be found.
REMOTE = "http://localhost:1234/"
FILE = "schema.json"

_FORMATS = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri", "iri-reference",
    "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference", "uri-template", "uuid",
)  # fmt: skip

# (file, case, test) → why we are right to differ.
EXCEPTIONS = {
    ("format.json", f"{name} format", f"invalid {name} string is only an annotation by default"): (
        "here `format` is asserted: it decides the type of columns, and a date that is none has no value there"
    )
    for name in _FORMATS
}

pytestmark = pytest.mark.skipif(not DRAFT.is_dir(), reason=f"the JSON Schema Test Suite is not at {SUITE.relative_to(PEERS.parents[1])}")

FILES = sorted(path.name for path in DRAFT.glob("*.json")) or ["absent"]
OPTIONAL = sorted(f"optional/format/{path.name}" for path in (DRAFT / "optional" / "format").glob("*.json")) or ["absent"]


@cache
def remotes() -> tuple[tuple[str, Any], ...]:
    """The documents that the suite's references name, but for those of other drafts."""
    folder = SUITE / "remotes"
    paths = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.json")))
    ours = (path for path in paths if path.startswith("draft2020-12/") or not path.startswith(("draft", "v1/")))
    return tuple((REMOTE + path, json.loads((folder / path).read_bytes())) for path in ours)


class SuiteSchemas(Schemas):
    """One schema of the suite as the only file of a corpus; all else is as it always is.

    Two things differ: the suite's remote documents are there besides, and a schema with an ``$id`` is
    registered by it, because the suite's ids are addresses and ours are names of files.
    """

    def uri(self, file: str) -> str:
        schema = self.files[file]
        return (
            urldefrag(urljoin(super().uri(file), schema["$id"]))[0] if isinstance(schema, dict) and "$id" in schema else super().uri(file)
        )

    def resources(self) -> list[tuple[str, Any]]:
        return [*super().resources(), *remotes()]


def cases(file: str) -> Iterator[tuple[tuple[str, str, str], Judge, Any, bool]]:
    for case in json.loads((DRAFT / file).read_bytes()):
        judge = Judge(SuiteSchemas({FILE: case["schema"]}), FILE)
        for test in case["tests"]:
            yield (file, case["description"], test["description"]), judge, test["data"], test["valid"]


@pytest.mark.parametrize("file", [*FILES, *OPTIONAL])
def test_the_judge_agrees(file: str) -> None:
    differ = [name for name, judge, value, valid in cases(file) if judge.accepts(value) is not valid]
    assert set(differ) == {name for name in EXCEPTIONS if name[0] == file}


@pytest.mark.parametrize("file", [*FILES, *OPTIONAL])
def test_what_is_refused_is_explained(file: str) -> None:
    for name, judge, value, _ in cases(file):
        if not judge.accepts(value):
            faults = judge.explain(value)
            assert faults, name
            for fault in faults:
                there = value
                for step in fault.pointer:
                    there = there[step]
                assert fault.keyword, name


def test_a_judge_is_the_same_in_another_process() -> None:
    import pickle

    for name, judge, value, valid in cases("dynamicRef.json"):
        assert pickle.loads(pickle.dumps(judge)).accepts(value) is valid, name  # noqa: S301  our own bytes


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef", "$schema", "$id"])
def test_nothing_is_fetched(keyword: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"
        judge = Judge(Schemas({FILE: {keyword: address, "properties": {"a": {"$ref": address}}}}), FILE)
        with contextlib.suppress(Exception):
            judge.accepts({"a": 1})
        with pytest.raises(BlockingIOError):
            server.accept()
