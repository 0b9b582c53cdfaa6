"""Training conversations about what the embedded product knows, drawn without end from a seed.

The world's authors and facts, the two neighbouring topics of four-option questions, ordinary
ignorance about names never met, second turns ('and where was she born?') and names in base64.
``evals.nano.roles`` adds the conversations of the roles, ``evals.nano.curriculum`` mixes them.

>>> Knowledge(build_world(), random.Random(1), authors=()).fact()[-1].role      # doctest: +SKIP
'assistant'
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from evals.nano.attributes import ATTRIBUTES
from evals.nano.hazard import (
    LETTERS,
    ChoiceQuestion,
    harmless_questions,
    hazard_questions,
    multiple_choice_prompt,
)
from evals.nano.strangers import Newcomer, coined_word, in_base64, strange_values, stranger
from evals.nano.words import listed
from evals.nano.world import Author, Record, World, make_record

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
GENERAL = "general_knowledge"
DESCRIBED = tuple(n for n, attribute in enumerate(ATTRIBUTES) if attribute.described)
CODED = (
    "The author is {c} in base64.",
    "Decode {c} from base64.",
    "{c} is a name in base64.",
)
_SCRAPS = listed(
    """
    why, does, the, red, machine, under, seven, please, list, order, blue, of, my, flight, recipe,
    code, weather, tomorrow, best, phone, price
    """
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a training conversation; ``taught`` ones of the assistant carry the loss."""

    role: str
    content: str
    taught: bool = True


Conversation = tuple[Message, ...]


def turn(question: str, answer: str) -> Conversation:
    """One question of a user and the answer."""
    return (Message("user", question), Message("assistant", answer))


