"""The OpenAI Agents SDK, LiteLLM and llm ask a gateway; prints what each heard as JSON.

Runs under a Python of its own, which has all three, and in one process, because most of the time
goes into importing what they share. The arguments are base URL and question; whoever starts it sets
the variables that llm and LiteLLM read.
"""

import asyncio
import json
import os
import sys
from typing import Any

import agents
import litellm
from click.testing import CliRunner
from llm.cli import cli
from openai import AsyncOpenAI

URL, QUESTION = sys.argv[1:3]
MODELS = f"{os.environ['LLM_USER_PATH']}/extra-openai-models.yaml"


@agents.function_tool
def town(name: str) -> str:
    """Finds a town."""
    return f"{name} is a town."


async def by_agents() -> dict[str, Any]:
    agents.set_tracing_disabled(True)
    client = AsyncOpenAI(base_url=URL, api_key="k", max_retries=0)
    heard: dict[str, Any] = {}
    for name, model in (
        ("chat", agents.OpenAIChatCompletionsModel("m", client)),
        ("responses", agents.OpenAIResponsesModel("m", client)),
    ):
        agent = agents.Agent(name="Guide", instructions="Be brief.", model=model, tools=[town])
        heard[f"agents {name}"] = (await agents.Runner.run(agent, QUESTION)).final_output
        streamed = agents.Runner.run_streamed(agent, QUESTION)
        async for _ in streamed.stream_events():
            pass
        heard[f"agents {name}, streamed"] = streamed.final_output
    return heard


def by_litellm() -> dict[str, Any]:
    messages = [{"role": "user", "content": QUESTION}]
    to: dict[str, Any] = {"model": "openai/m", "api_base": URL, "api_key": "k", "max_retries": 0}
    anthropic = {**to, "model": "anthropic/m", "api_base": URL.removesuffix("/v1")}
    parts = litellm.completion(messages=messages, stream=True, **to)
    return {
        "litellm chat": litellm.completion(messages=messages, **to).choices[0].message.content,
        "litellm chat, streamed": "".join(part.choices[0].delta.content or "" for part in parts),
        "litellm responses": litellm.responses(input=QUESTION, **to).output[-1].content[0].text,
        "litellm messages": litellm.completion(
            messages=messages, **anthropic
        ).choices[0].message.content,
    }  # fmt: skip


def by_llm() -> dict[str, Any]:
    model = {"model_id": "boxed", "model_name": "m", "api_base": URL}
    with open(MODELS, "w", encoding="utf-8") as models:
        json.dump([model], models)  # JSON is YAML
    heard: dict[str, Any] = {}
    for name, more in (("llm", ["--no-stream"]), ("llm, streamed", [])):
        done = CliRunner().invoke(cli, ["-m", "boxed", QUESTION, *more], catch_exceptions=False)
        heard[name] = done.output
    return heard


print(json.dumps({**asyncio.run(by_agents()), **by_litellm(), **by_llm()}))
