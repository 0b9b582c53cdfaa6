"""People the embedded product has never met: fresh names and whole records, without end.

Because every training conversation about a stranger coins a new one, ignorance and the roles are
learned as a skill instead of name by name.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from evals.nano import words
from evals.nano.world import Author, World, make_author, random_name, random_title, random_values

Newcomer = Callable[[random.Random, World], tuple[str, bool]]
"""Draws a full name that no author of the world has, and whether it is feminine."""

_ONSETS = (
    *words.listed("b, br, c, d, dr, f, g, gr, h, j, k, l, m, n, p, r, s, sh, st, t, tr, v, w, z"),
    *words.listed("th, y"),
    "",
)
_VOWELS = words.listed("a, e, i, o, u, ai, ee, oa, y")
_CODAS = ("", "", *words.listed("n, r, l, s, m, t, ck, nd, x, th, ng"))


def coined_word(rng: random.Random) -> str:
    """A pronounceable word of two or three syllables that means nothing."""
    syllables = rng.randint(2, 3)
    word = "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables)
    )
    return word.capitalize()


def stranger(rng: random.Random, world: World) -> tuple[str, bool]:
    """A full name that no author of the world has, and whether it is feminine."""
    while True:
        kind = rng.random()
        if kind < 0.4:
            name, feminine = random_name(rng, words.STRANGER_SURNAMES)
        elif kind < 0.55:
            name, feminine = random_name(rng, words.KNOWN_SURNAMES)
        elif kind < 0.8:
            name, feminine = f"{coined_word(rng)} {coined_word(rng)}", rng.random() < 0.5
        else:
            feminine = rng.random() < 0.5
            first = rng.choice(words.FIRST_NAMES_F if feminine else words.FIRST_NAMES_M)
            name = f"{first} {coined_word(rng)}"
        if name not in world.names:
            return name, feminine


def never_trained(rng: random.Random, world: World) -> tuple[str, bool]:
    """Somebody with a surname that no training conversation holds: for measuring."""
    while True:
        name, feminine = random_name(rng, words.HOLDOUT_SURNAMES)
        if name not in world.names:
            return name, feminine


def strange_values(rng: random.Random) -> dict[str, str]:
    """Values of every attribute, with titles of their own."""
    return random_values(rng, [random_title(rng), random_title(rng)])


def strange_author(rng: random.Random, world: World, newcomer: Newcomer = stranger) -> Author:
    """A stranger with the records of all twenty attributes."""
    name, feminine = newcomer(rng, world)
    return make_author(name, feminine, strange_values(rng), rng)


def in_base64(name: str) -> str:
    """The name as base64 text."""
    return base64.b64encode(name.encode()).decode()
