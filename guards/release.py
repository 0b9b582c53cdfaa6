"""The last look at a whole reply before it leaves."""

from collections.abc import Callable

from guards.compiled import CompiledBook
from guards.described import Asked
from guards.names.encoded import encoded_mentions
from guards.reading.views import LONGEST_REPLY, TooManyEncodingsError
from guards.verdicts import Leak

__all__ = ["check"]


def check(
    text: str,
    compiled: CompiledBook,
    *,
    policies: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
    said: str = "",
    live: Callable[[int], bool] | None = None,
    exempt: frozenset[str] = frozenset(),
    asked: Asked | None = None,
) -> Leak | None:
    """Find the first leak in `text`, None if there is none.

    Looked for are names of every policy, plainly and in encodings, dates of a period, and what the
    example answers reveal of those `policies` (ids) that the conversation gave evidence of. Of
    policies in `known` names that others bear are leaks, too: where the subject is spoken of, they
    mean it. `said` is what the client itself wrote in the clear; `exempt` the names in it
    (`CompiledBook.spoken`). With `asked`, facts about the subjects that the client's turns
    describe count as well. A text longer than `LONGEST_REPLY`, or of more encodings than are read,
    counts as a leak of the first policy in force: nobody knows what it says.
    """
    if len(text) > LONGEST_REPLY:
        return _unread(text, compiled, live)
    try:
        return _first(text, compiled, policies, known, said, live, exempt, asked)
    except TooManyEncodingsError:
        return _unread(text, compiled, live)


def _unread(text: str, compiled: CompiledBook, live: Callable[[int], bool] | None) -> Leak | None:
    """What cannot be read to its end is a leak of the first policy in force, if one is."""
    for number, policy in enumerate(compiled.ids):
        if live is None or live(number):
            return Leak(policy, "encoded", 0, len(text))
    return None


def _first(
    text: str,
    compiled: CompiledBook,
    policies: frozenset[str],
    known: frozenset[str],
    said: str,
    live: Callable[[int], bool] | None,
    exempt: frozenset[str],
    asked: Asked | None,
) -> Leak | None:
    ids, mentions = compiled.ids, compiled.mentions
    if found := mentions.find(text, live=live, exempt=exempt):
        first = min(found, key=lambda m: (m.start, -m.end, m.policy))
        return Leak(ids[first.policy], "mention", first.start, first.end)
    for mention in compiled.weak.find(text, live=live) if known else ():
        if ids[mention.policy] in known and mention.key not in exempt:
            return Leak(ids[mention.policy], "mention", mention.start, mention.end)
    for number, period in compiled.periods:
        if (live is None or live(number)) and (dated := period.told_in(text)):
            return Leak(ids[number], "date", dated.start, dated.end)
    for view, mention in encoded_mentions(mentions, text, live=live, exempt=exempt):
        return Leak(ids[mention.policy], "encoded", view.start, view.end)
    if asked is not None:
        for mention in compiled.weak.find(text, live=asked.about):
            if mention.key in asked.heard:
                continue
            return Leak(ids[mention.policy], "mention", mention.start, mention.end)
        for fact in asked.facts.find(text, live=asked.about, exempt=asked.heard):
            return Leak(ids[fact.policy], "answer", fact.start, fact.end)
        for view, fact in encoded_mentions(asked.facts, text, live=asked.about, exempt=asked.heard):
            return Leak(ids[fact.policy], "encoded", view.start, view.end)
    for policy in sorted(policies):
        protected = compiled.answers.get(policy)
        if protected is not None and (at := protected.leaks(text, said)):
            return Leak(policy, "answer", at.start, at.end)
    return None
