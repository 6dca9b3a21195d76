"""The libraries whose version can decide a byte of a data set."""

from __future__ import annotations

from importlib.metadata import version

NAMES = ("identify", "jsonschema-rs", "orjson", "pyarrow", "pyyaml", "rensa")


def made_by() -> dict[str, str]:
    """Name → version of all that makes a data set: the libraries, and corpusbuild itself."""
    return {"corpusbuild": version("corpusbuild"), **versions()}


def versions() -> dict[str, str]:
    """Name → the version that is installed."""
    return {name: version(name) for name in NAMES}
