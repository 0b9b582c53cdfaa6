"""Statements in other languages than English: what neither asks nor requests, and is a sentence.

    states("Jane Roe hat mir gestern zwei Katzen geschenkt.")   ->  True
    states("Erzähl mir von Jane Roe.")                          ->  False

No verb is known here. A sentence states that ends with a full stop, has words enough that belong to
such a language, and holds no question mark, no question word, no form of a request and no noun that
asks by itself ("Biografie von ..."). An unknown way to ask is taken for a statement: then it stays
with its question, and its subject is hidden from the model.
"""

# ruff: noqa: RUF001 - letters of other scripts look like Latin ones
from __future__ import annotations

import re

__all__ = ["states"]

_I = re.IGNORECASE
_END = re.compile(r"[.!。！।][\s\"'”’»）)\]⟂]*\Z")
_BEGIN = r"(?:\A|[,;:–—-]|\b(?:und|y|et|e|i|и|та|en|ve)\b)[\s¿\"'«„“-]*(?:\w{1,4} )?"
_ASKS_ANYWHERE = re.compile(
    r"[?？؟¿]|_{2,}|…|\.\.\."
    r"|\b(?:wer|wen|wem|wessen|wann|woher|wohin|warum|wieso|weshalb|wieviele?|quién(?:es)?|qué|"
    r"cuál(?:es)?|cuándo|dónde|adónde|cómo|cuánt[oa]s?|pourquoi|combien|quel(?:le)?s?|est-ce|"
    r"perché|quant[ei]|waarom|wanneer|dlaczego|nerede\w*|nasıl|neden|niçin|hangi\w*|kaç|"
    r"kim(?:dir)?|ne zaman|(?-i:m[ıuü](?:dır|dur|dür)?)|mi(?=[.!\s]*\Z)|ли|чи|почему|зачем|чому|"
    r"откуда|звідки|сколько|скільки|"
    r"ماذا|متى|أين|كيف|لماذا|هل|कौन|क्या|कब|कहाँ|कहां|क्यों|कैसे|कितन\w*|किस\w*)\b"
    r"|\w-(?:t-)?(?:il|elle|tu|vous|on|ils|elles)\b"
    r"|谁|誰|什么|什麼|何时|哪|怎么|怎樣|为什么|为何|多少|几|吗|呢|嗎|何|いつ|どこ|なぜ|どう|どの|どれ|"
    r"いく[つら]|か[。.！!]|누구|무엇|뭐|언제|어디|왜|어떻게|어떤|몇|얼마|[까니][.。]",
    _I,
)
_ASKS_FIRST = re.compile(
    _BEGIN + r"(?:was|wo|wie|welche[rsnm]?|quien(?:es)?|que|cual(?:es)?|cuando|donde|como|"
    r"cuant[oa]s?|qui|quand|où|comment|chi|quando|dove|come|qual[ei]?|cosa|quem|quais|onde|"
    r"quant[oa]s?|wie|wat|waar|hoe|welke?|kto|co|kiedy|gdzie|jak\w*|ile|któr\w*|кто|что|когда|где|"
    r"куда|как\w*|чей|хто|що|коли|де|куди|як\w*|من|ما|كم|أي)\b",
    _I,
)
_REQUESTS = re.compile(
    r"\b(?:sage?|sagt|erzähl\w*|nenne?|nennt|beschreib\w*|erklär\w*|gib|gebt|zeige?|liste|"
    r"schreibe?|informier\w*|verrate?|berichte?|suche?|(?:will|möchte|wüsste|würde) (?:ich )?(?:"
    r"\w+ )?(?:wissen|gerne?|erfahren)|"
    r"di|dime|dinos|cuenta|cuéntame|cuéntanos|háblame|habla|explica\w*|explique\w*|describ\w*|dame|"
    r"enumera|nombra|menciona|escribe|busca|muestra\w*|indica|"
    r"dis|dites|raconte\w*|parle(?:-moi|z)?|décri\w*|donne(?:-moi|z)?|nomme[zr]?|cite[zr]?|"
    r"écri(?:s|vez)|cherche[zr]?|montre\w*|indique[zr]?|"
    r"dimmi|racconta\w*|parla(?:mi|ci|te)?|spiega\w*|descrivi\w*|elenca\w*|nomina|scrivi\w*|cerca|"
    r"mostra\w*|diga\w*|fale|conte|descreva|dê|nomeie|escreva|procure|mostre|"
    r"(?:quiero|quisiera|gustaría|veux|voudrais|aimerais|voglio|vorrei|quero|gostaria|wil|chcę|"
    r"хочу|хотел\w*|хотіл\w*) (?:\w+ )?(?:saber|savoir|sapere|weten|wiedzieć|знать|знати|узнать)|"
    r"vertel|zeg|noem|beschrijf|geef|schrijf|zoek|toon|powiedz|opowiedz|podaj|opisz|wyjaśnij|"
    r"wymień|napisz|znajdź|pokaż|söyle\w*|anlat\w*|açıkla\w*|tanımla\w*|ver(?:in|iniz)?|yaz|bul|"
    r"göster|listele|расскажи\w*|скажи\w*|назови\w*|опиши\w*|объясни\w*|дай\w*|перечисли\w*|"
    r"напиши\w*|найди\w*|покажи\w*|сообщи\w*|розкажи\w*|розпові\w*|назви\w*|поясни\w*|перелічи\w*|"
    r"знайди\w*|أخبر(?:ني|يني|نا)|اشرح|صف|اذكر|اكتب|ابحث|أعط(?:ني|يني|نا)|حدث(?:ني|يني)|أريد|बताओ|बताइए|बताइये|बताएं|बताएँ|"
    r"समझा\w*|लिखो|लिखिए|दीजिए|"
    r"me demande|frage mich|me pregunto|mi chiedo|me pergunto|vraag me|zastanawiam|интересно|"
    r"цікаво|merak|"
    r"biogra[fp]\w*|lebenslauf|geburts\w*|nacimiento|naissance|nascita|nascimento|narodzin\w*|"
    r"doğum\w*|биограф\w*|біограф\w*|рождени\w*|народженн\w*|سيرة|जीवनी|informa\w+|informations?|"
    r"renseigne\w*|angaben|auskunft|datos|données|dados|dane|сведени\w*|информац\w*|інформац\w*)\b"
    r"|告诉|告訴|介绍|介紹|说说|讲讲|描述|解释|列出|(?<![送交寄借带还还买拿卖教讲写打留])给我|想知道|请|請|生平|简介|传记|出生|"
    r"教えて|説明して|話して|述べて|書いて|挙げて|ください|知りたい|経歴|生年月日|"
    r"알려|말해|설명|이야기해|찾아|보여|주세요|싶|생애|약력|정보",
    _I,
)
# Little words that only such a language has, and that a sentence of it can hardly do without.
_SPOKEN = re.compile(
    r"\b(?:ich|mir|mich|wir|uns|mein\w*|unser\w*|hat|haben|habe|ist|wurde|wird|und|der|dem|den|das|"
    r"ein|eine[nmrs]?|er|sie|ihr\w*|kein\w*|nicht|auch|mit|vom|zum|zur|"
    r"yo|mi|mis|nos|el|los|las|una?|del|es|fue|ha|han|tengo|tiene|con|por|para|su|sus|ella|y|se|lo|"
    r"[cdjlmnst](?=['’])|qu(?=['’])|de|deux|je|ma|mon|mes|nous|le|les|des|du|une|est|était|ai|avons|avec|pour|sur|dans|elle|il|et|"
    r"io|gli|della?|di|è|sono|ho|hai|abbiamo|per|suo|sua|lei|ci|che|un|ed|la|"
    r"eu|meu|minha|um|uma|os|do|da|dos|foi|são|tenho|tem|com|mais|dois|duas|também|não|ela|ele|seu|me|"
    r"ik|mij|mijn|het|een|van|heeft|heb|hebben|zijn|werd|voor|niet|haar|hij|ze|op|en|"
    r"ja|mnie|mam|moj\w*|nie|się|był\w*|jest|ma|od|na|dla|przez|jego|jej|oraz|"
    r"ben|bana|benim|bir|ve|için|ile|var|bu|çok|daha|iki|dün)\b",
    _I,
)
_LOWER_CYRILLIC = re.compile(r"\b[а-яёіїєґ]\w*")
_WORDS_ELSEWHERE = re.compile(r"[\u0600-\u06ff\u0900-\u097f]{2,}")
_UNSPACED = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_CUT_SHORT = re.compile(
    r"\b(?:in|im|am|von|aus|bei|mit|für|ist|war|wurde|geboren|en|de|del|con|es|era|nació|à|dans|du|"
    r"est|né|née|di|a|è|nato|nata|em|por|foi|nasceu|te|is|was|w|z|jest|в|на|из|с|у)[\s.!]*\Z",
    _I,
)
_FEWEST_LITTLE, _FEWEST_WORDS, _FEWEST_SIGNS = 2, 4, 7


def states(sentence: str) -> bool:
    """Is it a statement of another language, by all that can be seen without knowing its verb?"""
    if _END.search(sentence) is None or _CUT_SHORT.search(sentence):
        return False
    if _ASKS_ANYWHERE.search(sentence) or _ASKS_FIRST.search(sentence):
        return False
    return _REQUESTS.search(sentence) is None and _is_spoken(sentence)


def _is_spoken(sentence: str) -> bool:
    """Has it words enough of another language than English beside a name?"""
    if len(_UNSPACED.findall(sentence)) >= _FEWEST_SIGNS:
        return True
    if len(_LOWER_CYRILLIC.findall(sentence)) >= _FEWEST_LITTLE:
        return True
    if len(_WORDS_ELSEWHERE.findall(sentence)) >= _FEWEST_WORDS:
        return True
    little = {word.lower() for word in _SPOKEN.findall(sentence)}
    return len(little) >= _FEWEST_LITTLE and len(_WORD.findall(sentence)) >= _FEWEST_WORDS
