"""What a teacher is told of an assignment is never what became of a guest."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.answers import Store, answers_for
from grader.checking.fairness import fairness
from grader.errors import GraderFault
from grader.grading import catalogue, compiled
from grader.predictions import Oracle
from grader.sandbox import Guest, Performance
from grader.shipped import assignments_folder


def test_a_guest_that_breaks_at_secret_cases_is_no_fault_of_a_solution(tmp_path: Path) -> None:
    folder, store = tmp_path / "backprop", Store(None)
    shutil.copytree(assignments_folder() / "backprop" / "solution", folder / "solution")
    asked = compiled(assignments_folder() / "backprop", Store.default(), 0)

    class Breaking(Guest):
        def perform(self, *arguments: Any, **options: Any) -> Performance:
            if options.get("continues"):
                self.kill()
                self._started.process.wait()
            return super().perform(*arguments, **options)

    with Breaking() as guest:
        answers = answers_for(asked, guest, store)
        oracle = Oracle(asked, answers, catalogue(Store.default()), guest, store)
        with pytest.raises(GraderFault, match="guest process failed"):
            fairness(oracle, folder, guest)
