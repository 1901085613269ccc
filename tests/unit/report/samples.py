"""Reports made by hand, one of each kind, without running anything."""

from dataclasses import replace

from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case, Convention, Requirement, Reveal
from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.diagnosis import Confidence, Diagnosis, Flag, Place, Smallest
from grader.domain.divergence import Deed, Divergence, Seam
from grader.domain.film import Film, Step, Write
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Input,
    Name,
    NoGrad,
    Option,
    Program,
    Quantity,
    Raises,
    TakeGradient,
)
from grader.domain.submission import Bound, Loading, Skipped
from grader.domain.transcript import (
    Completed,
    Count,
    Crashed,
    Frame,
    Missing,
    NoResult,
    NotANumber,
    NotAttempted,
    OutOfMemory,
    Reading,
    TimedOut,
    Transcript,
)
from grader.domain.verdict import Status
from grader.judging.verdicts import judge, settle
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport

SOURCE = """import numpy as np


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)  # dy/dy = 1
        funcs = [self.creator]
        while funcs:
            f = funcs.pop()
            gxs = f.backward(*[y.grad for y in f.outputs])
            if not isinstance(gxs, tuple):
                gxs = (gxs,)
            for x, gx in zip(f.inputs, gxs):
                x.grad = gx
                if x.creator is not None:
                    funcs.append(x.creator)


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        x = self.inputs[0].data
        return 2 * x * gy


class Add(Function):
    def forward(self, x0, x1):
        return x0 + x1

    def backward(self, gy):
        return gy, gy
"""
HINTS = ("Look at Variable.backward.", "Two uses are owed two gradients.", "x.grad = x.grad + gx")


def value(name):
    return Quantity(Aspect.VALUE, name)


def gradient(name):
    return Quantity(Aspect.GRADIENT, name)


def readings(**found):
    """`a=4.0` is a primal; `a__grad=2.0` a gradient."""
    primals, asked = [], []
    for key, number in found.items():
        name, _, grad = key.partition("__")
        seen = number if not isinstance(number, float | int | list) else Array.of(number)
        if grad:
            asked.append(Reading(gradient(name), seen))
        else:
            primals.append(Reading(value(name), seen))
            asked.append(Reading(value(name), seen))
    return tuple(primals), tuple(asked)


def completed(**found):
    return Transcript(Completed(), *readings(**found))


def node(target, function, *operands):
    made = (Name(o) if isinstance(o, str) else Constant(Array.of(o)) for o in operands)
    return Apply((target,), function, tuple(made))


CHAIN = Case(
    "chain",
    "One function after another",
    "rule",
    "y = square(square(x))",
    Program(
        (Input("x", Array.of(3.0)),),
        (node("a", "square", "x"), node("y", "square", "a"), Backward("y")),
        (value("y"), gradient("x")),
    ),
    hints=HINTS,
)
DIAMOND = Case(
    "diamond",
    "Both branches meet again",
    "accumulate",
    "a = square(x)\ny = add(square(a), square(a))",
    Program(
        (Input("x", Array.of(2.0)),),
        (
            node("a", "square", "x"),
            node("b", "square", "a"),
            node("c", "square", "a"),
            node("y", "add", "b", "c"),
            Backward("y"),
        ),
        (value("y"), gradient("x")),
    ),
    hints=HINTS,
    points=3.0,
    file="assignment.yaml",
    line=14,
)
ARRAYS = Case(
    "arrays",
    "A vector and a number",
    "shape",
    "y = mul(x, w)",
    Program(
        (Input("x", Array.of([1.0, 2.0, 3.0])), Input("w", Array.of(10.0))),
        (node("y", "mul", "x", "w"), Backward("y", Constant(Array.of([1.0, 1.0, -1.0])))),
        (value("y"), gradient("x"), gradient("w")),
    ),
)

CHAIN_ANSWER = completed(x=3.0, a=9.0, y=81.0, x__grad=108.0, a__grad=18.0, y__grad=1.0)
DIAMOND_ANSWER = completed(
    x=2.0, a=4.0, b=16.0, c=16.0, y=32.0,
    x__grad=64.0, a__grad=16.0, b__grad=1.0, c__grad=1.0, y__grad=1.0,
)  # fmt: skip
ARRAYS_ANSWER = completed(
    x=[1.0, 2.0, 3.0], w=10.0, y=[10.0, 20.0, 30.0],
    x__grad=[10.0, 10.0, -10.0], w__grad=0.0, y__grad=[1.0, 1.0, -1.0],
)  # fmt: skip
OVERWRITTEN = completed(
    x=2.0, a=4.0, b=16.0, c=16.0, y=32.0,
    x__grad=32.0, a__grad=8.0, b__grad=1.0, c__grad=1.0, y__grad=1.0,
)  # fmt: skip

