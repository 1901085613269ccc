"""How a graph uses its values more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from grader.domain.program import Apply, Name


class Sharing(StrEnum):
    """`repeated`: x + x. `shared`: several functions use one value. `diamond`: such branches meet again
    further on, in two different operands of one function."""

    REPEATED = "repeated"
    SHARED = "shared"
    DIAMOND = "diamond"


def sharing(nodes: Sequence[Apply]) -> frozenset[Sharing]:
    """The kinds of sharing that a graph shows."""
    found = set()
    users = Counter(name for node in nodes for name in set(_names(node)))
    if any(len(set(_names(node))) < len(_names(node)) for node in nodes):
        found.add(Sharing.REPEATED)
    if any(count > 1 for count in users.values()):
        found.add(Sharing.SHARED)
    if _has_diamond(nodes):
        found.add(Sharing.DIAMOND)
    return frozenset(found)


def _has_diamond(nodes: Sequence[Apply]) -> bool:
    """Whether two different operands of one function are both computed, and from one value."""
    behind: dict[str, frozenset[str]] = {}
    for node in nodes:
        names = set(_names(node))
        inner = [behind[name] for name in names if name in behind]
        if any(left & right for at, left in enumerate(inner) for right in inner[at + 1 :]):
            return True
        own = frozenset(names.union(*inner))
        behind |= dict.fromkeys(node.targets, own)
    return False


def _names(node: Apply) -> tuple[str, ...]:
    return tuple(operand.name for operand in node.operands if isinstance(operand, Name))
