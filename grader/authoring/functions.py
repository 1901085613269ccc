"""`functions.py` beside an assignment -> the functions that it brings, by the syntax tree alone.

Nothing of it is executed here, so that a file of unknown origin does no harm by being read.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Final

from grader.authoring.formulas import Formula, formula
from grader.authoring.names import RESERVED
from grader.authoring.source import Faults, Source, Span, did_you_mean
from grader.authoring.yaml_tree import read_source
from grader.domain.submission import SourceFile
from grader.domain.vocabulary import VOCABULARY, Function, brought, class_name, function_name
from grader.generating.primal import Rule
from grader.parsing import parsed
from grader.records import dataclass, field
from grader.shipped import reference_file

SAMPLES: Final = "samples"
OURS: Final = "autodiff"
STANDING_ON: Final = sys.stdlib_module_names | {"numpy"}
_EXAMPLE: Final = "such as `samples = (0.5, 2.0)`"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings: its text, an entry for each function, and from where to where each is sampled.

    `formulas` are of those that are one (see `authoring.formulas`).
    """

    files: tuple[SourceFile, ...] = ()
    words: dict[str, Function] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)

    @property
    def rules(self) -> dict[str, Rule]:
        """Those that random graphs may draw: their formulas, within the range in which they are sampled."""
        return {
            name: Rule(formula.value, _within(self.ranges[name], formula), len(formula.operands))
            for name, formula in self.formulas.items()
            if len(formula.operands) <= 2
        }


def _within(samples: tuple[float, float], formula: Formula) -> Callable[..., bool]:
    low, high = samples

    def allowed(*operands: float) -> bool:
        try:
            return all(low <= x <= high for x in operands) and isfinite(formula.value(*operands))
        except (ArithmeticError, ValueError):
            return False

    return allowed


def read_functions(file: Path, words: Mapping[str, Function], faults: Faults) -> Brought:
    """The functions of a file beside the functions `words`; none where there is no file.

    A function whose class is wrong is known all the same, as far as it can be told.
    """
    if not file.is_file():
        return Brought()
    source = read_source(file, str(file), faults)
    return Brought() if source is None else _brought(source, words, faults)


def known_with(files: Sequence[SourceFile]) -> Brought:
    """The whole vocabulary of an assignment that brings these files, which have been read before."""
    words: dict[str, Function] = dict(VOCABULARY)
    ranges: dict[str, tuple[float, float]] = {}
    formulas: dict[str, Formula] = {}
    for file in files:
        found = _brought(Source.of(file.path, file.data.decode()), words, Faults())
        words |= found.words
        ranges |= found.ranges
        formulas |= found.formulas
    return Brought(tuple(files), words, ranges, formulas)


def _brought(source: Source, words: Mapping[str, Function], faults: Faults) -> Brought:
    try:
        tree = parsed(source.text)
    except (SyntaxError, ValueError) as error:
        line, column = getattr(error, "lineno", 1) or 1, getattr(error, "offset", 1) or 1
        start = source.starts[min(line, len(source.starts)) - 1] + max(column - 1, 0)
        why = getattr(error, "msg", str(error))
        faults.add("YS801", f"this is not Python: {why}", source.span(start, start + 1))
        return Brought()
    reader = _Reader(source, words, faults)
    found = dict(reader.functions(tree))
    if not found and not faults:
        message = "no class here is a function"
        help = "write `class Softplus(Function):` with `forward` and `backward`"
        faults.add("YS803", message, source.span(0, 1), help)
    ranges = {name: samples for name, (_, samples) in found.items()}
    entries = {name: entry for name, (entry, _) in found.items()}
    files = (SourceFile(source.file, source.text.encode()),)
    return Brought(files, entries, ranges, reader.formulas)


