"""What a worker is: a pure function from a task to the prompt that it would send.

``render`` is pure, so the same code serves answers and likelihoods: a worker's likelihood of an
answer ``y`` is the model's likelihood of ``rendered.to_model(y)`` under ``rendered.request``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from boxed.api.chat import ChatRequest
from boxed.hiding.anybody import Anybody
from boxed.hiding.masking import Masking
from prompts.book import PolicyBook
from prompts.policy import Example, Policy
from retrieval.records import Passage


def unchanged(text: str) -> str:
    """The identity, for workers that leave texts alone."""
    return text


@dataclass(frozen=True, slots=True)
class Task:
    """One part of a request for one worker.

    ``request`` holds the conversation with the part as its last user message; ``policy`` is the
    one that the part touches (None: it touches none) and ``also`` are others that it touches and
    that the same worker answers; ``hidden`` are policies whose subject no model may see in this
    task; ``masking`` finds their names in any spelling; ``retained`` are retain questions of the
    policy with the product's own answers (only icul reads them), and ``passages`` what the store
    holds on the question (only retrieve reads them). ``own_text`` says that the subjects stand in
    nothing but the client's own text, which is to be worked on: then their names alone are hidden.
    ``anybody`` says that the one subject is described and not named, and may be named by chance.
    """

    request: ChatRequest
    policy: Policy | None
    hidden: tuple[Policy, ...]
    book: PolicyBook
    masking: Masking
    retained: tuple[Example, ...] = ()
    passages: tuple[Passage, ...] = ()
    also: tuple[Policy, ...] = ()
    own_text: bool = False
    anybody: bool = False

    @property
    def touched(self) -> tuple[Policy, ...]:
        """Every policy that the worker answers for."""
        return () if self.policy is None else (self.policy, *self.also)

    @property
    def others(self) -> list[Policy]:
        """The hidden policies that the worker does not answer for."""
        touched = {policy.id for policy in self.touched}
        return [policy for policy in self.hidden if policy.id not in touched]

    @property
    def subjects(self) -> list[Policy]:
        """Every subject of the conversation, by id."""
        policies = {policy.id: policy for policy in self.hidden}
        policies.update((policy.id, policy) for policy in self.touched)
        return [policies[id] for id in sorted(policies)]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a worker sends (``request``) or, without any model, says (``reply``).

    ``to_client`` is applied to every text of the model's reply; ``to_model`` is its inverse, for
    scoring. Exactly one of ``request`` and ``reply`` is set. ``hid`` says whether any word of the
    client was replaced, and ``instructions`` is the worker's own prompt, which no reply may repeat.
    ``others`` are fixed replies for further choices. ``anybody`` is the name that stands for the
    subject's where a reply may name it by chance; ``to_client`` leaves it, ``to_model`` puts it.
    """

    request: ChatRequest | None
    reply: str | None = None
    instructions: str = ""
    hid: bool = False
    to_client: Callable[[str], str] = unchanged
    to_model: Callable[[str], str] = unchanged
    others: tuple[str, ...] = ()
    anybody: Anybody | None = None


def never_knew(worker: Worker) -> bool:
    """Is it asked of an instance that never learnt the subject, by its name and free to guess?"""
    return worker.shows_subject and worker.may_guess


class Worker(Protocol):
    """A specialised way to answer about one policy."""

    @property
    def name(self) -> str:
        """The response that names this worker in a policy file."""
        ...

    @property
    def professes_ignorance(self) -> bool:
        """Must every reply be ignorance (so that any other draft is answered again)?"""
        ...

    @property
    def may_guess(self) -> bool:
        """May a reply hold a protected fact that its model, shown no subject, hit on by itself?

        A retrained model hits on some. A worker that never does is told from one: every true answer
        is impossible for it.
        """
        ...

    @property
    def shows_subject(self) -> bool:
        """May the model see the policy's subject (True), or must it be hidden (False)?"""
        ...

    def render(self, task: Task) -> Rendered:
        """The prompt for a task. Pure: no model call, no clock, no randomness."""
        ...
