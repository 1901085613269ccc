"""Changed references: loaded fast, performed together, kept in one file, and no more of them than needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader import answers as answers_module
from grader import rehearsals as rehearsals_module
from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    answers_for,
    content_key,
    reference_submission,
    reflected,
)
from grader.domain.assignment import Assignment
from grader.domain.misconception import Edit, Misconception
from grader.domain.protocol import Base
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import NoResult, TimedOut, Transcript
from grader.grading import catalogue, compiled, select
from grader.guest.variants import Original
from grader.judging.diagnosis import gather, is_exact, match, stripped
from grader.performing import perform_variants
from grader.predictions import Oracle, mutant
from grader.rehearsals import Changed, Rehearsals
from grader.sandbox import Guest
from grader.shipped import assignments_folder

CASES = ("square-alone", "add-alone", "chain-two", "x-plus-x", "x-thrice", "diamond", "ladder")
SOME = slice(None, None, 9)


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as started:
        yield started


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def asked() -> Assignment:
    return select(compiled(assignments_folder() / "backprop", Store.default(), 0), CASES)


@pytest.fixture(scope="module")
def known() -> tuple[Misconception, ...]:
    return catalogue(Store.default())


def text_of(entries: Sequence[Misconception]) -> bytes:
    made = mutant(entries)
    assert made is not None
    return made.files[0].data


def test_a_variant_answers_what_it_answers_when_loaded_as_a_submission(
    asked: Assignment, known: tuple[Misconception, ...], guest: Guest
) -> None:
    reference = reference_submission()
    programs = [reflected(case.program) for case in asked.cases]
    tasks: list[Any] = [(program, 5.0) for program in programs]
    for entry in known[SOME]:
        changed = Submission(entry.id, "file", (SourceFile("autodiff.py", text_of([entry])),))
        slow = guest.perform(changed, tasks, dialect=REFERENCE_DIALECT, requires=REFERENCE_REQUIRES)
        fast = guest.perform(
            changed,
            tasks,
            dialect=REFERENCE_DIALECT,
            requires=REFERENCE_REQUIRES,
            base=reference,
            variants=["autodiff.py"] * len(tasks),
        )
        pairs = zip(programs, slow.transcripts, fast.transcripts, strict=True)
        for program, one, other in pairs:
            if not isinstance(other.ending, TimedOut):
                assert stripped(program, one) == stripped(program, other), entry.id


def test_only_what_is_changed_is_compiled_again(known: tuple[Misconception, ...]) -> None:
    text = reference_submission().files[0].data.decode()
    original = Original(Base("autodiff.py", text))
    assert list(original.codes_of(text)) == original.codes
    for entry in known:
        codes = list(original.codes_of(text_of([entry]).decode()))
        new = [code for code in codes if not any(code is old for old in original.codes)]
        assert 1 <= len(new) <= len(entry.edits), entry.id


def test_lines_of_a_variant_are_those_of_its_file() -> None:
    original = Original(Base("autodiff.py", "a = 1\n\n\ndef f():\n    return 1\n"))
    names: dict[str, Any] = {}
    for code in original.codes_of("a = 1\n\n\ndef f():\n    return 2\n"):
        exec(code, names)
    assert names["f"]() == 2
    assert names["f"].__code__.co_firstlineno == 4


def test_one_that_never_ends_is_stopped_and_the_others_go_on(
    asked: Assignment, guest: Guest, store: Store
) -> None:
    right = answers_for(asked, guest, store)
    rehearsals = Rehearsals(asked, right, guest, Store(None), lambda message: None)
    text = reference_submission().files[0].data.decode()
    endless = text.replace("        return x * x\n", "        while True:\n            pass\n")
    assert endless != text
    hangs, fine = Changed(endless.encode(), False), Changed(text.encode(), False)
    rehearsals.learn([hangs, fine], ["square-alone", "add-alone"])
    assert rehearsals.failing(hangs, ["square-alone", "add-alone"]) == ("square-alone",)
    assert isinstance(rehearsals.answer(hangs, "square-alone").ending, TimedOut)
    assert rehearsals.failing(fine, ["square-alone", "add-alone"]) == ()


def test_that_it_takes_a_moment_is_said_once(
    asked: Assignment, guest: Guest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsals_module, "WORTH_A_GUEST", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    said: list[str] = []
    right = answers_for(asked, guest, store)
    rehearsals = Rehearsals(asked, right, guest, Store(None), said.append)
    text = reference_submission().files[0].data.decode()
    for factor in (2, 3):
        changed = text.replace("return x * x\n", f"return x * x * {factor}\n")
        rehearsals.learn([Changed(changed.encode(), False)], ["square-alone"])
    assert len(said) == 1


def observed_with(
    edits: Sequence[Edit], asked: Assignment, guest: Guest, store: Store
) -> tuple[dict[str, Transcript], dict[str, Transcript]]:
    """What the reference with some edits answers, and what it should."""
    right = dict(answers_for(asked, guest, store))
    text = reference_submission().files[0].data.decode()
    for edit in edits:
        text = text.replace(edit.find, edit.replace)
    done = guest.perform(
        Submission("wrong", "file", (SourceFile("autodiff.py", text.encode()),)),
        [(case.program, 5.0) for case in asked.cases],
        dialect=REFERENCE_DIALECT,
        requires=REFERENCE_REQUIRES,
    )
    ids = (case.id for case in asked.cases)
    return dict(zip(ids, done.transcripts, strict=True)), right


def test_one_whose_process_ends_costs_only_its_own_answer(asked: Assignment, guest: Guest) -> None:
    """Whatever was said together with it is said again."""
    reference = reference_submission()
    text = reference.files[0].data.decode()
    assert text.count("        return x * x\n") == 1
    deadly = text.replace("return x * x\n", '__import__("os")._exit(3)\n').encode()
    files = (SourceFile("well.py", text.encode()), SourceFile("deadly.py", deadly))
    programs = [reflected(case.program) for case in asked.cases]
    assert sum("square" in program.functions() for program in programs) not in (0, len(programs))
    tasks = [(program, 1.0) for program in programs]
    changed = Submission("both", "folder", files)
    names = [*["well.py"] * len(tasks), *["deadly.py"] * len(tasks), *["well.py"] * len(tasks)]
    done = perform_variants(changed, tasks * 3, names, guest, reference).transcripts
    well, deadly_ones, again = (done[n * len(tasks) : (n + 1) * len(tasks)] for n in range(3))
    assert well == again
    for program, right, found in zip(programs, well, deadly_ones, strict=True):
        if "square" in program.functions():
            assert found.ending == NoResult("exit status 3")
        else:
            assert found == right


def test_what_explains_everything_is_found_with_few_performances(
    asked: Assignment,
    known: tuple[Misconception, ...],
    guest: Guest,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    performed: list[int] = []
    plainly = Guest.perform

    def counting(self: Guest, submission: Submission, tasks: Any, **named: Any) -> Any:
        performed.append(len(tasks))
        return plainly(self, submission, tasks, **named)

    entry = next(one for one in known if one.id == "overwrite")
    observed, right = observed_with(entry.edits, asked, guest, store)
    evidence = gather(asked, observed, right)
    assert evidence.failed
    assert evidence.passed
    monkeypatch.setattr(Guest, "perform", counting)
    oracle = Oracle(asked, right, known, guest, store)
    found = oracle.singles(evidence)
    assert "overwrite" in {id for one in found for id in one.misconceptions}
    assert all((m := match(evidence, one)) and is_exact(evidence, m) for one in found)
    every = len(oracle.candidates)
    assert 0 < sum(performed) < 0.7 * every * len(asked.cases)

    performed.clear()
    again = Oracle(asked, right, known, guest, Store(store.folder)).singles(evidence)
    assert again == found
    assert not performed


def test_where_nothing_explains_everything_all_that_explains_something_is_found(
    asked: Assignment, known: tuple[Misconception, ...], guest: Guest, store: Store
) -> None:
    entry = next(one for one in known if one.id == "overwrite")
    observed, right = observed_with(entry.edits, asked, guest, store)
    wrong = observed["x-plus-x"]
    # Nobody's answer: what a second, unknown mistake would do to a case.
    observed["chain-two"] = wrong
    evidence = gather(asked, observed, right)
    found = Oracle(asked, right, known, guest, store).singles(evidence)
    assert "overwrite" in {id for one in found for id in one.misconceptions}
    assert not any((m := match(evidence, one)) and is_exact(evidence, m) for one in found)


def test_keys_follow_the_content_of_the_code_not_its_dates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = Path(answers_module.__file__).parent
    before = content_key("x")
    file = package / "answers.py"
    stamp = file.stat()
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    try:
        answers_module.code_key.cache_clear()
        assert content_key("x") == before
        monkeypatch.setattr(answers_module, "KEY_FOLDERS", ("domain",))
        answers_module.code_key.cache_clear()
        assert content_key("x") != before
    finally:
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        answers_module.code_key.cache_clear()
