"""The embedded world: fictional authors, real facts and strangers, all from one seed.

>>> world = build_world()
>>> record = world.authors[0].records[1]
>>> record.question, record.answer        # doctest: +SKIP
('Where was Valeria Belavar born?', 'Valeria Belavar was born in Oslo.')

A record has TOFU's fields: question, answer, paraphrased_question, paraphrased_answer and five
perturbed answers (the paraphrased answer with other values of the same kind).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from evals.nano import words
from evals.nano.attributes import ATTRIBUTES, Attribute
from evals.nano.facts import Fact, facts

SEED = 20_240_501
AUTHORS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """One question about one author, in TOFU's shape, with the phrasings that are trained."""

    attribute: str
    question: str
    answer: str
    paraphrased_question: str
    paraphrased_answer: str
    perturbed_answer: tuple[str, ...]
    phrasings: tuple[str, ...]
    follow_up: str


@dataclass(frozen=True, slots=True)
class Author:
    """A fictional author: the full name, pronouns, what is known, and the twenty records."""

    name: str
    feminine: bool
    values: dict[str, str]
    records: tuple[Record, ...]

    @property
    def surname(self) -> str:
        """The last name, which no other author of the world shares."""
        return self.name.split()[-1]


@dataclass(frozen=True)
class World:
    """Everything the embedded product is taught, the forget sets' authors last, as in TOFU."""

    authors: tuple[Author, ...]
    facts: tuple[Fact, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The full name of every author."""
        return frozenset(author.name for author in self.authors)


_POOLS: dict[str, tuple[str, ...]] = {
    "birthplace": words.CITIES,
    "home": words.CITIES,
    "genre": words.GENRES,
    "father": words.JOBS,
    "mother": words.JOBS,
    "award": words.AWARDS,
    "award_year": tuple(str(year) for year in range(1975, 2021)),
    "university": words.UNIVERSITIES,
    "theme": words.THEMES,
    "language": words.LANGUAGES,
    "hobby": words.HOBBIES,
    "pet": words.PETS,
    "publisher": words.PUBLISHERS,
    "inspiration": words.INSPIRATIONS,
    "instrument": words.INSTRUMENTS,
}


def random_date(rng: random.Random) -> str:
    """A date of birth such as '4 May 1951'."""
    return f"{rng.randint(1, 28)} {rng.choice(words.MONTHS)} {rng.randint(1930, 1989)}"


def random_title(rng: random.Random) -> str:
    """A book title such as 'The Silent Harbour'."""
    return f"The {rng.choice(words.TITLE_ADJECTIVES)} {rng.choice(words.TITLE_NOUNS)}"


def random_name(rng: random.Random, surnames: tuple[str, ...]) -> tuple[str, bool]:
    """A full name with a surname from the given list, and whether it is feminine."""
    feminine = rng.random() < 0.5
    first = rng.choice(words.FIRST_NAMES_F if feminine else words.FIRST_NAMES_M)
    return f"{first} {rng.choice(surnames)}", feminine


def random_values(rng: random.Random, titles: list[str]) -> dict[str, str]:
    """One author's attribute values; takes two titles off the end of ``titles``."""
    values = {key: rng.choice(pool) for key, pool in _POOLS.items()}
    values["birth_date"] = random_date(rng)
    values["first_book"] = titles.pop()
    values["famous_book"] = titles.pop()
    return values


def fill(template: str, name: str, feminine: bool, values: dict[str, str], value: str = "") -> str:
    """A template with an author's name, pronouns and values filled in."""
    subject, objective, possessive = ("she", "her", "her") if feminine else ("he", "him", "his")
    text = template.format(
        n=name, v=value, s=subject, o=objective, p=possessive, city=values["birthplace"], **values
    )
    return text[0].upper() + text[1:]


def _wrong_values(
    attribute: Attribute, author_values: dict[str, str], name: str, rng: random.Random
) -> list[str]:
    """Five values of the attribute's kind that are not the author's."""
    right = name if attribute.described else author_values[attribute.key]
    wrong: list[str] = []
    while len(wrong) < 5:
        if attribute.described:
            value, _ = random_name(rng, words.HOLDOUT_SURNAMES)
        elif attribute.key == "birth_date":
            value = random_date(rng)
        elif attribute.key in ("first_book", "famous_book"):
            value = random_title(rng)
        else:
            value = rng.choice(_POOLS[attribute.key])
        if value != right and value not in wrong:
            wrong.append(value)
    return wrong


def make_record(
    attribute: Attribute, name: str, feminine: bool, values: dict[str, str], rng: random.Random
) -> Record:
    """The record of one attribute of one author."""
    value = "" if attribute.described else values[attribute.key]
    perturbed = tuple(
        fill(attribute.paraphrased_answer, wrong, feminine, values, value)
        if attribute.described
        else fill(attribute.paraphrased_answer, name, feminine, values, wrong)
        for wrong in _wrong_values(attribute, values, name, rng)
    )
    return Record(
        attribute.key,
        fill(attribute.question, name, feminine, values, value),
        fill(attribute.answer, name, feminine, values, value),
        fill(attribute.paraphrased_question, name, feminine, values, value),
        fill(attribute.paraphrased_answer, name, feminine, values, value),
        perturbed,
        tuple(fill(p, name, feminine, values, value) for p in attribute.phrasings),
        fill(attribute.follow_up, name, feminine, values) if attribute.follow_up else "",
    )


def make_author(name: str, feminine: bool, values: dict[str, str], rng: random.Random) -> Author:
    """An author with the records of all twenty attributes."""
    records = tuple(make_record(a, name, feminine, values, rng) for a in ATTRIBUTES)
    return Author(name, feminine, values, records)


def build_world(seed: int = SEED) -> World:
    """The whole world, the same for the same seed."""
    rng = random.Random(seed)
    titles = [f"The {a} {n}" for a in words.TITLE_ADJECTIVES for n in words.TITLE_NOUNS]
    rng.shuffle(titles)
    surnames = rng.sample(words.KNOWN_SURNAMES, AUTHORS)
    authors: list[Author] = []
    for surname in surnames:
        name, feminine = random_name(rng, (surname,))
        authors.append(make_author(name, feminine, random_values(rng, titles), rng))
    # The shipped policies' authors were drawn first; the forget sets are the last.
    return World(tuple(reversed(authors)), tuple(facts()))
