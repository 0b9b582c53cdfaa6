"""Which language a client writes, so that what the box says without a model is in that one.

    language_of(["¿Quién es Jane Roe?"], frozenset({"en", "es"}))  ->  "es"

A short question is half a name, and names speak another language than their question: so they are
taken out first, with what is quoted. Script and common words settle most of the rest; only where
they do not, py3langid (a naive Bayes classifier, BSD licence) is asked, and loaded on the first
such text. Where it is in doubt, what the client wrote before decides, and at last English. Who says
in which language to answer ("Responde en inglés") is answered in that one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from boxed.api.chat import turns_of
from prompts.book import PolicyBook
from prompts.languages import ENGLISH, LANGUAGES, NAMED

__all__ = ["TO_ANSWER", "asked_language", "in_clients_language", "language_of", "written_by_user"]

_MOST = 600  # characters of a message that are read
_FEWEST = 3  # words of a message that is in some language or other
_SUREST = 0.1  # the least share of the classifier's belief, among all LANGUAGES
_SURER = 0.45  # the same of fewer words than that
_QUOTED = re.compile(
    r"```.*?```|`[^`]*`|\bhttps?://\S+|\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|《[^》]*》|「[^」]*」"
    r"|『[^』]*』|(?<!\w)'[^']*'(?!\w)|(?<!\w)‘[^’]*’(?!\w)",
    re.DOTALL,
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# A word of Latin letters, or one of others with the marks that belong to them.
_WORD = re.compile(
    rf"{_LATIN.pattern}+(?:['-]{_LATIN.pattern}+)*|(?:(?!{_LATIN.pattern})[^\W\d_][\u0900-\u097f]*)+"
)
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
# Words of questions that only one of these languages has. Where they agree, nobody else is asked.
_TELLING: Mapping[str, str] = {
    "en": "who whom whose what where when which why how the did does tell about you your with from "
    "this that these those they their his she been were have know write wrote could would should "
    "please can and are",
    "es": "quien quién quienes quiénes qué cuál cuándo cuando dónde donde cómo cuántos cuántas "
    "háblame hablame cuéntame dime está el los las escribió nació murió hizo años usted conoces",
    "fr": "qui est où quels quelle quel quelles quand c'est qu'est-ce parle parle-moi les des une "
    "dans était connais-tu né née pourquoi combien est-il est-elle a-t-il a-t-elle est-ce écrit",
    "de": "wer wo wann welche welcher welches welchen warum ist wurde der das und ein eine über "
    "von erzähl erzähle nenne kennst geschrieben mir weißt",
    "it": "chi che dove quali quale è della parlami dimmi il gli conosci quanti anni scritto sono "
    "cosa nato nata morto perché",
    "pt": "quem onde quais qual fale fale-me você são foi escreveu nasceu morreu fez livros diga "
    "conhece não uma do da",
    "nl": "wat waar wanneer welke hoe het een van deed vertel schreef heeft waarom jij getrouwd",
    "pl": "kto gdzie kiedy jaki jaką jakie jaka ile czy jest był była opowiedz podaj znasz się co",
    "tr": "kimdir kimdi nerede zaman hangi nedir kaç mı mü bana hakkında yazdı doğdu öldü bir evli",
    "ru": "кто что где когда какие какую какой какая сколько расскажи такой такая родился умер "
    "знаешь назови был была",
    "uk": "хто що де коли які яку який яка скільки розкажи такий така народився помер знаєш назви "
    "чи був була",
    "hi": "कौन क्या कब कहाँ कहां कैसे बताओ बताइए है हैं था थी में किताबें",
}
_LANGUAGE_OF: Mapping[str, str] = {
    word: code for code, words in _TELLING.items() for word in words.split()
}
_DUTCH_WHO = re.compile(r"wie (?:is|was|zijn|waren)\b")  # in German "wie" is "how"
_FOREIGN_LETTERS = (("uk", re.compile(r"[ыэъё]")), ("ru", re.compile(r"[іїєґ]")))
_SPANISH_MARK = re.compile(r"[¿¡]")
_NAME = "|".join(sorted(NAMED, key=len, reverse=True))
TO_ANSWER = (
    r"(?:answer|reply|respond|responde[dr]?|responda|contest[ae]|antworte[nt]?(?: sie)?|réponds|"
    r"répondez|rispond[iae]|rispondete|antwoord|odpowiedz|cevapla|yanıtla|ответь(?:те)?|"
    r"отвечай(?:те)?)"
)
"""A pattern of the verbs with which somebody asks to be answered."""
_ANSWER_IN = re.compile(
    rf"\b{TO_ANSWER}(?:\s(?:me|only|please|bitte|it|this|both|them|all|to me|everything)){{0,3}}"
    rf"\s(?:in|en|auf|em|op|po|на)\s(?P<name>{_NAME})\b"
    rf"|(?:\A|[.?!\n]\s*)(?:please,? |and )?(?:in|en|auf|em|op|po|на)\s(?P<alone>{_NAME})"
    r"(?:,? (?:please|bitte|por favor|s'il (?:te|vous) plaît))?\s*(?:[.!:,]|\Z)",
    re.IGNORECASE,
)
_SCRIPTS = (("ja", _KANA), ("ko", _HANGUL), ("zh", _HAN))


def written_by_user(body: Mapping[str, Any]) -> list[str]:
    """What the client wrote in a request, the last message first."""
    return [turn.text for turn in reversed(turns_of(body)) if turn.role == "user"]


def asked_language(text: str) -> str | None:
    """The language in which a text wants to be answered; None where it does not say.

    asked_language("Por favor, responde en inglés. ¿Quién es?")  ->  "en"
    asked_language("Which of her novels are in French?")         ->  None
    """
    found = _ANSWER_IN.search(text[:_MOST])
    # A letter that only looks alike to the pattern (a dotted capital I) makes no known name.
    return None if found is None else NAMED.get((found["name"] or found["alone"]).lower())


def in_clients_language(book: PolicyBook, body: Mapping[str, Any]) -> str:
    """What tells a model to reply in the client's language, on a line of its own; English: none."""
    language = language_of(written_by_user(body), frozenset(LANGUAGES))
    if language == ENGLISH:
        return ""
    return "\n" + book.templates["workers/language"].render(language=LANGUAGES[language])


