"""What systems are made from: models, sets and places, the same in every process.

    Setup(model="evals/nano/weights/full", forget=suite.forget, retain=suite.retain)

Models that are loaded stand beside it: a few at a time, for a comparison may name dozens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from boxed.models.packaged import MissingWeightsError
from evals.systems.remembered import RememberingModel
from prompts.policy import Example

__all__ = ["UNLEARNED", "Setup", "SetupError", "model_of"]

UNLEARNED = "runs/unlearned"
_AT_ONCE = 3


class SetupError(ValueError):
    """A system cannot be made as it was asked for; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What systems are made from; small, and the same in every process that makes them.

    ``model`` and ``retrain`` are folders or hub names; ``forget`` and ``retain`` the examples that
    policies are drafted from and weights unlearned with; ``semantic`` False screens by names alone.
    ``others`` are more models with nothing around them, such as unlearned ones: pairs of a system's
    name and a folder. ``unlearned`` is the folder that keeps what is unlearned here.
    ``taught`` is all that the model was trained on, the forget set included, and ``base`` a model
    with its tokenizer from before that: what surrogates and shards go on from. ``parts`` are such
    small models that are there already: pairs of ``with``, ``without`` or ``assistant`` and a
    folder. ``rank`` is that of the adapters that methods train (0: the weights themselves), on so
    many top ``layers`` (0: all). ``targets`` are names that weights are unlearned of with the
    model's own words, in the place of ``forget`` and ``retain``. ``seed`` is that of all trainings.
    """

    model: str
    retrain: str | None = None
    forget: tuple[Example, ...] = ()
    retain: tuple[Example, ...] = ()
    semantic: bool = True
    api: str | None = None
    api_model: str | None = None
    api_key: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    unlearned: str = UNLEARNED
    taught: tuple[Example, ...] = ()
    base: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    rank: int = 0
    layers: int = 0
    targets: tuple[str, ...] = ()
    seed: int = 0


@lru_cache(_AT_ONCE)
def model_of(folder: str) -> RememberingModel:
    """The model of a folder or hub name, loaded once while it is in use.

    Raises SetupError where there is none.
    """
    try:
        return RememberingModel(folder)
    except MissingWeightsError as error:
        raise SetupError(str(error)) from None
    except (OSError, ValueError):
        raise SetupError(
            f"model '{folder}' cannot be loaded; name a folder with a transformers model, or a "
            "model that the hub has"
        ) from None
