"""The console in headless Chromium: without a mouse, on a phone, on a dark screen.

Gateway, box, watcher, keys and store are real; the product is scripted and vectors are cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from cheap_embedder import cheap_embed
from console_pages import CHROMIUM, SECTIONS, SHOWN, SIGNED_IN, clean, expect, playwright, turn_to
from consoles import ANSWER, MARA, app_of, box_over, corpus_folder, prompt_folder, reports_folder
from ledger_samples import draft
from mock_upstream import running
from virtual_keys import make

from boxed.assemble import watch
from boxed.forgetting.service import ForgetService
from boxed.settings import Settings
from boxed.store.shared import SharedStore
from prompts.book import load_book
from retrieval.chroma.store import open_store
from retrieval.ingesting.ingest import ingest
from retrieval.ledger.keys import open_keys
from retrieval.ledger.receipt import sign_receipt


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A gateway with all that a console can show, and the key that opens it."""
    at = tmp_path_factory.mktemp("console")
    prompts, keys = prompt_folder(at), str(at / "keys.sqlite")
    shared = SharedStore(open_store(at / "store", cheap_embed))
    with shared.alone() as store:
        ingest([corpus_folder(at)], store)
    settings = Settings(policies=prompts, store=str(at / "store"))
    box = box_over(prompts)
    service = ForgetService(
        shared, settings, cheap_embed, lambda: box.swap_book(load_book(prompts))
    )
    app = app_of(box, service, keys=keys, policies=prompts, store=str(at / "store"),
                 reports=reports_folder(at))  # fmt: skip
    watcher = watch(box, settings)
    with running(app) as url:
        yield SimpleNamespace(url=url, admin=make(keys, scope="admin"), chat=make(keys),
                              prompts=prompts, store=at / "store")  # fmt: skip
    watcher.stop()
    shared.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        # Root needs no sandbox in a container; nothing but our own gateway is opened.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser: Any, served: Any) -> Any:
    """One tab for all tests; what went wrong in it, and what it asked of anybody else."""
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.faults, page.elsewhere = [], []
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    ours = ("blob:", served.url)
    page.on("request", lambda sent: sent.url.startswith(ours) or page.elsewhere.append(sent.url))
    return page


@pytest.fixture
def open_page(tab: Any, served: Any) -> Any:
    def look(section: str = "live", *, width: int = 1280, scheme: str = "light",
             key: str | None = served.admin) -> Any:  # fmt: skip
        tab.faults.clear()
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        if key is not None and tab.url.startswith(served.url) and tab.evaluate(SIGNED_IN) == key:
            for one in ("reports", section):  # opened anew, also where it is open
                turn_to(tab, one)
            return tab
        tab.goto(f"{served.url}/console/page/icon.svg")
        tab.evaluate("sessionStorage.clear()")
        if key is not None:
            tab.evaluate("key => sessionStorage.setItem('boxed-admin-key', key)", key)
        tab.goto(f"{served.url}/#{section}")
        tab.wait_for_selector("h1")
        return tab

    return look


def test_who_has_no_admin_key_sees_a_field_for_one_and_nothing_else(open_page, served):
    page = open_page(key=None)
    assert page.locator("main input").count() == 1
    assert not page.locator("nav").is_visible()
    expect(page.get_by_label("Admin key")).to_be_focused()
    for wrong, told in (("sk-wrong", "does not open"), (served.chat, "has the scope 'chat'")):
        page.get_by_label("Admin key").fill(wrong)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(told)
        expect(page.get_by_label("Admin key")).to_be_focused()
    clean(page)


def test_the_whole_way_goes_by_keyboard(open_page, served):
    page = open_page(key=None)
    page.keyboard.insert_text(served.admin)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Live")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    seen = set()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.textContent, s.outlineStyle, parseFloat(s.outlineWidth)] })()"
        )
        if focused[0] in SECTIONS:
            seen.add(focused[0])
            assert focused[1] == "solid"
            assert focused[2] >= 2
        if focused[0] == "Try it":
            break
    assert {"Try it", "Keys"} <= seen
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Try it")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.insert_text("Where was Mara Quill born?")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    alone, boxed = page.locator(".side").first, page.locator(".side").last
    expect(alone).to_contain_text(ANSWER)
    expect(boxed).not_to_contain_text("Quill")
    tops = [side.bounding_box()["y"] for side in (alone, boxed)]
    assert tops[0] == tops[1]
    expect(page.get_by_role("table", name="Evidence")).to_contain_text("mara-quill")
    assert page.locator("ol li").count() >= 3
    assert page.locator("[role=status] .side").count() == 2
    page.reload()
    expect(page.get_by_role("heading", name="Try it")).to_be_visible()
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_label("Admin key")).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0
    clean(page)


