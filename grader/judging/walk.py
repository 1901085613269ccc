"""One case walked pass by pass, from the output, the submission's film beside the right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.domain.array import Array
from grader.domain.assignment import Case, Tolerance
from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.diagnosis import Place
from grader.domain.divergence import Deed, Divergence, Seam
from grader.domain.film import Film, Step
from grader.domain.program import Apply, Aspect, Quantity, TakeGradient, flatten
from grader.domain.transcript import Completed, Crashed, Flag, Missing, Observation, Transcript
from grader.judging import arrays, contributions
from grader.judging.compare import agree
from grader.judging.localise import first_divergent
from grader.judging.passes import Key, Pass, brought, due, nodes, operands, uses
from grader.judging.sums import array, holds, placed_at, wrong_sum
from grader.records import replace


class Walk:
    """One case being compared, pass by pass. Walks only; nothing is kept."""

    def __init__(self, case: Case, observed: Transcript, expected: Transcript) -> None:
        self.case, self.observed, self.expected = case, observed, expected
        self.tolerance: Tolerance = case.tolerance
        self.known: Mapping[Key, Apply] = nodes(case.program)
        statements = flatten(case.program.statements)
        second = any(isinstance(one, TakeGradient) for one in statements)
        self.between = Seam.SECOND_ORDER if second else Seam.STATE

    def walk(
        self, own: Pass, right: Pass, *, first: bool
    ) -> tuple[Divergence, tuple[Contribution, ...]] | None:
        """The first divergence of one backward pass."""
        if found := self._seed(own, right, first=first):
            return found, ()
        for step in right.steps:
            node = self.known.get(step.targets)
            if node is None:
                continue
            found = self._asked(own, right, step, first=first) or self._gave(own, right, step, node)
            if found is None and own.visits(step.targets):
                found = self._delivered(own, right, node)
            if found:
                return found, self._edges(found, own, right)
        if found := self._beyond(own, right):
            return found, ()
        return self._leaves(own, right)

    def after_all(self, own: Pass) -> Divergence | None:
        """All passes are right in themselves: what is kept between them is not."""
        if isinstance(self.observed.ending, Crashed):
            return self._crash(own.steps[-1] if own.steps else own.seed)
        for quantity in self.case.program.quantities:
            if quantity.aspect is not Aspect.GRADIENT:
                continue
            found, owed = self.observed.reading(quantity), self.expected.reading(quantity)
            if owed is not None and not agree(found, owed, self.tolerance):
                writes = own.writes(quantity.of)
                return Divergence(
                    self.between,
                    Deed.LEFT_OVER,
                    variable=quantity.of,
                    place=writes[-1].place if writes else None,
                    after=array(found),
                    due=array(owed),
                )
        return None

    def by_gradients(
        self, right: Pass, film: Film | None
    ) -> tuple[Divergence, tuple[Contribution, ...]] | None:
        """Without a film of the functions: the sums at the first wrong variable."""
        names = first_divergent(self.case, self.observed, self.expected)
        if not names or not isinstance(self.observed.ending, Completed):
            return None
        name = names[0]
        found = self.observed.reading(Quantity(Aspect.GRADIENT, name)) or Missing()
        owed = self.expected.reading(Quantity(Aspect.GRADIENT, name))
        fault = Divergence(
            Seam.ACCUMULATE,
            Deed.MISADDED,
            variable=name,
            place=_last_place(film, name),
            after=array(found),
            due=array(owed),
        )
        if name == right.root:
            return replace(fault, seam=Seam.SEED, deed=Deed.WRONG_SEED, target=name), ()
        edges = contributions.into(name, found, right, None, self.known, self.tolerance)
        functions = {self.known[_key(self.known, edge.target)].function for edge in edges}
        if len(edges) > 1 and any(edge.word is ContributionWord.LOST for edge in edges):
            fault = replace(fault, deed=Deed.LOST)
        elif len(functions) == 1:
            fault = replace(
                fault,
                seam=Seam.RULE,
                deed=Deed.WRONG_SHARE,
                function=functions.pop(),
                target=edges[0].target,
            )
        return fault, edges

    def besides_numbers(self) -> Divergence | None:
        """All numbers are right: what is asked of variables besides is not."""
        for quantity in self.case.program.quantities:
            found, owed = self.observed.reading(quantity), self.expected.reading(quantity)
            if not isinstance(found, Flag) or not isinstance(owed, Flag) or found == owed:
                continue
            match quantity.aspect:
                case Aspect.NO_CREATOR:
                    deed = Deed.RECORDED if owed.value else Deed.UNRECORDED
                case Aspect.RELEASED if owed.value:
                    deed = Deed.HELD
                case _:
                    continue
            return Divergence(self.between, deed, variable=quantity.of, target=quantity.of)
        return None

    # The questions.

    def _seed(self, own: Pass, right: Pass, *, first: bool) -> Divergence | None:
        owed = next((step.upstream for step in right.steps if own.root in step.targets), ())
        visit = next((step for step in own.steps if own.root in step.targets), None)
        writes = [write for write in own.seed.writes if write.variable == own.root]
        if not owed:
            return None
        index = visit.targets.index(own.root) if visit else 0
        found = visit.upstream[index] if visit and index < len(visit.upstream) else None
        if found is None and writes:
            found = writes[-1].after
        if found is None or self._same(found, owed[min(index, len(owed) - 1)]):
            return None
        return Divergence(
            Seam.SEED if first else self.between,
            Deed.WRONG_SEED,
            target=own.root,
            variable=own.root,
            place=placed_at(writes),
            arrived=array(found),
            due=array(owed[min(index, len(owed) - 1)]),
        )

    def _asked(self, own: Pass, right: Pass, step: Step, *, first: bool) -> Divergence | None:
        """Was a function asked once, after all users of its output, with the sum of what they brought?"""
        visits, when = own.visits(step.targets), own.when(step.targets)
        if not visits:
            missing = self._not_asked(own, right, step)
            # What an earlier pass did ask was kept from this one by what that left behind.
            return missing if first or missing is None else replace(missing, seam=self.between)
        for index, owed in enumerate(step.upstream):
            given = [visit.upstream[index] for visit in visits if index < len(visit.upstream)]
            if len(given) != len(visits):
                continue
            found = arrays.total(map(array, given)) if len(given) > 1 else given[0]
            if found is not None and self._same(found, owed):
                continue
            name = step.targets[index]
            late = tuple(
                dict.fromkeys(
                    edge.node[0]
                    for edge in uses(right, self.known, name)
                    if max(own.when(edge.node), default=-1) > when[0]
                )
            )
            early = Divergence(
                Seam.ORDER,
                Deed.TOO_OFTEN if len(visits) > 1 else Deed.TOO_EARLY,
                step.function,
                step.targets[0],
                name,
                self._chosen(visits[0]),
                arrived=array(given[0]),
                due=array(owed),
                times=len(visits),
                waits_for=late,
            )
            if len(visits) > 1 or late:
                return early
            return wrong_sum(own, right, self.known, name, given[0], owed, self.tolerance)
        return None

    def _not_asked(self, own: Pass, right: Pass, step: Step) -> Divergence | None:
        if isinstance(self.observed.ending, Crashed):
            return self._crash(own.steps[-1] if own.steps else own.seed)
        for name, owed in zip(step.targets, step.upstream, strict=False):
            found = own.last(name)
            if name != own.root and not self._same(found, owed):
                return wrong_sum(own, right, self.known, name, found, owed, self.tolerance)
        return Divergence(
            Seam.ACCUMULATE,
            Deed.NEVER_ASKED,
            step.function,
            step.targets[0],
            step.targets[0],
            next((one.asked_at for one in reversed(own.steps) if one.asked_at), None),
            due=array(step.upstream[0]) if step.upstream else None,
        )

    def _gave(self, own: Pass, right: Pass, step: Step, node: Apply) -> Divergence | None:
        """Did a function that was asked rightly give what it owes to each of its inputs?"""
        visits = own.visits(step.targets)
        if not visits:
            return None
        if not any((*visit.downstream, *visit.writes) for visit in visits) and self._ended():
            return Divergence(
                Seam.RULE,
                Deed.GAVE_NOTHING,
                node.function,
                step.targets[0],
                operands(node)[0],
                visits[0].place,
                due=array(step.downstream[0]) if step.downstream else None,
            )
        given = [brought(visit, node) for visit in visits]
        returns = len(visits[0].downstream) == len(node.operands)
        for position, name in enumerate(operands(node)):
            owed = step.downstream[position] if position < len(step.downstream) else None
            found = arrays.total(one[position] for one in given)
            if found is None or not isinstance(owed, Array) or self._same(found, owed):
                continue
            if not returns and self._explained_by_sum(visits, name, owed):
                continue  # it wrote what it owes; that this is not the sum shows later
            reshaped = found.shape != owed.shape
            write = next((w for v in visits for w in v.writes if w.variable == name), None)
            return Divergence(
                Seam.SHAPE if reshaped else Seam.RULE,
                Deed.WRONG_SHAPE if reshaped else Deed.WRONG_SHARE,
                node.function,
                step.targets[0],
                name,
                write.place if write and not returns else visits[0].place,
                arrived=found,
                due=owed,
            )
        if isinstance(self.observed.ending, Crashed) and visits[-1] is own.steps[-1]:
            return self._crash(visits[-1])
        return None

    def _explained_by_sum(self, visits: Sequence[Step], name: str, owed: Array) -> bool:
        """Whether a write of a closure left just what it owes, over what was there."""
        writes = [w for visit in visits for w in visit.writes if w.variable == name]
        return any(self._same(write.after, owed) for write in writes) or any(
            self._same(write.after, write.before) for write in writes
        )

    def _delivered(self, own: Pass, right: Pass, node: Apply) -> Divergence | None:
        """Did what a function gave reach its own operands, and not each other's?"""
        names = operands(node)
        if len(names) != 2 or names[0] == names[1] or not all(names):
            return None
        visit = own.visits(node.targets)[0]
        first, second = (
            [w for w in visit.writes if w.variable == name and not w.in_place] for name in names
        )
        if len(first) != 1 or len(second) != 1:
            return None
        shares = [arrays.share(one[0].before, one[0].after) for one in (first, second)]
        owed = [array(one) for one in brought(visit, node)]
        if any(one is None for one in (*shares, *owed)) or self._same(owed[0], owed[1]):
            return None
        if self._same(shares[0], owed[1]) and self._same(shares[1], owed[0]):
            return Divergence(
                Seam.ACCUMULATE,
                Deed.EXCHANGED,
                node.function,
                node.targets[0],
                names[0],
                first[0].place,
                arrived=shares[0],
                due=owed[0],
            )
        return None

    def _beyond(self, own: Pass, right: Pass) -> Divergence | None:
        """Was a function asked of which a right pass knows nothing, since the graph ends before it?"""
        for step in own.steps:
            if step.targets in self.known and not right.visits(step.targets):
                name = step.targets[0]
                place = self._chosen(step)
                return Divergence(Seam.STATE, Deed.CONNECTED, step.function, name, name, place)
        return None

    def _leaves(self, own: Pass, right: Pass) -> tuple[Divergence, tuple[Contribution, ...]] | None:
        """Is the gradient of each leaf the sum of what was brought to it in this pass?"""
        names = [
            name
            for step in right.steps
            if step.targets in self.known
            for name in operands(self.known[step.targets])
            if name and not right.visits(self._key_of(name))
        ]
        for name in dict.fromkeys(names):
            owed = arrays.total(due(right, edge) for edge in uses(right, self.known, name))
            writes = own.writes(name)
            found = own.last(name)
            if writes and len(self.case.program.backwards()) > 1 and holds(writes[0].before):
                found = arrays.share(writes[0].before, found) or Missing()
            if owed is None or self._same(found, owed):
                continue
            divergence = wrong_sum(own, right, self.known, name, found, owed, self.tolerance)
            return divergence, self._edges(divergence, own, right)
        return None

    # Helpers.

    def _edges(self, found: Divergence, own: Pass, right: Pass) -> tuple[Contribution, ...]:
        if found.seam in (Seam.RULE, Seam.SHAPE) or found.deed is Deed.EXCHANGED:
            node = self.known[_key(self.known, found.target)]
            return contributions.of_node(right, own, node, self.tolerance)
        if found.seam in (Seam.ORDER, Seam.ACCUMULATE):
            asked = found.arrived if found.seam is Seam.ORDER else own.last(found.variable)
            return contributions.into(
                found.variable, asked or Missing(), right, own, self.known, self.tolerance
            )
        return ()

    def _crash(self, step: Step) -> Divergence:
        ending = self.observed.ending
        assert isinstance(ending, Crashed)
        frame = ending.frames[-1] if ending.frames else None
        place = Place(frame.file, frame.line, frame.text, frame.cell) if frame else step.place
        in_rule = bool(step.function) and not step.downstream and not step.writes
        return Divergence(
            Seam.RULE if in_rule else Seam.ACCUMULATE,
            Deed.CRASHED,
            step.function,
            step.targets[0] if step.targets else "",
            place=place,
        )

    def _ended(self) -> bool:
        return isinstance(self.observed.ending, Completed)

    def _chosen(self, visit: Step) -> Place | None:
        """Where a function was asked: the line that called its backward."""
        return visit.asked_at or visit.place

    def _key_of(self, name: str) -> Key:
        return next((key for key in self.known if name in key), (name,))

    def _same(self, left: Observation | None, right: Observation | None) -> bool:
        return arrays.same(left, right, self.tolerance)


def _key(known: Mapping[Key, Apply], target: str) -> Key:
    return next(key for key in known if key[0] == target)


def _last_place(film: Film | None, name: str) -> Place | None:
    if film is None or not film.agrees:
        return None
    return placed_at([w for step in film.steps for w in step.writes if w.variable == name])
