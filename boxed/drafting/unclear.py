"""What drafting says where the examples do not: whom it could mean, and how to choose.

Unclear("subject", (Choice("Don Johnson", 0.6), Choice("Miami Vice", 0.5)))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Choice", "Missing", "Unclear"]

Missing: TypeAlias = Literal["subject", "kind"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that the records may be about, and the share of them that hold it."""

    name: str
    share: float


class Unclear(ValueError):
    """The examples do not say who is meant, or what the one is that they are about."""

    def __init__(self, missing: Missing, choices: Sequence[Choice]) -> None:
        self.missing: Missing = missing
        self.choices = tuple(choices)
        super().__init__(_said(missing, self.choices))


def _said(missing: Missing, choices: Sequence[Choice]) -> str:
    shown = ", ".join(f"'{one.name}' (in {one.share:.0%} of them)" for one in choices)
    first = choices[0].name if choices else "NAME"
    if missing == "kind":
        return (
            f"the records are about {shown}, and do not say what that is; choose with "
            "--kind person, organisation, work or topic"
        )
    named = f"they may be about {shown}" if choices else "no name runs through them"
    return (
        f'the records are not clearly about one subject: {named}; choose with --subject "{first}" '
        "(once for each subject, and --kind person, organisation or work), or with --kind topic "
        "where they are about no one"
    )
