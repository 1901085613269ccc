"""Reverse-mode automatic differentiation, in one file to be read from top to bottom.

A `Variable` holds a number or an array. A `Function` computes new variables from others and
remembers them. `y.backward()` walks from `y` back to everything that it was computed from and
leaves, in `x.grad`, how much `y` changes per change of `x`. That walk has four seams:

    seed        where it starts: dy/dy = 1
    order       a function waits until every user of its outputs has reported
    rule        upstream gradients in, one gradient per input out
    accumulate  a variable used twice is owed two gradients, and they add

All that follows the heading "Primitives" is rules, a few lines each.

Every function takes variables or plain arrays. Given a variable, it returns a variable; given plain
arrays only, it is plain numpy. So a rule is written once, as `gy * cos(x)`: the ordinary backward
pass runs it on arrays, which is fast, and `backward(create_graph=True)` runs the same line on
variables, so that the gradient has a graph of its own and can be differentiated again.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # what numpy computes with: an array, or a numpy scalar where it has no axes
Value: TypeAlias = Any  # an Array; a Variable where the gradient is to be differentiated again
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None


class Variable:
    """A value in a computation: a number or an array, and what is known of its gradient.

    `Variable(data)` takes a number, a list or an array, copies it and makes it floating-point
    (integers have no slopes). Text, complex numbers and other objects are a TypeError.

    A new variable is a *leaf*: nobody computed it, so `creator` is None and `generation` is 0. The
    outputs of a function have that function as `creator`, the `inputs` that it was called with, and
    a generation above all of theirs.

    Arrays go in by copy and come out read-only, for a rule will need the value that the forward
    pass saw: `x.data[0] = 5` is refused (ValueError: read-only). To take a step, assign a new
    array, `x.data = x.data - 0.1 * x.grad.data`; graphs made before keep the value they saw.
    """

    __slots__ = ("__weakref__", "creator", "generation", "grad", "inputs", "primal")

    __array_ufunc__ = None  # leaves `array * x` to x, where numpy would spread it over the items

    def __init__(self, data: Any) -> None:
        self.primal: Array = as_primal(data)
        self.grad: Any = None
        self.creator: Any = None
        self.inputs: tuple[Variable, ...] = ()
        self.generation = 0

    @property
    def data(self) -> Array:
        """The value as an array (0-d for a single number), not to be written into."""
        array = np.asarray(self.primal).view()
        array.setflags(write=False)
        return array

    @data.setter
    def data(self, data: Any) -> None:
        self.primal = as_primal(data)

    def backward(self, retain_grad: bool = False, create_graph: bool = False) -> None:
        """Add the gradient of this variable to `grad` of every leaf that it was computed from.

        The upstream gradient is `self.grad` where the caller set it (an array or a variable of this
        shape), otherwise ones. It is used up: afterwards only leaves have a gradient, unless
        `retain_grad` is true. A second call adds to what the first left; `cleargrad` starts anew.

        With `create_graph`, gradients are variables with a graph of their own, so `x.grad` can be
        computed with and differentiated. A leaf's own `backward()` does no harm: its gradient is 1,
        or stays as it was set.
        """
        with recording(create_graph):
            gradients = walk(self, retain_grad)
            self.grad = None
            for x, gx in gradients.items():
                gx = as_own_variable(gx)
                x.grad = gx if x.grad is None else accumulate(x.grad, gx)

    def cleargrad(self) -> None:
        """Forget the gradient, so that the next `backward()` starts from nothing."""
        self.grad = None

    def detach(self) -> Variable:
        """The same value as a new leaf: no gradient passes through it."""
        return leaf(self.primal)

    @property
    def shape(self) -> Shape:
        shape: Shape = self.primal.shape
        return shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(self.primal.size)

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self.primal.dtype
        return dtype

    @property
    def T(self) -> Any:
        return transpose(self)

    def reshape(self, *shape: Any) -> Any:
        return reshape(self, shape[0] if isinstance(shape[0], tuple | list) else shape)

    def transpose(self, *axes: Any) -> Any:
        return transpose(self, axes[0] if axes and not isinstance(axes[0], int) else axes or None)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Any:
        return sum(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Any:
        return mean(self, axis, keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Any:
        return max(self, axis, keepdims)

    def __len__(self) -> int:
        return len(self.primal)

    def __repr__(self) -> str:
        return "Variable(" + str(self.data).replace("\n", "\n         ") + ")"

    # Operators. The right-hand ones serve `1 - x`, where the variable comes second.

    def __add__(self, other: Any) -> Any:
        return Add().apply(self, other)

    def __radd__(self, other: Any) -> Any:
        return Add().apply(other, self)

    def __sub__(self, other: Any) -> Any:
        return Sub().apply(self, other)

    def __rsub__(self, other: Any) -> Any:
        return Sub().apply(other, self)

    def __mul__(self, other: Any) -> Any:
        return Mul().apply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return Mul().apply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return Div().apply(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return Div().apply(other, self)

    def __pow__(self, other: Any) -> Any:
        return Pow().apply(self, other)

    def __rpow__(self, other: Any) -> Any:
        return Pow().apply(other, self)

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    def __neg__(self) -> Any:
        return Neg().apply(self)

    def __getitem__(self, index: Any) -> Any:
        return GetItem(index).apply(self)


class Constant(Variable):
    """A plain number or array that met a variable, as the 2 of `2 * x`. It is owed no gradient."""

    __slots__ = ()


# --------------------------------------------------------------------------------------------------
# The backward walk and its four seams
# --------------------------------------------------------------------------------------------------


def walk(y: Variable, retain_grad: bool) -> dict[Variable, Value]:
    """The gradient of `y` for each leaf that it came from; for each variable, with `retain_grad`.

    A function takes the gradients of its outputs out of the table, and adds those of its inputs. So
    what remains at the end belongs to leaves.
    """
    gradients: dict[Variable, Value] = {y: seed(y)}
    take = gradients.get if retain_grad else gradients.pop
    undo = recorded_rule if Config.recording else rule
    for output in order(y):
        f = output.creator
        if f.inputs is not output.inputs:
            raise used_twice(f)
        gys = take(output, None) if f.outputs is None else upstream_of_each(f, take)
        for x, gx in zip(f.inputs, undo(output, gys)):  # noqa: B905 (`rule` has counted them)
            if type(x) is Constant:
                continue
            if type(gx) is float64 is type(x.primal):
                pass  # two numbers: the most frequent case, and the quickest to see
            elif getattr(gx, "shape", None) != x.primal.shape:
                raise misfit(f, x, gx)
            gradients[x] = accumulate(gradients[x], gx) if x in gradients else gx
    return gradients


def seed(y: Variable) -> Value:
    """The first upstream gradient: dy/dy = 1, or what the caller has put into `y.grad`."""
    gy = as_variable(np.ones_like(y.primal) if y.grad is None else y.grad)
    if gy.shape != y.shape:
        raise ValueError(f"the upstream gradient has shape {gy.shape}, the variable {y.shape}")
    return gy if Config.recording else gy.primal


def order(y: Variable) -> list[Variable]:
    """One output of each function that `y` came from, each after all that was computed from it.

    What is computed from a variable has a larger generation, so one sort by generation is enough.
    Each function comes once, however many paths lead to it.
    """
    found = [] if y.creator is None else [y]
    seen = {None, y.creator}
    for output in found:  # the list grows while it is read
        for x in output.creator.inputs:
            if x.creator not in seen:
                seen.add(x.creator)
                found.append(x)
    found.sort(key=attrgetter("generation"), reverse=True)
    return found


def rule(y: Variable, gys: Any) -> Any:
    """Upstream gradients in, one per output; gradients out, one per input.

    `gys` is the gradient of `y`, or a list where the function of `y` has several outputs.
    """
    f = y.creator
    gxs = f.backward(gys) if f.outputs is None else f.backward(*gys)
    if type(gxs) is not tuple:
        gxs = (gxs,)
    if len(gxs) != len(f.inputs):
        raise ValueError(
            f"{type(f).__name__}.backward returned {len(gxs)} gradients for {len(f.inputs)} inputs"
        )
    return gxs


def accumulate(old: Value, new: Value) -> Value:
    """Two uses of one variable are owed two gradients, and they add."""
    return old + new


def recorded_rule(y: Variable, gys: Any) -> Any:
    """`rule` on variables instead of arrays, so that the gradients have a graph of their own."""
    f = y.creator
    xs, computed = f.xs, f.computed
    ys = unchanged((y,) if f.outputs is None else outputs_of(f), f.ys)
    f.xs, f.computed = unchanged(f.inputs, xs), y if f.outputs is None else ys
    try:
        return rule(y, gys)
    finally:
        f.xs, f.computed = xs, computed


def upstream_of_each(f: Function, take: Callable[..., Value | None]) -> list[Value]:
    """The gradients of the several outputs of a function: zeros for one that nobody used."""
    gys: list[Value] = []
    for output, primal in zip(f.outputs, f.computed, strict=True):
        gy = take(output(), None)
        gys.append(np.zeros_like(primal) if gy is None else gy)
    return gys


def outputs_of(f: Function) -> tuple[Variable, ...]:
    """The several outputs of a function. One that nobody holds any more is made again."""
    held = [output() for output in f.outputs]
    outputs = tuple([output_of(f, f.computed[i]) if y is None else y for i, y in enumerate(held)])
    f.outputs = tuple(map(weakref.ref, outputs))
    return outputs


def used_twice(f: Function) -> Exception:
    """What to raise when one object stands for two steps: its first use has been forgotten."""
    return RuntimeError(f"one {type(f).__name__}() was used twice: make one for each use")


def misfit(f: Function, x: Variable, gx: Any) -> Exception:
    """What to raise when a rule returned something that cannot be the gradient of `x`."""
    name = f"{type(f).__name__}.backward"
    if not hasattr(gx, "shape"):
        return TypeError(f"{name} returned {gx!r} as the gradient of an input of shape {x.shape}")
    return ValueError(
        f"{name} returned a gradient of shape {gx.shape} for an input of shape {x.shape}"
    )


# --------------------------------------------------------------------------------------------------
# Function: computes, and remembers what a rule will need
# --------------------------------------------------------------------------------------------------


class Function:
    """One step of a computation. A subclass says how it computes and how gradients come back.

        class Cube(Function):
            def forward(self, x):       # arrays in, an array out (or a tuple of arrays)
                return x * x * x

            def backward(self, gy):     # one upstream gradient per output in, one per input out
                (x,) = self.xs
                return gy * 3.0 * x * x

        y = Cube()(x)

    A rule reads its inputs from `self.xs` and its outputs from `self.ys`: arrays, as a rule;
    variables when the gradient's own graph is wanted. So one text serves both.

    The graph hangs together by references from results to what they came from: `y.creator`,
    `f.inputs`. None points the other way, so that a result which nobody needs is freed at once,
    with everything behind it, and nothing waits for the garbage collector. Only where there are
    several outputs, and one of them has led to their function, must it find the others: then
    `f.outputs` refers to them, weakly. (In the book, every function does.)

    `Cube().apply(x)` is `Cube()(x)`; Python finds it sooner.
    """

    __slots__ = ("computed", "generation", "inputs", "outputs", "xs")

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    computed: Any  # what `forward` returned: a primal, or a tuple where there are several outputs
    outputs: Any  # weak references to the outputs where there are several, otherwise None

    def __call__(self, *inputs: Any) -> Any:
        return self.apply(*inputs)

    def apply(self, *inputs: Any) -> Any:
        primals: tuple[Array, ...] = ()
        generation = 0
        for x in inputs:
            if not isinstance(x, Variable):
                return self.call_with_plain(inputs)
            if x.creator is self:
                raise used_twice(self)
            primals += (x.primal,)
            if x.generation > generation:
                generation = x.generation

        result = self.forward(primals[0]) if len(primals) == 1 else self.forward(*primals)
        if type(result) is not float64:
            result = as_result(self, result)
        if not Config.recording:
            return tuple(map(leaf, result)) if type(result) is tuple else leaf(result)

        self.inputs = inputs
        self.xs = primals
        self.computed = result
        self.generation = generation
        self.outputs = None
        if type(result) is not tuple:
            return output_of(self, result)
        outputs = tuple([output_of(self, primal) for primal in result])
        self.outputs = tuple(map(weakref.ref, outputs))
        return outputs

    def call_with_plain(self, inputs: tuple[Any, ...]) -> Any:
        """Without any variable, plain numpy. Beside one, a number or an array is a constant."""
        partners = [x for x in inputs if isinstance(x, Variable)]
        if not partners:
            return self.forward(*[x if hasattr(x, "dtype") else as_primal(x) for x in inputs])
        return self.apply(*[as_constant(x, partners[0]) for x in inputs])

    @property
    def ys(self) -> tuple[Value, ...]:
        """The outputs as a rule shall see them: arrays, or variables while it is recorded."""
        return (self.computed,) if self.outputs is None else self.computed

    @property
    def input_primals(self) -> tuple[Array, ...]:
        """The inputs as arrays, in either case."""
        return tuple(map(primal_of, self.xs))

    @property
    def output_primals(self) -> tuple[Array, ...]:
        """The outputs as arrays, in either case."""
        return tuple(map(primal_of, self.ys))

    def is_constant(self, i: int) -> bool:
        """Whether input `i` was a plain number or array: its gradient may be left out, as None."""
        return isinstance(self.inputs[i], Constant)


def unchanged(variables: Any, primals: tuple[Array, ...]) -> Any:
    """The variables, which must still hold what the forward pass saw. Raises RuntimeError."""
    for x, primal in zip(variables, primals, strict=True):
        if x.primal is not primal:
            raise RuntimeError("a variable's data was replaced after a function had used it")
    return variables


# --------------------------------------------------------------------------------------------------
# From numbers and arrays to variables
# --------------------------------------------------------------------------------------------------


def as_primal(data: Any) -> Array:
    """A private copy of `data` in floating point; a numpy scalar where there are no axes.

    numpy computes with its scalars several times faster than with 0-d arrays.
    """
    array = np.array(data)
    if array.dtype.kind in "biu":
        array = array.astype(float)
    if array.dtype.kind != "f" or isinstance(data, Variable):
        raise TypeError(f"a variable holds numbers or arrays of numbers, not {data!r}")
    return array[()]


def as_variable(value: Value) -> Variable:
    return value if isinstance(value, Variable) else Variable(value)


def as_own_variable(gx: Value) -> Variable:
    """A gradient as a variable of its own: a rule may return one and the same for two inputs."""
    if isinstance(gx, Variable):
        own: Variable = Identity().apply(gx)
        return own
    return leaf(gx) if gx.ndim and gx.dtype.kind == "f" else Variable(gx)


def leaf(primal: Array) -> Variable:
    """A leaf that holds `primal` itself, where a copy would be waste: nobody can write into it."""
    x = new_variable(Variable)
    x.primal = primal
    x.grad = None
    x.creator = None
    x.inputs = ()
    x.generation = 0
    return x


def output_of(f: Function, primal: Array) -> Variable:
    """The variable that `f` has computed; like `leaf`, it holds `primal` itself."""
    y = new_variable(Variable)
    y.primal = primal
    y.grad = None
    y.creator = f
    y.inputs = f.inputs
    y.generation = f.generation + 1
    return y


def as_result(f: Function, result: Any) -> Any:
    """What `forward` returned, one array or several, as primals. Raises TypeError, naming `f`."""
    primals = []
    for array in result if isinstance(result, tuple) else (result,):
        if isinstance(array, np.ndarray) and array.dtype.kind == "f":
            primals.append(array[()] if array.ndim == 0 else array)
        else:
            try:
                primals.append(as_primal(array))
            except TypeError:
                raise TypeError(f"{type(f).__name__}.forward returned {array!r}") from None
    return primals[0] if len(primals) == 1 else tuple(primals)


def primal_of(value: Value) -> Array:
    return value.primal if isinstance(value, Variable) else value


def as_constant(value: Any, partner: Variable) -> Variable:
    """A plain operand as a constant; a Python number takes the partner's precision, as in numpy."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, int | float):
        value = partner.primal.dtype.type(value)
    return Constant(value)


