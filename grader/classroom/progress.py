"""How far a class is: a bar with rate and remaining time on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final, Protocol, Self

EVERY_SECONDS: Final = 5.0


class Progress(Protocol):
    """Is told of every submission that is finished. A context manager."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *how: Any) -> None: ...
    def step(self, id: str) -> None: ...


class Pace:
    """Submissions a second, counted from the first that was finished: before it, a guest learns."""

    def __init__(self) -> None:
        self._steps = 0
        self._first = 0.0

    def step(self) -> None:
        self._steps += 1
        if self._steps == 1:
            self._first = time.monotonic()

    @property
    def rate(self) -> float:
        passed = time.monotonic() - self._first
        return (self._steps - 1) / passed if self._steps > 1 and passed > 0 else 0.0


class Silent:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: Any) -> None: ...
    def step(self, id: str) -> None: ...


class Lines:
    """One line every few seconds, and the last: readable in a log."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self.total, self.done = total, 0
        self._say = say
        self._last = time.monotonic()
        self._pace = Pace()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: Any) -> None: ...

    def step(self, id: str) -> None:
        self.done += 1
        self._pace.step()
        now = time.monotonic()
        if now - self._last >= EVERY_SECONDS or self.done == self.total:
            self._last = now
            rate = self._pace.rate
            left = f", {duration((self.total - self.done) / rate)} left" if rate else ""
            self._say(f"{self.done} of {self.total}, {rate:.1f} a second{left}")


class Bar:
    """A bar of rich, on standard error."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar: Any = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]} a second"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[id]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=total, rate="-", id="")
        self._pace = Pace()

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        self._bar.__exit__(*how)

    def step(self, id: str) -> None:
        self._pace.step()
        shown = id if len(id) <= 24 and id.isprintable() else ""
        self._bar.update(self._task, advance=1, rate=f"{self._pace.rate:.1f}", id=shown)


def progress(total: int, say: Callable[[str], None], *, quiet: bool) -> Progress:
    if quiet or not total:
        return Silent()
    return Bar(total) if sys.stderr and sys.stderr.isatty() else Lines(total, say)


def duration(seconds: float) -> str:
    """`12 s`, `3 min 20 s`, `1 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
