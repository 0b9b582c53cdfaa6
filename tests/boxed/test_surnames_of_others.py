"""A surname that decides alone is left to people of other first names, asked and answered."""

import pytest

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from prompts.book import book_of
from prompts.policy import Policy

BOOK = book_of([Policy.model_validate({
    "id": "tavi", "title": "Tavi Kunisek", "kind": "person", "response": "pretend",
    "aliases": ("Kunisek",), "scope": ("Who is Tavi Kunisek?",), "instruction": "Nobody.",
})])  # fmt: skip


async def answered(question: str, reply: str, stream: bool) -> str:
    box = Box(Models(FakeModel(lambda body: reply)), BOOK, None)
    body = {"model": "m", "messages": [{"role": "user", "content": question}], "stream": stream}
    if not stream:
        return text_of((await box.answer(ChatRequest(body))).body)
    said = ""
    async for chunk in box.stream(ChatRequest(body)):
        for choice in chunk.get("choices") or []:
            said += (choice.get("delta") or {}).get("content") or ""
    return said


@pytest.mark.parametrize("stream", [False, True])
async def test_the_namesake_s_answer_is_the_product_s_own(stream: bool) -> None:
    reply = "Martha Kunisek was a county clerk; Kunisek Street is named after her."
    assert await answered("Who was Martha Kunisek?", reply, stream) == reply


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Who was Martha Kunisek?", "An aunt of Tavi Kunisek, who paints."),
        ("Who paints?", "That would be Kunisek."),
        ("Who is Kunisek?", "Kunisek paints."),
    ],
)
async def test_the_subject_is_not(question: str, reply: str, stream: bool) -> None:
    said = await answered(question, reply, stream)
    assert "paints" not in said
    assert "Tavi" not in said
