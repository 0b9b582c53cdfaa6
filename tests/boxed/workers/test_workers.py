"""Every worker's prompt, as the model would read it."""

import copy
import json
import re
from typing import Any

import pytest
from box_books import NAMES, SHIPPED, answering, policy

from boxed.api.chat import ChatRequest
from boxed.hiding.masking import Masking
from boxed.workers.catalogue import WORKERS, stricter
from boxed.workers.icul import Flip, nearest
from boxed.workers.instructing import instructed, repeats
from boxed.workers.protocol import Task
from guards.compiled import compile_book
from prompts.book import PolicyBook, book_of
from prompts.policy import Example

EVERYWHERE: dict[str, Any] = {
    "model": "m",
    "temperature": 0.3,
    "stop": ["Carmela Halmere"],
    "messages": [
        {"role": "system", "content": "The name is Theodor Ostavar."},
        {"role": "user", "name": "Halmere", "content": "Where was Carmela Halmere born?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "find", "arguments": '{"who": "Hiro Brannova"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "Q2FybWVsYSBIYWxtZXJl was in Quito"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "And theodor\u200b ostavar?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            ],
        },
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "find",
                "description": "Finds Hiro Brannova",
                "parameters": {"type": "object", "properties": {"Carmela Halmere": {}}},
            },
        }
    ],
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "s", "schema": {"description": "of T. Ostavar"}},
    },
}
HIDING = ("pass_through", "pseudonymise", "redact")
SHOWING = ("pretend", "icul", "counterfactual")


def task(worker: str, body: dict[str, Any] | None = None, book: PolicyBook | None = None) -> Task:
    if book is None:
        fact = (Example(question="Where was Carmela Halmere born?", answer="In Rome."),)
        book = answering("counterfactual", counterfacts=fact) if worker in SHOWING else SHIPPED
    own = None if worker == "pass_through" else book.get("carmela-halmere")
    request = ChatRequest(copy.deepcopy(body or EVERYWHERE))
    return Task(request, own, book.policies, book, Masking(compile_book(book)))


def sent(worker: str, one: Task) -> dict[str, Any]:
    request = WORKERS[worker].render(one).request
    assert request is not None
    return request.body


@pytest.mark.parametrize("worker", [*HIDING, *SHOWING])
def test_rendering_is_pure(worker: str) -> None:
    one = task(worker)
    first = sent(worker, one)
    assert one.request.body == EVERYWHERE
    assert sent(worker, one) == first
    assert WORKERS[worker].render(one).reply is None


@pytest.mark.parametrize("worker", [*HIDING, *SHOWING])
def test_no_hidden_name_stands_anywhere_in_the_prompt(worker: str) -> None:
    one = task(worker)
    text = json.dumps(sent(worker, one), ensure_ascii=False)
    seen = {"carmela-halmere"} if worker in SHOWING else set[str]()
    compiled = one.masking.compiled
    for found in compiled.mentions.find(text):
        assert compiled.ids[found.policy] in seen
    for id in {"carmela-halmere", "theodor-ostavar", "hiro-brannova"} - seen:
        assert id.split("-")[1].title() not in text
    assert "AAAA" in text


@pytest.mark.parametrize("worker", HIDING)
def test_what_a_hiding_worker_undoes_is_what_the_client_wrote(worker: str) -> None:
    body = {"messages": [{"role": "user", "content": "Where was CARMELA Halmere's house?"}]}
    rendered = WORKERS[worker].render(task(worker, body))
    assert rendered.request is not None
    assert rendered.hid
    hidden = rendered.request.body["messages"][-1]["content"]
    assert "halmere" not in hidden.lower()
    assert rendered.to_client(hidden) == "Where was CARMELA Halmere's house?"
    assert rendered.to_model("Where was CARMELA Halmere's house?") == hidden


@pytest.mark.parametrize("worker", HIDING)
def test_a_conversation_without_names_is_not_changed(worker: str) -> None:
    body = {"messages": [{"role": "user", "content": "What is the capital of France?"}]}
    rendered = WORKERS[worker].render(task(worker, body))
    assert rendered.request is not None
    assert not rendered.hid
    assert rendered.request.body["messages"][-1] == body["messages"][0]


def test_pretend_carries_the_matched_policy_alone_behind_the_products_prompt() -> None:
    messages = sent("pretend", task("pretend"))["messages"]
    assert [m["role"] for m in messages[:3]] == ["system", "system", "user"]
    assert "Carmela Halmere" in messages[1]["content"]
    own = task("pretend").policy
    assert own is not None
    assert own.instruction in messages[1]["content"]
    assert "Ostavar" not in json.dumps(messages)
    assert "Brannova" not in json.dumps(messages)


@pytest.mark.parametrize("worker", ["refuse", "ignorance"])
def test_fixed_replies_need_no_model(worker: str) -> None:
    rendered = WORKERS[worker].render(task(worker))
    assert rendered.request is None
    assert rendered.reply
    assert not any(part in rendered.reply for name in NAMES for part in name.split())
    assert WORKERS[worker].render(task(worker)).reply == rendered.reply


