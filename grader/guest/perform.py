"""The interpreter: a program, performed on an implementation through its dialect, gives a transcript."""

from __future__ import annotations

import ast
import gc
import struct
import weakref
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np

from grader.domain.array import Array
from grader.domain.packing import Block, asked, pack_observed
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
    flatten,
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
SEVERAL: Final = (list, tuple)
FLOAT64: Final = np.dtype("<f8")
MISSING: Final = Missing()

MakeArray: TypeAlias = Callable[[tuple[int, ...], str, bytes], Any]


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
    performance = _Performance(program, dialect, camera, bare, Array)
    ending = _ending(performance, frames)
    values, questions = asked(program)
    return Transcript(
        ending,
        tuple(Reading(values[name], found) for name, found in performance.primals),
        tuple(Reading(questions[text], found) for text, found in performance.readings.items()),
        tuple(performance.calls.items()),
    )


def answer(
    program: Program,
    dialect: Dialect,
    frames: Callable[[BaseException], tuple[Frame, ...]],
    camera: Camera | None = None,
    *,
    bare: bool = False,
) -> bytes:
    """The same as a message. Numbers are packed as they are read: no records are made to be taken apart again."""
    numbers = Block()
    performance = _Performance(program, dialect, camera, bare, numbers.add)
    ending = _ending(performance, frames)
    return pack_observed(
        ending, performance.primals, performance.readings, performance.calls, numbers
    )


def _ending(
    performance: _Performance, frames: Callable[[BaseException], tuple[Frame, ...]]
) -> Ending:
    try:
        performance.run()
    except NotOfferedError as error:
        return NotAttempted(str(error))
    except _NotRefused as error:
        return NotRaised(str(error), performance.step)
    except MemoryError as error:
        return OutOfMemory(0, frames(error))
    except SystemExit as error:
        return NoResult(f"sys.exit({error.code!r:.40})", frames(error))
    except BaseException as error:  # the one border: all that student code can raise ends here
        message = _text(error)
        return Crashed(type(error).__name__, message, performance.step, frames(error))
    return Completed()


