"""Forgetting while decoding: a model whose next-token logits small models correct.

    ContrastSystem("contrast", Sources(model, base, forget, retain, folder))

``contrast`` is corrected by two surrogates: one goes on from ``base`` with as many retained records
as there are to forget, the other goes on from there with both. ``contrast-unlearned`` takes one
that was trained on both at once, and the same after it was unlearned approximately: nobody has to
have trained without the forget set.
``logit-difference`` subtracts an assistant that remembers the forget set and is uniform elsewhere.
The model itself stays as it is. Of a pretrained model, small models are the one from before, with
adapters: as large as what they correct, and three times its cost of asking.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.methods.decoding.contrast import SHARE, contrasting, differing
from evals.methods.decoding.joint import Combine
from evals.methods.decoding.joint_model import JointModel
from evals.methods.weights.catalogue import LARGE
from evals.systems.identity import code_of, digest_of, weights_of
from evals.systems.local import MODEL_CODE, LocalSystem
from evals.systems.trained import sum_up, trained
from prompts.policy import Example

__all__ = ["CONTRASTS", "ContrastSystem", "Parts", "Sources", "corrected", "parts_of"]

_UNLEARNED_BY = "npo-retain"
_UNLEARNED_WITH: dict[str, Any] = {
    "learning_rate": 3e-4, "epochs": 5.0, "options": (("retain", 1.0),),
}  # fmt: skip
"""With its published weight of the retain set: a surrogate must forget, more than stay whole."""
_FURTHER = 4.0
"""Epochs of the surrogate that learns the forget set, after those of the one that does not."""
_ADAPTED: dict[str, Any] = {"learning_rate": 2e-3, "batch": 8}
"""What adapters on a pretrained model learn twenty of TOFU's authors by heart with."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the parts are made of and where they are kept.

    ``model`` is corrected; ``base`` a folder or hub name with the same tokenizer that never saw the
    forget set. ``given`` are folders to take for a part instead of making it: pairs of ``without``,
    ``with`` or ``assistant``, and a folder. ``rank`` and ``layers`` are those of the adapters that
    are trained (0: the weights themselves; all layers), ``seed`` that of their training.
    """

    model: str
    base: str
    forget: tuple[Example, ...]
    retain: tuple[Example, ...]
    folder: Path
    given: tuple[tuple[str, str], ...] = ()
    rank: int = 0
    layers: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a kind of correction is made: its parts, in the order that ``combine`` takes them."""

    parts: tuple[str, ...]
    make: Callable[[str, Sources], Path]
    combine: Callable[[float, float], Combine]
    alpha: float
    share: float = SHARE


def _clean(part: str, sources: Sources) -> Path:
    """``with`` goes on from ``without``, so that they differ in little but the forget set."""
    beside, numbers = _beside(sources), _learning(sources)
    without = _trained("fine-tune", sources.base, beside, sources, **numbers)
    if part == "without":
        return without
    learnt = (*sources.forget, *beside)
    return _trained("fine-tune", str(without), learnt, sources, epochs=_FURTHER, **numbers)


def _approximate(part: str, sources: Sources) -> Path:
    beside = _beside(sources)
    learnt, numbers = (*sources.forget, *beside), _learning(sources)
    with_ = _trained("fine-tune", sources.base, learnt, sources, **numbers)
    if part == "with":
        return with_
    large = LARGE[_UNLEARNED_BY]
    told = {
        **numbers, "learning_rate": large.rate, "epochs": large.epochs,
        "options": tuple(sorted(large.options.items())),
    } if numbers else _UNLEARNED_WITH  # fmt: skip
    return _trained(_UNLEARNED_BY, str(with_), sources.forget, sources, beside, **told)


def _assistant(part: str, sources: Sources) -> Path:
    numbers, beside = _learning(sources), _beside(sources)
    return _trained("assistant", sources.base, sources.forget, sources, beside, **numbers)


def _trained(
    method: str,
    model: str,
    learnt: Sequence[Example],
    sources: Sources,
    retain: Sequence[Example] = (),
    **numbers: Any,
) -> Path:
    return trained(method, model, learnt, sources.folder, retain, seed=sources.seed, **numbers)


def _learning(sources: Sources) -> dict[str, Any]:
    """Fields of ``Settings``: none for a small model, whose trainings have numbers of their own."""
    adapters = {"lora": sources.rank, "layers": sources.layers}
    return {**_ADAPTED, **adapters} if sources.rank else {}


def _beside(sources: Sources) -> tuple[Example, ...]:
    """As many retained examples as there are to forget, chosen by chance, the same every time."""
    if not sources.forget or not sources.retain:
        raise ValueError(
            "surrogates are trained on a forget and a retain set, and this suite lacks one; take "
            "one that has both, such as nano or tofu"
        )
    most = min(len(sources.retain), len(sources.forget))
    return tuple(random.Random(0).sample(sources.retain, most))


CONTRASTS: dict[str, Contrast] = {
    "contrast": Contrast(("without", "with"), _clean, contrasting, alpha=2.0),
    "contrast-unlearned": Contrast(("without", "with"), _approximate, contrasting, alpha=0.5),
    "logit-difference": Contrast(("assistant",), _assistant, differing, alpha=0.75),
}
"""Every correction while decoding."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Folders by part, and one that holds what making them took; None where all were given."""

    folders: Mapping[str, str]
    cost: Path | None


def parts_of(kind: str, sources: Sources) -> Parts:
    """The small models of a correction; those that were not given are made.

    Raises ValueError where there is nothing to make them of.
    """
    given, made = dict(sources.given), dict[str, Path]()
    for part in CONTRASTS[kind].parts:
        if part not in given:
            made[part] = CONTRASTS[kind].make(part, sources)
            given[part] = str(made[part])
    cost = sum_up(kind, list(made.values()), sources.folder) if made else None
    return Parts({part: given[part] for part in CONTRASTS[kind].parts}, cost)


@lru_cache(2)
def corrected(kind: str, folders: tuple[str, ...], alpha: float, share: float) -> JointModel:
    """The model of the first folder, corrected by those of the others."""
    combine = CONTRASTS[kind].combine(alpha, share)
    return JointModel(folders[0], folders[1:], combine, label=kind)


class ContrastSystem(LocalSystem):
    """A local model that is corrected at every token."""

    def __init__(
        self,
        name: str,
        sources: Sources,
        kind: str = "",
        alpha: float | None = None,
        share: float | None = None,
    ) -> None:
        """``kind`` is one of ``CONTRASTS`` (by default ``name``), whose numbers may be replaced."""
        chosen = kind or name
        how = CONTRASTS[chosen]
        strength = how.alpha if alpha is None else alpha
        plausible = how.share if share is None else share
        folders = (sources.model, *parts_of(chosen, sources).folders.values())
        super().__init__(name, corrected(chosen, folders, strength, plausible), sources.model)
        self.identity = digest_of(
            "contrast", chosen, repr((strength, plausible)), *map(weights_of, folders),
            code_of(*MODEL_CODE, "evals.methods.decoding"),
        )  # fmt: skip
