"""The interface that every dialect fills in, and what most dialects share."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from types import FunctionType
from typing import Any, Final

import numpy as np

from grader.domain.decoy import COUNT, DECOY, IN_A_TUPLE
from grader.domain.program import Apply, Call
from grader.domain.submission import Bound
from grader.domain.vocabulary import VOCABULARY, entry_of
from grader.guest.binding import Binding

OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
    "matmul": operator.matmul,
    "getitem": operator.getitem,
}

_SLOTS: Final = {
    "add": "__add__",
    "sub": "__sub__",
    "mul": "__mul__",
    "div": "__truediv__",
    "neg": "__neg__",
    "pow": "__pow__",
    "matmul": "__matmul__",
    "getitem": "__getitem__",
}

# By which names of its own a submission may answer to a function.
_NAMES: Final = {
    word: frozenset((*entry.all_names, *entry.classes, *entry.methods, _SLOTS.get(word, "")))
    for word, entry in VOCABULARY.items()
}
_NAMES["square"] |= {"__pow__"}

OURS: Final = frozenset((DECOY, IN_A_TUPLE, COUNT))
# The order of search.
CALLERS: Final = {
    Call.ANY: ("_by_function", "_by_class", "_by_operator", "_by_method"),
    Call.FUNCTION: ("_by_function", "_by_class"),
    Call.OPERATOR: ("_by_operator",),
}


class NotOfferedError(Exception):
    """The submission does not define what a program needs. The text names it."""


class Dialect:
    """Speaks to one submission. Every method may raise whatever the submission raises.

    A subclass says what the variable class may be called (`variable_names`), which attributes hold
    value and gradient, and overrides what its family does differently.
    """

    variable_names: tuple[str, ...] = ()
    function_names: tuple[str, ...] = ()
    data_names: tuple[str, ...] = ("data", "value", "val")
    gradient_names: tuple[str, ...] = ("grad", "derivative", "gradient")
    clear_names: tuple[str, ...] = ("cleargrad", "clear_grad", "clean_grad", "zero_grad")
    backward_names: tuple[str, ...] = ("backward", "backward_prop", "backprop")

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.variable_class = binding.variable_class
        self._found: dict[str, Bound | None] = {}
        self._data = ""
        self._gradient = ""
        self.decoy_calls = 0

    def variable(self, value: np.ndarray[Any, Any]) -> Any:
        """A leaf that holds `value`."""
        return self.variable_class(value)

    def constant(self, value: np.ndarray[Any, Any]) -> Any:
        """A number that no gradient is asked for, as a function of the submission takes it."""
        return self.variable(value)

    def is_variable(self, thing: object) -> bool:
        return isinstance(thing, self.variable_class)

    def data(self, variable: Any) -> Any:
        self._data = self._data or _first_attribute(variable, self.data_names)
        return getattr(variable, self._data)

    def gradient(self, variable: Any) -> Any:
        """The gradient as the submission holds it: None, a number, an array or a variable."""
        return getattr(variable, self.gradient_name(variable))

    def set_gradient(self, variable: Any, value: Any) -> None:
        setattr(variable, self.gradient_name(variable), value)

    def gradient_name(self, variable: Any) -> str:
        """The attribute in which a variable keeps its gradient."""
        self._gradient = self._gradient or _first_attribute(variable, self.gradient_names)
        return self._gradient

    def clear_gradient(self, variable: Any) -> None:
        getattr(variable, self._method(variable, self.clear_names))()

    def backward(
        self, variable: Any, upstream: Any, *, create_graph: bool, retain_grad: bool
    ) -> None:
        """Run the backward pass from `variable`, after setting its gradient if one is given."""
        method = getattr(variable, self._method(variable, self.backward_names))
        asked = {"create_graph": create_graph, "retain_grad": retain_grad}
        options = {name: True for name, wanted in asked.items() if wanted}
        for name in options:
            if not _accepts(method, name):
                raise NotOfferedError(f"backward({name}=True)")
        if upstream is not None:
            self.set_gradient(variable, upstream)
        method(**options)

    def upstream(self, like: Any, value: np.ndarray[Any, Any]) -> Any:
        """A given upstream gradient, in the kind in which the submission keeps gradients."""
        return value

    def as_variable(self, gradient: Any) -> Any:
        """A gradient taken as a variable of the program, whatever it was kept as."""
        if gradient is None or self.is_variable(gradient):
            return gradient
        return self.variable(np.array(gradient))

    def no_grad(self) -> AbstractContextManager[Any]:
        """The context in which nothing is recorded."""
        found = self.binding.find("no_grad")
        if found is None:
            raise NotOfferedError("no_grad")
        context: AbstractContextManager[Any] = found()
        return context

    def detach(self, variable: Any) -> Any:
        return getattr(variable, self._method(variable, ("detach",)))()

    def generation(self, variable: Any) -> Any:
        return variable.generation

    def creator(self, variable: Any) -> Any:
        return variable.creator

    def apply(
        self, node: Apply, operands: Sequence[Any], options: dict[str, Any]
    ) -> tuple[Any, str]:
        """Call the submission's function. Gives what it returned and how it was called.

        Operands are variables, or arrays for numbers written in the graph. The order of search is
        function, class, operator, method. Raises NotOfferedError where there is none of them.
        """
        if node.function in OURS:
            if node.function == COUNT:
                return self.variable(np.array(float(self.decoy_calls))), COUNT
            return self.decoy(*operands, in_a_tuple=node.function == IN_A_TUPLE), DECOY
        for caller in CALLERS[node.call]:
            done: tuple[Any, str] | None = getattr(self, caller)(node.function, operands, options)
            if done is not None:
                return done
        raise NotOfferedError(spelling(node))

    def decoy(self, operand: Any, *, in_a_tuple: bool) -> Any:
        """The decoy function, made as a student would make one. Only families with `Function` can."""
        raise NotOfferedError("Function")

    def offers(self, node: Apply) -> bool:
        """Whether the submission defines what a node needs. Nothing is called."""
        if node.function in OURS:
            return True
        if node.call is Call.OPERATOR:
            return node.function in OPERATIONS and self._has_operator(node.function)
        if node.call is Call.FUNCTION:
            return self.binding.bound(node.function) is not None
        return self.bound(node.function) is not None

    def bound(self, function: str) -> Bound | None:
        """What answers to a function of the vocabulary, for the report."""
        if function not in self._found:
            self._found[function] = self.binding.bound(function) or self._bound_operator(function)
        return self._found[function]

    def bound_functions(self, others: Iterable[str] = ()) -> list[Bound]:
        """What answers to the functions of the vocabulary, and to others, in order."""
        there = self.binding.names()
        likely = [word for word, names in _NAMES.items() if not names.isdisjoint(there)]
        return [found for word in (*likely, *others) if (found := self.bound(word))]

    def bound_clear(self) -> tuple[Bound, ...]:
        """The submission's own method that clears a gradient, if it has one."""
        for name in self.clear_names:
            if callable(getattr(self.variable_class, name, None)):
                return (self.binding.bound_attribute("cleargrad", name, f".{name}()"),)
        return ()

    # How a function is found, in the order of the search.

    def _by_function(
        self, function: str, operands: Sequence[Any], options: dict[str, Any]
    ) -> tuple[Any, str] | None:
        found = self.binding.function(function)
        if found is None:
            return None
        name, call = found
        wrapped = self._wrapped(function, operands)
        if not options:
            return call(*wrapped), f"{name}()"
        arguments, named = _in_order(function, options)
        return call(*wrapped, *arguments, **named), f"{name}()"

    def _by_class(
        self, function: str, operands: Sequence[Any], options: dict[str, Any]
    ) -> tuple[Any, str] | None:
        found = self.binding.function_class(function)
        if found is None:
            return None
        name, cls = found
        arguments = list(options.values())
        wrapped = self._wrapped(function, operands)
        if function == "pow" and _constructor_takes_argument(cls):
            arguments, wrapped = [wrapped[1]], wrapped[:1]
        node = cls(*arguments)
        if takes_one_list(type(node).__call__, len(wrapped)):
            return node(list(wrapped)), f"{name}()([...])"
        return node(*wrapped), f"{name}()(...)"

    def _by_operator(
        self, function: str, operands: Sequence[Any], options: dict[str, Any]
    ) -> tuple[Any, str] | None:
        operands = [*operands, *options.values()]
        if function not in OPERATIONS or not self._has_operator(function):
            return self._square_by_power(operands) if function == "square" else None
        plain = [value if self.is_variable(value) else _number(value) for value in operands]
        return OPERATIONS[function](*plain), entry_of(function).operator

    def _by_method(
        self, function: str, operands: Sequence[Any], options: dict[str, Any]
    ) -> tuple[Any, str] | None:
        first, *rest = operands
        for name in entry_of(function).methods:
            if self.is_variable(first) and callable(getattr(self.variable_class, name, None)):
                arguments, named = _in_order(function, options)
                call = getattr(first, name)
                return call(*map(_number, rest), *arguments, **named), f".{name}()"
        return None

    def _square_by_power(self, operands: Sequence[Any]) -> tuple[Any, str] | None:
        if self._has_operator("pow"):
            return operands[0] ** 2, "** 2"
        return None

    def _has_operator(self, function: str) -> bool:
        slot = _SLOTS[function]
        return any(slot in vars(cls) for cls in self.variable_class.__mro__ if cls is not object)

    def _bound_operator(self, function: str) -> Bound | None:
        entry = entry_of(function)
        if function in OPERATIONS and self._has_operator(function):
            return self.binding.bound_attribute(function, _SLOTS[function], entry.operator)
        if function == "square" and self._has_operator("pow"):
            return self.binding.bound_attribute(function, "__pow__", "** 2")
        for name in entry.methods:
            if callable(getattr(self.variable_class, name, None)):
                return self.binding.bound_attribute(function, name, f".{name}()")
        return None

    def _wrapped(self, function: str, operands: Sequence[Any]) -> list[Any]:
        """Constants as the submission's functions take them: an exponent stays a number."""
        return [
            value
            if self.is_variable(value)
            else _number(value)
            if function == "pow" and position == 1
            else self.constant(value)
            for position, value in enumerate(operands)
        ]

    def _method(self, variable: Any, names: tuple[str, ...]) -> str:
        for name in names:
            if callable(getattr(type(variable), name, None)):
                return name
        raise NotOfferedError(f"{self.variable_class.__name__}.{names[0]}")


