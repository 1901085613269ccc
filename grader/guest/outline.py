"""What a source defines and imports, read from its text without executing it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from grader.records import dataclass

GUARDED = re.compile(
    r"^[ \t]+(?:import|from)\b|:[ \t]*(?:import|from)\b", re.M
)  # an import inside something
CATCHES_IMPORTS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be said of a module without executing it.

    `defined` counts the definitions of a name, `imported` says which module a name is from.
    `stars` are the modules imported with `*`, `bases` the names of the classes that are inherited
    from, `guarded` the lines of imports whose failure the code sees to.
    """

    defined: dict[str, int]
    imported: dict[str, str]
    stars: tuple[str, ...]
    bases: frozenset[str]
    guarded: frozenset[int]


def outline(body: Iterable[ast.stmt], text: str) -> Outline:
    defined: dict[str, int] = {}
    imported: dict[str, str] = {}
    stars: list[str] = []
    bases: set[str] = set()
    nodes = list(flattened(body))
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                if alias.name == "*":
                    stars.append(module)
                else:
                    imported[alias.asname or alias.name] = module
        elif isinstance(node, ast.Import):
            imported.update({a.asname or a.name.partition(".")[0]: a.name for a in node.names})
        elif isinstance(node, ast.ClassDef):
            bases |= {last_name(base) for base in node.bases}
        for name in names_defined(node):
            defined[name] = defined.get(name, 0) + 1
    guarded = guarded_lines(body) if GUARDED.search(text) else frozenset()
    return Outline(defined, imported, tuple(stars), frozenset(bases), guarded)


def flattened(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module and of its top-level `if`, `try`, `with`, `for` and `while`."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            for field in ("body", "orelse", "finalbody"):
                yield from flattened(getattr(node, field, ()))
            for handler in getattr(node, "handlers", ()):
                yield from flattened(handler.body)


def names_defined(node: ast.stmt) -> list[str]:
    """The names that a statement makes by `def`, `class` or assignment."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        parts = [part for target in node.targets for part in ast.walk(target)]
        return [n.id for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def guarded_lines(body: Iterable[ast.stmt]) -> frozenset[int]:
    """Lines of imports inside a `try` that catches their failure, or under `suppress(...)`."""
    lines: set[int] = set()
    for node in every_node(body):
        if isinstance(node, (ast.Try, ast.With)) and expects_failed_import(node):
            for part in every_node(node.body):
                if isinstance(part, (ast.Import, ast.ImportFrom)):
                    lines.update(range(part.lineno, (part.end_lineno or part.lineno) + 1))
    return frozenset(lines)


def every_node(body: Iterable[ast.stmt]) -> list[ast.AST]:
    """All nodes of some code, outer ones first: as `ast.walk`, at half its cost."""
    nodes: list[ast.AST] = list(body)
    for node in nodes:  # grows meanwhile
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                nodes += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                nodes.append(value)
    return nodes


def expects_failed_import(node: ast.AST) -> bool:
    if isinstance(node, ast.Try):
        return any(map(catches_imports, node.handlers))
    return isinstance(node, ast.With) and any(is_suppress(item.context_expr) for item in node.items)


def catches_imports(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    if caught is None:
        return True
    several = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(last_name(one) in CATCHES_IMPORTS for one in several)


def is_suppress(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "suppress"


def attributes_used(body: Iterable[ast.stmt], module: str) -> set[str]:
    """What some code asks of a module that it imports by `import module`."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    called = {module}
    for node in nodes:
        if isinstance(node, ast.Import):
            called |= {a.asname for a in node.names if a.name == module and a.asname}
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in called
    }
