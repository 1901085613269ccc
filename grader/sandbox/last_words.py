"""What the interpreter of a process that was killed wrote last: the lines on which it was, read as hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from grader.domain.submission import SourceFile
from grader.domain.transcript import Frame
from grader.errors import SubmissionError
from grader.guest.sources import Source, read_source
from grader.sandbox import hostile

LINE: Final = re.compile(
    rb'^  File "([^"\n]{1,400})", line (\d{1,7}) in ([^\n]{1,200})$', re.MULTILINE
)
MAX_FRAMES: Final = 20


def frames_of(dump: bytes, folder: str, files: Iterable[SourceFile]) -> tuple[Frame, ...]:
    """The submission's frames in a dump of `faulthandler`, deepest last, as their owner counts lines."""
    sources: dict[str, Source] = {}
    for file in files:
        with suppress(SubmissionError):
            sources[f"{folder}/{file.path}"] = read_source(file.path, file.data)
    found: list[Frame] = []
    for path, number, function in LINE.findall(dump):
        source = sources.get(path.decode("utf-8", "replace"))
        if source is not None and len(found) < MAX_FRAMES:
            cell, line, text = source.place(int(number))
            name = hostile.plain(function.decode("utf-8", "replace"))
            found.append(Frame(source.path, line, name, text.strip(), cell))
    return tuple(reversed(found))
