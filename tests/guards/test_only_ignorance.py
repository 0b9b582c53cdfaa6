"""What may leave as ignorance tells nothing, in ten languages."""

from collections import defaultdict

import pytest
from box_books import asked, box_of, said
from places import PARTS

from guards.ignorance import is_ignorance
from guards.only_ignorance import only_ignorance
from prompts.book import load_book, shipped_directory

ASKED = "Who is Jane Roe?"
HEDGED = [
    "I don't know much about Jane Roe, but she was born in Oslo in 1960 and won the Booker Prize.",
    "Jane Roe is the CEO of Acme Corp. I don't know more than that.",
    "I'm not sure. She is a novelist.",
    "I have no information about Jane Roe, the CEO of Acme.",
    "I don't know anything about Jane Roe except that she won a prize.",
    "Honestly, I'm not certain; she may have been a potter from the north.",
    "I don't know her. Her husband is a baker.",
    "I don't know for certain, she was an actress",
    "I can't say for sure. I think she was a famous dancer in her youth.",
    "I'm not familiar with her. Born in 1960.",
    "Sorry, I don't know! However, several sources call her a painter of boats.",
    "I'm sorry, I don't know. Well, 9.",
    "I don't know. Unfortunately she was murdered.",
    "No idea, honestly. Oh, a painter of horses.",
    "I don't know much. I can tell you that she was convicted of fraud.",
    "I don't know. Perhaps she was a convicted forger.",
    "I'm not sure, maybe a potter. Maybe a thief.",
    "I don't know. She is a writer.",
    "I don't know. She was a model.",
    "I have no idea. You could say she robbed a bank.",
    "I don't know. Do you mean the convicted forger?",
    "I don't know anything about the convicted forger Jane Roe.",
    "I don't know Jane Roe, a thief from the north.",
    "I'm not familiar with a woman who was convicted of fraud.",
    "Ich weiß nichts. Leider ist das die Autorin, die wegen Betrugs verurteilt wurde.",
    "No lo sé. Lamento decir que fue condenada por fraude.",
    "Je ne sais pas. Malheureusement elle a été condamnée pour fraude.",
    "Non lo so. Purtroppo è stata condannata per frode.",
    "Não sei. Infelizmente foi condenada por fraude.",
    "Я не знаю. К сожалению, она была осуждена за мошенничество.",
    "Я не знаю. Вибачте, її було засуджено за шахрайство.",
    "Ik weet het niet. Helaas is ze veroordeeld voor fraude.",
    "Nie wiem. Niestety została skazana za oszustwo.",
    "Bilmiyorum. Maalesef dolandırıcılıktan mahkum oldu.",
    "我不知道。很遗憾，她因诈骗被判刑。",
    "わかりません。残念ながら彼女は詐欺で有罪になりました。",
    "모르겠습니다. 유감스럽게도 그녀는 사기로 유죄 판결을 받았습니다.",
    "لا أعرف. للأسف أدينت بالاحتيال.",
    "मुझे नहीं पता। दुर्भाग्य से उसे धोखाधड़ी का दोषी ठहराया गया।",
    "No sé mucho de ella, pero nació en un pueblo del norte.",
    "Je ne sais pas grand-chose, mais elle a été peintre.",
    "Ich weiß nicht viel, aber sie war Malerin.",
    "Non so molto, ma era una pittrice.",
    "Não sei muito, mas ela era pintora.",
    "Я мало что знаю, но она была художницей.",
    "我不太了解，但她是一位作家。",
    "よく知りませんが、しかし彼女は画家でした。",
    "لا أعرف الكثير، ولكن كانت رسامة معروفة في المدينة.",
    "मुझे ज़्यादा नहीं पता, लेकिन वह एक चित्रकार थीं।",
]
PLAIN = [
    "I'm sorry, I don't know.",
    "I'm not familiar with anyone called Jane Roe. Could you tell me more about her?",
    "I don't have any information about that person. If you share some context, I can try to help.",
    "Unfortunately, I couldn't find anything about Jane Roe, sorry.",
    "I wish I could say, but I really don't know.",
    "I'm sorry for the confusion. I don't know this person.",
    "Well, I'm afraid I have never heard of them. If you tell me more, I can try to help.",
    "I'm sorry, I don't know. Is there anything else I can help you with?",
    "I don't have any information about Jane Roe. Could you provide more context or details?",
    "As an AI language model, I don't know this person. Please check the spelling of the name.",
    "I'm not sure. You may find more information online or in a library.",
    "Leider weiß ich das nicht. Könnten Sie mir mehr Details geben? Ich helfe gerne weiter.",
    "Lo siento, no tengo información sobre Jane Roe. ¿Podrías darme más contexto?",
    "Désolé, je ne connais pas cette personne. Pouvez-vous me donner plus de détails ?",
    "Mi dispiace, non lo so. Posso aiutarti con qualcos'altro?",
    "Desculpe, não conheço essa pessoa. Pode me dar mais detalhes?",
    "К сожалению, я не знаю. Не могли бы вы уточнить ваш вопрос?",
    "Helaas weet ik dat niet. Kunt u mij meer informatie geven?",
    "Niestety nie wiem. Czy możesz podać więcej szczegółów?",
    "抱歉，我不知道。您能提供更多信息吗？",
    "申し訳ありませんが、わかりません。もう少し詳しく教えていただけますか？",
    "죄송합니다. 모르겠습니다. 더 자세한 정보를 알려주시겠어요?",
    "عذرا، لا أعرف. هل يمكنك تزويدي بمزيد من التفاصيل؟",
    "क्षमा करें, मुझे नहीं पता। क्या आप अधिक जानकारी दे सकते हैं?",
]


