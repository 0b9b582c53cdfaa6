r"""One text of a streamed reply: gated as it stands and, from its first backslash on, decoded.

    text = GatedText(new_gate)
    text.feed('{"who": "\\u0048siao\\nYun')  -> '{"who": "'      the rest may become a name
    text.feed('-Hwa"}')                       -> ''               text.leak is set

A text can be flushed when another field of its choice begins (clients take a tool call's arguments
as complete then) and still go on afterwards, with its past known to the gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from boxed.release.gate import Gate, NewGate
from boxed.release.json_escapes import EscapeReader
from guards.verdicts import Leak

__all__ = ["GatedText", "leak_in_text"]


class GatedText:
    """Gates one text; `fed` and `released` count its characters, `flushed` says it was closed."""

    def __init__(self, new_gate: NewGate) -> None:
        self.leak: Leak | None = None
        self.fed = 0
        self.released = 0
        self.flushed = False
        self._new_gate = new_gate
        self._raw = new_gate()
        self._raw_free = 0
        self._pieces: list[str] = []
        self._decoding: _Decoding | None = None
        self._unsent = ""  # what is fed and not released, kept once there is a decoding
        self._closed = False

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what may be passed on now."""
        if self.leak is not None:
            return ""
        if self._closed:
            self._reopen()
        before = self.fed
        self.fed += len(piece)
        if self._decoding is None:
            if "\\" not in piece:
                self._pieces.append(piece)
                return self._plainly(self._raw.feed(piece))
            past = "".join(self._pieces)
            self._unsent = past[self.released :]
            self._decoding = _Decoding(self._new_gate(), self._raw, self._raw_free)
            self._decoding.catch_up(past)
        self._pieces.append(piece)
        self._unsent += piece
        free = self._decoding.feed(piece)
        self.leak = self._decoding.leak
        if self.leak is not None:
            free = self._free_before_leak(before)
        return self._release_to(free)

    def feed_each(self, pieces: Sequence[str]) -> list[str] | None:
        """Take pieces that came together, read as one; returns what leaves of each.

        Fewer are returned than were given where one of them leaks: the last is that one's. None,
        and nothing is taken, where they have to be fed one by one.
        """
        joined = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if self.leak is not None or self._decoding or self.flushed or "\\" in joined:
            return None
        held = self.fed - self.released
        self.fed += len(joined)
        self._pieces.append(joined)
        out = self._plainly(self._raw.feed(joined))
        return shared_out(pieces, out, held) if self.leak is None else self._again(pieces, out)

    def _again(self, pieces: Sequence[str], out: str) -> list[str]:
        """What leaves of each piece up to the one that leaks, found by reading them one by one."""
        if len(pieces) == 1:
            return [out]
        gate = self._new_gate()
        gate.feed("".join(self._pieces[:-1]))
        left: list[str] = []
        for piece in pieces:
            left.append(gate.feed(piece))
            if gate.leak is not None:
                break
        if gate.leak is None or "".join(left) != out:
            return [*([""] * (len(pieces) - 1)), out]
        return left

    def close(self) -> str:
        """The text is over, at least for now: the rest, or what stands in front of a leak."""
        if self.leak is not None or self._closed:
            return ""
        self._closed = self.flushed = True
        if self._decoding is None:
            return self._plainly(self._raw.close())
        free = self._decoding.close()
        self.leak = self._decoding.leak
        return self._release_to(free)

    def _plainly(self, out: str) -> str:
        """Release what the one gate passed, less what left before a flush."""
        known = self.released - self._raw_free
        self._raw_free += len(out)
        self.leak = self._raw.leak
        if known > 0:
            out = out[known:]
        self.released += len(out)
        return out

    def _release_to(self, free: int) -> str:
        count = free - self.released
        if count <= 0:
            return ""
        out, self._unsent = self._unsent[:count], self._unsent[count:]
        self.released = free
        return out

    def _reopen(self) -> None:
        """Go on after a flush: new gates that have read all of the past."""
        self._closed = False
        past = "".join(self._pieces)
        self._pieces = [past]
        self._raw = self._new_gate()
        if self._decoding is None:
            self._raw_free = len(self._raw.feed(past))
            self.leak = self._raw.leak
        else:
            self._decoding = _Decoding(self._new_gate(), self._raw, 0)
            self._decoding.feed(past)
            self.leak = self._decoding.leak

    def _free_before_leak(self, before: int) -> int:
        """How much the shortest leaking beginning sets free, so that cuts make no difference."""
        text = "".join(self._pieces)
        low, high = before, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            if self._read(text[:middle])[1]:
                high = middle
            else:
                low = middle
        return self._read(text[:high])[0]

    def _read(self, text: str) -> tuple[int, bool]:
        both = _Decoding(self._new_gate(), self._new_gate(), 0)
        free = both.feed(text)
        return free, both.leak is not None


@dataclass(slots=True)
class _Decoding:
    """The same text through two gates: with its JSON escapes read, and as it stands."""

    gate: Gate
    raw: Gate
    raw_free: int
    reader: EscapeReader = field(default_factory=EscapeReader)
    decoded_free: int = 0

    @property
    def leak(self) -> Leak | None:
        return self.raw.leak or self.gate.leak

    def catch_up(self, past: str) -> None:
        self.decoded_free += len(self.gate.feed(self.reader.feed(past)))

    def feed(self, piece: str) -> int:
        """Raw characters that both gates set free so far."""
        self.raw_free += len(self.raw.feed(piece))
        self.decoded_free += len(self.gate.feed(self.reader.feed(piece)))
        return self._free()

    def close(self) -> int:
        self.raw_free += len(self.raw.close())
        self.decoded_free += len(self.gate.feed(self.reader.feed("", closed=True)))
        self.decoded_free += len(self.gate.close())
        return self._free()

    def _free(self) -> int:
        return min(self.raw_free, self.reader.raw_offset(self.decoded_free))


def shared_out(pieces: Sequence[str], out: str, held: int) -> list[str]:
    """`out`, which begins with `held` characters from before `pieces`, piece by piece.

    Each piece takes as much as ends with it, so that those in the middle stay as they are.
    """
    if len(pieces) == 1:
        return [out]
    first = held + len(pieces[0])
    shares = [out[:first], *pieces[1:]]
    last, over = len(pieces) - 1, held + sum(map(len, pieces)) - len(out)
    while last and over >= len(shares[last]):
        over -= len(shares[last])
        shares[last] = ""
        last -= 1
    if last and over:
        shares[last] = shares[last][:-over]
    return shares


def leak_in_text(text: str, new_gate: NewGate) -> Leak | None:
    """The first leak in a text that is complete."""
    gated = GatedText(new_gate)
    gated.feed(text)
    gated.close()
    return gated.leak
