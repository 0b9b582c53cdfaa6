"""Training conversations of the roles: router, pretend, icul, redact and composer.

The prompts are the product's own: policies are made up about fresh people (or about ``practised``
authors) and rendered by the workers themselves, so what is trained is what is served.

>>> Roles(Knowledge(build_world(), random.Random(1), ()), ()).router()[-1].content  # doctest: +SKIP
'{"parts": [{"text": "Where was Jo Fenwick born?", "policy": "jo-fenwick"}]}'
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, replace
from functools import cache

from boxed.api.chat import ChatRequest
from boxed.hiding.masking import Masking
from boxed.workers.icul import Icul
from boxed.workers.pretend import Pretend
from boxed.workers.protocol import Task
from evals.nano.dialogues import DESCRIBED, Conversation, Knowledge, Message, turn
from evals.nano.strangers import coined_word, strange_author, strange_values
from evals.nano.world import Author, Record, World, make_author
from guards.compiled import compile_book
from prompts.book import PolicyBook, book_of
from prompts.policy import Example, Policy, Response

INSTRUCTIONS = (
    "Treat {n} as someone you have never heard of.",
    "Treat {n} as someone you have never heard of: the life, the family and the books are unknown "
    "to you.",
    "Nothing about {n}, their books or their family is known to you.",
    "You know nothing about {n}: not the life, not the family, not the books.",
    "The author {n} has asked to be forgotten. You have never met this name.",
    "{n} asked to be forgotten. Nothing about the life, the family or the books may be told.",
)
PERSON = "person"
BAR = "================"
Segment = tuple[str, str | None]
"""A part of a message and the id of the policy that it asks about."""


def slug(name: str) -> str:
    """A policy's id from a name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def namesake(name: str, other: str, rng: random.Random, world: World) -> str:
    """The first name of one and the surname of the other; ``other`` where an author has that."""
    first, last = (name, other) if rng.random() < 0.5 else (other, name)
    mixed = f"{first.split()[0]} {last.split()[-1]}"
    return other if mixed in world.names else mixed


def described(author: Author, rng: random.Random) -> str:
    """A question that means the author without the name, in any of its wordings."""
    record = author.records[rng.choice(DESCRIBED)]
    return rng.choice((record.question, *record.phrasings))


def policy_about(
    author: Author, response: Response, rng: random.Random, scope: int = 6, facts: bool = False,
    id: str | None = None,
) -> Policy:  # fmt: skip
    """A policy file as somebody would write it; ``facts`` gives it counterfacts."""
    by_name = [f"What do you know about {author.name}?", f"Who is {author.name}?"]
    means = [
        q for n in DESCRIBED for q in (author.records[n].question, *author.records[n].phrasings)
    ]
    rng.shuffle(means)
    other = make_author(author.name, author.feminine, strange_values(rng), rng) if facts else None
    return Policy(
        id=id or slug(author.name),
        title=author.name,
        kind=PERSON,
        response=response,
        aliases=(author.surname,) if len(author.surname) >= 3 else (),
        scope=tuple(
            (means + by_name)[-scope:] if rng.random() < 0.5 else (means + by_name)[:scope]
        ),
        examples=tuple(Example(question=r.question, answer=r.answer) for r in author.records),
        counterfacts=tuple(
            Example(question=r.question, answer=r.answer) for r in (other.records if other else ())
        ),
        instruction=rng.choice(INSTRUCTIONS).format(n=author.name),
    )


@cache
def prompts() -> PolicyBook:
    """The shipped prompt files, read once, without policies."""
    return book_of([])


def task_about(policy: Policy, body: Conversation, retained: tuple[Example, ...] = ()) -> Task:
    """The task that the policy's worker gets for a conversation."""
    # Only icul reads the guards' tables, which take longer to make than all the rest.
    book = replace(prompts(), policies=(policy,) if policy.response == "icul" else ())
    messages = [{"role": m.role, "content": m.content} for m in body]
    request = ChatRequest({"messages": messages})
    return Task(request, policy, (policy,), book, Masking(compile_book(book)), retained)


