"""What is known of a product's replies, learnt as they pass: outlines, counts, cuts, rhythm.

Nothing in it is a word of a reply, or says which client's reply it was learnt from. It is kept for
each endpoint, model asked for and option that changes the fields, and the eldest are dropped.
"""

from __future__ import annotations

import random
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, cast

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.token_logprobs import values_in
from boxed.likeness.cuts import Cuts
from boxed.likeness.json_bytes import COMPACT, Style, style_of
from boxed.likeness.outline import May, outline
from boxed.release.fields import mapping, sequence

__all__ = ["Key", "Known", "Memory", "Streamed", "Whole", "choices_of", "counts_in", "key_of",
           "text_in"]  # fmt: skip

Key = tuple[str, str, bool, bool]
"""Endpoint, model asked for, whether log-probabilities are, and a stream's counts."""

_MOST = 256
_AT_FIRST, _SELDOM = 8, 1.0  # replies that are all learnt from, and seconds between later ones
_REMEMBERED = 256
_USUAL_RATIO = 0.25  # tokens to a character of prose, before a product has counted any


def key_of(request: ChatRequest) -> Key:
    """Under which the form of the reply to this request is known."""
    body = request.body
    options = body.get("stream_options")
    usage = isinstance(options, dict) and bool(cast("Body", options).get("include_usage"))
    return (request.endpoint, str(body.get("model")), bool(body.get("logprobs")), usage)


def counts_in(body: Body) -> tuple[int, int] | None:
    """Prompt and completion tokens as a reply or chunk counts them."""
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, said = (cast("Body", usage).get(f"{of}_tokens") for of in ("prompt", "completion"))
    return (prompt, said or 0) if isinstance(prompt, int) and isinstance(said, int | None) else None


def choices_of(body: Body) -> list[Body]:
    """The choices of a reply or chunk, whatever else stands in their place."""
    return [mapping(one) for one in sequence(body.get("choices")) if isinstance(one, dict)]


def text_in(choice: Body) -> str:
    """The words of a choice, in a message, a delta or a text."""
    for field_name in ("message", "delta"):
        if isinstance(choice.get(field_name), dict):
            said = mapping(choice[field_name]).get("content")
            return said if isinstance(said, str) else ""
    said = choice.get("text")
    return said if isinstance(said, str) else ""


@dataclass(frozen=True, slots=True)
class Whole:
    """The form of a whole reply, how its JSON is written, and what it counted."""

    outline: Body
    style: Style = COMPACT
    counts: tuple[int, int] | None = None
    offset: float | None = None  # seconds of the product's clock ahead of ours


@dataclass(slots=True)
class Streamed:
    """The form of a stream: the outline of its first chunk, of words, of the end, of the counts."""

    opening: Body | None = None
    first: Body | None = None
    words: Body | None = None
    end: Body | None = None
    usage: Body | None = None
    counts: tuple[int, int] | None = None
    offset: float | None = None
    at_once: bool = False  # a choice is one chunk, words and end together
    in_turns: bool = False  # choices take turns, in place of one after the other