class _Performance:
    """The state of one run: the variables by name, and what has been observed so far.

    `array` makes what stands for an array in it of shape, type and data.
    """

    def __init__(
        self,
        program: Program,
        dialect: Dialect,
        camera: Camera | None,
        bare: bool,
        array: MakeArray,
    ) -> None:
        self.program = program
        self.bare = bare
        self.dialect = dialect
        self.camera = camera
        self.step = -1
        self.variables: dict[str, Any] = {}
        self.references: dict[str, Callable[[], Any]] = {}
        self.array = array
        self.primals: list[tuple[str, Any]] = []
        self.readings: dict[str, Any] = {}  # by the quantity as a teacher writes it
        self.calls: dict[str, str] = {}
        self.watched = {q.of for q in program.quantities if q.aspect is Aspect.RELEASED}

    def run(self) -> None:
        for step in flatten(self.program.statements):
            if isinstance(step, Apply) and not self.dialect.offers(step):
                raise NotOfferedError(spelling(step))
        if self.watched:
            gc.disable()
        for given in self.program.inputs:
            self._bind(given.name, self.dialect.variable(to_numpy(given.value)))
        for number, statement in enumerate(self.program.statements):
            self.step = number
            self._execute(statement)
        self.step = len(self.program.statements)
        for quantity in self.program.quantities:
            text = str(quantity)
            if text not in self.readings:  # numbers come in the order of readings
                self.readings[text] = self._observe(quantity)
        for name in () if self.bare else self.variables:
            text, quantity = _gradient_of(name)
            if text not in self.readings:
                self.readings[text] = self._observe(quantity)

    def _execute(self, statement: Statement) -> None:
        match statement:
            case Apply():
                self._apply(statement)
            case Backward():
                self._backward(statement)
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

    def _apply(self, node: Apply) -> None:
        operands = [
            self.variables[one.name] if isinstance(one, Name) else to_numpy(one.value)
            for one in node.operands
        ]
        options = (
            {option.name: _option(option.name, option.value) for option in node.options}
            if node.options
            else {}
        )
        found, call = self.dialect.apply(node, operands, options)
        self.calls.setdefault(node.function, call)
        outputs = list(found) if isinstance(found, SEVERAL) else [found]
        targets = node.targets
        if len(outputs) != len(targets):
            raise TypeError(
                f"{node.function} returned {len(outputs)} results where {len(targets)} are due"
            )
        part = Part(node.function, targets) if self.camera else NOBODY
        for target, output in zip(targets, outputs, strict=True):
            self._bind(target, output, part)

    def _backward(self, statement: Backward) -> None:
        variable = self.variables[statement.of]
        given = statement.upstream and self._upstream(variable, statement.upstream)
        how = {"create_graph": statement.create_graph, "retain_grad": statement.retain_grad}
        if self.camera is None:
            self.dialect.backward(variable, given, **how)
            return
        with self.camera.filming(variable, statement.of, self.variables):
            self.dialect.backward(variable, given, **how)

    def _bind(self, name: str, variable: Any, part: Part = NOBODY) -> None:
        self.variables[name] = variable
        if not self.bare:
            self.primals.append((name, self._value(variable)))
        if self.camera is not None:
            self.camera.meet(variable, part)
        if name in self.watched:
            try:
                self.references[name] = weakref.ref(variable)
            except TypeError:  # a class with __slots__ and without __weakref__
                self.watched.discard(name)

    def _upstream(self, variable: Any, upstream: Operand) -> Any:
        match upstream:
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

    def _observe(self, quantity: Quantity) -> Any:
        if quantity.aspect is Aspect.RELEASED:
            reference = self.references.get(quantity.of)
            return Flag(reference() is None) if reference else NotOffered("weak references")
        variable = self.variables[quantity.of]
        try:
            match quantity.aspect:
                case Aspect.VALUE:
                    return self._value(variable)
                case Aspect.GRADIENT:
                    gradient = self.dialect.gradient(variable)
                    return observe_number(gradient, self.array, self.dialect)
                case Aspect.NO_GRADIENT:
                    return Flag(self.dialect.gradient(variable) is None)
                case Aspect.NO_CREATOR:
                    return Flag(self.dialect.creator(variable) is None)
                case Aspect.GENERATION:
                    generation = self.dialect.generation(variable)
                    return Count(int(generation)) if generation is not None else Missing()
        except (AttributeError, NotOfferedError):
            return NotOffered(str(quantity))

    def _value(self, variable: Any) -> Any:
        if not self.dialect.is_variable(variable):
            return MISSING if variable is None else _stranger(variable)
        return observe_number(self.dialect.data(variable), self.array, self.dialect)


def observe_number(found: Any, make: MakeArray = Array, dialect: Dialect | None = None) -> Any:
    """A value or gradient as the submission holds it, as an observation; an array as `make` has it.

    With its `dialect`, a variable counts as its value.
    """
    if found is None:
        return MISSING
    if dialect and dialect.is_variable(found):
        found = dialect.data(found)
    if not isinstance(found, NUMPY):
        return _plain_number(found, make)
    array = np.asarray(found)
    dtype = array.dtype
    try:
        if dtype is FLOAT64:
            return make(array.shape, "float64", array.tobytes())
        if dtype.kind not in "fiub":
            return NotANumber(f"array of dtype {dtype}", _short(found))
        data = np.ascontiguousarray(array, dtype=FLOAT64).tobytes()
        return make(array.shape, _name_of(dtype), data)
    except ValueError as error:
        return NotANumber("array", str(error))


def _plain_number(found: Any, make: MakeArray) -> Any:
    """What is none of numpy's: a number of Python, or none."""
    if found is None:
        return MISSING
    if not isinstance(found, PLAIN):
        return _stranger(found)
    try:
        return make((), _kind_of(found), struct.pack("<d", found))
    except OverflowError:
        return NotANumber("int", "too large for a float")


def _kind_of(number: float) -> str:
    """The element type of a Python number, whatever class of its own it may have."""
    return "bool" if isinstance(number, bool) else "int" if isinstance(number, int) else "float64"


@cache
def _gradient_of(name: str) -> tuple[str, Quantity]:
    quantity = Quantity(Aspect.GRADIENT, name)
    return str(quantity), quantity


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return str(dtype.name)


def to_numpy(array: Array) -> np.ndarray[Any, Any]:
    """A fresh, writable numpy array of the dtype that the array names."""
    values: np.ndarray[Any, Any] = np.ndarray(array.shape, FLOAT64, array.data)
    return values.copy() if array.dtype == "float64" else values.astype(array.dtype)


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
