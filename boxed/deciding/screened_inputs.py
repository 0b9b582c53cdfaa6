"""Texts that are to become vectors: a forgotten subject's is not given.

A vector tells: it is near to the questions that its subject answers. So a name becomes a mark that
is the same for everybody, and a text that describes without naming is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from boxed.deciding.snapshot import Live, Snapshot
from guards.verdicts import Turn
from prompts.policy import Policy

__all__ = ["MARK", "Screened", "screened_inputs"]

MARK = "[name]"


@dataclass(frozen=True, slots=True)
class Screened:
    """The texts as the product may see them; ``withheld`` are numbers of those that it may not.

    ``touched`` are the policies that any of them gave evidence of.
    """

    texts: tuple[str, ...]
    withheld: tuple[int, ...] = ()
    touched: frozenset[str] = field(default_factory=frozenset[str])


def screened_inputs(
    texts: Sequence[str], snapshot: Snapshot, live: Live, *, masks: bool
) -> Screened:
    """Screen each text alone. Without ``masks``, and for policies that refuse, none is changed."""
    out: list[str] = []
    withheld: list[int] = []
    touched: set[str] = set()
    for number, text in enumerate(texts):
        policies = _about(text, snapshot, live)
        touched.update(policy.id for policy in policies)
        left = text
        if policies:
            refuses = not masks or any(policy.response == "refuse" for policy in policies)
            masked = None if refuses else _masked(text, policies, snapshot, live)
            left = masked or ""
            if masked is None:
                withheld.append(number)
        out.append(left)
    return Screened(tuple(out), tuple(withheld), frozenset(touched))


def _about(text: str, snapshot: Snapshot, live: Live) -> list[Policy]:
    """The policies in force that a text is evidence of."""
    found = snapshot.screen.screen((Turn("user", text),), live.now, live.tenant, grey=False)
    return list(live.policies(e.policy for e in found if e.certain).values())


def _masked(text: str, policies: Sequence[Policy], snapshot: Snapshot, live: Live) -> str | None:
    """The text with every name covered; None where it still tells whom it is about."""
    masking = snapshot.masking
    for span in reversed(masking.names(text, policies)):
        text = text[: span.start] + MARK + text[span.end :]
    text = masking.cover(text, policies, lambda policy, words, plain: MARK)
    return text if text.strip() and not _about(text, snapshot, live) else None
