"""The data set card: front matter that tells ``datasets`` everything, and tables written from the build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from corpusbuild.corpus.config import Config
from corpusbuild.emit.agreement import Agreements, agreement_section
from corpusbuild.emit.summary import Summary, TableSummary
from corpusbuild.emit.tally import path_text
from corpusbuild.schema.features import features
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Type, Words
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

DEFAULT = "documents"

# The same bytes, ten times as fast, where PyYAML was built with libyaml, as its wheels are.
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# Control characters, and marks that turn the writing of what follows round; those that only isolate or nudge belong to some scripts.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e]")

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def card(config: Config, summary: Summary, preface: str, provenance: Mapping[str, Any], agreements: Agreements = ()) -> str:
    """README.md of the data set.

    ``preface`` is the part that the corpus's maintainers wrote, ``provenance`` what the manifest says, ``agreements``
    what agreement.json holds.
    """
    front = yaml.dump(_front_matter(config, summary), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{front}---\n\n# {escape(config.title)}\n\n" + "\n".join(_body(config, summary, preface, provenance, agreements)) + "\n"


def escape(text: str) -> str:
    """Text from the corpus, so that Markdown and HTML show it as it is."""
    plain = _HIDDEN.sub("\ufffd", re.sub(r"\s+", " ", text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#|~!])", r"\\\1", plain)


def _front_matter(config: Config, summary: Summary) -> dict[str, Any]:
    shown = {name: table for name, table in summary.tables.items() if table.splits}
    front: dict[str, Any] = {}
    if config.license:
        front["license"] = config.license.lower()
    if config.language:
        front["language"] = list(config.language)
    front["pretty_name"] = config.title
    articles = summary.tables["articles"].rows
    front["size_categories"] = [next((name for limit, name in _SIZES if articles < limit), "10M<n<100M")]
    front["configs"] = [_config(name, table) for name, table in shown.items()]
    front["dataset_info"] = [_info(name, table, summary) for name, table in shown.items()]
    return front


def _config(name: str, table: TableSummary) -> dict[str, Any]:
    files = [{"split": split, "path": list(part.files) if len(part.files) > 1 else part.files[0]} for split, part in table.splits.items()]
    return {"config_name": name, **({"default": True} if name == DEFAULT else {}), "data_files": files}


def _info(name: str, table: TableSummary, summary: Summary) -> dict[str, Any]:
    return {
        "config_name": name,
        "features": features(table.columns),
        "splits": [{"name": split, "num_bytes": part.num_bytes, "num_examples": part.rows} for split, part in table.splits.items()],
        "download_size": sum(summary.file_bytes[path] for part in table.splits.values() for path in part.files),
        "dataset_size": sum(part.num_bytes for part in table.splits.values()),
    }


def _body(config: Config, summary: Summary, preface: str, provenance: Mapping[str, Any], agreements: Agreements) -> Iterator[str]:
    if preface:
        yield preface.strip() + "\n"
    yield "## Loading\n"
    yield "```python"
    yield "from datasets import load_dataset\n"
    yield f'documents = load_dataset("{config.name}")              # one nested row an article'
    table = next((name for name, each in summary.tables.items() if name not in {DEFAULT, "articles"} and each.splits), "articles")
    yield f'{table} = load_dataset("{config.name}", "{table}")'
    yield "```\n"
    yield "`load_dataset` takes the path of this folder or the name of its repository."
    yield "pandas, Polars and DuckDB read the Parquet files in `data/` as they are.\n"
    yield "## Rows\n"
    yield from _counts(summary)
    gold = f"the gold annotator's (`{escape(summary.gold)}`)" if summary.gold else "the gold annotator's"
    yield f"Plain tables hold {gold} rows only; `*{BY_ANNOTATOR}` hold everybody's, with a column `annotator`.\n"
    if summary.detached:
        yield from _hydrating(config, summary)
    if summary.included:
        what = "The text of 1 article" if summary.included == 1 else f"The texts of {summary.included:,} articles"
        yield f"{what} in here may not be redistributed: keep this data set to yourself.\n"
    if summary.labels:
        yield "## Labels\n"
        yield from _labels(summary)
    if agreements:
        yield from agreement_section(agreements, escape)
    yield "## Columns\n"
    yield "Offsets (`start`, `end`) count Unicode code points of the canonical text, half-open, from 0: `text[start:end]` are the words. "
    yield "Canonical text is UTF-8 without BOM, with LF line ends, in NFC.\n"
    yield from _columns(summary)
    yield "## How this was made\n"
    tool, commit = provenance["tool"], provenance["commit"]
    source = f"those of git commit `{commit}`" if commit else "in no git commit"
    libraries = ", ".join(f"{escape(name)} {escape(version)}" for name, version in provenance["libraries"].items())
    yield f"Compiled by {escape(tool['name'])} {escape(tool['version'])} from version {config.version} of the corpus,"
    yield "with every quotation found at its place and every reference resolved.\n"
    yield f"- The sources are {source}; what they say has the SHA-256 `{provenance['sources']}`."
    yield f"- Libraries that can decide a byte: {libraries}."
    yield "- `manifest.json` lists each file with its SHA-256, and a digest of each table's content."


def _hydrating(config: Config, summary: Summary) -> Iterator[str]:
    """How a reader who has the texts puts them back, without corpusbuild."""
    are = "article is detached: its text" if summary.detached == 1 else "articles are detached: their text"
    yield f"{summary.detached:,} {are} may not be redistributed, and is null beside `text_sha256` and `text_chars`;"
    yield "so are the words of its spans, whose offsets stand. Whoever has such texts in a folder puts them back:\n"
    yield "```python"
    yield "import hashlib, pathlib, unicodedata, datasets"
    yield 'texts = [unicodedata.normalize("NFC", file.read_text("utf-8-sig")) for file in pathlib.Path("my-texts").rglob("*.txt")]'
    yield "by_hash = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}"
    yield f'rows = datasets.load_dataset("{config.name}", split="{summary.splits[0]}")'
    yield 'rows = rows.map(lambda row: {"text": row["text"] or by_hash.get(row["text_sha256"])}, features=rows.features)'
    yield "```\n"


def _counts(summary: Summary) -> Iterator[str]:
    splits = [*summary.splits, *(["registry"] if any("registry" in t.splits for t in summary.tables.values()) else [])]
    yield f"| table | {' | '.join(splits)} | all |"
    yield f"|---|{'---:|' * (len(splits) + 1)}"
    for name, table in summary.tables.items():
        cells = [f"{table.splits[split].rows:,}" if split in table.splits else "" for split in splits]
        yield f"| `{name}` | {' | '.join(cells)} | {table.rows:,} |"
    yield ""


def _labels(summary: Summary) -> Iterator[str]:
    yield "| column | labels, with the number of rows |"
    yield "|---|---|"
    for (table, path), counts in summary.labels.items():
        yield f"| `{table}.{path_text(path)}` | {', '.join(f'{escape(name)} {count:,}' for name, count in counts.items())} |"
    yield ""


def _columns(summary: Summary) -> Iterator[str]:
    for name, table in summary.tables.items():
        if name == DEFAULT or name.endswith(BY_ANNOTATOR):
            continue
        yield f"### `{name}`\n"
        yield "| column | type | |"
        yield "|---|---|---|"
        for column in table.columns:
            note = escape(column.description)
            null = " or null" if column.nullable else ""
            yield f"| `{column.name}` | {_type(column)}{null} | {note} |"
        yield ""


def _type(column: Column) -> str:
    return _type_name(column.type) + (f", a key of `{column.ref}`" if column.ref else "")


def _type_name(kind: Type) -> str:
    match kind:
        case Scalar():
            return kind.value
        case Label():
            return "label"
        case Words(segments):
            return "list of spans" if segments else "span"
        case Listing(item):
            return f"list of {_type(item)}"
        case Record(columns):
            return "(" + ", ".join(f"{column.name}: {_type(column)}" for column in columns) + ")"
