"""`functions.py`: what it brings to the graph language, and every message about it with its place."""

import textwrap
from pathlib import Path

import pytest

from grader.authoring.files import content_of
from grader.domain.assignment import Requirement
from grader.domain.program import Apply
from grader.domain.vocabulary import VOCABULARY, class_name, function_name
from tests.unit.authoring.writing import faults, load, with_case

CUBE = """\
import numpy as np
from autodiff import Function


class Cube(Function):
    samples = (0.5, 2.0)

    def forward(self, x):
        return x * x * x

    def backward(self, gy):
        (x,) = self.xs
        return gy * 3.0 * x * x
"""
TWO = """

class Rotate(Cube):
    def forward(self, x, angle):
        return x * np.cos(angle), x * np.sin(angle)

    def backward(self, gc, gs):
        return gc, gs


class _Helper(Function):
    pass
"""


def brings(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "functions.py").write_text(text)
    return folder


def test_a_graph_may_use_what_the_assignment_brings(tmp_path: Path) -> None:
    found = load(brings(tmp_path, CUBE + TWO), with_case("a, b = rotate(x, 2)\ny = cube(a) + b"))
    steps = found.cases[0].program.applications()
    assert [step.function for step in steps if isinstance(step, Apply)][:2] == ["rotate", "cube"]
    assert found.requires == (
        Requirement("cube", brought=True),
        Requirement("rotate", brought=True),
    )
    assert [file.data.decode() for file in found.functions] == [CUBE + TWO]


def test_an_assignment_that_extends_another_has_its_functions_too(tmp_path: Path) -> None:
    load(brings(tmp_path / "one", CUBE), with_case("y = cube(x)"))
    square = CUBE.replace("Cube", "Fourth")
    text = "extends: ../one\n" + with_case("y = fourth(cube(x))").replace("case: c", "case: d")
    found = load(brings(tmp_path / "two", square), text)
    assert len(found.functions) == 2
    assert [case.id for case in found.cases] == ["c", "d"]


def test_other_assignments_do_not_know_it(tmp_path: Path) -> None:
    load(brings(tmp_path / "one", CUBE), with_case("y = cube(x)"))
    (fault,) = faults(tmp_path / "two", with_case("y = cube(x)"))
    assert (fault.code, fault.message) == ("YS103", "no function `cube`")
    assert "cube" not in VOCABULARY


def test_an_edit_of_the_functions_makes_another_assignment(tmp_path: Path) -> None:
    load(brings(tmp_path, CUBE), with_case("y = cube(x)"))
    before = content_of(tmp_path)
    brings(tmp_path, CUBE.replace("3.0", "2.0"))
    assert content_of(tmp_path) != before


@pytest.mark.parametrize("name", ["cube", "leaky_relu", "log1p"])
def test_the_name_of_a_class_leads_back_to_the_function(name: str) -> None:
    assert function_name(class_name(name)) == name


def test_an_input_is_drawn_from_the_range_of_a_function(tmp_path: Path) -> None:
    text = with_case("y = cube(x)", inputs="{x: {uniform: [200], of: cube}}")
    values = load(brings(tmp_path, CUBE), text).cases[0].program.inputs[0].value.values
    assert 0.5 <= min(values) < 0.6
    assert 1.9 < max(values) <= 2.0


ROWS = [  # graph, inputs, code, message, help
    ("y = cubee(x)", "{x: 2}", "YS103", "no function `cubee`", "did you mean `cube`?"),
    ("y = Cube(x)", "{x: 2}", "YS103", "no function `Cube`", "it is called `cube` here"),
    (
        "y = cube(x, x)",
        "{x: 2}",
        "YS106",
        "`cube` takes 1 operand, not 2",
        "write `cube(x)`",
    ),
    (
        "y = cube(x)",
        "{x: {uniform: [2], of: cub}}",
        "YS103",
        "input `x`: the assignment brings no function `cub`",
        "did you mean `cube`?",
    ),
    (
        "y = cube(x)",
        "{x: {uniform: [2], of: cube, low: 1}}",
        "YS504",
        "input `x`: `of` gives both bounds already",
        "leave `low` and `high` out",
    ),
    (
        "y = square(cube)",
        "{cube: 2}",
        "YS109",
        "`cube` is a function, not a variable",
        "choose another name",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0] + row[1])
def test_a_wrong_use_is_told(row: tuple[str, str, str, str, str], tmp_path: Path) -> None:
    graph, inputs, code, message, help = row
    found = faults(brings(tmp_path, CUBE), with_case(graph, inputs=inputs))
    assert (found[0].code, found[0].message, found[0].help) == (code, message, help)


BROKEN = [  # what stands in the file, instead of what, code, line, column, message
    ("class Cube(Function)", "class Cube(Function):", "YS801", 5, 21, "this is not Python: expected ':'"),
    ("import scipy.special", "import numpy as np", "YS802", 1, 1, "`scipy.special` cannot be imported here"),
    ("import Functio", "import Function", "YS802", 2, 1, "the reference has no `Functio`"),
    ("import Function as F, Function", "import Function", "YS802", 2, 1, "`Function` has that name alone here"),
    ("def forwards(", "def forward(", "YS803", 5, 1, "`Cube` has no method `forward`"),
    ("def backwards(", "def backward(", "YS803", 5, 1, "`Cube` has no method `backward`"),
    ("def forward(self, *x)", "def forward(self, x)", "YS803", 8, 5,
     "`Cube.forward` takes `self` and plain arguments, one input each"),
    ("def __init__(self, axis): ...\n\n    def forward", "def forward", "YS803", 5, 1,
     "`Cube` has an `__init__`: functions of an assignment take no options"),
    ("class CUBE(", "class Cube(", "YS803", 5, 1, "`CUBE` is no name of a class here"),
    ("class Cube:", "class Cube(Function):", "YS803", 1, 1, "no class here is a function"),
    ("class Tanh(", "class Cube(", "YS804", 5, 1, "`Tanh` is a name of the reference already"),
    ("class Matmul(", "class Cube(", "YS804", 5, 1, "`Matmul` would be called `matmul`, which there is already"),
    ("def exp(x): ...\n\n\nclass Cube", "class Cube", "YS804", 5, 1, "`exp` is a name of the reference already"),
    ("sample = (0.5, 2.0)", "samples = (0.5, 2.0)", "YS805", 5, 1, "`Cube` does not say where it may be sampled"),
    ("(2.0, 0.5)", "(0.5, 2.0)", "YS805", 6, 5, "`samples` of `Cube` must be two numbers, the lower one first"),
    ("(0.5, 1e999)", "(0.5, 2.0)", "YS805", 6, 5, "`samples` of `Cube` must be two numbers, the lower one first"),
    ("np.pi", "(0.5, 2.0)", "YS805", 6, 5, "`samples` of `Cube` must be two numbers, the lower one first"),
]  # fmt: skip


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: f"{row[2]}-{row[0][:30]}")
def test_a_broken_file_is_told_with_its_place(row: tuple, tmp_path: Path) -> None:
    new, old, code, line, column, message = row
    assert CUBE.count(old) == 1
    found = faults(brings(tmp_path, CUBE.replace(old, new)), with_case("y = square(x)"))[0]
    assert (found.code, found.line, found.column, found.message) == (code, line, column, message)
    assert found.file == str(tmp_path / "functions.py")


def test_reading_executes_nothing(tmp_path: Path) -> None:
    attack = f"\nopen({str(tmp_path / 'mark')!r}, 'w').close()\n"
    load(brings(tmp_path, CUBE + textwrap.dedent(attack)), with_case("y = cube(x)"))
    assert not (tmp_path / "mark").exists()
