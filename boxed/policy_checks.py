"""A policy's own scope and retain questions, run as tests, and its names that others bear.

For `boxed policy check` and the console: both must say the same of the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from guards.compiled import CompiledBook, ambiguous_names
from guards.names.ambiguous import ordinary_sentences
from guards.names.sealed_book import names_told
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.policy import DRAWN, Policy

__all__ = ["AskedAs", "Doubtful", "Row", "check_policy", "doubtful", "told_in_plain", "wordings"]

AskedAs = Literal["scope", "retain", "plain text"]
_MARKS = re.compile(r"[^\w\s'’-]+")  # noqa: RUF001  (typographic apostrophe)


@dataclass(frozen=True, slots=True)
class Row:
    """One question, the wordings of it that were judged wrongly, and what was found.

    As "plain text", ``question`` is a part of a file that names a sealed subject.
    """

    policy: str
    asked_as: AskedAs
    question: str
    missed: tuple[str, ...]
    found: str

    @property
    def passed(self) -> bool:
        """Was every wording judged rightly?"""
        return not self.missed


def wordings(question: str) -> dict[str, str]:
    """The question in each wording it is asked in, by the wording's name."""
    plain = " ".join(_MARKS.sub(" ", question).lower().split())
    opening = "Could you please tell me: "
    return {"as written": question, "plain": plain, "politely": opening + question}


def check_policy(policy: Policy, screen: Screen, now: datetime) -> Iterator[Row]:
    """The rows of one policy."""
    groups: tuple[tuple[AskedAs, tuple[str, ...]], ...] = (
        ("scope", policy.scope),
        ("retain", policy.retain),
    )
    for asked_as, questions in groups:
        for question in questions:
            missed: list[str] = []
            found: set[str] = set()
            for name, text in wordings(question).items():
                found_in = screen.screen((Turn("user", text),), now, drawn=policy.kind == DRAWN)
                evidence = [e for e in found_in if e.certain]
                own = any(e.policy == policy.id for e in evidence)
                if not (own if asked_as == "scope" else not evidence):
                    missed.append(name)
                found.update(f"{e.kind} of {e.policy}" for e in evidence)
            told_of = ", ".join(sorted(found)) or "nothing"
            yield Row(policy.id, asked_as, question, tuple(missed), told_of)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A name that others bear, why, and sentences about others that it stands in."""

    policy: str
    name: str
    reason: str
    touches: tuple[str, ...]


def doubtful(policies: Sequence[Policy]) -> list[Doubtful]:
    """The names of these policies that are evidence only together with something else."""
    return [
        Doubtful(policies[number].id, name, reason, ordinary_sentences(name))
        for number, name, reason in ambiguous_names(policies)
    ]


def told_in_plain(
    compiled: CompiledBook, policies: Sequence[Policy] | None = None
) -> Iterator[Row]:
    """A row for every part of a policy file, of these or of all, that names a sealed subject."""
    if compiled.sealed is None:
        return
    clean: set[str] = set()
    for policy in compiled.book.policies if policies is None else policies:
        for part in dict.fromkeys(names_told(policy, compiled.sealed, clean)):
            missed = ("names a sealed subject",)
            yield Row(policy.id, "plain text", f"({part})", missed, "a sealed name")