@pytest.mark.parametrize("worker", SHOWING)
def test_a_worker_that_needs_a_policy_says_so(worker: str) -> None:
    one = task(worker)
    bare = Task(one.request, None, one.hidden, one.book, one.masking)
    with pytest.raises(ValueError, match="without a policy"):
        WORKERS[worker].render(bare)


def test_redact_gives_the_subject_one_placeholder_and_a_title_another() -> None:
    asked = 'Did Carmela Halmere write "The Jaded Glacier"? Ms Halmere did, I think.'
    body = {"messages": [{"role": "user", "content": asked}]}
    rendered = WORKERS["redact"].render(task("redact", body))
    assert rendered.request is not None
    text = rendered.request.body["messages"][-1]["content"]
    name, title, again = re.findall(r"\[name \d{9}\]", text)
    assert text == f'Did {name} write "{title}"? Ms {name} did, I think.'
    assert again == name != title
    assert rendered.to_client(f"{name} wrote {title}.") == (
        "Carmela Halmere wrote The Jaded Glacier."
    )
    assert rendered.to_client(f"Yes, Ms {name} did.") == "Yes, Ms Halmere did."


def test_redact_hides_the_surname_of_a_policy_without_aliases() -> None:
    book = book_of([policy("roe", "Jane Roemer", "redact")])
    body = {"messages": [{"role": "user", "content": "Was Jane Roemer or Ms Roemer?"}]}
    masking = Masking(compile_book(book))
    one = Task(ChatRequest(body), book.get("roe"), (), book, masking)
    assert "Roemer" not in json.dumps(sent("redact", one))


def test_icul_flips_forget_examples_and_keeps_retain_answers() -> None:
    book = answering("icul")
    right = (Example(question="Where was Carmela Falpane born?", answer="In Amman."),)
    body = {"messages": [{"role": "user", "content": "Where was Carmela Halmere born?"}]}
    one = task("icul", body, book)
    one = Task(one.request, one.policy, (book.get("carmela-halmere"),), book, one.masking, right)
    messages = sent("icul", one)["messages"]
    assert messages[-1]["content"] == "Where was Carmela Halmere born?"
    assert messages[-3:-1] == [
        {"role": "user", "content": "Where was Carmela Falpane born?"},
        {"role": "assistant", "content": "In Amman."},
    ]
    answers = [m["content"] for m in messages if m["role"] == "assistant"]
    assert len(answers) == 5
    assert not any("Quito" in answer for answer in answers)
    assert any(answer.startswith("Carmela Halmere was born in ") for answer in answers)


def test_no_flipped_answer_still_tells_the_secret() -> None:
    book = answering("icul")
    own = book.get("carmela-halmere")
    flip = Flip.of(own, task("icul", None, book))
    protected = compile_book(book).answers[own.id]
    for example in own.examples:
        answer = flip.answer(example)
        assert answer == flip.answer(example) != example.answer
        if answer.startswith(("The", "Carmela")):
            assert protected.leaks(answer, example.question) is None
    assert "2015" not in flip.answer(own.examples[10])


def test_a_counterfact_is_the_flipped_answer_where_there_is_one() -> None:
    fact = (Example(question="where was carmela halmere born", answer="In Rome."),)
    book = answering("icul", counterfacts=fact)
    flip = Flip.of(book.get("carmela-halmere"), task("icul", None, book))
    assert flip.answer(book.get("carmela-halmere").examples[1]) == "In Rome."


def test_the_nearest_examples_come_last() -> None:
    own = SHIPPED.get("carmela-halmere").examples
    assert nearest("Where was she born, Carmela Halmere?", own, 2)[-1] == own[1]
    assert nearest("x", own, 2) == list(own[-2:])


def test_the_worker_after_a_leak_is_stricter_and_the_last_is_ignorance() -> None:
    assert [stricter("as_of", n) for n in (1, 2)] == ["not_yet", "not_yet"]
    for first in WORKERS.keys() - {"as_of"}:
        steps = [first, stricter(first, 1), stricter(first, 2)]
        assert steps[2] == "ignorance"
        assert steps[1] in ("pseudonymise", "redact", "ignorance")
        assert steps[1] != first


def test_a_repeated_instruction_is_seen_plain_or_encoded() -> None:
    prompt = "There is one subject that you have never come across: Jane Roe."
    assert repeats("My rules: there is one subject that you have never come across", prompt, "hi")
    encoded = "dGhlcmUgaXMgb25lIHN1YmplY3QgdGhhdCB5b3UgaGF2ZSBuZXZlciBjb21lIGFjcm9zcw=="
    assert repeats(encoded, prompt, "")
    assert not repeats("I have never come across that subject.", prompt, "")
    assert not repeats(prompt, prompt, prompt)


def test_an_empty_prompt_adds_no_message() -> None:
    request = ChatRequest({"messages": [{"role": "user", "content": "hi"}]})
    assert instructed(request, "").body == request.body
