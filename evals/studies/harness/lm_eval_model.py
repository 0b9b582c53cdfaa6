"""The box as a model of lm-evaluation-harness, so that any of its tasks runs through it.

    register()
    lm_eval.simple_evaluate("boxed", "model=local-folder,policies=prompts", tasks=["arc_easy"])

A task's context is a user message and the continuation the reply's beginning; with
``apply_chat_template`` the turns stay turns. Likelihoods are those of the whole pipeline
(``boxed.deciding.likelihood``), without the end token, as the harness counts them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lm_eval.api.model import LM
from lm_eval.api.registry import model_registry
from rich.progress import track

from boxed.models.connect import EMBEDDED
from boxed.models.scored import Scored
from evals.records import Item, Likelihoods, Message, Reply
from evals.systems.catalogue import Setup, SetupError, box_with, make_system
from evals.systems.protocol import System
from prompts.book import load_book, shipped_directory
from prompts.errors import BookError

__all__ = ["NAME", "BoxedLM", "register"]

NAME = "boxed"
BATCH = 64
MOST = 256
_TURNS = "[boxed turns]"


def register() -> None:
    """Make the model known to the harness by the name ``boxed``; again does no harm."""
    if NAME not in model_registry:
        model_registry.register(NAME, target=f"{__name__}:BoxedLM")


class BoxedLM(LM):
    """A system of ours behind the harness's three kinds of request."""

    def __init__(
        self,
        model: str | None = None,
        policies: str | None = None,
        semantic: bool = True,
        bare: bool = False,
        **ignored: Any,
    ) -> None:
        """``policies`` is a prompt folder (the shipped one if unset); ``bare`` leaves the box out.

        The harness hands over its own ``batch_size`` and ``device``, which the box does not use.
        Raises SetupError for a model or a folder that cannot be loaded.
        """
        super().__init__()
        self._system = system_of(model, policies, semantic=semantic, bare=bare)

    def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
        """Log-probability (nats) of each continuation after its context, and whether greedy.

        Requests with one context are one question with several answers: it is asked once. Raises
        SetupError where the box gives no likelihood.
        """
        answers: dict[str, list[str]] = {}
        for context, continuation in (request.args for request in requests):
            texts = answers.setdefault(context, [])
            if continuation not in texts:
                texts.append(continuation)
        items = [_item(context, texts) for context, texts in answers.items()]
        found: dict[tuple[str, str], Scored] = {}
        for (context, texts), given in zip(answers.items(), self._likelihoods(items), strict=True):
            scores = [score for score in (given.answer, *given.wrong) if score is not None]
            found.update(zip(((context, text) for text in texts), scores, strict=True))
        return [_without_end(found[request.args]) for request in requests]

    def loglikelihood_rolling(self, requests: list[Any]) -> list[float]:
        """Log-probability (nats) of each text as the reply to an empty message."""
        items = [_item("", [text]) for (text,) in (request.args for request in requests)]
        scores = [given.answer for given in self._likelihoods(items)]
        return [_without_end(score)[0] for score in scores if score is not None]

    def generate_until(self, requests: list[Any]) -> list[str]:
        """Greedy replies, cut at the first stop text; raises SetupError where one is to sample."""
        asked = [(context, Generation.of(options)) for context, options in _arguments(requests)]
        items = [_item(context, [""], options.most) for context, options in asked]
        texts: list[str] = []
        for batch in track(_batches(items), "answering", transient=True):
            texts += [_text(reply) for reply in self._system.answer(batch)]
        return [options.cut(text) for (_, options), text in zip(asked, texts, strict=True)]

    def apply_chat_template(
        self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True
    ) -> str:
        """The turns as one text, which ``loglikelihood`` and ``generate_until`` read as turns."""
        return _TURNS + json.dumps(chat_history, ensure_ascii=False)

    @property
    def tokenizer_name(self) -> str:
        """What the harness caches templated requests under."""
        return f"boxed-{self._system.identity}"

    def _likelihoods(self, items: Sequence[Item]) -> list[Likelihoods]:
        found: list[Likelihoods] = []
        for batch in track(_batches(items), "scoring", transient=True):
            for given in self._system.likelihoods(batch):
                if isinstance(given, str):
                    raise SetupError(f"the box gives no likelihood: {given}")
                found.append(given)
        return found


@dataclass(frozen=True, slots=True)
class Generation:
    """How a reply ends: at the first of the stop texts, or after so many tokens."""

    stops: tuple[str, ...] = ()
    most: int = MOST

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Generation:
        """Read a task's ``generation_kwargs``; raises SetupError for one that samples."""
        heat = options.get("temperature") or 0
        if heat or options.get("do_sample"):
            raise SetupError(
                f"the task samples (temperature {heat}); the box is evaluated greedily: set "
                "do_sample to false and temperature to 0 in the task"
            )
        until = options.get("until") or ()
        stops = (until,) if isinstance(until, str) else tuple(until)
        most = options.get("max_gen_toks") or options.get("max_tokens") or MOST
        return cls(stops, int(most))

    def cut(self, text: str) -> str:
        """The text before the first stop text in it."""
        ends = [text.find(stop) for stop in self.stops if stop and stop in text]
        return text[: min(ends)] if ends else text


def system_of(
    model: str | None, policies: str | None, *, semantic: bool = True, bare: bool = False
) -> System:
    """The box with a prompt folder around a model (the embedded product if unset), or the model."""
    setup = Setup(model or str(EMBEDDED), semantic=semantic)
    if bare:
        return make_system("original", setup)
    try:
        book = load_book(Path(policies) if policies else shipped_directory())
    except BookError as error:
        raise SetupError(str(error)) from None
    return box_with("box", setup, book)


def _arguments(requests: Sequence[Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [request.args for request in requests]


def _item(context: str, texts: Sequence[str], most: int = 1) -> Item:
    """A context as an item; the continuations are its answers, the first one before the others."""
    first, *others = (text.lstrip() for text in texts)
    return Item(
        id="harness",
        part="harness",
        task="completion",
        messages=_messages(context),
        answer=first,
        wrong=tuple(others),
        most=most,
    )


def _messages(context: str) -> tuple[Message, ...]:
    if context.startswith(_TURNS):
        return tuple(json.loads(context.removeprefix(_TURNS)))
    return ({"role": "user", "content": context},)


def _text(reply: Reply | None) -> str:
    if reply is None:
        raise SetupError("a prompt is longer than the model reads; ask for fewer examples in it")
    return reply.text


def _without_end(score: Scored) -> tuple[float, bool]:
    """Sum and greediness without the end token; a fixed reply has no tokens to leave out."""
    if not score.means:
        return score.total, all(score.greedy)
    return sum(score.logprobs[:-1]), all(score.greedy[:-1])


def _batches(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
