"""The test kit: a pytest plugin with one-line tests of a corpus. It is there wherever corpusbuild and pytest are installed.

def test_counts_fields_and_splits_are_the_ones_signed_off(corpus):
corpus.assert_locked()
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import pyarrow as pa

    from corpusbuild.diagnostics.report import Report
    from corpusbuild.emit.summary import TableSummary
    from corpusbuild.workflow.corpus import Corpus
    from corpusbuild.workflow.making import Made

_LEAKS = ("group-across-splits", "derived-across-splits", "near-duplicate-across-splits", "relation-across-splits")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``corpusbuild_corpus`` and ``corpusbuild_trust`` in the ini file."""
    parser.addini("corpusbuild_corpus", "The corpus folder, from the ini file's; else the one that pytest's root lies in.", "string")
    parser.addini("corpusbuild_trust", "Let the corpus's own checks run.", "bool", default=False)


@pytest.fixture(scope="session")
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CorpusKit:
    """The corpus under test; it is checked and compiled at most once a session."""
    from corpusbuild.workflow.corpus import Corpus  # noqa: PLC0415  a plugin is imported by every run of pytest

    told = str(request.config.getini("corpusbuild_corpus") or "")
    opened = Corpus.open(request.config.rootpath / told, search=not told)
    return CorpusKit(opened, tmp_path_factory.mktemp("corpus"), trust=bool(request.config.getini("corpusbuild_trust")))


