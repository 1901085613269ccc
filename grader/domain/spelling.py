"""Domain values as JSON, spelled once while they live: keys and frames need the same programs again and again."""

from __future__ import annotations

from grader.domain import codec
from grader.remembered import Remembered

_SPELLED: Remembered[bytes] = Remembered()


def spelled(value: object) -> bytes:
    """What `codec.dumps` gives."""
    return _SPELLED.get((value,), lambda: codec.dumps(value))
