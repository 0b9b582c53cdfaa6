"""No prompt of a worker that hides a subject holds any word of its name, however it is written."""

import json
import re
from typing import Any

import pytest
from box_books import SHIPPED, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.api.chat import ChatRequest, texts_in
from boxed.hiding.masking import Masking
from boxed.workers.catalogue import WORKERS
from boxed.workers.protocol import Rendered, Task
from guards.compiled import compile_book
from prompts.book import book_of

PEOPLE = (
    policy("vale", "Mark Vale"),
    policy("kraxby", "Zebulon Kraxby"),
    policy("gogh", "Vincent van Gogh"),
    policy("wren", "Anne-Marie Wren-Tollet"),
    policy("quine", "Isolde Maria Quine"),
)
NAMES = {one.id: one.title for one in PEOPLE}
MASKING = Masking(compile_book(book_of(PEOPLE)))
HIDING = ("redact", "pseudonymise", "pass_through")
TELLING = {
    "vale": ("mark", "vale"),
    "kraxby": ("zebulon", "kraxby"),
    "gogh": ("vincent", "gogh"),
    "wren": ("anne", "marie", "wren", "tollet"),
    "quine": ("isolde", "maria", "quine"),
}


def given_and_family(id: str) -> tuple[str, str]:
    first, *rest = NAMES[id].split()
    return first, " ".join(rest[1:] if id == "quine" else rest)


def forms(id: str) -> list[str]:
    first, last = given_and_family(id)
    handle = f"{first}_{last}".replace(" ", "_")
    return [
        NAMES[id],
        f"{last}, {first}",
        f"{last}, {first[0]}.",
        f"{first[0]}. {last}",
        f"{first[0]}.{last}",
        f"{first} A. {last}",
        handle,
        "_".join(reversed(handle.split("_", 1))),
        f"{first}.{last}@example.org".replace(" ", "").lower(),
        f"{first[0]}{last}@example.org".replace(" ", "").lower(),
        f"@{first}{last}".replace(" ", ""),
        f"{first}-{last}",
        f"{first}%20{last}",
        f"**{first}** {last}",
        f"{NAMES[id]}'s",
        f"{last}’s",  # noqa: RUF001
        f'{{"first": "{first}", "last": "{last}"}}',
        f'{{"last": "{last}", "first": "{first}"}}',
        f"first;last\n{first};{last}",
        f"<b>{first}</b> <i>{last}</i>",
        f"{first}\n{last}",
    ]


def sent(worker: str, messages: list[dict[str, Any]], **more: Any) -> Rendered:
    body = {"model": "m", "messages": messages, **more}
    book = SHIPPED
    return WORKERS[worker].render(Task(ChatRequest(body), None, PEOPLE, book, MASKING))


def words_in(rendered: Rendered) -> set[str]:
    assert rendered.request is not None
    text = "\n".join(texts_in(rendered.request.body)).lower()
    return {word for run in re.findall(r"[^\W_]+", text) for word in (run, run.lstrip("0123456789"))}


def carried(kind: str, text: str, cut: int) -> list[dict[str, Any]]:
    """A message of each kind that holds the text, between others that hold nothing."""
    arguments = json.dumps({"who": text, "n": 2}, ensure_ascii=False)
    call = {"id": "c", "type": "function", "function": {"name": "find", "arguments": arguments}}
    cut = min(cut, len(text))
    messages: dict[str, dict[str, Any]] = {
        "user": {"role": "user", "content": f"The text is: {text}. What is next?"},
        "system": {"role": "system", "content": f"Speak of {text}, always."},
        "assistant": {"role": "assistant", "content": f"It was {text}."},
        "tool": {"role": "tool", "tool_call_id": "c", "content": f"1960\t{text}\t5"},
        "call": {"role": "assistant", "content": None, "tool_calls": [call]},
        "parts": {
            "role": "user",
            "content": [
                {"type": "text", "text": f"The text is: {text[:cut]}"},
                {"type": "text", "text": f"{text[cut:]} and no more."},
            ],
        },
    }
    return [messages[kind], {"role": "user", "content": "Where was that?"}]


KINDS = ("user", "system", "assistant", "tool", "call", "parts")


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_prompt_of_a_masking_worker_holds_a_word_of_a_name(data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(sorted(NAMES)))
    form = data.draw(st.sampled_from(forms(id)))
    kind = data.draw(st.sampled_from(KINDS))
    case = data.draw(st.sampled_from([str, str.lower, str.upper]))
    if case is str.lower and form.endswith("s"):
        case = str  # "vale's" alone is an ordinary word
    cut = data.draw(st.integers(0, len(form)))
    worker = data.draw(st.sampled_from(HIDING))
    rendered = sent(worker, carried(kind, case(form), cut))
    assert rendered.hid
    found = words_in(rendered) & set(TELLING[id])
    assert not found, json.dumps(rendered.request.body if rendered.request else None)