LOADING = Loading(
    "autodiff.py",
    "python",
    skipped=(Skipped("autodiff.py", 57, "", "plt.show()", "NameError: plt"),),
    bound=(
        Bound("Variable", "Variable", "autodiff.py", 12),
        Bound("square", "square()", "autodiff.py", 40),
        Bound("add", "Add()(...)", "autodiff.py", 44),
        Bound("mul", "*", "autodiff.py", 50),
    ),
    notes=("matplotlib is not here; what it would draw was left out.",),
)


def report(*pairs, diagnoses=(), flags=(), loading=LOADING, status=Status.GRADED, sid="anna.py"):
    """A report from (case, observed, expected) triples."""
    assignment = Assignment(
        "demo",
        "Backpropagation",
        "variable-function",
        (Requirement("Variable"),),
        tuple(case for case, _, _ in pairs),
    )
    verdicts = settle(assignment, {case.id: judge(case, o, e) for case, o, e in pairs})
    return Report(
        "0.1.0",
        assignment,
        0,
        status,
        SubmissionReport(sid, "file", (("autodiff.py", SOURCE),), loading),
        SandboxReport(2, ("own process", "landlock", "filter"), ("namespaces",)),
        tuple(CaseReport(c, v, o, e) for (c, o, e), v in zip(pairs, verdicts, strict=True)),
        diagnoses,
        flags,
        output="13.0\n",
    )


def right():
    return report(
        (CHAIN, CHAIN_ANSWER, CHAIN_ANSWER),
        (DIAMOND, DIAMOND_ANSWER, DIAMOND_ANSWER),
        (ARRAYS, ARRAYS_ANSWER, ARRAYS_ANSWER),
    )


def overwritten():
    diagnosis = Diagnosis(
        "overwrite",
        "AD401",
        "accumulate",
        "The gradient is overwritten",
        "Each path to x replaces what the path before it brought.",
        HINTS,
        Place("autodiff.py", 20, "x.grad = gx"),
        ("diamond",),
        (),
        Confidence.CERTAIN,
        "y = add(x, x)",
        4.0,
        shown_by="diamond",
    )
    later = replace(CHAIN, id="later", title="After the diamond", needs=("diamond",))
    eight = Array.of(8.0)
    divergence = Divergence(
        Seam.ACCUMULATE,
        Deed.OVERWRITTEN,
        "square",
        "y1",
        "a",
        at(20),
        before=eight,
        arrived=eight,
        after=eight,
        due=Array.of(16.0),
    )
    graded = report(
        (CHAIN, CHAIN_ANSWER, CHAIN_ANSWER),
        (DIAMOND, OVERWRITTEN, DIAMOND_ANSWER),
        (later, CHAIN_ANSWER, CHAIN_ANSWER),
        diagnoses=(diagnosis,),
        flags=(Flag("shared engine", "two submissions share a file"),),
    )
    return replace(
        graded,
        cases=tuple(
            replace(one, divergence=divergence) if one.case.id == "diamond" else one
            for one in graded.cases
        ),
    )


def at(line):
    return Place("autodiff.py", line, SOURCE.split("\n")[line - 1].strip())


def step(function, target, upstream, *writes):
    """`(name, before, after)` are writes in line 20; a dot after the name, inside the array."""
    return Step(
        function,
        (target,) if target else (),
        (Array.of(upstream),) if function else (),
        at(29 if function == "square" else 37) if function else None,
        tuple(
            Write(
                name.removesuffix("."),
                Missing() if before is None else Array.of(before),
                Array.of(after),
                at(20 if function else 12),
                name.endswith("."),
            )
            for name, before, after in writes
        ),
    )


SEED = step("", "", 1.0, ("y", None, 1.0))
ADDED = step("add", "y", 1.0, ("b", None, 1.0), ("c", None, 1.0))
FILM = Film(
    (
        SEED,
        ADDED,
        step("square", "c", 1.0, ("a", None, 8.0)),
        step("square", "a", 8.0, ("x", None, 32.0)),
        step("square", "b", 1.0, ("a", 8.0, 8.0)),
        step("square", "a", 8.0, ("x", 32.0, 32.0)),
    ),
    agrees=True,
)
RIGHT_FILM = Film(
    (
        SEED,
        ADDED,
        step("square", "c", 1.0, ("a", None, 8.0)),
        step("square", "b", 1.0, ("a", 8.0, 16.0)),
        step("square", "a", 16.0, ("x", None, 64.0)),
    ),
    agrees=True,
)


SMALLEST = Smallest(
    Case(
        "smallest",
        "",
        "accumulate",
        "y = add(x, x)",
        Program(
            (Input("x", Array.of(3.0)),),
            (node("y", "add", "x", "x"), Backward("y")),
            (value("y"), gradient("x")),
        ),
    ),
    completed(x=3.0, y=6.0, x__grad=1.0),
    completed(x=3.0, y=6.0, x__grad=2.0),
)