new_variable = object.__new__
float64 = np.float64


# --------------------------------------------------------------------------------------------------
# Recording, or not
# --------------------------------------------------------------------------------------------------


class Config:
    """Whether functions remember what they computed from."""

    recording = True


@contextlib.contextmanager
def recording(on: bool) -> Iterator[None]:
    before = Config.recording
    Config.recording = on
    try:
        yield
    finally:
        Config.recording = before


def no_grad() -> contextlib.AbstractContextManager[None]:
    """`with no_grad():` computes without a graph. It ends even when an exception passes."""
    return recording(False)


# --------------------------------------------------------------------------------------------------
# Primitives: arithmetic
# --------------------------------------------------------------------------------------------------


class Add(Function):
    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return x0 + x1

    def backward(self, gy: Value) -> tuple[Value, Value]:
        x0, x1 = self.xs
        if x0.shape == x1.shape:
            return gy, gy
        return sum_to(gy, x0.shape), sum_to(gy, x1.shape)


class Sub(Function):
    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return x0 - x1

    def backward(self, gy: Value) -> tuple[Value, Value]:
        x0, x1 = self.xs
        return sum_to(gy, x0.shape), sum_to(-gy, x1.shape)


class Mul(Function):
    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return x0 * x1

    def backward(self, gy: Value) -> tuple[Value, Value]:
        x0, x1 = self.xs
        return sum_to(gy * x1, x0.shape), sum_to(gy * x0, x1.shape)


