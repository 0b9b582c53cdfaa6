"""What a ledger, a key or a receipt can be wrong about, said with the remedy."""

from __future__ import annotations


class LedgerError(Exception):
    """One fault: where it is, what it is and what to do. Never holds a key or a password."""

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(place, problem, remedy)
        self.place, self.problem, self.remedy = place, problem, remedy

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}; {self.remedy}"


class KeysError(LedgerError):
    """A key that is missing, damaged, or readable by others."""
