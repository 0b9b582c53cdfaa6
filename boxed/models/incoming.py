"""One reply of a product over HTTP, of any content type: read whole, or as it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import aiohttp

from boxed.models.errors import broken_stream, invalid_reply, timed_out, unreachable
from boxed.models.retrying import FailedTry

__all__ = ["HttpReply", "failed"]


class HttpReply:
    """A response whose status is 200; `kind` is its content type, in small letters and bare."""

    def __init__(self, response: aiohttp.ClientResponse, most_bytes: int) -> None:
        self.kind = response.content_type.lower()
        self._response = response
        self._most_bytes = most_bytes

    async def whole(self) -> bytes:
        """All of it; raises FailedTry, for it may be asked for again, and UpstreamError."""
        parts: list[bytes] = []
        size = 0
        try:
            async for part in self._response.content.iter_any():
                parts.append(part)
                size += len(part)
                if size > self._most_bytes:
                    raise invalid_reply()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failed(error) from None
        finally:
            self.close()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def pieces(self) -> AsyncGenerator[bytes]:
        """What comes, as it comes; raises UpstreamError where it breaks off."""
        try:
            async for part in self._response.content.iter_any():
                yield part
        except TimeoutError:
            raise timed_out() from None
        except (aiohttp.ClientError, OSError):
            raise broken_stream() from None
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; one with something unread in it ends."""
        self._response.close()


def failed(error: BaseException) -> FailedTry:
    """A try that found no connection, or lost it."""
    if isinstance(error, TimeoutError):
        connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
        return FailedTry(timed_out(), retryable=connecting)
    return FailedTry(unreachable(), retryable=True)
