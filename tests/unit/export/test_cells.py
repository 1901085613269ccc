from __future__ import annotations

import csv
import io

import pytest

from grader.export.cells import table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ann", "Ann"),
        ("=1+1", "'=1+1"),
        ("  @sum", "'  @sum"),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("a\0b\x7f\x9b", "a\ufffdb\ufffd\ufffd"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
    ],
)
def test_text_orders_nobody_about(text: str, written: str) -> None:
    assert next(csv.reader(io.StringIO(table([[text]]), newline=""))) == [written]
