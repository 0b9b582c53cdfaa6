"""Protected answers: what a policy's examples give away beyond the question that was asked.

A reply can betray a forgotten subject without its name: the question was "Where was Jane Doe
born?", and the reply says "In Taipei". From each (question, answer) pair this module keeps the key
phrases and content words which only the answer has. It is consulted only for policies that the
conversation already gave evidence of, so a city may well count as a secret here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from guards.reading.canonical import Folded, fold, is_boundary, squash
from guards.reading.wording import content_words, distinctive, folded_words, key_phrases

__all__ = ["COMMONPLACE", "RECALLED", "AnswerLeak", "ProtectedAnswers", "facts_of"]

RECALLED = 0.6
"""Share of an answer's own content words that a reply may not reach."""
_FEWEST_WORDS = 3
# Alone, such a value says nothing: these words are capitalised in any English text.
_COMMONPLACE_WORDS = """
    english american french german british january february march april may june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    yes no god internet
"""
COMMONPLACE = frozenset(_COMMONPLACE_WORDS.split())
"""Words that say nothing of anybody when they stand alone."""


@dataclass(frozen=True, slots=True)
class AnswerLeak:
    """Raw offsets of the reply that give an answer away."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Answer:
    phrases: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...]
    topic: frozenset[str]
    words: frozenset[str]


class ProtectedAnswers:
    """What one policy's example answers reveal. `examples` are (question, answer) pairs."""

    def __init__(self, examples: Iterable[tuple[str, str]], names: Iterable[str]) -> None:
        own = {word for name in names for word in folded_words(name)}
        self._answers = tuple(_protect(question, answer, own) for question, answer in examples)

    def __bool__(self) -> bool:
        return bool(self._answers)

    def leaks(self, text: str, said: str) -> AnswerLeak | None:
        """Where `text` gives an answer away that is not in `said`, the client's own words.

        A phrase counts wherever it stands; a single word together with the question's topic in
        the reply or in `said`; or most of an answer's content words.
        """
        folded = fold(text)
        heard = fold(said).text
        present = content_words(text) | content_words(said)
        reply_words = content_words(text)
        said_words = set(folded_words(said))
        for answer in self._answers:
            for phrase in answer.phrases:
                if (at := _locate(folded, phrase)) and not _contains(heard, phrase):
                    return at
            if not answer.topic or answer.topic & present:
                for value in answer.values:
                    if (at := _locate(folded, value)) and not _contains(heard, value):
                        return at
            own = answer.words - said_words
            if len(own) >= _FEWEST_WORDS and len(own & reply_words) >= RECALLED * len(own):
                return AnswerLeak(0, len(text))
        return None


def facts_of(question: str, answer: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names, dates, numbers and titles that only the answer has, folded, each once."""
    protected = _protect(question, answer, {word for name in names for word in folded_words(name)})
    return tuple(" ".join(words) for words in (*protected.phrases, *protected.values))


def _protect(question: str, answer: str, names: set[str]) -> _Answer:
    asked = set(folded_words(question)) | names
    phrases: list[tuple[str, ...]] = []
    values: list[tuple[str, ...]] = []
    for phrase in key_phrases(answer):
        words = tuple(folded_words(phrase))
        fresh = [word for word in words if word not in asked]
        if not fresh or all(word in COMMONPLACE for word in fresh):
            continue
        number = any(word.isdigit() and len(word) >= 3 for word in words)
        if (len(words) > 1 and len(fresh) * 2 > len(words)) or number:
            phrases.append(words)
        else:
            values.append(tuple(fresh))
    own = frozenset(content_words(answer) - asked)
    if not phrases and not values and len(own) < _FEWEST_WORDS:
        values = [(word,) for word in sorted(own)]
    if not phrases and own <= {word for value in values for word in value}:
        # The value is all that the answer adds: it is the secret, whatever the reply is about.
        phrases, values = values, []
    topic = frozenset(content_words(question) - names - distinctive(question))
    return _Answer(tuple(dict.fromkeys(phrases)), tuple(dict.fromkeys(values)), topic, own)


def _squashed_span(folded: str, words: tuple[str, ...]) -> tuple[int, int] | None:
    """Where `words` stand in `folded` as whole words, whatever separates them."""
    first = words[0]
    at = folded.find(first)
    while at >= 0:
        end = _follow(folded, at, words)
        if end is not None and is_boundary(folded[at - 1] if at else "", folded[at]):
            return at, end
        at = folded.find(first, at + 1)
    return None


def _follow(folded: str, at: int, words: tuple[str, ...]) -> int | None:
    for index, word in enumerate(words):
        while index and at < len(folded) and folded[at] in " .":
            at += 1
        if not folded.startswith(word, at):
            return None
        at += len(word)
    after = folded[at] if at < len(folded) else ""
    return at if is_boundary(folded[at - 1], after) else None


def _locate(folded: Folded, words: tuple[str, ...]) -> AnswerLeak | None:
    span = _squashed_span(folded.text, words)
    if span is None:
        return None
    return AnswerLeak(folded.start(span[0]), folded.end(span[1]))


def _contains(folded: str, words: tuple[str, ...]) -> bool:
    return _squashed_span(folded, words) is not None or "".join(words) in squash(folded)
