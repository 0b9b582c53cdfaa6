"""Ambiguous names: words that others bear, which alone say nothing of a subject.

ambiguous("Kelly")          ->  "many people bear it as a surname"
ambiguous("records")        ->  "it is an ordinary word"
ambiguous("Halmere")        ->  None
ambiguous("Grace Kelly")    ->  None
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from guards.names.common_words import is_given, is_ordinary, is_surname
from guards.names.forms import parse
from guards.names.identifiers import is_identifier
from guards.reading.canonical import fold, squash
from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["ambiguous", "names_in", "ordinary_sentences"]

_FEWEST = 3  # Latin letters of a word that can tell anything
_INITIAL = re.compile(r"\b[^\W\d_]\.")

_PERSON = (
    "My neighbour {other} {name} has sold the house.",
    "{other} {name} teaches chemistry at our school.",
    "The letter was signed by a certain {other} {name}.",
)
_WORD = (
    "What does {small} mean?",
    "The text mentions {small} only once.",
    "We talked about {small} for an hour.",
)
_OTHERS = ("Alan", "Judith", "Marvin")


def ambiguous(
    name: str, *, retain: Iterable[str] = (), others: Collection[str] = frozenset()
) -> str | None:
    """Say why `name` alone names nobody, in words that end a sentence; None where it does.

    Pure, and quick enough for a hundred thousand names (the first call reads the word lists).
    `name` is a title or an alias as written. A name of several telling words ("Grace Kelly") is
    ambiguous only where others have the very same. `retain` are questions that must still be
    answered: a name that one of them holds is somebody else's, too. `others` are names of other
    policies and their words, each as `names_in` gives them.
    """
    words = folded_words(name)
    links = [word for word in words if word in STOPWORDS]
    person = bool(links) and parse(name) is not None
    telling = [word for word in words if _tells(word, person)]
    reason = None
    if is_identifier(name):
        reason = None
    elif not telling:
        reason = "it has only words that any text may hold"
    elif len(telling) == 1 and not _INITIAL.search(name):
        reason = _common(telling[0])
    if reason is None and " ".join(words) in others:
        reason = "another policy's subject bears it"
    if reason is None and any(_holds(text, words) for text in retain):
        reason = "a retain question uses it"
    return reason


def _tells(word: str, person: bool) -> bool:
    """Say whether a word is more than a link; "Don" and "May" are where they begin a name."""
    long = len(word) >= _FEWEST or not word.isascii()
    return long and (word not in STOPWORDS or (person and is_given(word)))


def _common(word: str) -> str | None:
    if is_surname(word):
        return "many people bear it as a surname"
    if is_given(word):
        return "many people bear it as a first name"
    return "it is an ordinary word" if is_ordinary(word) else None


def _holds(text: str, words: Sequence[str]) -> bool:
    """Do these folded words stand in `text`, one behind the other?"""
    return f" {' '.join(words)} " in f" {' '.join(folded_words(text))} "


def names_in(names: Iterable[str]) -> Iterator[str]:
    """What `names` give to `others` of `ambiguous`: each name folded, and each of its words."""
    for name in names:
        words = folded_words(name)
        yield " ".join(words)
        yield from words


def ordinary_sentences(name: str) -> tuple[str, ...]:
    """Three sentences about somebody or something else that `name` alone would touch."""
    word = squash(fold(name).text)
    templates = _PERSON if is_surname(word) and not is_given(word) else _WORD
    return tuple(
        template.format(name=name.title(), small=name, other=other)
        for template, other in zip(templates, _OTHERS, strict=True)
    )
