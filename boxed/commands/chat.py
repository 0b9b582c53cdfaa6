"""``boxed chat``: a conversation through the box in the terminal, streamed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from boxed.api.chat import ChatRequest
from boxed.assemble import assemble
from boxed.commands.console import console, in_loop, tell_in_force, told
from boxed.settings import load_settings


@told
def run(upstream: str | None, policies: Path | None, semantic: bool | None) -> int:
    """Read lines until end of input; an empty line or 'exit' ends the talk too."""
    settings = load_settings(upstream=upstream, policies=policies, semantic=semantic)

    async def go() -> int:
        with console.status("loading"):
            box = assemble(settings)
        tell_in_force(settings, box.snapshot.book)
        messages: list[dict[str, Any]] = []
        try:
            while True:
                line = _line()
                if line is None or line.strip() in ("", "exit", "quit"):
                    return 0
                messages.append({"role": "user", "content": line})
                request = ChatRequest({"model": "default", "messages": messages, "stream": True})
                said = ""
                async for chunk in box.stream(request):
                    for choice in chunk.get("choices") or ():
                        text = choice["delta"].get("content") or ""
                        said += text
                        sys.stdout.write(text)
                        sys.stdout.flush()
                sys.stdout.write("\n")
                messages.append({"role": "assistant", "content": said})
        finally:
            await box.close()

    return in_loop(go())


def _line() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None