class _Reader:
    """Reads the classes of one file."""

    def __init__(self, source: Source, words: Mapping[str, Function], faults: Faults) -> None:
        self.source = source
        self.words = words
        self.faults = faults
        self.classes: dict[str, ast.ClassDef] = {}
        self.formulas: dict[str, Formula] = {}

    def functions(
        self, tree: ast.Module
    ) -> Iterator[tuple[str, tuple[Function, tuple[float, float]]]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._check_import(node)
        for node in tree.body:
            for name in _defined(node):
                self._check_free(name, node)
            if isinstance(node, ast.ClassDef) and any(map(self._is_function, node.bases)):
                self.classes[node.name] = node
                if not node.name.startswith("_"):
                    yield self._function(node)

    def _is_function(self, base: ast.expr) -> bool:
        return isinstance(base, ast.Name) and (base.id == "Function" or base.id in self.classes)

    def _function(self, node: ast.ClassDef) -> tuple[str, tuple[Function, tuple[float, float]]]:
        name = function_name(node.name)
        if class_name(name) != node.name:
            self._add("YS803", f"`{node.name}` is no name of a class here", node, _written(name))
        if name in self.words or name in RESERVED:
            message = f"`{node.name}` would be called `{name}`, which there is already"
            self._add("YS804", message, node, "choose another name")
        if self._member(node, "__init__"):
            message = f"`{node.name}` has an `__init__`: functions of an assignment take no options"
            self._add("YS803", message, node, "leave it out")
        arity = self._operands(node, "forward", "one input each")
        outputs = self._operands(node, "backward", "one upstream gradient for each output")
        forward = self._member(node, "forward")
        if isinstance(forward, ast.FunctionDef) and (found := formula(forward)):
            self.formulas[name] = found
        return name, (brought(name, arity, outputs), self._samples(node))

    def _operands(self, node: ast.ClassDef, method: str, takes: str) -> int:
        """How many arguments a method has after `self`; 1, and a fault, where it cannot be told."""
        found = self._member(node, method)
        if not isinstance(found, ast.FunctionDef):
            self._add("YS803", f"`{node.name}` has no method `{method}`", node, "")
            return 1
        arguments = found.args
        count = len(arguments.posonlyargs) + len(arguments.args) - 1
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
            count = 0
        if count < 1:
            message = f"`{node.name}.{method}` takes `self` and plain arguments, {takes}"
            self._add("YS803", message, found, f"write `def {method}(self, x):`")
        return max(count, 1)

    def _samples(self, node: ast.ClassDef) -> tuple[float, float]:
        found = self._member(node, SAMPLES)
        if not isinstance(found, ast.Assign):
            message = f"`{node.name}` does not say where it may be sampled"
            self._add("YS805", message, node, f"add the range of its inputs, {_EXAMPLE}")
            return 0.0, 1.0
        try:
            value = ast.literal_eval(found.value)
        except ValueError:
            value = None
        match value:
            case (int() | float() as low, int() | float() as high) if low < high:
                if isfinite(low) and isfinite(high):
                    return float(low), float(high)
        message = f"`samples` of `{node.name}` must be two numbers, the lower one first"
        self._add("YS805", message, found, _EXAMPLE)
        return 0.0, 1.0

    def _member(self, node: ast.ClassDef, name: str) -> ast.stmt | None:
        """What the class itself, or one of the file that it extends, defines under a name."""
        for statement in node.body:
            if name in _defined(statement):
                return statement
        names = (base.id for base in node.bases if isinstance(base, ast.Name))
        above = (self.classes[name] for name in names if name in self.classes)
        inherited = (self._member(each, name) for each in above)
        return next((found for found in inherited if found is not None), None)

    def _check_free(self, name: str, node: ast.stmt) -> None:
        if name in _names_of_reference():
            message = f"`{name}` is a name of the reference already"
            self._add("YS804", message, node, "choose another name")

    def _check_import(self, node: ast.Import | ast.ImportFrom) -> None:
        """The reference stands on numpy alone, wherever it is performed; so does what extends it."""
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if not node.level else ["." * node.level]
        else:
            names = [alias.name for alias in node.names]
        for name in names:
            if name == OURS and isinstance(node, ast.ImportFrom):
                self._check_names(node)
            elif name.partition(".")[0] not in STANDING_ON:
                message = f"`{name}` cannot be imported here"
                self._add(
                    "YS802", message, node, "there are numpy, Python's library and `autodiff`"
                )

    def _check_names(self, node: ast.ImportFrom) -> None:
        """What is imported from the reference is in the namespace already: under its own name."""
        for alias in node.names:
            if alias.name not in (*_names_of_reference(), "*"):
                help = did_you_mean(alias.name, _names_of_reference())
                self._add("YS802", f"the reference has no `{alias.name}`", node, help)
            elif alias.asname:
                message = f"`{alias.name}` has that name alone here"
                self._add("YS802", message, node, f"leave `as {alias.asname}` out")

    def _add(self, code: str, message: str, node: ast.stmt, help: str) -> None:
        self.faults.add(code, message, self._span(node), help)

    def _span(self, node: ast.stmt) -> Span:
        """The first line of a statement, from where it begins."""
        start = self.source.starts[node.lineno - 1]
        text = self.source.line(node.lineno)
        indent = len(text) - len(text.lstrip())
        return self.source.span(start + indent, start + len(text.rstrip()))


def _written(name: str) -> str:
    return f"write `{class_name(name)}`, which graphs call `{name}`"


def _defined(node: ast.stmt) -> tuple[str, ...]:
    """The names that a statement defines; what is imported is nobody's own."""
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return (node.name,)
        case ast.Assign(targets):
            return tuple(target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(ast.Name(name)):
            return (name,)
        case _:
            return ()


@cache
def _names_of_reference() -> frozenset[str]:
    body = parsed(reference_file().read_bytes()).body
    return frozenset(name for node in body for name in _defined(node))
