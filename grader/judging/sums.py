"""Where the gradients of several uses of a variable should have been added: what went wrong there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.contribution import ContributionWord
from grader.domain.diagnosis import Place
from grader.domain.divergence import Deed, Divergence, Seam
from grader.domain.film import Step, Write
from grader.domain.program import Apply
from grader.domain.transcript import Missing, Observation
from grader.judging import arrays, contributions
from grader.judging.passes import Key, Pass, due, uses


def wrong_sum(
    own: Pass,
    right: Pass,
    known: Mapping[Key, Apply],
    name: str,
    found: Observation,
    owed: Observation,
    tolerance: Tolerance,
) -> Divergence:
    """The write that spoiled the gradient of `name`, which is `found` and should be `owed`."""
    writes = [write for write in own.writes(name) if not isinstance(write.after, Missing)]
    deed, write = _fault(writes, own, right, known, name, tolerance)
    edges = contributions.into(name, found, right, own, known, tolerance)
    lost = next((one for one in edges if one.word is ContributionWord.LOST), None)
    seam = Seam.ACCUMULATE
    if deed is Deed.MISADDED and len(edges) == 1 and isinstance(found, Array):
        if spoiled := _spoiled(own.visits(_key(known, edges[0].target))):
            deed, write = Deed.SHARED, spoiled
        elif not arrays.same(edges[0].arrived, edges[0].due, tolerance):
            # A single share is no sum: it was wrong itself.
            seam, deed, lost = Seam.RULE, Deed.WRONG_SHARE, edges[0]
    node = known[_key(known, lost.target)] if lost else None
    share = arrays.share(write.before, write.after) if write else None
    if write and deed is Deed.OVERWRITTEN:
        share = array(write.after)
    elif deed is Deed.NOT_ADDED and lost:
        share = lost.due
    return Divergence(
        seam,
        deed,
        node.function if node else "",
        lost.target if lost else "",
        name,
        write.place if write else _where_lost(own.visits(node.targets) if node else ()),
        before=array(write.before) if write else None,
        arrived=share,
        after=array(write.after) if write else array(found),
        due=array(owed),
    )


def _fault(
    writes: Sequence[Write],
    own: Pass,
    right: Pass,
    known: Mapping[Key, Apply],
    name: str,
    tolerance: Tolerance,
) -> tuple[Deed, Write | None]:
    """The write that is no sum, and in what way."""
    edges = uses(right, known, name)
    owed = [due(right, edge) for edge in edges]

    def is_owed(found: Observation | None) -> bool:
        return any(arrays.same(found, one, tolerance) for one in owed)

    for write in writes:
        if not holds(write.before):
            continue
        share = arrays.share(write.before, write.after)
        if is_owed(share) and (not is_owed(write.after) or share == write.before):
            continue  # a sum, as it should be
        if write.in_place:
            return Deed.SHARED, write
        if is_owed(write.after):
            return Deed.OVERWRITTEN, write
        if arrays.same(write.after, write.before, tolerance):
            return Deed.NOT_ADDED, write
        return Deed.MISADDED, write
    if not writes:
        return Deed.LOST, None
    changed = [write for write in writes if write.in_place]
    if len(writes) > len(edges) and changed:
        return Deed.SHARED, changed[-1]
    return (Deed.NOT_ADDED if len(writes) < len(edges) else Deed.MISADDED), writes[-1]


def _spoiled(visits: Sequence[Step]) -> Write | None:
    """A change in place while a function's gradients were written: it spoils what comes after it."""
    return next((w for visit in visits for w in visit.writes if w.in_place), None)


def _where_lost(visits: Sequence[Step]) -> Place | None:
    """Where a share was lost that nobody wrote: the line that wrote another of the same function, or asked it."""
    for visit in visits:
        if place := placed_at(visit.writes) or visit.asked_at:
            return place
    return None


def placed_at(writes: Sequence[Write]) -> Place | None:
    """The line of the last write that has one."""
    return next((write.place for write in reversed(writes) if write.place), None)


def holds(found: Observation) -> bool:
    """Whether there is a gradient that is not all zeros: some begin with zeros instead of None."""
    return isinstance(found, Array) and any(found.values)


def array(found: Observation | None) -> Array | None:
    return found if isinstance(found, Array) else None


def _key(known: Mapping[Key, Apply], target: str) -> Key:
    return next(key for key in known if key[0] == target)
