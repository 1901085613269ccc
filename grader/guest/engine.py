"""A loaded submission, ready to perform programs: its classes found, its dialect chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from types import FrameType

from grader.domain.diagnosis import Place
from grader.domain.protocol import Job
from grader.domain.submission import Loading
from grader.domain.transcript import Frame
from grader.guest.binding import Binding
from grader.guest.dialects import DIALECTS, Dialect
from grader.guest.loading import (
    HandedIn,
    Loaded,
    load,
    own_frames,
    own_stack,
    read,
    reset_modes,
)
from grader.guest.variants import Rehearsal
from grader.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Engine:
    """What a child needs to perform programs on one submission."""

    dialect: Dialect
    frames: Callable[[BaseException], tuple[Frame, ...]]
    place: Callable[[str, int], Place | None]
    stack: Callable[[FrameType | None], tuple[Frame, ...]]
    reset: Callable[[], object]


def read_job(job: Job) -> HandedIn:
    """Read and parse the submission of a job; nothing of it is executed."""
    kind = DIALECTS[job.dialect]
    wanted = tuple(
        tuple(dict.fromkeys((one.name, *one.names, *_family(one.name, kind))))
        for one in job.requires
        if not one.is_function
    )
    return read(job.folder, job.files, entry=job.entry, wanted=wanted)


def open_engine(
    job: Job, handed_in: HandedIn, *, told: bool = True
) -> tuple[Loading, Engine | None]:
    """Load the submission of a job. No engine where `Loading.error` says why it cannot be graded.

    Where nobody is `told` what loading showed, it is not found out what answers to which word.
    """
    kind = DIALECTS[job.dialect]
    loaded = load(handed_in, entry=job.entry)
    names = (name for group in handed_in.wanted for name in group if name in kind.variable_names)
    variable_class = _first_class(loaded, (*names, *kind.variable_names))
    if loaded.loading.error or variable_class is None:
        return loaded.loading, None
    binding = Binding(loaded.scopes, variable_class, job.folder)
    dialect = kind(binding)
    engine = Engine(
        dialect,
        lambda error: own_frames(error, loaded),
        lambda file, line: _place(loaded, file, line),
        lambda frame: own_stack(frame, loaded),
        lambda: reset_modes(loaded),
    )
    if not told:
        return Loading(job.entry), engine
    found = dialect.bound_functions(one.name for one in job.requires if one.brought)
    cls = binding.bound_class(kind.variable_names[0], variable_class)
    words = {bound.name for bound in found}
    absent = tuple(one.name for one in job.requires if one.is_function and one.name not in words)
    every = (cls, *found, *dialect.bound_clear())
    return replace(loaded.loading, bound=every, absent=absent), engine


def _place(loaded: Loaded, file: str, line: int) -> Place | None:
    found = loaded.place(file, line)
    return Place(found.file, found.line, found.text, found.cell) if found else None


def open_variants(job: Job, rehearsal: Rehearsal) -> Iterator[Engine]:
    """For each program the variant of what is ours on which it is performed, loaded once in a row.

    In a job that wants each program alone the variant is loaded anew for each: nothing that it left in its
    module or its classes is there. Raises what loading it raises: our own texts load.
    """
    folder, original = Path(job.folder), rehearsal.original
    for file, group in groupby(rehearsal.files):
        codes = tuple(original.codes_of((folder / file).read_text(encoding="utf-8")))
        engine = None
        for _ in group:
            if engine is None or job.alone:
                engine = _engine_of_variant(original.load(codes), job)
            yield engine


def _engine_of_variant(loaded: Loaded, job: Job) -> Engine:
    kind = DIALECTS[job.dialect]
    variable_class = _first_class(loaded, kind.variable_names)
    assert variable_class is not None, f"{loaded.loading.entry} defines no class of variables"
    return Engine(
        kind(Binding(loaded.scopes, variable_class, job.folder)),
        lambda error: (),
        lambda file, line: None,
        lambda frame: (),
        partial(reset_modes, loaded),
    )


def _first_class(loaded: Loaded, names: tuple[str, ...]) -> type | None:
    for scope in loaded.scopes:
        for name in names:
            if isinstance(scope.get(name), type):
                found: type = scope[name]
                return found
    return None


def _family(name: str, kind: type[Dialect]) -> tuple[str, ...]:
    """The accepted other names of a required class."""
    for names in (kind.variable_names, kind.function_names):
        if name in names:
            return names
    return ()
