"""What holds for all tests."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, Phase, settings

# A busy machine is no fault of the code.
settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A run says the same of the same code, whenever and wherever it is. To look for what no run has met yet:
# pytest --hypothesis-profile new
settings.register_profile("here", settings.get_profile("new"), derandomize=True)
# Mutants are tried by the thousand, and each has to meet what the code met before it.
# How small the example is that shows one to be wrong does not matter.
settings.register_profile("mutants", settings.get_profile("here"), max_examples=50, phases=(Phase.explicit, Phase.generate))
MUTANT = os.environ.get("MUTANT_UNDER_TEST")
settings.load_profile("here" if MUTANT is None else "mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have a mutant of ``rules/not_nfc.py`` meet ``spec/not-nfc.md`` first: mostly that is what notices it."""
    if MUTANT is not None:
        module = MUTANT.rpartition(".")[0].rpartition(".")[2].replace("_", "-")
        items.sort(key=lambda item: not module or module not in item.name)


def pytest_configure() -> None:
    """Hear Ctrl-C, also where a shell has started the tests in the background, which would have them and all their processes ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
