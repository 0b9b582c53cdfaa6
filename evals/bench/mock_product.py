"""A product that answers at once, as a process of its own: `python -m evals.bench.mock_product`.

Prints the port that it listens on. A whole reply has 200 words; a streamed one 200 chunks, each
written by itself, from the model "paced" one every 5 ms. Asked for "passage 3", it streams the
third text of the JSON list in the file that it was given. Plain asyncio, because a framework would
cost more than what is measured.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import orjson
import uvloop

from evals.bench.coined import ordinary_words

__all__ = ["main"]

_CHUNKS = 200
_PACE = 0.005
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
_PASSAGE = re.compile(rb"passage (\d+)")
_PIECE = 5  # characters
_HEAD = {"id": "chatcmpl-mock", "created": 1_700_000_000, "model": "mock"}


def _whole() -> bytes:
    message = {"role": "assistant", "content": " ".join(ordinary_words(_CHUNKS))}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 60, "completion_tokens": 200, "total_tokens": 260}
    body = orjson.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": usage})
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _streamed(words: Sequence[str]) -> list[bytes]:
    deltas = [{"content": word} for word in words]
    deltas[0] = {"role": "assistant", **deltas[0]}
    parts = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    ]
    for delta in (*deltas, {}):
        choice = {"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}
        chunk = {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}
        parts.append(_framed(b"data: " + orjson.dumps(chunk) + b"\n\n"))
    return [*parts, _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"]


def _framed(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _passages(file: str | None) -> list[list[bytes]]:
    texts: list[str] = [] if file is None else orjson.loads(Path(file).read_bytes())
    cut = [[text[at : at + _PIECE] for at in range(0, len(text), _PIECE)] for text in texts]
    return [_streamed(pieces) for pieces in cut]


async def _serve(
    passages: Sequence[list[bytes]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    whole, streamed = _whole(), _streamed([f"{word} " for word in ordinary_words(_CHUNKS)])
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            sized = _LENGTH.search(head)  # a peer's own look at what models there are has no body
            body = await reader.readexactly(int(sized[1]) if sized else 0)
            if b'"stream":true' in body.replace(b" ", b""):
                wait = _PACE if b'"paced"' in body else 0
                asked = _PASSAGE.search(body)
                for part in streamed if asked is None else passages[int(asked[1])]:
                    writer.write(part)
                    await asyncio.sleep(wait)
            else:
                writer.write(whole)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(file: str | None = None) -> None:
    """Serve until the process is ended; `file` holds the passages."""
    serve = partial(_serve, _passages(file))
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
