"""Records backward passes: who was asked in which order with what, and which line wrote which gradient.

Two eyes. A hook on the variable class sees every assignment of a gradient, also of the same number. A
trace of the submission's own lines compares all gradients after each line: what was changed in
place, behind a property or in a dictionary shows there. Neither changes what the submission computes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any, Final

import numpy as np

from grader.domain.array import Array
from grader.domain.diagnosis import Place
from grader.domain.film import CUT, NO_FUNCTIONS, TRACED, Film, Step, Write
from grader.domain.transcript import Missing, NotANumber, NotOffered, Observation
from grader.guest.cast import NOBODY, Cast, Part
from grader.guest.dialects import Dialect, NotOfferedError
from grader.guest.gradients import Change, Gradients
from grader.guest.running import Stopper

MAX_STEPS: Final = 60
MAX_WRITES: Final = 160
MAX_EVENTS: Final = 40_000
MAX_SECONDS: Final = 0.4
MAX_ELEMENTS: Final = 64
MAX_UPSTREAM: Final = 4
COMPUTES: Final = re.compile(r"(=|return\b|yield\b)[^#]*([*/+@-]|\w\()")

Locate = Callable[[str, int], Place | None]
Mark = tuple[str, int]


class _Shot:
    """A step being recorded."""

    __slots__ = ("asked_at", "downstream", "marks", "part", "players", "upstream", "writes")

    def __init__(self, part: Part, upstream: tuple[Observation, ...] = ()) -> None:
        self.part, self.upstream = part, upstream
        self.asked_at: Mark | None = None
        self.marks: list[Mark] = []
        self.players: set[tuple[CodeType, int]] = set()
        self.writes: list[Write] = []
        self.downstream: tuple[Observation, ...] = ()


class Camera:
    """Films one performance. `locate` gives a line of the submission as its owner knows it, or None."""

    def __init__(self, dialect: Dialect, observe: Callable[[Any], Observation], locate: Locate):
        self.dialect, self._observe_all, self.locate = dialect, observe, cache(locate)
        self.cast = Cast(dialect.variable_class, dialect.binding.is_own)
        self.gradients = Gradients(dialect.gradient, self._array, self._observe)
        self.unseen: dict[str, None] = {}
        self._shots: list[_Shot] = []
        # By the identity of frames, which must not live longer for having been filmed: functions whose
        # backward is running, and those whose backward has returned into a frame that still runs.
        self._running: dict[int, _Shot] = {}
        self._returned: dict[int, _Shot] = {}
        self._helping: dict[int, _Shot] = {}
        self._own: dict[CodeType, bool] = {}
        self._at: Mark | None = None
        self._root: Any = None
        self._events = self._writes = 0
        self._over = self._busy = False

    def meet(self, variable: Any, part: Part = NOBODY) -> None:
        """A variable of the program has been computed (or taken, or given)."""
        if self.dialect.is_variable(variable):
            self.cast.meet(variable, part)

    @contextmanager
    def filming(self, root: Any, name: str, variables: dict[str, Any]) -> Iterator[None]:
        """Record one backward pass from `root`, the variable `name` of the program.

        One that does not end is broken off, once: its first steps tell enough.
        """
        named = {key: one for key, one in variables.items() if self.dialect.is_variable(one)}
        self._shots.append(_Shot(Part("", (name,))))
        self._root, self._at, self._over = root, None, False
        self.gradients.watch(named)
        undo = self._hook()
        tracing = sys.gettrace()
        sys.settrace(self._called)
        try:
            with Stopper() as stopper:
                before = stopper.start(MAX_SECONDS, again=0.0)
                try:
                    yield
                finally:
                    stopper.lift(before)
        finally:
            if sys.gettrace() not in (self._called, None):
                self.unseen[TRACED] = None
            sys.settrace(tracing)
            undo()
            self._look(None)
            self._running.clear()
            self._returned.clear()
            self._helping.clear()
            self.gradients.release()
            self._root = None

    def film(self) -> Film:
        """What was recorded. Whether it agrees with the performance that counts is not known here."""
        if not any(shot.part.function for shot in self._shots):
            self.unseen[NO_FUNCTIONS] = None
        return Film(tuple(map(self._step, self._shots)), False, tuple(self.unseen))

    # The trace.

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._over or self._busy or event != "call" or not self._is_own(frame.f_code):
            return None
        self._look(frame.f_back)
        part = self.cast.part_of(frame)
        if part is not None and self._is_news(part):
            shot = self._continued(part, frame) or self._begun(part, frame)
            if shot is None:
                self._cut()
                return None
            shot.players.add(self.cast.player(frame))
            self._running[id(frame)] = shot
        elif part is not None:  # the rule itself, called by the method that was asked
            self._helping[id(frame)] = next(reversed(self._running.values()))
        self._at = _mark(frame)
        return self._inside

    def _continued(self, part: Part, frame: FrameType) -> _Shot | None:
        """The step of which this call is one more part: the closure for another operand."""
        if self.cast.is_method(frame) or not part.targets:
            return None
        last = next((shot for shot in reversed(self._shots) if shot.part == part), None)
        return last if last and self.cast.player(frame) not in last.players else None

    def _begun(self, part: Part, frame: FrameType) -> _Shot | None:
        """A new step, or None where there are too many."""
        if len(self._shots) == MAX_STEPS:
            return None
        shot = _Shot(part, self._upstream(frame, part))
        caller = frame.f_back
        if caller is not None and self._is_own(caller.f_code):
            shot.asked_at = _mark(caller)
        self._shots.append(shot)
        return shot

    def _inside(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._over:
            return None
        self._events += 1
        if self._events > MAX_EVENTS or self.gradients.exhausted:
            self._cut()
            return None
        if event == "line":
            self._see(frame)
            self._at = _mark(frame)
            if shot := self._running.get(id(frame)) or self._helping.get(id(frame)):
                shot.marks.append(self._at)
        elif event == "return":
            self._see(frame)
            self._return(frame, argument)
        return self._inside

    def _is_news(self, part: Part) -> bool:
        """Whether this is no helper of a backward that is running already."""
        if not part.targets:
            return not self._running
        return all(shot.part != part for shot in self._running.values())

    def _see(self, frame: FrameType) -> None:
        for found in frame.f_locals.values():
            if isinstance(found, dict):
                self.gradients.notice(found, self._root)
        self._look(frame)

    def _return(self, frame: FrameType, given: Any) -> None:
        """What a function gave back goes on being its share in the frame that asked."""
        shot = self._running.pop(id(frame), None)
        self._helping.pop(id(frame), None)
        if shot is not None:
            shot.downstream += self._numbers(given)
        earlier = self._returned.pop(id(frame), None)
        caller = frame.f_back
        if caller is None or not self._is_own(caller.f_code):
            return
        if shot or (earlier and (isinstance(given, tuple | list) or self._is_numeric(given))):
            self._returned[id(caller)] = shot or earlier  # type: ignore[assignment]
        self._at = _mark(caller)

    def _cut(self) -> None:
        self._over = True
        self.unseen[CUT] = None
        sys.settrace(None)

    def _is_own(self, code: CodeType) -> bool:
        if code not in self._own:
            self._own[code] = self.locate(code.co_filename, code.co_firstlineno) is not None
        return self._own[code]

    # The hook.

    def _hook(self) -> Callable[[], None]:
        """Put a hook on assignments to the variable class. Gives what takes it off again."""
        cls = self.dialect.variable_class
        try:
            name = self.dialect.gradient_name(self._root)
        except (NotOfferedError, AttributeError):
            return lambda: None
        names = {name, f"_{name}", f"__{name}", f"_{cls.__name__}__{name}"}
        original: Any = cls.__setattr__
        before = vars(cls).get("__setattr__")

        def assign(variable: Any, attribute: str, value: Any) -> None:
            if self._busy or attribute not in names or self._over:
                original(variable, attribute, value)
                return
            self._busy = True  # a property's own code is not looked at meanwhile
            try:
                original(variable, attribute, value)
                self._assigned(variable, sys._getframe(1))
            finally:
                self._busy = False

        def undo() -> None:
            if before is None:
                type.__delattr__(cls, "__setattr__")
            else:
                type.__setattr__(cls, "__setattr__", before)

        type.__setattr__(cls, "__setattr__", assign)
        return undo

    def _assigned(self, variable: Any, frame: FrameType | None) -> None:
        change = self.gradients.assigned(variable)
        if change is None:
            after = self._observe(self.dialect.gradient(variable))
            if after == Missing():
                return  # a variable that the submission has just made for itself
            change = Change("", NotOffered("not recorded"), after, in_place=False)
        while frame is not None and not self._is_own(frame.f_code):
            frame = frame.f_back
        mark = _mark(frame) if frame is not None else None
        self._write(change, mark, self._closing() if self.gradients.tables else self._shot(frame))
        self._look(frame)

    # What is kept.

    def _look(self, frame: FrameType | None) -> None:
        for change in () if self._over else self.gradients.changes():
            self._write(change, self._at, self._shot(frame))

    def _write(self, change: Change, mark: Mark | None, shot: _Shot) -> None:
        if change.before == change.after == Missing():
            return
        self._writes += 1
        if self._writes > MAX_WRITES:
            self._cut()
            return
        place = self.locate(*mark) if mark else None
        shot.writes.append(
            Write(change.variable, change.before, change.after, place, change.in_place)
        )

    def _shot(self, frame: FrameType | None) -> _Shot:
        """The step that what a frame does belongs to."""
        while frame is not None:
            if shot := self._running.get(id(frame)) or self._returned.get(id(frame)):
                return shot
            frame = frame.f_back
        return self._shots[-1]

    def _closing(self) -> _Shot:
        """Gradients that were collected in a dictionary are handed out in a step of their own."""
        if self._shots[-1].part is not NOBODY:
            self._shots.append(_Shot(NOBODY))
        return self._shots[-1]

    def _upstream(self, frame: FrameType, part: Part) -> tuple[Observation, ...]:
        """The arguments of a backward; where it takes none, the gradients of what it computed."""
        code, found = frame.f_code, frame.f_locals
        names = code.co_varnames[self.cast.is_method(frame) : code.co_argcount]
        given = [found[name] for name in names if name in found]
        if code.co_flags & 0x04:
            given += found.get(code.co_varnames[code.co_argcount + code.co_kwonlyargcount], ())
        numbers = self._numbers(tuple(given))[: max(1, len(part.targets))]
        if numbers or not part.targets:
            return numbers
        return tuple(self.gradients.last(name) for name in part.targets)

    def _numbers(self, found: Any) -> tuple[Observation, ...]:
        several = found if isinstance(found, tuple | list) else (found,)
        return tuple(self._observe(one) for one in several[:MAX_UPSTREAM] if self._is_numeric(one))

    def _is_numeric(self, found: Any) -> bool:
        if isinstance(found, bool):
            return False
        return isinstance(found, int | float | np.ndarray | np.generic) or (
            self.dialect.is_variable(found)
        )

    def _array(self, found: Any) -> Any:
        if self.dialect.is_variable(found):
            try:
                return self.dialect.data(found)
            except (NotOfferedError, AttributeError):
                return None
        return found

    def _observe(self, found: Any) -> Observation:
        found = self._array(found)
        if isinstance(found, np.ndarray) and found.size > MAX_ELEMENTS:
            return NotANumber("array", f"of shape {found.shape}")
        seen = self._observe_all(found)
        if isinstance(seen, Array) and seen.extent > MAX_ELEMENTS:
            return NotANumber("array", f"of shape {seen.shape}")
        return seen if isinstance(seen, Array | Missing) else NotANumber(type(found).__name__[:40])

    def _step(self, shot: _Shot) -> Step:
        place = next(
            (
                place
                for mark in reversed(shot.marks)
                if (place := self.locate(*mark)) and COMPUTES.search(place.text)
            ),
            self.locate(*shot.marks[-1]) if shot.marks else None,
        )
        return Step(
            shot.part.function,
            shot.part.targets,
            shot.upstream,
            place,
            tuple(shot.writes),
            shot.downstream,
            self.locate(*shot.asked_at) if shot.asked_at else None,
        )


def _mark(frame: FrameType) -> Mark:
    code = frame.f_code
    return code.co_filename, frame.f_lineno or code.co_firstlineno
