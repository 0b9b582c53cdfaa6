"""The stream gate: passes a reply on while it is written, and never a forgotten subject's name.

    gate = StreamGate(index)
    gate.feed("It was Hsi")   -> "It was "
    gate.feed("ao Yun-Hwa.")  -> ""            gate.leak is a Leak, nothing leaves ever after

The gate holds back exactly what may still become a name: from the earliest word that begins some
key of the automaton, in every reading. Of a name in a letter code only the last letter is held:
what has left by then is no whole code. Runs that may be an encoding (base64, hexadecimal, percent
escapes) are held from the character that gives them away until they end and can be decoded; so
are words in leetspeak and words whose letters are set apart.

What is released and whether there is a leak depends on the text alone, never on how it was cut
into deltas: a leak is defined by the shortest beginning of the text that shows one.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from guards.names.acrostics import Acrostic, acrostics
from guards.names.coded_stream import CodedStream, Ending
from guards.names.encoded import DecodedRuns, Read
from guards.names.mentions import MentionIndex
from guards.names.released import Released
from guards.names.shown import hold_shown, scan_shown, shows_other
from guards.names.whose import is_exempt
from guards.reading.canonical import fold
from guards.reading.escapes import has_escapes, outside_escapes
from guards.reading.leetspeak import leet_words, leetspeak
from guards.reading.runs import Run, tail_of, windows
from guards.reading.stretches import Stretch, apart_words
from guards.reading.views import LONGEST_REPLY, views
from guards.verdicts import Leak, LeakKind

__all__ = ["StreamGate"]

# Longer deltas are cut, so that the search for the shortest leaking beginning stays short.
_SLICE = 256
_GLANCE = 40  # characters from which on a slice ends with its word while the text is ordinary
# Behind more held text than this a gate reads on only once a share of it has come: each character
# then costs a few readings, however small the pieces. Runs are often held for long, names are not.
_SHARE, _LONG_RUN, _LONG_HELD = 4, 48, 2048
_READ_TOGETHER = ((leet_words, leetspeak), (apart_words, views))
# Characters that show nothing and yet may spell something.
_HIDDEN = re.compile("[\ufe00-\ufe0f\U000e0020-\U000e007e\U000e0100-\U000e01ef]")


class StreamGate:
    """Guards one stream of text; pure, with no clock and no I/O.

    `live` says which policies count (None: all); `exempt` holds `Mention.key`s that may pass;
    `ids` turns policy numbers into the `Leak.policy` (None: the number itself, in digits).
    """

    def __init__(
        self,
        index: MentionIndex,
        *,
        live: Callable[[int], bool] | None = None,
        exempt: frozenset[str] = frozenset(),
        ids: Sequence[str] | None = None,
    ) -> None:
        self.leak: Leak | None = None
        self._index = index
        self._live, self._exempt, self._ids = live, exempt, ids
        self._held = self._waiting = ""  # what waits was fed behind it and not read yet
        self._past = Released()
        self._ordinary = index.ordinary
        self._decoded = DecodedRuns(index, live, exempt, 1 if ids is None else len(ids))
        self._spelled: tuple[int, str, bool, tuple[Acrostic, ...]] | None = None
        self._coded: CodedStream | None = None
        self._active: list[Run] = []  # the runs that may be an encoding by now
        self._closed = False
        self._glanced = True  # was the last step's text ordinary?
        self._quiet: bool | None = None  # of the held text as it was when a scan last saw it

    @property
    def held(self) -> int:
        """Characters held back at the moment."""
        return len(self._held) + len(self._waiting)

    def feed(self, delta: str) -> str:
        """Take the next piece of the stream; returns what may be passed on now.

        Raises ValueError after `close`.
        """
        if self._closed:
            raise ValueError("StreamGate.feed after close: make a new gate for every stream")
        if self.leak is not None or not delta:
            return ""
        if not self._index.longest:
            return delta
        held = len(self._held)
        if held < _LONG_RUN and len(delta) <= min(_GLANCE, LONGEST_REPLY - self._past.base - held):
            return self._step(delta)
        delta = self._waiting + delta
        long = _LONG_RUN if self._active else _LONG_HELD
        wait = len(delta) < min(_SLICE, (len(self._held) - long) // _SHARE)
        self._waiting = delta if wait else ""
        return "" if wait else self._read_on(delta)

    def _read_on(self, delta: str) -> str:
        """Read `delta` up to the longest reply; what is longer ends as with a leak."""
        room = LONGEST_REPLY - self._past.base - len(self._held)
        if len(delta) <= room or not self._index.longest:
            return self._read_slices(delta)
        unread = self._decoded.unread
        released = self._read_slices(delta[:room] if unread else delta)
        for policy in unread if self.leak is None else ():
            self.leak = self._leak(policy, "encoded", 0, len(self._held))
        return released

    def _read_slices(self, delta: str) -> str:
        released: list[str] = []
        at, self._glanced = 0, True
        while at < len(delta) and self.leak is None:
            end = at + _SLICE
            if self._glanced:
                blank = delta.find(" ", at + _GLANCE, end)
                end = blank + 1 or end
            released.append(self._step(delta[at:end]))
            at = end
        return "".join(released)

    def close(self) -> str:
        """End the stream; returns the rest, or what stands in front of a leak."""
        if self._closed or self.leak is not None:
            self._closed = True
            return ""
        self._closed = True
        waiting, self._waiting = self._waiting, ""
        before = self._read_on(waiting) if waiting else ""
        return before if self.leak is not None else before + self._rest()

    def _rest(self) -> str:
        """What is held when the stream is over."""
        self._past.settle()
        self._active = [run for run in self._past.runs if run.may_be_encoded(self._held)]
        if found := self._leaks(self._held, closed=True):
            return self._stop(self._held, found)
        rest, self._held = self._held, ""
        return rest

    def _changes_nothing(self, delta: str) -> bool:
        """Is `delta` invisible, inside a held name that no escape and no encoding is part of?

        Then only visible characters bring news, and a flood of invisible ones costs no scans.
        """
        if not self._held or delta.isascii() or fold(delta).text or has_escapes(delta):
            return False
        if _HIDDEN.search(delta):
            return False
        if self._quiet is None:
            encoded = any(run.may_be_encoded(self._held) for run in self._past.runs)
            self._quiet = not encoded and not shows_other(self._held, self._past)
        return self._quiet

    def _step(self, delta: str) -> str:
        if self._coded is None:
            self._coded = CodedStream(self._index.coded)
        self._coded.feed(delta)
        before = self._held
        text = before + delta
        hold = self._at_a_glance(text)
        self._glanced = hold is not None
        if hold is not None:
            return self._pass_on(text, hold)
        self._past.settle()
        if self._changes_nothing(delta):
            self._held = text
            return ""
        self._active = [run for run in self._past.runs if run.may_be_encoded(text)]
        found = self._leaks(text, closed=False)
        if found:
            low, high = len(before), len(text)
            while high - low > 1:
                middle = (low + high) // 2
                earlier = self._leaks(text[:middle], closed=False)
                if earlier:
                    high, found = middle, earlier
                else:
                    low = middle
            return self._stop(text[:high], found)
        return self._release(text, self._hold(text))

    def _at_a_glance(self, text: str) -> int | None:
        """Where what must stay back begins, if the text is ordinary and gives nothing away."""
        coded = self._coded
        if self._ordinary is None or not self._past.edge:
            return None
        if coded is None or coded.endings or coded.acrostic:
            return None
        return self._ordinary.hold(text)

    def _pass_on(self, text: str, hold: int) -> str:
        released, self._held = text[:hold], text[hold:]
        self._active, self._quiet = [], None
        if released:
            self._past.pass_on(released)
        return released

    def _stop(self, text: str, found: list[Leak]) -> str:
        """Take the leak; `text` is the shortest that shows one.

        What might have become a longer name around the leaking one stays back, too.
        """
        first = min(found, key=lambda leak: (leak.start, leak.kind, leak.policy, leak.end))
        cut = min(first.start - self._past.base, self._hold(text))
        self.leak = first
        self._held = ""
        return text[:cut]

    def _counts(self, policy: int, key: str) -> bool:
        return (self._live is None or self._live(policy)) and not is_exempt(key, self._exempt)

    def _leaks(self, text: str, *, closed: bool) -> list[Leak]:
        """Everything that the held text gives away by now."""
        if not self._index.longest:
            return []
        found = self._mention_leaks(text, closed)
        for run in self._active:
            if run.may_be_encoded(text):
                found += self._encoded_leaks(run, text, closed)
        found += self._coded_leaks(text, closed)
        found += self._stretch_leaks(text, closed)
        return found + self._acrostic_leaks(text, closed)

    def _stretches(self, text: str) -> Iterator[tuple[Stretch, Read]]:
        """Stretches that end in the held text, by offsets of it, with what reads them."""
        gone, whole = len(self._past.behind), self._past.behind + text
        for find, read in _READ_TOGETHER:
            for start, held, end, over in find(whole, gone):
                yield Stretch(start - gone, max(0, held - gone), end - gone, over), read

    def _stretch_leaks(self, text: str, closed: bool) -> list[Leak]:
        behind, base, named = self._past.behind, self._past.base, self._decoded.policies
        return [
            self._leak(policy, "encoded", self._cut(text, base + one.held) - base, one.end)
            for one, read in self._stretches(text)
            if closed or one.over
            for policy in named((behind + text[: one.end])[one.start + len(behind) :], read)
        ]

    def _endings(self) -> list[Ending]:
        """Coded names that end in the held text, or may."""
        endings = () if self._coded is None else self._coded.endings
        return [e for e in endings if e.last >= self._past.base and self._counts(e.policy, e.key)]

    def _coded_leaks(self, text: str, closed: bool) -> list[Leak]:
        found: list[Leak] = []
        edge = self._past.base + len(text)
        for ending in self._endings():
            undecided = ending.following is None or ending.following >= edge
            if ending.last < edge and (closed if undecided else ending.over):
                start = self._cut(text, ending.last) - self._past.base
                found.append(
                    self._leak(ending.policy, "mention", start, ending.last + 1 - self._past.base)
                )
        return found

    def _coded_hold(self, text: str, hold: int) -> int:
        """`hold`, or the last letter of a coded name that would end there."""
        base = self._past.base
        edge = base + len(text)
        for ending in self._endings():
            undecided = ending.following is None or ending.following >= edge
            laid_bare = (
                undecided or ending.over or self._past.base + hold <= (ending.following or 0)
            )
            if ending.last < min(edge, self._past.base + hold) and laid_bare:
                hold = min(hold, self._cut(text, ending.last) - self._past.base)
        return hold

    def _acrostics(self, text: str, closed: bool) -> Iterator[tuple[Acrostic, int]]:
        """Acrostics that end in the held text, and where their last piece begins in it."""
        if not closed and (self._coded is None or not self._coded.acrostic):
            return
        gone = len(self._past.tail)
        if self._spelled is None or self._spelled[:3] != (self._past.base, text, closed):
            begins = self._past.base == gone
            found = acrostics(
                self._index.coded, self._past.tail + text, begins=begins, closed=closed, lasts=False
            )
            # Asked for twice of one text: for leaks, and for what to hold.
            self._spelled = self._past.base, text, closed, tuple(found)
        for acrostic in self._spelled[3]:
            if acrostic.end > gone and self._counts(acrostic.policy, acrostic.key):
                yield acrostic, max(0, acrostic.last - gone)

    def _acrostic_leaks(self, text: str, closed: bool) -> list[Leak]:
        return [
            self._leak(found.policy, "encoded", last, found.end - len(self._past.tail))
            for found, last in self._acrostics(text, closed)
            if found.settled
        ]

    def _leak(self, policy: int, kind: LeakKind, start: int, end: int) -> Leak:
        """Make the leak at these offsets of the held text."""
        name = str(policy) if self._ids is None else self._ids[policy]
        return Leak(name, kind, self._past.base + start, self._past.base + end)

    def _mention_leaks(self, text: str, closed: bool) -> list[Leak]:
        found: list[Leak] = []
        left = self._past.left
        folded = fold(text)
        for policy, start, end, key in self._index.scan(
            text, folded.text, before=left.plain, before_leet=left.leet, closed=closed
        ):
            if self._counts(policy, key):
                span = folded.start(start), folded.end(end)
                found.append(self._leak(policy, "mention", *span))
        if self._index.words is not None:
            hits = self._index.words.scan(text, folded, behind=self._past.behind, closed=closed)
            for policy, start, end, key in hits:
                if self._counts(policy, key):
                    found.append(self._leak(policy, "mention", start, end))
        if shows_other(text, self._past):
            for policy, start, end, key in scan_shown(self._index, text, self._past, closed=closed):
                if self._counts(policy, key):
                    found.append(self._leak(policy, "mention", start, end))
        return found

    def _encoded_leaks(self, run: Run, text: str, closed: bool) -> list[Leak]:
        found: list[Leak] = []
        whole, kind = run.text + text, run.kind
        origin = self._past.base - len(run.text)
        for match in kind.pattern.finditer(whole):
            start, end = match.span()
            run_start = run.start if start == 0 and run.text else origin + start
            over = closed or end < len(whole)
            for left, right, hold in windows(kind.block, run_start, origin + end, over):
                held_from = run.held_from(whole, (start, end), origin, hold)
                if held_from is None or held_from >= right:
                    continue
                policies = self._decoded.policies(whole[max(0, left - origin) : right - origin])
                start_at = self._cut(text, held_from) if policies else held_from
                for policy in policies:
                    found.append(
                        self._leak(
                            policy, "encoded", start_at - self._past.base, right - self._past.base
                        )
                    )
        return found

    def _hold(self, text: str) -> int:
        """Offset in the held text from which it must stay back."""
        if not self._index.longest:
            return len(text)
        left = self._past.left
        folded = fold(text)
        at = self._index.hold(text, folded.text, before=left.plain, before_leet=left.leet)
        hold = len(text) if at is None else folded.start(at)
        if self._index.words is not None:
            at = self._index.words.hold(text, folded, behind=self._past.behind)
            hold = hold if at is None else min(hold, at)
        spans: tuple[tuple[int, int], ...] = ()
        if shows_other(text, self._past):
            at, spans = hold_shown(self._index, text, self._past)
            hold = outside_escapes(text, min(hold, at), spans)
        hold = min([hold, len(text), *(self._run_hold(run, text) for run in self._active)])
        for one, _ in self._stretches(text):
            if not one.over and one.held < hold:
                hold = self._cut(text, self._past.base + one.held) - self._past.base
        # Half an escape would be read as other letters.
        hold = outside_escapes(text, max(0, hold), spans, words=False)
        waiting = (last for found, last in self._acrostics(text, False) if not found.settled)
        return self._coded_hold(text, min([hold, *waiting]))

    def _run_hold(self, run: Run, text: str) -> int:
        whole, block = run.text + text, run.kind.block
        start = tail_of(run.kind, whole)
        if start == len(whole):
            return len(text)
        origin = self._past.base - len(run.text)
        run_start = run.start if start == 0 and run.text else origin + start
        blocks = (origin + len(whole) - run_start) // block
        border = run_start + max(0, blocks - 1) * block
        held_from = run.held_from(whole, (start, len(whole)), origin, border)
        if held_from is None:
            return len(text)
        return max(0, self._cut(text, held_from) - self._past.base)

    def _cut(self, text: str, at: int) -> int:
        """`at`, or the beginning of the name that a cut there would lay bare.

        "Annabc9..." names no Anna, but cut in front of "bc9" it would.
        """
        bare = self._mention_leaks(text[: max(0, at - self._past.base)], closed=True)
        return min((leak.start for leak in bare), default=at)

    def _release(self, text: str, hold: int) -> str:
        released, self._held = text[:hold], text[hold:]
        self._quiet = None
        if released:
            self._past.add(released)
            if self._coded is not None:
                self._coded.forget(self._past.base)
        return released
