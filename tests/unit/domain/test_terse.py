from grader.domain import codec, terse
from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Call,
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

HALF = Constant(Array.of(0.5))
PROGRAM = Program(
    (Input("x", Array.of([[1.0, -2.0]], "float32")), Input("none", Array.of([]))),
    (
        Apply(("a",), "mul", (Name("x"), HALF), (), Call.OPERATOR),
        Apply(
            ("b", "c"), "split", (Name("a"),), (Option("axis", 0), Option("shape", ((1, 2), (3,))))
        ),
        NoGrad((Delete("c"), Construct("v", ("one", None, True, 2.5)))),
        Raises("TypeError", NoGrad((ClearGradient("v"),))),
        Backward("b", HALF, create_graph=True),
        Backward("b", Name("a")),
        Backward("b"),
        TakeGradient("gx", "x"),
        Detach("d", "gx"),
    ),
    (Quantity(Aspect.GRADIENT, "x"), Quantity(Aspect.RELEASED, "a")),
)


def test_whatever_a_program_may_hold_is_read_as_it_was_written():
    written = terse.dumps(Program, PROGRAM)
    assert terse.loads(Program, written) == PROGRAM
    assert terse.dumps(Program, terse.loads(Program, written)) == written


def test_it_is_shorter_than_what_is_checked():
    assert len(terse.dumps(Program, PROGRAM)) < len(codec.dumps(PROGRAM)) / 2


def test_different_programs_are_written_differently():
    operand, constant = Apply(("y",), "exp", (Name("x"),)), Apply(("y",), "exp", (HALF,))
    written = {terse.dumps(Program, Program((), (one,), ())) for one in (operand, constant)}
    assert len(written) == 2


def test_a_value_that_json_knows_stays_as_it_is():
    assert terse.loads(int, terse.dumps(int, 3)) == 3
