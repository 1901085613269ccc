"""A graph tried out on the classes of a running notebook, in the learner's own process.

    import grader
    grader.try_out(globals(), "y = add(add(x, x), x)", x=3.0)

    %load_ext grader
    %grader x = 3.0; y = add(add(x, x), x)

The report is the one of `grader run`, of one case, with the same words. What is expected comes from the
reference, which runs in a guest process as ever; the learner's classes run right here, at the learner's own
risk. Nothing is written, and nothing is fetched.
"""

from __future__ import annotations

import atexit
import linecache
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

import numpy as np

from grader.answers import Store, answers_for
from grader.authoring.alone import read_program
from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.diagnosis import Place
from grader.domain.observed import Performed
from grader.domain.submission import Bound, Loading
from grader.domain.transcript import Frame, Reading, Transcript
from grader.domain.verdict import DIAGNOSED, Status
from grader.errors import AuthoringError, GraderError, SubmissionError
from grader.filming import right_films
from grader.guest.binding import Binding
from grader.guest.camera import Camera
from grader.guest.dialects import DIALECTS, Dialect
from grader.guest.perform import observe_number, perform
from grader.judging.slopes import question, slopes
from grader.judging.verdicts import judge
from grader.records import replace
from grader.report.case_text import verdict_lines
from grader.report.language import chosen_language
from grader.report.localised import renderer
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.report.terminal import written
from grader.sandbox import Guest
from grader.scoring import explained
from grader.version import __version__

CASE: Final = "try"
FRAME_PIXELS: Final = 640
DATA: Final = ("data", "value", "val")


class Tried:
    """What came of a graph: shown as the report in a notebook, as text on a terminal."""

    def __init__(self, report: Report) -> None:
        self.report = report

    @property
    def passed(self) -> bool:
        """Whether every value and every gradient is right."""
        return self.report.all_passed

    def __repr__(self) -> str:
        return _text(self.report)

    def _repr_html_(self) -> str:
        """The case in a frame of its own, which neither reaches the notebook nor is reached by its style."""
        from grader.report import html

        page = escape(html.render_case(self.report), quote=True)
        return (
            f'<iframe sandbox="allow-scripts" srcdoc="{page}" title="grader" '
            f'style="width:100%;height:{FRAME_PIXELS}px;border:0;resize:vertical"></iframe>'
        )


