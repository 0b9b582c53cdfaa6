"""Sentences beside a question that ask for nothing: that one follows, how to answer, small talk.

    announces("And one more thing.")               ->  True
    says_how("Por favor, responde en inglés.")     ->  True
    says_how("Answer as Jane Roe would.")          ->  False
    is_small_talk("Hope you are well!")            ->  True

They ask for nothing by themselves, so they stay with what they stand beside. Nothing else may
stand in them: a name, say, is asked about.
"""

# ruff: noqa: RUF001 - letters of other scripts
from __future__ import annotations

import re

from boxed.workers.language import TO_ANSWER
from prompts.languages import NAMED

__all__ = ["announces", "is_small_talk", "says_how"]

_LEAD = (
    r"(?:(?:and|also|then|now|next|oh|ok(?:ay)?|so|but|please|kindly|by the way|btw|just|well|y|e|"
    r"et|und|en|por favor|bitte|s'il (?:te|vous) plaît|per favore|alstublieft|пожалуйста|и)\b"
    r"[\s,:;-]*)*"
)
_MORE = (
    r"(?:i(?:'ve| have) (?:got )?)?(?:(?:just|only|here(?:'s| is| are|)|there(?:'s| is))\s)?"
    r"(?:(?:one|a|an|two|three|some|a few|another|my|the|this)\s)?"
    r"(?:(?:more|last|other|another|first|second|third|next|final|quick|short|small|further|"
    r"different|unrelated|separate|completely|totally|simple|easy|follow-?up)\s){0,3}"
    r"(?:things?|questions?|points?|topics?)(?: (?:for you|please|then|too|as well))?"
    r"|on (?:another|a different|an unrelated) (?:note|subject|topic)"
    r"|(?:something|one) else|separately|besides|unrelated(?:ly)?|secondly|thirdly|lastly"
    r"|(?:otra|una|la (?:siguiente|última)) (?:pregunta|cosa)(?: más)?"
    r"|noch (?:eine?|ne) (?:andere |letzte )?(?:frage|sache)|(?:eine )?(?:andere|nächste) frage"
    r"|(?:encore )?une? (?:autre |dernière )?(?:question|chose)"
    r"|(?:un'altra|ancora una|un'ultima) (?:domanda|cosa)"
    r"|(?:mais|outra) (?:uma )?(?:pergunta|coisa)|nog (?:een|één) (?:vraag|ding)"
    r"|(?:ещё|еще) (?:один вопрос|одно)|jeszcze jedno(?: pytanie)?|bir (?:soru|şey) daha"
)
_ANSWER = rf"(?:write|speak|{TO_ANSWER})"
_TONGUE = "|".join(NAMED)
_LENGTH = (
    r"(?:(?:at most|no more than|up to|under|fewer than|max(?:imum)?(?: of)?|exactly|about)\s)?"
    r"(?:one|a|an|two|three|few|short|full|single|plain|simple|\d{1,3})[\s-]?(?:(?:short|single|full|"
    r"brief|complete|plain|simple)\s)?(?:words?|sentences?|lines?|paragraphs?|number|phrases?)"
    r"|detail|brief|short"
)
_FORM = (
    r"(?:valid |plain )?(?:json|ya?ml|xml|csv|html|markdown|text)|(?:an? )?(?:(?:bulleted|numbered|"
    r"short|simple|plain|markdown|comma-separated) )?(?:list|table|bullet points?|bullets)"
    r"(?: form| format)?"
)
_ALL = r"(?:only|it|this|me|both|each|all|them|everything|(?:both|all|each|the) questions?)"
_EACH = rf"(?:,? (?:language|only|please|language only|each|per {_ALL}|for {_ALL}|for me))*"
_HOW = (
    rf"(?:{_ALL}(?: of (?:them|these))?\s)*(?:in|en|auf|em|op|po|по|на|as|with|using|use)\s"
    rf"(?:the\s)?(?:{_TONGUE}|{_LENGTH}|{_FORM}){_EACH}"
    r"|(?:bitte )?(?:kurz|knapp)|brevemente|brièvement|kort|krótko|кратко|briefly|shortly"
    r"|concisely|honestly|truthfully|carefully|politely|step by step|separately|in order"
    r"|with (?:yes or no|one word)(?: only)?"
    rf"|(?:be|keep (?:it|them|(?:both|all|each) answers?|(?:your|the) (?:answers?|repl(?:y|ies)))|"
    r"make it)(?: (?:very|as|really))? (?:brief|short|concise|quick|simple|polite|precise|honest|"
    rf"clear)(?: as possible)?{_EACH}"
    rf"|(?:use )?{_LENGTH}{_EACH}"
)
_PURPOSE = (
    r"(?:(?:a|an|my|our|the|some) )?(?:(?:school|pub|trivia|class|book|short|little|new|family) )?"
    r"(?:quiz|homework|school|class|project|essay|paper|presentation|report|course|test|exam|friend|"
    r"crossword|trivia|assignment|article|work|job|research|club|night|game|party|speech|thesis)"
)
_TALK = (
    r"(?:i )?(?:really )?hope (?:that )?(?:you(?:'re| are)|all is|everything(?:'s| is)|this|that|"
    r"it) (?:all )?(?:well|doing well|good|fine|ok(?:ay)?|helps|makes sense|finds you well|"
    r"having an? (?:good|great|nice|lovely|excellent) (?:day|week|weekend|evening|morning))"
    r"|how are (?:you|things)(?: (?:doing|today|going)){0,2}|how's it going|nice to meet you"
    r"|(?:i'm |i am )?sorry (?:to bother(?: you)?|for (?:the )?(?:bother|trouble|inconvenience)|"
    r"in advance)|(?:take your time|no (?:rush|hurry|worries))"
    rf"|(?:this|it)(?:'s| is) (?:just |only )?for {_PURPOSE}(?: (?:tonight|today|tomorrow))?"
    r"|i(?:'m| am) (?:just |only |really )?(?:curious|asking|wondering)"
    rf"(?: for {_PURPOSE})?|i(?:'m| am) (?:doing|writing|preparing) {_PURPOSE}"
    r"|(?:i|we) (?:just |only |really )?(?:need|want) (?:this|it|them|the answers?|your help|help)"
    rf"(?: (?:for|with) {_PURPOSE})?(?: (?:please|tonight|today|tomorrow|soon|now|asap)){{0,2}}"
    r"|(?:i|we)(?:'d| would) (?:really |greatly )?appreciate (?:it|that|this|any help|your help)"
    r"|looking forward to (?:it|your (?:reply|answers?|response)|hearing from you)"
)
_ELSEWHERE = (
    r"espero que (?:est[éeáa]s?|estén|te encuentres|se encuentre|todo (?:vaya|esté)) (?:muy )?bien"
    r"|cómo (?:estás?|te va|le va|va todo)|no hay prisa|(?:perdona|disculpa|perdón por) la molestia"
    r"|es para (?:(?:un|una|el|la|mi|mis) )?(?:trabajo|deberes|clase|colegio|escuela|examen)"
    r"|j'espère que (?:tu vas|vous allez|tout va) bien|(?:comment )?(?:ça va|vas-tu|allez-vous)"
    r"|c'est pour (?:(?:un|une|le|la|mon|mes) )?(?:devoirs?|exposé|école|l'école|cours|examen)"
    r"|ich hoffe,? (?:es geht (?:dir|ihnen|euch)|(?:dir|ihnen|euch) geht(?:'s| es)) gut"
    r"|wie geht(?:'s| es (?:dir|ihnen|euch))|(?:ich frage )?(?:nur )?aus neugier"
    r"|(?:es|das) ist für (?:(?:die|den|das|eine?|einen|meine?|unsere?) )?(?:schule|"
    r"hausaufgaben?|referat|quiz|arbeit|prüfung|unterricht)"
    r"|spero che (?:tu stia|lei stia|stiate|tutto vada|vada tutto) bene|come (?:stai|sta|va|state)"
    r"|è per (?:(?:un|una|il|la|i) )?(?:compit[oi]|scuola|esame|lavoro|ricerca)"
    r"|espero que (?:(?:você|vocês|tudo) )?este(?:ja|jas|jam) bem|como (?:vai|você está)|tudo bem"
    r"|é para (?:(?:um|uma|o|a|os) )?(?:trabalho|escola|aula|exame|deveres)"
    r"|ik hoop dat (?:het goed (?:met (?:je|jou|u) )?gaat|alles goed is)|hoe gaat het(?: met je)?"
    r"|het is voor (?:(?:de|mijn|een) )?(?:school|huiswerk|werkstuk|les|quiz)"
    r"|mam nadzieję, że (?:u (?:ciebie|pana|pani) )?wszystko (?:dobrze|w porządku)|jak się masz"
    r"|надеюсь,? (?:что )?(?:у (?:вас|тебя) )?вс[её] (?:хорошо|в порядке)"
    r"|как (?:у (?:вас|тебя) )?дела"
    r"|это для (?:школы|урока|работы|реферата)|nasılsın(?:ız)?|umarım iyisin(?:iz)?(?:dir)?"
)
_END = r"[\s,]*(?:please|por favor|bitte)?\s*[.:;!,\u3002\u2026-]*\s*"
_ANNOUNCES = re.compile(rf"\s*{_LEAD}(?:{_MORE}){_END}", re.IGNORECASE)
_SMALL_TALK = re.compile(
    rf"\s*[¿¡]?{_LEAD}(?:{_TALK}|{_ELSEWHERE})[\s.:;!?,\u2026-]*", re.IGNORECASE
)
_SAYS_HOW = re.compile(rf"\s*{_LEAD}(?:{_ANSWER}\s)?(?:{_HOW}){_END}", re.IGNORECASE)
_LONGEST = 120  # characters of a sentence that is looked at


def announces(sentence: str) -> bool:
    """Does the sentence say nothing but that a question follows?"""
    return len(sentence) <= _LONGEST and _ANNOUNCES.fullmatch(sentence) is not None


def says_how(sentence: str) -> bool:
    """Does the sentence say nothing but how questions are to be answered?"""
    return len(sentence) <= _LONGEST and _SAYS_HOW.fullmatch(sentence) is not None


def is_small_talk(sentence: str) -> bool:
    """Is the sentence one of those that people say to be polite, or say what they ask for?"""
    return len(sentence) <= _LONGEST and _SMALL_TALK.fullmatch(sentence) is not None
