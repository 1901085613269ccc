"""What a process inherits of the memory of the one that forked it holds nothing of others.

A submission here looks through every page that it can find, and says which of some words it met. Words are handed
to it in two halves, so that it meets none of its own.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

import pytest

from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Input, Name, Program, Quantity
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed
from grader.sandbox import Guest
from grader.shipped import reference_file
from tests.attacks.attack import ENGINE

OWN, LATER, NEIGHBOUR = "OWNWORD", "LATERWORD", "NEIGHBOURWORD"
ANSWER, ORIGINAL = "ANSWERWORD", "ORIGINALWORD"
WORDS = (OWN, LATER, NEIGHBOUR, ANSWER, ORIGINAL)

LOOK = """
def places():
    import ctypes, gc
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    libc.sbrk.argtypes = [ctypes.c_long]
    known = [*gc.get_objects(), *map(str, range(9)), *sys.modules]
    arenas = {id(thing) >> 20 << 20 for thing in known}
    top = libc.sbrk(0) >> 12 << 12
    return [*(start + (page << 12) for start in sorted(arenas) for page in range(256)),
            *range(top - (64 << 20), top, 4096)]

def look():
    import ctypes
    write = ctypes.CDLL(None).write
    write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
    reading, writing = os.pipe()
    found, before, pages = set(), b"", 0
    for place in places():
        if write(writing, place, 4096) != 4096:
            before = b""
            continue
        pages += 1
        memory = before + os.read(reading, 4096)
        for first, second in HALVES:
            at = -1
            while (at := memory.find(second.encode(), at + 1)) >= 0:
                if memory[:at].endswith(first.encode()):
                    found.add(first + "|" + second)
        before = memory[-64:]
    print(pages)
    print(sorted(found))
"""


def spying() -> Submission:
    """Looks around as soon as it is loaded. Its own word is in a string that it has made."""
    halves = [(word[: len(word) // 2], word[len(word) // 2 :]) for word in WORDS]
    own = f"kept = [first + second for first, second in HALVES if first + second == {OWN[:3]!r} + {OWN[3:]!r}]"
    return handed_in(f"import os, sys\nHALVES = {halves}\n{own}\n{LOOK}\nlook()\n{ENGINE}")


def handed_in(text: str) -> Submission:
    return Submission("a", "file", (SourceFile("autodiff.py", textwrap.dedent(text).encode()),))


def squared(name: str = "x") -> Program:
    return Program(
        (Input(name, Array.of(3.0)),),
        (Apply(("y",), "square", (Name(name),)),),
        (Quantity(Aspect.VALUE, "y"),),
    )


@pytest.fixture(params=[(), ("namespaces",)], ids=["level 3", "level 2"])
def guest(request: pytest.FixtureRequest) -> Iterator[Guest]:
    with Guest(without=request.param) as started:
        yield started


def met(guest: Guest, *programs: Program, alone: bool = False) -> set[str]:
    """The words that a spy has met."""
    tasks = [(program, 5.0) for program in programs]
    done = guest.perform(spying(), tasks, dialect="variable-function", requires=(), alone=alone)
    found: list[str] = ast.literal_eval(done.output.strip().splitlines()[-1])
    return {word.replace("|", "") for word in found}


@pytest.mark.parametrize("alone", [False, True], ids=["together", "in copies"])
def test_a_submission_meets_its_own_words_and_no_later_program(guest: Guest, alone: bool) -> None:
    assert met(guest, squared(), squared(), squared(LATER), alone=alone) == {OWN}


def test_a_submission_meets_neither_its_neighbours_nor_their_answers(guest: Guest) -> None:
    neighbour = handed_in(
        f"print('{NEIGHBOUR}')\n{ENGINE}\ndef square(x):\n    raise ValueError('{ANSWER}')"
    )
    asked = [(squared(LATER), 5.0)]
    done = guest.perform(neighbour, asked, dialect="variable-function", requires=())
    assert NEIGHBOUR in done.output
    assert ANSWER in repr(done.transcripts)
    assert met(guest) == {OWN}


def test_a_submission_meets_no_text_of_ours_of_which_variants_were_performed(guest: Guest) -> None:
    ours = handed_in(f"# {ORIGINAL}\n{reference_file().read_text(encoding='utf-8')}")
    done = guest.perform(
        ours,
        [(squared(LATER), 5.0)],
        dialect="variable-function",
        requires=(),
        base=ours,
        variants=("autodiff.py",),
    )
    assert [one.ending for one in done.transcripts] == [Completed()]
    assert met(guest) == {OWN}
