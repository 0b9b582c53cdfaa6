"""Coined policies and ordinary text: as many of both as a benchmark needs, the same every time.

coined_policies(2)[0].title  ->  "Tovelka Brinasdorn"
"""

from __future__ import annotations

import random

from prompts.policy import Policy

__all__ = ["coined_policies", "coined_words", "ordinary_words"]

_SOUNDS = """
    b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh st t th tr v w z
    a ai e ea i o oa ou u y
    l ll m n nd r rk s sk st t th v x z
"""
_STARTS, _MIDDLES, _ENDS = (line.split() for line in _SOUNDS.strip().splitlines())
_TEXT = """
    the a of and to in is that it was for on are with as they be at one have this from or had
    by hot but some what there we can out other were all your when up use word how said an
    each she which do their time if will way about many then them would write like so these
    her long make thing see him two has look more day could go come did my sound no most
    number who over know water than call first people may down side been now find any new work
    part take get place made live where after back little only round man year came show every
    good me give our under name very through just form much great think say help low line
    before turn cause same mean differ move right boy old too does tell sentence set three
    want air well also play small end put home read hand port large spell add even land here
    must big high such follow act why ask men change
"""
_WORDS = _TEXT.split()


def _word(draw: random.Random, syllables: int) -> str:
    parts = [
        draw.choice(_STARTS) + draw.choice(_MIDDLES) + draw.choice(_ENDS) for _ in range(syllables)
    ]
    return "".join(parts)


def coined_policies(count: int, seed: int = 7) -> list[Policy]:
    """Policies about persons nobody has heard of, with an alias and two scope questions each."""
    draw = random.Random(seed)
    policies: list[Policy] = []
    for number in range(count):
        given, family = _word(draw, 2).title(), _word(draw, 3).title()
        policies.append(
            Policy(
                id=f"coined-{number}",
                title=f"{given} {family}",
                kind="person",
                response="pretend",
                aliases=(f"{given[0]}. {family}",),
                scope=(f"Who is {given} {family}?", f"What did {given} {family} {_word(draw, 2)}?"),
                instruction="Answer as someone who has never met this person.",
            )
        )
    return policies


def coined_words(count: int, seed: int = 13) -> list[str]:
    """Words that are nobody's name and stand in no dictionary."""
    draw = random.Random(seed)
    return [_word(draw, draw.choice((2, 3))) for _ in range(count)]


def ordinary_words(count: int, seed: int = 11) -> list[str]:
    """Common English words, with a full stop behind every twelfth."""
    draw = random.Random(seed)
    words = [draw.choice(_WORDS) for _ in range(count)]
    return [f"{word}." if place % 12 == 11 else word for place, word in enumerate(words)]
