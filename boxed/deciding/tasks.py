"""What a sentence of a client asks for: work on a text, an answer, or nothing.

    kind_of("Please translate this letter into French.")   ->  "work"
    kind_of("Who is Jane Roe?")                            ->  "question"
    kind_of("Jane Roe gave me two more.")                  ->  "statement"

Work is done on what the client gives and calls for no knowledge of whom it speaks of. It must be
recognised by its verb, in sixteen languages; whatever adds to the text ("and complete it") is a
request. A statement must be recognised, too, in English: what is neither is "other", and where it
names a subject it is taken for a question about it.
"""

from __future__ import annotations

import re
from typing import Literal

from boxed.deciding.given import ASK_LABEL

__all__ = ["Kind", "copies", "judges", "kind_of", "translates", "writes_code"]

Kind = Literal["work", "question", "request", "statement", "courtesy", "given", "other"]
"""What a sentence is; "given" is one that holds nothing but given text."""

_POLITE = re.compile(
    r"\s*(?:[-*•\"'(]\s*|\d{1,3}[.)]\s*|please\b|kindly\b|now\b|then\b|next\b|first(?:ly)?\b|"
    r"finally\b|and\b|also\b|ok(?:ay)?\b|so\b|just\b|hi\b|hello\b|hey\b|thanks\b|thank you\b|"
    r"(?:can|could|would|will) you\b|(?:i(?:'d| would) like|i (?:want|need|ask)) you to\b|"
    r"help me(?: to)?\b|let(?:'s| us)\b|(?:your|the) (?:task|job) is to\b|you (?:are|have) to\b|"
    r"por favor\b|bitte\b|s'il (?:te|vous) plaît\b|per favore\b|пожалуйста\b|будь ласка\b|"
    r"proszę\b|lütfen\b|请|請|[,:;!.]\s*)\s*",
    re.IGNORECASE,
)
_TRANSLATE = (
    r"translat(?:e|ing|ion)|render (?:this|the|it)|übersetz\w*|traduc\w*|tradui\w*|tradu[zç]\w*|"
    r"vertaal\w*|przetłumacz\w*|çevir\w*|tercüme\w*|перевед\w*|переклад\w*|翻译|翻譯|译成|訳して|翻訳\w*|"
    r"번역\w*|ترجم\w*|अनुवाद"
)
# Work that leaves every statement as it is, so that a question may be worked on, too.
_COPY = (
    r"proof-?read|spell-?check|correct (?:the|any|all|my|this|these|every|its|grammar|spelling)|"
    r"fix (?:the|any|all|my) (?:grammar|spelling|typos?|punctuation|errors?|mistakes?)|"
    r"re-?(?:write|phrase|word|format|arrange|order|capitali[sz]e|number)|paraphras\w+|copy(?!right)|"
    r"repeat (?:the|this|back|after)|quote|transcribe|reverse|capitali[sz]e|convert|transform|turn|"
    r"put (?:this|the|these|it|them)|change|replace|count|alphabeti[sz]e|de-?duplicate|trim|"
    r"strip|indent|format|clean up|lower-?case|upper-?case|anonymi[sz]e|redact|polish|"
    r"make (?:this|the|it|my)(?: \w+){0,2} (?:more |less )?(?:formal|polite|friendly|casual|shorter|simpler|"
    r"clearer|concise|readable|professional|warmer)|"
    r"korrigier\w*|verbesser\w*|schreib\w* (?:\S+ ){0,4}um\b|formulier\w*|zähl\w*|"
    r"corrig\w*|corrij\w*|reescrib\w*|reescrev\w*|réécri\w*|reformul\w*|riscriv\w*|riformul\w*|"
    r"cuenta cuánt\w*|cuente cuánt\w*|compte[rz]?|conta(?:re|te)? |corregg\w*|verbeter\w*|"
    r"herschrijf\w*|tel (?:hoe|het|de)|popraw\w*|przepisz\w*|policz\w*|düzelt\w*|yeniden yaz\w*|"
    r"исправ\w*|перепиш\w*|перефразир\w*|посчита\w*|сосчита\w*|виправ\w*|改写|改寫|修改|校对|润色|"
    r"数一数|统计|書き直\w*|言い換え\w*|校正\w*|数えて|고쳐\w*|다시 써\w*|교정\w*"
)
_SORT = r"sort|order|rank|arrange|group|sortier\w*|ordn\w*|ordena\w*|ordene\w*|trie[rz]?|classe[rz]?|" \
    r"ordina\w*|sorteer\w*|posortuj\w*|sırala\w*|отсортир\w*|упорядоч\w*|排序|並べ替え\w*|정렬\w*"  # fmt: skip
