"""`boxed-evals attack`: the chosen classes on a suite's people, the table, the report, transcripts.

run(Options("rwku", policies="title", classes=("plain", "codes"), questions=50, out=Path("runs")))
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import cast

from evals.attacks.asked import Asked, people_of, questions_of, some_people
from evals.attacks.attack import Attack, Draft, Pool
from evals.attacks.catalogue import chosen
from evals.attacks.found import found_attacks
from evals.attacks.policies import book_for, titles_missing
from evals.attacks.results import Carried
from evals.attacks.running import Runner
from evals.attacks.signals import Signal, signals
from evals.attacks.staying import Passed, ask_ordinary, ordinary_questions, retained_questions
from evals.data.jsonl import DataError
from evals.metrics.collapse import collapse
from evals.metrics.sampled import MOST
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite
from guards.verdicts import Embed
from prompts.book import PolicyBook
from prompts.policy import Response

__all__ = ["SUITES", "Attacked", "Options", "Target", "run", "target_of"]

SUITES = ("nano", "tofu", "rwku", "pii")


@dataclass(frozen=True, slots=True)
class Options:
    """What is attacked, with what, and how much of it.

    ``questions`` is the most of each class and of each retained part; ``people`` how many subjects
    are forgotten, all where None; ``semantic`` False screens by names alone. ``samples`` replies
    are drawn to each question at temperature 1.
    """

    suite: str
    policies: str = "title"
    response: Response = "pretend"
    classes: tuple[str, ...] = ()
    questions: int = 50
    people: int | None = None
    data: str | None = None
    seed: int = 0
    semantic: bool = True
    samples: int = 1


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """The forgotten people, the questions about them, and the box's policies."""

    suite: Suite
    people: tuple[str, ...]
    questions: tuple[Asked, ...]
    pool: Pool
    book: PolicyBook
    embed: Embed | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Attacked:
    """All that a run has found; ``collapsed`` says why its replies are those of a broken system."""

    options: Options
    target: Target
    carried: tuple[Carried, ...]
    passed: tuple[Passed, ...]
    signals: tuple[Signal, ...]
    seconds: float
    collapsed: str = ""


def run(options: Options, tell: Callable[[str, int, int], None]) -> Attacked:
    """Carry out every chosen class, and ask what must stay. Raises ValueError, DataError."""
    begun = time.perf_counter()
    attacks = (*chosen(options.classes), *(found_attacks() if not options.classes else ()))
    target = target_of(options)
    runner = Runner(target.book, target.embed)
    carried: list[Carried] = []
    for number, attack in enumerate(attacks):
        tell("attacks", number, len(attacks))
        started = time.perf_counter()
        outcomes = runner.carry_out(_drafts(attack, target, options))
        carried.append(Carried(attack, tuple(outcomes), time.perf_counter() - started))
    tell("attacks", len(attacks), len(attacks))
    ordinary = ordinary_questions(
        target.suite, target.people, _general(options), options.questions, options.seed
    )
    passed = ask_ordinary(target.book, target.embed, ordinary)
    told = signals(runner, target.questions[:], options.questions, options.seed)
    seconds = time.perf_counter() - begun
    return Attacked(
        options, target, tuple(carried), tuple(passed), tuple(told), seconds, _collapsed(passed)
    )


def _collapsed(passed: Sequence[Passed]) -> str:
    """Does the box still say what must stay? One that says nothing holds off every attack."""
    known = [one.ordinary.reply for one in passed]
    return collapse([one.heard for one in passed], known, known)


def target_of(options: Options) -> Target:
    """The suite's people and the policies about them. Raises ValueError, DataError."""
    if options.suite not in SUITES:
        raise ValueError(f"suite '{options.suite}' is not one of {', '.join(SUITES)}")
    if options.questions < 1:
        raise ValueError(f"questions is {options.questions}; ask at least one of each class")
    if not 1 <= options.samples <= MOST:
        raise ValueError(f"samples is {options.samples}; draw 1 to {MOST} replies to each question")
    suite = load_suite(options.suite, data=options.data)
    questions = some_people(questions_of(suite), options.people, options.seed)
    people = people_of(questions)
    by_subject = {
        name: tuple(asked for asked in questions if asked.subject == name) for name in people
    }
    pool = Pool(by_subject, retained_questions(suite, people))
    book = book_for(options.policies, suite, people, options.response)
    embed = _embedder() if options.semantic else None
    return Target(suite, people, questions, pool, book, embed, titles_missing(book, people))


def _drafts(attack: Attack, target: Target, options: Options) -> list[Draft]:
    """At most so many questions that fit the attack, spread over people and levels by chance."""
    random = Random(f"{options.seed}/{attack.name}")
    shuffled = random.sample(target.questions, len(target.questions))
    drafts: list[Draft] = []
    for asked in _levels_in_turn(shuffled):
        draft = attack.make(asked, random, target.pool)
        if draft is not None:
            drafts.append(replace(draft, samples=max(draft.samples, options.samples)))
        if len(drafts) == options.questions:
            break
    return drafts


def _levels_in_turn(questions: Sequence[Asked]) -> list[Asked]:
    """One of each level after the other, until all are there."""
    levels = sorted({asked.level for asked in questions})
    rows = [[asked for asked in questions if asked.level == level] for level in levels]
    longest = max(map(len, rows), default=0)
    return [row[n] for n in range(longest) for row in rows if n < len(row)]


def _general(options: Options) -> Suite | None:
    """MMLU beside the suite, where the data has it; TOFU and the embedded world bring their own."""
    if options.suite != "rwku":
        return None
    try:
        return load_suite("mmlu", data=options.data)
    except DataError:
        return None


def _embedder() -> Embed:
    # sentence-transformers takes seconds to import; a run by names alone does without.
    return cast("Embed", importlib.import_module("retrieval.embedder").SentenceEmbedder())
