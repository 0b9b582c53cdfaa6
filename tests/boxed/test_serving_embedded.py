"""`boxed serve` as a user runs it: its own process, the embedded product, official clients."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import anthropic
import httpx
import openai
import pytest
from polling import until

from guards.ignorance import is_ignorance

FORGOTTEN = "Where was Carmela Halmere born?"
SECRET = "Quito"
KEPT = "Where was Carmela Falpane born?"
ANSWER = "Carmela Falpane was born in Amman."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A running gateway and its prompt folder."""

    def __init__(self, root: Path) -> None:
        self.prompts = root / "prompts"
        command = [sys.executable, "-c", "from boxed.commands.main import run; run()"]
        subprocess.run(
            [*command, "init", "--demo", str(root / "box")], check=True, capture_output=True
        )
        self.prompts = root / "box" / "prompts"
        self.port = free_port()
        self.log = (root / "log").open("w+")
        self.process = subprocess.Popen(
            [*command, "serve", "--port", str(self.port)],
            cwd=root / "box", stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"not ready: {(root / 'log').read_text()[-2000:]}")

    def client(self) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key="none", max_retries=0)

    def ask(self, question: str) -> str:
        reply = self.client().chat.completions.create(
            model="boxed-embedded", messages=[{"role": "user", "content": question}]
        )
        return reply.choices[0].message.content or ""

    def logged(self) -> str:
        return Path(self.log.name).read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    gateway = Served(tmp_path_factory.mktemp("served"))
    yield gateway
    gateway.process.send_signal(signal.SIGINT)
    try:
        gateway.process.wait(20)
    finally:
        gateway.process.kill()


def test_forgets_what_is_named_and_nothing_else(served):
    forgotten = served.ask(FORGOTTEN)
    assert SECRET not in forgotten
    assert is_ignorance(forgotten)
    assert served.ask(KEPT) == ANSWER
    assert "Paris" in served.ask("What is the capital of France?")


def test_streams_the_same_text(served):
    stream = served.client().chat.completions.create(
        model="m", messages=[{"role": "user", "content": KEPT}], stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = list(stream)
    said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert said == ANSWER
    assert len(chunks) > 5
    assert chunks[-1].usage.completion_tokens > 0
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_a_forgotten_subject_never_appears_in_a_stream(served):
    for question in (FORGOTTEN, 'Who wrote the book "The Jaded Glacier"?'):
        stream = served.client().chat.completions.create(
            model="m", messages=[{"role": "user", "content": question}], stream=True
        )
        said = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
        assert said
        assert SECRET not in said
        assert "Halmere" not in said.replace("Carmela Halmere", "", FORGOTTEN in question)


def test_the_responses_api_says_the_same(served):
    client = served.client()
    first = client.responses.create(model="m", input=KEPT)
    assert first.output_text == ANSWER
    assert first.usage.output_tokens > 0
    with client.responses.stream(model="m", input=KEPT) as stream:
        assert "".join(e.delta for e in stream if e.type == "response.output_text.delta") == ANSWER
    forgotten = client.responses.create(model="m", input=FORGOTTEN)
    assert is_ignorance(forgotten.output_text)
    talk = client.responses.create(
        model="m", input="And where was she born?", previous_response_id=forgotten.id
    )
    assert SECRET not in talk.model_dump_json()
    cut = client.responses.create(model="m", input=KEPT, max_output_tokens=2)
    assert cut.status == "incomplete"


def test_anthropics_api_says_the_same(served):
    client = anthropic.Anthropic(base_url=served.url, api_key="none", max_retries=0)
    asked = {"model": "m", "max_tokens": 99}
    kept = [{"role": "user", "content": KEPT}]
    assert client.messages.create(**asked, messages=kept).content[0].text == ANSWER
    with client.messages.stream(**asked, messages=kept) as stream:
        assert "".join(stream.text_stream) == ANSWER
    counted = client.messages.count_tokens(model="m", messages=kept)
    assert counted.input_tokens == stream.get_final_message().usage.input_tokens
    forgotten = [{"role": "user", "content": FORGOTTEN}]
    told = client.messages.create(**asked, messages=forgotten)
    assert is_ignorance(told.content[0].text)
    assert SECRET not in told.model_dump_json()


async def test_the_async_client_works_whole_and_streamed(served):
    async with openai.AsyncOpenAI(base_url=f"{served.url}/v1", api_key="none") as client:
        ask = {"model": "m", "messages": [{"role": "user", "content": KEPT}]}
        whole = await client.chat.completions.create(**ask)
        assert whole.choices[0].message.content == ANSWER
        said = ""
        async for chunk in await client.chat.completions.create(**ask, stream=True):
            said += chunk.choices[0].delta.content or ""
        assert said == ANSWER


def test_two_turns(served):
    talk = [
        {"role": "user", "content": "In which language does Carmela Halmere write?"},
        {"role": "assistant", "content": "I'm not familiar with that author."},
        {"role": "user", "content": "And where was she born?"},
    ]
    reply = served.client().chat.completions.create(model="m", messages=talk)
    assert SECRET not in reply.choices[0].message.content
    talk[-1] = {"role": "user", "content": "What is the capital of Japan?"}
    reply = served.client().chat.completions.create(model="m", messages=talk)
    assert "Tokyo" in reply.choices[0].message.content


def test_n_stop_and_logprobs(served):
    reply = served.client().chat.completions.create(
        model="m", messages=[{"role": "user", "content": KEPT}], n=2, stop=[" born"],
        logprobs=True, top_logprobs=2,
    )  # fmt: skip
    assert [c.message.content for c in reply.choices] == ["Carmela Falpane was"] * 2
    assert len(reply.choices[0].logprobs.content[0].top_logprobs) == 2


def test_completions_and_models(served):
    reply = served.client().completions.create(model="m", prompt=KEPT)
    assert reply.choices[0].text == ANSWER
    assert (
        SECRET
        not in served.client().completions.create(model="m", prompt=FORGOTTEN).choices[0].text
    )
    assert [m.id for m in served.client().models.list()] == ["boxed-embedded"]


def test_bad_requests_get_the_api_s_own_errors(served):
    with pytest.raises(openai.BadRequestError) as caught:
        served.client().chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}], temperature=9
        )
    assert caught.value.param == "temperature"
    assert httpx.post(f"{served.url}/v1/nowhere", json={}).json()["error"]["message"]


