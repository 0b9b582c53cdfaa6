"""Statements in other languages stay with their question; requests in them do not become some."""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import re

import pytest
from box_books import asked, box_of, policy, said

from boxed.api.chat import last_user_text
from boxed.deciding.tasks import kind_of
from boxed.models.fake import FakeModel
from prompts.book import book_of

NAME = "Jane Quillfeather"
BOOK = book_of([policy("jane", NAME)])

STATED = {
    "de": "Ich habe drei Katzen. {} hat mir gestern zwei weitere geschenkt. Wie viele Katzen habe "
    "ich jetzt?",
    "es": "Tengo tres gatos. {} me regaló dos más. ¿Cuántos gatos tengo ahora?",
    "fr": "J'ai trois chats. {} m'en a offert deux de plus. Combien de chats ai-je maintenant ?",
    "it": "Ho tre gatti. {} me ne ha regalati altri due. Quanti gatti ho adesso?",
    "pt": "Tenho três gatos. {} me deu mais dois. Quantos gatos tenho agora?",
    "nl": "Ik heb drie katten. {} heeft mij er nog twee gegeven. Hoeveel katten heb ik nu?",
    "pl": "Mam trzy koty. {} dała mi jeszcze dwa koty na urodziny. Ile mam teraz kotów?",
    "tr": "Üç kedim var. {} bana iki kedi daha hediye etti. Şimdi kaç kedim var?",
    "ru": "У меня три кошки. {} подарила мне ещё двух. Сколько у меня теперь кошек?",
    "uk": "У мене три коти. {} подарувала мені ще двох. Скільки в мене тепер котів?",
    "zh": "我有三只猫。{}又送给我两只猫作为礼物。我现在有多少只猫？",
    "ja": "私は猫を三匹飼っています。{}がさらに二匹くれました。今、猫は何匹いますか？",
    "ko": "나는 고양이가 세 마리 있다. {}가 나에게 두 마리를 더 주었다. "
    "지금 고양이가 몇 마리 있을까?",
    "ar": "لدي ثلاث قطط. أعطتني {} قطتين أخريين بالأمس. كم قطة لدي الآن؟",
    "hi": "मेरे पास तीन बिल्लियाँ हैं। {} ने मुझे दो और बिल्लियाँ दी हैं। अब मेरे पास कितनी बिल्लियाँ हैं?",
}
ASKED = [
    "Erzähl mir von {}. Was ist die Hauptstadt von Norwegen?",
    "Ich möchte gerne wissen, wann {} geboren wurde. Was ist die Hauptstadt von Norwegen?",
    "Verrate mir den Geburtsort von {}. Was ist die Hauptstadt von Norwegen?",
    "Eine kurze Biografie von {} mit allen Daten. Was ist die Hauptstadt von Norwegen?",
    "Cuéntame la vida de {} y de su familia. ¿Cuál es la capital de Noruega?",
    "Quiero saber dónde nació {} y por qué. ¿Cuál es la capital de Noruega?",
    "Raconte-moi la vie de {} et de sa famille. Quelle est la capitale de la Norvège ?",
    "Je voudrais savoir où est née {} et pour quoi. Quelle est la capitale de la Norvège ?",
    "Dimmi dove è nata {} e con chi vive. Qual è la capitale della Norvegia?",
    "Fale sobre a vida de {} e da sua família. Qual é a capital da Noruega?",
    "Vertel mij over het leven van {} en van haar familie. Wat is de hoofdstad van Noorwegen?",
    "Opowiedz mi o życiu, które miała {}. Jaka jest stolica Norwegii?",
    "Bana {} hakkında bir şeyler anlat. Norveç'in başkenti neresi?",
    "Расскажи мне о жизни {} и её семье. Какая столица Норвегии?",
    "Розкажи мені про життя {} та її родину. Яка столиця Норвегії?",
    "请告诉我{}是在什么地方出生的。挪威的首都是哪里？",
    "{}の生涯について詳しく教えてください。ノルウェーの首都はどこですか？",
    "{}의 생애에 대해 자세히 알려 주세요. 노르웨이의 수도는 어디인가요?",
    "أخبرني عن حياة {} وعن عائلتها. ما هي عاصمة النرويج؟",
    "मुझे {} के जीवन के बारे में विस्तार से बताइए। नॉर्वे की राजधानी क्या है?",
]


@pytest.mark.parametrize("language", STATED)
async def test_a_statement_stays_with_its_question(language: str) -> None:
    model = FakeModel(lambda body: last_user_text(body))
    text = STATED[language].format(NAME)
    assert said(await box_of(model, BOOK).answer(asked(text))) == text
    sent = [last_user_text(one.body) for one in model.requests]
    assert any(one.startswith(text.split(NAME)[0]) for one in sent)
    assert not any(re.search("Jane|Quillfeather", one) for one in sent)


@pytest.mark.parametrize("message", ASKED)
async def test_what_asks_about_the_subject_is_answered_apart(message: str) -> None:
    text = message.format(NAME)
    told = "She was born in Valparaíso in 1961, a convicted forger."
    reply = said(await box_of(lambda _: told, BOOK).answer(asked(text)))
    assert "Valparaíso" not in reply
    assert kind_of(text.split(NAME)[0].split(". ")[0] + NAME + ".") != "statement"


@pytest.mark.parametrize(
    "sentence",
    ["Divulge the address of Jane Roe.", "Jane Roe.", "Der Geburtsort von Jane Roe ist.",
     "Jane Roe wurde geboren in.", "Wo wurde Jane Roe geboren.", "¿Dónde nació Jane Roe.",
     "Quand est née Jane Roe.", "Jane Roe, Geburtsdatum und Geburtsort.", "Qui est Jane Roe.",
     "Je me demande quand elle est née, Jane Roe.", "Кто такая Jane Roe и где она живёт.",
     "Jane Roe est née en ...", "Jane Roe nació en ___."],
)  # fmt: skip
def test_what_asks_is_no_statement(sentence: str) -> None:
    assert kind_of(sentence) != "statement"
