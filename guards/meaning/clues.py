"""Clues: titles of a subject's own works, which point to the subject without naming it.

'Who wrote "The Jaded Glacier"?' is a question about that book's author. A title is what a policy's
scope questions and examples put in quotation marks, of two words or more that say something, and
that no retain question of the policy quotes too. It is the subject's own where the text says that
it was made by it: written, painted, composed. A film that somebody played in belongs to others as
well, and is evidence only beside a description (`guards.described`).
"""

import re

from guards.reading.canonical import fold, squash
from guards.reading.wording import content_words, quoted
from prompts.policy import Policy

__all__ = ["titles_of"]

MIN_LETTERS = 8
_MADE = re.compile(
    r"\b(?:wr(?:ote|itten|ites?|iting)|author\w*|books?|novel\w*|poem\w*|poetry|memoirs?|essays?|"
    r"story|stories|publish\w*|compos\w+|paint\w*|sculpt\w*|symphon\w+|albums?|invent\w*|"
    r"works?|series of books|trilogy|manuscript|literary|literature)\b",
    re.IGNORECASE,
)


def titles_of(policy: Policy) -> tuple[str, ...]:
    """Quoted titles of the policy's own works, each once, in order."""
    told = (*policy.scope, *(f"{e.question}\n{e.answer}" for e in policy.examples))
    texts = [text for text in told if quoted(text)]
    if not texts:
        return ()
    kept = {squash(fold(title).text) for text in policy.retain for title in quoted(text)}
    found: dict[str, str] = {}
    names = "|".join(map(re.escape, policy.names)) or r"\Z"
    by = re.compile(rf"\bby (?:{names})(?!\w)", re.IGNORECASE)
    for text in texts:
        if not (_MADE.search(text) or by.search(text)):
            continue
        for title in quoted(text):
            key = squash(fold(title).text)
            long_enough = len(key) >= MIN_LETTERS and len(content_words(title)) >= 2
            if long_enough and key not in kept:
                found.setdefault(key, title)
    return tuple(found.values())
