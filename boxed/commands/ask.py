"""``boxed ask``: one question through the box, with ``--explain`` the decisions on the way."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.assemble import assemble
from boxed.commands.console import console, in_loop, tell_in_force, told
from boxed.deciding.trace import Trace
from boxed.settings import load_settings


@told
def run(
    question: str,
    explain: bool,
    bare: bool,
    upstream: str | None,
    policies: Path | None,
    semantic: bool | None,
) -> int:
    """Ask, print, return the exit status."""
    settings = load_settings(upstream=upstream, policies=policies, semantic=semantic)

    async def go() -> int:
        with console.status("loading"):
            box = assemble(settings)
        tell_in_force(settings, box.snapshot.book)
        request = ChatRequest(
            {"model": "default", "messages": [{"role": "user", "content": question}]}
        )
        try:
            if bare:
                reply = await box.snapshot.models.product.chat(request)
                console.print(text_of(reply.body), markup=False, highlight=False)
                return 0
            decision = await box.decide(request)
            console.print(text_of(decision.reply.body), markup=False, highlight=False)
            if explain:
                print_trace(decision.trace)
            return 0
        finally:
            await box.close()

    return in_loop(go())


def print_trace(trace: Trace) -> None:
    """The decisions, one a line."""
    for step in trace.steps:
        console.print(f"  [cyan]{step.stage:8}[/cyan] {escape(step.decision)}", highlight=False)
    console.print(f"  [cyan]{'cost':8}[/cyan] {trace.model_calls} model call(s)", highlight=False)
