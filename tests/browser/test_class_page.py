"""The class page in a real browser: sorted, filtered, without barrier, request or error."""

import pytest

from grader.report.class_html import render_class
from tests.browser.conftest import complain
from tests.unit.report.classes import class_of

pytestmark = pytest.mark.browser


@pytest.fixture
def open_class(browser, tmp_path):
    """Opens a class page from disk; fails on any request and any console error."""
    contexts, complaints = [], []

    def open_class(count=40, **options):
        file = tmp_path / "class.html"
        file.write_text(render_class(class_of(count)), encoding="utf-8")
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        complain(page, complaints, lambda url: url == file.as_uri())
        page.goto(file.as_uri())
        return page

    yield open_class
    for context in contexts:
        context.close()
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_class(open_class, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_class(color_scheme=scheme, bypass_csp=True)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_students_are_sorted_by_a_column(open_class):
    page = open_class()
    score = page.locator("#students-table thead button").nth(2)
    orders = "[...document.querySelectorAll('#students-table tbody tr')].map(r => +r.cells[2].dataset.order)"
    score.click()
    rising = page.evaluate(orders)
    assert rising == sorted(rising)
    score.click()
    falling = page.evaluate(orders)
    assert falling == sorted(falling, reverse=True)
    assert page.locator("th[aria-sort=descending]").count() == 1


def test_students_are_filtered_by_words_and_by_misconception(open_class):
    page = open_class()
    page.locator("#students-filter input").fill("student-0007")
    assert page.locator("#students-table tbody tr:visible").count() == 1
    assert page.locator("#students-status").inner_text() == "1 of 40 submissions are shown."
    page.locator("#students-filter input").fill("")
    page.locator("#students-filter select").select_option(index=1)
    code = page.locator("#students-filter select").input_value()
    shown = page.locator("#students-table tbody tr:visible")
    assert 0 < shown.count() < 40
    assert all(code in text for text in shown.all_inner_texts())


def test_without_scripts_the_class_is_complete(open_class):
    page = open_class(java_script_enabled=False)
    assert page.locator("#students-table tbody tr").count() == 40
    assert page.locator("#students-filter").is_hidden()


def test_a_phone_needs_no_sideways_scrolling_on_a_class(open_class):
    page = open_class(viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_thousand_students_can_be_sorted(open_class):
    page = open_class(2000)
    page.locator("#students-table thead button").nth(2).click()
    assert page.locator("#students-table tbody tr").count() == 2000
