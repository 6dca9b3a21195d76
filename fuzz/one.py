"""Fuzz one reader in this process until its time is over. ``run.py`` starts it; libFuzzer's own words go to standard error.

    python fuzz/one.py READER FOLDER [options of libFuzzer]

A crash is kept and fuzzing goes on: one input for each place in the code that it came from. FOLDER has the corpus, and what is found.
"""

from __future__ import annotations

import faulthandler
import hashlib
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["corpusbuild", "tomllib", "tarfile", "zipfile", "gzip", "csv", "cassis"]):
    import readers
    from corpusbuild.errors import CannotGoOn

from mutating import mutate

SLOW = 5.0
"""Processor seconds of one input, instrumented, from which on it counts as slow."""


def main() -> None:
    """Fuzz the reader that the command line names."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    reader = readers.READERS[name]
    faulthandler.enable()
    seen: set[str] = set()
    with TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:  # noqa: S108  files in memory
        read = reader.make(Path(place))

        def target(data: bytes) -> None:
            begun = time.process_time()
            try:
                read(data)
            except CannotGoOn:
                pass
            except Exception as error:  # noqa: BLE001  that is what is looked for
                keep(folder / "crashes", data, _signature(error), traceback.format_exc(), seen)
            took = time.process_time() - begun
            if took > SLOW:
                keep(folder / "slow", data, f"slow-{int(took)}", f"{took:.1f} s for {len(data):,} bytes\n", seen)

        custom = {}
        if reader.json:
            custom["custom_mutator"] = lambda data, most, seed: mutate(data, most, seed, atheris.Mutate)
        atheris.Setup([sys.argv[0], *sys.argv[3:]], target, **custom)
        atheris.Fuzz()


def keep(folder: Path, data: bytes, signature: str, told: str, seen: set[str]) -> None:
    """Keep an input that is the first of its signature."""
    if signature in seen:
        return
    seen.add(signature)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{signature}-{hashlib.sha256(data).hexdigest()[:8]}"
    if not list(folder.glob(f"{signature}-*.bin")):
        (folder / f"{stem}.bin").write_bytes(data)
        (folder / f"{stem}.txt").write_text(told, "utf-8", "replace")


def _signature(error: BaseException) -> str:
    """The kind of an error, and the last place in our code that it went through."""
    ours = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "corpusbuild" in frame.filename or "fuzz/readers" in frame.filename
    ]
    last = ours[-1] if ours else None
    where = "elsewhere" if last is None else f"{Path(last.filename).stem}-{last.lineno}"
    return f"{type(error).__name__}-{where}"


if __name__ == "__main__":
    main()
