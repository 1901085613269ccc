"""What a guest says of submissions that end early, late, loudly or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from grader.domain.array import Array
from grader.domain.program import Aspect, Program, Quantity
from grader.domain.protocol import Canaries, Limits, Setup
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import (
    BadAnswer,
    Completed,
    Crashed,
    Ending,
    NoResult,
    OutOfMemory,
    TimedOut,
)
from grader.errors import GraderFault
from grader.guest import world
from grader.sandbox import Guest, Performance
from grader.sandbox import launch as launch_module
from grader.sandbox.conversation import Conversation
from tests.unit.sandbox.conftest import ENGINE, Perform

AGAIN = "_square, _calls = square, []\ndef square(x):\n    _calls.append(1)\n"


def _first_only(deed: str) -> str:
    """A submission that does something at its first call, in the process that it lives in."""
    return f"{AGAIN}    if len(_calls) == 1:\n        {deed}\n    return _square(x)\n"


def test_a_right_submission_is_performed(perform: Perform) -> None:
    done = perform()
    assert done.loading.error == ""
    assert done.transcripts[0].ending == Completed()
    assert done.transcripts[0].reading(Quantity(Aspect.GRADIENT, "x")) == Array.of(6.0)


def test_the_grader_does_something_else_once_while_a_guest_is_at_work(
    perform: Perform, guest: Guest
) -> None:
    done: list[str] = []
    guest.meanwhile = lambda: done.append("something else")
    for _ in range(2):
        assert perform().transcripts[0].ending == Completed()
    assert done == ["something else"]


@pytest.mark.parametrize(
    ("deed", "ending"),
    [
        ("raise ValueError('no')", Crashed),
        ("os._exit(0)", NoResult),
        ("os._exit(77)", OutOfMemory),
        ("sys.exit(3)", NoResult),
        ("os.kill(os.getpid(), 9)", NoResult),
        ("os.abort()", NoResult),
        ("import ctypes; ctypes.string_at(0)", NoResult),
        ("while True: pass", TimedOut),
        ("import time; time.sleep(60)", TimedOut),
        ("bytearray(2 << 30)", OutOfMemory),
        ("x.data = [0] * (1 << 28)", OutOfMemory),
        ("\n        while True: print('x' * 999)", NoResult),
        ("os.write(4, b'garbage that is no frame')", BadAnswer),
        ("os.write(4, b'T\\xff\\xff\\xff\\xff')", BadAnswer),
        ("os.write(4, b'T\\0\\0\\0\\2[]')", BadAnswer),
        ("os.close(4)", NoResult),
        ("os.closerange(0, 64)", NoResult),
    ],
)
def test_an_ending_costs_its_own_program_only(
    deed: str, ending: type[Ending], perform: Perform
) -> None:
    done = perform(_first_only(deed), times=3)
    endings = [transcript.ending for transcript in done.transcripts]
    assert isinstance(endings[0], ending), endings[0]
    if not isinstance(endings[1], ending):  # the process lived on
        assert endings[1:] == [Completed(), Completed()]


def test_a_process_is_made_anew_for_the_program_after_a_death(perform: Perform) -> None:
    done = perform(f"{AGAIN}    if len(_calls) == 2: os._exit(1)\n    return _square(x)\n", times=4)
    died = [isinstance(transcript.ending, NoResult) for transcript in done.transcripts]
    assert died == [False, True, False, True]


def test_alone_nothing_leaks_from_one_program_to_the_next(perform: Perform) -> None:
    done = perform(
        f"{AGAIN}    assert len(_calls) == 1\n    return _square(x)\n", times=3, alone=True
    )
    assert [transcript.ending for transcript in done.transcripts] == [Completed()] * 3


def test_output_is_kept_with_its_program_and_bounded(perform: Perform) -> None:
    done = perform(
        "print('while loading')\n" + _first_only("print('first' + 'x' * 100_000)"), times=2
    )
    assert done.output == "while loading\n"
    assert done.transcripts[0].output.startswith("first")
    assert len(done.transcripts[0].output) <= 64 * 1024
    assert done.transcripts[1].output == ""


def test_loading_that_does_not_end_is_said(perform: Perform) -> None:
    limits = Limits(load_seconds=1.0, total_seconds=5.0)
    done = perform(
        "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()", limits=limits
    )
    assert done.transcripts == () or done.loading.skipped


def test_a_submission_that_kills_itself_while_loading_is_ungradable(perform: Perform) -> None:
    assert "ended while the submission was loaded" in perform("os._exit(0)").loading.error


def test_the_same_is_said_twice(perform: Perform) -> None:
    """Messages do not depend on process numbers, addresses or folders."""
    source = _first_only("raise ValueError(str(open('missing')))")
    assert perform(source).transcripts == perform(source).transcripts


def test_no_process_and_no_file_is_left() -> None:
    with Guest() as guest:
        box, planted = guest._box, guest._planted.file
        process = guest._started.process.pid
        assert guest.protection.level >= 2
        assert box.exists()
    assert not box.exists()
    assert not planted.exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(process, 0)


def test_a_guest_ends_when_its_grader_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom grader.sandbox import Guest\n"
        "guest = Guest()\nprint(guest.protection.level, guest._started.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    import sys

    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert grader.stdout is not None
    group = int(grader.stdout.readline().split()[1])
    os.killpg(group, 0)
    grader.kill()
    grader.wait()
    grader.stdout.close()
    _wait_until_gone(group)


def _wait_until_gone(group: int) -> None:
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the guest goes on without its grader")


def test_a_runner_that_dies_is_the_graders_fault(program: Program) -> None:
    with Guest() as guest:
        assert guest.protection.level >= 2
        os.killpg(guest._started.process.pid, signal.SIGKILL)
        with pytest.raises(GraderFault, match="guest process failed"):
            guest.perform(
                Submission("a", "file", (SourceFile("a.py", ENGINE.encode()),)),
                [(program, 1.0)],
                dialect="variable-function",
                requires=(),
            )


def test_what_comes_after_a_fault_answers_no_other_job(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner goes on, and may have done what nobody waits for any more."""
    handed_in = Submission("a", "file", (SourceFile("a.py", ENGINE.encode()),))

    def give_up(conversation: Conversation) -> Performance:
        time.sleep(0.3)
        raise TimeoutError("nobody waits so long")

    def ask(guest: Guest) -> Performance:
        return guest.perform(handed_in, [(program, 1.0)], dialect="variable-function", requires=())

    with Guest() as guest:
        assert guest.protection.layers  # it is ready
        with monkeypatch.context() as patched:
            patched.setattr(Conversation, "listen", give_up)
            with pytest.raises(GraderFault, match="nobody waits"):
                ask(guest)
        with pytest.raises(GraderFault):
            ask(guest)


