"""What a new case, assignment or submission begins as. What is written here passes `grader check` at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import cycle
from math import isfinite
from pathlib import Path
from typing import Final

from grader.answers import Store
from grader.authoring.alone import BareText
from grader.authoring.graph import read_graph
from grader.authoring.names import is_name
from grader.authoring.quantities import default_quantities
from grader.authoring.source import Faults, Source
from grader.checking.closing import Search, reference_answers
from grader.checking.features import features, means
from grader.checking.power import changed, graph_line
from grader.checking.writing import case_text
from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.misconception import Misconception
from grader.domain.program import Apply, Call, Input, Name, Program, flatten
from grader.domain.transcript import Completed, Transcript
from grader.errors import AuthoringError, UsageError, did_you_mean
from grader.generating.primal import ELEMENTWISE, primals
from grader.grading import catalogue
from grader.parsing import parsed
from grader.predictions import mutant
from grader.sandbox import Guest
from grader.shipped import assignments_folder, reference_file

# For the first, the second, ... input. Beside numbers: vectors and matrices, for functions that need them.
NUMBERS: Final = (
    (3.0, 5.0, -1.5, 0.7),
    (5.0, 3.0, 1.5, 0.7),
    (0.7, 1.5, 0.3, 1.7),
    (0.3, 0.7, 0.45, 0.6),
)
SHAPES: Final[tuple[tuple[tuple[int, ...], ...], ...]] = (
    ((),),
    ((4,),),
    ((2, 3),),
    ((2, 3), (3, 2)),
    ((2, 3), (3,)),
)
FIRST_CASES: Final = {
    "square-forward": ("forward", "y = square(x)", False),
    "square-alone": ("rule", "y = square(x)", True),
    "chain": ("rule", "y = square(square(x))", True),
    "x-plus-x": ("accumulate", "y = add(x, x)", True),
    "neighbour": ("accumulate", "y = add(add(x, w), x)", True),
    "square-of-sum": ("rule", "y = square(add(x, w))", True),
    "shortcut": ("order", "a = square(x)\ny = add(square(a), a)", True),
    "shortcut-reversed": ("order", "a = square(x)\ny = add(a, square(a))", True),
    "mixed-depths": ("order", "a = square(x)\nb = add(a, x)\ny = add(b, a)", True),
    "mixed-depths-reversed": ("order", "a = square(x)\nb = add(a, x)\ny = add(a, b)", True),
    "leaf-first": ("order", "a = square(x)\nb = add(x, a)\ny = add(b, a)", True),
    "leaf-first-reversed": ("order", "a = square(x)\nb = add(x, a)\ny = add(a, b)", True),
}


def case_from(graph: str, id: str, guest: Guest) -> tuple[Case, Transcript]:
    """A graph as a case: inputs at which it shows much, and what the reference answers.

    Statements are separated by line breaks or semicolons. Raises AuthoringError where the graph is none, and
    UsageError where no inputs are found for it.
    """
    text = "\n".join(
        line.strip() if ";" in graph else line for line in graph.replace(";", "\n").split("\n")
    )
    names = _inputs_of(text)
    for inputs in _inputs(names):
        program = _program(text, inputs)
        if set(program.functions()) <= set(ELEMENTWISE) and primals(program) is None:
            continue
        (answer,) = reference_answers([program], guest)
        if _is_sound(program, answer):
            return Case(id, graph_line(program), _concept(program), "", program), answer
    raise UsageError(f"no inputs were found at which the reference can perform {graph!r}")


def case_from_bug(
    code: str, id: str, assignment: Assignment | None, guest: Guest, store: Store
) -> tuple[Case, Transcript]:
    """The smallest graph that notices a misconception, with the functions of an assignment if one is given."""
    entry = entry_of(code, store)
    program: Program | None = entry.probe
    if assignment is not None:
        functions, allowed = means(assignment)
        search = Search(store, functions, allowed | features(entry.probe))
        program = search.smallest(entry, changed(entry), guest)
    if program is None:
        raise UsageError(
            f"no graph of the functions of {assignment.id if assignment else 'the vocabulary'!r} "
            f"shows {entry.id!r}"
        )
    (answer,) = reference_answers([program], guest)
    return Case(id, graph_line(program), entry.concept, "", program), answer


def entry_of(code: str, store: Store) -> Misconception:
    """The misconception of a code or an id. Raises UsageError."""
    known = {name.lower(): entry for entry in catalogue(store) for name in (entry.code, entry.id)}
    if code.lower() not in known:
        raise UsageError(f"there is no misconception {code!r}{did_you_mean(code.lower(), known)}")
    return known[code.lower()]


def new_assignment(
    folder: Path, extra: Sequence[tuple[Case, Transcript]], guest: Guest, store: Store
) -> tuple[Path, ...]:
    """Write a whole assignment into a folder that is not there yet: file, text, starter, solutions.

    Raises UsageError where the folder exists.
    """
    if folder.exists():
        raise UsageError(f"{folder} is there already")
    title = folder.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Assignment"
    cases = [*_first_cases(guest), *extra]
    bug = entry_of("overwrite", store)
    changed = mutant((bug,))
    assert changed is not None
    starter = assignments_folder() / "backprop" / "starter" / "autodiff.py"
    files = {
        "assignment.yaml": _assignment_text(title, cases),
        "README.md": _readme(title, cases),
        "starter/autodiff.py": starter.read_text("utf-8"),
        "solution/autodiff.py": reference_file().read_text("utf-8"),
        f"solutions/wrong/{bug.id}/autodiff.py": changed.files[0].data.decode(),
        f"solutions/wrong/{bug.id}/expect.yaml": f"fails: [x-plus-x]\ndiagnosis: {bug.id}\n",
    }
    return tuple(_written(folder / name, text) for name, text in files.items())


def new_submission(folder: Path, assignment: Path) -> tuple[Path, ...]:
    """Copy an assignment's starter into a folder that is not there yet. Raises UsageError."""
    starter = assignment / "starter"
    if not starter.is_dir():
        raise UsageError(f"{assignment} has no starter/")
    if folder.exists():
        raise UsageError(f"{folder} is there already")
    files = [file for file in sorted(starter.rglob("*")) if file.is_file()]
    texts = [(folder / file.relative_to(starter), file.read_text("utf-8")) for file in files]
    return tuple(_written(path, text) for path, text in texts)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _first_cases(guest: Guest) -> Iterator[tuple[Case, Transcript]]:
    for id, (concept, graph, backward) in FIRST_CASES.items():
        inputs = next(_inputs(_inputs_of(graph)))
        program = _program(graph, inputs, backward=backward)
        (answer,) = reference_answers([program], guest)
        yield Case(id, graph_line(program), concept, "", program), answer


