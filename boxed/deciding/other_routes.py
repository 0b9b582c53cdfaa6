"""Routes of the product that answer no chat: what one request to them is answered with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from boxed.api.chat import Body, ChatRequest
from boxed.api.forms import Form
from boxed.api.ranking import Ranking
from boxed.deciding.graph import Context
from boxed.deciding.pictures import drawn
from boxed.deciding.posting import Passed, posted, touched
from boxed.deciding.ranking import ranked
from boxed.deciding.screened_inputs import screened_inputs
from boxed.deciding.sound import read_out, transcribed

__all__ = ["OtherRoutes"]


@dataclass(frozen=True, slots=True)
class OtherRoutes:
    """One request, and what it is answered with; everything raises ``UpstreamError``."""

    way: Context
    request: ChatRequest

    async def embeddings(self, texts: Sequence[str], *, masks: bool) -> Body | None:
        """The product's vectors; None where a text may not become one."""
        way = self.way
        judge = partial(screened_inputs, texts, way.snapshot, way.live, masks=masks)
        seen = await asyncio.to_thread(judge)
        touched(way, seen.touched)
        if seen.withheld:
            return None
        body = {**self.request.body, "input": list(seen.texts)}
        return await posted(way, "embeddings", self.request.with_body(body))

    async def moderations(self) -> Body:
        """The product's verdicts, which hold no text."""
        return await posted(self.way, "moderations", self.request)

    async def pictures(self, path: str, form: Form | None, *, rewrites: bool) -> Passed:
        """The product's pictures, of a prompt without its subject where it ``rewrites``."""
        return await drawn(self.way, path, self.request, form, rewrites=rewrites)

    async def speech(self, *, masks: bool) -> Passed:
        """The product's voice."""
        return await read_out(self.way, self.request, masks=masks)

    async def transcript(self, path: str, form: Form, *, masks: bool) -> Passed:
        """What the product heard in a recording."""
        return await transcribed(self.way, path, self.request, form, masks=masks)

    async def ranking(self, ranking: Ranking, *, masks: bool) -> Body:
        """The product's ranking of documents."""
        return await ranked(self.way, self.request, ranking, masks=masks)
