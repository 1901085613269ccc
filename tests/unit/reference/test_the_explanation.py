"""What the reference's README says is so."""

from __future__ import annotations

import re
import sys

import pytest

from tests.unit.reference.engine import SOURCE

README = SOURCE.with_name("README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_code_prints_what_its_comment_says(autodiff, block, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "autodiff", autodiff)
    exec(block, {})
    said = re.findall(r"print\(.*\)  # (.*)", block)
    assert capsys.readouterr().out.splitlines() == said


def test_every_seam_is_named_as_in_the_code(autodiff):
    for seam in ("seed", "order", "rule", "accumulate"):
        assert f"**{seam.capitalize()}** (`{seam}`" in README
        assert callable(getattr(autodiff, seam))
