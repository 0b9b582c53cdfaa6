"""Short exercises of what the role prompts ask for at length: copy, look up, tell apart, recall.

One router prompt holds a single decision in some 380 tokens, most of them the same every time. A
drill holds up to twelve in fewer, so that what a small model learns last, to find a name in a list
and to say what stands beside it, is practised often. Everything in a drill is made up on the spot.

>>> Drills(roles).lookup()[-2:]                                                  # doctest: +SKIP
(Message(role='user', content='Who is Jo Fenwick?'),
 Message(role='assistant', content='moatrem-17'))
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from evals.nano.dialogues import Conversation, Message, turn
from evals.nano.roles import BAR, PERSON, Roles, Segment, namesake, routed
from evals.nano.strangers import coined_word
from evals.nano.world import Author
from prompts.policy import Policy

NOBODY = "null"
SCOPE = 2
"""Descriptions per subject in a drill's list."""


@dataclass(frozen=True)
class Drills:
    """Exercises about the people whom ``roles`` draws."""

    roles: Roles

    @property
    def _rng(self) -> random.Random:
        return self.roles.knowledge.rng

    def copying(self) -> Conversation:
        """Words without sense, to be said again: nothing but copying gets them right."""
        told = " ".join(self._scrap() for _ in range(self._rng.randint(3, 16)))
        opening = self._rng.choice(("Repeat after me:", "Say this again:", "Copy this:"))
        return turn(f"{opening} {told}", told)

    def _scrap(self) -> str:
        """A coined name, word or id."""
        word, draw = coined_word(self._rng), self._rng.random()
        if draw < 0.2:
            return f"{word.lower()}-{self._rng.randint(1, 99)}"
        return word if draw < 0.7 else word.lower()

    def lookup(self) -> Conversation:
        """A list of subjects and one name after another: its id, or null where it is not listed.

        Half of the lists are asked about their own names alone, in words of their own: to find a
        name comes before telling that there is none.
        """
        rng = self._rng
        names = list(dict.fromkeys(self._anybody() for _ in range(rng.randint(1, 6))))
        ids = {name: self.roles.id_of(name) for name in names}
        lines = [_line(id, PERSON, name) for name, id in ids.items()]
        asked = [rng.choice(names) for _ in range(rng.randint(6, 12))]
        if rng.random() < 0.5:
            return _about(lines, [(f"Which id has {name}?", ids[name]) for name in asked])
        asked = [self._near(name) for name in asked]
        return _about(lines, [(f"Who is {name}?", ids.get(name, NOBODY)) for name in asked])

    def _near(self, name: str) -> str:
        """The name, or one that shares half of it, or any other."""
        draw, other = self._rng.random(), self._anybody()
        if draw < 0.6:
            return name
        world = self.roles.knowledge.world
        return namesake(name, other, self._rng, world) if draw < 0.85 else other

    def _anybody(self) -> str:
        return self.roles.knowledge.newcomer(self._rng, self.roles.knowledge.world)[0]

    def spot(self) -> Conversation:
        """The router's question in short: whom, of those listed, does each question ask about?

        Half of the lists are names alone, and nobody is asked for by description there.
        """
        rng = self._rng
        count = rng.choices((1, 2, 3, 4), (0.35, 0.3, 0.2, 0.15))[0]
        authors = {a.name: a for a in (self.roles.newcomer() for _ in range(count))}
        policies = {name: self.roles.listed(author, SCOPE) for name, author in authors.items()}
        named, everyone = rng.random() < 0.5, list(authors.values())
        parts = [
            self._named(everyone, policies) if named else self.roles.segment(everyone, policies)
            for _ in range(rng.randint(4, 8) if named else rng.randint(2, 5))
        ]
        lines: list[str] = []
        for policy in policies.values():
            lines.append(_line(policy.id, policy.kind, policy.title))
            lines += [f"  about it: {question}" for question in policy.scope if not named]
        return _about(
            lines, [(f"{BAR}\n{text}\n{BAR}", routed([(text, id)])) for text, id in parts]
        )

    def _named(self, authors: list[Author], policies: dict[str, Policy]) -> Segment:
        """A question that names one of the authors, or one about none of them."""
        if self._rng.random() < 0.55:
            author = self._rng.choice(authors)
            return self.roles.about(author)[0], policies[author.name].id
        return self.roles.neighbour(authors), None

    def recall(self) -> Conversation:
        """Questions and answers in context, and the same questions again in another order."""
        author = self.roles.newcomer()
        shown = self._rng.sample(author.records, self._rng.randint(3, 7))
        given = [
            message
            for record in shown
            for message in (
                Message("user", record.question, False),
                Message("assistant", record.answer, False),
            )
        ]
        again = self._rng.sample(shown, len(shown))
        return (*given, *(m for r in again for m in turn(r.question, r.answer)))


def _line(id: str, kind: str, title: str) -> str:
    """A subject as the router's prompt lists it."""
    return f"- id: {id} ({kind}: {title})"


def _about(lines: list[str], asked: list[tuple[str, str]]) -> Conversation:
    """The listed subjects, then every question with its answer."""
    (first, answer), *others = asked
    talk = turn("\n".join(["Subjects:", *lines, "", first]), answer)
    return talk + tuple(message for pair in others for message in turn(*pair))
