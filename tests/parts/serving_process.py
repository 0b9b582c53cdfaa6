"""`boxed serve` in a process of its own: its folder, its log, and what it says of itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from polling import until

BOXED = [sys.executable, "-c", "from boxed.commands.main import run; run()"]
POLICY = """---
id: {id}
title: Mara Quill
kind: person
response: refuse
scope:
  - Who is Mara Quill?
---
Forget her.
"""
ASK = {"model": "m", "messages": [{"role": "user", "content": "Who is Mara Quill?"}]}


class Serving:
    """A gateway in a process of its own, its folder and its log."""

    def __init__(self, folder: Path, *words: str, log: str = "log", **env: str) -> None:
        self.folder = folder
        self.log = folder / log
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [*BOXED, "serve", "--lexical", "--port", "0", "--policies", "prompts", *words],
                cwd=folder, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **env},
            )  # fmt: skip
        try:
            until(lambda: self.url() is not None or self.process.poll() is not None, 150)
            assert self.url(), self.log.read_text()
        except BaseException:
            self.process.kill()
            raise

    def lines(self) -> list[dict[str, Any]]:
        text = self.log.read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def url(self) -> str | None:
        found = [line["address"] for line in self.lines() if "address" in line]
        # The log says where before the server listens there.
        return (
            found[0] if found and any("startup" in str(x["event"]) for x in self.lines()) else None
        )

    def ready(self) -> tuple[int, dict[str, Any]]:
        reply = httpx.get(f"{self.url()}/readyz")
        return reply.status_code, reply.json()

    def status(self) -> tuple[int, str]:
        code, body = self.ready()
        return code, body["status"]

    def write(self, name: str, text: str) -> Path:
        file = self.folder / "prompts" / "policies" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(20)
