"""The interpreter: a program, performed on an implementation through its dialect, gives a transcript."""

from __future__ import annotations

import ast
import gc
import struct
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, Final

import numpy as np

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Name,
    NoGrad,
    Operand,
    Program,
    Quantity,
    Raises,
    Statement,
    TakeGradient,
)
from grader.domain.transcript import (
    Completed,
    Count,
    Crashed,
    Ending,
    Flag,
    Frame,
    Missing,
    NoResult,
    NotANumber,
    NotAttempted,
    NotOffered,
    NotRaised,
    Observation,
    OutOfMemory,
    Reading,
    Transcript,
)
from grader.guest.camera import Camera
from grader.guest.cast import NOBODY, Part
from grader.guest.dialects import Dialect, NotOfferedError, spelling

MAX_MESSAGE = 2000
NUMPY: Final = (np.ndarray, np.generic)
PLAIN: Final = (bool, int, float)
FLOAT64: Final = np.dtype("<f8")


class _NotRefused(Exception):
    """A statement inside `raises(...)` was accepted."""


def perform(
    program: Program,
    dialect: Dialect,
    frames: Callable[[BaseException], tuple[Frame, ...]],
    camera: Camera | None = None,
    *,
    bare: bool = False,
) -> Transcript:
    """Perform every statement in order, then read what is asked.

    Never raises: whatever the submission does becomes the transcript's ending. `frames` picks the
    submission's own frames out of an exception; a `camera` films the backward passes. A `bare` performance
    reads nothing but what the program asks: no values on the way, no other gradients.
    """
    performance = _Performance(program, dialect, camera, bare)
    ending: Ending
    try:
        performance.run()
        ending = Completed()
    except NotOfferedError as error:
        ending = NotAttempted(str(error))
    except _NotRefused as error:
        ending = NotRaised(str(error), performance.step)
    except MemoryError as error:
        ending = OutOfMemory(0, frames(error))
    except SystemExit as error:
        ending = NoResult(f"sys.exit({error.code!r:.40})", frames(error))
    except BaseException as error:  # the one border: all that student code can raise ends here
        message = _text(error)
        ending = Crashed(type(error).__name__, message, performance.step, frames(error))
    return Transcript(
        ending,
        tuple(performance.primals),
        tuple(performance.readings),
        tuple(performance.calls.items()),
    )


class _Performance:
    """The state of one run: the variables by name, and what has been observed so far."""

    def __init__(
        self, program: Program, dialect: Dialect, camera: Camera | None, bare: bool
    ) -> None:
        self.program = program
        self.bare = bare
        self.dialect = dialect
        self.camera = camera
        self.step = -1
        self.variables: dict[str, Any] = {}
        self.references: dict[str, Callable[[], Any]] = {}
        self.primals: list[Reading] = []
        self.readings: list[Reading] = []
        self.calls: dict[str, str] = {}
        self.watched = {q.of for q in program.quantities if q.aspect is Aspect.RELEASED}

    def run(self) -> None:
        for node in self.program.applications():
            if not self.dialect.offers(node):
                raise NotOfferedError(spelling(node))
        if self.watched:
            gc.disable()
        for given in self.program.inputs:
            self._bind(given.name, self.dialect.variable(to_numpy(given.value)))
        for step, statement in enumerate(self.program.statements):
            self.step = step
            self._execute(statement)
        self.step = len(self.program.statements)
        for quantity in self._questions():
            self.readings.append(Reading(quantity, self._observe(quantity)))

    def _questions(self) -> Sequence[Quantity]:
        if self.bare:
            return self.program.quantities
        asked = dict.fromkeys(self.program.quantities)
        known = {quantity.of for quantity in asked if quantity.aspect is Aspect.GRADIENT}
        gradients = (
            Quantity(Aspect.GRADIENT, name) for name in self.variables if name not in known
        )
        return (*asked, *gradients)

    def _execute(self, statement: Statement) -> None:
        match statement:
            case Apply(targets):
                self._apply(statement, targets)
            case Backward(of, upstream, create_graph, retain_grad):
                variable = self.variables[of]
                given = self._upstream(variable, upstream)
                with self._filming(of):
                    self.dialect.backward(
                        variable, given, create_graph=create_graph, retain_grad=retain_grad
                    )
            case ClearGradient(of):
                self.dialect.clear_gradient(self.variables[of])
            case TakeGradient(target, of):
                gradient = self.dialect.gradient(self.variables[of])
                self._bind(target, self.dialect.as_variable(gradient))
            case Detach(target, of):
                self._bind(target, self.dialect.detach(self.variables[of]))
            case NoGrad(body):
                with self.dialect.no_grad():
                    for inner in body:
                        self._execute(inner)
            case Delete(name):
                del self.variables[name]
            case Construct(target, literal):
                self._bind(target, self.dialect.variable_class(literal))
            case Raises(error, inner):
                self._refused(error, inner)

    def _apply(self, node: Apply, targets: tuple[str, ...]) -> None:
        operands = [self._operand(operand) for operand in node.operands]
        options = {option.name: _option(option.name, option.value) for option in node.options}
        found, call = self.dialect.apply(node, operands, options)
        self.calls.setdefault(node.function, call)
        outputs = list(found) if isinstance(found, list | tuple) else [found]
        if len(outputs) != len(targets):
            raise TypeError(
                f"{node.function} returned {len(outputs)} results where {len(targets)} are due"
            )
        part = Part(node.function, targets) if self.camera else NOBODY
        for target, output in zip(targets, outputs, strict=True):
            self._bind(target, output, part)

    def _filming(self, root: str) -> AbstractContextManager[None]:
        if self.camera is None:
            return nullcontext()
        return self.camera.filming(self.variables[root], root, self.variables)

    def _bind(self, name: str, variable: Any, part: Part = NOBODY) -> None:
        self.variables[name] = variable
        if not self.bare:
            self.primals.append(Reading(Quantity(Aspect.VALUE, name), self._value(variable)))
        if self.camera is not None:
            self.camera.meet(variable, part)
        if name in self.watched:
            try:
                self.references[name] = weakref.ref(variable)
            except TypeError:  # a class with __slots__ and without __weakref__
                self.watched.discard(name)

    def _operand(self, operand: Operand) -> Any:
        match operand:
            case Name(name):
                return self.variables[name]
            case Constant(value):
                return to_numpy(value)

    def _upstream(self, variable: Any, upstream: Operand | None) -> Any:
        match upstream:
            case None:
                return None
            case Name(name):
                value = self.dialect.data(
                    self.variables[name]
                )  # the caller's own array, not a copy
            case Constant(array):
                value = to_numpy(array)
        return self.dialect.upstream(variable, value)

    def _refused(self, error: str, statement: Statement) -> None:
        try:
            self._execute(statement)
        except NotOfferedError:
            raise
        except Exception as raised:
            if any(cls.__name__ == error for cls in type(raised).__mro__):
                return
            raise
        raise _NotRefused(error)

    def _observe(self, quantity: Quantity) -> Observation:
        if quantity.aspect is Aspect.RELEASED:
            reference = self.references.get(quantity.of)
            return Flag(reference() is None) if reference else NotOffered("weak references")
        variable = self.variables[quantity.of]
        try:
            match quantity.aspect:
                case Aspect.VALUE:
                    return self._value(variable)
                case Aspect.GRADIENT:
                    return self._number(self.dialect.gradient(variable))
                case Aspect.NO_GRADIENT:
                    return Flag(self.dialect.gradient(variable) is None)
                case Aspect.NO_CREATOR:
                    return Flag(self.dialect.creator(variable) is None)
                case Aspect.GENERATION:
                    generation = self.dialect.generation(variable)
                    return Count(int(generation)) if generation is not None else Missing()
        except (AttributeError, NotOfferedError):
            return NotOffered(str(quantity))

    def _value(self, variable: Any) -> Observation:
        if not self.dialect.is_variable(variable):
            return self._number(variable) if variable is None else _stranger(variable)
        return self._number(self.dialect.data(variable))

    def _number(self, found: Any) -> Observation:
        if self.dialect.is_variable(found):
            found = self.dialect.data(found)
        return observe_number(found)


