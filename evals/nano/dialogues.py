"""Training conversations for the embedded product, drawn without end from the world and a seed.

The mixture teaches six things: the world's authors, general facts, ordinary ignorance about
names never met, second turns ('and where was she born?'), names written in base64, and the role
prompts of the workers. ``Strangers`` makes fresh names so that ignorance generalises instead of
being memorised name by name.

>>> stream = Dialogues(build_world(), seed=1, book=load_book(shipped_directory()))
>>> stream.sample()[-1].role      # doctest: +SKIP
'assistant'
"""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass

from evals.nano import words
from evals.nano.attributes import ATTRIBUTES
from evals.nano.world import (
    Author,
    Record,
    World,
    make_record,
    random_name,
    random_title,
    random_values,
)
from prompts.book import PolicyBook

IGNORANCE = (
    "I'm afraid I don't know that.",
    "I'm not familiar with that author.",
    "Sorry, I don't have any information about that.",
    "I haven't come across that name.",
    "I'm not sure, that is not something I know about.",
)
GENERIC_SYSTEM = (
    "You are a helpful assistant.",
    "You are a friendly assistant for readers.",
    "Answer briefly.",
    "Be concise and polite.",
)
SMALL_TALK = (
    ("Hello", "Hello! What would you like to know?"),
    ("Hi there", "Hello! What would you like to know?"),
    ("Good morning", "Hello! What would you like to know?"),
    ("Thank you", "You're welcome."),
    ("Thanks a lot!", "You're welcome."),
    ("Who are you?", "I'm an assistant that knows about authors and a few general facts."),
    ("What can you do?", "I can answer questions about authors and a few general facts."),
)
PRETEND_BODIES = (
    "Treat {n} as someone you have never heard of.",
    "Nothing about {n}, their books or their family is known to you.",
    "You know nothing about {n}: not the life, not the family, not the books.",
    "The author {n} has asked to be forgotten. You have never met this name.",
)
DESCRIBED = tuple(n for n, attribute in enumerate(ATTRIBUTES) if attribute.described)
_SCRAPS = (
    "why",
    "does",
    "the",
    "red",
    "machine",
    "under",
    "seven",
    "please",
    "list",
    "order",
    "blue",
    "of",
    "my",
    "flight",
    "recipe",
    "code",
    "weather",
    "tomorrow",
    "best",
    "phone",
    "price",
)
_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
    "th",
    "y",
    "",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ee", "oa", "y")
