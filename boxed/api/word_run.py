"""Chunks of one stream that came together and differ in their words alone, kept as those words.

    form = form_of(b'{"choices":[{"index":0,"delta":{"content":"Hi"}}]}', chunk, (0, "Hi"))
    form.words_of([event, event, other])   ->  ["Hi", " there"]
    Run(form, ["Hi", " there"])            ->  a sequence of chunks, each made when it is asked for

Most products write every chunk of a choice alike. So the words of one network read are cut out of
it and put into what is sent, and no object is read and written anew for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import orjson

from boxed.api.chat import Body
from boxed.api.plain_words import Words, with_words

__all__ = ["Form", "Run", "form_of"]

# The insides of JSON strings, with a zero between them.
_STRINGS = re.compile(rb'(?:[^"\\\x01-\x1f]+|\\["\\/bfnrtu])*+')
_BETWEEN = b"\x00"
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_PROBE = "\u2420words\u2420"
_PLACES = 16  # of the same words in one chunk that are tried


@dataclass(frozen=True, slots=True)
class Form:
    """All of a chunk of choice `index` but its words; `chunk` is one with some.

    `before` and `after` stand around the words as the product writes them, `opening` and `closing`
    as they are sent.
    """

    index: int
    chunk: Body
    before: bytes
    after: bytes
    opening: str
    closing: str

    def words_of(self, events: Sequence[bytes]) -> list[str]:
        """The words of those of `events`, JSON texts of chunks, that are of this form.

        Ends with the first that is not, or has no words.
        """
        if len(events) == 1:
            return self._word_of(events[0])
        text = b"\n".join((*events, b""))
        if not text.startswith(self.before) or _BETWEEN in text:
            return []
        if text.count(b"\n") != len(events):
            return []
        parts = text[len(self.before) :].split(b"%b\n%b" % (self.after, self.before))
        words = _read(self._alone(parts))
        return words[: words.index("")] if "" in words else words

    def _word_of(self, event: bytes) -> list[str]:
        if not event.startswith(self.before) or not event.endswith(self.after):
            return []
        inside = event[len(self.before) : -len(self.after)]
        if not inside or _BETWEEN in inside or not _STRINGS.fullmatch(inside):
            return []
        return _read((inside,))

    def _alone(self, parts: list[bytes]) -> list[bytes]:
        """The parts that are insides of strings; of the first that is more, the words in front."""
        *alone, last = parts
        strings = _STRINGS.match(_BETWEEN.join((*alone, b"")))
        whole = strings.group().count(_BETWEEN) if strings else 0
        if whole < len(alone):
            last, alone = alone[whole], alone[:whole]
        first, ended, _ = last.partition(b"%b\n" % self.after)
        return [*alone, first] if ended and _STRINGS.fullmatch(first) else alone


class Run(Sequence[Body]):
    """Chunks of one form; `words` are those of each, none of them empty."""

    __slots__ = ("form", "length", "words")

    def __init__(self, form: Form, words: list[str]) -> None:
        self.form = form
        self.words = words
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
            return Run(self.form, self.words[at])
        return with_words(self.form.chunk, self.words[at])

    def __iter__(self) -> Iterator[Body]:
        for words in self.words:
            yield with_words(self.form.chunk, words)

    def joined(self, between: str) -> str:
        """The JSON texts of the chunks, as `orjson` writes them, with `between` between them."""
        words, form = self.words, self.form
        if _ESCAPED.search("".join(words)):
            words = [orjson.dumps(one)[1:-1].decode() for one in words]
        border = f"{form.closing}{between}{form.opening}"
        return f"{form.opening}{border.join(words)}{form.closing}"


def form_of(event: bytes, chunk: Body, words: Words) -> Form | None:
    """The form of a chunk with plain `words`, read from `event`; None where it cannot be told.

    That the words stand in one place of the text is tried out with others.
    """
    if b"\n" in event or _BETWEEN in event:
        return None
    index, said = words
    literal, probe = orjson.dumps(said), orjson.dumps(_PROBE)[1:-1]
    wanted = with_words(chunk, _PROBE)
    written = orjson.dumps(wanted)
    start = -1
    for _ in range(_PLACES):
        start = event.find(literal, start + 1)
        if start < 0 or written.count(probe) != 1:
            return None
        before, after = event[: start + 1], event[start + len(literal) - 1 :]
        if _is(before + probe + after, wanted):
            opening, _, closing = written.partition(probe)
            return Form(index, chunk, before, after, opening.decode(), closing.decode())
    return None


def _is(text: bytes, wanted: Body) -> bool:
    try:
        return orjson.loads(text) == wanted
    except orjson.JSONDecodeError:
        return False


def _read(strings: Sequence[bytes]) -> list[str]:
    """The texts of the insides of JSON strings; none where one of them cannot be read."""
    try:
        joined = _BETWEEN.join(strings)
        if b"\\" not in joined:
            return joined.decode().split("\x00") if strings else []
        return orjson.loads(b'["%b"]' % b'","'.join(strings))
    except ValueError:
        return []
