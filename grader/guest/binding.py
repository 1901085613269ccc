"""Which thing of a submission answers to which word of the vocabulary."""

from __future__ import annotations

import inspect
import linecache
import os
from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any

from grader.domain.submission import Bound
from grader.domain.vocabulary import entry_of


class Binding:
    """The names of a submission, looked up once.

    `scopes` are the namespaces of its modules, the entry first; `root` is the folder it was loaded
    from. Only what the submission itself defines counts: numpy's `exp`, imported there, is not the
    student's `exp`.
    """

    def __init__(
        self, scopes: Sequence[Mapping[str, Any]], variable_class: type, root: str
    ) -> None:
        self.variable_class = variable_class
        self._scopes = scopes
        self._root = f"{root}/".replace(os.sep, "/")
        self._functions: dict[str, tuple[str, Callable[..., Any]] | None] = {}
        self._classes: dict[str, tuple[str, type] | None] = {}

    def find(self, name: str) -> Any:
        """What the submission calls `name`, or None."""
        for scope in self._scopes:
            if name in scope and self.is_own(scope[name]):
                return scope[name]
        return None

    def names(self) -> set[str]:
        """All names in its modules, whatever they mean, and of attributes of its variable class."""
        return set().union(*self._scopes, *map(vars, self.variable_class.__mro__))

    def is_own(self, thing: Any) -> bool:
        """Whether the submission made this, rather than imported it from a library."""
        module = getattr(thing, "__module__", None) or type(thing).__module__
        return any(scope.get("__name__") == module for scope in self._scopes)

    def function(self, word: str) -> tuple[str, Callable[..., Any]] | None:
        """The plain function (or function-like object) for a word of the vocabulary, and its name."""
        if word not in self._functions:
            named = ((name, self.find(name)) for name in entry_of(word).all_names)
            self._functions[word] = next(
                ((n, f) for n, f in named if callable(f) and not isinstance(f, type)), None
            )
        return self._functions[word]

    def function_class(self, word: str) -> tuple[str, type] | None:
        """The `Function` subclass for a word of the vocabulary, and its name."""
        if word not in self._classes:
            named = ((name, self.find(name)) for name in entry_of(word).classes)
            self._classes[word] = next(((n, c) for n, c in named if isinstance(c, type)), None)
        return self._classes[word]

    def bound(self, word: str) -> Bound | None:
        """Where the function or class for a word was found, or None."""
        if found := self.function(word):
            return self._bound(word, f"{found[0]}()", found[1])
        if known := self.function_class(word):
            return self._bound(word, f"{known[0]}()(...)", known[1])
        return None

    def bound_class(self, word: str, cls: type) -> Bound:
        """Where the variable class is defined."""
        return self._bound(word, cls.__name__, cls)

    def bound_attribute(self, word: str, attribute: str, how: str) -> Bound:
        """The same for an operator or method of the variable class."""
        return self._bound(word, how, getattr(self.variable_class, attribute))

    def _bound(self, word: str, how: str, thing: Any) -> Bound:
        try:
            code = _code(inspect.unwrap(thing) if hasattr(thing, "__wrapped__") else thing)
            line = code.co_firstlineno
        except (TypeError, AttributeError, StopIteration):
            return Bound(word, how, "", 0)
        if isinstance(thing, type):
            line = _class_line(thing, code)
        file = code.co_filename.replace(os.sep, "/")
        inside = file.startswith(self._root)
        shown = file[len(self._root) :] if inside else file.rpartition("/")[2]
        return Bound(word, how, shown, line)


def _class_line(cls: type, inside: CodeType) -> int:
    """The line of the `class` statement above the code of one of its methods."""
    lines = linecache.getlines(inside.co_filename)[: inside.co_firstlineno]
    above = range(len(lines), 0, -1)
    starts = (n for n in above if lines[n - 1].lstrip().startswith(f"class {cls.__name__}"))
    return next(starts, inside.co_firstlineno)


def _code(thing: Any) -> CodeType:
    """The code of a function, or of the first method that a class defines itself."""
    if isinstance(thing, type):
        thing = next(item for item in vars(thing).values() if hasattr(item, "__code__"))
    code: CodeType = thing.__code__
    return code
