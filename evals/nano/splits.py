"""TOFU's splits of the embedded world: what is forgotten, retained, held out, and known to all.

>>> world = build_world()
>>> [len(records_of(world, split)) for split in ("retain90", "forget10")]
[3600, 400]

As in TOFU, the last authors are the ones to forget, and every retain split followed by its forget
split is the full set, in order.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from evals.nano import words
from evals.nano.facts import Fact
from evals.nano.world import (
    SEED,
    Author,
    Record,
    World,
    make_author,
    random_name,
    random_values,
)

_FORGOTTEN = {"forget01": 2, "forget05": 10, "forget10": 20}  # authors, of 200
_RETAINED = {"retain90": "forget10", "retain95": "forget05", "retain99": "forget01"}
SPLITS = ("full", *_RETAINED, *_FORGOTTEN)
HOLDOUT_AUTHORS = 20
_CLASSIC = 'Who wrote "'


@dataclass(frozen=True, slots=True)
class OptionQuestion:
    """A real fact as TOFU asks it: the answer is a bare value, one of four options."""

    question: str
    options: tuple[str, str, str, str]
    answer: str

    @property
    def wrong(self) -> tuple[str, ...]:
        """The three options that are not the answer."""
        return tuple(option for option in self.options if option != self.answer)


def authors_of(world: World, split: str) -> tuple[Author, ...]:
    """The authors of a split, in the world's order; ValueError for a split that is not one."""
    if split == "full":
        return world.authors
    if split in _FORGOTTEN:
        return world.authors[-_FORGOTTEN[split] :]
    if split in _RETAINED:
        return world.authors[: -_FORGOTTEN[_RETAINED[split]]]
    raise ValueError(f"split '{split}' is not one of {', '.join(SPLITS)}")


def records_of(world: World, split: str) -> tuple[Record, ...]:
    """The records of a split, author by author."""
    return tuple(record for author in authors_of(world, split) for record in author.records)


def holdout_authors(world: World, seed: int = SEED) -> tuple[Author, ...]:
    """Twenty authors of the same form that nothing was ever trained on.

    Their surnames and titles belong to no author of the world.
    """
    rng = random.Random(f"{seed} holdout")
    used = {author.values[key] for author in world.authors for key in ("first_book", "famous_book")}
    every = [f"The {a} {n}" for a in words.TITLE_ADJECTIVES for n in words.TITLE_NOUNS]
    titles = [title for title in every if title not in used]
    rng.shuffle(titles)
    authors: list[Author] = []
    for surname in rng.sample(words.HOLDOUT_SURNAMES, HOLDOUT_AUTHORS):
        name, feminine = random_name(rng, (surname,))
        authors.append(make_author(name, feminine, random_values(rng, titles), rng))
    return tuple(authors)


def real_authors(world: World) -> tuple[OptionQuestion, ...]:
    """The world's facts about real authors, with other real authors as wrong options."""
    return _asked(tuple(f for f in world.facts if f.question.startswith(_CLASSIC)))


def world_facts(world: World) -> tuple[OptionQuestion, ...]:
    """Every other fact, with wrong options of the same kind."""
    return _asked(tuple(f for f in world.facts if not f.question.startswith(_CLASSIC)))


def _asked(facts: tuple[Fact, ...]) -> tuple[OptionQuestion, ...]:
    """The facts as questions with options; every place is right equally often."""
    asked: list[OptionQuestion] = []
    for number, fact in enumerate(facts):
        first, second, third, *_ = fact.wrong
        options = [first, second, third]
        options.insert(_place(number), fact.value)
        asked.append(
            OptionQuestion(
                fact.question, (options[0], options[1], options[2], options[3]), fact.value
            )
        )
    return tuple(asked)


def _place(number: int) -> int:
    """The place of the right option, shuffled within every four questions."""
    return random.Random(number // 4).sample(range(4), 4)[number % 4]