@dataclass
class CorpusKit:
    """A corpus and what can be asserted of it; ``folder`` is where it is compiled. Failures say which records are meant."""

    corpus: Corpus
    folder: Path
    trust: bool = False
    _tables: dict[tuple[str, str | None], pa.Table] = field(default_factory=dict)

    @cached_property
    def report(self) -> Report:
        """What ``corpusbuild check`` finds."""
        if not (self.trust or self.corpus.is_trusted):
            warnings.warn("the corpus's own checks do not run: corpusbuild_trust = true lets them", stacklevel=2)
        return self.corpus.check(trust=self.trust)

    @cached_property
    def made(self) -> Made:
        """The data set, compiled aside; fails where it cannot be."""
        made = self.corpus.make(self.folder / self.corpus.config.name, trust=self.trust)
        if not made.ok:
            pytest.fail(self._text(made.report, "the corpus does not compile"), pytrace=False)
        return made

    def table(self, name: str, split: str | None = None) -> pa.Table:
        """A table of the data set as Arrow has it, all splits one after another unless one is named. Raises KeyError for no such table."""
        import pyarrow as pa  # noqa: PLC0415  start-up time
        import pyarrow.parquet as pq  # noqa: PLC0415  start-up time

        from corpusbuild.schema.arrow import arrow_schema  # noqa: PLC0415  start-up time

        if (name, split) not in self._tables:
            summary = self._summary(name)
            files = [path for each, part in summary.splits.items() if split in (None, each) for path in part.files]
            parts = [pq.read_table(self.made.path / path, partitioning=None) for path in files]
            self._tables[name, split] = pa.concat_tables(parts) if parts else arrow_schema(summary.columns).empty_table()
        return self._tables[name, split]

    def _summary(self, name: str) -> TableSummary:
        tables = {} if self.made.summary is None else self.made.summary.tables
        if name not in tables:
            raise KeyError(f'there is no table "{name}"; there are {", ".join(tables)}')
        return tables[name]

    def rows(self, name: str, split: str | None = None) -> list[dict[str, Any]]:
        """The same as a list of rows."""
        rows: list[dict[str, Any]] = self.table(name, split).to_pylist()
        return rows

    # ---- assertions ----

    def assert_clean(self, *, strict: bool = False) -> None:
        """Nothing counts as an error; with ``strict``, no warning either."""
        report = self.corpus.check(strict=True, trust=self.trust) if strict else self.report
        if not report.ok:
            pytest.fail(self._text(report, "the corpus has findings that count as errors"), pytrace=False)

    def assert_locked(self) -> None:
        """Counts, fields, labels, texts and splits are those that were signed off in corpus.lock."""
        made = self.corpus.make(self.folder / "locked", locked=True, trust=self.trust)
        if not made.ok:
            said = self._text(made.report, "the corpus is not as it was signed off")
            pytest.fail("\n".join([said, *self._differences()]), pytrace=False)

    def assert_counts(self, **rows: int) -> None:
        """Each named table has so many rows."""
        found = {name: self._summary(name).rows for name in rows}
        wrong = [f"{name}: {found[name]} rows, expected {number}" for name, number in rows.items() if found[name] != number]
        if wrong:
            pytest.fail("\n".join([*wrong, *self._differences()]), pytrace=False)

    def assert_loads(self) -> None:
        """``datasets.load_dataset`` gives back every config and split, with as many rows as were written."""
        import datasets  # noqa: PLC0415  slow to import

        summary = self.made.summary
        cache = str(self.folder / "cache")
        written = {} if summary is None else {name: table.splits for name, table in summary.tables.items() if table.splits}
        wrong = []
        for name, splits in written.items():
            try:
                loaded = datasets.load_dataset(str(self.made.path), name, cache_dir=cache)
            except Exception as error:  # noqa: BLE001  whatever the library raises is why it does not load
                wrong.append(f"{name} does not load: {type(error).__name__}: {error}")
                continue
            found = {split: loaded[split].num_rows for split in loaded}
            expected = {split: part.rows for split, part in splits.items()}
            wrong += [f"{name}: {found} rows loaded, {expected} written"] if found != expected else []
        if wrong:
            pytest.fail("\n".join(wrong), pytrace=False)

    def assert_no_leak(self) -> None:
        """No story is in two splits: no group, no text, no near-duplicate, no derived text without its original."""
        leaks = [each for each in self.report if each.finding.name in _LEAKS]
        said = [f"{each.place.path}:{each.place.line}: {each.finding.message}" for each in leaks]
        said += self._shared("text_sha256")
        group = self.corpus.config.splits.group
        said += self._shared(group) if group is not None else []
        if said:
            pytest.fail("\n".join(["what one split has, another has too:", *said]), pytrace=False)

    def _shared(self, column: str) -> list[str]:
        """The values of a column of ``articles`` that are in several splits, each with the articles."""
        summary = self.made.summary
        where: dict[Any, dict[str, str]] = {}
        for split in summary.tables["articles"].splits if summary is not None else ():
            for row in self.rows("articles", split):
                if row[column] is not None:
                    where.setdefault(row[column], {}).setdefault(split, row["article_id"])
        return [f'{column} "{value}": {", ".join(f"{a} ({s})" for s, a in of.items())}' for value, of in where.items() if len(of) > 1]

    def _text(self, report: Report, title: str) -> str:
        from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
        from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

        return "\n".join([f"{title}:", "", *Human(Locator(self.corpus.root).source).report(report, 20)])

    def _differences(self) -> Iterator[str]:
        """The records that differ from the commit of the last sign-off, where the corpus is in git and both compile."""
        from corpusbuild.errors import CannotGoOn  # noqa: PLC0415  start-up time
        from corpusbuild.release.versioning import schema_text  # noqa: PLC0415  start-up time
        from corpusbuild.render.difference_human import HumanDifference  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.differing import diff  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.git import ask  # noqa: PLC0415  start-up time

        signed = (ask(self.corpus.folder, "rev-list", "-1", "HEAD", "--", "corpus.lock") or b"").decode().strip()
        if not signed:
            return
        try:
            found = diff(signed, corpus=self.corpus)
        except CannotGoOn:
            return
        if not found.same_records or found.schema:
            yield f"\nsince it was signed off in {signed[:12]}:\n"
            yield from HumanDifference(most=20).lines(found, [schema_text(each) for each in found.schema], None)
