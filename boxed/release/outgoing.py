"""What leaves a stream only as a whole: tool calls, and replies that a client will parse as JSON.

    out = Outgoing(new_gate, whole=json_mode)
    out.feed(chunk with '{"city": "Par')   -> []              its call is not complete yet
    out.feed(chunk with finish_reason)     -> the call's chunks as they came, and the end

Half a call is worse than none: clients mend `{"name":"` and carry it out. So the calls of a choice
wait for its finish reason, all of them, and none leaves if any text of the choice leaks or if one
of them breaks off. Behind a held chunk every later one of its choice waits too, in its order. With
`whole` the words wait as well: half a JSON text is no JSON text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from boxed.api.chat import Body
from boxed.api.plain_words import Words, plain_words
from boxed.api.word_run import Run
from boxed.release.fields import mapping, sequence
from boxed.release.gate import NewGate
from boxed.release.stream import Fed, StreamRelease
from guards.verdicts import Leak

__all__ = ["Outgoing", "breaks_off", "without_broken_calls"]

_CALLS = ("tool_calls", "function_call")
_END_REASONS = frozenset({"tool_calls", "function_call"})


class Outgoing:
    """Guards the chunks of one reply; `leak` and `released` are as `StreamRelease` has them.

    `said` are the words of each choice that have left.
    """

    def __init__(self, new_gate: NewGate, *, whole: bool = False) -> None:
        self.released = False
        self.said: dict[int, str] = {}
        self._release = StreamRelease(new_gate)
        self._whole = whole
        self._held: dict[int, list[Body]] = {}
        self._told = False

    @property
    def leak(self) -> Leak | None:
        """The first leak."""
        return self._release.leak

    @property
    def leaked_choices(self) -> frozenset[int]:
        """Numbers of the choices that may say nothing more."""
        return self._release.leaked_choices

    def feed(self, chunk: Body) -> list[Body]:
        """Take the product's next chunk; returns the chunks that may leave now."""
        before = self.leaked_choices
        return self._sifted(self._release.feed(chunk), before)

    def feed_some(
        self, chunks: Sequence[Body], at: int = 0, words: Sequence[Words | None] | None = None
    ) -> tuple[list[Body], int]:
        """Take chunks that came together from number `at` on, up to the first that leaks.

        Returns the chunks that may leave now, and how many of `chunks` are done. `words` are what
        `plain_words` says of each of `chunks`, where that is known already.
        """
        before = self.leaked_choices
        plain = [plain_words(chunk) for chunk in chunks] if words is None else words
        out: list[Body] = []
        while at < len(chunks):
            fed = self._release.feed_part(chunks, at, plain)
            at = fed.done
            if fed.said is not None and not (self._held or self._whole):
                self._note(*fed.said)
                out += fed.left
                continue
            out += self._left_of(fed, before)
            if self.leaked_choices != before:
                break
        return out, at

    def feed_run(self, run: Run, at: int = 0) -> tuple[list[Sequence[Body]], int]:
        """`feed_some` for chunks of one form; what may leave is in batches."""
        before = self._release.leaked_choices
        waits = bool(self._held) or self._whole
        fed = None if waits else self._release.feed_run(run[at:] if at else run)
        if fed is None:
            # A choice's first words are read with all that stands around them; then it goes on.
            some = run[:1] if at == 0 and not waits else run
            out, at = self.feed_some(some, at)
            return [out] if out else [], at
        if fed.said is None:
            left: Sequence[Body] = self._left_of(fed, before)
        else:
            self._note(*fed.said)
            left = fed.left
        return [left] if left else [], at + fed.done

    def close(self) -> list[Body]:
        """The stream is over: what was held back leaves, up to a leak; of calls, whole ones."""
        before = self.leaked_choices
        out = self._sifted(self._release.close(), before)
        rest = [one for index in list(self._held) for one in _complete(self._held.pop(index))]
        self._count(rest, quietly=self.leaked_choices != before)
        return [*out, *rest]

    def replace(self, choice: int, text: str) -> list[Body]:
        """Chunks that say `text` in place of the rest of a choice, and end it with "stop"."""
        out = self._release.replace(choice, text)
        self._count(out)
        return out

    def _note(self, index: int, said: str) -> None:
        """These words of a choice leave as they are."""
        if said:
            self.said[index] = self.said.get(index, "") + said
            self._told = self.released = True

    def _left_of(self, fed: Fed, before: frozenset[int]) -> list[Body]:
        out = self._sifted(fed.left, self.leaked_choices)
        return out if self.leaked_choices == before else [*out, *self._sifted(fed.late, before)]

    def _sifted(self, chunks: Sequence[Body], before: frozenset[int]) -> list[Body]:
        out = [ready for chunk in chunks for ready in self._pass(chunk)]
        for index in self.leaked_choices:
            self._held.pop(index, None)
        self._count(out, quietly=self.leaked_choices != before)
        return out

    def _pass(self, chunk: Body) -> list[Body]:
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices:
            return [chunk]
        kept: list[Any] = []
        ready: list[Body] = []
        for choice in cast("list[Any]", choices):
            index = _index(choice)
            if index not in self._held and not self._waits(mapping(choice)):
                kept.append(choice)
                continue
            held = self._held.setdefault(index, [])
            held.append({**chunk, "choices": [choice]})
            if mapping(choice).get("finish_reason") is not None:
                ready += _complete(self._held.pop(index))
        if len(kept) == len(cast("list[Any]", choices)):
            return [chunk]
        first = [{**chunk, "choices": kept}] if kept or chunk.get("usage") is not None else []
        return [*first, *ready]

    def _waits(self, choice: Body) -> bool:
        delta = mapping(choice.get("delta"))
        if any(delta.get(key) for key in _CALLS):
            return True
        return self._whole and bool(delta.get("content") or choice.get("text"))

    def _count(self, out: list[Body], *, quietly: bool = False) -> None:
        """Note what has left. Words in front of a leak, in the very call that finds it, wait."""
        for chunk in out:
            for choice in sequence(chunk.get("choices")):
                delta = mapping(mapping(choice).get("delta"))
                words = delta.get("content") or mapping(choice).get("text")
                index = _index(choice)
                if isinstance(words, str):
                    self.said[index] = self.said.get(index, "") + words
                self._told = self._told or _tells(delta, words)
        if self._told and not quietly:
            self.released = True


