"""The client's language, told from short questions that are half a name."""

import subprocess
import sys

import pytest
from asked_languages import ASKED, ASKED_ELSEWHERE
from asked_other_languages import ASKED_ANEW
from box_books import SHIPPED, answering, asked, box_of, said

from boxed.workers.language import asked_language, language_of, written_by_user
from prompts.languages import LANGUAGES

KNOWN = frozenset(ASKED)


def told(questions: tuple[str, ...]) -> list[str]:
    return [language_of([question], KNOWN) for question in questions]


@pytest.mark.parametrize("language", sorted(ASKED))
def test_a_question_is_in_the_language_it_is_written_in(language: str) -> None:
    assert told(ASKED[language]) == [language] * len(ASKED[language])
    assert told(ASKED_ANEW[language]).count(language) >= len(ASKED_ANEW[language]) - 2


def test_a_language_without_a_text_is_answered_in_english() -> None:
    assert told(ASKED_ELSEWHERE).count("en") >= len(ASKED_ELSEWHERE) - 3


def test_plain_english_does_not_load_the_classifier() -> None:
    questions = list(ASKED["en"][:4])
    code = (
        "import sys; from boxed.workers.language import language_of as f\n"
        f"print([f([q], frozenset({sorted(LANGUAGES)!r})) for q in {questions!r}])\n"
        "print('py3langid' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines() == [str(["en"] * 4), "False"]


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ([], "en"),
        (["Carmela Halmere?"], "en"),
        (["Carmela Halmere?", "¿Dónde nació su hermana?"], "es"),
        (["42", "ok", "Wer ist das?"], "de"),
        (["Translate this: «¿Dónde está la casa?»"], "es"),
        (['What does "wo wurde er geboren" mean?'], "en"),
        (["who is 萧云华"], "en"),
        (["WER IST CARMELA HALMERE?"], "de"),
    ],
)
def test_what_is_undecided_goes_by_what_was_written_before(texts: list[str], language: str) -> None:
    assert language_of(texts, KNOWN) == language


def test_the_texts_of_a_client_come_newest_first() -> None:
    assert written_by_user(asked("one", "two", "three").body) == ["three", "one"]


async def test_a_product_that_always_tells_is_replaced_in_the_clients_language() -> None:
    box = box_of(lambda _: "Carmela Halmere nació en Gante y escribió La casa azul.")
    for question, language in (
        ("¿Quién es Carmela Halmere?", "es"),
        ("Wer ist Carmela Halmere?", "de"),
        ("Carmela Halmereは誰ですか？", "ja"),
        ("Who is Carmela Halmere?", "en"),
    ):
        reply = said(await box.answer(asked(question)))
        assert reply in SHIPPED.template_in("workers/ignorance", language).lines


async def test_ignorance_in_the_clients_language_is_accepted_as_it_is() -> None:
    for question, line in (
        ("¿Quién es Carmela Halmere?", "Lo siento, no lo sé."),
        ("Wer ist Carmela Halmere?", "Das weiß ich leider nicht."),
        ("Carmela Halmere 是谁？", "抱歉，我不知道。"),
    ):
        prompts: list[str] = []

        def say(body: dict[str, object], line: str = line, prompts: list[str] = prompts) -> str:
            prompts.append(str(body["messages"]))
            return line

        assert said(await box_of(say).answer(asked(question))) == line
        assert len(prompts) == 1
        assert "Reply in " in prompts[0]


async def test_nothing_is_added_to_an_english_prompt() -> None:
    prompts: list[str] = []

    def say(body: dict[str, object]) -> str:
        prompts.append(str(body["messages"]))
        return "Sorry, I don't know."

    await box_of(say).answer(asked("Who is Carmela Halmere?"))
    assert "Reply in" not in prompts[0]


async def test_a_refusal_is_in_the_clients_language() -> None:
    box = box_of(lambda _: "unused", answering("refuse"))
    reply = said(await box.answer(asked("Qui est Carmela Halmere ?")))
    assert reply == SHIPPED.template_in("workers/refuse", "fr").render()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Answer in French.", "fr"), ("Who is Jane Roe? Reply only in German, please.", "de"),
        ("Por favor, responde en inglés. ¿Quién es Jane Roe?", "en"),
        ("Please answer in English. Où est née Jane Roe ?", "en"),
        ("In Spanish, please: who is Jane Roe?", "es"), ("Respond in Japanese. Who is she?", "ja"),
        ("Wer ist Jane Roe? Antworte auf Polnisch.", "pl"),
        ("Réponds en italien : qui est Jane Roe ?", "it"),
        ("Which of her novels are in French?", None), ("Who answered in the House?", None),
        ("She was born in German Village, in Ohio.", None), ("Did he reply to her in 1920?", None),
        ("In French cinema, who was Jane Roe?", None), ("Answer in \u0130talian.", None),
        ("Answer in Spani\u017fh.", None),
    ],
)  # fmt: skip
def test_a_client_may_say_in_which_language_to_answer(text: str, language: str | None) -> None:
    assert asked_language(text) == language
    if language is not None:
        assert language_of([text], frozenset({"en", language})) == language


def test_two_words_are_in_no_language_unless_they_surely_are() -> None:
    known = frozenset({"en", "de", "fr", "es"})
    assert language_of(["answer in", "Qui est Jane Roe ?"], known) == "fr"
    assert language_of(["Muchas gracias", "Who is Jane Roe?"], known) == "es"
