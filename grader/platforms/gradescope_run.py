"""What `run_autograder` runs within Gradescope's container: one submission in, `results.json` out.

    python -m grader.platforms.gradescope_run [--learn] /autograder

Whatever happens, a result is there: one that says that grading did not finish is written before anything is
run. Printed text is for the instructor.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from grader.drafts import put_in_place
from grader.errors import GraderError
from grader.export.gradescope import gradescope, unfinished
from grader.platforms.gradescope_zip import Settings


@dataclass(frozen=True, slots=True)
class Refusal:
    """A submission above the limit: the score that stays, and when the next one is graded."""

    score: float
    until: datetime


def main(arguments: Sequence[str]) -> int:
    """0 where the submission was graded or refused; 1 where the grader failed: the first result stays."""
    root = Path(arguments[-1])
    settings = read_settings(root)
    if arguments[0] == "--learn":
        learn(root, settings)
        return 0
    out = root / "results" / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    write(out, unfinished(settings.title, settings.max_score))
    try:
        refusal = over_the_limit(read_metadata(root), settings)
        write(out, refused(settings, refusal) if refusal else graded(root, settings))
    except GraderError as error:
        print(f"{type(error).__name__}: {error}")
        return 1
    except Exception:
        traceback.print_exc(file=sys.stdout)
        return 1
    return 0


def graded(root: Path, settings: Settings) -> dict[str, Any]:
    """The result of the submission, hidden cases as far as a student may see them."""
    from grader.grading import grade
    from grader.report.projection import for_student
    from grader.report.results import results_for_both

    report = grade(
        root / "submission",
        root / "grader-package" / settings.assignment,
        seed=settings.seed,
        accept_level=settings.accept_level,
        language=settings.language,
        notify=print,
    )
    document = results_for_both(report, for_student(report))
    print(f"protection: level {report.sandbox.level} ({', '.join(report.sandbox.layers)})")
    for missing in report.sandbox.missing:
        print(f"not in force: {missing}")
    for flag in report.flags:
        print(f"look at this: {flag.kind}: {flag.reason}")
    if report.status == "grader fault":
        raise GraderError("the grader failed at some of the cases: nobody loses a point for it")
    return gradescope(document)


def over_the_limit(metadata: Mapping[str, Any], settings: Settings) -> Refusal | None:
    """Whether too many submissions came before this one, counted back from when it was handed in.

    Those at which an autograder failed are not counted. The clock of the machine is never asked.
    """
    created = _moment(metadata.get("created_at"))
    if not settings.limit or created is None:
        return None
    window = timedelta(hours=settings.limit_hours)
    counted = sorted(
        (moment, float(one.get("score") or 0.0))
        for one in metadata.get("previous_submissions") or ()
        if not one.get("autograder_error")
        and (moment := _moment(one.get("submission_time"))) is not None
        and created - window < moment <= created
    )
    if len(counted) < settings.limit:
        return None
    return Refusal(counted[-1][1], counted[-settings.limit][0] + window)


def refused(settings: Settings, refusal: Refusal) -> dict[str, Any]:
    until = f"{refusal.until:%Y-%m-%d %H:%M %Z}".strip()
    found = unfinished(settings.title, settings.max_score)
    output = (
        f"Not graded: {settings.limit} submissions within {settings.limit_hours:g} hours are graded. "
        f"Your last score stays; the next submission is graded from {until} on."
    )
    test = {**found["tests"][0], "score": refusal.score, "output": "above the limit"}
    extra = {"status": "refused"}
    return found | {"score": refusal.score, "output": output, "tests": [test], "extra_data": extra}


def learn(root: Path, settings: Settings) -> None:
    """Observe the reference and its mutants on these cases, into the cache."""
    from grader.answers import Store, answers_for
    from grader.grading import catalogue, compiled
    from grader.predictions import Oracle
    from grader.sandbox import Guest

    store = Store.default()
    asked = compiled(root / "grader-package" / settings.assignment, store, settings.seed)
    with Guest(accept_level=1) as guest:  # only the reference is performed
        answers = answers_for(asked, guest, store)
        Oracle(asked, answers, catalogue(store), guest, store).learn(0, 1)


def read_settings(root: Path) -> Settings:
    found = json.loads((root / "grader-package" / "settings.json").read_bytes())
    return Settings(**found)


def read_metadata(root: Path) -> Mapping[str, Any]:
    """What Gradescope says of the submission; nothing where it says nothing that can be read."""
    try:
        found = json.loads((root / "submission_metadata.json").read_bytes())
    except (OSError, ValueError) as error:
        print(f"submission_metadata.json cannot be read: {error}")
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, result: Mapping[str, Any]) -> None:
    """Written whole, then put in its place: Gradescope never reads half a result."""
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    put_in_place(path, text.encode())


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.astimezone()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