def observe_number(found: Any) -> Observation:
    """A value or gradient as the submission holds it, as an observation."""
    if found is None:
        return Missing()
    if not isinstance(found, NUMPY):  # numpy's float64 is a float as well
        return _plain_number(found) if isinstance(found, PLAIN) else _stranger(found)
    array = np.asarray(found)
    dtype = array.dtype
    try:
        if dtype is FLOAT64:
            return Array(array.shape, "float64", array.tobytes())
        if dtype.kind not in "fiub":
            return NotANumber(f"array of dtype {dtype}", _short(found))
        data = np.ascontiguousarray(array, dtype=FLOAT64).tobytes()
        return Array(array.shape, _name_of(dtype), data)
    except ValueError as error:
        return NotANumber("array", str(error))


def _plain_number(found: float) -> Observation:
    try:
        return Array((), _kind_of(found), struct.pack("<d", found))
    except OverflowError:
        return NotANumber("int", "too large for a float")


def _kind_of(number: float) -> str:
    """The element type of a Python number, whatever class of its own it may have."""
    return "bool" if isinstance(number, bool) else "int" if isinstance(number, int) else "float64"


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return str(dtype.name)


def to_numpy(array: Array) -> np.ndarray[Any, Any]:
    """A fresh, writable numpy array of the dtype that the array names."""
    values = np.frombuffer(array.data, dtype="<f8").reshape(array.shape)
    return values.astype(array.dtype)


def _stranger(found: Any) -> Observation:
    return NotANumber(type(found).__name__, _short(found))


def _short(found: Any) -> str:
    try:
        return repr(found)[:80]
    except Exception:
        return ""


def _text(error: BaseException) -> str:
    try:
        return str(error)[:MAX_MESSAGE]
    except Exception:
        return ""


def _option(name: str, value: Any) -> Any:
    return _index(value) if name == "index" else value


def _index(text: str) -> Any:
    """The index written between brackets: whole numbers, slices, lists and tuples of them."""

    def build(node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elements):
                return tuple(build(element) for element in elements)
            case ast.Slice(lower, upper, step):
                return slice(*(part and ast.literal_eval(part) for part in (lower, upper, step)))
            case _:
                return ast.literal_eval(node)

    expression = ast.parse(f"x[{text}]", mode="eval").body
    assert isinstance(expression, ast.Subscript)
    return build(expression.slice)
