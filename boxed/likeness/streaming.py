"""A whole reply as the chunks that the product would have sent, and what a gate would pass on.

Every chunk is an outline of the product's own, filled: the one with the role, those with words, the
end, the counts. They then run through the gates like any stream, because a gate holds some letters
back and joins chunks. The words were judged already, so a name that the client itself said is no
leak here: for the gates its letters are others, of the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Any

from boxed.api.chat import Body, Endpoint
from boxed.likeness.choices import Written, in_shape
from boxed.likeness.filling import CHAT_CHUNK, TEXT_CHUNK, Counts, filled_choice, filled_top
from boxed.likeness.memory import Streamed
from boxed.likeness.outline import alike
from boxed.release.gate import Gate, NewGate
from boxed.release.stream import StreamRelease
from guards.verdicts import Leak

__all__ = ["Head", "as_stream", "continuing", "gated_alike"]

_LETTERS = "oneral"
_TRIES = 6


@dataclass(slots=True)
class Head:
    """What all chunks of one stream share.

    ``fresh`` are fields of the product's own for this request; ``counted`` says that the client
    wants the counts in the end.
    """

    form: Streamed
    counts: Counts
    fresh: Body
    counted: bool
    endpoint: Endpoint
    _own: Body = field(default_factory=dict[str, Any])

    def top(self, form: Body, *, final: bool = False) -> Body:
        """The fields beside the choices; the same id and time in every chunk."""
        if not self._own:
            known = {k: form[k] for k in ("id", "created") if k in form}
            made = filled_top({"id": "", **known}, None, None, self.fresh, self.form.offset)
            made["id"] = self.fresh.get("id") or alike(str(known.get("id") or self._plain["id"]))
            self._own = made
        out = filled_top(
            form, self.counts, self.form.counts, {**self.fresh, **self._own}, self.form.offset
        )
        if not final and isinstance(out.get("usage"), dict) and form.get("usage") is None:
            out["usage"] = None
        return out

    @property
    def kind(self) -> str:
        """The field of a choice that holds the words."""
        return "delta" if self.endpoint == "chat/completions" else "text"

    @property
    def _plain(self) -> Body:
        return CHAT_CHUNK if self.kind == "delta" else TEXT_CHUNK

    def chunk(self, form: Body | None, row: Written, said: Body, reason: str | None) -> Body:
        """One chunk of a choice."""
        chosen = form or {**self._plain, "model": self.fresh.get("model", "")}
        out = self.top(chosen, final=reason is not None)
        out["choices"] = [filled_choice(chosen, row.index, self.kind, said, reason)]
        return out

    def usage(self) -> list[Body]:
        """The chunk with the counts, where the product sends one of its own."""
        if not self.counted or (self.form.end is not None and self.form.usage is None):
            return []  # it sends none, or counts in the chunk that ends a choice
        form = self.form.usage or {**(self.form.words or self.form.first or self._plain)}
        out = self.top({**form, "choices": []}, final=True)
        if not isinstance(out.get("usage"), dict):
            prompt, said = self.counts or (0, 0)
            out["usage"] = {"prompt_tokens": prompt, "completion_tokens": said,
                            "total_tokens": prompt + said}  # fmt: skip
        return [out]


def as_stream(head: Head, rows: Sequence[Written]) -> list[Body]:
    """All chunks of a reply, choice after choice, or in turns where the product takes them."""
    streams = [[*_opening(head, row), *continuing(head, row, opened=True)] for row in rows]
    if head.form.in_turns:
        ordered = [one for turn in zip_longest(*streams) for one in turn if one is not None]
    else:
        ordered = [one for stream in streams for one in stream]
    return [*ordered, *head.usage()]


def continuing(head: Head, row: Written, *, opened: bool = False) -> Iterator[Body]:
    """The chunks with a choice's words, calls and end; with ``opened`` they are its first."""
    form = head.form
    if form.at_once and opened:
        whole: Body = {"text": row.text} if head.kind == "text" else row.said(head.kind)
        only = head.chunk(form.end, row, whole, row.reason)
        if row.entries is not None:
            only["choices"][0]["logprobs"] = row.logprobs(head.kind)
        yield only
        return
    words = form.words or form.first
    first = form.first if opened and form.first else words
    entries, at = row.entries, 0
    logged = entries is not None and len(entries) == len(row.pieces)
    for number, piece in enumerate(row.pieces):
        said: Body = {"text": piece} if head.kind == "text" else {"content": piece}
        chunk = head.chunk(first if number == 0 else words, row, said, None)
        if logged and entries is not None:
            chunk["choices"][0]["logprobs"] = in_shape([entries[number]], head.kind, at)
        at += len(piece)
        yield chunk
    for key, value in row.more.items():
        calls = [{**call, "index": n} for n, call in enumerate(value)] if key == "tool_calls" else 0
        yield head.chunk(words, row, {"content": None, key: calls or value}, None)
    yield head.chunk(form.end or _ended(words), row, _nothing(head), row.reason)


