"""A check with everything in it, for the tests of what prints it."""

from grader.authoring.catalogue import load_catalogue
from grader.checking.model import Checked, Gap, Power, Row, Tie, Trial
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Program
from grader.errors import Fault
from grader.shipped import assignments_folder

_ENTRIES = {entry.id: entry for entry in load_catalogue(assignments_folder() / "misconceptions")}
_PROGRAM = _ENTRIES["mul_swapped"].probe
_CASES = tuple(
    Case(id, id.title(), "accumulate", "y = x + x", Program((), (), ()))
    for id in ("x-plus-x", "diamond", "x-times-x")
)
_GAP = Gap("mul_swapped", Case("mul-swapped", "", "rule", "", _PROGRAM), "  - case: mul-swapped\n")
SAMPLE = Checked(
    "assignments/six",
    Assignment("six", "Six <b> cases", "variable-function", (), _CASES),
    (Fault("YS701", "the starter earns 3 of 6 points", "starter", 1, 1, help="points: 0"),),
    (Fault("YS601", "no case notices `mul_swapped`", "f.yaml", 3, 1, severity="warning"),),
    12,
    10,
    Power(
        (
            Row(_ENTRIES["overwrite"], ("x-plus-x", "diamond")),
            Row(_ENTRIES["mul_swapped"], (), (_GAP,)),
        ),
        (Tie(("overwrite", "first_wins"), "y = x - x"),),
        ("x-times-x",),
        ("diamond",),
    ),
    (
        Trial("starter", "starter", 3, 6),
        Trial("wrong", "keeps-last", 2, 6, ("diamond",), ("overwrite",)),
    ),
)