def _assignment_text(title: str, cases: Sequence[tuple[Case, Transcript]]) -> str:
    head = (
        f'title: "{title}"\n'
        "summary: >-\n  What is to be built, in a sentence or two.\n"
        "dialect: variable-function\n"
        "requires:\n  - Variable: [Tensor, Var]\n"
        "tolerance: {relative: 1e-7, absolute: 1e-9}\n"
        "\n# `grader check` tells what these cases notice; `grader new case` writes another one.\n\n"
        "cases:\n"
    )
    return head + "\n".join(case_text(case, answer) for case, answer in cases)


def _readme(title: str, cases: Sequence[tuple[Case, Transcript]]) -> str:
    names = sorted({name for case, _ in cases for name in case.program.functions()})
    listed = ", ".join(f"`{name}`" for name in names)
    return (
        f"# {title}\n\nBuild `Variable`, `Function`, and the functions {listed}, so that "
        "`y.backward()` leaves in `x.grad` how much `y` changes per change of `x`.\n\n"
        "Begin with `starter/autodiff.py`.\n"
    )


def _inputs_of(graph: str) -> tuple[str, ...]:
    """The names that a graph uses and never defines, in order of first use. Raises UsageError."""
    try:
        tree = parsed(graph)
    except SyntaxError as error:
        raise UsageError(f"the graph is not Python: {error.msg} in {graph!r}") from error
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    given = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    used = dict.fromkeys(node.id for node in names if node.id not in given)
    return tuple(name for name in used if is_name(name))


def _inputs(names: Sequence[str]) -> Iterator[tuple[Input, ...]]:
    for shapes in SHAPES:
        for numbers in NUMBERS:
            stream = cycle(numbers)
            yield tuple(
                Input(name, _filled(shapes[min(index, len(shapes) - 1)], stream))
                for index, name in enumerate(names)
            )


def _filled(shape: tuple[int, ...], stream: Iterator[float]) -> Array:
    size = 1
    for length in shape:
        size *= length
    return Array(shape, "float64", bytes(8 * size)).with_values([next(stream) for _ in range(size)])


def _program(graph: str, inputs: tuple[Input, ...], *, backward: bool = True) -> Program:
    faults = Faults()
    source = Source.of("the graph", graph)
    text = BareText(source.span(0, len(graph)), 1, graph, graph, "")
    found = read_graph(
        text, [given.name for given in inputs], faults, backward=backward, call=Call.ANY
    )
    if faults:
        raise AuthoringError(tuple(faults))
    asked = default_quantities(inputs, found.statements, found.names)
    return Program(inputs, found.statements, asked)


def _is_sound(program: Program, answer: Transcript) -> bool:
    if not isinstance(answer.ending, Completed):
        return False
    found = [answer.reading(quantity) for quantity in program.quantities]
    return all(
        isfinite(value) and abs(value) < 1e6
        for each in found
        if isinstance(each, Array)
        for value in each.values
    )


def _concept(program: Program) -> str:
    """What a graph is most about: shared results, shared inputs, arrays, or one rule after another."""
    if not program.backwards():
        return "forward"
    uses: dict[str, int] = {}
    for step in flatten(program.statements):
        for operand in step.operands if isinstance(step, Apply) else ():
            if isinstance(operand, Name):
                uses[operand.name] = uses.get(operand.name, 0) + 1
    leaves = {given.name for given in program.inputs}
    shared = {name for name, count in uses.items() if count > 1}
    if shared - leaves:
        return "order"
    if shared:
        return "accumulate"
    arrays = any(given.value.shape for given in program.inputs)
    return "shape" if arrays and features(program) & {"broadcast", "arrays"} else "rule"
