"""The HTML report in headless Chromium: no network, no script of a text, usable wide and narrow."""

import os
import shutil

import numpy as np
import pytest
from report_runs import run

from evals.report import write

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if not CHROMIUM:
    pytest.skip("no Chromium on this machine; install one or name it in CHROMIUM",
                allow_module_level=True)  # fmt: skip

PER_PART, PARTS = 12, 7


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    write(run(PER_PART, limited=PER_PART), folder, lambda texts: np.ones((len(texts), 2)))
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        # Root needs no sandbox in a container; nothing but our own file is opened.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, address):
    opened = []

    def look(width=1280, scheme="light"):
        page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        page.faults, page.asked = [], []
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("dialog", lambda dialog: page.faults.append("a dialog opened"))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("#items[data-ready]")
        opened.append(page)
        return page

    yield look
    for page in opened:
        page.close()


def shown(page):
    return page.locator("#count").inner_text()


def counts(page, number):
    """Wait until the list holds so many items; typing is answered after a moment."""
    playwright.expect(page.locator("#count")).to_have_text(f"{number} of {PER_PART * PARTS} items")


@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_without_network_or_fault_and_fits_the_window(open_page, address, width):
    page = open_page(width)
    assert page.asked == [address]
    assert page.faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown(page) == f"{PER_PART * PARTS} of {PER_PART * PARTS} items"


def test_the_drawing_fits_its_window(open_page):
    for width, seen, unseen in ((1280, ".wide", ".narrow"), (390, ".narrow", ".wide")):
        page = open_page(width)
        assert page.locator(f".figure {seen} svg").is_visible()
        assert not page.locator(f".figure {unseen} svg").is_visible()


def test_a_hostile_reply_is_shown_and_not_run(open_page):
    page = open_page()
    page.locator(".item").first.locator("summary").click()
    assert "<script>alert('forgotten')</script>" in page.locator(".reply").first.inner_text()
    assert page.faults == []


def test_an_item_opens_side_by_side(open_page):
    page = open_page()
    item = page.locator(".item").nth(1)
    item.locator("summary").click()
    replies = item.locator(".reply")
    playwright.expect(replies).to_have_count(8)
    assert "Author fo-0 was born in" in item.locator(".asked").inner_text()
    assert "the answer, word for word" in replies.first.inner_text()
    assert "no likelihoods: the API gives no" in replies.last.inner_text()
    tops = [replies.nth(i).bounding_box()["y"] for i in range(2)]
    assert tops[0] == tops[1]


def test_search_part_and_kind_narrow_the_list(open_page):
    page = open_page()
    page.fill("#search", "author fo-1 born")
    counts(page, 4)
    page.fill("#search", "no such words anywhere")
    counts(page, 0)
    assert "No item fits" in page.locator("#list").inner_text()
    page.fill("#search", "")
    page.select_option("#part", "harmless")
    counts(page, 12)
    page.select_option("#part", "")
    page.select_option("#kind", "verbatim")
    page.select_option("#system", label="box")
    counts(page, 0)
    page.select_option("#system", label="api")
    counts(page, 12)


def test_pages_turn(open_page):
    page = open_page()
    assert page.locator(".item").count() == 50
    assert page.locator("#previous").is_disabled()
    page.click("#next")
    assert page.locator(".item").count() == PER_PART * PARTS - 50
    assert page.locator("#page").inner_text() == "page 2 of 2"
    assert page.locator("#next").is_disabled()


def test_a_system_can_be_left_out(open_page):
    page = open_page()
    page.locator("#chips button", has_text="filter").click()
    page.locator(".item").first.locator("summary").click()
    playwright.expect(page.locator(".item").first.locator(".reply")).to_have_count(7)


def test_dark_is_dark_and_text_stands_out_in_both(open_page):
    def lightness(page, selector, key):
        colour = page.evaluate(
            f"getComputedStyle(document.querySelector('{selector}')).{key}.match(/\\d+/g).map(Number)"
        )
        return sum(colour[:3]) / 3

    for scheme, ground in (("light", 240), ("dark", 30)):
        page = open_page(scheme=scheme)
        back = lightness(page, "body", "backgroundColor")
        assert abs(back - ground) < 20
        for selector, key in (("body", "color"), ("svg .label", "fill"), (".interval", "color")):
            assert abs(lightness(page, selector, key) - back) > 90, (scheme, selector)
