"""A book with three names, real gates over it, and a naive way to read streams."""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from boxed.release.stream import StreamRelease
from guards.compiled import compile_book
from guards.names.mentions import MentionIndex
from guards.release import check
from guards.stream_gate import StreamGate
from guards.verdicts import Leak
from prompts.book import book_of
from prompts.policy import Policy

BOOK = book_of(
    Policy(
        id=f"p-{number}", title=title, kind="person", response="pretend",
        scope=(f"Who is {title}?",), instruction="Forget.",
    )
    for number, title in enumerate(["Hsiao Yun-Hwa", "Voldemort", "蕭雲華"])
)  # fmt: skip
COMPILED = compile_book(BOOK)
INDEX: MentionIndex = COMPILED.mentions


def new_gate() -> StreamGate:
    return COMPILED.gate()


@functools.lru_cache(100_000)
def leak_in(text: str) -> Leak | None:
    return check(text, COMPILED)


def guarded(chunks: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], StreamRelease]:
    """What leaves when these chunks are fed."""
    release = StreamRelease(new_gate)
    out = [one for chunk in chunks for one in release.feed(chunk)]
    return out + release.close(), release


def texts(chunks: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], str]:
    """Every text of every choice, put together by its path, as a client would."""
    found: dict[tuple[Any, ...], str] = {}

    def walk(path: tuple[Any, ...], value: Any) -> None:
        if isinstance(value, str):
            found[path] = found.get(path, "") + value
        elif isinstance(value, dict):
            for key, item in value.items():
                walk((*path, key), item)
        elif isinstance(value, list):
            for place, item in enumerate(value):
                walk((*path, item.get("index", place) if isinstance(item, dict) else place), item)

    for chunk in chunks:
        for choice in chunk["choices"]:
            walk((choice["index"],), choice.get("delta") or {})
            walk((choice["index"], "text"), choice.get("text") or "")
            for field, entries in (choice.get("logprobs") or {}).items():
                walk(
                    (choice["index"], "logprobs", field), "".join(e["token"] for e in entries or ())
                )
    return {path: text for path, text in found.items() if text and path[-1] != "role"}
