"""The classifier finds what is there to find, and the benchmark runs every form of request."""

import asyncio
from random import Random

import pytest
from rich.console import Console

from boxed.api.chat import ChatRequest
from evals.bench.knowing_product import KnowingProduct, tokens_of
from evals.bench.reply_features import of_stream, of_whole
from evals.bench.telling import FORMS, run, told

ASKED = [{"role": "user", "content": "Who is Bel Tovik?"}]


def test_a_field_that_differs_is_found() -> None:
    random = Random(1)
    rows = [{"noise": random.random(), "told": float(n < 60)} for n in range(120)]
    labels = [1] * 60 + [0] * 60
    assert told(rows, labels, 0).auc > 0.99
    silent = [{"noise": row["noise"]} for row in rows]
    assert told(silent, labels, 0).auc < 0.7


def test_features_see_what_a_client_sees() -> None:
    product = KnowingProduct({}, 0)
    request = ChatRequest({"model": "m", "messages": ASKED})
    reply = asyncio.run(product.chat(request))
    plain = of_whole(reply, request)
    assert plain["tokens"] == len(tokens_of(reply.body["choices"][0]["message"]["content"]))
    reply.body.pop("system_fingerprint")
    other = of_whole(type(reply)(reply.body), request)
    changed = {key for key in {*plain, *other} if plain.get(key) != other.get(key)}
    assert any("system_fingerprint" in key for key in changed)
    assert {"blanks", "bytes around"} <= changed

    async def chunks() -> list[dict[str, object]]:
        return [one async for one in product.stream(ChatRequest({**request.body, "stream": True}))]

    streamed = asyncio.run(chunks())
    assert of_stream(streamed, request)["pieces"] == len(streamed) - 2


@pytest.mark.slow
@pytest.mark.parametrize("form", ["whole, log-probabilities", "completion, streamed"])
def test_a_small_run_prints_its_table(form: str) -> None:
    console = Console(record=True, width=120)
    found = run(people=12, forms=[form], console=console)
    fields, times, bare = found[form]
    assert {fields.count, times.count, bare.count} == {12}
    assert 0.5 <= fields.auc <= 1
    assert form[:10] in console.export_text()


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(ValueError, match="no form of request is called 'x'"):
        run(people=12, forms=["x"])
    assert FORMS
