"""Sources in colours, piece by piece."""

from pathlib import Path

import pytest
from markupsafe import Markup

from grader.report.highlight import _highlighted, highlighted

CORPUS = Path(__file__).parents[2] / "submissions"
QUOTED = '''"""Begins here,

def not_a_function(): "it is text"

and ends here."""


@decorator
def real():
    text = """
class InAString:
"""
    return text


class Real:
    x = 1  # one
'''


def whole(source: str) -> tuple[Markup, ...]:
    return highlighted(source, 1, source.count("\n") + 1)


@pytest.mark.parametrize(
    "source", [QUOTED, "", "\n", "\ndef f():\n", 'x = """\ndef f():\n', "class"]
)
def test_pieces_are_coloured_as_the_whole(source: str) -> None:
    assert whole(source) == _highlighted.__wrapped__(source)


def test_so_is_every_submission() -> None:
    for file in sorted(CORPUS.rglob("*.py")):
        source = file.read_text("utf-8", "replace")  # with newlines as they are shown
        assert whole(source) == _highlighted.__wrapped__(source), file


def test_what_two_students_were_given_is_coloured_once() -> None:
    before = _highlighted.cache_info()
    whole(f"{QUOTED}\ndef mine():\n    return 1\n")
    whole(f"{QUOTED}\ndef other():\n    return 2\n")
    after = _highlighted.cache_info()
    assert after.hits - before.hits >= 2


def test_some_lines_are_those_of_the_whole_and_nothing_else_is_read() -> None:
    count = QUOTED.count("\n") + 1
    for first in range(1, count + 1):
        for last in range(first, count + 1):
            assert highlighted(QUOTED, first, last) == whole(QUOTED)[first - 1 : last]
    _highlighted.cache_clear()
    line = QUOTED.split("\n").index("class Real:") + 1
    assert highlighted(QUOTED, line, line + 1)[0] == (
        '<span class="hk">class</span> <span class="hf">Real</span>:'
    )
    assert _highlighted.cache_info().misses == 1
