"""Twenty forget requests, one after the other, and some withdrawn: how does each system drift?

    stream(Options(systems=("box", "simnpo"), out=Path("runs/lasting")))
    ->  [Step("box", Event(1, ...), seconds=.4, tokens=0, ...), ...]

At every step the same questions about each author in force, about each whose request was
withdrawn, and a fixed sample of what must stay. Steps that were measured are not measured again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.methods.weights.catalogue import METHODS
from evals.records import Figure, Item
from evals.studies.lasting.asking import asked, short
from evals.studies.lasting.handling import PER_AUTHOR, Handler, Policies, Training
from evals.studies.lasting.once import once
from evals.studies.lasting.requests import Event, events
from evals.studies.lasting.starting import Starts, is_box
from evals.suites.protocol import Suite
from evals.systems.identity import code_of, digest_of

__all__ = ["Options", "Step", "questions", "stream"]

_SEED = 8


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals stream`` is asked to do; ``revoked`` are pairs of request and step.

    ``epochs`` are passes over a request's records; ``per_author`` and ``retained`` are questions.
    """

    systems: tuple[str, ...]
    out: Path
    requests: int = 20
    revoked: tuple[tuple[int, int], ...] = ((5, 8), (11, 15))
    epochs: float = 0.0
    per_author: int = 2
    retained: int = 20
    unlearning_rates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A system after one step: what the step cost, and the figures of its questions.

    Parts are ``forget`` (in force), ``revoked`` (withdrawn) and ``retain``; ``peak`` in bytes.
    """

    system: str
    event: Event
    seconds: float
    tokens: int
    peak: int
    figures: dict[str, Figure]


def stream(options: Options, progress: Callable[[str, int, int], None] | None = None) -> list[Step]:
    """Every step of every system, in order.

    Raises ValueError for options that do not fit, OSError for a folder that cannot be written.
    """
    starts = Starts(options.out, dict(options.unlearning_rates), options.epochs)
    starts.check(options.systems)
    fixed = [name for name in options.systems if not is_box(name) and name not in METHODS]
    authors = len(starts.suite.forget) // PER_AUTHOR
    if fixed or not 0 < options.requests <= authors:
        raise ValueError(
            f"systems {', '.join(options.systems)}, {options.requests} requests: name boxes and "
            f"methods, and at most {authors} requests, for there are as many authors"
        )
    happening = events(options.requests, dict(options.revoked))
    steps: list[Step] = []
    for name in options.systems:
        handler: Handler = Policies(name, starts) if is_box(name) else Training(name, starts)
        for number, event in enumerate(happening):
            if progress is not None:
                progress(name, number, len(happening))
            steps.append(_step(name, handler, event, options, starts.suite))
        if progress is not None:
            progress(name, len(happening), len(happening))
    return steps


def questions(suite: Suite, event: Event, per_author: int, retained: int) -> tuple[Item, ...]:
    """The questions of a step, with ``forget``, ``revoked`` or ``retain`` as their part."""
    forget = [item for item in suite.items if item.part == "forget"]
    retain = [item for item in suite.items if item.part == "retain"]
    found: list[Item] = []
    for part, requests in (("forget", event.in_force), ("revoked", event.withdrawn)):
        for request in requests:
            own = forget[(request - 1) * PER_AUTHOR : request * PER_AUTHOR]
            chosen = _drawn(own, per_author, request)
            found += [_as_part(item, part) for item in chosen]
    return short([*found, *_drawn(retain, retained, 0)])


def _as_part(item: Item, part: str) -> Item:
    return Item(item.id, part, item.task, item.messages, item.answer, most=item.most)


def _drawn(items: Sequence[Item], count: int, number: int) -> list[Item]:
    """The same items for the same number, whatever else is asked."""
    return random.Random(f"{_SEED} {number}").sample(list(items), min(count, len(items)))


def _step(name: str, handler: Handler, event: Event, options: Options, suite: Suite) -> Step:
    done = handler.handle(event)
    items = questions(suite, event, options.per_author, options.retained)
    file = options.out / "stream" / name / f"step-{event.request:02}.json"
    identity = digest_of(
        done.system.identity, code_of("evals.metrics", "evals.studies.lasting.asking"),
        *(item.to_json() for item in items),
    )  # fmt: skip

    def made() -> dict[str, Any]:
        figures = {key: asdict(figure) for key, figure in asked(done.system, items).items()}
        return {
            "seconds": done.seconds, "tokens": done.tokens, "peak": done.peak, "figures": figures,
        }  # fmt: skip

    found = once(file, identity, made)
    figures = {key: Figure(**figure) for key, figure in found["figures"].items()}
    return Step(name, event, found["seconds"], found["tokens"], found["peak"], figures)
