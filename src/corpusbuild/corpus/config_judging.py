"""Whether ``[tool.corpusbuild]`` is as its schema says; where it is not, what is wrong, in words and with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from corpusbuild.errors import BadConfig

Path = Sequence[str | int]
PlaceOf = Callable[[Path], str]


def config_schema() -> dict[str, Any]:
    """The JSON Schema of ``[tool.corpusbuild]``."""
    schema: dict[str, Any] = json.loads(files("corpusbuild.corpus").joinpath("config.schema.json").read_bytes())
    return schema


def judge(values: Any, place: PlaceOf) -> None:
    """Raise :class:`BadConfig` for the first thing that is wrong with ``values``; ``place`` says where a key stands."""
    import jsonschema_rs  # noqa: PLC0415  start-up time

    validator = jsonschema_rs.Draft202012Validator(config_schema(), offline=True)
    for error in validator.iter_errors(values):
        raise _bad(error, list(error.instance_path), place)
    for number, waiver in enumerate(values.get("waive", ())):
        _judge_day(waiver, ("waive", number, "until"), place)
    _judge_day(values, ("published",), place)


def _judge_day(values: dict[str, Any], path: Path, place: PlaceOf) -> None:
    said = values.get(str(path[-1]), "")
    if "-" not in said:
        return
    try:
        date.fromisoformat(said)
    except ValueError as error:
        raise BadConfig(f"{_dotted(path)}: there is no day {said}", place(path), "write a day of the calendar, as YYYY-MM-DD") from error


def _bad(error: Any, path: list[str | int], place: PlaceOf) -> BadConfig:
    """What one error of the validator means."""
    facts = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            unknown = facts["unexpected"][0]
            help_text = _did_you_mean(unknown, _known_keys(path), "the keys are")
            return BadConfig(f'unknown key "{unknown}" in {_table(path)}', place([*path, unknown]), help_text)
        case "required":
            return BadConfig(f'{_table(path)} has no "{facts["property"]}"', place(path), f'add {facts["property"]} = "…"')
        case "enum":
            known = [str(option) for option in facts["options"]]
            return BadConfig(f'{_dotted(path)}: "{error.instance}" is not one of {", ".join(known)}', place(path))
        case "propertyNames":
            inner = facts["error"]
            return _bad(inner, [*path, inner.instance], place)
        case "not" | "pattern" if path[0] == "splits":
            name = error.instance
            if error.kind.name == "not":
                return BadConfig(f'{_dotted(path)}: no split can be named "{name}"', place(path), "give it another name")
            help_text = "use letters, digits and underscores"
            return BadConfig(f'{_dotted(path)}: "{name}" is no name for a split', place(path), help_text)
    said = f"{_dotted(path)}: {error.message}" if path else str(error.message)
    return BadConfig(said, place(path))


def _dotted(path: Path) -> str:
    """``waive.reason``: without the numbers of items, which the place tells."""
    return ".".join(step for step in path if isinstance(step, str))


def _table(path: Path) -> str:
    """The header of a table, as TOML has it."""
    name = ".".join(["tool.corpusbuild", *(step for step in path if isinstance(step, str))])
    return f"[[{name}]]" if path and isinstance(path[-1], int) else f"[{name}]"


def _known_keys(path: Path) -> list[str]:
    schema = config_schema()
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
    return list(schema.get("properties", {}))


def _did_you_mean(unknown: str, known: Sequence[str], else_text: str) -> str:
    from corpusbuild.text.nearest import nearest_name  # noqa: PLC0415  start-up time

    near = nearest_name(unknown, known)
    return f'did you mean "{near}"?' if near else f"{else_text} {', '.join(known)}"
