"""The teacher's matrix in a real browser: no request, no error, no barrier, in light and dark, wide and narrow."""

import pytest

from grader.checking.page import render
from tests.unit.checking.samples import SAMPLE

pytestmark = pytest.mark.browser


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "matrix.html"
    file.write_text(render([SAMPLE, SAMPLE]), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, file, scheme) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_needs_no_sideways_scrolling_and_nothing_is_fetched(browser, file) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert asked == [file.as_uri()]
    context.close()
