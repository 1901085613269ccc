"""The loop in which a line is."""

from __future__ import annotations

import pytest

from grader.judging.loops import loop_around

WALK = """
class Variable:
    def backward(self):
        for _ in range(3):
            funcs = [self.creator]
            while funcs:
                f = funcs.pop()
                for x in f.inputs:
                    try:
                        x.grad = f.backward(x)
                    except ValueError:
                        pass
                    funcs.append(f)
        return self

    def other(self):
        return [x for x in self.inputs]
"""


@pytest.mark.parametrize("line", [6, 7, 8, 10, 12, 13])
def test_every_line_of_a_loop_is_in_it(line: int) -> None:
    assert loop_around(((1, WALK),), line) == 6


@pytest.mark.parametrize("line", [1, 3, 4, 5, 14, 17, 99])
def test_what_ends_is_no_loop(line: int) -> None:
    assert loop_around(((1, WALK),), line) is None


def test_a_function_in_a_loop_is_not_in_it() -> None:
    text = "while True:\n    @cache\n    def f(x):\n        return x\n    f(1)"
    assert [loop_around(((1, text),), line) for line in (1, 2, 3, 4, 5)] == [1, None, None, None, 1]


def test_a_match_is_looked_into() -> None:
    text = (
        "match x:\n    case 1:\n        for a in b:\n            c(a)\nwith d: \n    while e: e()"
    )
    assert [loop_around(((1, text),), line) for line in (2, 4, 5, 6)] == [None, 3, None, 6]


def test_lines_count_from_the_piece_that_holds_them() -> None:
    pieces = ((3, "x = 1"), (10, "x = 2\nwhile x:\n    x += 1"), (20, "%magic"))
    assert [loop_around(pieces, line) for line in (3, 11, 12, 20, 30)] == [None, 11, 11, None, None]


def test_a_source_deeper_than_anybody_writes_has_no_loop() -> None:
    assert loop_around(((1, "while " + "(" * 5000 + ")" * 5000 + ":\n    pass"),), 2) is None
