"""Programs on variants of a text that is ours, performed one after another in one go.

Nobody there cheats: the child has all programs from the start, and answers as fast as it can. What does not end
it stops by itself, by processor time; a child that dies costs the program it was performing. Which one that was
is known only where each answer was said at once: what a child performed that said several at a time is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from grader.domain import codec
from grader.domain.protocol import Job, Kind, frame
from grader.domain.transcript import Ending, GivenUp
from grader.guest import child
from grader.guest.confine import Walls
from grader.guest.variants import Original, Rehearsal
from grader.guest.watched import Forked, Outbox, Watched, forked


def rehearse(
    job: Job,
    programs: Sequence[tuple[Kind, bytes]],
    walls: Walls,
    outbox: Outbox,
    original: Original,
) -> None:
    """Send LOADING once, then for each program TRANSCRIPT or ENDING, in order."""
    budget = time.monotonic() + job.limits.total_seconds

    def say(ending: Ending) -> None:
        outbox.say(frame(Kind.ENDING, codec.dumps(ending)))

    done, hasty = 0, True
    while done < len(programs):
        if done and time.monotonic() >= budget:
            say(GivenUp(0))
            done += 1
            continue
        rest = Rehearsal(original, job.variants[done:], tuple(programs[done:]), hasty)
        current = Watched(job.limits, outbox, partial(_start, job, walls, rest))
        ending = current.load(budget, announce=done == 0)
        if ending is None:
            while done < len(programs) and current.hear(job.seconds[done], budget, hasty):
                done += 1
        elif done:
            say(ending)
        current.end()
        if ending is not None and not done:
            return
        if ending is not None or not hasty:
            done += 1
        hasty = not hasty


def _start(job: Job, walls: Walls, rest: Rehearsal, feed: int, answers: int, prints: int) -> Forked:
    return forked(lambda: child.main(job, walls, feed, answers, prints, rehearsal=rest))
