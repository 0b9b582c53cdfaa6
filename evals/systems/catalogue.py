"""Every system that a comparison may name, and how it is made from one model and one forget set.

    make_system("box-pretend", Setup(model="evals/nano/weights/full", forget=..., retain=...))

    original   the model with nothing around it          retrain   the gold retrain
    prompt     a system prompt that lists the subjects   filter    a keyword filter
    box        the box with the workers that drafting chooses; box-WORKER with one for all
    api        an OpenAI-compatible endpoint

The policies come from ``draft_policies`` on the suite's own forget set, never from a hand.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from pydantic import ValidationError

from boxed.drafting import draft_policies
from boxed.models.local import LocalModel
from boxed.models.openai_http import HttpModel
from evals.systems.api import ApiSystem
from evals.systems.bare_prompt import PromptSystem
from evals.systems.boxed_model import BoxSystem
from evals.systems.keyword_filter import FilterSystem
from evals.systems.local import LocalSystem
from evals.systems.protocol import System
from guards.verdicts import Embed
from prompts.book import PolicyBook, book_of
from prompts.policy import RESPONSES, Example, Policy, Response

__all__ = [
    "SYSTEMS",
    "Setup",
    "SetupError",
    "box_with",
    "check_names",
    "make_system",
    "policies_of",
]


class SetupError(ValueError):
    """A system cannot be made as it was asked for; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What systems are made from; small, and the same in every process that makes them.

    ``model`` and ``retrain`` are folders or hub names; ``forget`` and ``retain`` the examples that
    policies are drafted from; ``semantic`` False screens by names alone.
    """

    model: str
    retrain: str | None = None
    forget: tuple[Example, ...] = ()
    retain: tuple[Example, ...] = ()
    semantic: bool = True
    api: str | None = None
    api_model: str | None = None
    api_key: str | None = None


def _original(name: str, setup: Setup) -> System:
    return LocalSystem(name, _model(setup.model), setup.model)


def _retrain(name: str, setup: Setup) -> System:
    if setup.retrain is None:
        raise SetupError(
            "system 'retrain' needs the model that never saw the forget set; name its folder with "
            "--retrain, or leave the system out (forget quality is then undefined)"
        )
    return LocalSystem(name, _model(setup.retrain), setup.retrain)


def _prompt(name: str, setup: Setup) -> System:
    titles = [policy.title for policy in policies_of(setup)]
    return PromptSystem(name, _original(name, setup), titles)


def _filter(name: str, setup: Setup) -> System:
    words = [word for policy in policies_of(setup) for word in policy.names or (policy.title,)]
    return FilterSystem(name, _original(name, setup), words)


def _box(name: str, setup: Setup) -> System:
    worker = cast("Response", name.removeprefix("box-")) if name != "box" else None
    return box_with(name, setup, _book(policies_of(setup, worker)))


def _api(name: str, setup: Setup) -> System:
    if setup.api is None:
        raise SetupError("system 'api' needs an endpoint; name its base URL with --api")
    model = HttpModel(setup.api, setup.api_key, setup.api_model)
    return ApiSystem(name, model, f"{setup.api} {setup.api_model or ''}")


SYSTEMS: dict[str, Callable[[str, Setup], System]] = {
    "original": _original,
    "retrain": _retrain,
    "prompt": _prompt,
    "filter": _filter,
    "box": _box,
    **{f"box-{worker}": _box for worker in RESPONSES},
    "api": _api,
}


def check_names(names: Sequence[str]) -> None:
    """Raise SetupError for a name that is none, or that stands twice."""
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise SetupError(f"system '{unknown[0]}' is not one of {', '.join(SYSTEMS)}")
    if not names or len(set(names)) < len(names):
        raise SetupError("name at least one system, and each of them once")


def make_system(name: str, setup: Setup) -> System:
    """The system of that name; models and embedders are loaded once per process.

    Raises SetupError where something that it needs is not there.
    """
    check_names([name])
    try:
        return SYSTEMS[name](name, setup)
    except (OSError, ValueError) as error:
        said = str(error).split("\n")[0]
        raise SetupError(said if isinstance(error, SetupError) else f"{name}: {said}") from None


def box_with(name: str, setup: Setup, book: PolicyBook) -> System:
    """A box with this book around the setup's model; raises SetupError where that is not there."""
    embed = _embedder() if setup.semantic else None
    return BoxSystem(name, _model(setup.model), setup.model, book, embed)


@cache
def policies_of(setup: Setup, worker: Response | None = None) -> tuple[Policy, ...]:
    """The policies drafted from the forget set, all with one worker where one is named."""
    try:
        return draft_policies(setup.forget, setup.retain, response=worker)
    except ValidationError as error:
        lacking = error.errors()[0]["msg"]
        raise SetupError(f"no policy for worker '{worker}' can be drafted: {lacking}") from None


@cache
def _book(policies: tuple[Policy, ...]) -> PolicyBook:
    return book_of(policies)


@cache
def _model(folder: str) -> LocalModel:
    try:
        return LocalModel(folder)
    except (OSError, ValueError):
        raise SetupError(
            f"model '{folder}' cannot be loaded; name a folder with a transformers model, or a "
            "model that the hub has"
        ) from None


@cache
def _embedder() -> Embed:
    # sentence-transformers takes seconds to import; a run without boxes does without.
    return cast("Embed", importlib.import_module("retrieval.embedder").SentenceEmbedder())
