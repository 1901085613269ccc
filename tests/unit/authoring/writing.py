"""Small assignments for the tests, and what becomes of them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.authoring import load_assignment
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Apply, Name, Program, Statement
from grader.errors import AuthoringError, Fault


def in_a_file(folder: Path, text: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "assignment.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def load(folder: Path, text: str | bytes, seed: int = 0) -> Assignment:
    return load_assignment(in_a_file(folder, text), seed)


def faults(folder: Path, text: str | bytes) -> tuple[Fault, ...]:
    """All faults of a text; none if it can be loaded."""
    try:
        load(folder, text)
    except AuthoringError as error:
        return error.faults
    return ()


def with_case(graph: str, *, inputs: str = "{x: 2.0}", more: str = "") -> str:
    """An assignment of one case `c`, whose graph begins in line 7, column 7."""
    return (
        "title: T\ncases:\n  - case: c\n    concept: rule\n"
        f"    inputs: {inputs}\n    graph: |\n{textwrap.indent(graph, '      ')}\n"
        f"{textwrap.indent(more, '    ')}\n"
    )


def case(folder: Path, graph: str, *, inputs: str = "{x: 2.0}", more: str = "") -> Case:
    return load(folder, with_case(graph, inputs=inputs, more=more)).cases[0]


def as_text(statement: Statement) -> str:
    """An application as one reads it: `y = add(x, 2)`."""
    assert isinstance(statement, Apply)
    parts = [
        operand.name if isinstance(operand, Name) else f"{operand.value.nested():g}"
        for operand in statement.operands
    ]
    parts += [f"{option.name}={option.value!r}" for option in statement.options]
    return f"{', '.join(statement.targets)} = {statement.function}({', '.join(parts)})"


def program_of(graph: str, inputs: str = "{x: 2.0}") -> Program:
    """The program of a graph, where no test has a folder to write to."""
    with TemporaryDirectory() as folder:
        return case(Path(folder), graph, inputs=inputs).program