_JUDGE = (
    r"classif\w+|categori[sz]\w+|label|tag|rate|score|grade|detect|assess|klassifizier\w*|"
    r"clasifi\w+|classifi\w+|классифицир\w*|分类|分類\w*|분류\w*|ordne|wähle"
)
_READ = (
    r"summari[sz]\w+|sum up|condense|shorten|abridge|outline|simplify|extract|pull out|highlight|"
    r"identify (?:the|all|every|any)|list (?:the|all|every|each|any)|find (?:the|all|every|any|each)|"
    r"(?:pick|single|filter) out|filter|select|parse|underline|compare (?:the|these|both)|"
    r"(?:analy[sz]e|examine|evaluate|assess) (?:the|this) (?:tone|sentiment|style|grammar|structure|"
    r"wording|register|text|letter|e-?mail|message)|"
    r"review (?:this|the|my|these)|critique|edit|improve|give (?:me )?(?:some )?feedback|"
    r"(?:draft|write|compose|suggest|reply|respond)(?: me)?(?: a| an)?(?: \w+){0,2}? ?(?:reply|answer|response) to "
    r"(?:this|the|it|my|her|his|their)|(?:reply|respond) to (?:this|the)|"
    r"(?:give|write|make|provide|create|produce|draft|generate|prepare|build)(?: me)?(?: (?:a|an|the|one))?"
    r"(?: [\w-]+){0,3}? (?:summary|abstract|translation|list|outline|title|headline|subject line|table|"
    r"paraphrase|bullet points?|key points?|version|tl;?dr|timeline|index)\b|"
    r"tl;?dr|(?:a |the )?(?:short |brief |one-\w+ )?(?:summary|translation) of (?:the|this|these|my)|"
    r"fass\w* (?:\S+ ){0,6}zusammen|zusammenfass\w*|kürz\w*|extrahier\w*|liste|nenne alle|"
    r"resum\w*|résum\w*|riassum\w*|extra(?:e|iga|iz|is)\w*|extrai\w*|estrai\w*|samenvat\w*|vat (?:\S+ ){0,6}samen|"
    r"streszcz\w*|podsumuj\w*|wypisz\w*|özetle\w*|çıkar\w*|кратко излож\w*|резюмир\w*|обобщ\w*|"
    r"сделай\w* краткое|извлек\w*|выпиши\w*|підсумуй\w*|总结|總結|概括|摘要|提取|列出|要約\w*|まとめて|"
    r"抽出\w*|요약\w*|추출\w*|لخ[ّ]?ص\w*|استخرج\w*|सारांश"
)
_CODE = (
    r"refactor|debug|optimi[sz]e|lint|fix (?:the|this|my) (?:bug|code|query|script|function|test)s?|"
    r"(?:write|create|generate|give me|make|add)(?: me)?(?: (?:a|an|the|some))?(?: [\w+#-]+){0,3}? "
    r"(?:function|script|regex|regular expression|query|program|class|unit tests?|tests?|code|snippet|"
    r"macro|formula|docstrings?|type hints?|comments?)\b|explain (?:this|the) (?:code|function|query|"
    r"regex|error|traceback|bug)|implement|port (?:this|the)"
)
_ASKED_OF_TEXT = re.compile(
    r"\s*(?:how many (?:\w+ ){0,2}?(?:words?|lines?|sentences?|letters?|characters?|paragraphs?|times|"
    r"rows?|columns?|items?|entries|names|vowels|syllables|digits|errors?|mistakes?|typos)\b|"
    r"what(?:'s| is| are) (?:the )?(?:overall )?(?:sentiment|tone|mood|language|topics?|subject|style|register|"
    r"genre|main (?:idea|points?|topics?)|key points?|gist|output|time complexity|bug)\b|"
    r"what does (?:this|the) (?:code|function|script|program|query|snippet|regex) (?:do|print|return|output)|"
    r"(?:in )?(?:what|which) language is|is (?:this|the) (?:\w+ )?(?:review|message|e-?mail|text|comment|"
    r"sentence|tweet|letter|post|code|paragraph) |why does (?:this|the|my) (?:code|function|test|script) |"
    r"what is wrong with (?:this|the|my) (?:code|function|query|sentence|grammar))",
    re.IGNORECASE,
)
# A language to write in, and a colon: "In French, please:".
_INTO = re.compile(
    r"\s*(?:in|to|into) (?:[\w-]+ ){0,2}?[\w-]+(?: please)?\s*,?(?: please)?\s*[:：]", re.IGNORECASE
)
_WORK = re.compile(
    rf"(?:{_TRANSLATE}|{_COPY}|{_SORT}|{_JUDGE}|{_READ}|{_CODE})(?!\w)", re.IGNORECASE
)
_IN_WORDS = re.compile(rf"(?<!\w)(?:{_TRANSLATE})(?!\w)", re.IGNORECASE)
_UNSPACED = re.compile(
    r"翻译|翻譯|译成|翻訳|訳して|要約|まとめて|总结|總結|概括|摘要|提取|抽出|校对|校正|改写|改寫|润色|번역|요약|추출|교정|분류|정렬|排序|分类|分類"
)
_COPIES = re.compile(rf"(?:{_TRANSLATE}|{_COPY})(?!\w)", re.IGNORECASE)
_JUDGES = re.compile(rf"(?:{_JUDGE}|{_SORT}|{_READ})(?!\w)", re.IGNORECASE)
_CODES = re.compile(
    rf"(?:{_CODE})(?!\w)|\b(?:code|python|javascript|java|sql|c\+\+|rust|regex|function|script)\b",
    re.IGNORECASE,
)
_BY_FORM = re.compile(
    r"\b(?:alphabet\w*|a-z|z-a|by (?:\w+ )?(?:name|names|surname|surnames|length|letter|letters)|alphabétique\w*|"
    r"alfab\w+|алфавит\w*)\b|字母|拼音|五十音|가나다",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:do not|don't|without|never|no need to|avoid)\b[^.,;:!?\n]{0,60}", re.IGNORECASE
)
# What adds to the text that is given, whatever else is done with it.
_ADDS = re.compile(
    r"\b(?:complete|completing|continue|continuing|finish|fill(?:ing)?(?: in| out)?|expand|elaborate|"
    r"extend|enrich|guess|infer|predict|imagine|invent|fact-?check|verify|look up|research|"
    r"biograph\w*|background|known (?:about|for|of)|(?:you|we) know|everything about|"
    r"add(?:ing)? (?:the |a |an |any |some |her |his |their |its |more |missing |where|when|who|what|facts?|details?)|"
    r"(?:right|correct|true|real|actual) answers?|answer (?:it|them|the|this|that|each|every|all)|"
    r"answering|tell (?:me|us)|from (?:your|general) knowledge|in (?:more|further) detail|more details?)\b",
    re.IGNORECASE,
)
_QUESTION_MARK = re.compile(r"[?？؟][\s\"'”’»)\]*_⟂]*\Z")  # noqa: RUF001
_WH = re.compile(
    r"\s*(?:(?:in|on|at|for|by|from|to|with|of|under|about|during|since|until) )?"
    r"(?:who|whom|whose|what|when|where|which|why|how)\b|\s*¿",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    r"\s*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
    r" (?:you|i|we|he|she|they|it|there|the|a|an|this|that|these|those|any|some|my|our|his|her|their|[A-Z]\w*)\b",
)
_REQUESTS = re.compile(
    r"\s*(?:tell|give|name|list|provide|state|describe|explain|write|show|find|say|recall|share|reveal|"
    r"identify|complete|continue|finish|fill|discuss|compare|imagine|pretend|act|role-?play|"
    r"introduce|present|recount|narrate|answer|reply|respond|recite|recommend|suggest|mention|"
    r"disclose|confirm|deny|guess|estimate|predict|solve|prove|define|elaborate|expand|"
    r"analy[sz]e|examine|evaluate|profile|portray|depict|sketch|draw|compose|create|make|generate|"
    r"produce|draft|invent|help|teach|remind|inform|update|brief|spell|search|look|research|check|verify|"
    r"suppose|assume|consider|think|talk|speak|go|let|ignore|forget|remember|quote|cite|add|include|"
    r"insert|print|output|return|echo|repeat|begin|start|end|stay|use|take|pick|choose|select|read|"
    r"do|be|get|put|keep|see|ask|play|join|trace|locate|enumerate|detail|outline|specify|indicate)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:want(?:s|ed)? to (?:know|learn|find|hear)|wonder(?:s|ed|ing)?|curious|need(?:s|ed)? to know|"
    r"(?:like|love|interested|eager|keen|happy|glad|nice) to (?:know|learn|hear)|interested in|looking for|"
    r"(?:information|info|facts?|details?|question|questions) (?:on|about|regarding)|"
    r"ask(?:s|ed|ing)? (?:you|yourself|who|what|when|where|why|how|whether|if|about)|"
    r"(?:know|remember|recall|say|said|tell|explain|describe) (?:me |us )?(?:who|what|when|where|which|why|how|about|of|more|everything|anything)|"
    r"tell (?:me|us)|let me know|no idea (?:who|what|where|when)|forgot(?:ten)? (?:who|what|where|when)|"
    r"the answer|is called|biograph\w*)\b|_{2,}|\.\.\.\s*\Z|…\s*\Z|\[(?:blank|mask|\?)\]|<(?:blank|mask)>",
    re.IGNORECASE,
)
_PAST = (
    "gave|went|came|took|made|said|told|saw|met|left|sent|bought|brought|got|had|has|have|was|were|is|are|am|"
    "did|does|do|will|would|can|could|may|might|shall|should|must|knew|thought|felt|kept|held|wrote|"
    "read|ran|sat|stood|lost|paid|sold|spoke|spent|taught|won|wore|drove|ate|drank|began|became|"
    "broke|built|caught|chose|cut|drew|fell|found|flew|forgot|gets|gives|goes|grew|heard|hid|hit|hurt|led|"
    "lent|let|lay|put|quit|rang|rose|set|shook|showed|shut|sang|slept|swam|threw|understood|woke"
)
_FINITE = re.compile(
    rf"\b(?:{_PAST}|\w{{2,}}ed|\w+n't|(?:i|we|you|they|he|she|it)'(?:m|re|s|ve|ll|d))\b",
    re.IGNORECASE,
)
_CUT_SHORT = re.compile(
    r"\b(?:is|was|are|were|in|at|by|on|of|to|from|for|with|as|and|or|the|a|an|named|called|born|that|"
    r"who|which|whose)\s*[:,]?\s*\Z",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\s*(?:dear|hi|hello|hey|good (?:morning|evening|afternoon|day))\b[^.?\n]{0,60}[,!.]?\s*\Z|"
    r"\s*(?:(?:best|kind|warm)(?: wishes| regards)?|regards|sincerely|yours(?: \w+)?|cheers|love|thanks|"
    r"thank you|signed|from|to|cc|subject|attn|sent)\b[^?\n]{0,80}\Z",
    re.IGNORECASE,
)  # fmt: skip
_LEADS = 8  # words of politeness that are passed over


