"""What was found, as JSON for other programs. Fields are added, never renamed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from grader.checking.model import Checked, Power, Row, Trial
from grader.errors import Fault
from grader.version import __version__

SCHEMA_VERSION: Final = 1


def to_json(checks: Sequence[Checked]) -> str:
    """One document for all assignments that were checked."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "grader": {"version": __version__},
        "assignments": [_assignment(checked) for checked in checks],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _assignment(checked: Checked) -> dict[str, Any]:
    assignment = checked.assignment
    return {
        "path": checked.path,
        "id": assignment.id if assignment else "",
        "title": assignment.title if assignment else "",
        "cases": [case.id for case in assignment.cases] if assignment else [],
        "errors": [_fault(fault) for fault in checked.faults],
        "warnings": [_fault(fault) for fault in checked.warnings],
        "witnessed": checked.witnessed,
        "analytic": checked.analytic,
        "power": _power(checked.power) if checked.power else None,
        "trials": [_trial(trial) for trial in checked.trials],
        "seconds": round(checked.seconds, 3),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    kept = ("code", "severity", "message", "file", "line", "column", "help")
    return {key: getattr(fault, key) for key in kept}


def _power(power: Power) -> dict[str, Any]:
    return {
        "noticed": power.caught,
        "of": len(power.rows),
        "misconceptions": [_row(row) for row in power.rows],
        "not_told_apart": [
            {"misconceptions": list(tie.misconceptions), "graph": tie.graph} for tie in power.ties
        ],
        "cases_that_notice_nothing": list(power.silent),
        "cases_that_add_nothing": list(power.spare),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.entry.id,
        "code": row.entry.code,
        "concept": row.entry.concept,
        "title": row.entry.title,
        "noticed_by": list(row.caught_by),
        "gaps": [{"case": gap.case.id, "yaml": gap.text} for gap in row.gaps],
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "kind": trial.kind,
        "name": trial.name,
        "score": trial.score,
        "max_score": trial.max_score,
        "failed": list(trial.failed),
        "diagnoses": list(trial.diagnoses),
    }