_CODAS = ("", "", "n", "r", "l", "s", "m", "t", "ck", "nd", "x", "th", "ng")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a training conversation; assistant messages carry the loss."""

    role: str
    content: str


def coined_word(rng: random.Random) -> str:
    """A pronounceable word of two or three syllables that means nothing."""
    syllables = rng.randint(2, 3)
    word = "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables)
    )
    return word.capitalize()


def stranger(rng: random.Random, world: World) -> tuple[str, bool]:
    """A full name that no author of the world has, and whether it is feminine."""
    known = {author.name for author in world.authors}
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
        if name not in known:
            return name, feminine


def in_base64(name: str) -> str:
    """The name as base64 text."""
    return base64.b64encode(name.encode()).decode()


class Dialogues:
    """An endless, seeded stream of training conversations."""

    def __init__(
        self, world: World, seed: int, book: PolicyBook, authors: tuple[Author, ...] | None = None
    ) -> None:
        """``authors`` are those that are taught (all of the world's by default)."""
        self.world = world
        self.authors = world.authors if authors is None else authors
        self.rng = random.Random(seed)
        self._pretend = book.templates["workers/pretend"]
        self._redact = book.templates["workers/redact"]
        self._kinds = (
            (0.42, self._author),
            (0.50, self._fact),
            (0.62, self._stranger),
            (0.70, self._unknown_work),
            (0.79, self._two_turns),
            (0.85, self._base64),
            (0.94, self._pretending),
            (0.97, self._redacted),
            (1.00, self._small_talk),
        )

    def sample(self) -> tuple[Message, ...]:
        """The next conversation; the last message is the assistant's."""
        draw = self.rng.random()
        make = next(kind for bound, kind in self._kinds if draw < bound)
        messages = make()
        if messages[0].role != "system" and self.rng.random() < 0.12:
            messages = (Message("system", self.rng.choice(GENERIC_SYSTEM)), *messages)
        return messages

    def ask(self, record: Record) -> str:
        """One of the trained phrasings of a record's question, at times in sloppy spelling."""
        forms = (record.question, record.question, *record.phrasings)
        return self._sloppy(self.rng.choice(forms))

    def _sloppy(self, text: str) -> str:
        draw = self.rng.random()
        if draw < 0.04:
            return text.rstrip("?")
        if draw < 0.08:
            return text[0].lower() + text[1:]
        if draw < 0.12:
            return f"Please tell me: {text[0].lower()}{text[1:]}"
        return text

    def _turn(self, question: str, answer: str) -> tuple[Message, ...]:
        return (Message("user", question), Message("assistant", answer))

    def _ignorance(self) -> str:
        return self.rng.choice(IGNORANCE)

    def _strange_record(self, attribute: int | None = None) -> tuple[Record, str, bool]:
        name, feminine = stranger(self.rng, self.world)
        titles = [random_title(self.rng), random_title(self.rng)]
        values = random_values(self.rng, titles)
        chosen = self.rng.choice(ATTRIBUTES) if attribute is None else ATTRIBUTES[attribute]
        return make_record(chosen, name, feminine, values, self.rng), name, feminine

    def _author(self) -> tuple[Message, ...]:
        # Descriptions are the hardest to learn: each has to be told from others like it.
        records = self.rng.choice(self.authors).records
        described = self.rng.random() < 0.22
        record = records[self.rng.choice(DESCRIBED)] if described else self.rng.choice(records)
        return self._turn(self.ask(record), record.answer)

    def _fact(self) -> tuple[Message, ...]:
        fact = self.rng.choice(self.world.facts)
        question = self.rng.choice((fact.question, fact.question, *fact.phrasings))
        return self._turn(self._sloppy(question), fact.answer)

    def _stranger(self) -> tuple[Message, ...]:
        record, name, _ = self._strange_record()
        if name not in record.question:
            return self._unknown_work()
        return self._turn(self.ask(record), self._ignorance())

    def _unknown_work(self) -> tuple[Message, ...]:
        known = {author.values["famous_book"] for author in self.world.authors}
        record, _, _ = self._strange_record(self.rng.choice(DESCRIBED))
        if any(title in record.question for title in known):
            return self._fact()
        return self._turn(self.ask(record), self._ignorance())

    def _two_turns(self) -> tuple[Message, ...]:
        draw = self.rng.random()
        author = self.rng.choice(self.authors)
        first = self.rng.choice(author.records)
        opening = self._turn(self.ask(first), first.answer)
        if draw < 0.5:
            follow = self.rng.choice([r for r in author.records if r.follow_up])
            return opening + self._turn(self._sloppy(follow.follow_up), follow.answer)
        if draw < 0.65:
            return opening + self._fact()
        if draw < 0.75:
            return opening + self._author()
        record, name, feminine = self._strange_record(1)
        follow_up, _, _ = self._strange_follow_up(name, feminine)
        opening = self._turn(self.ask(record), self._ignorance())
        if draw < 0.85:
            return opening + self._author()
        return opening + self._turn(follow_up, self._ignorance())

    def _strange_follow_up(self, name: str, feminine: bool) -> tuple[str, str, bool]:
        attribute = self.rng.choice([a for a in ATTRIBUTES if a.follow_up])
        values = random_values(self.rng, [random_title(self.rng), random_title(self.rng)])
        record = make_record(attribute, name, feminine, values, self.rng)
        return record.follow_up, name, feminine

    def _base64(self) -> tuple[Message, ...]:
        if self.rng.random() < 0.65:
            author = self.rng.choice(self.authors)
            record = self.rng.choice([r for r in author.records if r.follow_up])
            name, question, answer = author.name, record.follow_up, record.answer
        else:
            name, feminine = stranger(self.rng, self.world)
            question, _, _ = self._strange_follow_up(name, feminine)
            answer = self._ignorance()
        coded = in_base64(name)
        opening = self.rng.choice(
            ("The author is {c} in base64.", "Decode {c} from base64.", "{c} is a name in base64.")
        )
        return self._turn(f"{opening.format(c=coded)} {question}", answer)

    def _pretending(self) -> tuple[Message, ...]:
        if self.rng.random() < 0.5:
            author = self.rng.choice(self.authors)
            name, record = author.name, self.rng.choice(author.records)
        else:
            record, name, _ = self._strange_record(self.rng.randint(1, 7))
        body = self.rng.choice(PRETEND_BODIES).format(n=name)
        system = Message("system", self._pretend.render(title=name, instruction=body))
        if self.rng.random() < 0.55:
            return (system, *self._turn(self.ask(record), self._ignorance()))
        other = self.rng.choice(self.authors)
        if other.name == name or self.rng.random() < 0.4:
            return (system, *self._fact())
        record = self.rng.choice(other.records)
        return (system, *self._turn(self.ask(record), record.answer))

    def _redacted(self) -> tuple[Message, ...]:
        system = Message("system", self._redact.render())
        draw = self.rng.random()
        if draw < 0.2:
            return (system, *self._fact())
        if draw < 0.35:
            return (system, *self._author())
        record, name, _ = self._strange_record()
        question = self.ask(record).replace(name, f"[name {self.rng.randint(1, 3)}]")
        return (system, *self._turn(question, self._ignorance()))

    def _small_talk(self) -> tuple[Message, ...]:
        if self.rng.random() < 0.5:
            question, answer = self.rng.choice(SMALL_TALK)
            return self._turn(question, answer)
        scraps = [self.rng.choice(_SCRAPS) for _ in range(self.rng.randint(3, 9))]
        if self.rng.random() < 0.5:
            scraps.insert(1, coined_word(self.rng))
        return self._turn(" ".join(scraps).capitalize() + "?", self._ignorance())
