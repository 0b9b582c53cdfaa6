"""POST /v1/audio/speech, whose input is screened, and transcripts, in which names are covered."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from boxed.api.inputs import input_texts
from boxed.gateway.asked import read_either, read_object, send_passed, within
from boxed.gateway.contract import BoxLike
from boxed.gateway.errors import invalid
from boxed.gateway.exchange import readable, unless_gone
from boxed.gateway.parse import within_limit
from boxed.gateway.settings import GatewaySettings

__all__ = ["Speech", "Transcripts"]

_RECORDING = "file"


class Speech:
    """POST /v1/audio/speech."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = "/v1/audio/speech"
        with readable():
            _, request = await read_object(scope, receive, self._settings)
            within(request, self._settings.max_text_chars, "input")
            masks = self._settings.embeddings == "mask"
            passed = await unless_gone(self._box.others(request).speech(masks=masks), receive)
        await send_passed(passed, scope, receive, send)


class Transcripts:
    """POST /v1/audio/transcriptions, or /v1/audio/translations."""

    def __init__(self, box: BoxLike, settings: GatewaySettings, path: str) -> None:
        """`path` is the route's, without its version."""
        self._box = box
        self._settings = settings
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = f"/v1/{self._path}"
        with readable():
            form, request = await read_either(scope, receive, self._settings)
            if form is None or [one.field for one in form.files] != [_RECORDING]:
                raise invalid(
                    "Send the recording as the one file of a form (multipart/form-data), in the "
                    "field 'file'.",
                    _RECORDING,
                )
            texts = list(input_texts(request.body))
            within_limit({"prompt": texts}, self._settings.max_text_chars, "prompt")
            masks = self._settings.embeddings == "mask"
            work = self._box.others(request).transcript(self._path, form, masks=masks)
            passed = await unless_gone(work, receive)
        await send_passed(passed, scope, receive, send)
