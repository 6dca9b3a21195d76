"""croissant.json: the data set in Croissant 1.1, with every file, record set, key, reference, label and split."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from corpusbuild.corpus.config import Config
from corpusbuild.emit.croissant_fields import Field, Links, described_field, label_sets, refer
from corpusbuild.emit.summary import Summary, TableSummary
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.1"

# Ids are of our making where they cannot be a table's: no name of a table has a hyphen.
_FILE, _FILES, _SPLITS = "file-at/", "files-of/", "data-splits"

_SPLIT_TYPES = {
    "train": "cr:TrainingSplit",
    "validation": "cr:ValidationSplit",
    "dev": "cr:ValidationSplit",
    "test": "cr:TestSplit",
}

# The name of a split is what a file's name begins with. Matches the name alone, too: mlcroissant looks twice.
_SPLIT_OF_FILE = r"^(?:.*/)?(\w+?)(?:-\d+-of-\d+\.parquet)?$"

_MEDIA_TYPES = {
    ".parquet": "application/x-parquet",
    ".json": "application/json",
    ".md": "text/markdown",
    ".cff": "application/yaml",
}

# What is a term of Croissant, of schema.org and of Dublin Core; a reader compares it with the specification's.
_TERMS = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject fileProperty fileSet format "
    "includes isArray isLiveDataset jsonPath key md5 parentField path readLines recordSet references regex repeated replace samplingRate "
    "sdVersion separator source subField transform unArchive value"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    **{term: f"cr:{term}" for term in _TERMS.split()},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
}


def croissant(config: Config, summary: Summary, files: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The data set as JSON-LD; ``files`` maps each path to its ``bytes`` and ``sha256``.

    Source: the Croissant format specification 1.1, MLCommons. Nothing in it says when it was built.
    """
    shown = {name: table for name, table in summary.tables.items() if table.splits}
    fields = {name: _fields_of(name, table, Links.of(name, summary.tables)) for name, table in shown.items()}
    value = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        **_about(config, summary),
        "distribution": [*(_file(path, facts) for path, facts in files.items()), *(_files(name, table) for name, table in shown.items())],
        "recordSet": [
            _splits(summary, shown),
            *label_sets(field for found in fields.values() for field in found),
            *(_record_set(name, table, fields[name]) for name, table in shown.items()),
        ],
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def _about(config: Config, summary: Summary) -> dict[str, Any]:
    """What the config says of the data set; what it does not say is left out."""
    tables = [name for name, table in summary.tables.items() if table.splits and not name.endswith(BY_ANNOTATOR)]
    computed = f"{config.title}: {summary.tables['articles'].rows:,} articles with their annotations. Record sets: {', '.join(tables)}."
    found = {
        "name": config.name,
        "alternateName": config.title,
        "description": config.description or computed,
        "version": config.version,
        "license": license_of(config.license) if config.license else None,
        "url": config.url,
        "datePublished": config.published,
        "creator": [_creator(each) for each in _authors(config)],
        "inLanguage": list(config.language),
        "citeAs": cite_as(config),
    }
    return {key: each for key, each in found.items() if each}


