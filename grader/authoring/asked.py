"""What a case asks and which answers it names: `check:`, `expect:` and `accept:`."""

from __future__ import annotations

from collections.abc import Iterable

from grader.authoring.graph import Graph
from grader.authoring.nodes import Entry, Node, Scalar
from grader.authoring.quantities import default_quantities, read_answer, read_quantity
from grader.authoring.schema import Accept
from grader.authoring.shape import mapping, read
from grader.authoring.source import Faults, Span
from grader.domain.assignment import Convention
from grader.domain.program import Input, Quantity, Raises
from grader.domain.transcript import Reading
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a case. `check` is None where the case leaves them to the default."""

    graph: Graph
    check: list[Scalar] | None
    what: str
    at: Span
    faults: Faults

    def quantities(
        self, inputs: tuple[Input, ...], literals: tuple[Reading, ...]
    ) -> tuple[Quantity, ...]:
        """What is read when the program is done: what `check` names, else the default; and whatever
        has an expected answer."""
        if self.check is None:
            asked = default_quantities(inputs, self.graph.statements, self.graph.names)
        else:
            found = (
                self._quantity(each.text, each.within(0, len(each.text))) for each in self.check
            )
            asked = tuple(each for each in found if each is not None)
        every = tuple(dict.fromkeys((*asked, *(each.quantity for each in literals))))
        refused = any(isinstance(step, Raises) for step in self.graph.statements)
        if not every and not refused and not self.graph.wrong and not self.check:
            self.faults.add("YS512", f"{self.what} asks for nothing", self.at, "add a `check:`")
        return every

    def readings(self, entries: Iterable[Entry]) -> tuple[Reading, ...]:
        """The answers that a mapping of quantities names."""
        found: dict[Quantity, Reading] = {}
        for entry in entries:
            quantity = self._quantity(entry.key, entry.key_span)
            if quantity is None:
                continue
            if quantity in found:
                self.faults.add("YS004", f"`{quantity}` is answered twice", entry.key_span)
            elif answer := read_answer(quantity, entry.value, self.faults):
                found[quantity] = answer
        return tuple(found.values())

    def conventions(
        self, nodes: Iterable[Node], quantities: tuple[Quantity, ...]
    ) -> tuple[Convention, ...]:
        found = []
        for node in nodes:
            table = mapping(node, f"each `accept` of {self.what}", self.faults)
            if table is None:
                continue
            first = table.entries[0].key_span if table.entries else table.span
            model = read(Accept, table, f"`accept` of {self.what}", self.faults, first)
            entries = [entry for entry in table if entry.key != "as"]
            if not entries:
                message = "a convention names the answers in which it differs"
                self.faults.add("YS511", message, first, "such as `x.grad: 108`")
            for entry in entries:
                self._check_asked(entry, quantities)
            found.append(Convention(model.as_, self.readings(entries)))
        return tuple(found)

    def _check_asked(self, entry: Entry, quantities: tuple[Quantity, ...]) -> None:
        quantity = self._quantity(entry.key, entry.key_span)
        if quantity is not None and quantity not in quantities and not self.graph.wrong:
            message = f"{self.what} does not ask for `{quantity}`"
            listed = ", ".join(f"`{each}`" for each in quantities)
            self.faults.add("YS509", message, entry.key_span, f"it asks for {listed}")

    def _quantity(self, text: str, span: Span) -> Quantity | None:
        names = None if self.graph.unread else self.graph.names
        return read_quantity(text, span, names, self.graph.deleted, self.faults)
