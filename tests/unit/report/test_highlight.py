"""Sources in colours, piece by piece."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "source", [QUOTED, "", "\n", "\ndef f():\n", 'x = """\ndef f():\n', "class"]
)
def test_pieces_are_coloured_as_the_whole(source: str) -> None:
    assert highlighted(source) == _highlighted.__wrapped__(source)


def test_so_is_every_submission() -> None:
    for file in sorted(CORPUS.rglob("*.py")):
        source = file.read_text("utf-8", "replace")  # with newlines as they are shown
        assert highlighted(source) == _highlighted.__wrapped__(source), file


def test_what_two_students_were_given_is_coloured_once() -> None:
    before = _highlighted.cache_info()
    highlighted(f"{QUOTED}\ndef mine():\n    return 1\n")
    highlighted(f"{QUOTED}\ndef other():\n    return 2\n")
    after = _highlighted.cache_info()
    assert after.hits - before.hits >= 2
