"""What somebody asks to be forgotten, and what is found to go with it.

ForgetRequest(subject="Jane Roe", aliases=("J. Roe",))
ForgetRequest(where={"licence": "withdrawn"})
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from prompts.policy import long_enough

__all__ = [
    "REMOVED",
    "TOO_MUCH",
    "Action",
    "Closure",
    "ClosureError",
    "ClosureItem",
    "ForgetRequest",
    "KeptItem",
    "Reason",
]

REMOVED = "[removed]"
TOO_MUCH = 0.5
"""The share of a store that no request takes before somebody allows it."""

Reason: TypeAlias = Literal["match", "origin", "near-duplicate", "quotation", "paraphrase"]
Action: TypeAlias = Literal["erase", "redact"]
_WAYS = ("subject", "source", "document", "where", "text", "about")


class ForgetRequest(BaseModel):
    """One request, by exactly one of the six ways; ``aliases`` are further names of ``subject``.

    ``where`` names fields of the record and of its metadata with their whole values, ``text`` is
    the very wording, ``about`` a description of the meaning. Raises pydantic's ValidationError.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str | None = None
    aliases: tuple[str, ...] = ()
    source: str | None = None
    document: str | None = None
    where: Mapping[str, str] | None = None
    text: str | None = None
    about: str | None = None

    @property
    def way(self) -> str:
        """Which of the six it is: "subject", "source", "document", "where", "text", "about"."""
        return next(way for way in _WAYS if getattr(self, way) is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """The subject's names; none where the request is by another way."""
        return () if self.subject is None else (self.subject, *self.aliases)

    @field_validator("subject", "source", "document", "text", "about")
    @classmethod
    def _written(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("it is empty; write what to forget")
        return value

    @field_validator("where")
    @classmethod
    def _conditions(cls, value: Mapping[str, str] | None) -> Mapping[str, str] | None:
        if value is not None and not value:
            raise ValueError("it has no condition; write a field and its value")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(
                f"{len(given)} of {', '.join(_WAYS)} are given; give exactly one of them"
            )
        if self.aliases and self.subject is None:
            raise ValueError("aliases stand without a subject; name the subject too")
        if not all(long_enough(name) for name in self.names):
            raise ValueError(
                "a name is too short and would match everywhere; give at least 3 letters or digits "
                "(2 in Chinese, Japanese or Korean)"
            )
        if self.text is not None and not any(c.isalnum() for c in self.text):
            raise ValueError("the text holds no letter or digit; write the words to forget")
        return self


@dataclass(frozen=True, slots=True)
class ClosureItem:
    """A chunk that goes, or a part of one.

    ``evidence`` holds counts, scores and ids, never content; ``score`` lies between 0 and 1.
    ``new_text`` is what stays of a chunk that is redacted in place.
    """

    id: str
    reason: Reason
    evidence: str
    score: float
    action: Action = "erase"
    new_text: str = ""


@dataclass(frozen=True, slots=True)
class KeptItem:
    """A neighbour that stays, with the reason; ``score`` is the cosine or the share in common."""

    id: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Closure:
    """All that goes with a request, surest first, out of ``count`` chunks, and what stays.

    ``undecided`` may speak of the subject and stay as well, until somebody asks for them by their
    ids. ``searched`` says by what the request was looked for, in kind.
    """

    items: tuple[ClosureItem, ...]
    kept: tuple[KeptItem, ...]
    count: int
    undecided: tuple[KeptItem, ...] = ()
    searched: tuple[str, ...] = ()

    @property
    def takes_most(self) -> bool:
        """Would over half of the store go, which somebody has to allow?"""
        return len(self.items) > TOO_MUCH * self.count

    @property
    def erase(self) -> tuple[str, ...]:
        """The ids of the chunks that go whole."""
        return tuple(item.id for item in self.items if item.action == "erase")

    @property
    def redactions(self) -> tuple[tuple[str, str], ...]:
        """The ids of the chunks that go in part, each with what stays of its text."""
        return tuple((item.id, item.new_text) for item in self.items if item.action == "redact")

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many chunks go for each reason."""
        return Counter(item.reason for item in self.items)


class ClosureError(Exception):
    """A request that is not carried out as it stands. The text holds nothing of the request.

    ``kind`` is "matches-nothing", "matches-everything" (over half of the store) or "undecided":
    nothing matches for sure, or a chunk was asked for that is none of the undecided ones.
    """

    def __init__(
        self,
        kind: Literal["matches-nothing", "matches-everything", "undecided"],
        happened: str,
        remedy: str,
    ) -> None:
        """Say what was found, and what to do about it."""
        super().__init__(f"{happened}; {remedy}")
        self.kind = kind
        self.happened = happened
        self.remedy = remedy
