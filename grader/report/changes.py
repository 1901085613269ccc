"""What changed from one `results.json` to another: two attempts, two saves, two versions of the cases."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from grader.domain.verdict import Outcome, Status
from grader.errors import UsageError
from grader.export.shape import misfit
from grader.records import dataclass
from grader.report.model import SCHEMA_VERSION
from grader.report.words import WRONG

Document: TypeAlias = Mapping[str, Any]

SAME_NUMBER: Final = 1e-9


class Kind(StrEnum):
    """What became of a case."""

    FIXED = "fixed"
    BROKEN = "broken"
    SAME = "same mistake"
    ANOTHER = "another mistake"
    STILL = "still wrong"  # and what is shown of it does not tell whether it is the same mistake
    FOUND = "now wrong"  # it was not judged before
    UNJUDGED = "not judged any more"
    ADDED = "added"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One case, before and after. `message` is what is said of it now, `before` what was said."""

    case: str
    kind: Kind
    outcome: str
    message: str
    before: str
    points: float
    points_before: float


class Since(StrEnum):
    """Whether a diagnosis is of both documents."""

    NEW = "new"
    STILL = "still"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Cause:
    """A diagnosed misconception."""

    code: str
    title: str
    since: Since


@dataclass(frozen=True, slots=True)
class Changes:
    """All cases of both documents, in the order of the newer one, what explains them, and the scores."""

    cases: tuple[Change, ...]
    causes: tuple[Cause, ...]
    score: float
    score_before: float
    max_score: float
    max_score_before: float
    assignment: str
    assignment_before: str
    error: str = ""
    error_before: str = ""

    def count(self, kind: Kind) -> int:
        return sum(change.kind is kind for change in self.cases)

    @property
    def worse(self) -> bool:
        """Whether something that passed does not pass any more."""
        return bool(self.error and not self.error_before) or any(
            change.kind is Kind.BROKEN for change in self.cases
        )


def read_results(path: Path) -> Document:
    """The document in a file. Raises UsageError where it is none, or of a later version than ours."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        version = document["schema_version"]
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise UsageError(f"{path} was written by a later version of the grader")
        if why := misfit(document):
            raise UsageError(f"{path} is no results.json of this grader: {why}")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{path} is no results.json of this grader: `grader run SUBMISSION` writes one"
        ) from error
    found: Document = document
    return found


def to_be_mended(document: Document) -> tuple[str, ...]:
    """The cases that did not pass though they were attempted, as far as they can be named."""
    waiting = (*WRONG, Outcome.SKIPPED)
    return tuple(
        case["id"]
        for case in document["cases"]
        if case["outcome"] in waiting and not case["hidden"]
    )


def changes(old: Document, new: Document) -> Changes:
    """What changed. Both are documents as `results()` makes them."""
    before = {case["id"]: case for case in old["cases"]}
    after = {case["id"]: case for case in new["cases"]}
    causes = _causes(old), _causes(new)
    found = [
        _change(id, before.get(id), case, (causes[0].get(id, ()), causes[1].get(id, ())))
        for id, case in after.items()
    ]
    found += [_change(id, case, None, ((), ())) for id, case in before.items() if id not in after]
    return Changes(
        tuple(found),
        _diagnosed(old, new),
        score=new["score"],
        score_before=old["score"],
        max_score=new["max_score"],
        max_score_before=old["max_score"],
        assignment=new["assignment"]["id"],
        assignment_before=old["assignment"]["id"],
        error=_error(new),
        error_before=_error(old),
    )


def _diagnosed(old: Document, new: Document) -> tuple[Cause, ...]:
    before = {one["code"]: one["title"] for one in old["diagnoses"]}
    after = {one["code"]: one["title"] for one in new["diagnoses"]}
    now = (
        Cause(code, title, Since.STILL if code in before else Since.NEW)
        for code, title in after.items()
    )
    gone = (Cause(code, before[code], Since.GONE) for code in before if code not in after)
    return (*now, *gone)


def _causes(document: Document) -> dict[str, tuple[str, ...]]:
    """The diagnosed misconceptions by the cases that they explain."""
    found: dict[str, tuple[str, ...]] = {}
    for diagnosis in document["diagnoses"]:
        for id in diagnosis["explains"]:
            found[id] = (*found.get(id, ()), diagnosis["id"])
    return found


def _error(document: Document) -> str:
    ungradable = document["status"] == Status.UNGRADABLE
    return document["submission"]["loading"]["error"] if ungradable else ""


def _change(
    id: str,
    old: Document | None,
    new: Document | None,
    causes: tuple[tuple[str, ...], tuple[str, ...]],
) -> Change:
    shown = new or old
    assert shown is not None
    return Change(
        id,
        _kind(old, new, causes),
        shown["outcome"],
        new["message"] if new else "",
        old["message"] if old else "",
        new["points"] if new else 0,
        old["points"] if old else 0,
    )


def _kind(
    old: Document | None,
    new: Document | None,
    causes: tuple[tuple[str, ...], tuple[str, ...]],
) -> Kind:
    if old is None or new is None:
        return Kind.ADDED if new else Kind.REMOVED
    passed, wrong = _passed(new), _wrong(new)
    if passed:
        return Kind.UNCHANGED if _passed(old) else Kind.FIXED
    if wrong and _wrong(old):
        return _mistake(old, new, causes)
    if wrong:
        return Kind.BROKEN if _passed(old) else Kind.FOUND
    return Kind.UNJUDGED if _passed(old) or _wrong(old) else Kind.UNCHANGED


def _mistake(old: Document, new: Document, causes: tuple[tuple[str, ...], tuple[str, ...]]) -> Kind:
    """Whether a wrong case shows the same mistake: the same cause if it is known, else the same evidence."""
    before, after = causes
    if before and after:
        return Kind.SAME if set(before) & set(after) else Kind.ANOTHER
    if old["outcome"] != new["outcome"]:
        return Kind.ANOTHER
    if new["hidden"] or old["hidden"]:
        return Kind.STILL
    same = _evidence(old) == _evidence(new) and _equal(_numbers(old), _numbers(new))
    return Kind.SAME if same else Kind.ANOTHER


def _evidence(case: Document) -> object:
    """What is wrong, without the numbers; for what did not end, what is said of it."""
    if not case["findings"]:
        return case["message"]
    return [(finding["quantity"], finding["kind"]) for finding in case["findings"]]


def _numbers(case: Document) -> list[Any]:
    return [finding["observed"] for finding in case["findings"]]


def _equal(one: Any, other: Any) -> bool:
    match one, other:
        case float() | int(), float() | int():
            return math.isclose(one, other, rel_tol=SAME_NUMBER, abs_tol=SAME_NUMBER)
        case list(), list():
            return len(one) == len(other) and all(map(_equal, one, other))
        case _:
            return bool(one == other)


def _passed(case: Document) -> bool:
    return bool(case["outcome"] == Outcome.PASSED)


def _wrong(case: Document) -> bool:
    return case["outcome"] in WRONG
