"""What a request used of its models, in tokens: counted where they count, else reckoned.

Four characters to a token is what most models count in prose; in code and in scripts other than
Latin there are more tokens than that.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from boxed.api.call import Call
from boxed.api.chat import Body, ChatRequest, turns_of
from boxed.api.fields import maybe_object
from boxed.api.plain_words import Batch, plain_words
from boxed.api.word_run import Run
from boxed.deciding.aside import length_of
from boxed.deciding.trace import Trace
from boxed.models.closing import closable
from boxed.models.protocol import UpstreamError
from boxed.release.fields import mapping, sequence

__all__ = ["charged", "metered", "reckoned"]

_CHARACTERS = 4


async def metered(
    source: AsyncIterator[Sequence[Body]], request: ChatRequest, trace: Trace
) -> AsyncGenerator[Batch | Run]:
    """The same chunks; what they used is noted at the end, wherever that is.

    Those that came together are in one batch. Closing this closes their source, so that the product
    may stop. A stream that failed before its first chunk used nothing.
    """
    told: tuple[int, int] | None = None
    said, failed = -1, False
    try:
        async with aclosing(closable(source)) as batches:
            async for batch in batches:
                said = max(said, 0)
                if isinstance(batch, Run):
                    said += batch.length
                    yield batch
                    continue
                found = Batch(batch, list(map(plain_words, batch)))
                for chunk, plain in zip(*found, strict=True):
                    if plain is not None:
                        said += len(plain[1])
                    else:
                        told = _counted(chunk) or told
                        said += _said(chunk)
                yield found
    except UpstreamError:
        failed = said < 0
        raise
    finally:
        if not failed:
            trace.streamed.append(told or (_asked(request.body), reckoned(max(said, 0))))


def charged(call: Call) -> int:
    """The tokens of one call."""
    told = _counted(call.reply.body) or (_asked(call.asked), reckoned(_said(call.reply.body)))
    return sum(told)


def reckoned(characters: int) -> int:
    """About as many tokens as models count in so many characters."""
    return -(-characters // _CHARACTERS)


def _counted(body: Body) -> tuple[int, int] | None:
    """Prompt and completion tokens as a reply or chunk counts them, if it does."""
    if not (usage := maybe_object(body.get("usage"))):
        return None
    prompt, said = (usage.get(f"{of}_tokens") for of in ("prompt", "completion"))
    if not isinstance(prompt, int) and not isinstance(said, int):
        return None
    return (prompt if isinstance(prompt, int) else 0, said if isinstance(said, int) else 0)


def _asked(body: Body) -> int:
    """Pictures and sound, whose tokens have nothing to do with their bytes, are left out."""
    return reckoned(sum(len(turn.text) for turn in turns_of(body)))


def _said(body: Body) -> int:
    """Characters of what the choices of a reply or chunk say."""
    return sum(
        length_of(mapping(choice).get(part))
        for choice in sequence(body.get("choices"))
        for part in ("message", "delta", "text")
    )
