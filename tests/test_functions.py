"""An assignment that brings a function of its own, from the check to the report."""

import io
import json
import zipfile
from pathlib import Path

import pytest

import grader
from grader.answers import Store, answers_for, reference_submission
from grader.authoring import load_assignment
from grader.checking import check
from grader.checking.truth import truth
from grader.classroom.keys import running_key
from grader.classroom.model import Order
from grader.errors import AuthoringError
from grader.grading import catalogue
from grader.packing import handout, instructors_copy
from grader.platforms.gradescope_zip import Settings, archive
from grader.records import replace
from grader.report.results import results
from grader.sandbox import Guest
from grader.suites import grade_suite

FUNCTIONS = '''\
"""A smooth relu."""

import numpy as np
from autodiff import Function, exp


class Softplus(Function):
    """Its slope is the logistic function."""

    samples = (-3.0, 3.0)

    def forward(self, x):
        return np.logaddexp(0.0, x)

    def backward(self, gy):
        (x,) = self.xs
        return gy / (1.0 + exp(-x))
'''
ASSIGNMENT = """\
title: A function of your own
cases:
  - case: value
    concept: forward
    inputs: {x: {uniform: [3], of: softplus}}
    graph: y = softplus(x)
    backward: false
  - case: chain
    concept: rule
    inputs: {x: 1.5, w: -0.4}
    graph: |
      s = softplus(mul(w, x))
      y = square(s)
  - case: sigmoid
    concept: second order
    inputs: {x: 0.7}
    graph: |
      y = softplus(x)
      y.backward(create_graph=True)
      gx = x.grad
      z = square(gx)
      x.cleargrad()
      z.backward()
"""
CLASS = """

class Softplus(Function):
    def forward(self, x):
        return np.log(1.0 + np.exp(x))

    def backward(self, gy):
        (x,) = self.xs
        return gy / (1.0 + exp(-x))
"""
BY_NAME = CLASS + "\n\ndef softplus(x):\n    return Softplus()(x)\n"


