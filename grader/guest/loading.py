"""What was handed in becomes executed namespaces, and an account of what happened meanwhile."""

from __future__ import annotations

import sys
import types
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from grader.domain.submission import Loading, Skipped
from grader.domain.transcript import Frame
from grader.errors import SubmissionError
from grader.guest.choosing import Wanted, choose
from grader.guest.failures import Trouble, trouble
from grader.guest.families import Names, Namespace, reset_namespace
from grader.guest.loader import Loader
from grader.guest.running import CountedOutput, IgnoredWarnings
from grader.guest.sources import Source
from grader.guest.tree import Tree, folder_of
from grader.records import dataclass, field

SKIPPED_LIMIT = 50
NOTES_LIMIT = 40
FRAMES_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """A submission in memory: its modules, the entry first, and what loading found out."""

    namespaces: tuple[Namespace, ...]
    loading: Loading
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def scopes(self) -> tuple[Names, ...]:
        return tuple(namespace.dict for namespace in self.namespaces)

    def place(self, filename: str, line: int) -> Frame | None:
        """A line of a compiled file as the learner knows it, or None where it is not theirs."""
        source = self.sources.get(filename)
        if source is None:
            return None
        cell, number, text = source.place(line)
        return Frame(source.path, number, "", text.strip(), cell)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in, read and parsed, and nothing of it executed. `path` is empty where `error` says why."""

    tree: Tree
    wanted: Wanted
    path: str
    notes: tuple[str, ...]
    error: str = ""

    def compile(self) -> None:
        """Have ready what executing will need, for those who copy this process."""
        for path in (self.path, *Loader(self.tree, self.wanted, 0).related(self.path)):
            self.tree.compile(path)


def read(root: str, files: Iterable[str], *, entry: str = "", wanted: Wanted) -> HandedIn:
    """Choose the entry among the files below a folder, and parse it."""
    tree = Tree(root, files)
    choice = choose(tree, wanted, entry)
    if choice.error:
        return HandedIn(tree, wanted, "", choice.notes, choice.error)
    try:
        tree.parsed(choice.path)
    except SubmissionError as error:
        told = f"{error} {error.help}".rstrip()
        return HandedIn(tree, wanted, choice.path, choice.notes, told)
    return HandedIn(tree, wanted, choice.path, choice.notes)


def load(handed_in: HandedIn, *, entry: str = "", statement_seconds: float = 5.0) -> Loaded:
    """Execute what was handed in. Whatever it does, the answer is a Loaded: see `loading.error`."""
    tree, path, notes = handed_in.tree, handed_in.path, handed_in.notes
    if handed_in.error:
        loading = Loading(
            path or entry, error=handed_in.error, error_file=path, notes=handed_in.notes
        )
        return Loaded((), loading)
    loader = Loader(tree, handed_in.wanted, statement_seconds)
    arguments = sys.argv
    sys.argv = [tree.filename(path)]
    try:
        with IgnoredWarnings(), loader.stopper, CountedOutput() as counted:
            loader.counted = counted
            loader.load_entry(path)
    finally:
        sys.argv = arguments
    return account(loader, path, notes)


def own_frames(
    failed: BaseException | types.TracebackType | None, loaded: Loaded
) -> tuple[Frame, ...]:
    """The frames of a traceback that lie in the submission, deepest last, at most FRAMES_LIMIT."""
    trace = failed.__traceback__ if isinstance(failed, BaseException) else failed
    frames: deque[Frame] = deque(maxlen=FRAMES_LIMIT)
    while trace is not None:
        code = trace.tb_frame.f_code
        line = trace.tb_lineno or code.co_firstlineno  # a signal may strike where there is no line
        if place := loaded.place(code.co_filename, line):
            frames.append(Frame(place.file, place.line, code.co_qualname, place.text, place.cell))
        trace = trace.tb_next
    if isinstance(failed, SyntaxError) and (
        place := loaded.place(failed.filename or "", failed.lineno or 0)
    ):
        frames.append(place)
    return tuple(frames)


def own_stack(running: types.FrameType | None, loaded: Loaded) -> tuple[Frame, ...]:
    """The same of code that is still running: its own frames, deepest last."""
    frames: deque[Frame] = deque()
    while running is not None and len(frames) < FRAMES_LIMIT:
        code = running.f_code
        if place := loaded.place(code.co_filename, running.f_lineno or code.co_firstlineno):
            frames.appendleft(
                Frame(place.file, place.line, code.co_qualname, place.text, place.cell)
            )
        running = running.f_back
    return tuple(frames)


def reset_modes(loaded: Loaded | Namespace) -> tuple[str, ...]:
    """Switch recording and training on again, whoever left them off. What was switched."""
    namespaces = loaded.namespaces if isinstance(loaded, Loaded) else (loaded,)
    switched: list[str] = []
    for namespace in namespaces:
        switched += reset_namespace(namespace)
    return tuple(switched)


def account(loader: Loader, path: str, notes: tuple[str, ...]) -> Loaded:
    """What the loader found, in order, and whether it is enough."""
    tree, failures = loader.tree, loader.failures
    found = trouble(tree, path, loader.wanted, loader.namespaces[0].dict, failures)
    said = dict.fromkeys((*notes, *loader.notes, *loader.importer.all_notes()))
    if len(failures) > SKIPPED_LIMIT:
        said[f"{len(failures) - SKIPPED_LIMIT} more statements were passed over."] = None
    loading = Loading(
        path,
        kind=kind_of(tree, path),
        skipped=tuple(failure.skipped for failure in failures[:SKIPPED_LIMIT]),
        notes=tuple(said)[:NOTES_LIMIT],
        **error_fields(path, found),
    )
    sources = {tree.filename(one): source for one, source in tree.sources.items()}
    return Loaded(tuple(loader.namespaces), loading, sources)


def kind_of(tree: Tree, path: str) -> str:
    kind = tree.source(path).kind
    return "package" if kind == "python" and tree.is_package(folder_of(path)) else kind


def error_fields(path: str, found: Trouble | None) -> dict[str, Any]:
    """The `error` part of a Loading."""
    if found is None:
        return {}
    at = found.failure.skipped if found.failure else Skipped(path, 0, "", "", "")
    return {
        "error": found.message,
        "error_file": at.file,
        "error_line": at.line,
        "error_cell": at.cell,
        "error_text": at.text,
    }
