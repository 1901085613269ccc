"""What is cut out of a text is what the parser finds in it, to the last byte of code."""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path
from types import CodeType

import pytest

from grader.errors import SubmissionError
from grader.guest.cutting import LINES_IN_QUOTES, LINES_TO_PASS, cut
from grader.guest.sources import read_source
from grader.guest.statements import Broken, Statement, parse
from tests.unit.guest.test_sources import notebook

SUBMISSIONS = Path(__file__).parents[2] / "submissions"
HEADER = '"""A title.\n\nAt the margin\n"""\n'

CUT = {
    "plain": "import a\n\n\ndef f(x):\n    return x\n\n# a remark\ny = f(1)\n",
    "empty": "",
    "remarks": "# nothing\n\n    # but this\n",
    "no newline at the end": "x = 1",
    "a text at the margin": HEADER + "x = 1\n",
    "a text at the margin in the middle": "x = 1\n'''\nclass A: pass\n\nif 1:\n'''\ny = 2\n",
    "a text that ends on a line of its own": 's = """\na"""\nt = """b\n# c"""\nu = 1\n',
    "brackets that close at the margin": "x = [\n    1,\n]\nf = {\n}\n",
    "else and except at the margin": "if 1:\n    x = 1\n# so\nelse:\n    x = 2\ntry:\n    y\nfinally:\n    z = 1\n",
    "decorators": "@a\n# why\n@b(1)\n\nclass A:\n    pass\n\n@c\nasync def f(): await g()\n",
    "semicolons in texts": '"""This; that\nand; so on"""\nx = ";"  # ;\n\f\ny = 1\n',
    "semicolons within": "class A: x = 1; y = 2\nif 1: a; b\nfor i in (): a; b\n",
    "the future": HEADER + "from __future__ import annotations\ndef f(x: Nowhere): ...\nx: y = 1\n",
    "the future is only mentioned": "x = 1\ny = '__future__'\nfrom a import __future__\n",
    "classes by unusual names": "class Ａ: pass\nclass Aé(B): pass\nclass \\\n  C: pass\nclasses = 1\n",
    "imports by unusual names": "importlib = 1\nfromé = 2\nfrom . import a\nimport b.c as d\n",
    "a warning": "x = '\\d'\ny = 1 is 1\n",
    "letters of all kinds": "이름 = '값'\ndef f(ß): return '∂' + ß\n",
}  # fmt: skip

NOT_CUT = {
    "two statements on a line": "x = 1; y = 2\n",
    "a form feed": "x = 1\n\fimport a\n",
    "an indented beginning": "  x = 1\ny = 2\n",
    "an indented everything": "  x = 1\n",
    "half a statement": "else:\n    x = 1\ny = 2\n",
    "brackets around the margin": "x = (\n1)\n",
    "a continued line": "x = 1 + \\\n2\n",
    "an at sign within a text": '"""\n@a """\nx = 1\ny = 2\n',
    "no Python": "x = 1\nthis is a text\n",
    "compiled by nobody": "x = 1\nreturn x\n",
    "a text without end": 'x = 1\n"""\ny = 2\n',
    "a long text": '"""\n' + "a\n" * LINES_IN_QUOTES + '"""\n',
    "many statements": "x = 1\n" * (1 + int(LINES_TO_PASS**0.5)),
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT)
def test_what_is_cut_is_what_the_parser_finds(text: str) -> None:
    parts = agreed("a.py", text.encode())
    assert all(part.code for part in parts)


@pytest.mark.parametrize("text", NOT_CUT.values(), ids=NOT_CUT)
def test_what_is_out_of_the_ordinary_is_left_to_the_parser(text: str) -> None:
    assert not all(part.code for part in agreed("a.py", text.encode()))


def test_a_cell_that_is_out_of_the_ordinary_costs_no_other_cell_its_code() -> None:
    cells = (
        "from __future__ import annotations",
        "%matplotlib inline\nx = 1",
        "y = 2\nclass A: z: B",
    )
    parts = agreed("a.ipynb", notebook(*cells))
    assert [part.code is not None for part in parts] == [True, False, False, True, True]
    assert parts[-1].flags == parts[0].future != 0


def test_nearly_every_statement_of_every_submission_is_cut_as_the_parser_would() -> None:
    files = sorted(file for file in SUBMISSIONS.glob("*/submission/*.*") if file.is_file())
    parts: list[Statement] = []
    for file in files:
        with suppress(SubmissionError):
            parts += agreed(file.name, file.read_bytes())
    assert sum(part.code is not None for part in parts) > 0.9 * len(parts) > 1000


def agreed(path: str, data: bytes) -> list[Statement]:
    """The statements of a file as they were cut, and would have been parsed."""
    source = read_source(path, data)
    found, expected = cut(source, path), parse(source)
    assert (len(found.parts), found.notes) == (len(expected.parts), expected.notes)
    flags = 0
    statements = []
    for due, part in zip(expected.parts, found.parts, strict=True):
        if isinstance(due, Broken) or isinstance(part, Broken):
            assert part == due
            continue
        assert (part.first, part.future, part.is_import, part.class_name) == (
            due.first, due.future, due.is_import, due.class_name
        )  # fmt: skip
        flags |= due.future
        if part.code:
            assert part.flags == flags
            assert shape(part.code) == shape(due.code_for(path, flags))
        assert ast.dump(part.node, include_attributes=True) == ast.dump(
            due.node, include_attributes=True
        )
        statements.append(part)
    return statements


def shape(thing: object) -> object:
    """A code object with everything in it, lines included."""
    if isinstance(thing, CodeType):
        left_out = ("co_consts", "co_lnotab")
        names = (name for name in dir(thing) if name.startswith("co_") and name not in left_out)
        whole = [repr(getattr(thing, name)) for name in names if not callable(getattr(thing, name))]
        return whole, [shape(constant) for constant in thing.co_consts]
    if isinstance(thing, frozenset):
        return sorted(map(repr, thing))  # its own order is not always the same
    return repr(thing)
