"""Executes the modules of a submission, statement by statement, going on after what fails."""

from __future__ import annotations

import ast
import linecache
import sys
import time
import types
from collections.abc import Callable
from functools import partial
from types import CodeType

from grader.errors import SubmissionError
from grader.guest.choosing import Wanted
from grader.guest.failures import Failure, failure_of
from grader.guest.families import Definition, Namespace, consistent_classes, reset_namespace
from grader.guest.importing import PREFIX, Importer
from grader.guest.numpy_past import restore_removed
from grader.guest.running import (
    OUTPUT_LIMIT,
    Counted,
    Stopper,
    compiled,
    describe,
    line_of,
    run_statement,
)
from grader.guest.statements import Broken, Statement
from grader.guest.tree import Tree, folder_of

RETRIES = 5
IMPORT_FACTOR = 4  # a first import of a large library takes its time
TOTAL_FACTOR = 4  # after so many time limits, only definitions are executed


class Loader:
    """The loading of one submission: what has failed so far, and how much time is left."""

    def __init__(self, tree: Tree, wanted: Wanted, seconds: float) -> None:
        self.tree = tree
        self.wanted = wanted
        self.seconds = seconds
        self.importer = Importer(tree, self.execute)
        self.failures: list[Failure] = []
        self.notes: dict[str, None] = {}
        self.namespaces: list[Namespace] = []
        self.stopper = Stopper()
        self.counted: Counted | None = None
        self.lost_seconds = 0.0

    def load_entry(self, path: str) -> None:
        """Load the entry, then the modules that build on it."""
        self.importer.module_at(self.tree.place_of(path))
        for other in self.related(path):
            self.importer.module_at(self.tree.place_of(other))
        entry = next(one for one in self.namespaces if one.file == path)
        self.namespaces.remove(entry)
        self.namespaces.insert(0, entry)
        consistent = consistent_classes(entry)
        entry.dict.update(consistent.names)
        self.note(*consistent.notes)
        self.set_up(entry)
        for namespace in self.namespaces:
            if switched := reset_namespace(namespace):
                self.note(f"{' and '.join(switched)} was left switched off, and was switched on.")

    def related(self, path: str) -> list[str]:
        """Files of the entry's package or folder that build on what is wanted.

        Those that define it again are another version of the engine, and are never mixed in.
        """
        accepted = {name for group in self.wanted for name in group}
        folder = folder_of(path)
        package = self.tree.is_package(folder)
        return [
            other
            for other in self.tree.code
            if other != path
            and other.endswith(".py")
            and (folder_of(other) == folder or (package and other.startswith(f"{folder}/")))
            and self.tree.readable(other)
            and accepted.isdisjoint(self.tree.outline(other).defined)
            and (
                (package and not other.endswith("__main__.py"))
                or not accepted.isdisjoint(bases := self.tree.outline(other).bases)
                or not bases.isdisjoint(self.tree.outline(path).defined)
            )
        ]

    def set_up(self, entry: Namespace) -> None:
        """Call `setup_variable()` where operators wait for it and nobody called it."""
        function = entry.dict.get("setup_variable")
        cls = next((entry.dict[n] for group in self.wanted for n in group if n in entry.dict), None)
        if callable(function) and isinstance(cls, type) and "__add__" not in cls.__dict__:
            call = ast.parse("setup_variable()").body[0]
            code_of = partial(compiled, call, self.tree.filename(entry.file), 0)
            if run_statement(code_of, entry.dict, self.stopper, self.seconds) is None:
                self.note("`setup_variable()` was called: nothing in the submission calls it.")

    def execute(self, module: types.ModuleType, path: str) -> None:
        """Execute a file in a module, statement by statement, going on after what fails."""
        try:
            parsed = self.tree.parsed(path)
        except SubmissionError as error:
            self.note(str(error))
            return
        source = self.tree.source(path)
        filename = self.tree.filename(path)
        lines = [f"{line}\n" for line in source.lines]
        linecache.cache[filename] = (len(source.text), None, lines, filename)
        self.note(*source.notes, *parsed.notes, *restore_removed(parsed, source.text))
        namespace = Namespace(module.__name__, module.__dict__, path)
        self.namespaces.append(namespace)
        flags = 0
        waiting: list[tuple[Statement, Failure]] = []
        for part in parsed.parts:
            if isinstance(part, Broken):
                self.failures.append(failure_of(self.tree, path, part, part.line, part.why))
                continue
            flags |= part.future
            if failure := self.run(part, namespace, flags):
                self.failures.append(failure)
                if failure.is_definition and failure.skipped.why.startswith("NameError"):
                    waiting.append((part, failure))
        self.run_again(waiting, namespace, flags)

    def run_again(
        self, waiting: list[tuple[Statement, Failure]], namespace: Namespace, flags: int
    ) -> None:
        """Definitions that stand above what they need, as in a notebook run in another order."""
        for _ in range(RETRIES):
            still = []
            for part, failure in waiting:
                if all(name in namespace.dict for name in failure.names):
                    continue
                if self.run(part, namespace, flags):
                    still.append((part, failure))
                    continue
                self.failures.remove(failure)
                self.note(
                    f"`{failure.names[0]}` ({failure.place}) needs what is defined further down; "
                    "it was made after that."
                )
            if len(still) == len(waiting):
                return
            waiting = still

    def run(self, part: Statement, namespace: Namespace, flags: int) -> Failure | None:
        """Execute one statement. A `from ... import` that fails is tried name by name."""
        filename = self.tree.filename(namespace.file)
        if self.lost_seconds > TOTAL_FACTOR * self.seconds and not may_define(part.node):
            why = "the statements before it had used up the time for loading"
            return failure_of(self.tree, namespace.file, part, part.first, why)
        error = self.attempt(partial(part.code_for, filename, flags), namespace, part.is_import)
        node = part.node if isinstance(error, ImportError) else None
        if isinstance(node, ast.ImportFrom) and node.names[1:]:
            error = None
            for alias in node.names:
                one = ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node)
                code_of = partial(compiled, one, filename, flags)
                error = self.attempt(code_of, namespace, importing=True) or error
        if error is None:
            self.remember(part, namespace)
            return None
        line = line_of(error, filename, part.first, part.last)
        return failure_of(self.tree, namespace.file, part, line, self.plain(describe(error)))

    def attempt(
        self, code_of: Callable[[], CodeType], namespace: Namespace, importing: bool
    ) -> BaseException | None:
        seconds = self.seconds * (IMPORT_FACTOR if importing else 1)
        path = list(sys.path)
        if self.counted is not None:
            self.counted.left = OUTPUT_LIMIT
        began = time.monotonic()
        error = run_statement(code_of, namespace.dict, self.stopper, seconds)
        if error is not None:
            self.lost_seconds += time.monotonic() - began
        if sys.path != path:
            self.importer.finder.take_path_edits(namespace.file, path)
        return error

    def remember(self, part: Statement, namespace: Namespace) -> None:
        made = namespace.dict.get(part.class_name)
        if isinstance(made, type):
            cell, line = self.tree.source(namespace.file).number(part.first)
            place = f"{cell}, line {line}" if cell else f"line {line}"
            namespace.history.append(Definition(part.class_name, made, place))

    def plain(self, why: str) -> str:
        """A message without the names and folders that only the guest knows."""
        return why.replace(f"{self.tree.root}/", "").replace(f"{PREFIX}.", "")

    def note(self, *notes: str) -> None:
        self.notes.update(dict.fromkeys(notes))


def may_define(node: ast.stmt) -> bool:
    return isinstance(
        node,
        (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Import, ast.ImportFrom),
    )
