"""Where a submission was when its time was up; and what it may do against being asked."""

from __future__ import annotations

from grader.domain.transcript import Completed, Frame, TimedOut
from tests.unit.sandbox.conftest import Perform

LOOP = """
class Variable(Variable):
    def backward(self):
        self.search()
    def search(self):
        while True:
            pass
"""


def test_the_lines_of_a_loop_are_named(perform: Perform) -> None:
    (found,) = perform(LOOP).transcripts
    assert isinstance(found.ending, TimedOut)
    outer, inner = found.ending.frames
    assert outer == Frame("a.py", 16, "Variable.backward", "self.search()")
    assert (inner.file, inner.function) == ("a.py", "Variable.search")
    assert inner.line in (18, 19)


def test_the_next_program_is_performed_all_the_same(perform: Perform) -> None:
    once = "import pathlib\n" + LOOP.replace("while True", "while self.data.item() == 9.0 and True")
    assert [type(one.ending) for one in perform(once, times=2).transcripts] == [TimedOut, TimedOut]
    assert isinstance(perform().transcripts[0].ending, Completed)


def test_a_deaf_submission_loses_nothing_but_the_line(perform: Perform) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n"
    for when in (deaf, f"{deaf}signal.signal = lambda *_: None\n"):
        (found,) = perform(when + LOOP).transcripts
        assert isinstance(found.ending, TimedOut)


def test_what_it_says_instead_is_not_believed(perform: Perform) -> None:
    loud = (
        "import signal, os\n"
        "def tell(*_):\n"
        "    os.write(4, b'W' + (5).to_bytes(4, 'big') + b'[[[[[')\n"
        "    os.write(4, b'T' + (2).to_bytes(4, 'big') + b'[]')\n"
        "real = signal.signal\n"
    )
    late = LOOP.replace(
        "        self.search()", "        real(signal.SIGUSR1, tell); self.search()"
    )
    (found,) = perform(loud + late).transcripts
    assert found.ending == TimedOut(1.0)
