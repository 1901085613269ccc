"""Notebooks as they are handed in: `.ipynb`, text with `In [13]:` marks, fences, `>>>` sessions.

Each reader gives the text that Python will see and the cells in it. In all but `.ipynb` the lines
keep their numbers.
"""

from __future__ import annotations

import json
import re
from typing import Any

from grader.errors import SubmissionError
from grader.guest.texts import LINES_LIMIT, SURROGATE
from grader.records import dataclass

CELLS_LIMIT = 5_000
CODE_LIMIT = 4_000_000

IN_MARK = re.compile(r"^\s{0,3}In ?\[(\d{1,9}|[ *])?\]:[ \t]?(.*)$")
OUT_MARK = re.compile(r"^\s{0,3}Out ?\[(\d{1,9}|[ *])?\]:")
CONTINUATION = re.compile(r"^\s*\.\.\.+: ?")
FENCE = re.compile(r"^\s{0,3}(```+|~~~+)\s*([^`]*)$")
PYTHON_FENCES = ("", "python", "py", "python3", "ipython", "ipython3", "{python}", "{code-cell}")
PYTHON = re.compile(r"(import|from|class|def|@|\"\"\"|''')")
PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.)(?: (.*))?$")


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines `first` to `last` of a text are code; `label` is what the learner calls them."""

    label: str
    first: int
    last: int


def is_json(text: str) -> bool:
    return text.lstrip()[:1] == "{" and '"cells"' in text


def is_export(text: str, *, script: bool = False) -> bool:
    """A mark stands at the start of a line; in a `.py` file, before any Python does."""
    if "In[" not in text and "In [" not in text:
        return False
    for line in text.split("\n"):
        if IN_MARK.match(line):
            return True
        if script and PYTHON.match(line):
            return False
    return False


def is_fenced(text: str) -> bool:
    return any(FENCE.match(line) for line in text.split("\n"))


def is_session(text: str) -> bool:
    return any(line.startswith(">>> ") for line in text.split("\n"))


def read_json(path: str, text: str) -> tuple[str, tuple[Cell, ...], tuple[str, ...]]:
    """The code cells of an `.ipynb`, in order, one under the other."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise not_a_notebook(path, f"it is not JSON ({error})") from None
    found = cells_of(document)
    if found is None:
        raise not_a_notebook(path, "it has no list of cells")
    notes = []
    if len(found) > CELLS_LIMIT:
        notes.append(f"{path}: only the first {CELLS_LIMIT} cells were read.")
    lines: list[str] = []
    cells: list[Cell] = []
    for number, cell in enumerate(found[:CELLS_LIMIT], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = source_of(cell)
        if not code.strip():
            continue
        first = len(lines) + 1
        lines.extend(code.rstrip("\n").split("\n"))
        cells.append(Cell(label_of(cell, number), first, len(lines)))
        lines.append("")
    whole = "\n".join(lines)
    if len(whole) > CODE_LIMIT or len(lines) > LINES_LIMIT:
        raise SubmissionError(
            f"{path} holds {len(whole):,} characters of code in {len(lines):,} lines; "
            f"at most {CODE_LIMIT:,} and {LINES_LIMIT:,} are read.",
            place=path,
        )
    return whole, tuple(cells), tuple(notes)


def not_a_notebook(path: str, why: str) -> SubmissionError:
    return SubmissionError(
        f"{path} cannot be read as a notebook: {why[:200]}.",
        place=path,
        help="Save the notebook in Jupyter and hand in the saved file.",
    )


def cells_of(document: Any) -> list[Any] | None:
    """The list of cells, of format 4 or of the older 3 (`worksheets`, with `input`)."""
    if not isinstance(document, dict):
        return None
    cells = document.get("cells")
    sheets = document.get("worksheets")
    if cells is None and isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
    return cells if isinstance(cells, list) else None


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which is a string or a list of them."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return ""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return SURROGATE.sub("\ufffd", source)


def label_of(cell: dict[str, Any], number: int) -> str:
    count = cell.get("execution_count", cell.get("prompt_number"))
    if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 10**9:
        return f"In [{count}]"
    return f"cell {number}"


def read_export(text: str) -> tuple[str, tuple[Cell, ...]]:
    """The cells of pasted notebook text: from a mark to the next mark, `Out` ends one early.

    Printed output that no mark announces is still in the cell; whoever parses it has to stop there.
    """
    lines = text.split("\n")
    cells: list[Cell] = []
    label, first = "", 0
    for number, line in enumerate([*lines, "Out[]:"], start=1):
        found = IN_MARK.match(line)
        if not found and not OUT_MARK.match(line):
            if first and CONTINUATION.match(line):
                lines[number - 1] = CONTINUATION.sub("", line)
            continue
        if first and first <= number - 1:
            cells.append(Cell(label, first, number - 1))
        first = 0
        if found:
            count = (found[1] or "").strip(" *")
            label = f"In [{count}]" if count else f"cell {len(cells) + 1}"
            first = number if found[2].strip() else number + 1
            lines[number - 1] = found[2]
    return "\n".join(lines), tuple(cells)


def read_fenced(text: str) -> tuple[str, tuple[Cell, ...]]:
    """Every fenced block of Python, or of no named language, is a cell."""
    cells: list[Cell] = []
    fence, first, wanted = "", 0, False
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        found = FENCE.match(line)
        if not found:
            continue
        if not fence:
            words = found[2].split()
            fence, first = found[1], number + 1
            wanted = (words[0].lower() if words else "") in PYTHON_FENCES
        elif found[1].startswith(fence) and not found[2].strip():
            if wanted and first < number:
                cells.append(Cell(f"block {len(cells) + 1}", first, number - 1))
            fence = ""
    if fence and wanted and first <= len(lines):
        cells.append(Cell(f"block {len(cells) + 1}", first, len(lines)))
    return text, tuple(cells)


def read_session(text: str) -> tuple[str, tuple[Cell, ...]]:
    """What was typed at `>>>`; the answers between are blanked."""
    matches = [PROMPT.match(line) for line in text.split("\n")]
    lines = [(found[1] or "") if found else "" for found in matches]
    return "\n".join(lines), (Cell("", 1, len(lines)),)
