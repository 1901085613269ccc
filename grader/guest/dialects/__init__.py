"""How a student's classes are spoken to: one file a family of engines."""

from grader.guest.dialects.base import Dialect, NotOfferedError, spelling
from grader.guest.dialects.value import Value
from grader.guest.dialects.variable_function import VariableFunction

DIALECTS: dict[str, type[Dialect]] = {
    "variable-function": VariableFunction,
    "value": Value,
}

__all__ = ["DIALECTS", "Dialect", "NotOfferedError", "spelling"]
