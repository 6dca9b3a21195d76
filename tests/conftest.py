"""What holds for all tests."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, Phase, settings

# A busy machine is no fault of the code.
settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A run says the same of the same code, whenever and wherever it is. To look for what no run has met yet:
# pytest --hypothesis-profile new
settings.register_profile("here", settings.get_profile("new"), derandomize=True)
# Mutants are tried by the thousand, and each has to meet what the code met before it.
# How small the example is that shows one to be wrong does not matter.
settings.register_profile("mutants", settings.get_profile("here"), max_examples=50, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutants" if "MUTANT_UNDER_TEST" in os.environ else "here")


def pytest_configure() -> None:
    """Hear Ctrl-C, also where a shell has started the tests in the background, which would have them and all their processes ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
