import builtins
import signal
import sys
import warnings

import pytest

from grader.domain.packing import asked
from grader.domain.transcript import Completed
from grader.guest import practice
from grader.guest.importing import SPARE_BUILTINS
from grader.guest.practice import PROGRAM, practise
from grader.records import replace
from grader.sandbox import hostile


def test_what_is_practised_succeeds_and_tells_no_derivative():
    for message in practise():
        said = hostile.transcript(message, asked(PROGRAM))
        assert said.ending == Completed()
        data = {str(reading.quantity): reading.found for reading in said.primals}
        found = {str(reading.quantity): reading.found for reading in said.readings}
        assert {name: data[name.removesuffix(".grad")] for name in found} == found


def test_what_is_practised_leaves_nothing_behind() -> None:
    before = {*sys.modules}, warnings.filters, signal.getsignal(signal.SIGALRM), sys.stdout
    practise()
    assert {*sys.modules} == before[0]
    assert (warnings.filters, signal.getsignal(signal.SIGALRM), sys.stdout) == before[1:]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert len(SPARE_BUILTINS) == 1
    assert SPARE_BUILTINS[0]["__import__"] is builtins.__import__


def test_what_is_asked_twice_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers come in the order of readings: one more would be taken for the next one."""
    before = practise()
    first, *others = PROGRAM.quantities
    monkeypatch.setattr(practice, "PROGRAM", replace(PROGRAM, quantities=(first, first, *others)))
    assert practise() == before
