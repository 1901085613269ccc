"""The process of a guest, started before anything is known of what it is for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader import starting
from grader.sandbox import Guest

ROOT = Path(__file__).parents[3]


def test_a_guest_takes_the_process_that_is_started_already() -> None:
    started = starting.start()
    with Guest(accept_level=1, started=started) as guest:
        assert guest.protection.level
        assert guest._started is started


def test_a_process_that_nobody_needs_ends_by_itself() -> None:
    started = starting.start()
    started.connection.close()
    assert started.process.wait(20)
    started.log.close()


def test_it_is_started_before_anything_heavy_is_imported() -> None:
    script = (
        "import sys\nfrom grader import starting\n"
        "print(sorted({'typing', 'pathlib', 'click', 'json', 'grader.sandbox'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def test_one_that_is_killed_before_it_can_say_a_word_is_started_once_more() -> None:
    """As well protected as another one: that it was killed says nothing against its namespaces."""
    with Guest() as other:
        level = other.protection.level
    with Guest() as guest:
        guest.kill()
        assert guest.protection.level == level
        assert all("unshare" not in missing for missing in guest.protection.missing)
