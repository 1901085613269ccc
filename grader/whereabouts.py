"""Where a performance ended, in lines that the learner knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.domain.submission import SourceFile
from grader.domain.transcript import BROKEN_OFF, Frame, TimedOut, Transcript
from grader.errors import SubmissionError
from grader.guest.sources import Source, read_source
from grader.judging.loops import loop_around
from grader.records import replace

Sources = Callable[[], Mapping[str, Source]]


def quotable(file: SourceFile) -> Source:
    """A file as lines that may be quoted; without any where it cannot be read."""
    try:
        return read_source(file.path, file.data)
    except SubmissionError:
        return Source(file.path, "", "", ())


def placed(transcript: Transcript, sources: Sources) -> Transcript:
    """The same, with what stands on lines of which only the number is known: of a process that was killed.

    What did not end was in a loop: the frames lead to where that begins, whatever was executed when time was up.
    """
    ending = transcript.ending
    if not isinstance(ending, BROKEN_OFF) or not ending.frames:
        return transcript
    frames = tuple(frame if frame.text else _with_text(frame, sources) for frame in ending.frames)
    if isinstance(ending, TimedOut):
        frames = _up_to_a_loop(frames, sources)
    return replace(transcript, ending=replace(ending, frames=frames))


def _with_text(frame: Frame, sources: Sources) -> Frame:
    source = sources().get(frame.file)
    return _at(frame, source, frame.line) if source else frame


def _up_to_a_loop(frames: tuple[Frame, ...], sources: Sources) -> tuple[Frame, ...]:
    """Up to the first that is in a loop, which begins there; all of them where none is."""
    for number, frame in enumerate(frames):
        if (source := sources().get(frame.file)) is None:
            continue
        cells = [one for one in source.cells if one.label == frame.cell]
        line = cells[0].first + frame.line - 1 if frame.cell and cells else frame.line
        pieces = tuple(
            (one.first, "\n".join(source.lines[one.first - 1 : one.last])) for one in source.cells
        )
        if found := loop_around(pieces, line):
            return (*frames[:number], _at(frame, source, found))
    return frames


def _at(frame: Frame, source: Source, line: int) -> Frame:
    cell, number, text = source.place(line)
    return replace(frame, line=number, text=text.strip(), cell=cell)
