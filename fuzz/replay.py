"""Give inputs to a reader, without a fuzzer: ends with a traceback where one crashes.

python fuzz/replay.py READER FILE…
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from corpusbuild.errors import CannotGoOn
from readers import READERS

if __name__ == "__main__":
    with TemporaryDirectory() as place:
        read = READERS[sys.argv[1]].make(Path(place))
        for path in sys.argv[2:]:
            with suppress(CannotGoOn):
                read(Path(path).read_bytes())
