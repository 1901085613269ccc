"""Where a backward pass first departs from the right one, and what happened there."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.array import Array
from grader.domain.diagnosis import Place
from grader.records import dataclass


class Seam(StrEnum):
    """The part of reverse mode at fault: the words of the catalogue's concepts."""

    FORWARD = "forward"
    SEED = "seed"
    ORDER = "order"
    RULE = "rule"
    ACCUMULATE = "accumulate"
    SHAPE = "shape"
    STATE = "state"
    SECOND_ORDER = "second order"


class Deed(StrEnum):
    """What happened, as far as the numbers and the film tell."""

    WRONG_VALUE = "wrong value"  # a function computed something else
    CHANGED_INPUT = "changed input"  # a function changed the number that it was given
    WRONG_SEED = "wrong seed"  # the walk began with something else
    WRONG_SHARE = "wrong share"  # right upstream in, wrong gradient out
    WRONG_SHAPE = "wrong shape"  # the same, in another shape
    GAVE_NOTHING = "gave nothing"  # its backward returned None, and wrote nothing
    EXCHANGED = "exchanged"  # right gradients, handed to each other's operands
    OVERWRITTEN = "overwritten"  # what was there was lost when more arrived
    NOT_ADDED = "not added"  # what arrived was lost
    SHARED = "shared"  # an array was changed in place that another gradient is, too
    MISADDED = "misadded"  # put together, but not by a sum
    LOST = "lost"  # nothing was written
    TOO_EARLY = "too early"  # asked before all users of its output had reported
    TOO_OFTEN = "too often"  # asked more than once
    ENDLESS = "endless"  # asked again and again: the walk did not end in time
    NEVER_ASKED = "never asked"  # its output had a gradient, and it was not asked
    CRASHED = "crashed"  # an exception ended the walk there
    LEFT_OVER = "left over"  # each pass is right; what is kept between them is not
    CONNECTED = "connected"  # asked, though the graph was to end after it
    RECORDED = "recorded"  # has a creator, though nothing was to be recorded
    UNRECORDED = "unrecorded"  # has no creator, though it was computed
    HELD = "held"  # still in memory when nobody needs it


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first thing that went wrong, walking backward; what follows from it is not told.

    `function` and `target` name the node (the function, and what it computed), `variable` whose
    gradient it shows in; both may be empty. `before`, `arrived`, `after` and `due` are the
    gradient's numbers, as far as they are known: what was there, what was brought, what was left, what
    it should be. `waits_for` are variables whose functions had not reported yet.
    `times` counts how often a function was asked; where the walk did not end, in its first steps.
    """

    seam: Seam
    deed: Deed
    function: str = ""
    target: str = ""
    variable: str = ""
    place: Place | None = None
    before: Array | None = None
    arrived: Array | None = None
    after: Array | None = None
    due: Array | None = None
    times: int = 0
    waits_for: tuple[str, ...] = ()
