"""The names of a graph while it is read: which there are, which are used, which are gone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from grader.authoring.graph_text import GraphText
from grader.authoring.names import check_name
from grader.authoring.source import Faults, did_you_mean
from grader.domain.program import Statement
from grader.domain.vocabulary import VOCABULARY, Function


class Scope:
    """What has been read of a graph so far.

    `known` are the names in order of definition, `deleted` those that `del` let go, `missing` those
    that are used and never get a value; `words` are the functions that there are. A name whose
    statement is wrong is known all the same, so that one mistake is one fault.
    """

    def __init__(
        self,
        graph: GraphText,
        inputs: Iterable[str],
        faults: Faults,
        words: Mapping[str, Function] = VOCABULARY,
    ) -> None:
        self.graph = graph
        self.words = words
        self.faults = faults
        self.inputs = tuple(inputs)
        self.known: dict[str, None] = dict.fromkeys(self.inputs)
        self.deleted: set[str] = set()
        self.statements: list[Statement] = []
        self.written: frozenset[str] = frozenset()
        self._assigned: frozenset[str] = frozenset()
        self.missing: dict[str, None] = {}
        self._parts: dict[str, int] = {}

    def expect_names(self, body: Iterable[ast.stmt]) -> None:
        """Learn the names that the text itself uses, which no generated name may be."""
        nodes = [node for statement in body for node in ast.walk(statement)]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        self.written = frozenset(node.id for node in names)
        self._assigned = frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))

    def add(self, code: str, message: str, node: ast.AST, help: str = "") -> None:
        self.faults.add(code, message, self.graph.span(node), help)

    def use(self, name: str, node: ast.AST) -> bool:
        """Whether a variable can be used here; a fault is added where it cannot."""
        if name in self.deleted:
            message = f"`{name}` is used after it was deleted"
            self.add("YS114", message, node, f"move `del {name}` below this line")
            return False
        if name in self.known:
            return True
        if name in self._assigned:
            self.add("YS104", f"`{name}` is used before it has a value", node)
        else:
            help = did_you_mean(name, self.known)
            if not help:
                help = f"the names so far are {', '.join(self.known)}" if self.known else ""
                help = help or "give it a value under `inputs:`, or on a line before this one"
            self.add("YS104", f"unknown name `{name}`", node, help)
        self.known[name] = None
        self.missing[name] = None  # said once
        return False

    def define(self, name: str, node: ast.AST) -> None:
        """A new variable. A fault is added where the name is taken or cannot be one."""
        if name in self.known and name not in self.missing:
            where = "is an input" if name in self.inputs else "already has a value"
            self.add(
                "YS105",
                f"`{name}` {where}: a name has one value",
                node,
                f"give this one a name of its own, such as `{self._free(name, 2)}`",
            )
        else:
            check_name(name, self.graph.span(node), self.faults, self.words)
        self.known.setdefault(name)
        self.missing.pop(name, None)

    def part_of(self, target: str) -> str:
        """The name of a nested call within the expression of `target`: `y1`, `y2`, ...

        Names that the text or the inputs use are passed over; after a digit stands a `_`: `a1_1`.
        """
        base = f"{target}_" if target[-1:].isdigit() else target
        number = self._parts.get(base, 0) + 1
        while (name := f"{base}{number}") in self.written or name in self.known:
            number += 1
        self._parts[base] = number
        self.known[name] = None
        return name

    def _free(self, name: str, number: int) -> str:
        while f"{name}{number}" in self.written or f"{name}{number}" in self.known:
            number += 1
        return f"{name}{number}"
