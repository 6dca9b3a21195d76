"""A property that the schema does not know.

## Why
It has no column, so it would be dropped in silence. Most often it is a known one, misspelt.

## Example
```json
{"id": "c1", "spekers": ["ana"]}
```

## How to mend
Correct the name, delete the property, or declare it in the schema. `--fix` writes the name that differs in nothing but
case, hyphens and underscores; `--fix --unsafe`, the nearest; neither where the object has a property of that name.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.text.nearest import Meant, meant_name

RULE = Rule("CB106", "unexpected-property", Severity.ERROR, since="0.1.0", essential=True)


def check(where: InJson, fault: ShapeFault) -> Iterator[Finding]:
    """``additionalProperties`` or ``unevaluatedProperties`` says no."""
    meant = meant_property(fault.unexpected or "", fault)
    near = meant.name if meant else None
    key = InJson(where.origin, where.pointer, key=True)
    yield RULE.finding(
        f'"{fault.unexpected}" is not a property that the schema knows',
        key,
        label=f'the nearest is "{near}"' if near else "",
        help=f'write "{near}"' if near else "delete it, or declare it in the schema",
        fix=Fix((Edit.to_string(key, meant.name),), meant.certain) if meant and _is_free(meant, fault) else None,
    )


def meant_property(name: str, fault: ShapeFault) -> Meant | None:
    """The property that ``name`` was probably to be."""
    return meant_name(name, fault.known, "-_")


def _is_free(meant: Meant, fault: ShapeFault) -> bool:
    """Whether the object can have a property of the name that is meant: none has it, and no other is to have it."""
    others = (each for each in fault.beside if each not in fault.known)
    claimed = any(other.name == meant.name for each in others if (other := meant_property(each, fault)))
    return meant.alone and meant.name not in fault.beside and not claimed
