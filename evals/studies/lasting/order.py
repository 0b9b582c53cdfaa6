"""The same forget requests in other orders, twice each, and all at once: does it matter?

    orders(Options(systems=("box", "simnpo"), out=Path("runs/lasting")))
    ->  [Ended("box", "1 2 3 4", ...), Ended("box", "3 1 4 2", ...), ..., Ended("box", "together")]

Every run starts from the original, carries the requests out one after the other, and is asked the
same questions at its end. Where order does not matter all runs end alike: the spread of the figures
says how far they do not, and the agreement how many replies are the same, letter by letter. Runs
that were measured are not measured again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evals.methods.weights.catalogue import METHODS
from evals.metrics.collapse import collapse_of
from evals.metrics.outcomes import outcomes_of
from evals.records import Figure, Item, Record, Reply
from evals.studies.lasting.asking import figures_of
from evals.studies.lasting.handling import PER_AUTHOR, Handler, Policies, Training
from evals.studies.lasting.once import once
from evals.studies.lasting.requests import Event
from evals.studies.lasting.starting import Starts, is_box
from evals.studies.lasting.stream import questions
from evals.systems.identity import code_of, digest_of
from evals.systems.protocol import System

__all__ = ["TOGETHER", "Ended", "Options", "orders", "sequences"]

TOGETHER = "together"
_Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals order`` is asked to do.

    ``orders`` of the same ``requests`` are tried, the first as they are numbered; ``repeats`` is
    how often each request comes in the run that repeats them, 1: no such run. ``together`` adds a
    run that carries them out as one request.
    """

    systems: tuple[str, ...]
    out: Path
    requests: int = 4
    orders: int = 3
    repeats: int = 2
    together: bool = True
    epochs: float = 0.0
    per_author: int = 4
    retained: int = 20
    seed: int = 0
    unlearning_rates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """A run at its end: what it took, its figures, its replies by question, why it collapsed."""

    system: str
    run: str
    seconds: float
    tokens: int
    figures: dict[str, Figure]
    replies: dict[str, str]
    collapsed: str


def sequences(options: Options) -> dict[str, _Order]:
    """The runs by name: the requests in the order in which they come.

    Raises ValueError for fewer than two requests or orders, or more orders than there are.
    """
    if options.requests < 2 or options.orders < 2 or options.repeats < 1:
        raise ValueError(
            f"{options.requests} requests in {options.orders} orders, repeated {options.repeats} "
            "times: take two of each at least, and one time at least"
        )
    first = tuple(range(1, options.requests + 1))
    found = {_named(first): first}
    chance = random.Random(options.seed)
    for _ in range(200 * options.orders):
        if len(found) == options.orders:
            break
        other = tuple(chance.sample(first, len(first)))
        found.setdefault(_named(other), other)
    if len(found) < options.orders:
        raise ValueError(f"{options.requests} requests do not have {options.orders} orders")
    if options.repeats > 1:
        found[f"{_named(first)}, {options.repeats} times"] = first * options.repeats
    return found


def orders(
    options: Options, progress: Callable[[str, int, int], None] | None = None
) -> list[Ended]:
    """Every run of every system, system by system.

    Raises ValueError for options that do not fit, OSError for a folder that cannot be written.
    """
    runs = sequences(options)
    starts = _starts(options, "world")
    starts.check(options.systems)
    fixed = [name for name in options.systems if not is_box(name) and name not in METHODS]
    authors = len(starts.suite.forget) // PER_AUTHOR
    if fixed or options.requests > authors:
        raise ValueError(
            f"systems {', '.join(options.systems)}, {options.requests} requests: name boxes and "
            f"methods, and at most {authors} requests, for there are as many authors"
        )
    named = [*runs.items(), *([(TOGETHER, ())] if options.together else [])]
    ended: list[Ended] = []
    every = Event(options.requests, (), tuple(range(1, options.requests + 1)), ())
    items = questions(starts.suite, every, options.per_author, options.retained)
    original = cache(lambda: starts.system("original", starts.folder("original")).answer(items))
    for system in options.systems:
        for number, (run, sequence) in enumerate(named):
            if progress is not None:
                progress(system, number, len(named))
            ended.append(_run(options, starts, system, run, sequence, items, original))
        if progress is not None:
            progress(system, len(named), len(named))
    return ended


def _run(
    options: Options,
    starts: Starts,
    system: str,
    run: str,
    sequence: _Order,
    items: Sequence[Item],
    original: Callable[[], Sequence[Reply | None]],
) -> Ended:
    own = starts
    if not is_box(system):
        own = _starts(options, f"{system}-{digest_of(run)}", starts.world)
    if sequence:
        made, seconds, tokens = _in_turn(system, own, sequence)
    else:
        made, seconds, tokens = _at_once(system, own, tuple(range(1, options.requests + 1)))
    identity = digest_of(
        made.identity, code_of("evals.metrics", "evals.studies.lasting.asking"),
        *(item.to_json() for item in items),
    )  # fmt: skip
    file = options.out / "order" / "ended" / f"{system}-{digest_of(run)}.json"
    found = once(file, identity, lambda: _asked(made, items, original, seconds, tokens))
    figures = {key: Figure(**figure) for key, figure in found["figures"].items()}
    return Ended(
        system, run, found["seconds"], found["tokens"], figures, found["replies"],
        found["collapsed"],
    )  # fmt: skip


def _in_turn(system: str, starts: Starts, sequence: _Order) -> tuple[System, float, int]:
    """The system after the last request, and the seconds and tokens of all."""
    handler: Handler = Policies(system, starts) if is_box(system) else Training(system, starts)
    done = [
        handler.handle(Event(request, (), tuple(dict.fromkeys(sequence[:place])), (), place))
        for place, request in enumerate(sequence, 1)
    ]
    return done[-1].system, sum(one.seconds for one in done), sum(one.tokens for one in done)


def _at_once(system: str, starts: Starts, every: _Order) -> tuple[System, float, int]:
    if is_box(system):
        # A box has a policy for each subject whether they came at once or not.
        return _in_turn(system, starts, every)
    done = Training(system, starts).together(every)
    return done.system, done.seconds, done.tokens


def _asked(
    made: System,
    items: Sequence[Item],
    original: Callable[[], Sequence[Reply | None]],
    seconds: float,
    tokens: int,
) -> dict[str, Any]:
    replies = made.answer(items)
    figures = figures_of(items, replies, made.name)
    texts = {
        item.id: "" if reply is None else reply.text
        for item, reply in zip(items, replies, strict=True)
    }
    return {
        "seconds": seconds,
        "tokens": tokens,
        "figures": {key: asdict(figure) for key, figure in figures.items()},
        "replies": texts,
        "collapsed": collapse_of(
            outcomes_of(items, _records(items, replies)),
            outcomes_of(items, _records(items, original())),
        ),
    }


def _records(items: Sequence[Item], replies: Sequence[Reply | None]) -> list[Record]:
    return [
        Record(item.id, "", item.id, item.part, "", reply, None)
        for item, reply in zip(items, replies, strict=True)
    ]


def _starts(options: Options, name: str, built: Path | None = None) -> Starts:
    rates = dict(options.unlearning_rates)
    return Starts(options.out / "order" / name, rates, options.epochs, built)


def _named(sequence: _Order) -> str:
    return " ".join(map(str, sequence))
