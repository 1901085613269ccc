"""Text of every kind that is handed in becomes lines with a map of cells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.guest import texts
from grader.guest.sources import Source, read_source
from grader.guest.statements import Broken, Statement, parse


def notebook(*cells: str, **more: object) -> bytes:
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "execution_count": n, "source": cell.splitlines(True)}
                for n, cell in enumerate(cells, start=1)
            ],
            **more,
        }
    ).encode()


def code_of(source: Source) -> list[str]:
    lines = source.lines
    return ["\n".join(lines[cell.first - 1 : cell.last]) for cell in source.cells]


def test_a_byte_order_mark_and_windows_newlines_leave_no_trace() -> None:
    source = read_source("a.py", b"\xef\xbb\xbfx = 1\r\ny = 2\rz = 3\n")
    assert source.text == "x = 1\ny = 2\nz = 3\n"
    assert source.notes == ()


def test_form_feeds_do_not_count_as_lines() -> None:
    source = read_source("a.py", b"x = 1\n\x0cy = 2\n\xe2\x80\xa8z = 3\n")
    assert source.place(3)[2].endswith("z = 3")


@pytest.mark.parametrize(
    ("encoding", "comment"),
    [
        ("cp949", "변수를 담는 상자 클래스입니다"),
        ("shift_jis", "変数をしまう箱のクラスです"),
        ("euc_jp", "変数をしまう箱のクラスです"),
        ("gb18030", "要求输入一个数组的变量"),
        ("big5", "這是一個變數的類別"),
        ("latin-1", "classe pour les variables, dérivée à calculer"),
    ],
)
def test_foreign_encodings_are_told_apart_by_their_script(encoding: str, comment: str) -> None:
    source = read_source("a.py", f"# {comment}\nx = 1\n".encode(encoding))
    assert comment in source.text
    assert source.notes == (f"a.py was read as {encoding}, not UTF-8.",)


def test_a_coding_cookie_is_believed_where_it_is_true() -> None:
    text = "# -*- coding: euc-kr -*-\n# 변수\n"
    assert read_source("a.py", text.encode("euc-kr")).text == text
    assert "변수" in read_source("a.py", text.encode("utf-8").replace(b"euc-kr", b"ascii")).text
    assert "변수" in read_source("a.py", text.encode().replace(b"euc-kr", b"nonsense")).text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_as_some_editors_save_it_is_read(encoding: str) -> None:
    assert read_source("a.py", "x = 1\n".encode(encoding)).text == "x = 1\n"


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(SubmissionError, match=r"a\.py is not text"):
        read_source("a.py", b"\x00\x01\x02abc\x00\xff")


def test_a_file_that_is_too_large_is_refused_with_both_sizes() -> None:
    with pytest.raises(SubmissionError, match="4,000,001 bytes; at most 4,000,000"):
        read_source("a.py", b" " * (texts.BYTES_LIMIT + 1))
    with pytest.raises(SubmissionError, match="lines; at most 100,000"):
        read_source("a.py", b"\n" * 100_001)


def test_cells_of_a_notebook_are_called_by_their_execution_count() -> None:
    source = read_source("a.ipynb", notebook("import numpy as np", "x = 1\ny = 2"))
    assert source.kind == "notebook"
    assert code_of(source) == ["import numpy as np", "x = 1\ny = 2"]
    line = source.cells[1].first + 1
    assert source.place(line) == ("In [2]", 2, "y = 2")


def test_a_cell_that_never_ran_is_called_by_its_place() -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Titre"},
        {"cell_type": "code", "execution_count": None, "source": "x = 1"},
        {"cell_type": "code", "source": None},
        "nonsense",
    ]
    source = read_source("a.ipynb", json.dumps({"cells": cells}).encode())
    assert [cell.label for cell in source.cells] == ["cell 2"]


def test_the_older_notebook_format_is_read() -> None:
    cell = {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "prompt_number": 4}
    document = {"nbformat": 3, "worksheets": [{"cells": [cell]}]}
    source = read_source("a.ipynb", json.dumps(document).encode())
    assert code_of(source) == ["x = 1\ny = 2"]
    assert source.cells[0].label == "In [4]"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "it is not JSON"),
        (b'{"cells": 3}', "it has no list of cells"),
        (b"[" * 100_000, "it is not JSON"),
        (b'["cells"]', "it has no list of cells"),
    ],
)
def test_a_broken_notebook_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(SubmissionError, match=f"cannot be read as a notebook: {why}"):
        read_source("a.ipynb", data)


def test_a_notebook_under_another_name_is_a_notebook() -> None:
    assert read_source("a.py", notebook("x = 1")).kind == "notebook"
    assert read_source("a.ipynb", b"In [1]:\nx = 1\n").kind == "notebook text"


def test_pasted_notebook_text_keeps_the_lines_of_the_file() -> None:
    text = "Titel\n\nIn [7]:\nx = 1\ny = 2\n\nOut[7]:\n\n1\n\nIn [ ]:\nz = 3\n"
    source = read_source("notes.txt", text.encode())
    assert source.kind == "notebook text"
    assert [(cell.label, cell.first) for cell in source.cells] == [("In [7]", 4), ("cell 2", 12)]
    assert source.place(5) == ("In [7]", 2, "y = 2")
    assert source.place(9) == ("", 9, "1")


def test_a_console_with_prompts_on_the_line_of_the_code_is_read() -> None:
    text = "In [1]: def f(x):\n   ...:     return x\n   ...: \n\nIn [2]: f(3)\nOut[2]: 3\n"
    source = read_source("log.txt", text.encode())
    assert code_of(source)[0].splitlines()[:2] == ["def f(x):", "    return x"]
    assert code_of(source)[1] == "f(3)"


def test_fences_and_sessions_in_text_are_code() -> None:
    text = "# Моя работа\n```python\nx = 1\n```\nтекст\n```bash\nls\n```\n```\ny = 2\n"
    source = read_source("answer.md", text.encode())
    assert [(cell.label, cell.first) for cell in source.cells] == [("block 1", 3), ("block 2", 10)]
    source = read_source("answer.txt", b">>> x = 1\n>>> x\n1\n>>> if x:\n...     y = 2\n...\n")
    assert source.text.split("\n")[:5] == ["x = 1", "x", "", "if x:", "    y = 2"]


def parts_of(text: str, name: str = "a.py") -> list[tuple[str, int, int]]:
    return [
        (type(part).__name__, part.first, part.last)
        for part in parse(read_source(name, text.encode())).parts
    ]


def test_a_broken_statement_costs_itself_alone() -> None:
    text = "x = 1\nclass A:\n    def f(self:\n        pass\n\n    y = 2\n\nz = 3\nw = add(\n"
    assert parts_of(text) == [
        ("Statement", 1, 1),
        ("Broken", 2, 7),
        ("Statement", 8, 8),
        ("Broken", 9, 10),
    ]


def test_a_line_that_is_indented_by_a_space_of_a_web_page_is_the_one_that_is_named() -> None:
    text = "x = 1\ndef f(x):\n\u00a0   return x\n\ny = 2\n"
    _, broken, _ = parse(read_source("a.py", text.encode())).parts
    assert broken == Broken(
        2,
        4,
        3,
        "SyntaxError: invalid non-printable character U+00A0, a space copied from a web page",
    )


def test_a_class_with_a_fault_inside_is_broken_as_a_whole() -> None:
    broken = parse(read_source("a.py", b"class A:\n    def f(self):\n        print 1\n\nx = 1\n"))
    first = broken.parts[0]
    assert isinstance(first, Broken)
    assert (first.line, first.last) == (3, 4)
    assert "print" in first.why


def test_a_header_without_body_does_not_swallow_its_neighbour() -> None:
    assert parts_of("x = 1\ndef f():\ny = 2\n") == [
        ("Statement", 1, 1),
        ("Broken", 2, 2),
        ("Statement", 3, 3),
    ]


def test_decorators_belong_to_their_function() -> None:
    assert parts_of("@a\n@b\ndef f(:\n    pass\nx = 1\n") == [
        ("Broken", 1, 4),
        ("Statement", 5, 5),
    ]
    assert parts_of("@a\ndef f():\n    pass\n") == [("Statement", 1, 3)]


@pytest.mark.parametrize(
    "text", ["(" * 500, "-" * 20_000 + "1", "x = '''abc\n\ndef f(): pass", "return = 3\n" * 200]
)
def test_hopeless_text_is_broken_and_nothing_worse(text: str) -> None:
    assert any(isinstance(part, Broken) for part in parse(read_source("a.py", text.encode())).parts)


def test_output_under_a_cell_is_not_code() -> None:
    text = (
        "In [1]:\nx = 13.0\nprint(x)\n\n13.0\n[1, 2]\nx: 3\n\n"
        "In [2]:\nx\n\n<Variable at 0x7f>\nhi\n"
    )
    assert parts_of(text, "a.txt") == [
        ("Statement", 2, 2),
        ("Statement", 3, 3),
        ("Statement", 10, 10),
        ("Broken", 12, 13),
    ]


def test_commands_of_the_notebook_are_passed_over_by_name() -> None:
    cells = [
        "%matplotlib inline\nimport math",
        "%%time\nx = 1",
        "!pip install torch\ny = 2",
        "if True:\n    !ls\nfiles = !ls",
        "math.pi?",
        "%%bash\nrm -rf x",
        "%time z = 3",
        "%run other.ipynb",
    ]
    parsed = parse(read_source("a.ipynb", notebook(*cells)))
    assert all(isinstance(part, Statement) for part in parsed.parts)
    names = [note.partition(" is for")[0] for note in parsed.notes]
    assert names == [
        "In [1], line 1: `%matplotlib inline`",
        "In [2], line 1: `%%time`",
        "In [3], line 1: `!pip install torch`",
        "In [4], line 2: `!ls`",
        "In [4], line 3: `files = !ls`",
        "In [5], line 1: `math.pi?`",
        "In [6], line 1: `%%bash`",
    ]


def test_a_percent_sign_in_python_is_left_alone() -> None:
    assert parts_of("x = ('%d'\n% 3)\n") == [("Statement", 1, 2)]


def test_an_indented_cell_is_shifted_as_a_whole() -> None:
    parsed = parse(read_source("a.ipynb", notebook("  x = 1\n  if x:\n      y = 2")))
    assert [type(part) for part in parsed.parts] == [Statement, Statement]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "source", "cell_type", "worksheets", "input", "execution_count"]
            ),
            inner | st.just("code"),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_a_notebook_or_refused(document: object) -> None:
    read_or_refuse("a.ipynb", json.dumps(document).encode())


@given(st.binary(max_size=200), st.sampled_from(["a.ipynb", "a.py", "a.txt"]))
def test_any_bytes_are_read_or_refused(data: bytes, path: str) -> None:
    read_or_refuse(path, data)


fragments = st.sampled_from(
    [
        "In [1]:",
        "Out[2]:",
        "In [ ]: x",
        "   ...: y",
        "```",
        "```python",
        ">>> x",
        "...",
        "%%time",
        "class A:",
        "    def f(self):",
        "(",
        "'''",
        "x = 1",
        "13.0",
        "",
        "### hm",
        "don't",
        "\\",
        "@a",
        "else:",
        "%run a.py",
        "!ls",
        "?x",
        "\ud800",
        "\x0c",
        "  pass",
    ]
)


@given(st.lists(fragments | st.text(max_size=10), max_size=15), st.sampled_from(["a.txt", "a.py"]))
def test_any_pasted_text_is_read_or_refused(lines: list[str], path: str) -> None:
    read_or_refuse(path, "\n".join(lines).encode("utf-8", errors="surrogatepass"))


def read_or_refuse(path: str, data: bytes) -> None:
    try:
        source = read_source(path, data)
    except SubmissionError:
        return
    count = len(source.lines)
    assert all(1 <= cell.first <= cell.last <= count for cell in source.cells)
    last = 0
    for part in parse(source).parts:
        assert last < part.first <= part.last
        assert isinstance(part, Statement) or part.first <= part.line <= part.last
        last = part.last if isinstance(part, Broken) else part.first - 1
    for line in (0, 1, count, count + 1):
        source.place(line)


@pytest.mark.parametrize(
    ("start", "kind"), texts.OTHER_KINDS, ids=[kind for _, kind in texts.OTHER_KINDS]
)
def test_a_file_that_is_no_text_is_told_what_it_is_and_what_to_hand_in(start, kind):
    with pytest.raises(SubmissionError, match=f"^answer is {kind}, not text.$") as refused:
        read_source("answer", start + b"\x01\x02")
    assert refused.value.help.startswith("Hand in the code itself")


def test_spaces_of_a_web_page_are_plain_ones_in_pasted_text_alone():
    pasted = "In [1]:\n\u200bif x:\n\u00a0\u00a0y\u202f=\u00a01\n"
    source = read_source("a.txt", pasted.encode())
    assert source.lines[1:3] == ["if x:", "  y = 1"]
    assert source.notes == ("a.txt holds spaces of a web page: read as plain ones.",)
    assert read_source("a.txt", b"In [1]:\nx = 1\n").notes == ()
    script = read_source("a.py", pasted.encode())
    assert "\u00a0" in script.text
    assert not script.notes
