"""What the interpreter of a process that was killed wrote last: the lines on which it was, read as hostile."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from grader.domain.transcript import Frame
from grader.sandbox import hostile

LINE: Final = re.compile(
    rb'^  File "([^"\n]{1,400})", line (\d{1,7}) in ([^\n]{1,200})$', re.MULTILINE
)
MAX_FRAMES: Final = 20


def frames_of(dump: bytes, folder: str, files: Collection[str]) -> tuple[Frame, ...]:
    """The frames in a dump of `faulthandler` that lie in these files of a folder, deepest last.

    Lines count as Python counts them; what stands there, and in which cell, is for others to say.
    """
    found: list[Frame] = []
    for path, number, function in LINE.findall(dump):
        file = path.decode("utf-8", "replace").removeprefix(f"{folder}/")
        if file in files and len(found) < MAX_FRAMES:
            name = hostile.plain(function.decode("utf-8", "replace"))
            found.append(Frame(file, int(number), name, ""))
    return tuple(reversed(found))
