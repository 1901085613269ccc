"""Who grades what: the one seam between a class and the machines that it is graded on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Queue
from typing import Final, TypeAlias

from grader.answers import Store
from grader.classroom.model import Finished, Order, Task
from grader.classroom.processes import Member
from grader.classroom.worker import Worker

Results: TypeAlias = Generator[Finished, None, None]
Notify: TypeAlias = Callable[[str], None]
# Yields one Finished for each task, in the order in which they end; closing it before leaves nothing
# running. What takes long is told, in a sentence. Raises GraderFault where too little protects, before
# anything is run or, should the protection drop, later.
Scheduler: TypeAlias = Callable[[Order, Sequence[Task], int, Notify], Results]

JOIN_SECONDS: Final = 10.0
WORTH_A_PROCESS: Final = 6  # tasks for each: starting one takes as long as grading some


def local(
    order: Order, tasks: Sequence[Task], count: int, notify: Notify = lambda message: None
) -> Results:
    """Warm guests on this machine, each with a process of its own where there is work enough for many."""
    told: set[str] = set()

    def once(message: str) -> None:
        if message not in told:
            told.add(message)
            notify(message)

    count = max(1, min(count, len(tasks)))
    start: Callable[[], Worker | Member] = partial(Worker, order, Store.default(), once)
    if 1 < count <= len(tasks) / WORTH_A_PROCESS:
        start = partial(Member, order, once)
    workers: list[Worker | Member] = []
    threads: list[threading.Thread] = []
    done: Queue[Finished | BaseException | None] = Queue(2 * count)
    waiting = iter(tasks)
    turn, stop = threading.Lock(), threading.Event()

    def serve(number: int, worker: Worker | Member) -> None:
        try:
            worker.learn(number, count)
            while not stop.is_set():
                with turn:
                    task = next(waiting, None)
                if task is None:
                    break
                done.put(worker.do(task))
        except BaseException as error:
            done.put(error)
        finally:
            done.put(None)

    try:
        for _ in range(count):
            workers.append(start())
        for worker in workers:
            assert worker.level  # raises before anything is run
        for number, worker in enumerate(workers):
            thread = threading.Thread(target=serve, args=(number, worker), daemon=True)
            thread.start()
            threads.append(thread)
        yield from _until_all_have_ended(done, len(threads))
    except BaseException:
        stop.set()
        for worker in workers:
            worker.kill()
        raise
    finally:
        _join(threads, done)
        # At once: each takes a moment to tidy up.
        with ThreadPoolExecutor(len(workers) or 1) as closers:
            list(closers.map(lambda worker: worker.close(), workers))


SCHEDULERS: Final[dict[str, Scheduler]] = {"local": local}


def _until_all_have_ended(done: Queue[Finished | BaseException | None], running: int) -> Results:
    while running:
        match done.get():
            case None:
                running -= 1
            case BaseException() as error:
                raise error
            case finished:
                yield finished


def _join(
    threads: Sequence[threading.Thread], done: Queue[Finished | BaseException | None]
) -> None:
    """Wait for the threads, which may wait to be rid of what they have."""
    for thread in threads:
        for _ in range(int(JOIN_SECONDS / 0.05)):
            if not thread.is_alive():
                break
            with suppress(Exception):
                done.get(timeout=0.05)
            thread.join(0.0)
