"""Several questions in one message: each goes where it belongs, with what leads to it."""

# ruff: noqa: RUF001 - letters of other scripts

import re

import pytest
from box_books import asked, box_of, policy, said

from boxed.deciding.preludes import announces, is_small_talk, says_how
from boxed.deciding.reading import Hit, Reader
from boxed.models.fake import FakeModel
from guards.ignorance import is_ignorance
from prompts.book import book_of

NAME = "Demi Moore"


def pieces(text: str) -> list[tuple[str, bool]]:
    hits = [Hit("p", m.start(), m.end()) for m in re.finditer(NAME, text)]
    return [(piece.text, bool(piece.about)) for piece in Reader(text, hits).read()]


OWN = f"In which year did {NAME} make a cameo in Young Doctors in Love?"


@pytest.mark.parametrize(
    "other",
    [
        "What is the name of the fictional town where 'Stranger Things' is set?",
        'What is the hobby of the main character in "The Big Lebowski"?',
        "Who featured on the single 'Baby' from the album My World 2.0?",
        "What is the capital of France?",
    ],
)
@pytest.mark.parametrize(
    "joint", [" ", "\n", " Also: ", " And one more thing. ", "\nNext question: "]
)
def test_a_question_of_its_own_is_answered_apart(other: str, joint: str) -> None:
    found = pieces(OWN + joint + other)
    assert [about for _, about in found] == [True, False]
    assert found[0][0].startswith(OWN)
    assert found[1][0].endswith(other)
    found = pieces(other + joint + OWN)
    assert [about for _, about in found] == [False, True]
    assert found[0][0].startswith(other)
    assert found[1][0].endswith(OWN)


@pytest.mark.parametrize(
    "leaning",
    [
        "What is the name of her first husband?", "And what were their professions?",
        "What is the character called that she plays in 'Ghost'?", "Who is that actress?",
    ],
)  # fmt: skip
def test_a_question_that_leans_on_the_subject_stays_with_it(leaning: str) -> None:
    text = f"Who are {NAME}'s parents? {leaning} What is the capital of France?"
    found = pieces(text)
    assert [about for _, about in found] == [True, False], found
    assert found[0][0].endswith(leaning)


def test_a_clause_about_their_children_goes_with_the_question_before() -> None:
    text = f"Has Iman been in a film? Who are {NAME}'s parents and what were their professions?"
    assert [(t.split()[0], about) for t, about in pieces(text)] == [("Has", False), ("Who", True)]


def test_a_statement_about_the_subject_goes_with_the_question_about_it() -> None:
    text = f"{NAME} made a comeback in 2003. In which film did she play? How deep is Lake Baikal?"
    found = pieces(text)
    assert [about for _, about in found] == [True, False]
    assert NAME not in found[1][0]


@pytest.mark.parametrize(
    "sentence",
    ["And one more thing.", "Another question:", "One last quick question.", "Something else:",
     "Otra pregunta:", "Noch eine Frage.", "Encore une question :", "On another note,"],
)  # fmt: skip
def test_what_announces_a_question_asks_for_nothing(sentence: str) -> None:
    assert announces(sentence)
    assert not says_how(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Please answer in English.", "Por favor, responde en inglés.", "Antworte bitte kurz.",
     "Answer briefly.", "Réponds en français.", "Reply in one sentence, please.",
     "In Spanish, please.", "Please answer both in German.", "Be brief.", "Answer in JSON.",
     "In one word each, please.", "Keep your answers short.", "At most 20 words.",
     "Reply as a bulleted list.", "Answer both questions in at most two sentences each."],
)  # fmt: skip
def test_how_to_answer_asks_for_nothing_and_goes_with_every_question(sentence: str) -> None:
    assert says_how(sentence)
    assert not announces(sentence)
    other = "Who painted Guernica?"
    for text in (f"{sentence} {OWN} {other}", f"{OWN} {other} {sentence}"):
        found = pieces(text)
        assert [about for _, about in found] == [True, False]
        assert all(sentence in words for words, _ in found)
    # Said between two, it is about the one that it stands beside.
    found = pieces(f"{OWN} {sentence} {other}")
    assert [sentence in words for words, _ in found] == [False, True]


@pytest.mark.parametrize(
    "sentence",
    ["Hope you are well!", "I hope this finds you well.", "How are you?", "I'm just curious.",
     "Sorry to bother you!", "I need this for a quiz tonight.", "It's for my homework.",
     "No rush.", "I'd really appreciate it.", "Espero que estés bien.", "¿Cómo estás?",
     "J'espère que vous allez bien.", "Ich hoffe, es geht dir gut!", "Wie geht's?",
     "Es ist für die Schule.", "Spero che tu stia bene.", "Tudo bem?", "Hoe gaat het?",
     "Надеюсь, у вас всё хорошо.", "Jak się masz?", "Nasılsınız?"],
)  # fmt: skip
def test_small_talk_is_no_text_to_work_on(sentence: str) -> None:
    assert is_small_talk(sentence)
    other = "Who painted Guernica?"
    for text in (f"{sentence} {OWN} {other}", f"{OWN} {other} {sentence}"):
        assert [about for _, about in pieces(text)] == [True, False]
    for text in (f"{sentence} {other} {OWN}", f"{other} {OWN} {sentence}"):
        assert [about for _, about in pieces(text)] == [False, True]


