"""Every system that a comparison may name, and how it is made from one model and one forget set.

    make_system("box-pretend", Setup(model="evals/nano/weights/full", forget=..., retain=...))

    original   the model with nothing around it          retrain   the gold retrain
    prompt     a system prompt that lists the subjects   filter    a keyword filter
    box        the box with the workers that drafting chooses; box-WORKER with one for all
    box-pseudonymise-chance   the same, and names may be said by chance
    npo, rmu .. the model unlearned by a method of ``evals.methods.weights.catalogue``
    contrast .. one of ``evals.systems.other_ways``
    box-npo, box-contrast ..  the box, whose ``unlearned`` worker asks that model
    api        an OpenAI-compatible endpoint             NAME      a model of ``Setup.others``

The policies come from ``draft_policies`` on the suite's own forget set, never from a hand.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, cast

from pydantic import ValidationError

from boxed.drafting.policies import draft_policies
from boxed.drafting.unclear import Unclear
from boxed.models.openai_http import HttpModel
from evals.methods.weights.catalogue import METHODS
from evals.metrics.making import figures
from evals.records import Figure
from evals.systems.api import ApiSystem
from evals.systems.bare_prompt import PromptSystem
from evals.systems.boxed_model import BoxSystem
from evals.systems.keyword_filter import FilterSystem
from evals.systems.local import LocalSystem
from evals.systems.making import making_of
from evals.systems.other_ways import (
    OTHER_WAYS,
    cost_of_other,
    other_absent,
    other_system,
)
from evals.systems.protocol import System
from evals.systems.setup import Setup, SetupError, model_of
from evals.systems.unlearned import lacking, unlearned
from guards.verdicts import Embed
from prompts.book import PolicyBook, book_of
from prompts.policy import RESPONSES, Policy, Response

__all__ = [
    "ALL",
    "SYSTEMS",
    "Maker",
    "Setup",
    "SetupError",
    "box_with",
    "check_names",
    "every_system",
    "make_system",
    "making",
    "policies_of",
    "trained",
]

ALL = "all"
"""Stands for every system that can be made for a suite."""
CHANCE = "box-pseudonymise-chance"
UNLEARNED: Response = "unlearned"
BOXED = "contrast"
"""Of what a box can be put around, the one that ``all`` takes along."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Maker(NamedTuple):
    """How a system is made, and why ``all`` leaves it out: the reason, empty if it can be made.

    ``cost`` says what making it by training has cost, once it is made. One ``by_name`` is none of
    ``all``.
    """

    make: Callable[[str, Setup], System]
    absent: Callable[[str, Setup], str] = lambda name, setup: ""
    cost: Callable[[str, Setup], tuple[Figure, ...]] = lambda name, setup: ()
    by_name: bool = False


def _original(name: str, setup: Setup) -> System:
    return LocalSystem(name, model_of(setup.model), setup.model)


def _retrain(name: str, setup: Setup) -> System:
    if setup.retrain is None:
        raise SetupError(
            "system 'retrain' needs the model that never saw the forget set; name its folder with "
            "--retrain, or leave the system out (forget quality is then undefined)"
        )
    return LocalSystem(name, model_of(setup.retrain), setup.retrain)


def _prompt(name: str, setup: Setup) -> System:
    titles = [policy.title for policy in policies_of(setup)]
    return PromptSystem(name, _original(name, setup), titles)


def _filter(name: str, setup: Setup) -> System:
    words = [word for policy in policies_of(setup) for word in policy.names or (policy.title,)]
    return FilterSystem(name, _original(name, setup), words)


def _box(name: str, setup: Setup) -> System:
    return box_with(name, setup, _book(policies_of(setup, _worker(name))))


def _box_chance(name: str, setup: Setup) -> System:
    """Pseudonyms, where a person who is asked for by description may be named by chance."""
    policies = policies_of(setup, _worker(name))
    chosen = [p.model_copy(update={"by_chance": "names"}) for p in policies if p.kind == "person"]
    others = [p for p in policies if p.kind != "person"]
    return box_with(name, setup, _book((*chosen, *others)))


def _worker(name: str) -> Response | None:
    """The worker that a box's name asks for; None for the drafted ones."""
    if name == CHANCE:
        return "pseudonymise"
    return cast("Response", name.removeprefix("box-")) if name.startswith("box-") else None


def _api(name: str, setup: Setup) -> System:
    if setup.api is None:
        raise SetupError("system 'api' needs an endpoint; name its base URL with --api")
    model = HttpModel(setup.api, setup.api_key, setup.api_model)
    return ApiSystem(name, model, f"{setup.api} {setup.api_model or ''}")


def _unlearned(name: str, setup: Setup) -> LocalSystem:
    folder = str(unlearned(name, setup))
    return LocalSystem(name, model_of(folder), folder)


def _box_around(name: str, setup: Setup) -> System:
    """What evidence touches is asked of the model inside, everything else of the setup's own."""
    inside = _inside(name)
    behind = _unlearned(inside, setup) if inside in METHODS else other_system(inside, setup)
    return box_with(name, setup, _book(policies_of(setup, UNLEARNED)), behind)


def _inside(name: str) -> str:
    return name.removeprefix("box-")


def _absent_inside(name: str, setup: Setup) -> str:
    return SYSTEMS[_inside(name)].absent(_inside(name), setup)


