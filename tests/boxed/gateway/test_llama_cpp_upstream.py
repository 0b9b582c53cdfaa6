"""llama.cpp's own server with a pretrained model as the product, over real HTTP on both sides."""

from collections.abc import Iterator

import openai
import pytest
from box_books import policy
from mock_upstream import running
from pretrained import SMOLLM2, needs_smollm2

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.llama_server import LlamaServer
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

pytestmark = [needs_smollm2, pytest.mark.slow]
ASKED = "Who developed the theory of relativity?"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[openai.OpenAI, openai.OpenAI]]:
    """A client of the server itself, and one of a gateway that forgets Albert Einstein."""
    server = LlamaServer(SMOLLM2.gguf)
    book = book_of([policy("einstein", "Albert Einstein", scope=(ASKED,))])
    model = HttpModel(f"{server.url}/v1", server.key, retries=0, read_timeout=200)
    with running(create_app(Box(Models(model), book, None))) as url:
        yield (
            openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key, max_retries=0),
            openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0),
        )
    server.close()


def told(client: openai.OpenAI, question: str) -> str:
    got = client.chat.completions.create(
        model="smollm2", messages=[{"role": "user", "content": question}], max_tokens=12,
        temperature=0,
    )  # fmt: skip
    assert got.usage is not None
    assert got.usage.completion_tokens > 0
    return got.choices[0].message.content or ""


def streamed(client: openai.OpenAI, question: str) -> str:
    chunks = client.chat.completions.create(
        model="smollm2", messages=[{"role": "user", "content": question}], max_tokens=12,
        temperature=0, stream=True,
    )  # fmt: skip
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def test_a_real_server_is_asked_and_forgets(
    served: tuple[openai.OpenAI, openai.OpenAI],
) -> None:
    product, client = served
    question = "What is the capital of France?"
    assert told(client, question) == streamed(client, question)
    assert "Einstein" in told(product, ASKED)
    assert "Einstein" not in told(client, ASKED) + streamed(client, ASKED)


def test_the_same_model_gives_no_other_route(
    served: tuple[openai.OpenAI, openai.OpenAI],
) -> None:
    _, client = served
    with pytest.raises(openai.APIStatusError) as told:
        client.images.generate(model="smollm2", prompt="A harbour.")
    assert told.value.status_code in (404, 502)
