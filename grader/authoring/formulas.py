"""A function that an assignment brings, as a formula: read off its `forward`, where numpy's analytic functions do.

Nothing of the file is executed for it: its syntax tree is computed in plain numbers, real ones to choose inputs
for random graphs, complex ones for the complex step. What is no such formula is left to finite differences.
"""

from __future__ import annotations

import ast
import cmath
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

NUMPY: Final = ("np", "numpy")
CONSTANTS: Final = {"pi": math.pi, "e": math.e}


@dataclass(frozen=True, slots=True)
class Formula:
    """What a function computes of each element of its operands: named steps, the last one its result."""

    operands: tuple[str, ...]
    steps: tuple[tuple[str, ast.expr], ...]

    def value(self, *operands: float) -> float:
        """Its value at real numbers. Raises ArithmeticError or ValueError where there is none."""
        found = self._computed(operands)
        if found.imag:
            raise ValueError("no real number")
        return found.real

    def analytic(self, *operands: complex) -> complex:
        """Its value beside the real axis. Raises ArithmeticError or ValueError where it is not analytic."""
        return self._computed(operands)

    def _computed(self, operands: tuple[complex, ...]) -> complex:
        known: dict[str, complex] = dict(zip(self.operands, operands, strict=True))
        found = 0j
        for name, expression in self.steps:
            found = known[name] = _value(expression, known)
        return found


def formula(method: ast.FunctionDef) -> Formula | None:
    """The formula that a `forward` is, or None."""
    operands = [one.arg for one in (*method.args.posonlyargs, *method.args.args)][1:]
    steps = list(_steps(method.body))
    known = set(operands)
    for name, expression in steps:
        if expression is None or not _is_known(expression, known):
            return None
        known.add(name)
    if not steps or steps[-1][0]:
        return None
    return Formula(tuple(operands), tuple((n, e) for n, e in steps if e is not None))


def _steps(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    """Names and what they stand for; the result has no name. What is neither is None."""
    for statement in body:
        match statement:
            case ast.Expr(ast.Constant(str())):
                pass
            case ast.Assign([ast.Name(name)], expression):
                yield name, expression
            case ast.Return(expression):
                yield "", expression
                return
            case _:
                yield "", None


def _is_known(node: ast.expr, names: set[str]) -> bool:
    match node:
        case ast.Constant(int() | float()):
            return True
        case ast.Name(name):
            return name in names
        case ast.Attribute(ast.Name(module), name):
            return module in NUMPY and name in CONSTANTS
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return _is_known(operand, names)
        case ast.BinOp(left, operator, right):
            known = type(operator) in OPERATORS
            return known and _is_known(left, names) and _is_known(right, names)
        case ast.Call(ast.Attribute(ast.Name(module), name), arguments, []):
            if module not in NUMPY or name not in FUNCTIONS or len(arguments) != _arity(name):
                return False
            return all(_is_known(argument, names) for argument in arguments)
        case _:
            return False


def _value(node: ast.expr, known: Mapping[str, complex]) -> complex:
    match node:
        case ast.Constant(value):
            return complex(value)  # type: ignore[arg-type]
        case ast.Name(name):
            return known[name]
        case ast.Attribute(_, name):
            return complex(CONSTANTS[name])
        case ast.UnaryOp(operator, operand):
            value = _value(operand, known)
            return -value if isinstance(operator, ast.USub) else value
        case ast.BinOp(left, operator, right):
            return OPERATORS[type(operator)](_value(left, known), _value(right, known))
        case ast.Call(ast.Attribute(_, name), arguments):
            return FUNCTIONS[name](*(_value(argument, known) for argument in arguments))
        case _:
            raise AssertionError(f"no formula: {ast.dump(node)}")


def _power(x: complex, c: complex) -> complex:
    if c.imag == 0 and c.real == int(c.real):
        return x ** int(c.real)
    return cmath.exp(c * _logarithm(x))


def _logarithm(x: complex) -> complex:
    if x.real <= 0:
        raise ValueError("the logarithm of what is not positive")
    return cmath.log(x)


def _sum_of_exponentials(x: complex, y: complex) -> complex:
    larger, smaller = (x, y) if x.real >= y.real else (y, x)
    return larger + cmath.log(1 + cmath.exp(smaller - larger))


OPERATORS: Final[Mapping[type[ast.operator], Callable[[complex, complex], complex]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
}
FUNCTIONS: Final[Mapping[str, Callable[..., complex]]] = {
    "exp": cmath.exp,
    "expm1": lambda x: cmath.exp(x) - 1,
    "log": _logarithm,
    "log1p": lambda x: _logarithm(1 + x),
    "sqrt": lambda x: _power(x, 0.5),
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "arctan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "logaddexp": _sum_of_exponentials,
    "power": _power,
}


def _arity(name: str) -> int:
    return 2 if name in ("logaddexp", "power") else 1
