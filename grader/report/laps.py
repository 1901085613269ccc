"""How long each stage of grading took: for the instructor alone, since no two runs take as long."""

from __future__ import annotations

from time import perf_counter


class Laps:
    """A stop watch. `taken` holds (stage, seconds) in order."""

    def __init__(self) -> None:
        self.taken: tuple[tuple[str, float], ...] = ()
        self._since = perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage, and begin the next."""
        now = perf_counter()
        self.taken = (*self.taken, (stage, now - self._since))
        self._since = now
