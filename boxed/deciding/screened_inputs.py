"""Texts that a product is to turn into something else: a forgotten subject's is not given.

A vector tells: it is near to the questions that its subject answers. So a name becomes a mark that
is the same for everybody, and a text that describes without naming is refused. Pictures and speech
have words for nobody in place of the mark (``neutral``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from boxed.deciding.snapshot import Live, Snapshot
from guards.verdicts import Turn
from prompts.policy import Policy

__all__ = ["MARK", "Change", "Screened", "about", "masked", "named_across", "screened_inputs"]

MARK = "[name]"

Change = Callable[[str, Sequence[Policy], Snapshot, Live], str | None]
"""A text without the subjects of these policies; None where it still tells whom it is about."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The texts as the product may see them; ``withheld`` are numbers of those that it may not.

    ``touched`` are the policies that any of them gave evidence of.
    """

    texts: tuple[str, ...]
    withheld: tuple[int, ...] = ()
    touched: frozenset[str] = field(default_factory=frozenset[str])


def screened_inputs(
    texts: Sequence[str],
    snapshot: Snapshot,
    live: Live,
    *,
    masks: bool,
    change: Change | None = None,
) -> Screened:
    """Screen each text alone. Without ``masks``, and for policies that refuse, none is changed.

    ``change`` (by default ``masked``) takes the subjects out.
    """
    changed = change or masked
    out: list[str] = []
    withheld: list[int] = []
    touched: set[str] = set()
    for number, text in enumerate(texts):
        policies = about(text, snapshot, live)
        touched.update(policy.id for policy in policies)
        left = text
        if policies:
            refuses = not masks or any(policy.response == "refuse" for policy in policies)
            without = None if refuses else changed(text, policies, snapshot, live)
            left = without or ""
            if without is None:
                withheld.append(number)
        out.append(left)
    return Screened(tuple(out), tuple(withheld), frozenset(touched))


def about(text: str, snapshot: Snapshot, live: Live) -> list[Policy]:
    """The policies in force that a text is evidence of."""
    turn = Turn("user", text)
    screen = snapshot.screen.screen
    found = screen((turn,), live.now, live.tenant, grey=False, drawn=live.drawn)
    return list(live.policies(e.policy for e in found if e.certain).values())


def masked(text: str, policies: Sequence[Policy], snapshot: Snapshot, live: Live) -> str | None:
    """The text with every name covered; None where it still tells whom it is about."""
    masking = snapshot.masking
    for span in reversed(masking.names(text, policies)):
        text = text[: span.start] + MARK + text[span.end :]
    text = masking.cover(text, policies, lambda policy, words, plain: MARK)
    return text if text.strip() and not about(text, snapshot, live) else None


def named_across(texts: Sequence[str], snapshot: Snapshot, live: Live) -> bool:
    """Does a name stand over several fields of one request, or of one document?"""
    if len(texts) < 2:
        return False
    found = snapshot.screen.lexical((Turn("user", " ".join(texts)),), live.check)
    return any(e.certain and e.kind in ("mention", "encoded") for e in found)