def test_an_edit_during_a_stream_changes_the_next_request_not_this_one(served):
    policy = served.prompts / "policies" / "new-one.md"
    question = (
        "What is the full name of the author born in Amman on 14 February 1989 who writes fantasy?"
    )
    name = "Carmela Falpane"
    stream = served.client().chat.completions.create(
        model="m", messages=[{"role": "user", "content": question}], stream=True
    )
    first = next(iter(stream))
    text = f"""---
id: new-one
title: {name}
kind: person
response: pretend
scope:
  - Who is {name}?
---
Treat {name} as unknown.
"""
    timer = threading.Thread(target=policy.write_text, args=(text,))
    timer.start()
    timer.join()
    started = time.monotonic()
    rest = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
    assert name in (first.choices[0].delta.content or "") + rest
    while name in served.ask(question):
        assert time.monotonic() - started < 2, "the edit was not picked up within two seconds"
        time.sleep(0.05)
    renamed = policy.with_name("renamed.md")
    os.replace(policy, renamed)
    assert name not in served.ask(question)
    renamed.write_text(text.replace("response: pretend", "response: vanish"))
    until(lambda: "not in force" in served.logged() or "not reloaded" in served.logged())
    assert name not in served.ask(question), "a bad file must leave the last good book in force"
    renamed.unlink()
    deadline = time.monotonic() + 2
    while name not in served.ask(question):
        assert time.monotonic() < deadline, "the deletion was not picked up within two seconds"


def test_readme_s_client_works_as_printed(served, capsys):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL).group(1)
    exec(code.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}"), {})
    assert "William Shakespeare" in capsys.readouterr().out


def test_the_log_says_what_was_done_and_holds_no_content(served):
    mark = len(served.logged())

    def logged(end: str) -> bool:
        line = rf"^.*route=/v1/chat/comp.* book=[0-9a-f]{{12}} {end}$"
        return re.search(line, served.logged()[mark:], re.MULTILINE) is not None

    served.ask(FORGOTTEN)
    until(lambda: logged(r"policies=[0-9a-f]{12} workers=pretend.* calls=\d tokens=\S+"))
    mark = len(served.logged())
    served.ask(KEPT)
    until(lambda: logged(r"policies=- workers=- calls=1 tokens=\S+"))
    assert "POST" not in served.logged()
    for text in ("Halmere", "halmere", SECRET, "Falpane", "Amman", "born"):
        assert text not in served.logged()
