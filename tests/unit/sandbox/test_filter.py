"""The filter's program, judged by a little machine that executes it, and its tables by the kernel's."""

from __future__ import annotations

import errno
import fcntl
import re
from pathlib import Path

import pytest

from grader.guest import seccomp, syscalls

OWN = 4711
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def decide(
    machine: str,
    number: int,
    first: int = 0,
    second: int = 0,
    architecture: int | None = None,
    starting: bool = False,
) -> int:
    """What the kernel would do with a call."""
    steps = seccomp.program(machine, OWN, starting=starting)
    known = seccomp.ARCHITECTURES[machine] if architecture is None else architecture
    words = {
        seccomp.NUMBER: number,
        seccomp.ARCHITECTURE: known,
        seccomp.FIRST: first,
        seccomp.SECOND: second,
    }
    at, value = 0, 0
    while True:
        code, yes, no, operand = steps[at]
        at += 1
        match code:
            case seccomp.LOAD:
                value = words[operand]
            case seccomp.RETURN:
                return operand
            case seccomp.EQUAL:
                at += yes if value == operand else no
            case seccomp.GREATER:
                at += yes if value > operand else no
            case seccomp.AT_LEAST:
                at += yes if value >= operand else no
            case seccomp.ANY_BIT:
                at += yes if value & operand else no


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_every_call_of_the_tables_is_refused(machine: str) -> None:
    for name, number in syscalls.refused(machine).items():
        assert decide(machine, number) == seccomp.REFUSE, name
    for name, number in syscalls.absent(machine).items():
        assert decide(machine, number) == seccomp.UNKNOWN, name


@pytest.mark.parametrize("starting", [False, True])
@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_of_all_other_calls_those_of_the_tables_are_refused_and_no_more(
    machine: str, starting: bool
) -> None:
    answers = dict.fromkeys(range(syscalls.LAST_KNOWN + 1), seccomp.ALLOW)
    answers |= dict.fromkeys(syscalls.absent(machine).values(), seccomp.UNKNOWN)
    for name, number in syscalls.refused(machine).items():
        allowed = starting and name in seccomp.STARTING
        answers[number] = seccomp.ALLOW if allowed else seccomp.REFUSE
    for number in syscalls.inspected(machine).values():
        del answers[number]
    assert answers == {number: decide(machine, number, starting=starting) for number in answers}


def test_a_filter_can_be_made_for_any_process() -> None:
    other = OWN + 1
    cut = seccomp.assemble(seccomp.program("x86_64", OWN), OWN)
    whole = seccomp.assemble(seccomp.program("x86_64", other), OWN)
    assert (len(cut), len(whole)) == (3, 1)
    assert seccomp.number(other).join(cut) == whole[0]


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_calls_are_judged_by_an_argument(machine: str) -> None:
    numbers = syscalls.inspected(machine)
    threads = 0x3D0F00
    assert decide(machine, numbers["clone"], threads) == seccomp.ALLOW
    assert decide(machine, numbers["clone"], 17) == seccomp.REFUSE
    for name in ("kill", "tgkill"):
        assert decide(machine, numbers[name], OWN) == seccomp.ALLOW
        assert decide(machine, numbers[name], OWN - 1) == seccomp.REFUSE
        assert decide(machine, numbers[name], 2**32 - 1) == seccomp.REFUSE
    assert decide(machine, numbers["prlimit64"], 0) == seccomp.ALLOW
    assert decide(machine, numbers["prlimit64"], 1) == seccomp.REFUSE
    assert decide(machine, numbers["prctl"], 15) == seccomp.ALLOW
    assert decide(machine, numbers["prctl"], 1) == seccomp.REFUSE
    assert decide(machine, numbers["ioctl"], 0x5401) == seccomp.ALLOW
    assert decide(machine, numbers["ioctl"], 0x5412) == seccomp.REFUSE
    for command in (fcntl.F_SETOWN, fcntl.F_SETSIG, 15):
        assert decide(machine, numbers["fcntl"], 5, command) == seccomp.REFUSE
    for command in (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_SETFL, fcntl.F_DUPFD_CLOEXEC):
        assert decide(machine, numbers["fcntl"], 8, command) == seccomp.ALLOW


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_reading_and_computing_are_allowed(machine: str) -> None:
    # read, mmap, futex, getrandom, clock_gettime, exit_group, openat
    numbers = {
        "x86_64": (0, 9, 202, 318, 228, 231, 257),
        "aarch64": (63, 222, 98, 278, 113, 94, 56),
    }
    for number in numbers[machine]:
        assert decide(machine, number) == seccomp.ALLOW


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_what_is_not_known_is_absent_and_foreign_calls_kill(machine: str) -> None:
    assert decide(machine, syscalls.LAST_KNOWN + 1) == seccomp.UNKNOWN
    assert seccomp.UNKNOWN & 0xFFFF == errno.ENOSYS
    assert decide(machine, 0, architecture=0x40000003) == seccomp.KILL
    assert decide("x86_64", 0x40000000 | 39) == seccomp.KILL


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_the_numbers_are_the_kernels(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    pattern = re.compile(r"#define __NR(?:3264)?_(\w+)\s+(\d+)")
    real = {m[1]: int(m[2]) for m in map(pattern.match, header.read_text().splitlines()) if m}
    ours = syscalls.refused(machine) | syscalls.inspected(machine) | syscalls.absent(machine)
    for name, number in ours.items():
        assert real.get(name, number) == number, name
    assert len(set(ours.values())) == len(ours)
