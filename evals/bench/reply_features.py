"""Everything of a reply but its words, as numbers: fields, counts, lengths, reasons, bytes, chunks.

    of_whole(reply, request)["usage.prompt_tokens"]  ->  14.0

Times are left out: the time of creation, and speeds that a product gives of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import orjson

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.token_logprobs import values_in

__all__ = ["of_stream", "of_whole"]

_TIMES = re.compile(r"created|_ms$|per_second$")
_WORDS = frozenset({"content", "text"})
_LISTED = re.compile(r"logprobs")


def of_whole(reply: ChatReply, request: ChatRequest) -> dict[str, float]:
    """The numbers of a whole reply as its bytes have them."""
    raw = reply.raw if reply.raw is not None else orjson.dumps(reply.body)
    body = orjson.loads(raw)
    row = dict(_numbers(body))
    said = [_words(choice) for choice in body["choices"]]
    row |= _lengths(said, body.get("usage"), request)
    row["bytes around"] = float(len(raw) - sum(len(text.encode()) for text in said))
    row["blanks"] = float(raw.count(b'": ')) / max(raw.count(b'":'), 1)
    row["last byte"] = float(raw[-1])
    row["order"] = float(hash(tuple(body)) % 1009)
    row["alike choices"] = float(len(set(said)) < len(said))
    return row | _logged(body["choices"])


def of_stream(chunks: Sequence[Body], request: ChatRequest) -> dict[str, float]:
    """The numbers of a stream: of its first, second and last chunks, and of all its pieces."""
    row: dict[str, float] = {"chunks": float(len(chunks))}
    row["ids"] = float(len({chunk.get("id") for chunk in chunks}))
    for place in (0, 1, -2, -1):
        chunk = chunks[place] if -len(chunks) <= place < len(chunks) else {}
        row |= {f"{place}/{name}": value for name, value in _numbers(chunk)}
    pieces = [_words(choice) for chunk in chunks for choice in chunk["choices"]]
    words = [piece for piece in pieces if piece]
    sizes = [float(len(piece)) for piece in words] or [0.0]
    row |= {"pieces": float(len(words)), "size": float(np.mean(sizes)),
            "sizes": float(np.std(sizes)), "longest": max(sizes), "first": sizes[0],
            "blank first": float(np.mean([piece[0] == " " for piece in words] or [0.0])),
            "blank last": float(np.mean([piece[-1] == " " for piece in words] or [0.0])),
            }  # fmt: skip
    usage = next((chunk["usage"] for chunk in reversed(chunks) if chunk.get("usage")), None)
    row |= _lengths(["".join(words)], usage, request)
    row["tokens to a piece"] = row.get("tokens", 0.0) - len(words)
    return row | _logged([choice for chunk in chunks for choice in chunk["choices"]])


def _numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every leaf: that it is there, its value if a number, its form if a string."""
    if isinstance(value, dict):
        for key, item in cast("Body", value).items():
            if not _TIMES.search(key) and not _LISTED.search(key):
                yield from _numbers(item, f"{path}.{key}")
            else:
                yield f"{path}.{key}?", 1.0 + (item is None)
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        yield f"{path}#", float(len(items))
        for place, item in enumerate(items[:2]):
            yield from _numbers(item, f"{path}.{place}")
    elif isinstance(value, str):
        name = path.rpartition(".")[2]
        form = re.sub(r"[A-Za-z0-9]{4,}", "x", value) if name == "id" else value
        known = 1.0 if name in _WORDS else 1.0 + hash(form) % 1009
        yield f"{path}={'' if name in _WORDS else form[:40]}", known
        if name == "id":
            yield f"{path}#", float(len(value))
    else:
        yield f"{path}?", 2.0 if value is None else 1.0
        yield path, float(value or 0)


def _lengths(said: Sequence[str], usage: Any, request: ChatRequest) -> dict[str, float]:
    asked = len(str(request.body.get("prompt") or request.body.get("messages")))
    length = sum(map(len, said))
    row = {"length": float(length)}
    if isinstance(usage, dict):
        counts = cast("Body", usage)
        prompt, tokens = float(counts["prompt_tokens"]), float(counts["completion_tokens"])
        row |= {"tokens": tokens, "tokens of a letter": tokens / max(length, 1)}
        row |= {"prompt of a letter": prompt / asked, "prompt": prompt - asked / 5}
        row["sum"] = float(counts["total_tokens"]) - prompt - tokens
    return row


def _logged(choices: Sequence[Any]) -> dict[str, float]:
    values = [value for choice in choices for value in values_in(choice.get("logprobs"))]
    if not values:
        return {"logged": 0.0}
    return {"logged": float(len(values)), "likelihood": float(np.mean(values)),
            "likelihoods": float(np.std(values)), "least": min(values)}  # fmt: skip


def _words(choice: Body) -> str:
    said = choice.get("message") or choice.get("delta") or {}
    return str(said.get("content") or choice.get("text") or "")
