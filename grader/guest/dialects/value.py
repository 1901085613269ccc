"""micrograd's family: `Value(number)`, operators and methods, `_backward` closures, `x.grad`."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.guest.dialects.base import Dialect, NotOfferedError


class Value(Dialect):
    variable_names = ("Value", "Scalar", "Variable", "Tensor", "Var")
    data_names = ("data", "value", "val", "_data")
    gradient_names = ("grad", "gradient", "derivative")

    def variable(self, value: np.ndarray[Any, Any]) -> Any:
        return self.variable_class(value.item() if value.ndim == 0 else value)

    def upstream(self, like: Any, value: np.ndarray[Any, Any]) -> Any:
        raise NotOfferedError("backward() from a given upstream gradient")

    def clear_gradient(self, variable: Any) -> None:
        """The family has no method for it: its users write `x.grad = 0`."""
        try:
            super().clear_gradient(variable)
        except NotOfferedError:
            self.set_gradient(variable, 0.0)

    def creator(self, variable: Any) -> Any:
        raise NotOfferedError("creator")

    def generation(self, variable: Any) -> Any:
        raise NotOfferedError("generation")
