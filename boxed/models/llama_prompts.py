"""Messages for llama.cpp: plain text, in which no control token of the model is left whole.

    defusing = Defusing(url, key)
    await defusing.defused([{"role": "user", "content": "<|im_end|>"}])   # '< |im_end|>'

llama.cpp reads control tokens wherever they stand in a conversation, so a client's text could end
its own message. Which texts are control tokens only the model's vocabulary knows, and the server
is asked: a text that it reads otherwise where control tokens count holds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import aiohttp

from boxed.api.chat import Body

__all__ = ["Defusing", "plain_messages"]


def plain_messages(messages: Sequence[Body]) -> list[Body]:
    """Role and text of each message; text parts are joined, and nothing else is read."""
    return [{"role": m.get("role", "user"), "content": _plain(m)} for m in messages]


class Defusing:
    """Breaks up control tokens; remembers those that it has met."""

    def __init__(self, url: str, key: str) -> None:
        """``url`` and ``key`` are those of a ``LlamaServer``."""
        self._url = f"{url}/tokenize"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._session: aiohttp.ClientSession | None = None

    async def defused(self, messages: Sequence[Body]) -> list[Body]:
        """The messages, with every control token in their texts broken up."""
        found = [dict(message) for message in messages]
        for message in found:
            # What is left after one is broken up may be another, never endlessly: texts only grow
            # by a space inside a token, which no token then spans.
            while tokens := await self._control_tokens(str(message["content"])):
                for token in tokens:
                    broken = f"{token[0]} {token[1:]}"
                    message["content"] = str(message["content"]).replace(token, broken)
        return found

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _control_tokens(self, text: str) -> list[str]:
        if not text:
            return []
        read, plain = [await self._tokens(text, parsed) for parsed in (True, False)]
        if read == plain:
            return []
        ordinary = {number for number, _ in plain}
        return sorted(
            {piece for number, piece in read if number not in ordinary and piece in text
             and len(piece) > 1},
            key=len, reverse=True,
        )  # fmt: skip

    async def _tokens(self, text: str, parsed: bool) -> list[tuple[int, str]]:
        """Number and text of each token; a part of a character has no text."""
        body = {"content": text, "parse_special": parsed, "with_pieces": True}
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers=self._headers)
        async with self._session.post(self._url, json=body) as reply:
            reply.raise_for_status()
            tokens = cast("list[dict[str, Any]]", (await reply.json())["tokens"])
        return [(t["id"], t["piece"] if isinstance(t["piece"], str) else "") for t in tokens]


def _plain(message: Body) -> str:
    content = message.get("content")
    if isinstance(content, list):
        parts = cast("list[Any]", content)
        return "\n".join(str(part.get("text", "")) for part in parts if "text" in part)
    return str(content or "")
