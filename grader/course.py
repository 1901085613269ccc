"""Which assignment of a course a submission has come to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from grader.answers import Store, answers_for, content_key
from grader.authoring.files import content_of
from grader.domain.assignment import Assignment, Mode, Requirement
from grader.domain.submission import Loading, Submission
from grader.errors import UsageError, did_you_mean
from grader.grading import compiled
from grader.observing import Begun, perform
from grader.records import dataclass
from grader.sandbox import Guest

FILE: Final = "course.yaml"


@dataclass(frozen=True, slots=True)
class Stage:
    """An assignment of a course, as far as it matters who may take it."""

    dialect: str
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The names of the assignments of a course."""

    names: tuple[str, ...]


def choose(
    submission: Submission, folder: Path, guest: Guest, store: Store, seed: int | None
) -> tuple[Path | None, Begun | None]:
    """The folder of the furthest assignment whose requirements the submission meets, or None.

    With a seed for its inputs, all open cases of what is likely chosen are performed on the way.
    Raises UsageError where `course.yaml` of the folder is not right.
    """
    taught = tuple(reversed(names(folder, store)))
    stage_of = cache(lambda name: read_stage(folder / name, store))
    begun = None
    if seed is not None:
        likely = next((one for one in taught if _mentioned(stage_of(one), submission)), None)
        begun = _begin(submission, folder / likely, guest, store, seed) if likely else None
    opened: dict[tuple[str, tuple[Requirement, ...]], Loading] = {}
    if begun:
        opened[begun.assignment.dialect, _classes(begun.assignment)] = begun.performance.loading
    for name in taught:
        stage = stage_of(name)
        asked = stage.dialect, _classes(stage)[:1]
        if asked not in opened:
            opened[asked] = _load(submission, *asked, guest)
        if _meets(stage, submission, opened[asked], guest):
            return folder / name, begun
    return None, begun


def _begin(
    submission: Submission, folder: Path, guest: Guest, store: Store, seed: int
) -> Begun | None:
    """The open cases of an assignment, performed. What will be asked of the store is read while the guest may still
    be starting."""
    asked = compiled(folder, store, seed)
    if asked.mode is Mode.CASES:
        return None
    answers_for(asked, guest, store)
    return Begun(asked, submission, perform(submission, asked, guest))


def _mentioned(stage: Stage, submission: Submission) -> bool:
    """Whether all that is required stands somewhere in the text of a submission, under a name that is accepted."""
    texts = [file.data for file in submission.files]
    return all(
        any(name.encode() in text for text in texts for name in (one.name, *one.names))
        for one in stage.requires
    )


def first(folder: Path, store: Store) -> Path:
    """Where the course begins, in the dialect in which it ends."""
    taught = names(folder, store)
    last = read_stage(folder / taught[-1], store).dialect
    return next(folder / one for one in taught if read_stage(folder / one, store).dialect == last)


def names(folder: Path, store: Store) -> tuple[str, ...]:
    """The folders of a course's assignments, in the order in which they are taught, by its `course.yaml`."""
    file = folder / FILE
    try:
        listed = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    there = sorted(path.parent.name for path in folder.glob("*/assignment.yaml"))
    key = content_key("course", listed, *there)
    kept = store.get(Course, key)
    if kept is None:
        kept = Course(_listed(file, listed, there))
        store.put(key, kept)
    return kept.names


def _listed(file: Path, text: bytes, there: list[str]) -> tuple[str, ...]:
    import yaml  # only after a change

    try:
        listed = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from error
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{file}: a list of assignments is due, in the order of the course")
    for name in listed:
        if name not in there:
            raise UsageError(
                f"{file}: there is no assignment {name!r}{did_you_mean(str(name), there)}"
            )
    return tuple(listed)


def read_stage(folder: Path, store: Store) -> Stage:
    """What an assignment asks for, from the store where nothing has changed."""
    key = content_key("stage", content_of(folder))
    kept = store.get(Stage, key)
    if kept is None:
        from grader.authoring import load_asked  # pydantic: only after a change

        kept = Stage(*load_asked(folder))
        store.put(key, kept)
    return kept


def _meets(stage: Stage, submission: Submission, loading: Loading, guest: Guest) -> bool:
    """Whether the submission defines all that an assignment requires, under names that it accepts."""
    if loading.error:
        return False
    found = {bound.name for bound in loading.bound}
    if any(one.is_function and one.name not in found for one in stage.requires):
        return False
    classes = _classes(stage)
    for variable in classes[:1]:
        if loading.bound[0].found_as not in (variable.name, *variable.names):
            return False
    if len(classes) < 2:
        return True
    again = _load(submission, stage.dialect, stage.requires, guest)
    return not again.error and not again.absent


def _classes(asked: Stage | Assignment) -> tuple[Requirement, ...]:
    """What must be defined beside the functions of the vocabulary, the variable class first."""
    return tuple(one for one in asked.requires if not one.is_function)


def _load(
    submission: Submission, dialect: str, requires: tuple[Requirement, ...], guest: Guest
) -> Loading:
    return guest.perform(submission, [], dialect=dialect, requires=requires).loading
