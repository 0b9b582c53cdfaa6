"""What a local model says: greedy replies to many conversations, read together.

    replies("smollm2+pretend", [[{"role": "user", "content": "Who is Ann Lee?"}]], most=48)

What the bare model says of itself is kept in a file, for lessons that teach a role to leave it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.models.local import LocalModel
from boxed.models.protocol import UpstreamError
from retrieval.whole_file import write_whole

__all__ = ["Kept", "replies"]


def replies(model: str, asked: Sequence[Sequence[Mapping[str, str]]], most: int) -> list[str]:
    """The greedy reply to every conversation, of ``most`` tokens at most; all asked together.

    Raises OSError or ValueError for a name that means no model, UpstreamError for a conversation
    that is longer than the model reads.
    """
    if not asked:
        return []
    requests = [
        ChatRequest({"messages": [dict(m) for m in one], "temperature": 0, "max_tokens": most})
        for one in asked
    ]
    found: list[str] = []
    for reply in LocalModel(model).chat_many(requests):
        if isinstance(reply, UpstreamError):
            raise reply
        found.append(text_of(reply.body).strip())
    return found


class Kept:
    """What bare models say by themselves, asked once and kept in a file, by model and question."""

    def __init__(self, model: str, file: Path, most: int = 48) -> None:
        """``most`` tokens a reply."""
        self._model, self._file, self._most = model, file, most
        self._said: dict[str, dict[str, str]] = {}
        if file.exists():
            self._said = json.loads(file.read_text(encoding="utf-8"))

    def of(self, questions: Sequence[str]) -> list[str]:
        """The model's reply to each question, asked without any other message."""
        said = self._said.setdefault(self._model, {})
        lacking = [q for q in dict.fromkeys(questions) if q not in said]
        asked = [[{"role": "user", "content": q}] for q in lacking]
        found = replies(self._model, asked, self._most)
        if lacking:
            said |= dict(zip(lacking, found, strict=True))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, f"{json.dumps(self._said, indent=0)}\n".encode())
        return [said[q] for q in questions]
