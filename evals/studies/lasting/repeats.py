"""Unlearning repeated with other seeds, beside retraining repeated: the challenge's scores.

    repeat(Options(methods=("grad-diff", "simnpo"), out=Path("runs/lasting")))
    ->  [Score("original", ...), Score("retrain again", ...), Score("grad-diff", ...), ...]

Every unlearned model goes on from an original of its own seed. Two controls frame the methods: the
originals, from which nothing was removed, and more retrained models, which are as good as
unlearning can be and show what so few runs can tell at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boxed.models.local import LocalModel
from boxed.models.scored import Scored
from evals.methods.weights.catalogue import method_named
from evals.studies.lasting.epsilon import confidence, epsilon, final_score, forget_score
from evals.studies.lasting.once import once
from evals.studies.lasting.small_world import AGAIN, ORIGINAL, RETRAIN, Scale, SmallWorld
from evals.studies.lasting.starting import Starts
from evals.systems.identity import code_of, digest_of, weights_of

__all__ = ["Options", "Score", "repeat"]

_CODE = ("boxed.models.local", "boxed.models.scoring", "evals.studies.lasting.epsilon")


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals epsilon`` is asked to do; ``runs`` are models of each kind."""

    methods: tuple[str, ...]
    out: Path
    runs: int = 8
    scale: Scale = Scale()  # noqa: RUF009  (frozen)
    epochs: float = 0.0
    unlearning_rates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One kind of model against the retrained ones. Accuracies: shares of right answer tokens.

    ``epsilons`` are of the forgotten records; ``forgetting`` is ``F``, ``final`` with utility.
    ``test_accuracy`` is on paraphrased questions about what stays.
    """

    system: str
    runs: int
    epsilons: tuple[float, ...]
    forgetting: float
    forget_accuracy: float
    retain_accuracy: float
    test_accuracy: float
    final: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one model says: a confidence for each forgotten record, and three accuracies."""

    confidences: list[float]
    forget: float
    retain: float
    test: float


def repeat(
    options: Options, progress: Callable[[str, int, int], None] | None = None
) -> list[Score]:
    """Train, unlearn and score what is missing; the controls' scores, then the methods'.

    Raises ValueError for options that do not fit, OSError for a folder that cannot be written.
    """
    if options.runs < 3 or options.scale.authors < 1:
        raise ValueError(
            f"{options.runs} runs, {options.scale.authors} authors: give at least three and one"
        )
    for method in options.methods:
        method_named(method)
    starts = Starts(options.out, dict(options.unlearning_rates), options.epochs)
    world = SmallWorld(starts, options.scale)
    seen: dict[str, list[_Seen]] = {}
    for kind in (RETRAIN, ORIGINAL, AGAIN, *options.methods):
        seen[kind] = []
        for number in range(options.runs):
            if progress is not None:
                progress(kind, number, options.runs)
            seen[kind].append(_seen(world, kind, number))
        if progress is not None:
            progress(kind, options.runs, options.runs)
    retrained = seen.pop(RETRAIN)
    return [_score(kind, found, retrained) for kind, found in seen.items()]


def _score(kind: str, ours: Sequence[_Seen], retrained: Sequence[_Seen]) -> Score:
    unlearned, never = (np.array([s.confidences for s in found]) for found in (ours, retrained))
    forgetting = forget_score(unlearned, never)
    retain = _mean([s.retain for s in ours]), _mean([s.retain for s in retrained])
    test = _mean([s.test for s in ours]), _mean([s.test for s in retrained])
    return Score(
        kind,
        len(ours),
        tuple(epsilon(u, r) for u, r in zip(unlearned.T, never.T, strict=True)),
        forgetting,
        _mean([s.forget for s in ours]),
        retain[0],
        test[0],
        final_score(forgetting, retain, test),
    )


def _seen(world: SmallWorld, kind: str, number: int) -> _Seen:
    """What the model of this kind and number says; it is asked once."""
    folder = world.model(kind, number)
    file = world.folder / kind.replace(" ", "-") / f"seen-{number}.json"
    forget = [(r.question, r.answer) for r in world.forget]
    retain = [(r.question, r.answer) for r in world.retain]
    test = [(r.paraphrased_question or r.question, r.answer) for r in world.retain]
    identity = digest_of(weights_of(str(folder)), code_of(*_CODE), str((forget, retain, test)))

    def made() -> dict[str, Any]:
        model = LocalModel(folder)
        scored = _scored(model, forget)
        return {
            "confidences": [confidence(one.mean_nll) for one in scored],
            "forget": _accuracy(scored),
            "retain": _accuracy(_scored(model, retain)),
            "test": _accuracy(_scored(model, test)),
        }

    return _Seen(**once(file, identity, made))


def _scored(model: LocalModel, asked: Sequence[tuple[str, str]]) -> list[Scored]:
    items = [([{"role": "user", "content": question}], [answer]) for question, answer in asked]
    return [one for [one] in model.score_many(items)]


def _accuracy(scored: Sequence[Scored]) -> float:
    """The share of answer tokens, given those before them, that are the model's first choice."""
    return _mean([float(first) for one in scored for first in one.greedy])


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
