"""What was really done for one request, for the log line of whoever serves it.

The server puts an empty ``Audit`` in its context; the box fills in the book and the trace. So the
line that counts bytes in and out also says which book judged them, and never any content.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Self

from boxed.api.call import spent
from boxed.deciding.metering import charged, reckoned
from boxed.deciding.trace import Trace
from guards.reading.tally import Tally
from prompts.book import PolicyBook


@dataclass(slots=True)
class Audit:
    """The digest of the book in force, the trace of decisions, and how much was decoded."""

    book: str = "-"
    trace: Trace = field(default_factory=Trace)
    tally: Tally = field(default_factory=Tally)

    def line(self) -> str:
        """``views=3 book=0a1b2c3d4e5f policies=af4e6ba0a400 workers=- calls=1 tokens=210+9``."""
        policies = ",".join(sorted(self.trace.policies)) or "-"
        workers = ",".join(self.trace.workers) or "-"
        prompt, said = self.tokens()
        return (
            f"views={self.tally.views} book={self.book} policies={policies} workers={workers} "
            f"calls={self.trace.model_calls} tokens={prompt}+{said}"
        )

    def tokens(self) -> tuple[int, int]:
        """Tokens of all prompts and of all replies, as their models counted them.

        Those of a stream without counts are reckoned from its characters.
        """
        prompt, said = spent(self.trace.calls)
        streams = self.trace.streamed
        return prompt + sum(of for of, _ in streams), said + sum(of for _, of in streams)

    def used(self, given_up: int = 0) -> int:
        """Tokens to charge, reckoned where a model counted none.

        ``given_up`` are the bytes of a request whose client left before anything was counted.
        """
        calls, streams = self.trace.calls, self.trace.streamed
        if not calls and not streams:
            return reckoned(given_up) if self.trace.model_calls else 0
        return sum(map(charged, calls)) + sum(map(sum, streams))


@dataclass(frozen=True, slots=True)
class Figures:
    """A box in numbers: digest of the book in force, its policies, reloads since the start."""

    book: str
    policies: int
    reloads: int

    @classmethod
    def of(cls, book: PolicyBook, reloads: int) -> Self:
        """The figures of a book that was put in force after so many others."""
        return cls(book.digest[:12], len(book.policies), reloads)


current: ContextVar[Audit | None] = ContextVar("boxed_audit", default=None)