@pytest.mark.parametrize(
    "sentence",
    ["I have three cats.", "I hope Demi Moore is well.", "My printer prints pink.",
     "How tall is it?", "I hope you know where Demi Moore was born.",
     "It's for the Demi Moore quiz",
     "Espero que Demi Moore esté bien.", "Es ist für Demi Moore.", "Come sta Demi Moore?",
     "I need a poem on the sea.", "I'm curious how tall she is.", "It is for whom?",
     "I want this text translated into French."],
)  # fmt: skip
def test_what_tells_or_asks_something_is_no_small_talk(sentence: str) -> None:
    assert not is_small_talk(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Answer as Demi Moore would.", "One more thing about Demi Moore.", "Reply in her voice.",
     "Answer the question.", "Tell me one thing.", "Another question on the actress of Ghost:",
     "Answer in the words of the star of Ghost.", "Give a list.", "In a list of her films.",
     "Use words that Demi Moore used.", "Be Demi Moore.", "Keep her short."],
)  # fmt: skip
def test_what_holds_more_is_neither(sentence: str) -> None:
    assert not announces(sentence)
    assert not says_how(sentence)


@pytest.mark.parametrize(
    ("own", "other"),
    [("黛米·摩尔是谁？", "法国的首都是哪里？"), ("黛米·摩尔出生在哪里？", "谁画了格尔尼卡？"),
     ("デミ・ムーアは誰ですか？", "水の沸点は何度ですか？"),
     ("데미 무어는 누구입니까? ", "프랑스의 수도는 어디입니까?"),
     ("डेमी मूर कौन है? ", "फ्रांस की राजधानी क्या है?"), ("من هي ديمي مور؟ ", "ما هي عاصمة فرنسا؟"),
     ("Demi Moore kimdir? ", "Fransa'nın başkenti neresidir?"),
     ("Who is Demi Moore, ", "what is the capital of France?"),
     ("Where was Demi Moore born, ", "what's 17 times 3, and who painted Guernica?")],
)  # fmt: skip
def test_two_questions_are_two_in_any_script_and_behind_a_comma(own: str, other: str) -> None:
    name = re.search("黛米·摩尔|デミ・ムーア|데미 무어|डेमी मूर|ديمي مور|Demi Moore", own)
    assert name is not None
    found = Reader(own + other, [Hit("p", name.start(), name.end())]).read()
    assert [(piece.text, bool(piece.about)) for piece in found] == [
        (own.strip(), True), (other, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "other"),
    [("黛米·摩尔是谁？", "出生在哪里？"), ("黛米·摩尔是谁？", "她的丈夫是谁？"),
     ("黛米·摩尔是谁？", "第一部电影是什么？"),
     ("デミ・ムーアは誰ですか？", "どこで生まれましたか？"), ("डेमी मूर कौन है? ", "कहाँ पैदा हुई?"),
     ("من هي ديمي مور؟ ", "أين ولدت؟"), ("من هي ديمي مور؟ ", "كم عمرها؟"),
     ("Demi Moore kimdir? ", "Nerede doğdu?"), ("Who is Demi Moore, ", "what are her films?")],
)  # fmt: skip
def test_a_question_without_a_subject_goes_with_the_one_before(own: str, other: str) -> None:
    name = re.search("黛米·摩尔|デミ・ムーア|डेमी मूर|ديمي مور|Demi Moore", own)
    assert name is not None
    found = Reader(own + other, [Hit("p", name.start(), name.end())]).read()
    assert [bool(piece.about) for piece in found] == [True]


@pytest.mark.parametrize(
    "message",
    ["Since Demi Moore left, how long did the marriage last?",
     "When Demi Moore was young, what is known about the family?",
     "In the film Ghost with Demi Moore, what is the name of the villain?",
     "As Demi Moore's biographer, what are the key dates?"],
)  # fmt: skip
def test_what_leads_to_a_question_behind_a_comma_goes_with_it(message: str) -> None:
    assert pieces(message) == [(message, True)]


async def test_the_other_question_keeps_its_answer() -> None:
    model = FakeModel(lambda body: "It is Hawkins." if "Stranger" in str(body) else "In 1982.")
    box = box_of(model, book_of([policy("demi", NAME)]))
    other = "What is the name of the fictional town where 'Stranger Things' is set?"
    reply = said(await box.answer(asked(f"{OWN} And one more thing. {other}")))
    assert "It is Hawkins." in reply
    assert "1982" not in reply
    assert is_ignorance(reply.split("It is Hawkins.")[0])
