"""Tasks on a client's own text: done whole, with the subject hidden and handed back."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from box_books import SHIPPED, asked, box_of, policy, said, streamed

from boxed.api.chat import Body, ChatRequest, last_user_text
from boxed.models.fake import FakeModel
from evals.bench.own_text import Task, tasks
from guards.ignorance import is_ignorance
from prompts.book import book_of

PARTS = Path(__file__).parents[2] / "parts"
TASKS = tasks()
WITHHELD: list[str] = [
    json.loads(line) for line in (PARTS / "withheld_questions.txt").read_text("utf-8").splitlines()
]
FORGOTTEN = sorted({task.name for task in TASKS})
NEVER = {"ascii": "Odelia Farnsworth", "王小兰": "李大山", "Наталья Черемисова": "Ольга Синицкая"}
BOOK = book_of([policy(f"p-{n}", name) for n, name in enumerate(FORGOTTEN)])
LINES = SHIPPED.templates["workers/ignorance"].render().split("\n")


def filled(task: Task, name: str | None = None) -> str:
    return task.text.replace("{name}", name or task.name)


def echo(body: Body) -> str:
    return last_user_text(body)


def with_content(model: FakeModel) -> list[ChatRequest]:
    """What the product was sent of a client's; the form of its replies it may be asked for, too."""
    return [request for request in model.requests if request.body.get("max_tokens") not in (1, 8)]


def ids(task: Task) -> str:
    return f"{task.kind}-{TASKS.index(task)}"


def words_of(name: str) -> list[str]:
    return [name] if not name.isascii() and len(name) < 5 else re.findall(r"\w{4,}", name)


@pytest.fixture(scope="module", params=["whole", "streamed"])
def ask(request: pytest.FixtureRequest) -> Any:
    async def answer(model: FakeModel, text: str) -> str:
        box = box_of(model, BOOK)
        if request.param == "whole":
            return said(await box.answer(asked(text)))
        return (await streamed(box, asked(text, stream=True)))[0]

    return answer


def test_there_are_at_least_sixty_tasks_of_every_kind() -> None:
    kinds = {task.kind for task in TASKS}
    assert len(TASKS) >= 60
    assert kinds >= {"summarise", "translate", "extract", "rewrite", "count", "classify", "code"}
    assert any(not name.isascii() for name in FORGOTTEN)


@pytest.mark.parametrize("task", TASKS, ids=ids)
async def test_a_task_that_names_a_subject_is_done_whole(task: Task, ask: Any) -> None:
    model, text = FakeModel(echo), filled(task)
    assert await ask(model, text) == text  # nothing is lost, changed or added on the way
    [request] = with_content(model)
    [message] = request.body["messages"]
    assert not [word for word in words_of(task.name) if word in message["content"]]
    before, after = text.split(task.name, 1)
    assert message["content"].startswith(before)
    if task.name not in after:
        assert message["content"].endswith(after)


@pytest.mark.parametrize("task", TASKS, ids=ids)
async def test_a_task_about_nobody_forgotten_passes_byte_for_byte(task: Task) -> None:
    text = filled(task, NEVER.get(task.name, NEVER["ascii"]))
    raw = json.dumps(asked(text).body).encode()
    request = ChatRequest(asked(text).body, raw)
    model = FakeModel(echo)
    reply = await box_of(model, BOOK).answer(request)
    assert model.requests == [request]
    assert model.requests[0] is request
    assert said(reply) == text


@pytest.mark.parametrize("name", ["Amaranta Quillfeather", "Jürgen Weißflog"])
@pytest.mark.parametrize("question", WITHHELD)
async def test_a_question_about_a_subject_is_withheld_however_it_is_dressed(
    question: str, name: str
) -> None:
    told = "She was born in Valparaíso in 1961, a convicted forger."
    model = FakeModel(lambda _: told)
    reply = said(await box_of(model, BOOK).answer(asked(question.replace("{name}", name))))
    assert "Valparaíso" not in reply
    assert "forger" not in reply


