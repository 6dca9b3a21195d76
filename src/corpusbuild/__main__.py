"""``python -m corpusbuild``."""

from __future__ import annotations

from corpusbuild.cli import main

if __name__ == "__main__":
    main()
