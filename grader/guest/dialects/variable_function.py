"""DeZero's family: `Variable(data)`, `Function` subclasses, `y.backward()`, `x.grad`."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.guest.dialects.base import Dialect


class VariableFunction(Dialect):
    variable_names = ("Variable", "Tensor", "Value", "Scalar", "Var")
    function_names = ("Function", "Operation", "Op", "Func")

    def upstream(self, like: Any, value: np.ndarray[Any, Any]) -> Any:
        return self.variable(value) if self._keeps_variables(like) else value

    def _keeps_variables(self, like: Any) -> bool:
        """Whether gradients are variables here: seen on a throw-away backward pass."""
        for name, operands in (("square", 1), ("add", 2), ("mul", 2), ("exp", 1)):
            bound = self.binding.function(name) or self.binding.function_class(name)
            if bound is None and not self.bound(name):
                continue
            leaf = self.variable(np.array(1.0))
            try:
                self._throw_away(name, [leaf] * operands)
            except Exception:
                continue
            return self.is_variable(self.gradient(leaf))
        return False

    def _throw_away(self, function: str, operands: list[Any]) -> None:
        from_any = self._by_function, self._by_class, self._by_operator
        done = next(filter(None, (caller(function, operands, {}) for caller in from_any)))
        getattr(done[0], self._method(done[0], self.backward_names))()
