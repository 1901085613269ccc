"""What is said of a matrix of misconceptions and cases: the warnings, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from grader.checking.model import Power, Row
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Apply, Backward, Name
from grader.errors import Fault
from grader.judging.complex_step import contributions


def said_of_power(assignment: Assignment, found: Power) -> Iterator[Fault]:
    """Gaps first, then misconceptions that look alike, then cases that claim more than they see."""
    for row in found.rows:
        if row.gaps:
            yield _gap(row, assignment)
    for tie in found.ties:
        named = ", ".join(f"`{id}`" for id in tie.misconceptions)
        yield _warning(
            assignment.cases[-1],
            "YS604",
            f"no case tells these apart: {named}",
            f"a student is offered all of them; this tells the first two apart: {tie.graph}",
        )
    steps = {id for case in assignment.cases for id in case.needs}
    for case in assignment.cases:
        # What others need is there to fail before them, by whatever mistake, known or not.
        if case.id not in steps and (claim := _empty_claim(case, found)):
            yield claim
        if equal := _equal_contributions(case, found):
            yield equal


def _gap(row: Row, assignment: Assignment) -> Fault:
    reason = _why(row, assignment)
    where = " in every legal order" if row.caught_by else ""
    return _warning(
        assignment.cases[-1],
        "YS601",
        f"no case notices `{row.entry.id}` ({row.entry.code}){where}: {row.entry.title}"
        + (f"; {reason}" if reason else ""),
        f"the smallest graph that does: {row.gaps[0].case.title}",
    )


def _why(row: Row, assignment: Assignment) -> str:
    """How the assignment uses the functions that a misconception is about, where that explains the gap."""
    programs = [case.program for case in assignment.cases]
    for name in row.entry.applies_to[:1]:
        uses = [
            node for program in programs for node in program.applications() if node.function == name
        ]
        if not uses:
            return f"no case uses `{name}`"
        if len(uses[0].operands) == 2 and all(_twice_the_same(node) for node in uses):
            return f"`{name}` is only ever given one variable twice"
        if all(_last(node, case) for case in assignment.cases for node in _uses(case, name)):
            return f"`{name}` only ever stands last, where the upstream is 1"
    if all(not given.value.shape for program in programs for given in program.inputs):
        return "all inputs are single numbers" if row.entry.concept == "shape" else ""
    return ""


def _uses(case: Case, name: str) -> Iterator[Apply]:
    return (node for node in case.program.applications() if node.function == name)


def _twice_the_same(node: Apply) -> bool:
    one, other = node.operands
    return isinstance(one, Name) and one == other


def _last(node: Apply, case: Case) -> bool:
    return all(
        step.of in node.targets and step.upstream is None
        for step in case.program.statements
        if isinstance(step, Backward)
    )


def _empty_claim(case: Case, found: Power) -> Fault | None:
    """A warning where a case notices none of the misconceptions of the concept that it claims."""
    own = [row for row in found.rows if row.entry.concept == case.concept]
    if not own or any(case.id in row.caught_by for row in own):
        return None
    seen = [row.entry.concept for row in found.rows if case.id in row.caught_by]
    other = f"; what it notices is about {max(set(seen), key=seen.count)}" if seen else ""
    return _warning(
        case,
        "YS602" if seen else "YS603",
        f"case `{case.id}` claims `{case.concept}` and notices none of its misconceptions{other}",
        "name the concept that it shows, or ask for more (see the matrix: --html)",
    )


def _equal_contributions(case: Case, found: Power) -> Fault | None:
    """A warning where two uses bring the same, and misconceptions about that are not told apart."""
    by = {row.entry.id: row for row in found.rows}
    alike = [
        id
        for tie in found.ties
        for id in tie.misconceptions
        if by[id].entry.concept == "accumulate" and case.id in by[id].caught_by
    ]
    uses = Counter(
        operand.name
        for node in case.program.applications()
        for operand in node.operands
        if isinstance(operand, Name)
    )
    for name in [name for name, count in uses.items() if count > 1] if len(alike) > 1 else ():
        brought = contributions(case.program, name)
        if len(brought) > 1 and len({f"{value:.9g}" for value in brought}) == 1:
            return _warning(
                case,
                "YS616",
                f"case `{case.id}`: every use of `{name}` brings {brought[0]:g} to its gradient, "
                f"which hides whether the last, the first or the mean was kept",
                "let the uses bring different numbers, such as square(a) + a",
            )
    return None


def _warning(case: Case, code: str, message: str, help: str) -> Fault:
    return Fault(code, message, case.file, case.line, 1, help=help, severity="warning")
