"""Takes the pictures of the console that README shows, of a real gateway in a fresh folder.

make screenshots        # needs Chromium, by itself or in the variable CHROMIUM
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
BOXED = [sys.executable, "-c", "from boxed.commands.main import run; run()"]
QUESTION = "Where was Carmela Halmere born?"
PATIENCE = 180


def main() -> None:
    """Start the gateway, look at it, and end it."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium here: install it, or name it in the variable CHROMIUM")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder, environment = Path(name) / "box", {**os.environ, "PYTHONPATH": str(ROOT)}
        made = [*BOXED, "init", "--demo", str(folder)]
        subprocess.run(made, check=True, env=environment)  # noqa: S603
        port = free_port()
        command = [*BOXED, "serve", "--port", str(port), "--lexical"]
        gateway = subprocess.Popen(command, cwd=folder, env=environment)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/readyz")
            with sync_playwright() as started:
                opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                take(opened, address)
                opened.close()
        finally:
            gateway.terminate()
            gateway.wait(30)


def take(browser: Any, address: str) -> None:
    """Three pictures: a question put to both, the policies in the dark, decisions on a phone."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(f"{address}/#try")
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask both").click()
    page.wait_for_selector(".side")
    page.screenshot(path=IMAGES / "console-light.png")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/#policies")
    page.get_by_role("button", name="Check all").click()
    page.get_by_text("missed").last.wait_for()
    page.screenshot(path=IMAGES / "console-dark.png")
    for text in (QUESTION, "What is the capital of France?", "Who is Theodor Ostavar?"):
        ask(address, text)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/#live")
    page.get_by_role("row").nth(3).wait_for()
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=IMAGES / "console-phone.png")


def ask(address: str, text: str) -> None:
    """One question, as a client asks it."""
    body = '{"model": "m", "messages": [{"role": "user", "content": "%s"}]}' % text  # noqa: UP031
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/v1/chat/completions", body.encode(), headers)  # noqa: S310
    urllib.request.urlopen(request, timeout=PATIENCE).read()  # noqa: S310


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(address: str) -> None:
    """Return when the gateway answers; raises TimeoutError."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=5).read()  # noqa: S310
        except (urllib.error.URLError, OSError):
            sleep(0.5)
        else:
            return
    raise TimeoutError(f"{address} did not answer within {PATIENCE} seconds")


if __name__ == "__main__":
    main()
