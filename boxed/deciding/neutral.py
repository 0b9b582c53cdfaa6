"""A text without its subject, in words that a picture can be drawn or a voice can read from.

    drawable("A portrait of Jane Roe, oil", ...)           ->  "A portrait of a person, oil"
    drawable("A harbour, in the style of Vermalin", ...)   ->  "A harbour"

Names give way to words for nobody. Then the same screen reads the text again: sentences, or else
clauses, that tell the subject all the same are left out. Where that takes more than half of the
text, or what is left still tells, there is no such text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from boxed.deciding.screened_inputs import about
from boxed.deciding.snapshot import Live, Snapshot
from prompts.policy import Kind, Policy

__all__ = ["drawable", "speakable"]

_WORDS: dict[Kind, str] = {
    "person": "a person",
    "organisation": "an organisation",
    "work": "an invented work",
    "concept": "something invented",
}
_ELSE = "something else"
_MARK = "\x00"
# What goes with a name in the manner of which something is drawn.
_MANNER = re.compile(
    rf"[\s,]*\b(?:in|after|with|using)\s+(?:the\s+)?(?:\w+\s+)?(?:style|manner|look|spirit)s?\s+of"
    rf"\s+{_MARK}\d+{_MARK}(?:['\u2019]s)?"
    rf"|[\s,]*(?:\bin\s+)?(?:\bthe\s+)?{_MARK}\d+{_MARK}(?:['\u2019]s)?[\s-]+(?:style|manner|look)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(rf"\b(an?|the)\s+{_MARK}(\d+){_MARK}", re.IGNORECASE)
_PLAIN = re.compile(rf"{_MARK}(\d+){_MARK}")
# Sentences, and the clauses that a prompt is strung together of.
_CUTS = (
    re.compile(r"(?<=[.!?;\n])\s+"),
    re.compile(r"(?<=[.!?;,\n])\s+|\s+(?=(?:and|with|while|who|whose|which)\b)"),
)
_WORD = re.compile(r"\w{2,}")
_LEAST = 0.5  # of the words must be left


def drawable(text: str, policies: Sequence[Policy], snapshot: Snapshot, live: Live) -> str | None:
    """What may be drawn instead; None where too little of ``text`` can be."""
    plain = _without_names(text, policies, snapshot)
    if not about(plain, snapshot, live):
        return plain if _WORD.search(plain) else None
    for cut in _CUTS:
        clauses = cut.split(plain)
        kept = [clause for clause in clauses if not about(clause, snapshot, live)]
        rest = " ".join(kept).strip(" ,;")
        enough = len(_WORD.findall(rest)) >= _LEAST * len(_WORD.findall(plain))
        if enough and rest and len(kept) < len(clauses) and not about(rest, snapshot, live):
            return rest
    return None


def speakable(text: str, policies: Sequence[Policy], snapshot: Snapshot, live: Live) -> str | None:
    """What may be read out instead, every clause of it; None where it still tells the subject."""
    plain = _without_names(text, policies, snapshot)
    return plain if plain.strip() and not about(plain, snapshot, live) else None


def _without_names(text: str, policies: Sequence[Policy], snapshot: Snapshot) -> str:
    """The text with words for nobody in the place of every name."""
    text = text.replace(_MARK, "")
    kinds: list[Kind] = [policy.kind for policy in policies]
    numbers = {policy.id: number for number, policy in enumerate(policies)}

    def mark(policy: Policy, words: str = "", plain: bool = True) -> str:
        return f"{_MARK}{numbers[policy.id]}{_MARK}"

    for span in reversed(snapshot.masking.names(text, policies)):
        text = text[: span.start] + mark(span.policy) + text[span.end :]
    text = snapshot.masking.cover(text, policies, mark)
    text = _MANNER.sub("", text)
    text = _ARTICLE.sub(lambda found: _with_article(found[1], _noun(kinds[int(found[2])])), text)
    return _PLAIN.sub(lambda found: _noun(kinds[int(found[1])]), text).strip(" ,;")


def _noun(kind: Kind) -> str:
    return _WORDS.get(kind, _ELSE)


def _with_article(article: str, noun: str) -> str:
    """A noun behind the article of a name: of "the Jane Roe statue", "the person"."""
    bare = noun.removeprefix("a ").removeprefix("an ")
    if article.lower() == "the":
        return f"{article} {bare}"
    return noun if bare != noun else f"{article} {noun}"
