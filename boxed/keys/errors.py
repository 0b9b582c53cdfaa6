"""Why a key is not taken, why it must wait, and what is wrong with the storage.

No text of any of them holds a key, a password or a client's words.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["KeyRefusedError", "KeyStoreError", "LimitError", "Reason"]

Reason = Literal["unknown", "revoked", "expired"]


class KeyStoreError(Exception):
    """The storage of keys fails: where it is, what is wrong and what to do."""

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(place, problem, remedy)
        self.place, self.problem, self.remedy = place, problem, remedy

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}; {self.remedy}"


class KeyRefusedError(Exception):
    """A key that opens nothing. ``revoked`` and ``expired`` are told to its holder alone."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the key is {reason}")
        self.reason: Reason = reason


class LimitError(Exception):
    """A key or its tenant has used up what it may: a minute's requests or a month's tokens.

    ``busy`` says that tokens are left, but set aside for requests under way. ``wait`` are seconds
    until it can be otherwise.
    """

    def __init__(self, limit: Literal["requests", "tokens", "busy"], wait: float) -> None:
        super().__init__(f"the limit of {limit} is reached")
        self.limit: Literal["requests", "tokens", "busy"] = limit
        self.wait = wait
