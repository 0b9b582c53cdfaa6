"""What a stream has let go of, as far as anything that follows may depend on it.

    past.add("It was ")     ->  past.base == 7, past.left.plain == " "

Ordinary text is only noted (`pass_on`), and read when something asks for more than its length.
"""

from guards.names.acrostics import LONGEST_SPAN
from guards.names.ordinary import EDGES
from guards.names.word_names import BEHIND
from guards.reading.escapes import may_hold_escapes, unescape, unescape_signs
from guards.reading.leetspeak import leet_goes_on
from guards.reading.left import Left, last_visible
from guards.reading.runs import KINDS, Run
from guards.reading.stretches import apart_goes_on

__all__ = ["Released"]

_TAIL = LONGEST_SPAN + 100  # an acrostic that fits, and the word in front of it
_UNREAD = 4096


class Released:
    """The released part of one stream.

    `base` is its length. `left` is its last visible character, `behind` the end that says whose a
    surname is, `behind_shown` the same with its escapes read, `tail` the end that an acrostic may
    begin in, `runs` what may be an encoding that goes on: they are right once `settle` was called.
    """

    def __init__(self) -> None:
        self.base = 0
        self.left = Left()
        self.behind = self.behind_shown = ""
        self.tail = ""
        self.runs = [Run(kind) for kind in KINDS]
        self.edge = True
        """May ordinary text follow, and be read by itself?"""
        self._unread = ""

    def pass_on(self, released: str) -> None:
        """Note ordinary text, which leaves the edge as it is and gives nothing away."""
        self.base += len(released)
        self._unread += released
        if len(self._unread) > _UNREAD:
            self.settle()

    def settle(self) -> None:
        """Read what was only noted."""
        if self._unread:
            unread, self._unread = self._unread, ""
            self._read(unread, self.base)

    def add(self, released: str) -> None:
        """Read what is released, behind what is settled."""
        self.base += len(released)
        self._read(released, self.base)
        self.edge = (
            released[-1] in EDGES
            and self.left.plain == self.left.shown
            and not any(run.may_go_on() for run in self.runs)
            and not leet_goes_on(self.behind)
            and not apart_goes_on(self.behind)
        )

    def _read(self, released: str, end: int) -> None:
        left = self.left
        plain, leet = last_visible(released)
        shown, shown_leet, read = plain, leet, released
        if may_hold_escapes(released, left.plain):
            shown, shown_leet = last_visible(unescape(released, before=left.plain).text)
            read = unescape_signs(released).text
        self.left = Left(
            plain or left.plain,
            leet or left.leet,
            shown or left.shown,
            shown_leet or left.shown_leet,
        )
        self.behind = (self.behind + released)[-BEHIND:]
        self.behind_shown = (self.behind_shown + read)[-BEHIND:]
        self.tail = (self.tail + released)[-_TAIL:]
        last = released[-1]
        for run in self.runs:
            if run.text or last in run.kind.signs:
                run.remember(released, end)
