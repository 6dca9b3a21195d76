"""What a command and all its children ask of the system: sockets, programs, files read and files changed; by strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

STRACE = shutil.which("strace")

# Calls that change something by name, and which of the names in quotation marks they change.
_CHANGING = re.compile(r"(?:mkdir|rename|unlink|link|symlink|mknod)(?:at)?2?\(|rmdir\(|truncate\(")
_CALL = re.compile(r"\d+ +(?P<name>\w+)\((?P<said>.*)")
_RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)")
_FAILED = re.compile(r"\) = -1 ")
_NAME = re.compile(r'(?:AT_FDCWD<(?P<here>[^>]*)>, |\d+<(?P<folder>[^>]*)>, )?"(?P<name>(?:[^"\\]|\\.)*)"')
_TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")


@dataclass
class Traced:
    """How a command ended, and what it and its children did. ``sockets`` has what reaches further than this machine's own processes."""

    status: int
    out: str
    err: str
    sockets: list[str] = field(default_factory=list)
    programs: set[str] = field(default_factory=set)
    opened: set[Path] = field(default_factory=set)
    changed: set[Path] = field(default_factory=set)


def traced(folder: Path, *words: str, scratch: Path, env: dict[str, str] | None = None) -> Traced:
    """Run Python with ``words`` in ``folder``, and watch it and its children. ``scratch`` is where it may leave temporary files."""
    scratch.mkdir(parents=True, exist_ok=True)
    log = scratch.with_name(f"{scratch.name}.strace")
    options = ("-f", "-qq", "-y", "-s", "4096", "-e", "trace=%network,%file", "-e", "signal=none", "-o", str(log))
    # Coverage writes its own files: these runs are watched, and others are measured.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [str(STRACE), *options, sys.executable, *words],
        cwd=folder,
        env={**unmeasured, "TMPDIR": str(scratch), "HOME": str(scratch), **(env or {})},
        capture_output=True,
        timeout=300,
        check=False,
    )
    seen = Traced(done.returncode, done.stdout.decode(), done.stderr.decode())
    for line in _whole_lines(log.read_text("utf-8", "replace")):
        _look_at(line, folder, seen)
    return seen


def _whole_lines(log: str) -> list[str]:
    """The calls, those that another process interrupted put together again."""
    lines: list[str] = []
    begun: dict[str, str] = {}
    for line in log.splitlines():
        resumed = _RESUMED.match(line)
        if resumed:
            lines.append(begun.pop(resumed["pid"], "") + resumed["rest"])
        elif line.endswith("<unfinished ...>"):
            begun[line.split(maxsplit=1)[0]] = line.removesuffix("<unfinished ...>")
        else:
            lines.append(line)
    return [*lines, *begun.values()]


def _look_at(line: str, folder: Path, seen: Traced) -> None:
    call = _CALL.match(line)
    if call is None:
        return
    name, said = call["name"], call["said"]
    names = [_path(each, folder) for each in _NAME.finditer(said)]
    if name in {"socket", "connect", "bind", "sendto"} and re.search(r"AF_(?!UNIX|LOCAL)", said):
        seen.sockets.append(line)
    elif name in {"execve", "execveat"} and not _FAILED.search(said):
        seen.programs.add(names[0].name)
    elif name in {"open", "openat", "openat2", "creat"} and names and not _FAILED.search(said):
        # The file itself, whatever links lead to it.
        led = re.search(r"= \d+<(.*)>$", said)
        real = Path(led[1]) if led else names[0]
        seen.opened.add(real)
        if name == "creat" or _TO_WRITE.search(said):
            seen.changed.add(real)
    elif _CHANGING.match(line.split(maxsplit=1)[1]) and not _FAILED.search(said):
        seen.changed.update(names)


def _path(found: re.Match[str], folder: Path) -> Path:
    name = found["name"].encode("latin-1", "replace").decode("unicode_escape")
    # What strace shows of names that are not ASCII are bytes in octal.
    name = name.encode("latin-1", "replace").decode("utf-8", "replace")
    return Path(os.path.normpath(Path(found["here"] or found["folder"] or folder) / name))