def try_out(namespace: Mapping[str, Any], graph: str, /, **inputs: Any) -> Tried:
    """Perform a graph on the classes of a namespace, and compare it with the reference.

    `namespace` is `globals()`; `graph` is written as in an assignment. `inputs` are numbers, lists or
    arrays. A name that is neither given nor computed is looked up in the namespace: a number, an array, or
    a variable of the learner's own.

    Raises AuthoringError where the graph cannot be read, SubmissionError where the namespace holds no
    variable class, TypeError where an input is no number.
    """
    given = {name: _input(name, value) for name, value in inputs.items()}
    text, program = read_program(graph, given, lambda name: _numbers(namespace.get(name)))
    speaker, dialect = _dialect(namespace)
    case = Case(CASE, text.strip().splitlines()[-1], "", text, program)
    asked = Assignment(CASE, "", dialect, (), (case,))
    camera = Camera(speaker, observe_number, _place)
    observed = perform(program, speaker, _frames, camera)
    film = camera.film()
    guest, store = _guest(), _store()
    expected = answers_for(asked, guest, store)[CASE]
    verdict = judge(case, observed, expected)
    told = CaseReport(case, verdict, observed, expected)
    if verdict.outcome in DIAGNOSED:
        right = right_films((case,), guest, store).get(CASE)
        own = _slopes(case, observed, speaker)
        performed = Performed(CASE, observed, film=film and replace(film, agrees=True), slopes=own)
        told = explained(told, performed, right)
    loading = Loading("", bound=(Bound(*_class(speaker), "", 0), *speaker.bound_functions()))
    return Tried(
        Report(
            grader_version=__version__,
            assignment=asked,
            seed=0,
            status=Status.GRADED,
            submission=SubmissionReport("", "namespace", (), loading),
            sandbox=SandboxReport(0),
            cases=(told,),
            language=chosen_language(),
        )
    )


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader`: defines `%grader` and `%%grader`."""

    def magic(line: str, cell: str = "") -> Tried | None:
        """Try a graph on the classes above: `%grader x = 3.0; y = add(x, x)`."""
        try:
            return try_out(shell.user_ns, f"{line}\n{cell}".strip())
        except (GraderError, TypeError) as error:
            print(_said(error), file=sys.stderr)
            return None

    shell.register_magic_function(magic, "line_cell", "grader")


@renderer
def _text(report: Report) -> str:
    return written(list(verdict_lines(report.cases[0])), color=False)


def _said(error: Exception) -> str:
    if isinstance(error, AuthoringError):
        from grader.authoring import render_faults

        return render_faults(error.faults)
    help = error.help if isinstance(error, SubmissionError) else ""
    return f"error: {error}" + (f"\n  = help: {help}" if help else "")


def _slopes(case: Case, observed: Transcript, speaker: Dialect) -> tuple[Reading, ...]:
    """The slopes of the learner's own forward pass, where they can be taken."""
    asked = question(case, observed)
    if asked is None:
        return ()
    return slopes(asked, [perform(one, speaker, _frames) for one in asked.programs], observed)


def _input(name: str, value: Any) -> Array:
    found = _numbers(value)
    if found is None:
        raise TypeError(f"{name} must be a number, a list or an array, not {value!r:.60}")
    return found


def _numbers(value: Any) -> Array | None:
    """A value as an input of a program, or None where it holds no numbers. Whole numbers become floats."""
    if not isinstance(value, int | float | list | tuple | np.ndarray | np.generic):
        value = next((getattr(value, name) for name in DATA if hasattr(value, name)), None)
    if value is None:
        return None
    try:
        array = np.asarray(value, dtype=None if hasattr(value, "dtype") else float)
    except (TypeError, ValueError):
        return None
    found = observe_number(array.astype(float) if array.dtype.kind in "iub" else array)
    return found if isinstance(found, Array) else None


def _dialect(namespace: Mapping[str, Any]) -> tuple[Dialect, str]:
    """How the classes of a namespace are spoken to, and the name of that dialect."""
    for name, kind in DIALECTS.items():
        for word in (kind.variable_names[0], *kind.variable_names):
            cls = namespace.get(word)
            family = next((n for n, k in DIALECTS.items() if k.variable_names[0] == word), name)
            if isinstance(cls, type):
                scopes = [namespace]
                home = sys.modules.get(cls.__module__)
                if home is not None and vars(home) is not namespace:
                    scopes.append(vars(home))  # imported: its functions may be there alone
                return DIALECTS[family](Binding(scopes, cls, str(Path.cwd()))), family
    raise SubmissionError(
        "there is no class `Variable` here (nor `Value`, nor another name that is known)",
        help="run the cell that defines it, then this one again",
    )


def _class(speaker: Dialect) -> tuple[str, str]:
    """The word for the variable class, and what the learner calls it."""
    return speaker.variable_names[0], speaker.variable_class.__name__


def _frames(error: BaseException) -> tuple[Frame, ...]:
    """The frames of an exception that lie in the learner's code, deepest last."""
    return tuple(
        Frame(place.file, place.line, frame.f_code.co_qualname, place.text, place.cell)
        for frame, line in _walk(error.__traceback__)
        if (place := _place(frame.f_code.co_filename, line))
    )


def _walk(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _place(file: str, line: int) -> Place | None:
    """A line of the learner's code; None for what is installed, this very package included."""
    if _is_installed(file):
        return None
    text = linecache.getline(file, line).strip()
    cell = _cell(file)
    return Place("notebook" if cell else Path(file).name, line, text, cell)


def _cell(file: str) -> str:
    """The mark of a notebook's cell, `In [13]`, where IPython knows it."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    numbers = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return f"In [{numbers[file]}]" if file in numbers else ""


@cache
def _is_installed(file: str) -> bool:
    folders = [str(Path(module.__file__ or "").parent) for module in (np, linecache)]
    ours = str(Path(__file__).parent)
    return file.startswith((*folders, ours)) or "site-packages" in file


@cache
def _store() -> Store:
    return Store(None)


@cache
def _guest() -> Guest:
    """The guest that performs the reference, for as long as the notebook lives."""
    guest = Guest(accept_level=0)
    atexit.register(guest.close)
    return guest
