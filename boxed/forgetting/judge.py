"""The judge of forget requests: a model says whether a neighbour in meaning belongs to one.

    with judge_of(settings) as judge:                 # None where no model has that role
        closure(store, request, embed, judge=judge)

It is asked only where the settings name a model for the role `judge`, because it reads passages
that may have to be forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Generator
from contextlib import contextmanager

from boxed.api.chat import Body, ChatRequest
from boxed.api.replies import text_of
from boxed.models.connect import connect
from boxed.models.protocol import ChatModel
from boxed.settings import Settings
from prompts.book import load_book, shipped_directory
from prompts.template import Template
from retrieval.closure.paraphrases import Judge

__all__ = ["ROLE", "ModelJudge", "judge_of", "judge_prompt"]

ROLE = "judge"


def judge_prompt(template: Template, asked: str, text: str, mark: str) -> str:
    """What the judge is asked; ``mark`` is a word that stands in neither text."""
    return template.render(asked=asked, passage=text, mark=mark)


class ModelJudge:
    """Asks a model, one passage at a time. Only "yes" counts; whatever else it says is a no."""

    def __init__(self, model: ChatModel, template: Template, runner: asyncio.Runner) -> None:
        """``runner`` is the loop that the model lives in."""
        self._model = model
        self._template = template
        self._runner = runner

    def __call__(self, asked: str, text: str) -> bool:
        """Does ``text`` belong to what was ``asked`` for? Raises UpstreamError."""
        mark = hashlib.sha256(f"{asked}\0{text}".encode(errors="replace")).hexdigest()[:12]
        prompt = judge_prompt(self._template, asked, text, mark)
        body: Body = {"messages": [{"role": "user", "content": prompt}], "temperature": 0}
        reply = self._runner.run(self._model.chat(ChatRequest(body)))
        return text_of(reply.body).strip().lower().lstrip("*\"'").startswith("yes")


@contextmanager
def judge_of(settings: Settings) -> Generator[Judge | None]:
    """The judge that the settings name. Not to be used inside a running event loop."""
    if ROLE not in settings.roles and ROLE not in settings.role_models:
        yield None
        return
    template = load_book(settings.policies or shipped_directory()).templates["judge"]
    model = connect(settings.roles.get(ROLE, settings.upstream), settings, ROLE)
    with asyncio.Runner() as runner:
        try:
            yield ModelJudge(model, template, runner)
        finally:
            runner.run(model.close())