class Div(Function):
    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return x0 / x1

    def backward(self, gy: Value) -> tuple[Value, Value]:
        x0, x1 = self.xs
        gx0 = gy / x1
        gx1 = -gy * x0 / (x1 * x1)
        return sum_to(gx0, x0.shape), sum_to(gx1, x1.shape)


class Neg(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return -x

    def backward(self, gy: Value) -> Value:
        return -gy


class Pow(Function):
    """x0 ** x1. The slope of x**0 is 0 everywhere, at x = 0 too; so x**1 has curvature 0 there.

    At x0 = 0 the slope in x1 is taken as 0. With a constant exponent, x0 may be negative.
    """

    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return x0**x1

    def backward(self, gy: Value) -> tuple[Value, Value | None]:
        x0, x1 = self.xs
        base, exponent = self.input_primals
        if self.is_constant(1):
            x1 = exponent
        lowered = x1 - (exponent != 0)
        gx0 = gy * x1 * x0**lowered
        if self.is_constant(1):
            return sum_to(gx0, x0.shape), None
        gx1 = gy * x0**x1 * log(x0 + (base == 0))
        return sum_to(gx0, x0.shape), sum_to(gx1, x1.shape)


def add(x0: Value, x1: Value) -> Value:
    return Add().apply(x0, x1)


def sub(x0: Value, x1: Value) -> Value:
    return Sub().apply(x0, x1)


def mul(x0: Value, x1: Value) -> Value:
    return Mul().apply(x0, x1)


def div(x0: Value, x1: Value) -> Value:
    return Div().apply(x0, x1)


def neg(x: Value) -> Value:
    return Neg().apply(x)


def pow(x0: Value, x1: Value) -> Value:
    return Pow().apply(x0, x1)


# --------------------------------------------------------------------------------------------------
# Primitives: one input, each element by itself
# --------------------------------------------------------------------------------------------------


class Identity(Function):
    """The same value as a variable of its own."""

    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return x

    def backward(self, gy: Value) -> Value:
        return gy


class Square(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return x * x

    def backward(self, gy: Value) -> Value:
        (x,) = self.xs
        return gy * 2.0 * x


class Exp(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.exp(x)

    def backward(self, gy: Value) -> Value:
        (y,) = self.ys
        return gy * y


class Log(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.log(x)

    def backward(self, gy: Value) -> Value:
        (x,) = self.xs
        return gy / x


class Sin(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.sin(x)

    def backward(self, gy: Value) -> Value:
        (x,) = self.xs
        return gy * cos(x)


class Cos(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.cos(x)

    def backward(self, gy: Value) -> Value:
        (x,) = self.xs
        return gy * -sin(x)


class Tanh(Function):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.tanh(x)

    def backward(self, gy: Value) -> Value:
        (y,) = self.ys
        return gy * (1.0 - y * y)


class Relu(Function):
    """max(x, 0). The slope at 0 is taken as 0."""

    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.maximum(x, 0.0)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return gy * (x > 0.0)


class Abs(Function):
    """|x|. The slope at 0 is taken as 0."""

    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.abs(x)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return gy * np.sign(x)


def square(x: Value) -> Value:
    return Square().apply(x)


def exp(x: Value) -> Value:
    return Exp().apply(x)


def log(x: Value) -> Value:
    return Log().apply(x)


def sin(x: Value) -> Value:
    return Sin().apply(x)


def cos(x: Value) -> Value:
    return Cos().apply(x)


def tanh(x: Value) -> Value:
    return Tanh().apply(x)


def relu(x: Value) -> Value:
    return Relu().apply(x)


def abs(x: Value) -> Value:
    return Abs().apply(x)


# --------------------------------------------------------------------------------------------------
# Primitives: shapes. Each one's gradient is its mirror image
# --------------------------------------------------------------------------------------------------


class Reshape(Function):
    __slots__ = ("shape",)

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        return np.reshape(x, self.shape)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return reshape(gy, x.shape)


class Transpose(Function):
    """The axes in another order, reversed where none is given."""

    __slots__ = ("axes",)

    def __init__(self, axes: Any = None) -> None:
        self.axes = axes

    def forward(self, x: Array) -> Array:
        return np.transpose(x, self.axes)

    def backward(self, gy: Value) -> Value:
        if self.axes is None:
            return transpose(gy)
        inverse = np.argsort([axis % gy.ndim for axis in self.axes])
        return transpose(gy, tuple(inverse.tolist()))


class BroadcastTo(Function):
    """Copies along new leading axes and along axes of length 1."""

    __slots__ = ("shape",)

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        return np.broadcast_to(x, self.shape)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return sum_to(gy, x.shape)


class SumTo(Function):
    """Undoes a broadcast: what was copied along an axis is summed along it."""

    __slots__ = ("shape",)

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        leading = x.ndim - len(self.shape)
        stretched = [leading + axis for axis, length in enumerate(self.shape) if length == 1]
        axes = (*range(leading), *stretched)
        return np.sum(x, axis=axes, keepdims=True).reshape(self.shape)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return broadcast_to(gy, x.shape)


class GetItem(Function):
    __slots__ = ("index",)

    def __init__(self, index: Any) -> None:
        self.index = index

    def forward(self, x: Array) -> Array:
        return x[self.index]

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        return Scatter(x.shape, self.index).apply(gy)


class Scatter(Function):
    """Zeros, with x added at an index: an element that was taken twice receives twice."""

    __slots__ = ("index", "shape")

    def __init__(self, shape: Shape, index: Any) -> None:
        self.shape = shape
        self.index = index

    def forward(self, x: Array) -> Array:
        y = np.zeros(self.shape, x.dtype)
        np.add.at(y, self.index, x)
        return y

    def backward(self, gy: Value) -> Value:
        return getitem(gy, self.index)


class Split(Function):
    """The first and the second half along the first axis: a function with two outputs."""

    __slots__ = ()

    def forward(self, x: Array) -> tuple[Array, Array]:
        half = len(x) // 2
        return x[:half], x[half:]

    def backward(self, gy0: Value, gy1: Value) -> Value:
        (x,) = self.input_primals
        half = len(x) // 2
        gx0 = Scatter(x.shape, slice(half)).apply(gy0)
        gx1 = Scatter(x.shape, slice(half, None)).apply(gy1)
        return gx0 + gx1


def reshape(x: Value, shape: Any) -> Value:
    return Reshape(shape).apply(x)


def transpose(x: Value, axes: Any = None) -> Value:
    return Transpose(axes).apply(x)


def broadcast_to(x: Value, shape: Shape) -> Value:
    return x if x.shape == shape else BroadcastTo(shape).apply(x)


def sum_to(x: Value, shape: Shape) -> Value:
    return x if x.shape == shape else SumTo(shape).apply(x)


def getitem(x: Value, index: Any) -> Value:
    return GetItem(index).apply(x)


def split(x: Value) -> tuple[Value, Value]:
    first, second = Split().apply(x)
    return first, second


# --------------------------------------------------------------------------------------------------
# Primitives: many elements to one
# --------------------------------------------------------------------------------------------------


class Sum(Function):
    __slots__ = ("axis", "keepdims")

    def __init__(self, axis: Axis = None, keepdims: bool = False) -> None:
        self.axis = axis
        self.keepdims = keepdims

    def forward(self, x: Array) -> Array:
        return np.sum(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        gy = reshape(gy, shape_with_axes_kept(x.shape, self.axis))
        return broadcast_to(gy, x.shape)


class Mean(Sum):
    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.mean(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy: Value) -> Value:
        (x,) = self.input_primals
        count = x.size / gy.size
        return super().backward(gy / count)


class Max(Sum):
    """The largest element. Elements that tie for it share its gradient equally."""

    __slots__ = ()

    def forward(self, x: Array) -> Array:
        return np.max(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy: Value) -> Value:
        (x,), (y,) = self.input_primals, self.output_primals
        largest = x == np.reshape(y, shape_with_axes_kept(x.shape, self.axis))
        share = largest / np.sum(largest, axis=self.axis, keepdims=True)
        return super().backward(gy) * share


class Maximum(Function):
    """The larger of two, element by element. Where they are equal, each gets half the gradient."""

    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return np.maximum(x0, x1)

    def backward(self, gy: Value) -> tuple[Value, Value]:
        x0, x1 = self.input_primals
        share = (x0 > x1) + 0.5 * (x0 == x1)
        return sum_to(gy * share, x0.shape), sum_to(gy * (1.0 - share), x1.shape)


class MatMul(Function):
    """Products of matrices, over any batch axes before the last two (`matmul` takes vectors too).

    This rule is the costly one, and its constant is often the data: that gradient is left out.
    """

    __slots__ = ()

    def forward(self, x0: Array, x1: Array) -> Array:
        return np.matmul(x0, x1)

    def backward(self, gy: Value) -> tuple[Value | None, Value | None]:
        x0, x1 = self.xs
        gx0 = None if self.is_constant(0) else sum_to(matmul(gy, swap(x1)), x0.shape)
        gx1 = None if self.is_constant(1) else sum_to(matmul(swap(x0), gy), x1.shape)
        return gx0, gx1


def shape_with_axes_kept(shape: Shape, axis: Axis) -> Shape:
    """The shape that a reduction over `axis` gives with `keepdims=True`."""
    if axis is None:
        return (1,) * len(shape)
    axes = (axis,) if isinstance(axis, int) else axis
    reduced = {a % len(shape) for a in axes}
    return tuple([1 if a in reduced else length for a, length in enumerate(shape)])


def sum(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    return Sum(axis, keepdims).apply(x)


def mean(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    return Mean(axis, keepdims).apply(x)


def max(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    return Max(axis, keepdims).apply(x)


def maximum(x0: Value, x1: Value) -> Value:
    return Maximum().apply(x0, x1)


def matmul(x0: Value, x1: Value) -> Value:
    """x0 @ x1. A vector on the left is a row, on the right a column, and loses that axis."""
    if np.ndim(x1) == 1:
        y = matmul(x0, reshape(x1, (-1, 1)))
        return reshape(y, y.shape[:-1])
    if np.ndim(x0) == 1:
        y = matmul(reshape(x0, (1, -1)), x1)
        return reshape(y, (*y.shape[:-2], y.shape[-1]))
    return MatMul().apply(x0, x1)


def swap(x: Value) -> Value:
    """Each matrix transposed: the last two axes exchanged."""
    *batch, rows, columns = range(x.ndim)
    return transpose(x, (*batch, columns, rows))