LETTER = (
    "Dear Ann,\n{name} came on Monday. She brought the keys.\nLove, Bob\n\n"
    "Translate the letter above into French."
)


async def test_a_question_beside_a_task_is_answered_apart() -> None:
    name = "Amaranta Quillfeather"
    letter = LETTER.replace("{name}", name)
    model = FakeModel(
        lambda body: echo(body) if "letter" in echo(body) else "I don't know who that is."
    )
    reply = said(await box_of(model, BOOK).answer(asked(f"{letter} And where was {name} born?")))
    assert reply == f"{letter}\n\nI don't know who that is."
    assert any(name not in echo(r.body) and "Love, Bob" in echo(r.body) for r in model.requests)


@pytest.mark.parametrize(
    "added",
    ["Amaranta Quillfeather came on Monday, a poet from Trondheim.",
     "Amaranta Quillfeather, born 1961, came on Monday.",
     "She came on Monday from Trondheim."],
)  # fmt: skip
async def test_a_text_about_a_subject_is_not_extended(added: str) -> None:
    text = 'Summarise this note: "Amaranta Quillfeather came on Monday. She brought the keys."'

    def stand_in(body: Body) -> str:
        """Whatever the subject is hidden behind, the first time and the second."""
        return echo(body).split('"')[1].split(" came")[0]

    model = FakeModel(lambda body: added.replace("Amaranta Quillfeather", stand_in(body)))
    assert is_ignorance(said(await box_of(model, BOOK).answer(asked(text))))
    assert len({stand_in(request.body) for request in with_content(model)}) > 1
    kept = FakeModel(lambda body: f"{stand_in(body)} came on Monday and brought the keys.")
    reply = said(await box_of(kept, BOOK).answer(asked(text)))
    assert reply == "Amaranta Quillfeather came on Monday and brought the keys."


async def test_a_product_that_recognises_the_hidden_subject_is_not_heard() -> None:
    model = FakeModel(lambda _: "That must be Amaranta Quillfeather, the forger.")
    text = 'Summarise: "Amaranta Quillfeather came on Monday. She brought the keys."'
    assert "forger" not in said(await box_of(model, BOOK).answer(asked(text)))


def working(body: Body) -> str:
    """Does what it is asked: sorts or counts the lines, or answers from a passage."""
    text = echo(body)
    lines = text.split("\n")
    if text.startswith("Sort"):
        return "\n".join(sorted(lines[1:], key=lambda line: line.split(",")[1]))
    if text.startswith("Count"):
        return str(len(lines) - 1)
    return next(line for line in lines if "closes" in line)


async def test_the_work_is_really_done() -> None:
    name = "Thaddeus Brackenridge"
    box = box_of(FakeModel(working), BOOK)
    table = f"Sort by age:\n{name},34,Oslo\nAnn Lee,22,Bergen"
    assert said(await box.answer(asked(table))) == f"Ann Lee,22,Bergen\n{name},34,Oslo"
    lines = f"Count the lines:\nThe first.\n{name} has written the second.\nThe third."
    assert said(await box.answer(asked(lines))) == "3"
    passages = (
        f"Context:\n[1] {name} gave a talk.\n[2] The shop closes at six.\n"
        "Question: When does the shop close?"
    )
    assert said(await box.answer(asked(passages))) == "[2] The shop closes at six."


async def test_a_text_given_earlier_may_be_worked_on_again() -> None:
    name = "Siobhán Ní Bhriain"
    letter = f"Translate into French: {name} came on Monday. She brought the keys."
    model = FakeModel(lambda body: str(body["messages"][1]["content"]))
    reply = await box_of(model, BOOK).answer(
        asked(letter, f"{name} est venue lundi.", "Shorten it.")
    )
    assert said(reply) == f"{name} est venue lundi."
    assert name not in str(model.requests[0].body)
    for question in ("And where was she born?", "Who is that person?"):
        told = await box_of(lambda _: "In Lima.", BOOK).answer(asked(letter, "Bien.", question))
        assert said(told) in LINES


