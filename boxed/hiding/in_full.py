"""All that a policy tells of its subject, for a question that describes it without its name.

    in_full(policy).terms       ->  every phrase and fact of its questions and answers
    telling_words(policy)       ->  {"ostavar", "theodor", "unseen", "1978", "malmo" ...}

Where the name stands in a question, a stand-in for it makes the rest somebody else's. A question
by description has nothing but the rest: a title, a day and a town together are the name.
"""

from __future__ import annotations

import re

from boxed.hiding.identifying import CONNECTING, example_phrases, words_of
from guards.meaning.answers import COMMONPLACE, facts_of
from guards.reading.wording import STOPWORDS, folded_words, key_phrases
from prompts.policy import Policy

__all__ = ["in_full", "telling_words"]

_SHORTEST = 3
_APART = re.compile(r"\s*[,;:/()]+\s*")


def in_full(policy: Policy) -> Policy:
    """The policy with every phrase and fact of its questions and answers among its ``terms``."""
    told = (*example_phrases(policy), *facts_in(policy))
    # "Astana, Kazakhstan" are two: what parts them may be written otherwise.
    parts = [part for phrase in told for part in _APART.split(phrase) if len(part) >= _SHORTEST]
    phrases = (*policy.terms, *told, *parts)
    known = {" ".join(words_of(phrase)): phrase for phrase in reversed(phrases)}
    terms = sorted((phrase for words, phrase in known.items() if words), key=len, reverse=True)
    return policy.model_copy(update={"terms": tuple(terms)})


def facts_in(policy: Policy) -> tuple[str, ...]:
    """Names, dates, numbers and titles of its questions and answers, each once.

    Words that a neighbour's answer to the same question has as well are the answer's frame.
    """
    frames: dict[str, set[str]] = {}
    for other in policy.counterfacts:
        frames.setdefault(other.question, set()).update(folded_words(other.answer))
    told = [
        fact
        for example in policy.examples
        for fact in facts_of(example.question, example.answer, policy.names)
        if not frames.get(example.question, set()).issuperset(folded_words(fact))
    ]
    questions = (*policy.scope, *(example.question for example in policy.examples))
    asked = [phrase for question in questions for phrase in key_phrases(question)]
    own = {word for name in policy.names for word in folded_words(name)} | STOPWORDS
    return tuple(
        phrase
        for phrase in dict.fromkeys((*told, *asked))
        if not own.issuperset(folded_words(phrase))
    )


def telling_words(policy: Policy) -> frozenset[str]:
    """Words of its names, and of its phrases and facts those that no neighbour shares."""
    others = [*policy.retain, *(t for c in policy.counterfacts for t in (c.question, c.answer))]
    shared = {word for text in others for word in folded_words(text)}
    told = {word for term in in_full(policy).terms for word in folded_words(term)}
    names = {word for name in policy.names for word in folded_words(name)}
    kept = (told - shared - COMMONPLACE - STOPWORDS) | (names - CONNECTING)
    return frozenset(word for word in kept if len(word) >= _SHORTEST)