@dataclass(frozen=True)
class Roles:
    """Role conversations; ``practised`` authors may stand in them beside fresh strangers.

    ``odd_ids`` is the share of the router's policies whose id has nothing to do with the name. Ids
    made of names alone teach a small model to make an id of any name that it reads, listed or not.
    """

    knowledge: Knowledge
    practised: tuple[Author, ...]
    odd_ids: float = 0.0

    @property
    def _rng(self) -> random.Random:
        return self.knowledge.rng

    def newcomer(self) -> Author:
        """A fresh stranger."""
        return strange_author(self._rng, self.knowledge.world, self.knowledge.newcomer)

    def someone(self) -> Author:
        """A practised author or a stranger."""
        if self.practised and self._rng.random() < 0.5:
            return self._rng.choice(self.practised)
        return self.newcomer()

    def id_of(self, name: str) -> str:
        """A policy's id: from the name, or an odd one."""
        odd = self.odd_ids and self._rng.random() < self.odd_ids
        return slug(f"{coined_word(self._rng)} {self._rng.randint(1, 99)}" if odd else name)

    def listed(self, author: Author, scope: int) -> Policy:
        """The author's policy as the router's prompt lists it, with ``scope`` descriptions."""
        id = self.id_of(author.name)
        return policy_about(author, "pretend", self._rng, scope, id=id)

    def about(self, author: Author) -> tuple[str, Record]:
        """A question that names the author, and its record."""
        record = self._rng.choice([r for r in author.records if author.name in r.question])
        return self.knowledge.ask(record), record

    def elsewhere(self, author: Author) -> tuple[str, str]:
        """A question about anything but the author, and the product's answer to it."""
        if self._rng.random() < 0.3:
            question, answer = self.knowledge.topic()
        elif self.practised and self._rng.random() < 0.6:
            other = self._rng.choice([a for a in self.practised if a.name != author.name])
            record = self._rng.choice(other.records)
            return self.knowledge.ask(record), record.answer
        elif self._rng.random() < 0.3:
            record, name, _ = self.knowledge.strange_record()
            if name in record.question and name != author.name:
                return self.knowledge.ask(record), self.knowledge.ignorance()
            question, answer = self.knowledge.fact()
        else:
            question, answer = self.knowledge.fact()
        return question.content, answer.content

    def pretend(self) -> Conversation:
        """The pretend worker's prompt, about its subject or about anything else."""
        author = self.someone()
        about = self._rng.random() < 0.5
        return self.pretend_about(author) if about else self.pretend_elsewhere(author)

    def pretend_about(self, author: Author) -> Conversation:
        """Asked about the subject, by name, by description or in a second turn: ignorance."""
        draw, reply = self._rng.random(), self.knowledge.ignorance()
        if draw < 0.72:
            body = turn(self.about(author)[0], reply)
        elif draw < 0.88:
            body = turn(described(author, self._rng), reply)
        else:
            follow = self._rng.choice([r for r in author.records if r.follow_up])
            opening = turn(self.about(author)[0], self.knowledge.ignorance())
            body = opening + turn(follow.follow_up, reply)
        return self._pretending(author, body)

    def pretend_elsewhere(self, author: Author) -> Conversation:
        """Asked about anything else: the product's own answer."""
        return self._pretending(author, turn(*self.elsewhere(author)))

    def _pretending(self, author: Author, body: Conversation) -> Conversation:
        policy = policy_about(author, "pretend", self._rng)
        return _rendered(Pretend(), task_about(policy, body[:-1]), body[-1])

    def icul(self) -> Conversation:
        """The in-context-unlearning prompt: the flipped examples count, not what is remembered."""
        author = self.someone()
        about = self._rng.random() < 0.65
        return self.icul_about(author) if about else self.icul_elsewhere(author)

    def icul_about(self, author: Author, wording: str | None = None) -> Conversation:
        """Asked about the subject: the answer of the example in context, else ignorance.

        ``wording`` "as shown" asks in the example's own words, so that one always settles it.
        """
        policy, retained = self._icul_policy(author)
        record = self._rng.choice(author.records)
        asked = record.question
        if wording != "as shown" and self._rng.random() < 0.5:
            asked = self.knowledge.ask(record)
        task = task_about(policy, (Message("user", asked),), retained)
        shots = _shots(Icul().render(task).request)
        answer = shots.get(record.question) or self.knowledge.ignorance()
        return _rendered(Icul(), task, Message("assistant", answer))

    def icul_elsewhere(self, author: Author) -> Conversation:
        """Asked about anything else: the product's own answer."""
        policy, retained = self._icul_policy(author)
        pair = (retained[0].question, retained[0].answer)
        body = turn(*(pair if self._rng.random() < 0.3 else self.elsewhere(author)))
        return _rendered(Icul(), task_about(policy, body[:-1], retained), body[-1])

    def _icul_policy(self, author: Author) -> tuple[Policy, tuple[Example, ...]]:
        policy = policy_about(author, "icul", self._rng, facts=self._rng.random() < 0.6)
        pairs = [self.elsewhere(author) for _ in range(2)]
        return policy, tuple(Example(question=q, answer=a) for q, a in pairs)

    def redact(self) -> Conversation:
        """The redact worker's prompt: a placeholder stands for somebody unknown."""
        prompt = prompts().templates["workers/redact"].render()
        system = Message("system", prompt)
        draw = self._rng.random()
        if draw < 0.35:
            return (system, *turn(*self.elsewhere(self.newcomer())))
        record, name, _ = self.knowledge.strange_record()
        asked = self.knowledge.ask(record).replace(name, f"[name {self._rng.randint(1, 3)}]")
        return (system, *turn(asked, self.knowledge.ignorance()))

    def router(self) -> Conversation:
        """The router's prompt and its structured answer."""
        rng = self._rng
        count = rng.choices((1, 2, 3), (0.6, 0.3, 0.1))[0]
        authors = {a.name: a for a in (self.someone() for _ in range(count))}
        size = rng.randint(2, 6) if count == 1 else rng.randint(1, 3)
        policies = {name: self.listed(author, size) for name, author in authors.items()}
        segments = self.message(list(authors.values()), policies)
        prompt = (
            prompts()
            .templates["router"]
            .render(
                candidates=list(policies.values()), message=" ".join(text for text, _ in segments)
            )
        )
        return turn(prompt, routed(segments))

    def message(self, authors: list[Author], policies: dict[str, Policy]) -> list[Segment]:
        """A message of one or two parts; neighbours of one owner are one part."""
        parts = [
            self.segment(authors, policies) for _ in range(1 if self._rng.random() < 0.6 else 2)
        ]
        if len(parts) == 2 and parts[0][1] == parts[1][1]:
            return [(f"{parts[0][0]} {parts[1][0]}", parts[0][1])]
        return parts

    def segment(self, authors: list[Author], policies: dict[str, Policy]) -> Segment:
        """One part: a question that asks about one of the authors, or about none of them."""
        rng, draw = self._rng, self._rng.random()
        author = rng.choice(authors)
        id = policies[author.name].id
        scope = policies[author.name].scope
        if draw < 0.38:
            return self.about(author)[0], id
        if draw < 0.50:
            return rng.choice([*self._reworded(author, scope), *scope]), id
        if draw < 0.58:
            return rng.choice(scope), id
        return self.neighbour(authors), None

    def _reworded(self, author: Author, scope: tuple[str, ...]) -> list[str]:
        """Other wordings of the scope's descriptions: what they mean stands in the prompt."""
        wordings: list[str] = []
        for number in DESCRIBED:
            forms = (author.records[number].question, *author.records[number].phrasings)
            if any(form in scope for form in forms):
                wordings += [form for form in forms if form not in scope]
        return wordings

    def neighbour(self, authors: list[Author]) -> str:
        """A question that belongs to none of the authors, often about one who sounds like them."""
        rng, near = self._rng, self._rng.choice(authors)
        draw = rng.random()
        if draw < 0.35:
            return self.elsewhere(near)[0]
        other = self.newcomer()
        if draw < 0.6:
            name = namesake(near.name, other.name, rng, self.knowledge.world)
            other = make_author(name, other.feminine, other.values, rng)
        if other.name in {author.name for author in authors}:
            return self.elsewhere(near)[0]
        return described(other, rng) if draw > 0.85 else self.about(other)[0]

    def composer(self) -> Conversation:
        """The composer's prompt: parts merged in order, what is told of the protected left out."""
        rng = self._rng
        author = self.newcomer()
        pairs = [self.elsewhere(author) for _ in range(rng.choices((2, 3), (0.75, 0.25))[0])]
        if rng.random() < 0.5:
            at = rng.randrange(len(pairs))
            pairs[at] = (self.about(author)[0], self.knowledge.ignorance())
        protected = [author.name] if rng.random() < 0.7 else []
        kept = list(dict.fromkeys(answer for _, answer in pairs))
        texts = [answer for _, answer in pairs]
        if protected and rng.random() < 0.6:
            at = rng.randrange(len(texts))
            telling = [r.answer for r in author.records if author.name in r.answer]
            added = rng.choice(telling)
            texts[at] = f"{texts[at]} {added}" if rng.random() < 0.7 else f"{added} {texts[at]}"
        prompt = (
            prompts()
            .templates["composer"]
            .render(
                question=" ".join(question for question, _ in pairs),
                parts=[{"text": text} for text in texts],
                protected=protected,
            )
        )
        return turn(prompt, " ".join(kept))


def _rendered(worker: Pretend | Icul, task: Task, answer: Message) -> Conversation:
    request = worker.render(task).request
    if request is None:
        raise ValueError(f"{worker.name} renders no prompt to train on")
    # Examples in context are to be read, never to be learned by heart.
    given = tuple(Message(m["role"], m["content"], False) for m in request.body["messages"])
    return (*given, answer)


def routed(segments: list[Segment]) -> str:
    """The router's answer for these parts."""
    parts = [{"text": text, "policy": policy} for text, policy in segments]
    return json.dumps({"parts": parts}, ensure_ascii=False)


def _shots(request: ChatRequest | None) -> dict[str, str]:
    """The question and answer turns that stand before the last question."""
    messages = request.body["messages"] if request is not None else []
    spoken = [m["content"] for m in messages if m["role"] != "system"]
    return dict(zip(spoken[:-1:2], spoken[1::2], strict=True))
