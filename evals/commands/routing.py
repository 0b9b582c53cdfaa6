"""``boxed-evals routing``: how right a box tells what a message is about."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import ExamSize, SuitesOfExam
from evals.commands.teach import told

__all__ = ["routing"]


def routing(
    router: Annotated[
        str | None,
        typer.Option(help="A model that is asked in doubt, as upstreams are named; none if unset."),
    ] = None,
    data: SuitesOfExam = None,
    each: ExamSize = 8,
) -> None:
    """Route messages about subjects, and about what is near them, as a box does, by rules.

    The subjects are those that no lesson of ``teach`` names, and those of the suites.
    """
    exam = module_of("evals.studies.teaching.router_exam")
    try:
        settings = module_of("boxed.settings").Settings()
        suites = module_of("evals.studies.teaching.roles").suites_of(data) if data else ()
        model = module_of("boxed.models.connect").connect(router, settings) if router else None
        embed = module_of("boxed.store.embedding").load_embedder(settings)
    except (
        ValueError,
        OSError,
        module_of("boxed.settings").SettingsError,
        module_of("evals.data.jsonl").DataError,
    ) as error:
        sys.exit(str(error))
    _, held_out = module_of("evals.studies.teaching.subjects").load_subjects()
    asked = {"held out": exam.messages_of_subjects(held_out)}
    asked |= {suite.name: exam.messages_of(suite, each) for suite in suites}
    asyncio.run(_told(asked, router, model, embed))


async def _told(
    asked: Mapping[str, Sequence[Any]], router: str | None, model: Any, embed: Any
) -> None:
    """Each exam by rules, then with the model; it is closed at the end."""
    module = module_of("evals.studies.teaching.routed")
    ways = {"rules": None} | ({f"rules, {router} in doubt": model} if model is not None else {})
    try:
        for name, messages in asked.items():
            for way, asks in ways.items():
                told(name, way, await module.routed(messages, asks, embed))
            for way, asks in ways.items():
                both = f"{name}, two questions in one"
                told(both, way, await module.split(messages, asks, embed))
    finally:
        if model is not None:
            await model.close()
