import json
from typing import Any

import pytest
from release_book import leak_in as check

from boxed.release.whole import leak_in

NAME = "Hsiao Yun-Hwa"


def body(message: dict[str, Any] | None = None, **choice: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": "Nothing here.", **(message or {})}
    fine = {"index": 0, "message": {"role": "assistant", "content": "Fine."}}
    return {"id": "c", "model": "m", "choices": [fine, {"index": 1, "message": said, **choice}]}


def entry(token: str, *others: str, **more: Any) -> dict[str, Any]:
    top = [{"token": other, "logprob": -2.0} for other in others]
    return {"token": token, "logprob": -0.1, "top_logprobs": top, **more}


def call(name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return {"id": "call-1", "type": "function", "function": {"name": name, "arguments": arguments}}


LEAKS: dict[str, dict[str, Any]] = {
    "content": body({"content": f"It was {NAME}."}),
    "content parts": body({"content": [{"type": "text", "text": NAME}]}),
    "content over parts": body({"content": [{"text": "Hsiao "}, {"text": "Yun-Hwa"}]}),
    "refusal": body({"refusal": f"I cannot speak of {NAME}."}),
    "reasoning": body({"reasoning_content": NAME}),
    "unknown message field": body({"thoughts": {"a": [NAME]}}),
    "audio": body({"audio": {"id": "a", "data": "AAAA", "transcript": NAME}}),
    "arguments": body({"tool_calls": [call(arguments=json.dumps({"who": NAME}))]}),
    "escaped arguments": body({"tool_calls": [call(arguments='{"who": "\\u0048siao Yun-Hwa"}')]}),
    "line break in arguments": body({"tool_calls": [call(arguments='"Hsiao\\nYun-Hwa"')]}),
    "tool name": body({"tool_calls": [call(name="hsiao_yun_hwa")]}),
    "key in unknown field": body({"extra": {NAME: 1}}),
    "unknown message key": body({NAME: 1}),
    "function call": body({"function_call": {"name": "f", "arguments": NAME}}),
    "annotations": body({"annotations": [{"type": "u", "url_citation": {"title": NAME}}]}),
    "choice field": body(note=NAME),
    "top field": {**body(), "citations": [f"https://x.org/{NAME}"]},
    "model-like object": {**body(), "id": {"x": NAME}},
    "second choice": body({"content": NAME}),
    "text completion": {"choices": [{"index": 0, "text": NAME}]},
    "tokens": body(logprobs={"content": [entry("Hsi"), entry("ao Yun"), entry("-Hwa")]}),
    "refusal tokens": body(logprobs={"refusal": [entry("Hsiao "), entry("Yun-Hwa")]}),
    "alternative": body(logprobs={"content": [entry("a", "b", "Voldemort")]}),
    "bytes": body(logprobs={"content": [entry("a", bytes=list(NAME.encode()))]}),
    "bytes of halves": body(
        logprobs={"content": [entry("?", bytes=[b]) for b in "蕭雲華".encode()]}
    ),
    "completion tokens": {
        "choices": [{"index": 0, "text": "", "logprobs": {"tokens": ["Hsiao ", "Yun-", "Hwa"]}}]
    },
    "completion alternatives": {
        "choices": [
            {"text": "", "logprobs": {"tokens": ["a"], "top_logprobs": [{"Voldemort": -1.0}]}}
        ]
    },
    "choice that is none": {"choices": [NAME]},
}


@pytest.mark.parametrize("place", LEAKS)
def test_a_name_is_found_in(place: str) -> None:
    assert leak_in(LEAKS[place], check) is not None


CLEAN: dict[str, dict[str, Any]] = {
    "plain": body(),
    "identifiers": {**body(), "id": NAME, "model": "voldemort-7b", "system_fingerprint": "f"},
    "tool call id": body({"tool_calls": [{**call(), "id": "Voldemort"}]}),
    "neighbours among alternatives": body(
        logprobs={"content": [entry("a", "Hsiao", "Yun", "Hwa"), entry("b", "Hsiao")]}
    ),
    "nothing": {},
    "nulls": {"choices": [{"index": 0, "message": None, "logprobs": None}], "usage": None},
}


@pytest.mark.parametrize("place", CLEAN)
def test_nothing_is_found_in(place: str) -> None:
    assert leak_in(CLEAN[place], check) is None