def _ended(words: Body | None) -> Body | None:
    """The end of a stream of which only words were seen."""
    if words is None:
        return None
    choices = [{**one, "delta": {}} if "delta" in one else one for one in words["choices"]]
    return {**words, "choices": choices}


def _nothing(head: Head) -> Body:
    return {"text": ""} if head.kind == "text" else {}


def gated_alike(
    batches: Sequence[Sequence[Body]], rows: Sequence[Written], new_gate: NewGate
) -> list[list[Body]]:
    """What would leave of each batch of a stream, had the product sent them."""
    releases = {row.index: StreamRelease(_alike(row.text, new_gate)) for row in rows}
    left: list[list[Body]] = []
    for batch in batches:
        out: list[Body] = []
        for index, some in groupby(batch, _choice_of):
            release, chunks = releases.get(index), list(some)
            out += chunks if release is None else release.feed_some(chunks)
        left.append(out)
    return left


def _choice_of(chunk: Body) -> int:
    choices = chunk["choices"]
    return choices[0]["index"] if choices else -1


def _opening(head: Head, row: Written) -> list[Body]:
    form = head.form
    if head.kind == "text" or (form.opening is None and (form.words or form.at_once)):
        return []  # a product whose first words come with the role
    said: Body = {} if form.opening is not None else {"role": "assistant", "content": ""}
    return [head.chunk(form.opening, row, said, None)]


def _alike(text: str, new_gate: NewGate) -> Callable[[], Gate]:
    other = _unnamed(text, new_gate)
    return lambda: _Alike(new_gate(), text, other)


def _unnamed(text: str, new_gate: NewGate) -> str:
    """A text of the same length in which the gate finds nothing."""
    for _ in range(_TRIES):
        gate = new_gate()
        gate.feed(text)
        gate.close()
        if gate.leak is None:
            return text
        start, end = gate.leak.start, max(gate.leak.end, gate.leak.start + 1)
        text = text[:start] + _lettered(text[start:end]) + text[end:]
    return _lettered(text)


def _lettered(text: str) -> str:
    return "".join(
        _LETTERS[n % len(_LETTERS)] if letter.isalnum() else letter for n, letter in enumerate(text)
    )


class _Alike:
    """A gate that holds back as long as the inner one does of another text, and finds nothing."""

    leak: Leak | None = None

    def __init__(self, inner: Gate, text: str, other: str) -> None:
        self._inner, self._text, self._other = inner, text, other
        self._at = self._out = 0
        self._strange = False  # fed what is not the text, such as the same with escapes read

    def feed(self, delta: str, /) -> str:
        if self._strange or not self._text.startswith(delta, self._at):
            held = "" if self._strange else self._text[self._out : self._at]
            self._strange = True
            return held + delta
        start, self._at = self._at, self._at + len(delta)
        free = len(self._inner.feed(self._other[start : self._at]))
        start, self._out = self._out, self._at if self._inner.leak else self._out + free
        return self._text[start : self._out]

    def close(self) -> str:
        if self._strange:
            return ""
        start, self._out = self._out, self._at
        return self._text[start : self._at]