def filmed():
    """The overwritten diamond with all that can be said of it."""
    known = overwritten()
    eight = Array.of(8.0)
    diamond = replace(
        known.cases[1],
        film=FILM,
        right_film=RIGHT_FILM,
        contributions=(
            Contribution("b", 0, "a", eight, eight, ContributionWord.RIGHT),
            Contribution("c", 0, "a", eight, None, ContributionWord.LOST),
        ),
        side="backward",
        consequences=("x",),
        divergence=Divergence(
            Seam.ACCUMULATE,
            Deed.OVERWRITTEN,
            "square",
            "b",
            "a",
            at(20),
            before=eight,
            arrived=eight,
            after=eight,
            due=Array.of(16.0),
        ),
    )
    diagnosis = replace(
        known.diagnoses[0], smallest=SMALLEST, smallest_graph="y = add(x, x)", shown_by="diamond"
    )
    return replace(known, cases=(known.cases[0], diamond, known.cases[2]), diagnoses=(diagnosis,))


def unexplained():
    """A failure that nothing known explains, with the smallest graph that shows it."""
    crashed = Transcript(Crashed("KeyError", "'</script><b>'", 1), *readings(x=3.0, y=6.0))
    return replace(no_sum(), smallest=replace(SMALLEST, observed=crashed))


def filmed_hostile():
    """A film whose texts want to be markup."""
    nasty = "</script><img src=x onerror=alert(1)>\u202e"
    place = Place(nasty, 3, nasty, nasty)
    odd = Step("square", ("y",), (NotANumber(nasty, nasty),), place, (
        Write("x", Missing(), NotANumber(nasty, nasty), place, in_place=True),
    ))  # fmt: skip
    known = filmed()
    diamond = replace(known.cases[1], film=Film((odd,), agrees=False))
    return replace(known, cases=(diamond,))


def no_sum():
    wrong = completed(
        x=[1.0, 2.0, 3.0], w=10.0, y=[10.0, 20.0, 30.0],
        x__grad=[10.0, 10.0, 10.0], w__grad=[1.0, 2.0, -3.0], y__grad=[1.0, 1.0, -1.0],
    )  # fmt: skip
    return report((ARRAYS, wrong, ARRAYS_ANSWER))


def every_state():
    """A page with every outcome and every state of a variable."""

    def variant(case, number, observed):
        expected = {"chain": CHAIN_ANSWER, "diamond": DIAMOND_ANSWER, "arrays": ARRAYS_ANSWER}
        named = replace(case, id=f"{case.id}-{number}", title=f"{case.title} ({number})")
        return named, observed, expected[case.id]

    some = {"x": 3.0, "a": 9.0, "y": 81.0}
    frames = (Frame("autodiff.py", 34, "Variable.backward", "gx = f.backward(gy)", "In [4]"),)
    crash = Crashed("AttributeError", "'NoneType' object has no attribute 'x'", 2, frames)
    return report(
        variant(CHAIN, 1, CHAIN_ANSWER),
        variant(CHAIN, 2, completed(**some, x__grad=Missing())),
        variant(CHAIN, 3, completed(**some, x__grad=float("nan"))),
        variant(CHAIN, 4, completed(**some, x__grad=[108.0])),
        variant(CHAIN, 5, completed(**some, x__grad=NotANumber("list", "[108.0]"))),
        variant(CHAIN, 6, completed(x=3.0, a=6.0, y=12.0, x__grad=8.0)),
        variant(CHAIN, 7, Transcript(crash, *readings(x=3.0, a=9.0))),
        variant(CHAIN, 8, Transcript(TimedOut(2.0))),
        variant(CHAIN, 9, Transcript(OutOfMemory(1))),
        variant(CHAIN, 10, Transcript(NoResult("exit status 0"))),
        variant(CHAIN, 11, Transcript(NotAttempted("square"))),
        variant(DIAMOND, 12, OVERWRITTEN),
        variant(ARRAYS, 13, no_sum().cases[0].observed),
    )


def hidden():
    secret = replace(
        DIAMOND,
        id="secret-1",
        title="SECRET-TITLE",
        hidden=True,
        reveal=Reveal.VERDICT,
        graph="SECRET-GRAPH",
        hints=("SECRET-HINT",),
    )
    observed = replace(OVERWRITTEN, output="SECRET-OUTPUT 123.456")
    return report((CHAIN, CHAIN_ANSWER, CHAIN_ANSWER), (secret, observed, DIAMOND_ANSWER))


def ungradable():
    loading = Loading(
        "autodiff.py",
        error="Your class Variable could not be made, because line 12 failed: NameError: np",
        error_file="autodiff.py",
        error_line=12,
        error_text="class Variable(np.Base):",
    )
    nothing = Transcript(NotAttempted(""))
    return report((CHAIN, nothing, CHAIN_ANSWER), loading=loading, status=Status.UNGRADABLE)