# Fields and buttons that a screen reader could not name.
UNNAMED = """[...document.querySelectorAll('input, select, textarea, button, a')]
  .filter((e) => e.checkVisibility() && !(e.textContent.trim() || e.getAttribute('aria-label')
    || (e.labels && [...e.labels].some((label) => label.textContent.trim()))))
  .map((e) => e.outerHTML)"""
# Texts whose contrast with what is behind them is below 4.5.
FAINT = """(() => {
  const linear = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.checkVisibility() && !e.closest(':disabled')
      && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => [e, light(parse(getComputedStyle(e).color)), light(ground(e))])
    .filter(([, a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5)
    .map(([e]) => e.outerHTML.slice(0, 120));
})()"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_section_fits_a_phone_is_named_and_stands_out(open_page, scheme, width):
    page = open_page(scheme=scheme, width=width)
    back = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    lightness = sum(map(int, re.findall(r"\d+", back)[:3])) / 3
    assert (lightness > 200) == (scheme == "light")
    for section in SHOWN:
        turn_to(page, section)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section
        assert page.evaluate(UNNAMED) == [], section
        assert page.evaluate(FAINT) == [], section
    clean(page)


def test_a_decision_appears_as_it_is_made_without_what_was_asked(open_page, served):
    page = open_page("live")
    body = {"model": "m", "messages": [{"role": "user", "content": "Where was Mara Quill born?"}]}
    with httpx.Client(headers={"Authorization": f"Bearer {served.chat}"}) as http:
        assert http.post(f"{served.url}/v1/chat/completions", json=body).status_code == 200
    row = page.get_by_role("row").filter(has_text="mara-quill").first
    expect(row).to_contain_text("/v1/chat/completions")
    expect(row).to_contain_text("guarded (200)")
    expect(row).to_contain_text("screen")
    assert "born" not in page.locator("body").inner_text()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_have_attribute("aria-pressed", "true")
    clean(page)


def test_a_bad_edit_is_refused_a_good_one_is_in_force_and_nobody_is_overwritten(open_page, served):
    page = open_page("policies")
    file = served.prompts / "policies/mara-quill.md"
    page.get_by_role("button", name="Mara Quill").click()
    area = page.get_by_label("Policy file")
    expect(area).to_have_value(MARA)
    area.fill(MARA.replace("response: pretend", "response: hide"))
    page.get_by_role("button", name="Save").click()
    said = page.locator("[role=status] .notice")
    expect(said).to_contain_text("response 'hide' is not one of pretend")
    assert file.read_text() == MARA
    page.get_by_role("button", name="line 5").click()
    assert page.evaluate(
        "(() => { const a = document.getElementById('policy-text');"
        " return a.value.slice(a.selectionStart, a.selectionEnd) })()"
    ) == "response: hide"  # fmt: skip
    refuse = MARA.replace("response: pretend", "response: refuse")
    area.fill(refuse)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("table", name="Questions")).to_contain_text("Who is Mara Quill?")
    expect(page.locator(".notice.warn")).to_contain_text("alone names nobody")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    inside = "e => e.getBoundingClientRect().right <= innerWidth - 15"
    assert area.evaluate(inside)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.good").first).to_contain_text("Saved, and in force.")
    assert file.read_text() == refuse
    file.write_text(refuse + "\nSomebody else's line.\n")
    area.fill(MARA)
    page.get_by_role("button", name="Save").click()
    expect(said.first).to_contain_text("changed by somebody else")
    assert "Somebody else" in file.read_text()
    expect(area).to_have_value(MARA)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".notice.warn").first).to_contain_text("not saved")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("table")).to_contain_text("Mara Quill")
    page.get_by_role("button", name="New policy").click()
    page.get_by_label("Whom or what it is about").fill("Jon Vale")
    expect(page.get_by_role("textbox", name="Id Small letters")).to_have_value("jon-vale")
    page.get_by_role("button", name="Write it").click()
    expect(area).to_have_value(re.compile("Jon Vale"))
    clean(page)


def test_what_takes_most_of_the_store_is_shown_and_not_yet_erased(open_page, served):
    page = open_page("forget")
    page.get_by_label("In these words").fill("Jane Roe")
    page.get_by_label("Other names").fill("Herons nest")
    look = page.get_by_role("button", name="Show what would go")
    look.click()
    expect(page.locator(".notice.warn")).to_contain_text("2 of 3 chunks go: 2 whole")
    expect(page.locator(".notice.bad")).to_contain_text("over half of the store")
    erase = page.get_by_role("button", name="Erase for good")
    expect(erase).to_have_count(0)
    page.get_by_label("Also where over half").check()
    look.click()
    expect(erase).to_be_disabled()
    expect(page.locator(".notice.bad")).to_have_count(0)
    clean(page)


def test_a_request_is_shown_confirmed_and_its_receipt_verified_here(open_page, served):
    page = open_page("forget")
    page.get_by_label("In these words").fill("Jane Roe")
    page.get_by_role("button", name="Show what would go").click()
    expect(page.locator(".notice.warn")).to_contain_text("1 of 3 chunks go: 1 whole")
    erase = page.get_by_role("button", name="Erase for good")
    expect(erase).to_be_disabled()
    page.get_by_label("I have looked at what goes").check()
    erase.click()
    expect(page.locator(".notice.good").first).to_contain_text("R-000001: 1 erased")
    expect(page.locator("[data-verified=true] .notice").first).to_contain_text(
        "checked by this browser"
    )
    whole = (served.store / "receipts/R-000001.json").read_bytes()
    given = page.get_by_label("Check a receipt that you were given")
    told = page.locator("[data-verified]").last
    changes = (
        (b'"erased": 1', b'"erased": 2'),
        (b'"signature": "', b'"signature": "0'),
        (b'  "erased"', b' "erased"'),
        (b"physical", b"logical"),
    )
    for before, after in changes:
        bad = whole.replace(before, after, 1)
        assert bad != whole
        given.set_input_files({"name": "r.json", "mimeType": "application/json", "buffer": bad})
        expect(told).to_have_attribute("data-verified", "false")
        expect(told).to_contain_text("✗ Not as it was signed:")
    given.set_input_files({"name": "r.json", "mimeType": "application/json", "buffer": whole})
    expect(told).to_have_attribute("data-verified", "true")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep this file").last.click()
    assert Path(kept.value.path()).read_bytes() == whole
    page.get_by_role("button", name="R-000001").click()
    back = page.get_by_role("button", name="Take")
    back.click()
    back.click()
    expect(page.locator("main")).to_contain_text("1 policy file(s) of R-000001 removed")
    clean(page)


def test_the_browser_spells_receipts_as_python_does(open_page, tmp_path):
    page = open_page("forget")
    keys, other = open_keys(tmp_path / "keys"), open_keys(tmp_path / "other")
    judge = (
        """([text, key]) => import('/console/page/verify.js').then((m) => m.verify(text, key))"""
    )
    odd = ("", 'a "quoted" \\ note', "</script>", "\\u0041 \\n", "  ~{}[]:,")
    for number, note in enumerate(odd, 1):
        drawn = draft(keys, scan_note=note, versions={"zeta": "1", "Alpha": "2", "a-b": "3"})
        receipt = sign_receipt(drawn, f"R-{number:06d}", "0" * 64, keys)
        text = receipt.file_bytes().decode()
        assert page.evaluate(judge, [text, keys.public_key.hex])["ok"], note
        assert page.evaluate(judge, [text, None])["ok"], note
        assert not page.evaluate(judge, [text, other.public_key.hex])["ok"], note
        assert not page.evaluate(judge, [text + " ", None])["ok"], note
        assert not page.evaluate(judge, [text.replace('"3"', '"4"'), None])["ok"], note
    clean(page)


def test_a_browser_without_ed25519_asks_the_gateway(open_page, served):
    page = open_page("forget")
    page.evaluate(
        "(() => { crypto.subtle.importKey = () => Promise.reject(new Error('no Ed25519')) })()"
    )
    page.get_by_role("button", name="R-000001").click()
    expect(page.locator("[data-verified=true]")).to_contain_text("checked by the gateway")
    page.reload()


def test_a_key_is_shown_once_and_taken_back(open_page, served):
    page = open_page("keys")
    form = page.get_by_role("form", name="New key")
    form.get_by_label("Label").fill("billing bot")
    form.get_by_label("Tokens a month").fill("1000")
    form.get_by_role("button", name="Make a key").click()
    secret = page.locator("input[readonly]")
    expect(secret).to_be_focused()
    key = secret.input_value()
    id = key.split("-")[1]
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}) as http:
        body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
        page.wait_for_timeout(300)
        assert http.post(f"{served.url}/v1/chat/completions", json=body).status_code == 200
    form.get_by_label("Scope").select_option("admin")
    expect(form.get_by_label("Tokens a month")).to_be_hidden()
    row = page.get_by_role("row").filter(has_text=id)
    expect(row).to_contain_text("of 1,000")
    end = page.get_by_role("button", name=f"Revoke {id}")
    end.click()
    end.click()
    expect(row).to_contain_text("revoked")
    page.reload()
    expect(page.get_by_role("table", name="Keys")).to_contain_text(id)
    assert key not in page.content()
    clean(page)


def test_a_reports_figures_are_shown(open_page):
    page = open_page("reports")
    page.get_by_role("button", name="nano 10").click()
    expect(page.get_by_role("table")).to_contain_text("0.000 (0.000 to 0.100)")
    clean(page)