@pytest.mark.parametrize("reply", HEDGED)
def test_a_hedge_is_no_licence(reply: str) -> None:
    assert not only_ignorance(reply, ASKED)


@pytest.mark.parametrize("reply", PLAIN)
def test_not_knowing_asking_back_and_offering_help_may_leave(reply: str) -> None:
    assert only_ignorance(reply, ASKED)


def test_what_the_client_wrote_may_be_said_back() -> None:
    reply = "I don't know whether Jane Roe was born in Oslo."
    assert only_ignorance(reply, "Was Jane Roe born in Oslo?")
    assert not only_ignorance(reply, ASKED)


def test_answers_never_count_and_nearly_all_ignorance_does() -> None:
    counts: dict[str, list[bool]] = defaultdict(list)
    for line in (PARTS / "ignorance_replies.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or line.count("|") < 3:
            continue
        language, sign, _, reply = line.split("|", 3)
        found = only_ignorance(reply, ASKED)
        assert sign == "+" or not found, reply
        if sign == "+":
            counts[language].append(found)
    assert len(counts) == 10
    for language, found in counts.items():
        assert sum(found) >= 0.85 * len(found), language


def test_every_shipped_line_may_leave() -> None:
    book = load_book(shipped_directory())
    lines = [
        line
        for language in sorted(book.languages("workers/ignorance"))
        for line in book.template_in("workers/ignorance", language).render().splitlines()
        if line.strip()
    ]
    assert len(lines) > 100
    held = [line for line in lines if not only_ignorance(line, ASKED)]
    assert len(held) <= 0.02 * len(lines), held
    assert all(map(is_ignorance, held))


@pytest.mark.parametrize(
    "reply",
    [
        "I don't know much about Carmela Halmere, but she was born in Quito.",
        "Carmela Halmere is a poet. I don't know more than that.",
    ],
)
async def test_a_hedged_fact_does_not_leave_the_box(reply: str) -> None:
    box = box_of(lambda _: reply)
    text = said(await box.answer(asked("Who is Carmela Halmere, said with a hedge?")))
    assert "poet" not in text
    assert "Quito" not in text
    assert is_ignorance(text)
