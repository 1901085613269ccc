"""Whole documents, looked at once and compared ever after.

After looking at a change: `ACCEPT_GOLDEN=1 pytest tests/golden`.
"""

import os
from pathlib import Path

import pytest

from grader.report import github, html, junit, results, terminal
from grader.report.projection import for_student
from tests.unit.report.samples import SAMPLES

FOLDER = Path(__file__).parent / "reports"
FORMATS = {
    "html": html.render,
    "json": results.to_json,
    "txt": lambda report: terminal.full(report, path="report.html", verbose=1, encoding="utf-8"),
    "xml": junit.render,
    "annotations": github.render,
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("sample", ["overwritten", "every_state", "long_programs"])
def test_the_document_is_the_one_that_was_looked_at(sample, format):
    golden = FOLDER / f"{sample}.{format}"
    written = FORMATS[format](for_student(SAMPLES[sample]())) + "\n"
    if os.environ.get("ACCEPT_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    assert written.splitlines() == golden.read_text(encoding="utf-8").splitlines()
