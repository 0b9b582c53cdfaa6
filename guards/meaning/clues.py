"""Clues: titles of a subject's works, which point to the subject without naming it.

'Who wrote "The Jaded Glacier"?' is a question about that book's author. A title is what a policy's
scope questions and examples put in quotation marks, of two words or more that say something, and
that no retain question of the policy quotes too.
"""

from guards.reading.canonical import fold, squash
from guards.reading.wording import content_words, quoted
from prompts.policy import Policy

__all__ = ["titles_of"]

MIN_LETTERS = 8


def titles_of(policy: Policy) -> tuple[str, ...]:
    """Quoted titles of the policy, each once, in order."""
    kept = {squash(fold(title).text) for text in policy.retain for title in quoted(text)}
    texts = (*policy.scope, *(text for e in policy.examples for text in (e.question, e.answer)))
    found: dict[str, str] = {}
    for text in texts:
        for title in quoted(text):
            key = squash(fold(title).text)
            long_enough = len(key) >= MIN_LETTERS and len(content_words(title)) >= 2
            if long_enough and key not in kept:
                found.setdefault(key, title)
    return tuple(found.values())
