"""`random:` stands for cases like any others; what is wrong with it is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.domain.assignment import Reveal
from grader.generating.sharing import Sharing, sharing
from tests.unit.authoring.writing import faults, load

HEAD = "title: T\ncases:\n"
DRAWN = (
    "  - case: engine\n    title: Drawn\n    concept: order\n    points: 12\n    hidden: true\n"
    "    random: {graphs: 6, functions: [add, square, mul], size: [3, 6], "
    "sharing: [diamond], shape: [2], seed: 3}\n"
)
ALONE = "  - case: alone\n    concept: rule\n    inputs: {x: 3}\n    graph: y = square(x)\n"
AFTER = (
    "  - case: after\n    concept: rule\n    inputs: {x: 3}\n    graph: y = -x\n    needs: engine\n"
)


def test_each_graph_is_a_case_and_they_share_the_points(tmp_path: Path) -> None:
    cases = load(
        tmp_path, HEAD + ALONE + DRAWN.replace("hidden", "needs: [alone]\n    hidden")
    ).cases
    drawn = cases[1:]
    assert [case.id for case in drawn] == [f"engine/{number}" for number in range(1, 7)]
    assert {case.points for case in drawn} == {2.0}
    assert drawn[2].title == "Drawn (3)"
    for case in drawn:
        assert case.needs == ("alone",)
        assert case.hidden
        assert case.reveal is Reveal.VERDICT
        assert (case.concept, case.line) == ("order", 7)
        nodes = tuple(case.program.applications())
        assert 3 <= len(nodes) <= 6
        assert Sharing.DIAMOND in sharing(nodes)
        assert [given.value.shape for given in case.program.inputs] == [(2,), (2,)]
        assert [str(q) for q in case.program.quantities] == ["y", "x.grad", "w.grad"]
        assert case.graph.count("\n") == len(nodes) - 1


def test_the_seed_of_the_run_decides_and_its_own(tmp_path: Path) -> None:
    first = load(tmp_path, HEAD + DRAWN)
    assert load(tmp_path, HEAD + DRAWN) == first
    assert load(tmp_path, HEAD + DRAWN, seed=1).cases != first.cases
    other = load(tmp_path, HEAD + DRAWN.replace("seed: 3", "seed: 4"))
    assert other.cases[0].program != first.cases[0].program


def test_a_case_may_need_all_of_them(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + DRAWN + AFTER).cases[-1].needs == tuple(
        f"engine/{number}" for number in range(1, 7)
    )


def drawn(random: str) -> str:
    return f"{HEAD}  - case: c\n    concept: order\n    random: {random}\n"


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "help"),
    [
        (
            drawn("3"),
            "YS203",
            (5, 13),
            "`random` of case `c` must be a mapping, not the number 3",
            "",
        ),
        (
            drawn("{functions: [ad]}"),
            "YS103",
            (5, 26),
            "no function `ad`",
            "did you mean `add`?",
        ),
        (
            drawn("{functions: [add, matmul]}"),
            "YS514",
            (5, 31),
            "`random` of case `c` cannot draw `matmul`",
            "it draws element-wise functions: add, sub,",
        ),
        (
            drawn("{functions: [add], sharing: [diamonds]}"),
            "YS204",
            (5, 42),
            "`sharing` of `random` of case `c` cannot be the text `diamonds`",
            "did you mean `diamond`?",
        ),
        (
            drawn("{functions: [add], size: [8, 3]}"),
            "YS205",
            (5, 38),
            "`size` of `random` of case `c` must be a whole number or two, not a list",
            "`6`, or `[3, 10]`",
        ),
        (
            drawn("{functions: [add], graph: 3}"),
            "YS201",
            (5, 32),
            "`random` of case `c` has no key `graph`",
            "did you mean `graphs`?",
        ),
        (drawn("{graphs: 3}"), "YS202", (5, 5), "`random` of case `c` has no `functions`", ""),
        (
            drawn("{functions: [square], sharing: [diamond]}"),
            "YS515",
            (5, 5),
            "`random` of case `c`: of 10 such graphs only 0 could be found",
            "only a function of two operands, such as `add`, brings two values together",
        ),
        (
            drawn("{functions: [add]}") + "    graph: y = add(x, x)\n",
            "YS201",
            (6, 5),
            "case `c` has no key `graph`",
            "the keys are case, title, concept",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    text: str, code: str, place: tuple[int, int], message: str, help: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, text)
    assert [(f.code, (f.line, f.column), f.message) for f in found] == [(code, place, message)]
    assert help in found[0].help
