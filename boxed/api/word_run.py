"""Chunks of one stream that came together and differ in their words alone, kept as those words.

    form = form_of(b'{"choices":[{"index":0,"delta":{"content":"Hi"}}]}', chunk, (0, "Hi"))
    form.run([event, event, other])     ->  a Run of two: a sequence of chunks, each made when it is
                                            asked for; its `words` are ["Hi", " there"]

Most products write every chunk of a choice alike. So the words of one network read are cut out of
it and put into what is sent, and no object is read and written anew for each of them. Random
padding (OpenAI's "obfuscation") may differ too, and goes on with the chunk that it came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import overload

import orjson

from boxed.api.chat import Body
from boxed.api.plain_words import Words, with_words

__all__ = ["Form", "Run", "form_of"]

# The insides of JSON strings, with a zero between them.
_STRINGS = re.compile(rb'(?:[^"\\\x01-\x1f]+|\\["\\/bfnrtu])*+')
_BETWEEN = b"\x00"
_PLAIN = re.compile(rb'[^"\\\x00-\x1f\x80-\xff]+')
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_PADDING = "obfuscation"
_PAD = re.compile(rb"[A-Za-z0-9_+/=-]*")
_PROBE, _PAD_PROBE = "\u2420words\u2420", "\u2420padding\u2420"
_PLACES = 16  # of the same words in one chunk that are tried


@dataclass(frozen=True, slots=True)
class Form:
    """All of a chunk of choice `index` but its words; `chunk` is one with some.

    `before` and `after` stand around the words as the product writes them, `opening` and `closing`
    as they are sent. Of a chunk with padding `after` and `closing` have two parts, and the padding
    stands between them.
    """

    index: int
    chunk: Body
    before: bytes
    after: tuple[bytes, ...]
    opening: str
    closing: tuple[str, ...]

    def run(self, events: Sequence[bytes]) -> Run | None:
        """The chunks that `events`, JSON texts, begin with as long as they are of this form.

        One without words is not; None where the first is not.
        """
        if not events[0].startswith(self.before):
            return None
        if len(events) == 1 and len(self.after) == 1 and events[0].endswith(self.after[0]):
            inside = events[0][len(self.before) : -len(self.after[0])]
            if _PLAIN.fullmatch(inside):
                return Run(self, [inside.decode()])
        if len(self.after) == 2:
            parts, pads = self._padded(events)
        else:
            parts, pads = self._plain(events), None
        words = _read(parts)
        if "" in words:
            words = words[: words.index("")]
        return Run(self, words, pads and pads[: len(words)]) if words else None

    def _plain(self, events: Sequence[bytes]) -> list[bytes]:
        """The insides of the strings of words."""
        (after,) = self.after
        text = b"\n".join((*events, b""))
        if text.count(b"\n") != len(events):
            return []
        parts = text[len(self.before) :].split(b"%b\n%b" % (after, self.before))
        *alone, last = parts
        whole = _insides(alone)
        if whole < len(alone):
            last, alone = alone[whole], alone[:whole]
        # Behind the last words of this form something else may follow.
        first, ended, _ = last.partition(b"%b\n" % after)
        return [*alone, first] if ended and _insides((first,)) else alone

    def _padded(self, events: Sequence[bytes]) -> tuple[list[bytes], list[str]]:
        """The insides of the strings of words, and the padding of each."""
        between, after = self.after
        parts: list[bytes] = []
        pads: list[bytes] = []
        for event in events:
            words, found, rest = event[len(self.before) :].partition(between)
            if not (found and event.startswith(self.before) and rest.endswith(after)):
                break
            pad = rest[: -len(after)]
            if not _PAD.fullmatch(pad):
                break
            parts.append(words)
            pads.append(pad)
        return parts[: _insides(parts)], [pad.decode() for pad in pads]


class Run(Sequence[Body]):
    """Chunks of one form; `words` are those of each, none of them empty, `pads` their padding."""

    __slots__ = ("form", "length", "pads", "words")

    def __init__(self, form: Form, words: list[str], pads: list[str] | None = None) -> None:
        self.form = form
        self.words = words
        self.pads = pads
        self.length = len(words[0]) if len(words) == 1 else sum(map(len, words))
        """The characters of all words."""

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, at: int) -> Body: ...
    @overload
    def __getitem__(self, at: slice) -> Run: ...
    def __getitem__(self, at: int | slice) -> Body | Run:
        if isinstance(at, slice):
            return Run(self.form, self.words[at], self.pads and self.pads[at])
        chunk = with_words(self.form.chunk, self.words[at])
        return chunk if self.pads is None else {**chunk, _PADDING: self.pads[at]}

    def __iter__(self) -> Iterator[Body]:
        return map(self.__getitem__, range(len(self.words)))

    def saying(self, words: Sequence[str]) -> Run | None:
        """The same chunks with other words, without those that say nothing then; None for none."""
        if len(words) == 1 and words[0] and self.pads is None:
            return Run(self.form, [words[0]])
        said = list(filter(None, words))
        pads = None if self.pads is None else list(compress(self.pads, words))
        return Run(self.form, said, pads) if said else None

    def joined(self, between: str) -> str:
        """The JSON texts of the chunks, as `orjson` writes them, with `between` between them."""
        words, form = self.words, self.form
        if _ESCAPED.search(words[0] if len(words) == 1 else "".join(words)):
            words = [orjson.dumps(one)[1:-1].decode() for one in words]
        border = f"{form.closing[-1]}{between}{form.opening}"
        if self.pads is not None:
            middle = form.closing[0]
            words = [f"{one}{middle}{pad}" for one, pad in zip(words, self.pads, strict=True)]
        return f"{form.opening}{border.join(words)}{form.closing[-1]}"


def form_of(event: bytes, chunk: Body, words: Words) -> Form | None:
    """The form of a chunk with plain `words`, read from `event`; None where it cannot be told.

    That the words, and the padding, stand in one place of the text is tried out with others.
    """
    index, said = words
    literal, probe = orjson.dumps(said), orjson.dumps(_PROBE)[1:-1]
    wanted = with_words(chunk, _PROBE)
    pad = chunk.get(_PADDING)
    if pad is not None:
        wanted[_PADDING] = _PAD_PROBE
    written = _around(orjson.dumps(wanted), probe, padded=pad is not None)
    if written is None or b"\n" in event or _BETWEEN in event:
        return None
    start = -1
    for _ in range(_PLACES):
        start = event.find(literal, start + 1)
        if start < 0:
            return None
        tried = event[: start + 1] + probe + event[start + len(literal) - 1 :]
        if pad is not None:
            head, found, tail = tried.rpartition(orjson.dumps(pad))
            tried = head + orjson.dumps(_PAD_PROBE) + tail if found else b""
        around = _around(tried, probe, padded=pad is not None)
        if around is not None and _is(tried, wanted):
            before, *after = around
            opening, *closing = (part.decode() for part in written)
            return Form(index, chunk, before, tuple(after), opening, tuple(closing))
    return None


def _around(text: bytes, probe: bytes, *, padded: bool) -> list[bytes] | None:
    """What stands around the words and the padding that were put in.

    None where they do not stand there once each, in this order.
    """
    parts = text.split(probe)
    if len(parts) != 2:
        return None
    after = parts[1].split(orjson.dumps(_PAD_PROBE)[1:-1])
    return [parts[0], *after] if len(after) == 1 + padded else None


def _is(text: bytes, wanted: Body) -> bool:
    try:
        return orjson.loads(text) == wanted
    except orjson.JSONDecodeError:
        return False


def _insides(parts: Sequence[bytes]) -> int:
    """How many of the parts, from the first on, are insides of JSON strings."""
    joined = _BETWEEN.join((*parts, b""))
    found = _STRINGS.match(joined)
    if found is None or joined.count(_BETWEEN) != len(parts):
        return 0
    return len(parts) if found.end() == len(joined) else found[0].count(_BETWEEN)


def _read(insides: Sequence[bytes]) -> list[str]:
    """The texts of the insides of JSON strings; none where one of them cannot be read."""
    joined = _BETWEEN.join(insides)
    try:
        if b"\\" not in joined:
            return joined.decode().split("\x00") if insides else []
        return orjson.loads(b'["%b"]' % b'","'.join(insides))
    except ValueError:
        return []
