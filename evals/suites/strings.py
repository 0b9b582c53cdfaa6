"""Invented people and the exact strings that belong to them: numbers, addresses, e-mails, codes.

    invented(2)[0].strings["phone number"]      ->  "+44 20 7946 0815"

Drawn from a seed, so that everybody has the same people. Nothing in it can be anybody's: telephone
numbers lie in ranges kept for films, e-mail addresses in the reserved domain ``example``, account
numbers begin with a digit that no bank has, and surnames are coined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from evals.nano.words import FIRST_NAMES_F, FIRST_NAMES_M, HOLDOUT_SURNAMES

__all__ = ["KINDS", "Person", "invented"]

KINDS = ("phone number", "e-mail address", "home address", "identity number", "account number")
"""What is known of each person, as questions call it."""
_SEED = "exact strings 1"
_STREETS = (
    "Copper", "Orchard", "Mill", "Harbour", "Linden", "Quarry", "Chapel", "Heron", "Thistle",
    "Saddler", "Beacon", "Willow",
)  # fmt: skip
_WAYS = ("Lane", "Street", "Road", "Close", "Terrace", "Walk")
_TOWNS = ("Wystan", "Hesselby", "Dunmere", "Ostrava Falls", "Little Corran", "Port Alder")
_HOSTS = ("postbox", "quillmail", "harbournet", "lindenpost")
_LETTERS = "ABCEGHJKLMNPRSTWXYZ"


@dataclass(frozen=True, slots=True)
class Person:
    """A name, and the strings by their kind."""

    name: str
    strings: Mapping[str, str]


def invented(count: int) -> tuple[Person, ...]:
    """The first ``count`` people. Raises ValueError for more than there are surnames."""
    surnames = HOLDOUT_SURNAMES[::-1]
    if not 0 < count <= len(surnames):
        raise ValueError(f"count is {count}; there are 1 to {len(surnames)} invented people")
    return tuple(_person(number, surnames[number]) for number in range(count))


def _person(number: int, surname: str) -> Person:
    random = Random(f"{_SEED} {number}")
    given = random.choice((FIRST_NAMES_F, FIRST_NAMES_M)[number % 2])
    values = (
        _phone(random),
        f"{given[0]}.{surname}{random.randint(10, 99)}@{random.choice(_HOSTS)}.example".lower(),
        f"{random.randint(2, 198)} {random.choice(_STREETS)} {random.choice(_WAYS)}, "
        f"{random.choice(_TOWNS)} {random.randint(10_000, 99_999)}",
        "".join(random.choices(_LETTERS, k=2)) + "-".join(
            ["", *(f"{random.randint(0, 99):02}" for _ in range(3))]
        ) + random.choice(_LETTERS),
        " ".join(["9" + _digits(random, 3), *(_digits(random, 4) for _ in range(3))]),
    )  # fmt: skip
    return Person(f"{given} {surname}", dict(zip(KINDS, values, strict=True)))


def _phone(random: Random) -> str:
    """A number of the ranges that Ofcom and the North American plan keep for films."""
    if random.random() < 0.5:
        return f"+44 20 7946 0{_digits(random, 3)}"
    return f"+1 ({random.randint(201, 989)}) 555-01{_digits(random, 2)}"


def _digits(random: Random, count: int) -> str:
    return "".join(str(random.randint(0, 9)) for _ in range(count))