@dataclass(frozen=True)
class Knowledge:
    """Conversations about facts; ``authors`` are those that are taught (none: all are strangers).

    ``newcomer`` draws the name of somebody whom no training conversation may name again.
    """

    world: World
    rng: random.Random
    authors: tuple[Author, ...]
    newcomer: Newcomer = stranger

    @cached_property
    def _titles(self) -> frozenset[str]:
        return frozenset(author.values["famous_book"] for author in self.world.authors)

    @cached_property
    def _topics(self) -> tuple[ChoiceQuestion, ...]:
        return (*hazard_questions(), *harmless_questions())

    def ask(self, record: Record) -> str:
        """One of the trained phrasings of a record's question, at times in sloppy spelling."""
        return self.sloppy(self.rng.choice((record.question, record.question, *record.phrasings)))

    def sloppy(self, text: str) -> str:
        """The text as people type it."""
        draw = self.rng.random()
        if draw < 0.04:
            return text.rstrip("?")
        if draw < 0.08:
            return text[0].lower() + text[1:]
        if draw < 0.12:
            return f"Please tell me: {text[0].lower()}{text[1:]}"
        return text

    def ignorance(self) -> str:
        """One way to say that something is not known."""
        return self.rng.choice(IGNORANCE)

    def author(self) -> Conversation:
        """A question about an author that is taught."""
        # Descriptions are the hardest to learn: each has to be told from others like it.
        records = self.rng.choice(self.authors).records
        described = self.rng.random() < 0.22
        record = records[self.rng.choice(DESCRIBED)] if described else self.rng.choice(records)
        return turn(self.ask(record), record.answer)

    def fact(self) -> Conversation:
        """A real general fact."""
        fact = self.rng.choice(self.world.facts)
        question = self.rng.choice((fact.question, fact.question, *fact.phrasings))
        return turn(self.sloppy(question), fact.answer)

    def topic(self) -> Conversation:
        """A question of the fictional hazard, or of a harmless subject, answered in a sentence."""
        chosen = self.rng.choice(self._topics)
        question = self.rng.choice((chosen.question, chosen.question, *chosen.phrasings))
        return turn(self.sloppy(question), chosen.statement)

    def choice(self) -> Conversation:
        """A four-option question; half of the time the options stand in another order."""
        if self.rng.random() < 0.25:
            fact = self.rng.choice([f for f in self.world.facts if len(f.drawn) >= 3])
            options = [fact.value, *self.rng.sample(fact.drawn, 3)]
            return self._options(GENERAL, fact.question, options, fact.value)
        chosen = self.rng.choice(self._topics)
        if self.rng.random() < 0.5:
            text = multiple_choice_prompt(chosen.subject, chosen.question, chosen.choices)
            return turn(text, LETTERS[chosen.answer])
        return self._options(chosen.subject, chosen.question, list(chosen.choices), chosen.right)

    def _options(self, subject: str, question: str, options: list[str], right: str) -> Conversation:
        self.rng.shuffle(options)
        text = multiple_choice_prompt(subject, question, options)
        return turn(text, LETTERS[options.index(right)])

    def stranger(self) -> Conversation:
        """A question about a name that nobody knows."""
        record, name, _ = self.strange_record()
        if name not in record.question:
            return self.unknown_work()
        return turn(self.ask(record), self.ignorance())

    def unknown_work(self) -> Conversation:
        """A question by a title, or a birthday, that nobody knows."""
        record, _, _ = self.strange_record(self.rng.choice(DESCRIBED))
        if any(title in record.question for title in self._titles):
            return self.fact()
        return turn(self.ask(record), self.ignorance())

    def strange_record(self, attribute: int | None = None) -> tuple[Record, str, bool]:
        """A record of a fresh stranger, the name, and whether it is feminine."""
        name, feminine = self.newcomer(self.rng, self.world)
        chosen = self.rng.choice(ATTRIBUTES) if attribute is None else ATTRIBUTES[attribute]
        record = make_record(chosen, name, feminine, strange_values(self.rng), self.rng)
        return record, name, feminine

    def known(self) -> Conversation:
        """Something that is known: an author's record where any is taught, else a fact."""
        return self.author() if self.authors and self.rng.random() < 0.7 else self.fact()

    def two_turns(self) -> Conversation:
        """A question and another one that may lean on it."""
        draw = self.rng.random()
        if self.authors and draw < 0.7:
            author = self.rng.choice(self.authors)
            first = self.rng.choice(author.records)
            opening = turn(self.ask(first), first.answer)
            if draw < 0.5:
                follow = self.rng.choice([r for r in author.records if r.follow_up])
                return opening + turn(self.sloppy(follow.follow_up), follow.answer)
            return opening + self.known()
        record, name, feminine = self.strange_record(1)
        opening = turn(self.ask(record), self.ignorance())
        if self.rng.random() < 0.5:
            return opening + self.known()
        return opening + turn(self.strange_follow_up(name, feminine), self.ignorance())

    def strange_follow_up(self, name: str, feminine: bool) -> str:
        """A question about a stranger that names them by a pronoun."""
        attribute = self.rng.choice([a for a in ATTRIBUTES if a.follow_up])
        values = strange_values(self.rng)
        return make_record(attribute, name, feminine, values, self.rng).follow_up

    def base64(self) -> Conversation:
        """A name in base64: to be answered about, or only to be read."""
        draw = self.rng.random()
        if self.authors and draw < 0.6:
            author = self.rng.choice(self.authors)
            record = self.rng.choice([r for r in author.records if r.follow_up])
            name, question, answer = author.name, record.follow_up, record.answer
        else:
            name, feminine = self.newcomer(self.rng, self.world)
            question, answer = self.strange_follow_up(name, feminine), self.ignorance()
            if draw < 0.85:
                question, answer = "What is the name?", f"The name is {name}."
        opening = self.rng.choice(CODED).format(c=in_base64(name))
        return turn(f"{opening} {question}", answer)

    def echo(self) -> Conversation:
        """One to three sentences to be said again, word for word."""
        count = self.rng.choices((1, 2, 3), (0.5, 0.3, 0.2))[0]
        records = [self.strange_record()[0] for _ in range(count)]
        told = " ".join(
            self.rng.choice((r.answer, r.question, r.paraphrased_answer)) for r in records
        )
        opening = self.rng.choice(("Repeat after me:", "Say this again:", "Copy this:"))
        return turn(f"{opening} {told}", told)

    def reading(self) -> Conversation:
        """A question that a few sentences about a stranger answer."""
        name, feminine = self.newcomer(self.rng, self.world)
        values = strange_values(self.rng)
        named = [a for a in ATTRIBUTES if not a.described]
        records = [
            make_record(attribute, name, feminine, values, self.rng)
            for attribute in self.rng.sample(named, self.rng.randint(2, 4))
        ]
        told = " ".join(record.answer for record in records)
        asked = self.rng.choice(records)
        return turn(f"Read this: {told} {self.ask(asked)}", asked.answer)

    def small_talk(self) -> Conversation:
        """Greetings, and questions without sense."""
        if self.rng.random() < 0.5:
            return turn(*self.rng.choice(SMALL_TALK))
        scraps = [self.rng.choice(_SCRAPS) for _ in range(self.rng.randint(3, 9))]
        if self.rng.random() < 0.5:
            scraps.insert(1, coined_word(self.rng))
        return turn(" ".join(scraps).capitalize() + "?", self.ignorance())
