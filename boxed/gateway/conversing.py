"""The conversations that responses go on from, as messages, and what may be shown of them again.

A response is kept with all that was said before it; a conversation grows with each response that
names it. What is kept is screened again with every request that goes on from it, and checked again
before it is shown: a policy may have come since.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from boxed.api.chat import Body, ChatRequest
from boxed.api.fields import maybe_object
from boxed.gateway.contract import BoxLike
from boxed.gateway.errors import RequestError, invalid
from boxed.gateway.kept import Kept
from boxed.gateway.kept_rows import RowsError
from boxed.models.errors import error_body

__all__ = ["Before", "Conversing"]

_log = logging.getLogger("boxed.gateway")
_OFF = (
    "This gateway keeps no conversations; send what was said before in 'input', or have the "
    "setting 'conversations' changed."
)


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before a request, and the conversation that its reply belongs to."""

    messages: tuple[Body, ...] = ()
    conversation: str | None = None
    metadata: Body | None = None


class Conversing:
    """Reads and writes what is kept; ``kept`` None where nothing is."""

    def __init__(self, kept: Kept | None, box: BoxLike) -> None:
        self._kept = kept
        self._box = box

    @property
    def keeps(self) -> bool:
        """Is anything kept?"""
        return self._kept is not None

    async def before(self, owner: bytes, body: Body) -> Before:
        """What a request goes on from; raises RequestError."""
        response, named = body.get("previous_response_id"), body.get("conversation")
        if response is not None and named is not None:
            raise invalid(
                "'previous_response_id' and 'conversation' exclude each other; send one.",
                "conversation",
            )
        if response is not None:
            found = await self._found(owner, response, "previous_response_id")
            return Before(tuple(found["messages"]))
        if named is not None:
            id = maybe_object(named).get("id") if isinstance(named, dict) else named
            found = await self._found(owner, id, "conversation")
            return Before(tuple(found["messages"]), str(id), found)
        return Before()

    async def keep(
        self,
        owner: bytes,
        before: Before,
        messages: Sequence[Body],
        response: Body,
        tenant: str | None,
    ) -> None:
        """Keep a response with all ``messages`` up to its own.

        One that cannot be kept, on a full disk or for its size, says so in its ``store``.
        """
        if response["store"]:
            met = self._box.in_force(tenant)
            value = {"messages": messages, "response": response, "met": met}
            response["store"] = await self._put(owner, response["id"], value)
        if before.conversation is not None:
            held = {**(before.metadata or {}), "messages": messages}
            await self._put(owner, before.conversation, held)

    async def response(self, owner: bytes, id: str, tenant: str | None) -> Body:
        """A response that was kept; raises RequestError (404), also where it may not leave now."""
        found = await self._get(owner, id)
        if found is None or "response" not in found:
            raise _unknown("response")
        response: Body = found["response"]
        asked = ChatRequest({"messages": found["messages"][:-1]}, tenant=tenant)
        said = {"choices": [{"index": 0, "message": {"output": response["output"]}}]}
        if not await self._box.may_leave(asked, said, found["met"]):
            await self.delete(owner, id)
            raise _unknown("response")
        return response

    async def begun(self, owner: bytes, messages: Sequence[Body], metadata: Any) -> Body:
        """A new conversation; raises RequestError."""
        if self._kept is None:
            raise _refused("conversation")
        id = f"conv_{uuid.uuid4().hex}"
        held = {"created_at": int(time.time()), "metadata": metadata or {}}
        await self._put(owner, id, {**held, "messages": list(messages)})
        return {"id": id, "object": "conversation", **held}

    async def conversation(self, owner: bytes, id: str) -> Body:
        """A conversation as an object, without what was said; raises RequestError (404)."""
        found = await self._get(owner, id)
        if found is None or "response" in found:
            raise _unknown("conversation")
        held = {key: found[key] for key in ("created_at", "metadata")}
        return {"id": id, "object": "conversation", **held}

    async def delete(self, owner: bytes, id: str) -> bool:
        """Delete what is kept under an id; False where nothing is."""
        if self._kept is None:
            return False
        with _told():
            return await asyncio.to_thread(self._kept.delete, owner, id)

    async def _found(self, owner: bytes, id: Any, param: str) -> Body:
        if not isinstance(id, str):
            raise invalid(f"'{param}' must be the id of what was said before.", param)
        if self._kept is None:
            raise _refused(param)
        found = await self._get(owner, id)
        what = "response" if param == "previous_response_id" else "conversation"
        if found is None or ("response" in found) != (what == "response"):
            raise invalid(
                f"Previous {what} not found; it never was, is too old, or is another client's. "
                "Send what was said before in 'input'.",
                param,
                code=f"previous_{what}_not_found",
            )
        return found

    async def _get(self, owner: bytes, id: str) -> Body | None:
        if self._kept is None:
            return None
        with _told():
            return await asyncio.to_thread(self._kept.get, owner, id)

    async def _put(self, owner: bytes, id: str, value: Body) -> bool:
        if self._kept is None:
            return False
        try:
            kept = await asyncio.to_thread(self._kept.put, owner, id, value)
            if not kept:
                # What went before must not stand for the whole.
                await self.delete(owner, id)
        except (RowsError, RequestError) as error:
            kept = False
            _log.error("conversation not kept exception=%s", type(error).__qualname__)
        return kept


@contextmanager
def _told() -> Generator[None]:
    """Says to a client that what is kept cannot be reached now."""
    try:
        yield
    except RowsError as error:
        _log.error("conversations cannot be reached: %s", error)
        body = error_body(
            "Conversations cannot be read at this moment; send the request again, or what was "
            "said before in 'input'.",
            "server_error",
            code="conversations_unavailable",
        )
        raise RequestError(503, body, {"Retry-After": "1"}) from None


def _refused(param: str) -> RequestError:
    return invalid(_OFF, param, code="unsupported_parameter")


def _unknown(what: str) -> RequestError:
    return invalid(f"No such {what}; it never was, is too old, or was deleted.", "id", status=404)
