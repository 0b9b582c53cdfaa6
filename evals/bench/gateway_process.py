"""The gateway under test: `python -m evals.bench.gateway_process UPSTREAM POLICIES MODE`.

MODE is lexical or semantic. Prints the port, the seconds that the book took to compile, the
process's memory in MiB once it serves, and its id.
"""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
import time

import orjson
import uvloop

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.serve import server
from boxed.models.openai_http import HttpModel
from boxed.settings import Settings
from boxed.store.embedding import load_embedder
from evals.bench.coined import coined_policies
from prompts.book import book_of

__all__ = ["main"]


async def main(upstream: str, policies: int, semantic: bool) -> None:
    """Serve until the process is ended."""
    book = book_of(coined_policies(policies))
    embed = load_embedder(Settings(semantic=True)) if semantic else None
    began = time.perf_counter()
    box = Box(Models(HttpModel(upstream)), book, embed)
    compiled = time.perf_counter() - began
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ready = {"port": listening.getsockname()[1], "compiled": compiled, "memory": memory,
             "pid": os.getpid()}  # fmt: skip
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()
    await server(box).serve(sockets=[listening])
    await asyncio.sleep(0)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "semantic"))