@dataclass(slots=True)
class Known:
    """What is known of one model at one endpoint."""

    cuts: Cuts = field(default_factory=Cuts)
    gaps: deque[float] = field(default_factory=lambda: deque[float](maxlen=_REMEMBERED))
    logprobs: deque[float] = field(default_factory=lambda: deque[float](maxlen=_REMEMBERED))
    counted: deque[tuple[int, int]] = field(  # characters said, tokens counted
        default_factory=lambda: deque[tuple[int, int]](maxlen=64)
    )
    cut_off: deque[tuple[int, int]] = field(  # the same of replies that a limit ended
        default_factory=lambda: deque[tuple[int, int]](maxlen=64)
    )
    chunked: deque[tuple[int, int]] = field(  # pieces streamed, tokens counted
        default_factory=lambda: deque[tuple[int, int]](maxlen=64)
    )

    def tokens(self, text: str) -> int:
        """About how many tokens the product would count in what it says."""
        said = sum(characters for characters, _ in self.counted)
        ratio = sum(tokens for _, tokens in self.counted) / said if said else _USUAL_RATIO
        return max(1, round(len(text) * ratio)) if text else 0

    def beginning(self, text: str, tokens: int, most: int) -> str:
        """The first ``most`` of a text's tokens, about as long as the product's beginnings are."""
        pieces = self.cuts.pieces(text, tokens)
        if not most or not self.cut_off:
            return "".join(pieces[:most])
        characters, counted = random.choice(self.cut_off)
        wanted = most * characters / counted
        borders = list(accumulate(map(len, pieces[:-1])))
        return text[: min(borders, key=lambda at: abs(at - wanted))] if borders else text

    def pieces_for(self, tokens: int) -> int:
        """How many pieces a text of so many tokens is streamed in."""
        if not self.chunked:
            return tokens
        pieces = sum(count for count, _ in self.chunked)
        counted = sum(count for _, count in self.chunked)
        if pieces * 5 < counted * 4:  # several tokens to a piece
            return max(1, round(tokens * pieces / counted))
        more, fewer = random.choice(self.chunked)  # as in a reply that was seen
        return max(1, tokens + more - fewer)


class Memory:
    """Everything that is known of one product."""

    def __init__(self, clean: Callable[[str], bool]) -> None:
        """``clean`` says that a text gives nobody away."""
        self._clean = clean
        self.wholes: OrderedDict[Key, Whole] = OrderedDict()
        self.streams: OrderedDict[Key, Streamed] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._strings: OrderedDict[tuple[Key, str], str] = OrderedDict()
        self._learnt: OrderedDict[Key, tuple[int, float]] = OrderedDict()

    def due(self, key: Key) -> bool:
        """Is it time to learn from another reply of this kind? Often at first, then seldom."""
        times, last = self._learnt.get(key, (0, 0.0))
        now = time.monotonic()
        if times >= _AT_FIRST and now - last < _SELDOM:
            return False
        _kept(self._learnt, key, (times + 1, now))
        return True

    def known(self, key: Key) -> Known:
        """What is known of the model that this key names, empty at first."""
        return _kept(self._known, (key[0], key[1]), self._known.get((key[0], key[1])) or Known())

    def may(self, key: Key, where: str) -> May:
        """What may stay of a reply: what was the same in the one before, and is clean."""

        def told(path: str, value: str) -> bool:
            place = (key, f"{where}.{path}")
            same = self._strings.get(place) == value
            _kept(self._strings, place, value, _MOST * 16)
            return same and self._clean(value)

        return May(told, self._clean)

    def whole(self, key: Key, reply: ChatReply, now: float) -> Whole:
        """Learn from a whole reply of the product that may leave, or that nobody will read."""
        form = outline(reply.body, self.may(key, "whole"))
        style = style_of(reply.raw, reply.body) if reply.raw else COMPACT
        counts, known = counts_in(reply.body), self.known(key)
        choices = choices_of(reply.body)
        length = sum(len(text_in(choice)) for choice in choices)
        calls = any(mapping(choice.get("message")).get("tool_calls") for choice in choices)
        if counts and counts[1] and length and not calls:
            cut = all(choice.get("finish_reason") == "length" for choice in choices)
            (known.cut_off if cut else known.counted).append((length, counts[1]))
        for choice in choices:
            known.logprobs.extend(values_in(choice.get("logprobs")))
        found = Whole(form, style, counts, _offset(reply.body, now))
        return _kept(self.wholes, key, found)

    def stream(self, key: Key, found: Streamed) -> None:
        """Remember the form of a stream that had all its parts."""
        _kept(self.streams, key, found)


def _kept(table: OrderedDict[Any, Any], key: Any, value: Any, most: int = _MOST) -> Any:
    table[key] = value
    table.move_to_end(key)
    if len(table) > most:
        table.popitem(last=False)
    return value


def _offset(body: Body, now: float) -> float | None:
    created = body.get("created")
    return created - now if isinstance(created, int | float) else None
