"""Coded names in a stream: letters are looked up once, as they come.

A coded name is found at its last letter, which is all that a gate holds of it: what follows decides
whether its word ends there. Acrostics are only said to be possible here; `acrostics` reads them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guards.names.acrostics import begun_within, line_initials, spells
from guards.names.coded import ACCENTED, ROT47, CodedNames
from guards.names.coded_channel import Channel, Piece, read_piece
from guards.names.coded_forms import letters_of, steps_of
from guards.names.key_table import Keys
from guards.reading.canonical import Folded, fold, is_boundary

__all__ = ["LONGEST_CODED", "CodedStream", "Ending"]

LONGEST_CODED = 600
"""Characters that a coded name may take up in a stream."""

_KEPT = LONGEST_CODED + 100
_SIGNLESS = 100  # characters of ROT47 without a vowel
# Signs that ROT47 turns into figures, and as many letters without one as the shortest name has.
_FIGURE = re.compile("[_`a-h]")
_MANY_TURNED = re.compile(r"(?:[!-+2-Kp-~\x80-\U0010ffff][^_`a-h!-+2-Kp-~\x80-\U0010ffff]*){6}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Ending:
    """A coded name up to the last letter at the offset `last`, in the stream.

    `following` is the offset of the next visible character, None before it has come; `over` says
    whether the word ends in front of it.
    """

    policy: int
    key: str
    last: int
    letter: str
    following: int | None = None
    over: bool = False


class CodedStream:
    """Reads one stream for coded names; `endings` are those that are not passed yet."""

    def __init__(self, names: CodedNames) -> None:
        self.endings: list[Ending] = []
        self.acrostic = False
        """May an acrostic have ended in what was fed last, or be waiting for its end?"""
        self._names = names
        self._recent = ""
        self._origin = 0  # offset of the recent text in the stream
        self._shifts: list[Channel] = []
        self._in_word = False
        self._spelled = False  # by the first letters up to the last word
        self._fresh = False  # a line without a letter yet
        self._lined = False
        forms = names.forms
        steps = forms.steps if forms.steps.longest else None
        self._plain = [
            Channel(keys, keys is forms.steps)
            for keys in (forms.steps, forms.games)
            if keys.longest
        ]
        self._steps = steps
        self._ascii: Channel | None = None  # from the first accent on
        self._stretch = ""  # what a name in ROT47 may have begun in
        self._signless = 0  # characters since the last sign that ROT47 writes a vowel in
        self._initials = None if steps is None else Channel(steps, True)

    def feed(self, delta: str) -> None:
        """Read on."""
        if self._initials is None:
            return
        base = self._origin + len(self._recent)
        self._recent += delta
        piece = read_piece(delta, self._in_word)
        if self.endings and (folded := fold(delta)).text:
            self._decide(base, folded, 0)
        self._read_letters(base, delta, piece)
        self._read_words(piece, self._initials)
        excess = len(self._recent) - _KEPT - 256
        if excess > 256:
            self._recent, self._origin = self._recent[excess:], self._origin + excess

    def forget(self, offset: int) -> None:
        """Drop the endings in front of `offset`."""
        if self.endings:
            self.endings = [ending for ending in self.endings if ending.last >= offset]

    def _read_letters(self, base: int, delta: str, piece: Piece) -> None:
        ends: set[int] = set()
        for channel in self._plain:
            if hits := channel.feed(piece.letters):
                ends |= _raw(fold(delta), hits)
        if self._steps is None:
            return
        if self._ascii is not None or not delta.isascii():
            ends |= self._read_ascii(delta, self._steps)
        if piece.signed:
            if self._signless > _SIGNLESS:
                self._stretch = self._recent[-len(delta) - _SIGNLESS : -len(delta)]
            self._signless = 0
        elif self._signless <= _SIGNLESS:
            self._signless += len(delta)
        if self._signless <= _SIGNLESS:
            ends |= self._read_turned(delta, self._steps)
        if ends:
            folded = fold(delta)
            for at in sorted(ends):
                self._end_at(base, folded, at)

    def _read_ascii(self, delta: str, steps: Keys) -> set[int]:
        """Where names end whose letters with accents were left as they are."""
        if self._ascii is None:
            if ACCENTED.search(delta) is None:
                return set()
            self._ascii = Channel(steps, True)
            gone = self._recent[: -len(delta)].encode("ascii", "ignore").decode()
            self._ascii.feed(letters_of(fold(gone).text))
        ascii_alone = fold("".join(filter(str.isascii, delta)))
        if not (hits := self._ascii.feed(letters_of(ascii_alone.text))):
            return set()
        places = [at for at, character in enumerate(delta) if character.isascii()]
        return {places[at] for at in _raw(ascii_alone, hits)}

    def _read_turned(self, delta: str, steps: Keys) -> set[int]:
        """Where names end in ROT47, which has a sign for every vowel.

        What it turns into a figure ends every name, so what stands in front of that is forgotten.
        """
        behind, text = len(self._stretch), self._stretch + delta
        self._stretch = _FIGURE.split(text[-LONGEST_CODED:])[-1]
        if _MANY_TURNED.search(text) is None:
            return set()
        turned = fold(text.translate(ROT47))
        hits = steps.find(steps_of(letters_of(turned.text)).decode())
        ends = _raw(turned, [end for end, _, _ in hits])
        return {at - behind for at in ends if at >= behind}

    def _end_at(self, base: int, folded: Folded, at: int) -> None:
        """Add the names that end with the character `at` of the delta at `base`."""
        last = base + at
        right = last + 1 - self._origin
        left = max(0, right - LONGEST_CODED)
        window = self._recent[left:right]
        plain = fold(window)
        whole = self._origin + left == 0
        found = {
            (policy, key)
            for policy, start, end, key in self._names.scan(window, plain.text)
            if end == len(plain.text) and (start or whole)
        }
        if not found:
            return
        for policy, key in sorted(found):
            self.endings.append(Ending(policy, key, last, plain.text[-1]))
        self._decide(base, folded, at + 1)

    def _decide(self, base: int, folded: Folded, since: int) -> None:
        """Let the first visible character from raw offset `since` of the delta decide."""
        offsets = folded.offsets
        for number, character in enumerate(folded.text):
            at = number if offsets is None else offsets[number]
            if at < since:
                continue
            for ending in self.endings:
                if ending.following is None and ending.last < base + at:
                    ending.following = base + at
                    ending.over = is_boundary(ending.letter, character)
            return

    def _read_words(self, piece: Piece, channel: Channel) -> None:
        """Follow the first letters of words and of lines."""
        waiting = self._spelled
        hits: Sequence[int] = ()
        if piece.initials:
            hits = channel.feed(piece.initials)
            self._spelled = bool(hits) and hits[-1] == len(piece.initials) - 1
        self._in_word = piece.in_word
        if piece.lines or self._fresh or self._lined:
            begun = self._recent.rfind("\n") + 1
            self._fresh = _LETTER.search(self._recent, begun) is None
            self._lined = self._recent.count("\n") > 3 and (
                spells(self._names, line_initials(self._recent))
                or next(begun_within(self._names, self._recent, closed=False), None) is not None
            )
        self.acrostic = bool(hits) or waiting or self._lined


def _raw(folded: Folded, hits: Sequence[int]) -> set[int]:
    """The raw offsets of these Latin letters of a folded text."""
    places = [at for at, c in enumerate(folded.text) if "a" <= c <= "z"]
    return {folded.start(places[at]) for at in hits}