def license_of(license_id: str) -> str | dict[str, str]:
    """The page of an SPDX licence; a name where it is not one licence of that list."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", license_id) and not license_id.startswith("LicenseRef-"):
        return f"https://spdx.org/licenses/{license_id}"
    return {"@type": "sc:CreativeWork", "name": license_id}


def cite_as(config: Config) -> str:
    """A BibTeX entry of what the config says of the data set itself."""
    facts = {
        "title": _braceless(config.title),
        "author": " and ".join(map(_bibtex_name, _authors(config))),
        "year": config.published[:4] if config.published else "",
        "version": config.version,
        "url": _braceless(config.url or ""),
    }
    lines = (f"  {key} = {{{value}}}" for key, value in facts.items() if value)
    return "@misc{" + config.name + ",\n" + ",\n".join(lines) + "\n}"


def _authors(config: Config) -> tuple[str, ...]:
    return config.authors or (f"The contributors to {config.title}",)


def _bibtex_name(author: str) -> str:
    """A name for BibTeX; that of a body is not to be taken apart."""
    name = _braceless(author)
    return name if "," in name else "{" + name + "}"


def _braceless(text: str) -> str:
    """Text that cannot end a BibTeX value early."""
    return text.replace("{", "(").replace("}", ")")


def _creator(author: str) -> dict[str, str]:
    """An author written "Family, Given" is a person, any other name a body."""
    family, comma, given = (part.strip() for part in author.partition(","))
    if comma and given:
        return {"@type": "sc:Person", "name": f"{given} {family}", "givenName": given, "familyName": family}
    return {"@type": "sc:Organization", "name": author.strip()}


def _file(path: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    suffix = path[path.rfind(".") :] if "." in path else ""
    return {
        "@type": "cr:FileObject",
        "@id": _FILE + quote(path),
        "name": path,
        "contentUrl": quote(path),
        "contentSize": f"{facts['bytes']} B",
        "encodingFormat": _MEDIA_TYPES.get(suffix, "text/plain"),
        "sha256": facts["sha256"],
    }


def _files(name: str, table: TableSummary) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": _FILES + name,
        "name": name,
        "description": f"The files of {name}, one or more for each split.",
        "encodingFormat": _MEDIA_TYPES[".parquet"],
        "includes": [path for part in table.splits.values() for path in part.files],
    }


def _splits(summary: Summary, shown: Mapping[str, TableSummary]) -> dict[str, Any]:
    names = dict.fromkeys([*summary.splits, *(split for table in shown.values() for split in table.splits)])
    return {
        "@type": "cr:RecordSet",
        "@id": _SPLITS,
        "name": "splits",
        "description": "The splits. Registries, which belong to all of them, have one of their own.",
        "dataType": "cr:Split",
        "key": {"@id": f"{_SPLITS}/name"},
        "field": [
            {"@type": "cr:Field", "@id": f"{_SPLITS}/name", "name": "name", "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": f"{_SPLITS}/url", "name": "url", "dataType": "sc:URL"},
        ],
        "data": [{f"{_SPLITS}/name": name, f"{_SPLITS}/url": _SPLIT_TYPES.get(name)} for name in names],
    }


def _fields_of(name: str, table: TableSummary, links: Links) -> list[Field]:
    return [described_field(column, links.site(_FILES + name, column)) for column in table.columns]


def _record_set(name: str, table: TableSummary, fields: Sequence[Field]) -> dict[str, Any]:
    left_out = [path for each in fields for path in each.left_out]
    about = f"{table.rows:,} rows" + (
        f". Not described here, since one JSONPath does not lead there: {', '.join(left_out)}" if left_out else ""
    )
    key = list(_key(name, table))
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": about,
        **({"key": refer(key)} if key else {}),
        "field": [_split_field(name), *(each.value for each in fields if each.value)],
    }


def _split_field(name: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{name}/@split",
        "name": "split",
        "description": "the split that the row's file belongs to; no column of the file",
        "dataType": "sc:Text",
        "references": {"field": {"@id": f"{_SPLITS}/name"}},
        "source": {
            "fileSet": {"@id": _FILES + name},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": _SPLIT_OF_FILE},
        },
    }


def _key(name: str, table: TableSummary) -> Iterator[str]:
    """The fields whose values are unique together."""
    names = [column.name for column in table.columns]
    if name in {"articles", "documents", "annotations"}:
        own = "article_id"
    elif "uid" in names:
        own = "uid"
    elif "article_id" not in names:
        own = next((column.name for column in table.columns if column.key), "")
    else:
        own = "article_id" if name == "annotations" + BY_ANNOTATOR else ""
    if own:
        yield f"{name}/{quote(own, safe='')}"
        if name.endswith(BY_ANNOTATOR):
            yield f"{name}/annotator"
