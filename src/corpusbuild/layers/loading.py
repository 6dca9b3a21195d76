"""Load the rules that a corpus asks for: of a layer that ships, or from Python files of its own, if it is trusted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding, Rule
from corpusbuild.errors import BadConfig, CannotGoOn

LAYERS = {"attribution": "corpusbuild.layers.attribution.book"}

FUNCTIONS = ("check", "check_article", "check_corpus")
"""What a rule may have: each is called for what it is about (see ``checks.py``)."""

_SHOWN = "__corpus_path__"
"""The attribute of a corpus's own check that holds its path in the corpus."""


def own_checks(names: Sequence[str]) -> tuple[str, ...]:
    """Those of ``names`` that are files of the corpus: code that runs only where it is trusted."""
    return tuple(name for name in names if name not in LAYERS)


def check_files(root: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """The Python files behind ``names``, in order; a folder stands for the files in it.

    Raises :class:`~corpusbuild.errors.BadConfig` where one is not there, or leads out of the corpus.
    """
    found: list[Path] = []
    for name in own_checks(names):
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()):
            raise BadConfig(f'checks: "{name}" leads out of the corpus', "pyproject.toml", "name a file inside it")
        if path.is_dir():
            found += sorted(each for each in path.glob("*.py") if not each.name.startswith("_"))
        elif path.is_file():
            found.append(path)
        else:
            layers = ", ".join(LAYERS)
            raise BadConfig(f'checks: there is no "{name}"', "pyproject.toml", f"name a Python file of the corpus, or a layer ({layers})")
    return tuple(found)


def check_names(root: Root, names: Sequence[str]) -> list[str]:
    """The files behind ``names``, as paths from the root; in a storage nothing is looked up that a config names there."""
    if not isinstance(root, Path):
        return [*own_checks(names)]
    return [path.relative_to(root.resolve()).as_posix() for path in check_files(root, names)]


def checks_hash(root: Root, names: Sequence[str]) -> str:
    """What is trusted when checks are: the names and bytes of their files. Those of a corpus in a storage never are."""
    digest = hashlib.sha256()
    if not isinstance(root, Path):
        return digest.hexdigest()
    for path in check_files(root, names):
        digest.update(path.relative_to(root.resolve()).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_checks(root: Root, names: tuple[str, ...]) -> tuple[ModuleType, ...]:
    """The rule modules behind ``names``. Runs code of the corpus: only for whoever has made sure that it is trusted."""
    return _load(root, names, checks_hash(root, names))


@lru_cache(maxsize=8)
def _load(root: Root, names: tuple[str, ...], _hash: str) -> tuple[ModuleType, ...]:
    # By hash, too: a process that lives on, as with --watch, runs the files as they are now.
    modules = [module for name in names if name in LAYERS for module in import_module(LAYERS[name]).RULES]
    return (*modules, *(_run(path, root) for path in check_files(root, names))) if isinstance(root, Path) else tuple(modules)


def _run(path: Path, root: Path) -> ModuleType:
    shown = path.relative_to(root.resolve()).as_posix()
    module = ModuleType(f"corpus_checks_{path.stem}")
    module.__file__ = str(path)
    setattr(module, _SHOWN, shown)
    # Dataclasses and pickles of the module look for it by name.
    sys.modules[module.__name__] = module
    try:
        # From its source, which is what was trusted: an import would run a .pyc beside it that says it is younger.
        exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  that is what a check is
    except Exception as error:
        raise CannotGoOn(
            f"this check does not load: {type(error).__name__}: {error}", shown, "mend it, or leave it out of checks"
        ) from error
    for name, kind in (("RULE", Rule), ("__doc__", str)):
        if not isinstance(getattr(module, name, None), kind):
            raise CannotGoOn(
                f"this check has no {name}", shown, f"a rule is a module with a docstring, a RULE, and {' or '.join(FUNCTIONS)}"
            )
    if not any(hasattr(module, function) for function in FUNCTIONS):
        raise CannotGoOn(f"this check has neither {' nor '.join(FUNCTIONS)}", shown, "write the function that yields its findings")
    return module


def run_checks(modules: Sequence[ModuleType], function: str, subject: object) -> list[Finding]:
    """What each rule that has ``function`` finds in ``subject``. A rule of the corpus that fails ends the run, by name."""
    found: list[Finding] = []
    for module in modules:
        check = getattr(module, function, None)
        if check is None:
            continue
        try:
            found += check(subject)
        except MemoryError:
            raise  # no fault of the check's
        except Exception as error:
            if module.__name__.startswith("corpusbuild."):
                raise
            place = f"{getattr(module, _SHOWN, module.__name__)}:{_line(error, module)}"
            message = f"the check {module.RULE.name} failed: {type(error).__name__}: {error}"
            raise CannotGoOn(message, place, "mend it, or leave it out of checks") from error
    return found


def _line(error: BaseException, module: ModuleType) -> int:
    """The last line of ``module`` that the error went through."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == module.__file__:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