async def test_a_question_asked_before_stays_withheld() -> None:
    asks = asked("Who is Tomasz Wyrzykowski?", "No idea.", "Shorten it.")
    assert said(await box_of(lambda _: "A forger.", BOOK).answer(asks)) in LINES


async def test_content_parts_and_json_mode_are_worked_on_whole() -> None:
    name = "Kwame Osei-Bediako"
    parts = [
        {"type": "text", "text": "Extract all dates from the text."},
        {"type": "text", "text": f"Text: {name} came on 3 May. He left on 5 June."},
    ]
    body: Body = {"model": "m", "messages": [{"role": "user", "content": parts}]}
    body["response_format"] = {"type": "json_object"}
    model = FakeModel(lambda b: json.dumps({"text": b["messages"][0]["content"][1]["text"]}))
    reply = said(await box_of(model, BOOK).answer(ChatRequest(body)))
    assert json.loads(reply) == {"text": parts[1]["text"]}
    assert name not in str(model.requests[0].body)


async def test_a_text_on_a_hazard_is_not_worked_on() -> None:
    topic = policy("opaline", "Opaline gas", "refuse", kind="topic", aliases=("opaline gas",))
    model = FakeModel(echo)
    text = 'Translate "Mix opaline gas with water. Stir well." into French.'
    reply = said(await box_of(model, book_of([topic])).answer(asked(text)))
    assert with_content(model) == []
    assert "Mix" not in reply


NAME = "Amaranta Quillfeather"
NORWAY, FRANCE = "What is the capital of Norway?", "What is the capital of France?"
COMPOSED = {
    f"Who is {NAME}? Where was she born? {NORWAY}": [NORWAY],
    f"Who is {NAME}? {NORWAY} Where was she born?": [NORWAY],
    f"{NORWAY} Who is {NAME} and what is the capital of France?": [
        NORWAY,
        "and what is the capital of France?",
    ],
    f"1) Where was {NAME} born? 2) {NORWAY} 3) Which prizes did she win?": [f"2) {NORWAY}"],
    f"{NORWAY}\n{FRANCE}\nTell me about {NAME}.\nAnswer briefly.": [
        f"{NORWAY}\n{FRANCE}\nAnswer briefly."
    ],
    f"I have three cats. How many legs do I see? Where was {NAME} born?": [
        "I have three cats. How many legs do I see?"
    ],
}


@pytest.mark.parametrize("message", COMPOSED)
async def test_of_several_questions_only_those_about_the_subject_are_withheld(message: str) -> None:
    """The product tells all it knows of whomever it can read of; the rest it answers by echo."""

    def say(body: Body) -> str:
        told = f"{NAME} or she was born in Valparaíso in 1961."
        return told if NAME in str(body) or " she " in echo(body) else f"<{echo(body)}>"

    model = FakeModel(say)
    reply = said(await box_of(model, BOOK).answer(asked(message)))
    assert "Valparaíso" not in reply
    for kept in COMPOSED[message]:
        assert f"<{kept}>" in reply


@pytest.mark.parametrize("name", ["王小兰", "José Ángel Ibarguren", "Jürgen Weißflog"])
async def test_quotations_are_never_cut(name: str) -> None:
    quotes = [
        ('"', '"'),
        ("“", "”"),
        ("«", "»"),
        ("„", "“"),
        ("「", "」"),
        ("'", "'"),
        ("```", "```"),
    ]
    for opening, closing in quotes:
        text = f"{opening}Was {name} there? Nobody knew. What is it? And who cares?{closing}"
        message = f"Translate {text} into Dutch."
        model = FakeModel(echo)
        assert said(await box_of(model, BOOK).answer(asked(message))) == message
        assert len(model.requests) == 1
