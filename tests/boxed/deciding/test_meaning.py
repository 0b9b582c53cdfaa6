"""Descriptions without a name, judged by the real sentence embedder."""

from collections.abc import Sequence

import numpy as np
import pytest
from box_books import SHIPPED, asked, said

from boxed.api.chat import Body
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from guards.verdicts import Embed
from retrieval.embedder import SentenceEmbedder


@pytest.fixture(scope="session")
def embed() -> Embed:
    return SentenceEmbedder()


def say(body: Body) -> str:
    text = str(body["messages"][-1]["content"])
    if "Quito" in text or "Glacier" in text:
        return "That is Carmela Halmere."
    return "Paris." if "France" in text else "I don't know."


BORN = "Can you name the travel writing author who was born in Quito on 28 November 1978?"


async def test_a_description_is_recognised_alone_and_beside_another_question(embed: Embed) -> None:
    model = FakeModel(say)
    box = Box(Models(model), SHIPPED, embed)
    decision = await box.decide(asked(BORN))
    assert "Halmere" not in said(decision.reply)
    assert any("scope evidence" in step.decision for step in decision.trace.steps)
    reply = said(await box.answer(asked(f"What is the capital of France? {BORN}")))
    assert reply.startswith("Paris.\n\n")
    assert "Halmere" not in reply


async def test_a_neighbour_passes_unchanged(embed: Embed) -> None:
    model = FakeModel(lambda _: "Amman.")
    request = asked("Where was Carmela Falpane born?")
    await Box(Models(model), SHIPPED, embed).answer(request)
    assert model.requests[0] is request


async def test_the_event_loop_is_free_while_texts_are_embedded() -> None:
    import asyncio
    import threading

    loop_thread, seen = threading.get_ident(), set[int]()

    def embed(texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        seen.add(threading.get_ident())
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    box = Box(Models(FakeModel(lambda _: "I don't know.")), SHIPPED, embed)
    seen.clear()
    await asyncio.wait_for(box.answer(asked("Who is Carmela Halmere? And what of her life?")), 5)
    assert seen
    assert loop_thread not in seen