@pytest.fixture(scope="module")
def guest():
    with Guest() as guest:
        yield guest


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "smooth"
    wrong = BY_NAME.replace("gy / (1.0 + exp(-x))", "gy * exp(x)")
    plain = reference_submission().files[0].data.decode()
    for name, text in {
        "assignment.yaml": ASSIGNMENT,
        "functions.py": FUNCTIONS,
        "README.md": "Write it.",
        "solution/autodiff.py": plain + BY_NAME,
        "solutions/class/autodiff.py": plain + CLASS,
        "solutions/wrong/rule/autodiff.py": plain + wrong,
        "solutions/wrong/rule/expect.yaml": "fails: [chain, sigmoid]\n",
        "starter/autodiff.py": plain,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_check_confirms_it_by_finite_differences(
    folder: Path, guest: Guest, store: Store
) -> None:
    checked = check(folder, guest=guest, store=store)
    assert not checked.faults
    assert checked.witnessed > 0
    assert {trial.name: trial.score for trial in checked.trials}["rule"] < 3


def test_a_wrong_derivative_of_the_teacher_is_noticed(
    folder: Path, guest: Guest, store: Store
) -> None:
    (folder / "functions.py").write_text(FUNCTIONS.replace("exp(-x)", "exp(x)"))
    checked = check(folder, guest=guest, store=store)
    assert "YS304" in {fault.code for fault in checked.faults}


@pytest.mark.parametrize(
    ("solution", "score"),
    [("solution", 3), ("solutions/class", 3), ("solutions/wrong/rule", 1), ("starter", 0)],
)
def test_a_submission_earns_what_it_should(
    solution: str, score: int, folder: Path, guest: Guest, store: Store
) -> None:
    report = grader.grade(folder / solution, folder, guest=guest, store=store)
    assert sum(case.verdict.points for case in report.cases) == score
    assert "logaddexp" not in json.dumps(results(report))


def test_where_the_rule_goes_wrong_is_told(folder: Path, guest: Guest, store: Store) -> None:
    report = grader.grade(folder / "solutions/wrong/rule", folder, guest=guest, store=store)
    chain = next(case for case in report.cases if case.case.id == "chain")
    assert "softplus" in {step.function for step in (chain.film.steps if chain.film else ())}
    assert "softplus" in json.dumps(results(report))


def test_a_submission_cannot_read_it(folder: Path, guest: Guest, store: Store) -> None:
    plain = reference_submission().files[0].data.decode()
    stolen = FUNCTIONS.partition("exp\n")[2]  # what it would earn, if it could be read
    read = f"exec(open({str(folder / 'functions.py')!r}).read().partition('exp\\n')[2])"
    for name, text, points in (("told", stolen, 3), ("thief", read, 0)):
        (folder / f"{name}.py").write_text(f"{plain}\n\n{text}\n")
        report = grader.grade(folder / f"{name}.py", folder, guest=guest, store=store)
        assert sum(case.verdict.points for case in report.cases) == points
    (skipped,) = report.submission.loading.skipped
    assert skipped.why.startswith(("FileNotFoundError", "PermissionError"))


def test_what_cannot_be_executed_is_told_with_its_place(
    folder: Path, guest: Guest, store: Store
) -> None:
    broken = FUNCTIONS.replace("\n\nclass", "\nLIMIT = 1 / 0\n\n\nclass")
    (folder / "functions.py").write_text(broken)
    with pytest.raises(AuthoringError) as raised:
        answers_for(grader.load_assignment(folder), guest, store)
    (fault,) = raised.value.faults
    assert (fault.code, fault.line, fault.text) == ("YS802", 6, "LIMIT = 1 / 0")
    assert fault.file == str(folder / "functions.py")
    with pytest.raises(AuthoringError, match="this cannot be executed"):
        check(folder, guest=guest, store=store)


def test_what_is_kept_of_a_class_depends_on_it(folder: Path) -> None:
    asked = grader.load_assignment(folder)
    other = replace(asked, functions=(replace(asked.functions[0], data=b"pass"),))
    assert running_key(Order(asked, 0, 2)) != running_key(Order(other, 0, 2))


def test_the_handout_has_it_not_and_the_instructors_copy_has_it(folder: Path) -> None:
    files = handout(folder)
    assert "smooth/functions.py" not in files
    assert b"logaddexp" not in b"".join(files.values())
    assert instructors_copy(folder)["smooth/functions.py"].decode() == FUNCTIONS


def test_what_is_uploaded_to_grade_has_it(folder: Path) -> None:
    packed = zipfile.ZipFile(
        io.BytesIO(archive(folder, Settings("assignments/smooth", "Smooth", 3.0)))
    )
    assert "assignments/smooth/functions.py" in packed.namelist()


def test_students_as_testers_may_use_it(folder: Path, guest: Guest, store: Store) -> None:
    text = ASSIGNMENT.replace("cases:", "mode: cases\ncases:", 1)
    (folder / "assignment.yaml").write_text(text)
    suite = folder / "suite.yaml"
    case = "- {case: c, concept: rule, inputs: {x: 3}, graph: 'y = square(softplus(mul(x, x)))'}\n"
    suite.write_text(case)
    asked = grader.load_assignment(folder)
    known = [one for one in catalogue(store) if one.id in ("square_no_two", "mul_swapped")]
    report = grade_suite(suite, asked, known, guest, store)
    assert not report.submission.loading.error
    assert {case.case.id: case.verdict.points for case in report.cases}["square_no_two"] == 1


def test_where_its_forward_is_a_formula_the_complex_step_confirms_it_too(
    folder: Path, guest: Guest, store: Store
) -> None:
    checked = check(folder, guest=guest, store=store)
    assert (
        checked.analytic == 2
    )  # of the chain: what is differentiated twice is left to finite differences
    wrong = FUNCTIONS.replace("gy / (1.0 + exp(-x))", "gy / (1.0 + exp(-x)) * (1.0 + 1e-8)")
    (folder / "functions.py").write_text(wrong)
    checked = check(folder, guest=guest, store=store)
    assert {fault.code for fault in checked.faults} == {"YS305"}  # a hundred millionth


RANDOM = """\
title: Drawn
cases:
  - case: drawn
    concept: rule
    random: {functions: [softplus, mul, gauss, tilted], graphs: 12, size: [3, 6]}
"""
MORE = """

class Gauss(Function):
    samples = (-2, 2)

    def forward(self, x, s):
        scaled = x / (1 + s**2)
        return np.exp(-np.square(scaled)) * np.sqrt(2 * np.pi)

    def backward(self, gy):
        x, s = self.xs
        w = 1.0 + s * s
        y = exp(-(x / w) * (x / w)) * np.sqrt(2 * np.pi)
        return gy * y * -2.0 * x / (w * w), gy * y * 4.0 * x * x * s / (w * w * w)


class Tilted(Function):
    samples = (-2, 2)

    def forward(self, x):
        return np.log1p(np.exp(x)) - x / 2

    def backward(self, gy):
        (x,) = self.xs
        return gy / (1.0 + exp(-x)) - gy / 2.0
"""


def test_random_graphs_draw_it_and_every_opinion_confirms_them(
    folder: Path, guest: Guest, store: Store
) -> None:
    (folder / "functions.py").write_text(FUNCTIONS + MORE)
    (folder / "assignment.yaml").write_text(RANDOM)
    assignment = load_assignment(folder, 0)
    used = {name for case in assignment.cases for name in case.program.functions()}
    assert used == {"softplus", "mul", "gauss", "tilted"}
    answers = answers_for(assignment, guest, store)
    found = truth(assignment, answers, guest, store)
    assert not found.faults
    assert found.analytic == found.witnessed == 24


def test_what_is_no_formula_is_not_drawn_and_says_so(folder: Path) -> None:
    kinked = MORE.replace("np.log1p(np.exp(x)) - x / 2", "np.maximum(x, 0.0) - x / 2")
    (folder / "functions.py").write_text(FUNCTIONS + kinked)
    (folder / "assignment.yaml").write_text(RANDOM)
    with pytest.raises(AuthoringError) as caught:
        load_assignment(folder, 0)
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("YS514", 5)
    assert "`tilted`" in fault.message
    assert "`forward` is a formula" in fault.help


def test_with_the_handout_alone_the_missing_file_is_named(folder: Path) -> None:
    (folder / "functions.py").unlink()
    with pytest.raises(AuthoringError) as caught:
        load_assignment(folder, 0)
    helps = [fault.help for fault in caught.value.faults if fault.code == "YS103"]
    assert helps
    assert all(
        "`functions.py` beside the assignment, and none is read there" in help for help in helps
    )