def test_what_only_guests_import_is_compiled_beforehand_and_again_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "grader" / "guest" / "dialects" / "third.py"
    module.parent.mkdir(parents=True)
    module.write_text("one = 1\n")
    monkeypatch.setattr(launch_module, "GRADER_FOLDER", tmp_path)
    kept = Path(cache_from_source(str(module)))

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    launch_module._keep_compiled.__wrapped__()
    assert not kept.exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    launch_module._keep_compiled.__wrapped__()
    first = kept.read_bytes()
    module.write_text("two = 22\n")
    os.utime(module, (kept.stat().st_mtime + 10,) * 2)
    launch_module._keep_compiled.__wrapped__()
    assert kept.read_bytes() != first


def test_bubblewrap_shows_a_guest_all_that_it_shows_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch_module, "bubblewrap", lambda: "bwrap")
    canaries = Canaries(0, 0, "", "")
    setup = Setup("/numpy", "/grader", "/box", 0, "bubblewrap", (), (), canaries)
    command = launch_module._bubblewrap(setup)
    assert set(world.own_files(setup)) <= set(command)


@pytest.mark.parametrize("without", [(), ("namespaces",)], ids=["level 3", "level 2"])
def test_a_grader_that_has_many_files_open_starts_one(without: tuple[str, ...]) -> None:
    text = f"""
import os
from grader.sandbox import Guest, Performance
last = 0
while last < 61:  # the number of the guest's end of the connection passes those that it has other uses for
    last = os.open(os.devnull, os.O_RDONLY)
    if last > 54:
        with Guest(accept_level=1, without={without!r}) as guest:
            assert guest.protection.level
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)
