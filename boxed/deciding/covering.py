"""A text that was heard or read out for a client, such as a transcript, without forgotten names.

    covering = Covering(snapshot, live)
    covering.text("Then Jane Roe came.")             ->  "Then [name] came."
    covering.series(["Then Jane", "Roe came."])      ->  ["Then [name]", " came."]

Nobody asked for such a text, so there is no other answer to give: what names a subject is covered
in its place, and the rest stays. A text that cannot be covered is withheld: None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from boxed.deciding.leak_check import LeakCheck
from boxed.deciding.screened_inputs import MARK
from boxed.deciding.snapshot import Live, Snapshot
from boxed.release.gate import NewGate
from boxed.release.json_escapes import decode
from guards.verdicts import Leak

__all__ = ["Covering"]

_MOST = 200  # subjects and places that one text is covered at
Places = list[tuple[int, int]]


@dataclass(slots=True)
class Covering:
    """Covers the texts of one reply; ``touched`` are the policies that any of them named."""

    snapshot: Snapshot
    live: Live
    touched: set[str] = field(default_factory=set[str])
    _check: LeakCheck = field(init=False)

    def __post_init__(self) -> None:
        check = LeakCheck.of(self.snapshot, self.live, {"messages": []})
        self._check = replace(check, exempt=frozenset())

    def leak(self, text: str) -> Leak | None:
        """The first leak in a text, as it stands or with its JSON escapes read."""
        found = self._check.leak_in_text(text)
        return self._check.leak_in_text(decode(text)) if found is None and "\\" in text else found

    def new_gate(self) -> NewGate:
        """What makes a gate for each text of a stream."""
        return self.snapshot.new_gate(self.live)

    def text(self, text: str) -> str | None:
        """The text with every name covered; None where it cannot be."""
        places = self.places(text)
        if places is None:
            return None
        for start, end in reversed(places):
            text = text[:start] + MARK + text[end:]
        return text if self.leak(text) is None else None

    def series(self, texts: Sequence[str], between: str = " ") -> list[str] | None:
        """Texts that are read one behind another; a name over several stands covered in the first.

        None where they cannot be covered.
        """
        places = self.places(between.join(texts))
        if places is None:
            return None
        out: list[str] = []
        at = 0
        for text in texts:
            # Alone it may name what it does not beside the others.
            alone = self.text(_covered(text, at, places))
            if alone is None:
                return None
            out.append(alone)
            at += len(text) + len(between)
        clean = self.leak(between.join(out)) is None and self.leak("".join(out)) is None
        return out if clean else None

    def places(self, text: str) -> Places | None:
        """Where names stand, apart and in order; None where they cannot be told from the rest."""
        found: Places = []
        left = text
        for _ in range(_MOST):
            leak = self._check.leak_in_text(left)
            if leak is None:
                return _apart(found)
            self.touched.add(leak.policy)
            policy = self.snapshot.book.get(leak.policy)
            spans = [(s.start, s.end) for s in self.snapshot.masking.names(left, [policy])]
            spans.append((leak.start, max(leak.end, leak.start + 1)))
            for start, end in spans:
                # As long as before, so that places stay, and wider than any gap within a name.
                left = left[:start] + "\n" * (end - start) + left[end:]
            found += spans
        return None


def _apart(found: Places) -> Places:
    """The places with those that touch joined."""
    out: Places = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _covered(text: str, at: int, places: Places) -> str:
    """One text of a series, which begins ``at``: the mark stands where a place begins."""
    for start, end in reversed(places):
        first, behind = max(start - at, 0), min(end - at, len(text))
        if first < behind:
            text = text[:first] + (MARK if start >= at else "") + text[behind:]
    return text
