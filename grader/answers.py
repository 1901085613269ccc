"""Expected transcripts: the reference, observed by the same road as a submission, kept by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from grader.domain import codec
from grader.domain.assignment import Assignment, Case, Requirement
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Call,
    Constant,
    NoGrad,
    Program,
    Raises,
    Statement,
)
from grader.domain.spelling import spelled
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed, Reading, Transcript
from grader.domain.twin import twins
from grader.drafts import put_in_place
from grader.errors import AuthoringError, GraderFault
from grader.extending import extended, faults_of_loading
from grader.records import dataclass, replace
from grader.sandbox import Guest
from grader.shipped import reference_file
from grader.version import __version__

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")

REFERENCE_DIALECT = "variable-function"
REFERENCE_REQUIRES = (Requirement("Variable"), Requirement("Function"))
KEY_FOLDERS = ("", "authoring", "domain", "guest", "guest/dialects", "judging")
CODE = (".py", ".html", ".po")
PAGE_FOLDERS = ("report", "report/languages", "report/templates")


class Store:
    """Values kept in files named by the content that they were made from.

    A store that cannot be read or written forgets; it never fails. `folder` is private to the user. What
    was read or written once is not read again: over a class, one value serves every submission.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._at_hand: dict[tuple[type, str], Any] = {}

    @classmethod
    def default(cls) -> Store:
        """`GRADER_CACHE`, or a folder in the user's cache; nowhere if that is empty, or there is no home."""
        home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        chosen = os.environ.get("GRADER_CACHE", f"{home}/autodiff-grader")
        try:
            return cls(Path(chosen).expanduser() if chosen else None)
        except RuntimeError:  # a user without a home, as in containers
            return cls(None)

    def get(self, kind: type[T], key: str, *, fresh: bool = False) -> T | None:
        """What is kept; `fresh` from the file, which others may have changed."""
        found: T | None = None if fresh and self.folder else self._at_hand.get((kind, key))
        if found is None and self.folder is not None:
            with suppress(OSError, codec.Malformed):
                found = codec.loads(kind, (self.folder / f"{key}.json").read_bytes())
                self._at_hand[kind, key] = found
        return found

    def put(self, key: str, value: object) -> None:
        self._at_hand[type(value), key] = value
        if self.folder is None:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            put_in_place(self.folder / f"{key}.json", codec.dumps(value))

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """While this lasts, no other process that asks so changes what is kept under a key."""
        with ExitStack() as stack:
            if self.folder is not None and fcntl is not None:
                with suppress(OSError):
                    self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                    file = stack.enter_context((self.folder / f"{key}.lock").open("w"))
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class Answers:
    """One transcript for each case of an assignment, in its order."""

    transcripts: tuple[Transcript, ...]


def content_key(*parts: bytes | str) -> str:
    """A name for what was made from `parts` by this very code."""
    digest = hashlib.sha256(code_key(KEY_FOLDERS))
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


@cache
def code_key(folders: tuple[str, ...]) -> bytes:
    """Changes with the version, and with any edit of the code in these folders of the package.

    By content: to install or check out the same code again changes nothing.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256(__version__.encode())
    for folder in folders:
        with os.scandir(package / folder) as entries:
            files = sorted(entry.path for entry in entries if entry.name.endswith(CODE))
        for file in files:
            with open(file, "rb", buffering=0) as code:  # noqa: PTH123 - of a hundred, it counts
                digest.update(code.read())
    return digest.digest()


def reference_submission(functions: Sequence[SourceFile] = ()) -> Submission:
    """The reference, as something handed in, with the functions that an assignment brings."""
    source = extended(reference_file().read_bytes(), functions)
    return Submission("reference", "file", (SourceFile("autodiff.py", source),))


def answers_for(assignment: Assignment, guest: Guest, store: Store) -> Mapping[str, Transcript]:
    """What the reference answers to every case and to the twins of some.

    Gradients of inner variables, which the reference drops unless asked, are taken from a second
    performance that keeps them, so that a report can show what every gradient should be.
    """
    reference = reference_submission(assignment.functions)
    cases = (*assignment.cases, *twins(assignment))
    programs = tuple(case.program for case in cases)
    key = content_key("answers", reference.files[0].data, *map(spelled, programs))
    kept = store.get(Answers, key)
    if kept is None or len(kept.transcripts) != len(programs):
        kept = Answers(_observe_reference(cases, assignment.functions, reference, guest))
        store.put(key, kept)
    return {case.id: answer for case, answer in zip(cases, kept.transcripts, strict=True)}


def _observe_reference(
    cases: Sequence[Case],
    functions: Sequence[SourceFile],
    reference: Submission,
    guest: Guest,
) -> tuple[Transcript, ...]:
    tasks = [(case.program, 30.0) for case in cases]
    tasks += [(keeping_gradients(case.program), 30.0) for case in cases]
    done = guest.perform(reference, tasks, dialect=REFERENCE_DIALECT, requires=REFERENCE_REQUIRES)
    if faults := faults_of_loading(done.loading, functions):
        raise AuthoringError(faults)
    if done.loading.error:
        raise GraderFault(f"the reference could not be loaded: {done.loading.error}")
    if done.fault:
        raise GraderFault(f"the reference could not be performed: {done.fault}")
    asked, keeping = done.transcripts[: len(cases)], done.transcripts[len(cases) :]
    return tuple(
        _with_inner_gradients(case, plain, kept)
        for case, plain, kept in zip(cases, asked, keeping, strict=True)
    )


def _with_inner_gradients(case: Case, plain: Transcript, kept: Transcript) -> Transcript:
    if len(case.program.backwards()) != 1 or not isinstance(kept.ending, Completed):
        return plain
    return replace(
        plain,
        readings=tuple(
            reading
            if reading.quantity in case.program.quantities
            else Reading(
                reading.quantity,
                (reading.quantity.aspect is Aspect.GRADIENT and kept.reading(reading.quantity))
                or reading.found,
            )
            for reading in plain.readings
        ),
    )


def reflected(program: Program) -> Program:
    """The same program, with `1 - x` and `1 / x` by the operator, which not every submission has a function for.

    On the reference itself nothing changes. A mistake in the operator shows, which `sub(1, x)` would hide.
    """

    def by_operator(statement: Statement) -> Statement:
        match statement:
            case Apply(_, "sub" | "div", (Constant(), _), _, Call.ANY):
                return replace(statement, call=Call.OPERATOR)
            case _:
                return statement

    statements = tuple(map(by_operator, program.statements))
    if all(one is other for one, other in zip(statements, program.statements, strict=True)):
        return program  # what is known of it by identity stays known
    return replace(program, statements=statements)


def keeping_gradients(program: Program) -> Program:
    """The same program, with the gradients of inner variables kept."""

    def keep(statement: Statement) -> Statement:
        match statement:
            case Backward():
                return replace(statement, retain_grad=True)
            case NoGrad(body):
                return NoGrad(tuple(map(keep, body)))
            case Raises(error, inner):
                return Raises(error, keep(inner))
            case _:
                return statement

    return replace(program, statements=tuple(map(keep, program.statements)))
