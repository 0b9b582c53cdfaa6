"""A stream of chunks as a product writes it, read into objects, and whole replies in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import aiohttp

from boxed.api.chat import Body, ChatRequest
from boxed.api.plain_words import plain_words
from boxed.api.replies import streamed
from boxed.api.word_run import Form, Run, form_of
from boxed.models.errors import broken_stream, error_event, invalid_reply, timed_out
from boxed.models.halves import Halves, read_json, without_halves
from boxed.models.protocol import UpstreamError
from boxed.models.sse import EventParser, EventTooLongError

__all__ = ["ERROR_BYTES", "ChunkStream", "checked_reply", "json_object"]

ERROR_BYTES = 64 * 1024
"""The most of an error, or of blanks before a reply, that is read."""
_DONE = b"[DONE]"
_EVENT_BYTES = 16 * 1024 * 1024
# A finished stream gets this long to end, so that its connection can be used again.
_LINGER = 1.0
_BLANK = b"\xef\xbb\xbf \t\r\n"
_FORMS = 4  # that a stream may have, before its chunks are taken to have none in common
_TRIES = 4  # to find such chunks in one read, before the rest of it is read one by one


class ChunkStream:
    """One open stream of chunks; `done` once nothing more will come, `broke` if it ended early."""

    def __init__(self, response: aiohttp.ClientResponse, most_bytes: int) -> None:
        self.first: list[Sequence[Body]] = []
        self.done = False
        self.broke = False
        self._response = response
        self._most_bytes = most_bytes
        self._parser = EventParser(min(most_bytes, _EVENT_BYTES))
        self._unread = b""
        self._halves = Halves()
        self._form: Form | None = None
        self._forms = 0
        self._failure: UpstreamError | None = None
        self._open_choices: set[int] = set()
        self._finished = False

    async def begin(self, request: ChatRequest) -> list[Sequence[Body]]:
        """The first chunks; a product that answers whole after all is read as a stream of it."""
        raw = b""
        while not raw.strip(_BLANK) and len(raw) <= ERROR_BYTES:
            read = await self._network_read()
            raw += read
            if not read:
                break
        if not raw.strip(_BLANK).startswith(b"{"):
            self._unread = raw
            return await self.read()
        parts, size = [raw], len(raw)
        while read := await self._network_read():
            parts.append(read)
            size += len(read)
            if size > self._most_bytes:
                raise invalid_reply()
        body = checked_reply(b"".join(parts).strip(_BLANK))[0]
        self.done = True
        usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        chunks = streamed(body, request.endpoint, usage)
        return [chunks] if chunks else []

    async def read(self) -> list[Sequence[Body]]:
        """The chunks of the next network reads, at least one unless the stream is done.

        Those of one form are in a `Run`, those between runs in a list; none of them is empty.
        """
        chunks: list[Sequence[Body]] = []
        while not chunks and not self.done:
            if self._failure is not None:
                raise self._failure
            read, self._unread = self._unread or await self._network_read(), b""
            try:
                chunks = self._chunks(self._parser.feed(read) if read else self._parser.close())
            except EventTooLongError:
                raise invalid_reply() from None
            if not read and not self.done and self._failure is None:
                self._ended()
        return chunks

    async def _network_read(self) -> bytes:
        """What has come; empty at the end."""
        try:
            return await self._response.content.readany()
        except TimeoutError:
            raise timed_out() from None
        except (aiohttp.ClientError, OSError):
            self.broke = True
            raise broken_stream() from None

    def close(self) -> None:
        """Give the connection back if the stream is over, else end it."""
        if not self.done:
            self._response.close()
        elif not self._response.content.at_eof():
            asyncio.get_running_loop().call_later(_LINGER, self._response.close)

    def _chunks(self, events: list[bytes]) -> list[Sequence[Body]]:
        """The events up to the first bad one, which is raised by the next read."""
        found: list[Sequence[Body]] = []
        single: list[Body] = []
        at = tries = 0
        try:
            while at < len(events) and not self.done:
                run = None
                if tries < _TRIES and self._begins(events[at]):
                    tries += 1
                    run = self._run(events[at:] if at else events)
                if run is None:
                    single += self._single(events[at])
                    at += 1
                    continue
                found += [single, run] if single else [run]
                single = []
                at += len(run.words)
        except UpstreamError as failure:
            self._failure = failure
        return [*found, single] if single else found

    def _begins(self, event: bytes) -> bool:
        """May the event be of the form that chunks had last?"""
        form = self._form
        return form is not None and event.startswith(form.before) and not self._halves.waiting

    def _run(self, events: Sequence[bytes]) -> Run | None:
        """The chunks that `events` begin with as long as they are of that form."""
        run = None if self._form is None else self._form.run(events)
        if run is not None:
            self._open_choices.add(run.form.index)
        return run

    def _single(self, event: bytes) -> list[Body]:
        """The chunk of an event; none where it is empty, or says that the stream is done."""
        if event == _DONE:
            self.done = True
        if self.done or not event:
            return []
        return [self._chunk(event)]

    def _chunk(self, event: bytes) -> Body:
        chunk, halves = json_object(event)
        chunk = self._halves.mended(chunk, halves)
        if chunk.get("error") is not None:
            raise error_event(chunk["error"])
        if chunk.get("choices") is None:
            # A ping, a count of tokens: clients find a list where they look for one.
            chunk = {**chunk, "choices": []}
        for choice in _choices(chunk):
            index = choice.get("index") or 0
            if not isinstance(index, int):
                raise invalid_reply()
            if choice.get("finish_reason") is None:
                self._open_choices.add(index)
            else:
                self._open_choices.discard(index)
                self._finished = True
        if self._forms < _FORMS and not halves and (words := plain_words(chunk)) is not None:
            self._forms += 1
            self._form = form_of(event, chunk, words)
        return chunk

    def _ended(self) -> None:
        """The connection ended without [DONE]: fine when every choice had said its reason."""
        if self._open_choices or not self._finished:
            self.broke = True
            raise broken_stream()
        self.done = True


def json_object(raw: bytes) -> tuple[Body, bool]:
    """The object, and whether it holds halves of characters; raises UpstreamError."""
    try:
        value, halves = read_json(raw)
    except ValueError:
        raise invalid_reply() from None
    if not isinstance(value, dict):
        raise invalid_reply()
    return cast("Body", value), halves


def _choices(body: Body) -> list[Body]:
    choices = body.get("choices")
    if not isinstance(choices, list):
        raise invalid_reply()
    for choice in cast("list[Any]", choices):
        if not isinstance(choice, dict):
            raise invalid_reply()
    return cast("list[Body]", choices)


def checked_reply(raw: bytes) -> tuple[Body, bytes | None]:
    """A whole reply with a list of choices, and its bytes if they can be sent on as they are.

    Raises UpstreamError.
    """
    body, halves = json_object(raw)
    if body.get("error") is not None:
        raise error_event(body["error"])
    _choices(body)
    return (without_halves(body), None) if halves else (body, raw)
