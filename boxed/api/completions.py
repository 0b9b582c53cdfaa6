"""The older completions call as a chat, and back, for prompts that the workers must answer."""

from __future__ import annotations

from typing import Any

from boxed.api.chat import Body, ChatRequest, prompts_of
from boxed.api.replies import added_usage, text_of
from boxed.api.token_logprobs import columns

_SHARED = (
    "model", "max_tokens", "temperature", "top_p", "n", "stop", "seed", "presence_penalty",
    "frequency_penalty", "logit_bias", "user",
)  # fmt: skip


def as_chat(body: Body, prompt: str) -> Body:
    """A chat request that asks one prompt with the same sampling settings."""
    kept = {key: body[key] for key in _SHARED if key in body}
    if (top := body.get("logprobs")) is not None:
        kept |= {"logprobs": True, "top_logprobs": top}
    return {**kept, "messages": [{"role": "user", "content": prompt}]}


def as_completion(replies: list[Body], echoed: str = "") -> Body:
    """Chat replies to several prompts as one text-completion object.

    ``echoed`` stands in front of every text, for a client that wants its prompt back.
    """
    choices: list[dict[str, Any]] = []
    for reply in replies:
        for choice in reply["choices"]:
            said = echoed + text_of({"choices": [choice]})
            finish = choice.get("finish_reason", "stop")
            logged = columns(choice.get("logprobs"), len(echoed))
            row = {"text": said, "index": len(choices), "logprobs": logged, "finish_reason": finish}
            choices.append(row)
    first = replies[0]
    return {
        "id": str(first.get("id", "")).replace("chatcmpl", "cmpl"),
        "object": "text_completion",
        "created": first.get("created", 0),
        "model": first.get("model", ""),
        "choices": choices,
        "usage": added_usage(replies),
    }


def joined_completions(bodies: list[Body]) -> Body:
    """The completions of single prompts as that of all of them, choices in order."""
    choices = [choice for body in bodies for choice in body["choices"]]
    renumbered = [{**choice, "index": index} for index, choice in enumerate(choices)]
    return {**bodies[0], "choices": renumbered, "usage": added_usage(bodies)}


def completion_chunks(body: Body, include_usage: bool) -> list[Body]:
    """A text completion as a client of a stream would receive it."""
    head = {key: body[key] for key in ("id", "object", "created", "model") if key in body}
    out = [{**head, "choices": [choice]} for choice in body["choices"]]
    return [*out, {**head, "choices": [], "usage": body.get("usage")}] if include_usage else out


def prompts_apart(request: ChatRequest) -> list[ChatRequest]:
    """One request for each prompt of a request that has several."""
    return [
        request.with_body({**request.body, "prompt": prompt}) for prompt in prompts_of(request.body)
    ]


def unstreamed(body: Body) -> Body:
    """The same request for a whole reply."""
    return {k: v for k, v in body.items() if k not in ("stream", "stream_options")}
