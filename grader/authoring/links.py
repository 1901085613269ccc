"""What cases say of each other: ids that are taken once, and `needs` that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable

from grader.authoring.cases import Group
from grader.authoring.nodes import Scalar
from grader.authoring.source import Faults, did_you_mean
from grader.domain.assignment import Case
from grader.records import replace


def linked(groups: Iterable[Group], faults: Faults) -> tuple[Case, ...]:
    """All cases in order, each with the ids of the cases that it needs.

    Faults are added for ids that are taken twice, for needs of a case that is not there, and for
    cases that wait for each other. To need a case with variants is to need all of them.
    """
    groups = tuple(groups)
    by_id: dict[str, Group] = {}
    for group in groups:
        if group.id in by_id:
            message = f"two cases are called `{group.id}`"
            help = f"the first one is at {by_id[group.id].at}"
            faults.add("YS401", message, group.at, help)
        else:
            by_id[group.id] = group
    every = {case.id for group in groups for case in group.cases}
    cases: list[Case] = []
    for group in groups:
        needs = tuple(
            dict.fromkeys(
                id for need in group.needs for id in _needed(need, group, by_id, every, faults)
            )
        )
        cases.extend(replace(case, needs=needs) for case in group.cases)
    _check_cycles(by_id, faults)
    return tuple(cases)


def _needed(
    need: Scalar, group: Group, by_id: dict[str, Group], every: set[str], faults: Faults
) -> tuple[str, ...]:
    if need.text in by_id:
        return tuple(case.id for case in by_id[need.text].cases)
    if need.text in every:
        return (need.text,)
    help = did_you_mean(need.text, (id for id in by_id if id != group.id))
    message = f"case `{group.id}` needs `{need.text}`, which is no case"
    faults.add("YS402", message, need.span, help)
    return ()


def _check_cycles(by_id: dict[str, Group], faults: Faults) -> None:
    """Each ring of cases that wait for each other is said once, at the need that closes it."""
    done: set[str] = set()
    for start in by_id:
        path: list[str] = []
        stack = [(start, iter(by_id[start].needs))] if start not in done else []
        path.extend([start] if stack else [])
        while stack:
            id, needs = stack[-1]
            need = next(needs, None)
            if need is None:
                done.add(id)
                stack.pop()
                path.pop()
                continue
            other = need.text.partition("/")[0]
            if other in path:
                ring = [*path[path.index(other) :], other]
                if len(ring) == 2:
                    faults.add("YS403", f"case `{other}` needs itself", need.span)
                else:
                    message = f"these cases wait for each other: {' -> '.join(ring)}"
                    faults.add("YS403", message, need.span, "leave one of these needs out")
            elif other in by_id and other not in done:
                stack.append((other, iter(by_id[other].needs)))
                path.append(other)
