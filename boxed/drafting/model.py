"""A model that improves drafted policies: names that the examples do not hold, and descriptions.

    with drafter_of(settings) as improved:          # gives drafts back unchanged without a model
        policy = improved(policy, retain)

It is asked only where the settings name a model for the role `draft`, because it reads what must be
forgotten. What it says is checked; an answer that cannot be used leaves the draft as it was.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress

from pydantic import BaseModel, ConfigDict, ValidationError

from boxed.api.chat import Body, ChatRequest
from boxed.api.replies import text_of
from boxed.drafting.subjects import known_words
from boxed.hiding.identifying import words_of
from boxed.models.connect import connect
from boxed.models.protocol import ChatModel
from boxed.settings import Settings
from guards.names.common_words import is_given, is_ordinary, is_surname
from guards.reading.wording import folded_words
from prompts.book import load_book, shipped_directory
from prompts.policy import Example, Policy, long_enough
from prompts.template import Template

__all__ = ["ROLE", "Improve", "draft_prompt", "drafter_of", "improved", "taken_over"]

ROLE = "draft"
_SHOWN = 20
_MOST = 10
_LIST = re.compile(
    r'"(?P<list>aliases|questions)"\s*:\s*\[\s*(?P<items>(?:"(?:[^"\\]|\\.)*"(?:\s*,\s*|(?=\s*\])))*+)'
)

Improve = Callable[[Policy, Sequence[Example]], Policy]


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")

    aliases: list[str] = []
    questions: list[str] = []


@contextmanager
def drafter_of(settings: Settings) -> Generator[Improve]:
    """What improves a draft. Not to be used inside a running event loop."""
    if ROLE not in settings.roles and ROLE not in settings.role_models:
        yield lambda policy, retain: policy
        return
    template = load_book(settings.policies or shipped_directory()).templates["draft"]
    model = connect(settings.roles.get(ROLE, settings.upstream), settings, ROLE)
    with asyncio.Runner() as runner:
        try:
            yield lambda policy, retain: runner.run(improved(policy, retain, model, template))
        finally:
            runner.run(model.close())


async def improved(
    policy: Policy, retain: Sequence[Example], model: ChatModel, template: Template
) -> Policy:
    """The draft with what the model adds to it, by ``taken_over``; raises UpstreamError."""
    if not policy.names:
        return policy
    asked = [{"role": "user", "content": draft_prompt(policy, template)}]
    body: Body = {"messages": asked, "temperature": 0}
    reply = await model.chat(ChatRequest(body))
    return taken_over(policy, retain, text_of(reply.body))


def draft_prompt(policy: Policy, template: Template) -> str:
    """What the model is asked about a draft: the prompt of ``draft``."""
    mark = hashlib.sha256(policy.model_dump_json().encode()).hexdigest()[:12]
    return template.render(title=policy.title, examples=policy.examples[:_SHOWN], mark=mark)


def taken_over(policy: Policy, retain: Sequence[Example], reply: str) -> Policy:
    """The draft with the names and questions of a reply, as far as they hold.

    An alias counts if no retain example holds it and it is no word, phrase, first or family name of
    anybody's; a question, if it does not name the subject and is neither a scope nor a retain
    question already.
    """
    said = _parsed(reply)
    known = known_words(retain)
    taken = {name.casefold() for name in policy.names}
    aliases = {
        one.casefold(): " ".join(one.split())
        for one in said.aliases
        if long_enough(one)
        and one.casefold() not in taken
        and not all(known[word] for word in words_of(one))
        and (policy.kind == "topic" or _is_its_own(one, policy.title))
    }
    asked = {text.casefold() for text in (*policy.scope, *policy.retain)}
    names = {*taken, *aliases}
    questions = {
        one.casefold(): one.strip()
        for one in dict.fromkeys(said.questions[: 4 * _MOST])
        if one.strip()
        and one.strip().casefold() not in asked
        and not any(name in one.casefold() for name in names)
    }
    fields = {
        **policy.model_dump(),
        "aliases": (*policy.aliases, *aliases.values()),
        "scope": (*policy.scope, *list(questions.values())[:_MOST]),
    }
    try:
        return Policy.model_validate(fields)
    except ValidationError:
        return policy


def _is_its_own(alias: str, title: str) -> bool:
    """Could a name be this one's alone? What is made of ordinary words stands in any text.

    A part of the name is left to the guards, which know whom it means where.
    """
    words = folded_words(alias)
    if len(words) == 1:
        [word] = words
        part = word in folded_words(title)
        return not (part or is_ordinary(word) or is_given(word) or is_surname(word))
    return not all(map(is_ordinary, words))


def _parsed(text: str) -> _Said:
    """The JSON object in a reply, with or without a fence around it; nothing if there is none.

    Of one that was cut off, or never ended, the items of its lists that are whole.
    """
    start, end = text.find("{"), text.rfind("}")
    whole = text[start : end + 1]
    lists = (f'"{m["list"]}": [{m["items"].rstrip(" ,")}]' for m in _LIST.finditer(text))
    for found in (whole, f"{{{', '.join(lists)}}}"):
        # What cannot be read is no answer, and leaves the draft as it was.
        with suppress(ValidationError):
            return _Said.model_validate_json(found)
    return _Said()
