"""The server of a guest: holds numpy and the guest's code, and never runs student code.

For each job it has a child started, which confines itself before it opens the submission. The runner
feeds the child one program at a time, passes its answers on unread, watches the clock and the amount
of output, and kills. A child that dies costs the program it was performing; a fresh one goes on with the next.
What passes through the runner no child inherits: it is forked by another process (`zygote.py`).
"""

from __future__ import annotations

import gc
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from functools import cache, partial

from grader.domain import codec, terse
from grader.domain.film import Film
from grader.domain.program import Program
from grader.domain.protocol import (
    MAX_DOWN,
    Base,
    Incoming,
    Job,
    Kind,
    ProtocolError,
    Ready,
    Setup,
    Whereabouts,
    frame,
    read_frame,
)
from grader.domain.transcript import Ending, GivenUp
from grader.guest import child, system
from grader.guest.practice import practise
from grader.guest.proving import self_test, stand_around_copies
from grader.guest.rehearsal import rehearse
from grader.guest.template import Template, possible
from grader.guest.turns import Turns
from grader.guest.variants import Original
from grader.guest.watched import GraderGone, Outbox, Start, WallsDown, Watched
from grader.guest.zygote import Zygote, ZygoteGone

MAX_STRIKES = 3
WORTH_A_TEMPLATE = 3  # programs that are left, where each is alone or one has ended its process

# Once everything is loaded, these modules are taken out of reach.
codec.prepare(Base, Film, Ending, Ready, Whereabouts)
terse.prepare(Job)
terse.prepare(Program)


def serve(descriptor: int, setup: Setup) -> None:
    """Answer jobs on a connected socket until the grader says QUIT or is gone."""
    connection = socket.socket(fileno=descriptor)
    if system.LINUX:
        system.prctl(system.PR_SET_DUMPABLE, 0)
    child.streams()
    practise()
    walls, ready = self_test(setup)
    gc.freeze()  # what is here already stays: children need not look at it, nor copy it
    gc.enable()
    connection.sendall(frame(Kind.READY, codec.dumps(ready)))
    zygote = Zygote(walls, buries="burial" not in setup.without)
    turns = Turns(zygote.pid)
    copied = cache(lambda: possible(walls) and stand_around_copies(setup, walls, ready))
    original: Original | None = None
    incoming = Incoming(connection.recv, 1 << 18)
    outbox = Outbox(connection)
    staying: Watched | None = None
    with closing(zygote), suppress(ProtocolError, OSError, GraderGone):
        while True:
            kind, payload = read_frame(incoming.read, MAX_DOWN)
            if kind is Kind.BASE:
                original = Original(codec.loads(Base, payload))
                continue
            if kind is not Kind.JOB:
                return
            job = terse.loads(Job, payload)
            programs = [read_frame(incoming.read, MAX_DOWN) for _ in job.seconds]
            if incoming.is_waiting:  # nobody has more to say now than QUIT
                return
            if staying and not job.continues:
                staying.end()
                staying = None
            try:
                if job.variants and original:
                    rehearse(job, programs, walls, outbox, original)
                else:
                    with turns.taken(), ExitStack() as templates:
                        staying = _perform(
                            job, programs, zygote, outbox, copied, templates, turns, staying
                        )
            except WallsDown:
                sys.exit("the walls that stood in the self-test could not be put up again")
            except ZygoteGone as gone:
                sys.exit(str(gone))
            outbox.say(frame(Kind.FINISHED))
            outbox.send()


def _perform(
    job: Job,
    programs: Sequence[tuple[Kind, bytes]],
    zygote: Zygote,
    outbox: Outbox,
    copied: Callable[[], bool],
    templates: ExitStack,
    turns: Turns,
    current: Watched | None,
) -> Watched | None:
    """Send LOADING once, then for each program OUTPUT and TRANSCRIPT or ENDING, in order.

    After MAX_STRIKES programs in a row that did not end (twice as many alone), the rest is given up. Where many
    children are to be expected, they are copies of a template. `current` has stayed; whoever stays now is returned.
    """
    template: Template | None = None
    budget = time.monotonic() + job.limits.total_seconds
    strikes = 0
    if current is not None:
        outbox.say(current.loaded)

    def say(ending: Ending) -> None:
        outbox.say(frame(Kind.ENDING, codec.dumps(ending)))

    for number, ((kind, program), seconds) in enumerate(zip(programs, job.seconds, strict=True)):
        if strikes == (2 * MAX_STRIKES if job.alone else MAX_STRIKES) or (
            number and time.monotonic() >= budget
        ):
            say(GivenUp(strikes))
            continue
        if current is None:
            many = (job.alone or number) and len(programs) - number >= WORTH_A_TEMPLATE
            if template is None and many and copied():
                template = templates.enter_context(closing(zygote.template(job)))
                if template.alive:
                    turns.join(template.pid)
            told = number == 0
            ways: list[Start] = [partial(template.copy, told=told)] if template else []
            ways.append(partial(zygote.child, job, told=told))
            current = Watched(job.limits, outbox, *ways, turns=turns)
            ending = current.load(budget, announce=number == 0)
            if ending is not None or (current.refused and number == 0):
                current.end()
                current = None
                if number == 0:
                    return None
                assert ending is not None
                say(ending)
                strikes += 1
                continue
        done = current.perform(kind, program, seconds, budget)
        strikes = 0 if done or not current.late else strikes + 1
        if not done or job.alone:
            current.end()
            current = None
    if not programs and current is None:
        current = Watched(job.limits, outbox, partial(zygote.child, job, told=True), turns=turns)
        current.load(budget, announce=True)
    if current is not None and job.stays and current.loaded:
        return current
    if current is not None:
        current.end()
    return None
