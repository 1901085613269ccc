"""A class graded on many machines, by Dask distributed: it places the work, moves it and does it again.

Each of its workers keeps warm guests of its own. A submission travels as bytes, and what comes back are the files
that a run on one machine would write. Workers may come, go, stall or die meanwhile: that costs a retry. One that
protects too little, or runs another version of the grader, gets no work, and that is said.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from grader.answers import Store
from grader.classroom import keys
from grader.classroom.model import Contents, Finished, Order, Task
from grader.classroom.schedulers import Notify, Results, Scheduler
from grader.classroom.worker import Worker, contents_of
from grader.errors import GraderFault, UsageError

CONNECT_SECONDS: Final = 20
TICK_SECONDS: Final = 2  # how often is looked who has joined or gone
PATIENCE: Final = 30  # ticks without any worker after which the class is left for later
AHEAD: Final = 2  # tasks sent for each place, so that nobody waits for the next one
MAX_TRIES: Final = 3  # of one submission on workers that turned out to be of no use


@dataclass(frozen=True, slots=True)
class Joined:
    """What a worker says of itself: the level that its guest proved, or why it can do nothing."""

    level: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task, and on which worker; a `refusal` where that one could not do it."""

    worker: str
    finished: Finished | None
    refusal: str = ""


def on_cluster(address: str) -> Scheduler:
    """A scheduler that grades on the workers of the Dask scheduler at `address`.

    Raises UsageError where Dask is not installed, or nobody answers at the address.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(
            "--scheduler needs Dask distributed: pip install 'autodiff-grader[cluster]', "
            "here and on every worker"
        ) from None

    def schedule(
        order: Order, tasks: Sequence[Task], count: int, notify: Notify = lambda message: None
    ) -> Results:
        try:
            client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
        with client:
            crew = _Crew(client, order, notify)
            try:
                yield from _all(client, crew, tasks)
            finally:
                crew.dismiss()

    return schedule


class _Crew:
    """The workers of a cluster that may be given work."""

    def __init__(self, client: Any, order: Order, notify: Notify) -> None:
        self.client = client
        self.order = order
        self.notify = notify
        self.refused: dict[str, str] = {}
        self.places: dict[str, int] = {}
        self._code = keys.code(())

    def meet(self) -> None:
        """Look who is there; whoever is new is asked for its level first."""
        threads: dict[str, int] = self.client.nthreads()
        self.places = {worker: threads[worker] for worker in self.places if worker in threads}
        new = [worker for worker in threads if worker not in {*self.places, *self.refused}]
        if not new:
            return
        said = self.client.run(_join, self.order, self._code, workers=new, on_error="return")
        for worker in new:
            match said.get(worker):
                case Joined(level, ""):
                    self.places[worker] = threads[worker]
                    self.notify(f"worker {worker}: protection level {level}")
                case Joined(_, refusal):
                    self.refuse(worker, refusal)
                case None:
                    pass  # gone again already
                case error:
                    self.refuse(worker, f"{type(error).__name__}: {error}")

    def refuse(self, worker: str, why: str) -> None:
        """Give this worker no more work, and say so."""
        self.places.pop(worker, None)
        if worker not in self.refused:
            self.refused[worker] = why
            self.notify(f"worker {worker} gets no work: {why}")

    def gather(self) -> None:
        """Wait until somebody may work. Raises GraderFault where nobody comes, or nobody is fit."""
        self.meet()
        if not self.places and not self.refused:
            self.notify("no worker is there yet: waiting for one")
        for _ in range(PATIENCE):
            if self.places or self.refused:
                break
            time.sleep(TICK_SECONDS)
            self.meet()
        self.require_somebody()

    def require_somebody(self) -> None:
        """Raises GraderFault where nobody may work."""
        if not self.places:
            why = "; ".join(f"{worker}: {why}" for worker, why in self.refused.items())
            raise GraderFault(f"no worker of the cluster may be given work. {why}".rstrip())

    def dismiss(self) -> None:
        """Everybody closes their guests."""
        with suppress(Exception):  # the cluster may be gone
            self.client.run(_leave)


def _all(client: Any, crew: _Crew, tasks: Sequence[Task]) -> Results:
    """Send tasks as places become free; yield what comes back."""
    from distributed import wait

    crew.gather()
    waiting = deque((task, 1) for task in tasks)
    sent: dict[Any, tuple[Task, int, frozenset[str]]] = {}
    lonely = 0
    try:
        while waiting or sent:
            crew.meet()
            _recall(crew, sent, waiting)
            while waiting and len(sent) < AHEAD * sum(crew.places.values()):
                task, tries = waiting.popleft()
                able = frozenset(crew.places)
                future = client.submit(
                    _grade, crew.order, _without_paths(task), contents_of(task),
                    workers=sorted(able), allow_other_workers=False, pure=False,
                )  # fmt: skip
                sent[future] = task, tries, able
            lonely = 0 if crew.places else lonely + 1
            if lonely > PATIENCE:
                crew.require_somebody()
            if not sent:
                time.sleep(TICK_SECONDS)
                continue
            with suppress(TimeoutError), client.as_current():
                wait(list(sent), timeout=TICK_SECONDS, return_when="FIRST_COMPLETED")
            for future in [future for future in sent if future.done()]:
                task, tries, _ = sent.pop(future)
                yield from _received(crew, task, tries, future, waiting)
    finally:
        with suppress(Exception):
            client.cancel(list(sent), force=True)


def _received(
    crew: _Crew, task: Task, tries: int, future: Any, waiting: deque[tuple[Task, int]]
) -> Iterator[Finished]:
    """The result of a task; or the task once more, where its worker was of no use."""
    error = future.exception() if future.status == "error" else None
    answer = future.result() if future.status == "finished" else None
    if answer is not None and answer.finished is not None:
        how = "the worker that had it first was lost" if tries > 1 else ""
        yield replace(answer.finished, retried=answer.finished.retried or how)
        return
    if answer is not None:
        crew.refuse(answer.worker, answer.refusal)
    if tries >= MAX_TRIES:
        raise GraderFault(
            f"{task.handed_in.id} could not be graded on {MAX_TRIES} workers"
            + (f" ({error})" if error else "")
            + ". What is finished is kept; the same command goes on"
        )
    waiting.append((task, tries + 1))


def _recall(
    crew: _Crew,
    sent: dict[Any, tuple[Task, int, frozenset[str]]],
    waiting: deque[tuple[Task, int]],
) -> None:
    """Take back what was meant for workers that have all gone."""
    for future, (task, tries, able) in list(sent.items()):
        if not future.done() and not able & crew.places.keys():
            del sent[future]
            future.cancel()
            waiting.append((task, tries))


def _without_paths(task: Task) -> Task:
    """The task as it travels: its files lie on this machine only."""
    return replace(task, handed_in=replace(task.handed_in, files=()), observed=None)


# What follows runs in the worker processes.

_lock = threading.Lock()
_idle: list[Worker] = []
_order: list[Order] = []


def _join(order: Order, code: str) -> Joined:
    """Start a guest and say what it protects."""
    if keys.code(()) != code:
        return Joined(0, "it runs another version of the grader")
    try:
        worker = _taken(order)
        level = worker.level
    except GraderFault as error:
        return Joined(0, str(error))
    _put_back(order, worker)
    return Joined(level)


def _grade(order: Order, task: Task, contents: Contents) -> Answer:
    """Grade one submission with an idle guest of this process, or a new one."""
    from distributed import get_worker

    here = get_worker().address
    try:
        worker = _taken(order)
        finished = worker.do(task, contents)
    except GraderFault as error:  # too little protection, or none any more
        return Answer(here, None, str(error))
    _put_back(order, worker)
    return Answer(here, finished)


def _taken(order: Order) -> Worker:
    with _lock:
        if _order != [order]:
            _close_all()
            _order[:] = [order]
        if _idle:
            return _idle.pop()
    return Worker(order, Store.default())


def _put_back(order: Order, worker: Worker) -> None:
    with _lock:
        if _order == [order]:
            _idle.append(worker)
            return
    worker.close()


def _leave() -> None:
    with _lock:
        _close_all()
        _order.clear()


def _close_all() -> None:
    while _idle:
        _idle.pop().close()
