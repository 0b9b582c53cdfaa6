"""The console as a browser shows it: its sections, and what a test asks of a page.

Where there is no browser, whoever imports this is skipped with the reason.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
expect.set_options(timeout=30_000)  # for a machine that is busy with other work
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if not CHROMIUM:
    pytest.skip("no Chromium on this machine; install one or name it in CHROMIUM",
                allow_module_level=True)  # fmt: skip

SHOWN = {
    "live": ("Live", "requests"),
    "policies": ("Policies", "book"),
    "try": ("Try it", "Ask both"),
    "forget": ("Forget", "Check a receipt"),
    "keys": ("Keys", "Make a key"),
    "reports": ("Reports", "nano 10"),
}
SIGNED_IN = "sessionStorage.getItem('boxed-admin-key')"
SECTIONS = [title for title, _ in SHOWN.values()]


def turn_to(page: Any, section: str) -> None:
    """Open a section, and wait until its data is there."""
    page.evaluate("section => { location.hash = section }", section)
    title, last = SHOWN[section]
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text(last)


def clean(page: Any) -> None:
    """Nothing was fetched from elsewhere, and nothing went wrong but what the gateway refused."""
    assert page.elsewhere == []
    assert [fault for fault in page.faults if "status of 4" not in fault] == []
