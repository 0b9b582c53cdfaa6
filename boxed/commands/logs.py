"""Log lines on standard error, for people or, one JSON object a line, for machines.

2026-11-29 04:00:00,123 boxed.gateway request id=req_3f2a... status=200
{"time": "2026-11-29T04:00:00.123+00:00", "level": "info", "logger": "boxed.gateway",
 "event": "request", "id": "req_3f2a...", "status": 200}                    (on one line)
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

__all__ = ["JsonLines", "begin"]


def begin(level: str, form: str, worker: int | None = None) -> None:
    """Send every log line from ``level`` on to standard error; ``form`` is text or json.

    ``worker`` is the number of the process, where there are several; every line says it.
    """
    handler = logging.StreamHandler(sys.stderr)
    number = "" if worker is None else f"worker={worker} "
    text = logging.Formatter(f"%(asctime)s {number}%(name)s %(message)s")
    handler.setFormatter(JsonLines(worker) if form == "json" else text)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class JsonLines(logging.Formatter):
    """One object a record; what a message says as ``name=value`` becomes a field of its own.

    Of an exception only the type is written, for its text may hold content.
    """

    def __init__(self, worker: int | None = None) -> None:
        super().__init__()
        self._worker: dict[str, Any] = {} if worker is None else {"worker": worker}

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **self._worker,
            **_told(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__qualname__
        return orjson.dumps(line, default=str).decode()


def _told(message: str) -> dict[str, Any]:
    words = message.split(" ")
    first = next((n for n, word in enumerate(words) if "=" in word), len(words))
    pairs = [word.partition("=") for word in words[first:]]
    if not pairs or not all(name.isidentifier() and mark for name, mark, _ in pairs):
        return {"event": message}
    fields = {name: _value(text) for name, _, text in pairs}
    return {"event": " ".join(words[:first]), **fields}


def _value(text: str) -> Any:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
