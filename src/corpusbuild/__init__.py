"""A compiler for annotated corpora: what rustc and cargo are to code, for annotated text.

>>> from corpusbuild import Corpus
>>> report = Corpus.open("my-corpus").check()       # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpusbuild.agreement.decisions import Adjudication
    from corpusbuild.agreement.figures import Agreement
    from corpusbuild.diagnostics.finding import Finding, Severity
    from corpusbuild.diagnostics.report import Located, Report
    from corpusbuild.difference.difference import Difference
    from corpusbuild.errors import CannotGoOn
    from corpusbuild.release.publishing import Published
    from corpusbuild.workflow.corpus import Corpus
    from corpusbuild.workflow.differing import diff
    from corpusbuild.workflow.explaining import explain
    from corpusbuild.workflow.importing import Imported, import_corpus
    from corpusbuild.workflow.initialising import init
    from corpusbuild.workflow.making import Made
    from corpusbuild.workflow.publishing import publish
    from corpusbuild.workflow.releasing import Released
    from corpusbuild.workflow.reporting import Reported
    from corpusbuild.workflow.signing import SignedOff
    from corpusbuild.workflow.verifying import Verified, verify

_HOMES = {
    "Adjudication": "corpusbuild.agreement.decisions",
    "Agreement": "corpusbuild.agreement.figures",
    "CannotGoOn": "corpusbuild.errors",
    "Corpus": "corpusbuild.workflow.corpus",
    "Difference": "corpusbuild.difference.difference",
    "Finding": "corpusbuild.diagnostics.finding",
    "Imported": "corpusbuild.workflow.importing",
    "Located": "corpusbuild.diagnostics.report",
    "Made": "corpusbuild.workflow.making",
    "Published": "corpusbuild.release.publishing",
    "Released": "corpusbuild.workflow.releasing",
    "Report": "corpusbuild.diagnostics.report",
    "Severity": "corpusbuild.diagnostics.finding",
    "Reported": "corpusbuild.workflow.reporting",
    "SignedOff": "corpusbuild.workflow.signing",
    "Verified": "corpusbuild.workflow.verifying",
    "diff": "corpusbuild.workflow.differing",
    "explain": "corpusbuild.workflow.explaining",
    "import_corpus": "corpusbuild.workflow.importing",
    "init": "corpusbuild.workflow.initialising",
    "publish": "corpusbuild.workflow.publishing",
    "verify": "corpusbuild.workflow.verifying",
}

__all__ = [
    "Adjudication",
    "Agreement",
    "CannotGoOn",
    "Corpus",
    "Difference",
    "Finding",
    "Imported",
    "Located",
    "Made",
    "Published",
    "Released",
    "Report",
    "Reported",
    "Severity",
    "SignedOff",
    "Verified",
    "diff",
    "explain",
    "import_corpus",
    "init",
    "publish",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``import corpusbuild`` itself loads nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  loads nothing by itself

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
