"""The command line starts here: ``python -m corpusbuild``, and the script of that name."""

from __future__ import annotations

from corpusbuild.interrupts import end_while_loading


def main() -> None:
    """Run the command line, and exit."""
    end_while_loading()
    from corpusbuild.cli import main as run  # noqa: PLC0415  a tenth of a second, in which Ctrl-C shall do no harm

    run()


if __name__ == "__main__":
    main()
