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
    return {
        word for run in re.findall(r"[^\W_]+", text) for word in (run, run.lstrip("0123456789"))
    }


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


def user(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def shown(rendered: Rendered) -> str:
    assert rendered.request is not None
    return str(rendered.request.body["messages"][-1]["content"])


def mark_of(rendered: Rendered) -> str:
    assert rendered.request is not None
    text = json.dumps(rendered.request.body["messages"][1:])
    marks = set(re.findall(r"\[name \d{9}\]", text))
    assert len(marks) == 1
    return marks.pop()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_reply_that_repeats_the_prompt_reads_as_the_client_wrote_it(data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(sorted(NAMES)))
    form = data.draw(st.sampled_from(forms(id)))
    other = data.draw(st.sampled_from(forms(id)))
    text = f"In 1960 {form} met the mayor; at noon the letter of {other} came."
    rendered = sent("redact", user(text))
    assert rendered.to_client(shown(rendered)) == text


@pytest.mark.parametrize("form", forms("vale"))
@pytest.mark.parametrize("worker", ["pseudonymise", "pass_through"])
def test_so_does_a_reply_with_stand_ins(worker: str, form: str) -> None:
    text = f"In 1960 {form} met the mayor."
    rendered = sent(worker, user(text))
    assert rendered.to_client(shown(rendered)) == text


def test_one_subject_has_one_placeholder_in_all_forms_and_messages() -> None:
    text = "Vale, Mark or Mark_Vale or mark.vale@x.org or M. Vale or Mark Vale's?"
    said = [*user(text), {"role": "assistant", "content": "Mr Vale."}, *user("Who is Mark Vale?")]
    first = mark_of(sent("redact", said))
    assert mark_of(sent("redact", said[:1])) == first, "the same in every turn of a conversation"
    assert mark_of(sent("redact", user("Who is Mark Vale?"))) != first, "another in another one"


WRITTEN = [
    "{0}", "[NAME {1}]", "[Name {1}]", "\\[name {1}\\]", "[**name** {1}]", "[name\u00a0{1}]",
    "[name_{1}]", "name {1}", "{1}", "[nombre {1}]", "\u3010{1}\u3011", "[ name {1} ]",
    "[name {2}]", "[name: {1}]", "&#91;name {1}&#93;", "\\u005bname {1}\\u005d",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_placeholder_comes_back_however_it_is_written(written: str) -> None:
    rendered = sent("redact", user("Who is Jo Vale, or Mark Vale?"))
    mark = mark_of(rendered)
    number = mark.strip("[]").removeprefix("name ")
    eastern = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    reply = f"I never met {written.format(mark, number, eastern)}."
    assert rendered.to_client(reply) == "I never met Mark Vale."


def test_emphasis_around_and_inside_a_placeholder_stays_whole() -> None:
    rendered = sent("redact", user("Who is Mark Vale?"))
    number = re.sub(r"\D", "", mark_of(rendered))
    assert rendered.to_client(f"**[name {number}]** is") == "**Mark Vale** is"
    assert rendered.to_client(f"**[name {number}**] is") == "**Mark Vale** is"
    assert rendered.to_client(f"[name **{number}**] is") == "Mark Vale is"


def test_a_placeholder_in_an_address_comes_back_escaped() -> None:
    rendered = sent("redact", user("Who is Mark Vale?"))
    number = re.sub(r"\D", "", mark_of(rendered))
    reply = f"https://x.org/?q=%5Bname%20{number}%5D"
    assert rendered.to_client(reply) == "https://x.org/?q=Mark%20Vale"


def test_json_in_a_reply_stays_json() -> None:
    person = policy("quoted", 'Juna "Ju" Halvorn', aliases=("Juna Halvorn",))
    book = book_of([person])
    request = ChatRequest({"messages": user('Who is Juna "Ju" Halvorn?')})
    masking = Masking(compile_book(book))
    rendered = WORKERS["redact"].render(Task(request, person, (), book, masking))
    for mark in set(re.findall(r"\[name \d{9}\]", shown(rendered))):
        reply = rendered.to_client(json.dumps({"name": mark, "n": [1]}))
        assert "name" not in json.loads(reply)["name"]


def test_what_the_client_itself_wrote_is_no_placeholder() -> None:
    question = "Write [name 1] to Mark Vale."
    first = mark_of(sent("redact", user(question)))
    rendered = sent("redact", user(question))
    assert rendered.to_client("Dear [name 1], dear [Name 1]") == "Dear [name 1], dear [Name 1]"
    # The very number that this conversation would have had is passed over.
    again = sent("redact", [*user(question), {"role": "user", "content": f"Explain {first}."}])
    marks = set(
        re.findall(r"\[name \d{9}\]", json.dumps(again.request.body if again.request else 0))
    )
    assert len(marks) == 2
    assert again.to_client(f"It is {first}.") == f"It is {first}."


def test_the_form_with_the_same_words_around_it_comes_back() -> None:
    text = '{"first": "Mark", "last": "Vale", "note": "Mark Vale, late"}'
    rendered = sent("redact", user(f"Sort this: {text}"))
    mark = mark_of(rendered)
    assert rendered.to_client(f'{{"last": "{mark}"}}') == '{"last": "Vale"}'
    assert rendered.to_client(f"I never met {mark}.") == "I never met Mark Vale."


def test_a_name_cut_over_parts_comes_back_whole() -> None:
    for cut in range(1, 9):
        name = "Mark Vale"
        parts = [f"Where was {name[:cut]}", f"{name[cut:]} born?"]
        content = [{"type": "text", "text": part} for part in parts]
        for worker in HIDING:
            rendered = sent(worker, [{"role": "user", "content": content}])
            assert rendered.request is not None
            seen = rendered.request.body["messages"][-1]["content"]
            stand_in = seen[0]["text"].removeprefix("Where was ")
            assert rendered.to_client(f"I never met {stand_in}.").startswith("I never met Mark")
            assert not words_in(rendered) & {"mark", "vale"}


def test_somebody_else_and_ordinary_words_stay() -> None:
    text = "Mark Twain met Martin; mark my words, the vale is green. Mark the day."
    for worker in HIDING:
        rendered = sent(worker, user(text))
        assert not rendered.hid, shown(rendered)


def test_an_encoded_name_goes_back_as_it_came() -> None:
    rendered = sent("redact", user("Who is TWFyayBWYWxl, in short?"))
    assert rendered.to_client(f"I never met {mark_of(rendered)}.") == "I never met TWFyayBWYWxl."


def test_names_of_speakers_and_functions_stay_such_as_the_api_takes() -> None:
    tool = {"type": "function", "function": {"name": "find_Mark_Vale", "parameters": {}}}
    said = [{"role": "user", "name": "Mark_Vale", "content": "Who am I?"}]
    rendered = sent("redact", said, tools=[tool])
    assert rendered.request is not None
    speaker = rendered.request.body["messages"][-1]["name"]
    called = rendered.request.body["tools"][0]["function"]["name"]
    assert re.fullmatch(r"name_\d{9}", speaker)
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", called)
    assert rendered.to_client(called) == "find_Mark_Vale"
