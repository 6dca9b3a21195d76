"""Two annotators → a draft of the gold, and the list of what is to be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpusbuild.agreement.aligning import align
from corpusbuild.agreement.decisions import Adjudication, Drafted
from corpusbuild.agreement.reading import references
from corpusbuild.corpus import ids
from corpusbuild.corpus.json_writing import written
from corpusbuild.diagnostics.where import Origin
from corpusbuild.emit.decisions import decisions_json, markdown
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.facts import AnnotationFact
from corpusbuild.layers.loading import load_checks
from corpusbuild.plan import SHARED
from corpusbuild.policy import Policy
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.workflow.deciding import decisions
from corpusbuild.workflow.drafting import Draft, drafts, leave_out_dangling
from corpusbuild.workflow.editor import hint
from corpusbuild.workflow.objecting import Checks, leave_out_refused
from corpusbuild.workflow.reading import MEND, Annotated, need_extra
from corpusbuild.workflow.state import EDITOR
from corpusbuild.workflow.writing import write_all

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus

LISTS = ".corpusbuild/adjudication"
"""Where the list of what to decide goes unless told otherwise, as ``<a>+<b>.md`` and ``.json``."""

LISTS = ".corpusbuild/adjudication"
"""Where the list of what to decide goes unless told otherwise, as ``<a>+<b>.md`` and ``.json``."""


def adjudicate(corpus: Corpus, a: str, b: str, *, articles: Sequence[str] = (), force: bool = False) -> Adjudication:
    """Draft the gold from what ``a`` and ``b`` wrote about the same ``articles``, or all that both annotated. Nothing is written.

    Raises :class:`CannotGoOn` where a draft would take the place of a document and ``force`` does not say that it may.
    """
    need_extra()
    annotated = Annotated.of(corpus)
    annotated.know(a, b)
    gold = corpus.config.gold or "gold"
    _check_names(annotated, a, b, gold)
    # All of them, so that references into articles that are not drafted now mean something, too.
    everything = annotated.both(a, b)
    _check_articles(everything, articles, a, b)
    readings = {article: both for article, both in everything.items() if not articles or article in articles}
    comparisons = annotated.comparisons
    alignment = align(a, b, everything, comparisons, corpus.config.agree.threshold)
    standing = annotated.documents(gold)
    paths = {article: _path(corpus, article, gold, standing, force=force) for article in readings}
    known = {(fact.article, table): frozenset(keys) for fact in standing.values() for table, keys in fact.keys.items()}
    found = drafts(alignment, gold, known, readings)
    checks = _checks(corpus, annotated)
    refused = [leave_out_refused(found[article], both, comparisons, checks, Origin(paths[article])) for article, both in readings.items()]
    if any(refused):
        leave_out_dangling(found, known, frozenset(each.name for each in comparisons))
    _check_registries(annotated, found, gold)
    decided = decisions(corpus.folder, alignment, annotated.plan.shape.annotation_scalars, found)
    differ = {(each.article, each.table, each.a.row) for each in decided if each.a is not None and each.field is not None}
    return Adjudication(
        a,
        b,
        gold,
        tuple(_drafted(corpus, annotated, found[article], paths[article], differ) for article in readings),
        decided,
        () if articles else annotated.others(a, readings),
        () if articles else annotated.others(b, readings),
        tuple(each.name for each in comparisons if each.provenance is None),
    )


def _checks(corpus: Corpus, annotated: Annotated) -> Checks:
    """The rules that ship; a corpus's own are code, and wait for `check`."""
    rules = tuple(module.RULE for module in corpus.rules(trusted=False))
    policy = Policy(corpus.config, rules, unknown_rules=True)
    return Checks(annotated.plan, load_checks(annotated.plan.root, annotated.plan.checks), policy)


def write(corpus: Corpus, adjudication: Adjudication, list_to: Path | None, *, drafts: bool) -> Adjudication:
    """Write the list to ``list_to``, or with the drafts to :data:`LISTS`; and the ``drafts``, all of them or none."""
    after: dict[str, bytes] = {each.path: each.data for each in adjudication.drafts} if drafts else {}
    lists: dict[str, bytes] = {}
    if list_to is not None:
        data = decisions_json(adjudication) if list_to.suffix == ".json" else markdown(adjudication).encode("utf-8", "replace")
        lists[str(list_to)] = data
        after[str(list_to.absolute())] = data
    elif drafts:
        name = f"{LISTS}/{adjudication.a}+{adjudication.b}"
        lists = {f"{name}.md": markdown(adjudication).encode("utf-8", "replace"), f"{name}.json": decisions_json(adjudication)}
        after |= lists
    if drafts and not (corpus.folder / LISTS).resolve().is_relative_to(corpus.folder.resolve()):
        raise CannotWrite("this leads out of the corpus", LISTS, "put a folder in the place of the link")
    write_all(corpus.folder, after)
    return replace(adjudication, lists=tuple(lists))


