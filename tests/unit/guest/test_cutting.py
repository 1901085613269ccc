"""What is cut out of a text is what the parser finds in it, to the last byte of code."""

from __future__ import annotations

import ast
from pathlib import Path
from types import CodeType

import pytest

from grader.guest.cutting import LINES_IN_QUOTES, LINES_TO_PASS, cut
from grader.guest.sources import read_source
from grader.guest.statements import Statement, parse

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
    "a semicolon in a text": "x = 'a;b'\n",
    "a form feed": "x = 1\n\fimport a\n",
    "an indented beginning": "  x = 1\ny = 2\n",
    "an indented everything": "  x = 1\n",
    "half a statement": "else:\n    x = 1\n",
    "brackets around the margin": "x = (\n1)\n",
    "a continued line": "x = 1 + \\\n2\n",
    "an at sign within a text": '"""\n@a """\nx = 1\ny = 2\n',
    "no Python": "x = 1\nthis is a text\n",
    "compiled by nobody": "x = 1\nreturn x\n",
    "a text without end": 'x = 1\n"""\ny = 2\n',
    "a long text": '"""\n' + "a\n" * LINES_IN_QUOTES + '"""\n',
    "many statements": "x = 1\n" * (1 + int(LINES_TO_PASS**0.5)),
    "a notebook": "In [1]: x = 1\n",
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT)
def test_what_is_cut_is_what_the_parser_finds(text: str) -> None:
    assert agree("a.py", text.encode())


@pytest.mark.parametrize("text", NOT_CUT.values(), ids=NOT_CUT)
def test_what_is_out_of_the_ordinary_is_left_to_the_parser(text: str) -> None:
    assert not agree("a.py", text.encode())


def test_nearly_every_submission_is_cut_as_the_parser_would() -> None:
    files = sorted(SUBMISSIONS.glob("*/submission/*.py"))
    cut_out = [agree(file.name, file.read_bytes()) for file in files]
    assert sum(cut_out) > 0.8 * len(files) > 100


def agree(path: str, data: bytes) -> bool:
    """Whether a file was cut; then it was cut as it would have been parsed."""
    source = read_source(path, data)
    found = cut(source, path)
    if found is None:
        return False
    expected = parse(source)
    assert (len(found.parts), found.notes) == (len(expected.parts), expected.notes)
    flags = 0
    for due, part in zip(expected.parts, found.parts, strict=True):
        assert isinstance(due, Statement)
        assert isinstance(part, Statement)
        assert (part.first, part.future, part.is_import, part.class_name) == (
            due.first, due.future, due.is_import, due.class_name
        )  # fmt: skip
        flags |= due.future
        assert part.code is not None
        assert part.flags == flags
        assert shape(part.code) == shape(due.code_for(path, flags))
        assert ast.dump(part.node, include_attributes=True) == ast.dump(
            due.node, include_attributes=True
        )
    return True


def shape(thing: object) -> object:
    """A code object with everything in it, lines included."""
    if isinstance(thing, CodeType):
        left_out = ("co_consts", "co_lnotab")
        names = (name for name in dir(thing) if name.startswith("co_") and name not in left_out)
        whole = [repr(getattr(thing, name)) for name in names if not callable(getattr(thing, name))]
        return whole, [shape(constant) for constant in thing.co_consts]
    return repr(thing)
