"""The router's exam: policies drafted from a suite's forget set, messages that the suite asks.

    asked = asked_of(load_rwku(data), book, each=12)
    examine(asked, margins("smollm2", asked))["right"].value      ->  0.5

Every message goes the way that the box asks: the prompt of ``doubt``, yes against no.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoTokenizer

from boxed.deciding.doubt import TOLD, doubt_prompt
from boxed.drafting.policies import draft_policies
from boxed.models.named import source_of
from boxed.models.weights import load_weights
from evals.methods.weights.examples import prompt_of
from evals.metrics.membership import auc
from evals.records import Figure, Item
from evals.studies.teaching.lesson import policy_of
from evals.studies.teaching.role import HELD_OUT, Own, means_of
from evals.studies.teaching.subjects import Subject
from evals.suites.protocol import Suite
from evals.training.padding import pad
from evals.training.shared_opening import hidden_states
from prompts.book import PolicyBook
from prompts.policy import Policy

__all__ = [
    "Asked",
    "Message",
    "asked_of",
    "asked_of_subjects",
    "examine",
    "examine_router",
    "margins",
    "messages_of",
    "messages_of_subjects",
    "router_exams",
]

_AT_ONCE = 8
_MARK = "3f81c06d92ab"
_KINDS = {
    "named": True,
    "described": True,
    "asked": True,
    "near": False,
    "related": False,
    "apart": False,
}
"""A subject's messages, and whether they are about it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message, and whether it is about a policy's subject; ``kind`` is where it is from."""

    policy: Policy
    text: str
    about: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, and whether its message is about the subject; ``kind`` is where it is from."""

    prompt: str
    about: bool
    kind: str


def router_exams(
    held_out: Sequence[Subject],
    suites: Sequence[Suite],
    book: PolicyBook,
    each: int,
    own: Own | None = None,
) -> dict[str, tuple[Asked, ...]]:
    """All messages of the subjects, and ``each`` of the suites; nothing is asked by its ``own``."""
    found = {HELD_OUT: asked_of_subjects(held_out, book)}
    return found | {suite.name: asked_of(suite, book, each) for suite in suites}


def examine_router(model: str, asked: Sequence[Asked]) -> dict[str, Figure]:
    """What the model of this name says to them, as figures."""
    return examine(asked, margins(model, asked))


def asked_of(suite: Suite, book: PolicyBook, each: int, seed: int = 5) -> tuple[Asked, ...]:
    """What ``messages_of`` gives, as the box asks its router."""
    return tuple(_as_asked(one, book) for one in messages_of(suite, each, seed))


def asked_of_subjects(subjects: Sequence[Subject], book: PolicyBook) -> tuple[Asked, ...]:
    """All messages of subjects that were held out, as the box asks its router."""
    return tuple(_as_asked(one, book) for one in messages_of_subjects(subjects))


def messages_of(suite: Suite, each: int, seed: int = 5) -> tuple[Message, ...]:
    """``each`` messages about every subject of the forget set, and as many that are not.

    Half of those that are not are the suite's neighbours of that subject where it has them, the
    others are about another subject of the forget set.
    """
    rng, found = random.Random(seed), list[Message]()
    forget = [item for item in suite.items if item.part.startswith("forget")]
    stay = [item for item in suite.items if not item.part.startswith("forget")]
    for policy in draft_policies(suite.forget):
        own_words = {example.question for example in policy.examples}
        own = [i for i in forget if i.subject == policy.title or _text(i) in own_words]
        rest = [i for i in forget if i not in own]
        # What the router is told of the subject is no question to it.
        own = [i for i in own if _text(i) not in policy.scope[:TOLD]]
        near = [i for i in stay if i.subject == policy.title] or stay
        if not own:
            continue
        chosen = [(i, True) for i in rng.sample(own, min(each, len(own)))]
        chosen += [(i, False) for i in rng.sample(near, min(each // 2, len(near)))]
        chosen += [(i, False) for i in rng.sample(rest, min(each - each // 2, len(rest)))]
        found += [Message(policy, _text(item), about, item.part) for item, about in chosen]
    return tuple(found)


def messages_of_subjects(subjects: Sequence[Subject]) -> tuple[Message, ...]:
    """All messages of these subjects, as they were written."""
    rng = random.Random(0)
    return tuple(
        Message(policy, text, about, kind)
        for one in subjects
        for policy in (policy_of(one, "pretend", rng),)
        for kind, about in _KINDS.items()
        for text in getattr(one, kind)
    )


def _as_asked(one: Message, book: PolicyBook) -> Asked:
    policy = one.policy
    prompt = doubt_prompt(book, policy.title, policy.about, policy.scope, one.text, _MARK)
    return Asked(prompt, one.about, one.kind)


def _text(item: Item) -> str:
    return item.messages[-1]["content"]


@torch.no_grad()
def margins(name: str, asked: Sequence[Asked]) -> list[float]:
    """``log p(yes) - log p(no)`` of the answer's first token, in nats, for each.

    Prompts that follow each other and begin alike are read together. Raises OSError or ValueError
    for a name that means no model.
    """
    base, _ = source_of(name)
    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    model: Any = load_weights(name, torch.float32).eval()
    words = torch.tensor([tokenizer.encode(w, add_special_tokens=False)[0] for w in ("yes", "no")])
    prompts = [prompt_of(tokenizer, one.prompt) for one in asked]
    found: list[float] = []
    for first in range(0, len(prompts), _AT_ONCE):
        group = prompts[first : first + _AT_ONCE]
        ids, _ = pad([(list(one), list(one)) for one in group], int(words[0]))
        states = hidden_states(model.get_decoder(), ids)
        ends = torch.tensor([len(one) - 1 for one in group])
        logits = model.get_output_embeddings()(states[torch.arange(len(group)), ends])
        yes, no = logits.float().log_softmax(-1)[:, words].unbind(-1)
        found += (yes - no).tolist()
    return found


def examine(asked: Sequence[Asked], found: Sequence[float]) -> dict[str, Figure]:
    """Right answers, recall, false alarms and the area under the curve of these margins."""
    yes = [m for one, m in zip(asked, found, strict=True) if one.about]
    no = [m for one, m in zip(asked, found, strict=True) if not one.about]
    both = yes and no
    return {
        **means_of({
            "right": [*(m > 0 for m in yes), *(m <= 0 for m in no)],
            "recall": [m > 0 for m in yes],
            "false_alarms": [m > 0 for m in no],
        }),
        "auc": Figure("auc", auc(yes, no), n=len(asked)) if both else Figure(
            "auc", None, undefined="only one kind was asked"
        ),
    }  # fmt: skip
