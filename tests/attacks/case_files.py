"""Assignments by hand of somebody hostile: what a YAML loader must not do, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "title: T\ndialect: variable-function\nrequires: [Variable]\ncases:\n"
CASE = "  - case: a\n    title: A\n    concept: rule\n    inputs: {x: 3}\n    graph: "


def case(graph: str) -> str:
    return HEAD + CASE + graph + "\n"


def _laughs() -> str:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        rows.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(rows) + "\n" + case("y = square(x)")


HOSTILE: dict[str, Callable[[], str]] = {
    "an object": lambda: case("!!python/object/apply:os.system ['echo DEED-DONE']"),
    "a new object": lambda: "title: !!python/object/new:type [a, [], {}]\n" + case("y = square(x)"),
    "a name": lambda: "title: !!python/name:os.system\n" + case("y = square(x)"),
    "a billion laughs": _laughs,
    "a list that holds itself": lambda: "title: &a [*a]\n" + case("y = square(x)"),
    "lists nested without end": lambda: "title: " + "[" * 20_000,
    "maps nested without end": lambda: "title: " + "{a: " * 20_000,
    "indents without end": lambda: "\n".join(" " * n + "a:" for n in range(3000)),
    "a call of the built-ins": lambda: case("y = __import__('os').system('echo DEED-DONE')"),
    "an attribute of an attribute": lambda: case("y = x.__class__.__mro__[1].__subclasses__()"),
    "a comprehension": lambda: case("'y = [z for z in (1, 2)]'"),
    "a lambda": lambda: case("'y = (lambda: 1)()'"),
    "a power of powers": lambda: case("y = x ** 9 ** 9 ** 9"),
    "brackets nested without end": lambda: case("y = " + "(" * 5000 + "x" + ")" * 5000),
    "calls nested without end": lambda: case("y = " + "square(" * 5000 + "x" + ")" * 5000),
    "an input of a billion numbers": lambda: case("y = square(x)").replace(
        "{x: 3}", "{x: {normal: [100000, 100000]}}"
    ),
    "an input of negative size": lambda: case("y = square(x)").replace(
        "{x: 3}", "{x: {normal: [-1]}}"
    ),
    "a tolerance without end": lambda: "tolerance: {relative: .inf}\n" + case("y = square(x)"),
    "a time limit without end": lambda: "time_limit: 1.0e+300\n" + case("y = square(x)"),
    "points that are no number": lambda: case("y = square(x)") + "    points: .nan\n",
    "a parent outside": lambda: "extend: ../../../../etc/passwd\n" + case("y = square(x)"),
    "bytes that are no text": lambda: "title: \x00\x01\n",
    "nothing": lambda: "",
    "a key twice": lambda: "title: A\ntitle: B\n" + case("y = square(x)"),
}
