"""What a model is taught: the mixture of conversations for each split, and plain records.

Two stages. The *base* learns the language, general facts, ignorance and the roles, prompts and all,
and never sees an author of the world. A *split* (``full``, ``retain90`` ...) goes on from the base
and is taught the split's authors. So the gold retrain is exact (nothing of it ever saw the forget
set), and one base serves every split. *Roles* goes on from the base too: it practises the roles and
the drills for them, and knows no author either.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Protocol

from evals.data.tofu import QA
from evals.nano.dialogues import GENERIC_SYSTEM, Conversation, Knowledge, Message, turn
from evals.nano.drills import Drills
from evals.nano.roles import Roles
from evals.nano.splits import SPLITS, authors_of
from evals.nano.world import World

BASE = "base"
ROLES = "roles"
PRACTISED = "retain90"
ODD_IDS = 0.5
# Shares of conversations. Role prompts are long: in tokens they are the larger part.
_BASE_SHARES = {
    "fact": 0.14, "topic": 0.13, "choice": 0.13, "stranger": 0.08, "unknown_work": 0.03,
    "two_turns": 0.03, "base64": 0.05, "small_talk": 0.01, "echo": 0.06, "reading": 0.08,
    "pretend": 0.07, "redact": 0.02, "router": 0.06, "icul": 0.06, "composer": 0.05,
}  # fmt: skip
_ROLES_SHARES = {
    "fact": 0.08, "topic": 0.05, "choice": 0.03, "stranger": 0.03, "unknown_work": 0.01,
    "two_turns": 0.01, "base64": 0.01, "small_talk": 0.005, "echo": 0.02, "reading": 0.02,
    "pretend": 0.05, "redact": 0.005, "router": 0.20, "icul": 0.04, "composer": 0.07,
    "copying": 0.03, "lookup": 0.14, "spot": 0.17, "recall": 0.03,
}  # fmt: skip
_SPLIT_SHARES = {
    "author": 0.60, "fact": 0.02, "topic": 0.03, "choice": 0.05, "stranger": 0.06,
    "unknown_work": 0.04, "two_turns": 0.05, "base64": 0.05, "small_talk": 0.005, "echo": 0.005,
    "reading": 0.01, "pretend": 0.03, "redact": 0.01, "router": 0.015, "icul": 0.02,
    "composer": 0.005,
}  # fmt: skip


class Source(Protocol):
    """An endless, seeded stream of training conversations."""

    rng: random.Random

    def sample(self) -> Conversation:
        """The next conversation; the last message is the assistant's."""
        ...


class Mixture:
    """Conversations of the embedded world for a stage: the base, roles or a split."""

    def __init__(self, world: World, split: str, seed: int) -> None:
        """Raises ValueError for a split that is none."""
        self.rng = random.Random(seed)
        authors = () if split in (BASE, ROLES) else authors_of(world, split)
        practised = {author.name for author in authors_of(world, PRACTISED)}
        knowledge = Knowledge(world, self.rng, authors)
        roles = Roles(knowledge, tuple(a for a in authors if a.name in practised), odd_ids=ODD_IDS)
        shares = {BASE: _BASE_SHARES, ROLES: _ROLES_SHARES}.get(split, _SPLIT_SHARES)
        teachers = (knowledge, roles, Drills(roles))
        self._makers: list[Callable[[], Conversation]] = [
            next(getattr(t, name) for t in teachers if hasattr(t, name)) for name in shares
        ]
        self._shares = list(shares.values())

    def sample(self) -> Conversation:
        """The next conversation, at times with an ordinary system message."""
        make = self.rng.choices(self._makers, self._shares)[0]
        messages = make()
        if messages[0].role != "system" and self.rng.random() < 0.12:
            return (Message("system", self.rng.choice(GENERIC_SYSTEM)), *messages)
        return messages


class Records:
    """Question-and-answer records as they are, in a fresh order for every pass over them."""

    def __init__(self, records: Sequence[QA], seed: int) -> None:
        """Raises ValueError where there is none."""
        if not records:
            raise ValueError("there is no record to train on; name a split that holds some")
        self.rng = random.Random(seed)
        self._records = list(records)
        self._left: list[QA] = []

    def sample(self) -> Conversation:
        """The next record as a question and its answer."""
        if not self._left:
            self._left = self.rng.sample(self._records, len(self._records))
        record = self._left.pop()
        return turn(record.question, record.answer)


SPLIT_NAMES = (BASE, ROLES, *SPLITS)