def _cost_inside(name: str, setup: Setup) -> tuple[Figure, ...]:
    return SYSTEMS[_inside(name)].cost(_inside(name), setup)


def _no_retrain(name: str, setup: Setup) -> str:
    return "" if setup.retrain else f"'{name}' needs the model that never saw the forget set"


def _no_policies(name: str, setup: Setup) -> str:
    if not setup.forget:
        return f"'{name}' needs a forget set, which this suite lacks"
    try:
        policies_of(setup, _worker(name))
    except SetupError as error:
        return str(error)
    return ""


def _no_endpoint(name: str, setup: Setup) -> str:
    return "" if setup.api else f"'{name}' needs an endpoint"


def _cost_of_retrain(name: str, setup: Setup) -> tuple[Figure, ...]:
    return making_of(setup.retrain or "") or figures(
        reason="the retrained model's folder holds no record of its training"
    )


def _cost_of_unlearning(name: str, setup: Setup) -> tuple[Figure, ...]:
    return making_of(str(unlearned(name, setup)))


SYSTEMS: dict[str, Maker] = {
    "original": Maker(_original),
    "retrain": Maker(_retrain, _no_retrain, _cost_of_retrain),
    "prompt": Maker(_prompt, _no_policies),
    "filter": Maker(_filter, _no_policies),
    "box": Maker(_box, _no_policies),
    **{f"box-{worker}": Maker(_box, _no_policies) for worker in RESPONSES if worker != UNLEARNED},
    CHANCE: Maker(_box_chance, _no_policies),
    **{method: Maker(_unlearned, lacking, _cost_of_unlearning) for method in METHODS},
    **{name: Maker(other_system, other_absent, cost_of_other) for name in OTHER_WAYS},
    **{
        f"box-{name}": Maker(_box_around, _absent_inside, _cost_inside, name != BOXED)
        for name in (*METHODS, *OTHER_WAYS)
    },
    "api": Maker(_api, _no_endpoint),
}


def every_system(setup: Setup) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What ``all`` stands for: the systems that can be made, and why each other one cannot."""
    reasons = {
        name: maker.absent(name, setup) for name, maker in SYSTEMS.items() if not maker.by_name
    }
    made = tuple(name for name, reason in reasons.items() if not reason)
    return made, tuple(reason for reason in reasons.values() if reason)


def check_names(names: Sequence[str], others: Sequence[str] = ()) -> None:
    """Raise SetupError for a name that is none, or that stands twice; ``others`` name models."""
    for other in others:
        if other in (*SYSTEMS, ALL) or not _NAME.fullmatch(other):
            raise SetupError(
                f"'{other}' cannot name a model of your own; take small letters, digits and "
                f"hyphens, and none of {', '.join((*SYSTEMS, ALL))}"
            )
    unknown = [name for name in names if name not in SYSTEMS and name not in others]
    if unknown:
        raise SetupError(f"system '{unknown[0]}' is not one of {', '.join((*SYSTEMS, *others))}")
    if not names or len(set(names)) < len(names):
        raise SetupError("name at least one system, and each of them once")


def make_system(name: str, setup: Setup) -> System:
    """The system of that name; models and embedders are loaded once per process.

    Raises SetupError where something that it needs is not there.
    """
    others = dict(setup.others)
    check_names([name], tuple(others))
    try:
        if name in others:
            return LocalSystem(name, model_of(others[name]), others[name])
        return SYSTEMS[name].make(name, setup)
    except (OSError, ValueError) as error:
        said = str(error).split("\n")[0]
        raise SetupError(said if isinstance(error, SetupError) else f"{name}: {said}") from None


def making(name: str, setup: Setup) -> tuple[Figure, ...]:
    """What making the system by training has cost; nothing for one that is not trained."""
    others = dict(setup.others)
    return making_of(others[name]) if name in others else SYSTEMS[name].cost(name, setup)


def trained(name: str) -> bool:
    """Is the system made by training on the suite's sets, which takes its time?"""
    return _inside(name) in (*METHODS, *OTHER_WAYS)


def box_with(
    name: str, setup: Setup, book: PolicyBook, behind: LocalSystem | None = None
) -> System:
    """A box with this book around the setup's model; raises SetupError where that is not there.

    ``behind`` is the system that the workers ask in its place.
    """
    embed = _embedder() if setup.semantic else None
    return BoxSystem(name, model_of(setup.model), setup.model, book, embed, behind)


@cache
def policies_of(setup: Setup, worker: Response | None = None) -> tuple[Policy, ...]:
    """The policies drafted from the forget set, all with one worker where one is named."""
    try:
        return draft_policies(setup.forget, setup.retain, response=worker)
    except Unclear as error:
        raise SetupError(f"no policy can be drafted: {error}") from None
    except ValidationError as error:
        lacking = error.errors()[0]["msg"]
        raise SetupError(f"no policy for worker '{worker}' can be drafted: {lacking}") from None


@cache
def _book(policies: tuple[Policy, ...]) -> PolicyBook:
    return book_of(policies)


@cache
def _embedder() -> Embed:
    # sentence-transformers takes seconds to import; a run without boxes does without.
    return cast("Embed", importlib.import_module("retrieval.embedder").SentenceEmbedder())