def hostile():
    """Text that wants to be markup, to reverse the line, or to end a script."""
    nasty = "</script><img src=x onerror=alert(1)>\u202egnp.exe\x1b[31m"
    crash = Crashed(nasty, nasty, 1, (Frame(nasty, 3, nasty, nasty),))
    loading = replace(LOADING, notes=(nasty,), skipped=(Skipped(nasty, 1, nasty, nasty, nasty),))
    return report(
        (CHAIN, Transcript(crash, *readings(x=1.0), output=nasty), CHAIN_ANSWER),
        loading=loading,
        sid=nasty,
    )


SECOND_ORDER = Case(
    "second-order",
    "The gradient of a gradient",
    "second order",
    "y = x ** 3\ny.backward(create_graph=True)\ngx = x.grad\nx.cleargrad()\nz = gx * gx + y",
    Program(
        (Input("x", Array.of(2.0)),),
        (
            Apply(("y",), "pow", (Name("x"), Constant(Array.of(3.0)))),
            Backward("y", create_graph=True),
            TakeGradient("gx", "x"),
            ClearGradient("x"),
            node("g2", "mul", "gx", "gx"),
            node("z", "add", "g2", "y"),
            Backward("z"),
        ),
        (value("z"), gradient("x")),
    ),
    hints=HINTS,
)
EVERY_STATEMENT = Case(
    "every-statement",
    "Everything that a program may hold",
    "state",
    "...",
    Program(
        (Input("x", Array.of([[1.0, 2.0], [3.0, 4.0]])), Input("w", Array.of(-0.0))),
        (
            NoGrad((node("mean", "mul", "x", 0.5),)),
            Detach("d", "x"),
            Apply(("s",), "sum", (Name("d"),), (Option("axis", 0), Option("keepdims", True))),
            Apply(("left", "right"), "split", (Name("s"),)),
            Apply(("first",), "getitem", (Name("x"),), (Option("index", "0, 1:2"),)),
            node("y", "sub", 1.0, "w"),
            Backward("y", Name("w")),
            Delete("mean"),
            Construct("v", 3.0),
            Raises("TypeError", Construct("u", "three")),
        ),
        (
            value("y"),
            Quantity(Aspect.GENERATION, "y"),
            Quantity(Aspect.NO_CREATOR, "x"),
            Quantity(Aspect.RELEASED, "mean"),
        ),
    ),
)


def long_programs():
    """Gradients as variables, `no_grad`, several outputs, and all else that a graph may hold."""
    due = completed(x=2.0, y=8.0, gx=12.0, g2=144.0, z=152.0, x__grad=300.0, gx__grad=24.0)
    wrong = completed(x=2.0, y=8.0, gx=12.0, g2=144.0, z=152.0, x__grad=12.0, gx__grad=24.0)
    rows = [[1.0, 2.0], [3.0, 4.0]]
    known = {"x": rows, "w": -0.0, "mean": [[0.5, 1.0], [1.5, 2.0]], "d": rows, "s": [[4.0, 6.0]]}
    known |= {"left": [[4.0]], "right": [[6.0]], "first": [[2.0]], "y": 1.0, "v": 3.0, "u": 0.0}
    told = completed(**known, w__grad=0.0, x__grad=Missing())
    generations = [
        replace(
            told, readings=(*told.readings, Reading(Quantity(Aspect.GENERATION, "y"), Count(n)))
        )
        for n in (3, 1)
    ]
    return report((SECOND_ORDER, wrong, due), (EVERY_STATEMENT, *generations))


def convention():
    """A legal answer that is not the reference's own."""
    case = replace(
        CHAIN,
        id="kept",
        conventions=(
            Convention("a second backward() adds", (Reading(gradient("x"), Array.of(216.0)),)),
        ),
    )
    return report((case, completed(x=3.0, a=9.0, y=81.0, x__grad=216.0), CHAIN_ANSWER))


def reveals():
    """A wrong case at each level of `reveal:`."""
    return report(
        *((replace(DIAMOND, id=f"reveal-{level}", title=f"Reveals {level}", reveal=level),
           OVERWRITTEN, DIAMOND_ANSWER) for level in Reveal)
    )  # fmt: skip


SAMPLES = {
    "right": right,
    "overwritten": overwritten,
    "filmed": filmed,
    "filmed_hostile": filmed_hostile,
    "unexplained": unexplained,
    "no_sum": no_sum,
    "every_state": every_state,
    "hidden": hidden,
    "ungradable": ungradable,
    "hostile": hostile,
    "long_programs": long_programs,
    "convention": convention,
    "reveals": reveals,
}
