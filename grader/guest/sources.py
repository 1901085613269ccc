"""What a learner handed in, file by file, as text with a map of its notebook cells.

Text work only: nothing is parsed as Python or executed, so that the parent may quote lines with it.
"""

from __future__ import annotations

from grader.guest import notebooks
from grader.guest.notebooks import Cell
from grader.guest.texts import BYTES_LIMIT, read_text
from grader.records import dataclass

NOTEBOOK_BYTES_LIMIT = 40_000_000

CODE_SUFFIXES = (".py", ".pyw", ".ipynb")
TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".text", "")

# Spaces at which no line may break, and what has no width.
OF_A_PAGE = dict.fromkeys((0xA0, 0x2007, 0x202F), " ") | dict.fromkeys((0x200B, 0x2060, 0xFEFF))


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `text` is Python within the `cells`; between them stands what is no code.

    `kind` is `python`, `notebook` or `notebook text`. Lines count from 1 in `text`, which for all
    but `.ipynb` files are the lines of the file.
    """

    path: str
    kind: str
    text: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The lines of `text`: cut at newlines only, as Python counts them."""
        return self.text.split("\n")

    def place(self, line: int) -> tuple[str, int, str]:
        """Where a line of `text` is for the learner: cell (or empty), line within it, its text."""
        lines = self.lines
        text = lines[line - 1].rstrip() if 1 <= line <= len(lines) else ""
        return *self.number(line), text

    def number(self, line: int) -> tuple[str, int]:
        """The same without its text."""
        for cell in self.cells:
            if cell.label and cell.first <= line <= cell.last:
                return cell.label, line - cell.first + 1
        return "", line


def unpasted(path: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Text without what a web page puts between letters, which is no Python, and a note where there was some."""
    plain = text.translate(OF_A_PAGE)
    return plain, () if plain == text else (
        f"{path} holds spaces of a web page: read as plain ones.",
    )


def read_source(path: str, data: bytes) -> Source:
    """The file as text with cells. Raises SubmissionError where it cannot be read, saying why."""
    is_notebook = path.lower().endswith(".ipynb")
    limit = NOTEBOOK_BYTES_LIMIT if is_notebook else BYTES_LIMIT
    text, notes = read_text(path, data, limit)
    script = path.lower().endswith((".py", ".pyw"))
    if not script and not is_notebook:
        text, more = unpasted(path, text)
        notes += more
    if notebooks.is_json(text) or (is_notebook and not notebooks.is_export(text)):
        whole, cells, more = notebooks.read_json(path, text)
        return Source(path, "notebook", whole, cells, (*notes, *more))
    if notebooks.is_export(text, script=script):
        whole, cells = notebooks.read_export(text)
        return Source(path, "notebook text", whole, cells, notes)
    if not script and notebooks.is_fenced(text):
        whole, cells = notebooks.read_fenced(text)
        return Source(path, "notebook text", whole, cells, notes)
    if not script and notebooks.is_session(text):
        whole, cells = notebooks.read_session(text)
        return Source(path, "notebook text", whole, cells, notes)
    return Source(path, "python", text, (Cell("", 1, text.count("\n") + 1),), notes)
