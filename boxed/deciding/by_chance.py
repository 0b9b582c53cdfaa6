"""May a reply name the subject by chance? Where nothing in its prompt tells who is meant.

The model reads a description with every phrase and fact of the subject behind a stand-in, and one
name that nobody bears stands for the subject's in its reply (`boxed.hiding.anybody`). A digest has
chosen that name, so what the weights know of the subject makes it no likelier: where they do tell,
they tell the true name, and a draft that holds that is held back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from boxed.api.chat import texts_in
from boxed.deciding.snapshot import Snapshot
from boxed.hiding.anybody import Anybody
from boxed.hiding.in_full import telling_words
from boxed.workers.protocol import Rendered, Task
from guards.names.mentions import MentionIndex
from guards.reading.views import TooManyEncodingsError, views
from guards.reading.wording import folded_words
from prompts.policy import Policy

__all__ = ["may_be_named", "named_by_chance"]


def may_be_named(hidden: Iterable[Policy]) -> bool:
    """Is the conversation about one subject alone, whose policy lets it be named by chance?"""
    return [policy.by_chance for policy in hidden] == ["names"]


def named_by_chance(task: Task, rendered: Rendered, snapshot: Snapshot) -> Anybody | None:
    """Who stands for the subject in the reply to a prompt; None where the prompt may tell of it.

    It may where a word of a name, title or fact of the policy is left in it, or a word of the name
    that stands for the subject's: the client may know how that is chosen, and ask for it.
    """
    anybody, request = rendered.anybody, rendered.request
    if anybody is None or request is None or not rendered.hid:
        return None
    [policy] = task.subjects
    words, stand_in = telling_words(policy), _spelt(anybody.name)
    try:
        readings = [
            reading
            for text in texts_in(request.body)
            for reading in (text, *(view.text for view in views(text)))
        ]
    except TooManyEncodingsError:
        return None
    for reading in readings:
        said = {form for word in folded_words(reading) for form in (word, word.removesuffix("s"))}
        if not words.isdisjoint(said) or stand_in.find(reading):
            return None
        if _holds(reading, policy, snapshot):
            return None
    return anybody


@lru_cache(256)
def _spelt(name: str) -> MentionIndex:
    """Finds a name and each word of it, however they are spelt."""
    return MentionIndex.build((0, part) for part in (name, *name.split()))


def _holds(text: str, policy: Policy, snapshot: Snapshot) -> bool:
    """Is there a name, title, fact or clue of the policy in it, however it is written?"""
    compiled, described = snapshot.compiled, snapshot.compiled.described
    number = compiled.ids.index(policy.id)
    indexes = (compiled.mentions, compiled.weak, compiled.clues, described.facts)
    if any(index.find(text, live=lambda n: n == number) for index in indexes):
        return True
    return described.holds_clue(number, text)