def _check_names(annotated: Annotated, a: str, b: str, gold: str) -> None:
    for name in (a, b, gold):
        fault = ids.fault(name)
        if fault is not None:
            raise CannotWrite(f"no file can have this name: {fault}", f"annotations/{name}", MEND)
    if a == b:
        raise UnknownName("two annotators are needed, and these are one", help="name another")
    if gold in (a, b):
        raise UnknownName(f'"{gold}" is the gold: a draft would take the place of what it is drawn from', help="name two other annotators")
    entries = annotated.plan.entries.get("annotators")
    if entries is not None and gold not in {entry.value.get("id") for entry in entries}:
        raise UnknownName(
            f'the gold annotator "{gold}" is not in the list of annotators', help="add an entry to annotations/annotators.json"
        )


def _check_articles(readings: Mapping[str, Any], articles: Sequence[str], a: str, b: str) -> None:
    for article in articles:
        if article not in readings:
            raise UnknownName(f'"{a}" and "{b}" have not both annotated "{article}"', help="leave out --article to see which they have")
    if not readings:
        raise UnknownName(f'there is no article that both "{a}" and "{b}" have annotated')


def _path(corpus: Corpus, article: str, gold: str, standing: Mapping[str, AnnotationFact], *, force: bool) -> str:
    """Where the gold of an article stands, or goes: beside the gold that there is, else in the gold annotator's folder."""
    fault = ids.fault(article)
    if fault is not None:
        raise CannotWrite(f"no file can have this name: {fault}", f"annotations/{gold}/{article}.json", MEND)
    if article in standing:
        origin = standing[article].origin
        if origin.length is not None:
            raise CannotWrite("the gold of this article stands in a shard", origin.path, "take it out of the shard first")
        if not force:
            raise CannotWrite("this article has a gold already", origin.path, "--force replaces it; --article leaves others alone")
        return origin.path
    flat = any(fact.origin.path.count("/") == 1 for fact in standing.values())
    path = f"annotations/{article}.json" if flat else f"annotations/{gold}/{article}.json"
    if not (corpus.folder / path).resolve().is_relative_to(corpus.folder.resolve()):
        raise CannotWrite("this leads out of the corpus", path, "put a folder in the place of the link")
    if (corpus.folder / path).exists() or (corpus.folder / path).is_symlink():
        raise CannotWrite("another document stands where the gold would go", path, "move it to another folder of annotations/")
    return path


def _check_registries(annotated: Annotated, found: Mapping[str, Draft], gold: str) -> None:
    """Entries that only one annotator has cannot be referred to by the gold."""
    for draft in found.values():
        for row in [row for rows in draft.rows.values() for row in rows if row.refused is None]:
            for column in row.comparison.table.row.columns:
                for table, key in references(row.value, column):
                    owners = annotated.plan.registry_keys.get(table)
                    if owners is not None and key not in annotated.plan.known_keys(table, gold):
                        owner = next((name for name, keys in owners.items() if name != SHARED and key in keys), "nobody")
                        message = f'{table} "{key}" is {owner}\'s alone, and the draft of "{draft.article}" refers to it'
                        raise CannotGoOn(message, f"annotations/{owner}/{table}.json", f"move the entry to annotations/{table}.json")


def _drafted(corpus: Corpus, annotated: Annotated, draft: Draft, path: str, differ: AbstractSet[tuple[str, str, str]]) -> Drafted:
    """The draft as a file; ``differ`` has the article, table and name of each row of a that b has otherwise."""
    document = {name: value for name, value in draft.document().items() if name != EDITOR_HINT}
    if not annotated.judge.accepts(document):
        fault = annotated.judge.explain(document)[0]
        raise CannotGoOn(f"the draft of this article is not as its schema wants it: {fault.message}", path, "adjudicate it by hand")
    start = {EDITOR_HINT: hint(path, "annotation")} if (corpus.folder / EDITOR).is_dir() else {}
    data = written({**start, **document}).encode()
    rows = [row for name in draft.rows for row in draft.kept(name)]
    both = [(draft.article, row.comparison.name, row.a.name) for row in rows if row.a is not None and row.b is not None]
    return Drafted(draft.article, path, data, len(rows), sum(each not in differ for each in both))
