"""Pipelines that ask two models: everything is answered, in batches of each."""

import asyncio

from boxed.api.chat import ChatReply, ChatRequest
from evals.systems.batching import BatchingModel


class Counting:
    """Answers with its own name; remembers how many requests each batch held."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.batches: list[int] = []

    def chat_many(self, requests):
        self.batches.append(len(requests))
        usage = {"prompt_tokens": 1, "completion_tokens": 1}
        return [ChatReply({"said": self.name, "usage": usage}) for _ in requests]


ASKED = ChatRequest({"messages": [], "temperature": 0})


def test_pipelines_that_ask_either_or_both_models_all_end():
    first, second = Counting("first"), Counting("second")
    plain = BatchingModel(first)
    other = BatchingModel(second, beside=plain)

    async def one(number):
        said = [(await plain.chat(ASKED)).body["said"]] if number % 2 == 0 else []
        if number % 3 == 0:
            said.append((await other.chat(ASKED)).body["said"])
        return said

    async def all_of_them():
        found = await plain.together([one(number) for number in range(12)])
        return [said for said, _ in found], [spent.calls for _, spent in found]

    said, calls = asyncio.run(asyncio.wait_for(all_of_them(), 20))
    assert said[0] == ["first", "second"]
    assert said[1] == []
    assert said[3] == ["second"]
    assert calls == [len(each) for each in said]
    assert sum(first.batches) == 6
    assert sum(second.batches) == 4
    assert first.batches == [6]
