"""A whole reply: looks for a leak in every place where text can leave.

    leak_in({"choices": [{"message": {"content": "It was Hsiao Yun-Hwa."}}]}, check)

walks the message's content, refusal, reasoning, audio transcript, tool calls and their arguments
(as they stand and with their JSON escapes read), annotations, log-probabilities, and every field
that it does not know. Identifiers are passed over only where OpenAI's objects have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from boxed.api.chat import Body
from boxed.release.fields import AUDIO, CALL, CHOICE, GAP, MESSAGE, TOP, mapping, sequence, texts_of
from boxed.release.json_escapes import decode
from boxed.release.logprobs import alternatives, entries, spelled, token_texts

__all__ = ["leak_in"]

Found = TypeVar("Found")
Check = Callable[[str], Found | None]


def leak_in(body: Body, check: Check[Found]) -> Found | None:
    """The first leak that `check` finds in a chat or text completion, or None."""
    for text in _texts(body):
        if found := _checked(text, check):
            return found
    for choice in sequence(body.get("choices")):
        if found := _in_logprobs(mapping(choice).get("logprobs"), check):
            return found
    return None


def _checked(text: str, check: Check[Found]) -> Found | None:
    found = check(text)
    if found is None and "\\" in text:
        found = check(decode(text))
    return found


def _texts(body: Body) -> Iterator[str]:
    for key, value in body.items():
        if key == "choices" and isinstance(value, list):
            for choice in sequence(value):
                yield from _choice_texts(choice)
        elif key not in TOP or (key != "usage" and isinstance(value, dict | list)):
            yield from texts_of({key: value})


def _choice_texts(choice: Any) -> Iterator[str]:
    if not isinstance(choice, dict):
        yield from texts_of(choice)
    for key, value in mapping(choice).items():
        if key in ("message", "delta"):
            yield from _message_texts(mapping(value))
        elif key != "logprobs" and (key not in CHOICE or isinstance(value, dict | list)):
            yield from texts_of({key: value})


def _message_texts(message: Body) -> Iterator[str]:
    for key, value in message.items():
        if key == "tool_calls":
            for call in sequence(value):
                yield from _outside(call, CALL)
        elif key == "audio":
            yield from _outside(value, AUDIO)
        elif key == "content" and isinstance(value, list):
            parts = [part.get("text") for part in map(mapping, sequence(value))]
            yield "".join(part for part in parts if isinstance(part, str))
            yield from texts_of(sequence(value))
        elif key not in MESSAGE:
            yield from texts_of({key: value})


def _outside(value: Any, identifiers: frozenset[str]) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from texts_of(value)
    for key, item in mapping(value).items():
        if key not in identifiers:
            yield from texts_of({key: item})


def _in_logprobs(logprobs: Any, check: Check[Found]) -> Found | None:
    if not logprobs:
        return None
    lists = entries(logprobs)
    apart: list[str] = []
    for found in lists.values():
        tokens = "".join(str(entry.get("token", "")) for entry in found)
        spelling = b"".join(map(spelled, found)).decode("utf-8", "ignore")
        for text in dict.fromkeys((tokens, spelling)):
            if leak := _checked(text, check):
                return leak
        for entry in found:
            apart += token_texts(entry)
            apart += alternatives(entry)
    tokens = mapping(logprobs).get("tokens")
    if isinstance(tokens, list):
        joined = "".join(token for token in sequence(tokens) if isinstance(token, str))
        if leak := _checked(joined, check):
            return leak
    rest = {key: value for key, value in mapping(logprobs).items() if key not in lists}
    apart += texts_of(rest or (None if isinstance(logprobs, dict) else logprobs))
    return _apart(apart, check)


def _apart(texts: Iterable[str], check: Check[Found]) -> Found | None:
    """Check many short texts, each on its own: in one pass, and one by one only if that finds."""
    unique = list(dict.fromkeys(texts))
    if not unique or _checked(GAP.join(unique), check) is None:
        return None
    for text in unique:
        if found := _checked(text, check):
            return found
    return None
