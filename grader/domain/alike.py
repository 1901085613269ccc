"""Two submissions that look alike: something for a teacher to look at, never a verdict."""

from __future__ import annotations

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Alike:
    """Two submissions and what they share: fingerprints in common, of the fewer that either has."""

    left: str
    right: str
    shared: int
    of: int

    @property
    def share(self) -> float:
        return self.shared / self.of
