"""DeZero's family: `Variable(data)`, `Function` subclasses, `y.backward()`, `x.grad`."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import Any

import numpy as np

from grader.domain.decoy import FACTOR
from grader.guest.dialects.base import Dialect, NotOfferedError, parameters, takes_one_list


class VariableFunction(Dialect):
    variable_names = ("Variable", "Tensor", "Value", "Scalar", "Var")
    function_names = ("Function", "Operation", "Op", "Func")
    _looked_at: Any = None
    _keeping = False

    def clear_gradient(self, variable: Any) -> None:
        """By the submission's own method; the user of one that has none writes `x.grad = None`."""
        try:
            super().clear_gradient(variable)
        except NotOfferedError:
            self.set_gradient(variable, None)

    def decoy(self, operand: Any, *, in_a_tuple: bool) -> Any:
        base = next(filter(None, map(self.binding.find, self.function_names)), None)
        if not isinstance(base, type):
            raise NotOfferedError("Function")
        self.decoy_calls = 0

        def forward(node: Any, x: Any) -> Any:
            self.decoy_calls += 1
            return x * x

        def backward(node: Any, gy: Any) -> Any:
            return (gy * FACTOR,) if in_a_tuple else gy * FACTOR

        methods = {"forward": forward, "backward": backward}
        node = type("Decoy", (base,), methods)()
        return node([operand]) if takes_one_list(type(node).__call__, 1) else node(operand)

    def upstream(self, like: Any, value: np.ndarray[Any, Any]) -> Any:
        return self.variable(value) if self._keeps_variables(like) else value

    def _keeps_variables(self, variable: Any) -> bool:
        """Whether gradients are variables here: read off the code of `backward`, which is not run."""
        method = getattr(type(variable), self._method(variable, self.backward_names))
        method = inspect.unwrap(method) if hasattr(method, "__wrapped__") else method
        if self._looked_at is not method:
            self._looked_at, self._keeping = method, self._read_off(method)
        return self._keeping

    def _read_off(self, method: Any) -> bool:
        if "create_graph" in parameters(method):
            return True
        code = getattr(method, "__code__", None)
        return code is not None and self.variable_class.__name__ in _names(code)


def _names(code: CodeType) -> tuple[str, ...]:
    """The global names and attributes that a function uses, inner functions included."""
    inner = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return sum(inner, code.co_names)