def _in_order(function: str, options: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Options by position as far as they go without a gap: learners name their parameters freely."""
    rest = dict(options)
    arguments = []
    for name in entry_of(function).options:
        if name not in rest:
            break
        arguments.append(rest.pop(name))
    return arguments, rest


def _first_attribute(thing: Any, names: tuple[str, ...]) -> str:
    for name in names:
        if hasattr(thing, name):
            return name
    raise NotOfferedError(f"{type(thing).__name__}.{names[0]}")


def spelling(node: Apply) -> str:
    """A function as a message names it."""
    if node.call is Call.OPERATOR:
        return f"operator {entry_of(node.function).operator}"
    return node.function


def _number(value: Any) -> Any:
    """A number written in the graph, as a student would write it: a plain float where it is one."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _accepts(method: Callable[..., Any], name: str) -> bool:
    parameters = inspect.signature(method).parameters
    return name in parameters or any(
        parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()
    )


def _constructor_takes_argument(cls: type) -> bool:
    return "__init__" in _defined(cls) and len(inspect.signature(cls).parameters) > 0


def _defined(cls: type) -> set[str]:
    """What a class and its bases define, `object` left out."""
    return {name for base in cls.__mro__[:-1] for name in vars(base)}


def takes_one_list(call: Callable[..., Any], operands: int) -> bool:
    """Whether `Function.__call__` wants its inputs in one list: `Add()([a, b])`, as in early steps."""
    try:
        found = parameters(call)[1:]
    except (TypeError, ValueError):
        return False
    if len(found) != 1 or found[0].startswith("*"):
        return False
    return operands > 1 or found[0].endswith("s")


def parameters(call: Callable[..., Any]) -> list[str]:
    """The names of what a function takes; that of all further arguments begins with a star.

    Of a plain function they are read off its code: `inspect` finds them out of anything, at fifty times the cost.
    """
    if isinstance(call, FunctionType) and not call.__dict__ and not call.__code__.co_kwonlyargcount:
        code, count = call.__code__, call.__code__.co_argcount
        if not code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            return [*code.co_varnames[:count]]
        if not code.co_flags & inspect.CO_VARKEYWORDS:
            return [*code.co_varnames[:count], f"*{code.co_varnames[count]}"]
    named = inspect.signature(call).parameters.values()
    return [f"*{one.name}" if one.kind is one.VAR_POSITIONAL else one.name for one in named]
