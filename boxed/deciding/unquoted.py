"""What a failing model quotes of a worker's prompt: taken out before anybody looks at its error."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from boxed.api.chat import ChatRequest, message_text, turns_of
from boxed.models.protocol import UpstreamError
from boxed.workers.instructing import repeats
from boxed.workers.protocol import Rendered

__all__ = ["unquoted"]


@contextmanager
def unquoted(rendered: Rendered, client: ChatRequest) -> Generator[None]:
    """Take from an error of the block a message that quotes the prompt; turn stand-ins back."""
    try:
        yield
    except UpstreamError as error:
        message = (error.theirs or {}).get("message")
        if not error.theirs or not isinstance(message, str):
            raise
        said = "\n".join(turn.text for turn in turns_of(client.body))
        sent = rendered.request.body if rendered.request is not None else client.body
        prompt = "\n".join(map(message_text, sent.get("messages") or ()))
        quoted = repeats(message, f"{rendered.instructions}\n{prompt}", said)
        theirs = {
            key: rendered.to_client(value) if isinstance(value, str) else value
            for key, value in error.theirs.items()
            if not (key == "message" and quoted)
        }
        raise UpstreamError(error.status, error.body, error.retry_after, theirs) from None
