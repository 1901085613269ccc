"""What holds for every test."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

WAITING = 1  # workers more than cores

# Reports speak the language of the machine they are made on; the tests read English.
os.environ["GRADER_LANG"] = "en"


# How long an example takes is the machine's; what failed is printed so that it can be tried again.
settings.register_profile("tests", deadline=None, print_blob=True)
settings.load_profile("tests")

# Where tests run in the background of a script, interrupts are ignored, and every process that a test starts
# would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many workers `-n auto` starts: many tests wait for a time limit, and leave their core to others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) + WAITING
