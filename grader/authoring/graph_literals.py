"""Literals in a graph: numbers, arrays, shapes, axes and indices. Never evaluated, only read."""

from __future__ import annotations

import ast
from math import isfinite

from grader.domain.array import Array, Nested
from grader.domain.program import Literal, Scalar

Number = int | float


class NotLiteral(Exception):
    """What stands there is no literal of the kind that is due; the text says what is wrong."""


def number(node: ast.expr) -> Number | None:
    """The number that an expression of numbers alone is (`-2`, `1 / 3`), else None.

    Raises NotLiteral where it has no value: `1 / 0`.
    """
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return _kept(value)
        case ast.UnaryOp(ast.USub(), operand):
            inner = number(operand)
            return None if inner is None else -inner
        case ast.BinOp(left, operator, right):
            one = number(left)
            other = None if one is None else number(right)
            return None if one is None or other is None else _folded(one, operator, other)
        case _:
            return None


def array(node: ast.expr) -> Array | None:
    """The array that a number or a nested list of numbers is, else None. Raises NotLiteral.

    A whole number alone stays one (`x ** 2`); all else is float64.
    """
    nested = _nested(node)
    if nested is None:
        return None
    dtype = "int64" if isinstance(nested, int) else "float64"
    try:
        return Array.of(nested, dtype)
    except ValueError as error:
        raise NotLiteral(str(error)) from None


def literal(node: ast.expr) -> Literal:
    """A scalar, a tuple or list of scalars, or one of those. Raises NotLiteral."""
    match node:
        case ast.Tuple(elts) | ast.List(elts):
            rows = [_row(item) for item in elts]
            if any(isinstance(row, tuple) for row in rows):
                return tuple(row if isinstance(row, tuple) else (row,) for row in rows)
            return tuple(row for row in rows if not isinstance(row, tuple))
        case _:
            return scalar(node)


def scalar(node: ast.expr) -> Scalar:
    """None, a bool, a number or a text. Raises NotLiteral."""
    if isinstance(node, ast.Constant) and isinstance(node.value, None | bool | str):
        return node.value
    value = number(node)
    if value is None:
        raise NotLiteral("only numbers, texts, True, False, None and lists of them can stand here")
    return value


def index_text(node: ast.expr) -> str:
    """An index as it stands between the brackets, in one spelling. Raises NotLiteral."""
    _check_index(node)
    subscript = ast.Subscript(ast.Name("x", ast.Load()), node, ast.Load())
    return ast.unparse(ast.fix_missing_locations(subscript))[2:-1]


def _check_index(node: ast.expr, inside: bool = False) -> None:
    match node:
        case ast.Tuple(elts) if not inside and elts:
            for item in elts:
                _check_index(item, inside=True)
        case ast.List(elts):
            for item in elts:
                _check_index(item, inside=True)
        case ast.Slice(lower, upper, step):
            for part in (lower, upper, step):
                if part is not None and not _is_whole(part):
                    raise NotLiteral("the ends of a slice are whole numbers")
        case ast.Constant(value) if value is ... or value is None or isinstance(value, bool):
            pass
        case _ if _is_whole(node):
            pass
        case _:
            raise NotLiteral("an index is made of whole numbers, slices and lists of them")


def _is_whole(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) < 2**31


def _row(node: ast.expr) -> Scalar | tuple[Scalar, ...]:
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(scalar(item) for item in node.elts)
    return scalar(node)


def _nested(node: ast.expr) -> Nested | None:
    if isinstance(node, ast.List | ast.Tuple):
        items = [_nested(item) for item in node.elts]
        kept = [item for item in items if item is not None]
        return kept if len(kept) == len(items) else None
    return number(node)


def _folded(one: Number, operator: ast.operator, other: Number) -> Number | None:
    whole = isinstance(one, int) and isinstance(other, int)
    try:
        match operator:
            case ast.Add():
                return _kept(one + other)
            case ast.Sub():
                return _kept(one - other)
            case ast.Mult():
                return _kept(one * other)
            case ast.Div():
                return _kept(one / other)
            case ast.Pow():
                power = float(one) ** float(other)
                if isinstance(power, complex):
                    raise NotLiteral("a root of a negative number is no number")
                exact = whole and other >= 0 and abs(power) <= 2**53
                return int(power) if exact else _kept(power)
            case _:
                return None
    except ZeroDivisionError:
        raise NotLiteral("a division by zero has no value") from None
    except OverflowError:
        raise NotLiteral("the number is too large") from None


def _kept(value: Number) -> Number:
    if isinstance(value, int) and abs(value) > 2**53:
        raise NotLiteral("the whole number is too large to be held exactly")
    if not isfinite(value):
        raise NotLiteral("the number is too large")
    return value