def breaks_off(arguments: str) -> bool:
    """Does a text of JSON end within a string or a bracket? Other faults are the product's own."""
    depth, quoted, escaped = 0, False, False
    for letter in arguments:
        if quoted:
            quoted, escaped = escaped or letter != '"', not escaped and letter == "\\"
        elif letter == '"':
            quoted = True
        else:
            depth += (letter in "{[") - (letter in "}]")
    return quoted or depth > 0


def without_broken_calls(body: Body) -> Body | None:
    """A whole reply without calls that break off; None where it has none and may stay as it is."""
    choices = [mapping(choice) for choice in sequence(body.get("choices"))]
    if not any(_broken(_arguments([mapping(one.get("message"))])) for one in choices):
        return None
    return {**body, "choices": [_without_calls(one, "message") for one in choices]}


def _complete(held: list[Body]) -> list[Body]:
    """A choice's held chunks as they came; without its calls where one of them breaks off."""
    choices = [mapping(chunk["choices"][0]) for chunk in held]
    if not _broken(_arguments([mapping(choice.get("delta")) for choice in choices])):
        return held
    bare = [_without_calls(choice, "delta") for choice in choices]
    return [
        {**chunk, "choices": [choice]}
        for chunk, choice in zip(held, bare, strict=True)
        if choice.get("delta") or choice.get("finish_reason") is not None
    ]


def _without_calls(choice: Body, field: str) -> Body:
    said = {key: value for key, value in mapping(choice.get(field)).items() if key not in _CALLS}
    reason = choice.get("finish_reason")
    return {**choice, field: said, "finish_reason": "stop" if reason in _END_REASONS else reason}


def _broken(arguments: dict[str, str]) -> bool:
    return any(breaks_off(text) for text in arguments.values())


def _arguments(said: list[Body]) -> dict[str, str]:
    """The arguments of every function call, put together by the number of the call."""
    found: dict[str, str] = {}
    for one in said:
        calls = [(f"call {position}", call) for position, call in _numbered(one)]
        if one.get("function_call"):
            calls.append(("legacy", {"function": one["function_call"]}))
        for name, call in calls:
            text = mapping(call.get("function")).get("arguments")
            if isinstance(text, str):
                found[name] = found.get(name, "") + text
    return found


def _numbered(said: Body) -> list[tuple[int, Body]]:
    calls = [mapping(call) for call in sequence(said.get("tool_calls"))]
    numbers = [call.get("index", position) for position, call in enumerate(calls)]
    return [(number, call) for number, call in zip(numbers, calls, strict=True)]


def _index(choice: Any) -> int:
    index = mapping(choice).get("index")
    return index if isinstance(index, int) else 0


def _tells(delta: Body, words: Any) -> bool:
    return bool(words) or any(value for key, value in delta.items() if key not in ("role", "index"))