def language_of(texts: Iterable[str], known: frozenset[str]) -> str:
    """The language of the first of `texts` that shows one; English where none does.

    `known` are the languages that count: a text in any other is answered in English.
    """
    if known <= frozenset({ENGLISH}):
        return ENGLISH
    for text in texts:
        found = _language(text[:_MOST], known)
        if found is not None:
            return found if found in known else ENGLISH
    return ENGLISH


def _language(text: str, known: frozenset[str]) -> str | None:
    """The language that a text shows, None where it holds too little."""
    asked = asked_language(text)
    if asked is not None:
        return asked
    if _SPANISH_MARK.search(text):
        return "es"
    words = _without_names(text)
    if not words:
        return None
    left = " ".join(words)
    told = "nl" if _DUTCH_WHO.match(left) else _told(words)
    if told is not None:
        return told
    if not _LATIN.search(left):
        for code, script in _SCRIPTS:
            if script.search(left):
                return code
    counts = known.difference(code for code, foreign in _FOREIGN_LETTERS if foreign.search(left))
    ranked = _classifier().rank(left)
    code, belief = next((code, belief) for code, belief in ranked if code in counts)
    if float(belief) >= (_SURER if len(words) < _FEWEST else _SUREST):
        return str(code)
    # Little was said, or it is in a language that there is no text in.
    return None if len(words) < _FEWEST else ENGLISH


def _without_names(text: str) -> list[str]:
    """The words of a text in small letters, without those capitalised within it and the quoted.

    Beside another script Latin words are names too, unless they are English in small letters.
    """
    plain = _QUOTED.sub(" ", text).replace("’", "'")
    words = _WORD.findall(plain.lower() if plain.isupper() else plain)
    latin = [word for word in words if _LATIN.match(word)]
    small = [word for word in latin if word.islower()]
    if len(latin) < len(words):
        if _told(small) == ENGLISH:
            return small
        return [word.lower() for word in words if not _LATIN.match(word)]
    # The first word of a message is capitalised whatever it is.
    return [word.lower() for at, word in enumerate(words) if at == 0 or not word[:1].isupper()]


def _told(words: Iterable[str]) -> str | None:
    """The language that more telling words belong to than to any other; None if there is none."""
    counts = Counter(_LANGUAGE_OF[word] for word in words if word in _LANGUAGE_OF)
    most = counts.most_common(2)
    if not most or (len(most) == 2 and most[0][1] == most[1][1]):
        return None
    return most[0][0]


@cache
def _classifier() -> Any:
    """The classifier over LANGUAGES: 5 MB on disk, 120 MB in memory, a second or two to load."""
    langid = import_module("py3langid.langid")
    found = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    found.set_languages([code for code in LANGUAGES if code in set(found.labels)])
    return found
