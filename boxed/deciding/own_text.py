"""Whether a reply adds to what the client's own text says of a subject.

A text that names a subject is worked on with the name hidden: so its model cannot tell, and can
only invent. In a sentence that speaks of the subject, a name or a year that the client never wrote
is an invention; and where a question asks who, the subject's name would be an answer.
"""

# ruff: noqa: RUF001 - marks and letters of other scripts
from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from boxed.api.chat import Body, last_user_text
from boxed.deciding.leak_check import LeakCheck
from boxed.deciding.pointing import asks_who
from boxed.deciding.split import sentences
from boxed.deciding.tasks import translates, writes_code
from guards.meaning.answers import COMMONPLACE
from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["OwnText"]

_CLAUSE = re.compile(r"(?<=[.!?;。！？])\s+|\n+")
_SPOKEN_OF = re.compile(r"\b(?:he|him|his|she|her|hers|who)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\w,] )[^\W\d_a-z][\w’'-]{2,}")
_YEAR = re.compile(r"(?<!\d)\d{4,}(?!\d)")
_GERMAN = re.compile(r"\b(?:ich|nicht|eine?n?|das|der|die|und|ist|zu|mit)\b")


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a client wrote (``heard``, folded), and how a reply to it is judged.

    ``named`` says whether a text names one of the subjects; ``names`` whether new names count,
    which they do not in a translation or in code, and ``years`` whether new numbers do.
    """

    heard: frozenset[str]
    named: Callable[[str], bool]
    who: bool
    names: bool
    years: bool

    @classmethod
    def of(cls, check: LeakCheck, body: Body, mentioned: Iterable[str]) -> OwnText:
        """The client's text as it stands in a conversation; ``check`` knows what was said."""
        compiled = check.snapshot.compiled
        wanted = frozenset(mentioned)

        def named(text: str) -> bool:
            found = (*compiled.mentions.find(text), *compiled.weak.find(text))
            return any(compiled.ids[mention.policy] in wanted for mention in found)

        asks = sentences(last_user_text(body))
        work = [one.text for one in asks if one.kind == "work"]
        asked = [one.frame for one in asks if one.kind == "question"]
        coded = any(map(writes_code, work))
        counted = any(re.search(r"\bhow (?:many|much)\b", one, re.IGNORECASE) for one in asked)
        return cls(
            frozenset(folded_words(check.said)),
            named,
            who=any(map(asks_who, asked)),
            names=not coded and not any(map(translates, work)),
            years=not coded and not counted,
        )

    def is_extended(self, reply: str) -> bool:
        """Does a reply say something of a subject that the client's text does not hold?"""
        if self.who and self.named(reply):
            return True
        return any(self._is_new(one) for one in _CLAUSE.split(reply) if self._is_about(one))

    def _is_about(self, clause: str) -> bool:
        return _SPOKEN_OF.search(clause) is not None or self.named(clause)

    def _is_new(self, clause: str) -> bool:
        if self.years and any(fold(y).text not in self.heard for y in _YEAR.findall(clause)):
            return True
        if not self.names or _GERMAN.search(clause):
            return False
        return any(not self._is_known(word) for word in _NAME.findall(clause))

    def _is_known(self, word: str) -> bool:
        words = [one for one in folded_words(word) if len(one) > 2]
        return all(w in self.heard or w in STOPWORDS or w in COMMONPLACE for w in words)