def kind_of(sentence: str) -> Kind:
    """What a sentence asks for; given text in it is better left out."""
    bare = _without_politeness(sentence)
    if not re.search(r"\w", bare):
        return "courtesy"
    if _is_work(bare, sentence):
        return "request" if _ADDS.search(_NEGATED.sub(" ", sentence)) else "work"
    if _QUESTION_MARK.search(sentence) or _WH.match(bare) or _INVERTED.match(bare):
        return "question"
    if _GREETING.match(sentence):
        return "courtesy"
    if _ASKS.search(sentence) or _REQUESTS.match(bare):
        return "request"
    if _FINITE.search(sentence) and not _CUT_SHORT.search(sentence):
        return "statement"
    return "other"


def translates(sentence: str) -> bool:
    """Is the work a translation?"""
    return _IN_WORDS.search(sentence) is not None or _INTO.match(sentence) is not None


def copies(sentence: str) -> bool:
    """Does the work say what the text says, so that a question in it stays one?"""
    bare = _without_politeness(sentence)
    return (
        _COPIES.match(bare) is not None
        or translates(sentence)
        or (_JUDGES.match(bare) is not None and _BY_FORM.search(sentence) is not None)
        or bare.lower().startswith("how many")
    )


def judges(sentence: str) -> bool:
    """Could the work call for knowledge of what a bare name in the text stands for?"""
    return not copies(sentence)


def writes_code(sentence: str) -> bool:
    """Is the work done on code?"""
    return _CODES.search(sentence) is not None


def _is_work(bare: str, sentence: str) -> bool:
    if _WORK.match(bare) or _ASKED_OF_TEXT.match(bare) or _INTO.match(bare):
        return True
    if _UNSPACED.search(sentence):
        return True
    # "Could you give me a French translation", and verbs that stand last.
    return _IN_WORDS.search(bare) is not None and not _WH.match(bare) and not _INVERTED.match(bare)


def _without_politeness(sentence: str) -> str:
    label = ASK_LABEL.match(sentence)
    bare = sentence[label.end() :] if label else sentence
    for _ in range(_LEADS):
        lead = _POLITE.match(bare)
        if lead is None or lead.end() == 0:
            break
        bare = bare[lead.end() :]
    return bare
