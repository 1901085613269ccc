"""Notebooks are parsed beside the student's code only; assignments are parsed with limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import grader
from grader.domain.transcript import Faulted
from grader.errors import AuthoringError
from tests.attacks import case_files, notebooks
from tests.attacks.arena import DONE, Arena

SECONDS = 20.0


@pytest.mark.parametrize("what", notebooks.HOSTILE)
def test_a_notebook_runs_nothing_but_its_cells(what: str, arena: Arena) -> None:
    name, content = notebooks.HOSTILE[what]
    canaries = arena.canaries
    for mark, value in (("FILE", canaries.secret), ("OPEN", canaries.open)):
        content = content.replace(f"CANARY_{mark}".encode(), str(value).encode())
    result = arena.grade({name: content})
    assert DONE not in result.observed.output
    assert canaries.token not in result.text
    assert canaries.hashes() == canaries.before
    assert not any(isinstance(t.ending, Faulted) for t in result.transcripts.values())
    assert len(result.text) < 200_000


@pytest.mark.parametrize("what", case_files.HOSTILE)
def test_a_hostile_assignment_is_refused_soon(
    what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "assignment.yaml"
    file.write_text(case_files.HOSTILE[what]())
    start = time.monotonic()
    with pytest.raises(AuthoringError) as refusal:
        grader.load_assignment(file)
    assert time.monotonic() - start < SECONDS
    assert refusal.value.faults
    assert len(str(refusal.value)) < 100_000
    assert DONE not in capfd.readouterr().out
