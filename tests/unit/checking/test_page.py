"""The matrix as a page: one file, no script, no request, and nothing in it that a text could break."""

import re

from grader.checking.page import render
from tests.unit.checking.samples import SAMPLE


def test_it_is_one_file_with_a_policy_and_without_scripts() -> None:
    page = render([SAMPLE])
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\(|@import""", page)


def test_the_matrix_says_who_notices_what() -> None:
    page = render([SAMPLE])
    rows = re.findall(r"<tr[^>]*><th scope=\"row\".*?</tr>", page)
    overwrite = next(row for row in rows if ">overwrite<" in row)
    assert overwrite.count("✓") == 2
    missed = next(row for row in rows if "not noticed" in row)
    assert "mul_swapped" in missed
    assert "✓" not in missed


def test_texts_of_a_file_stay_texts() -> None:
    assert "<b>" not in render([SAMPLE]).partition("<main")[2]
    assert "&lt;b&gt;" in render([SAMPLE])


def test_the_same_checks_give_the_same_bytes() -> None:
    assert render([SAMPLE]) == render([SAMPLE])
