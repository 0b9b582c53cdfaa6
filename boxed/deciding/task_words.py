"""The words by which work on a text is told from a question, in sixteen languages.

Alternatives of regular expressions, used by ``boxed.deciding.tasks`` without regard to case.
"""

# ruff: noqa: RUF001 - words of other scripts have letters that look like Latin ones
from __future__ import annotations

__all__ = [
    "ADDS",
    "ASKED_OF_TEXT",
    "ASKS",
    "CODE",
    "COPY",
    "FINITE",
    "JUDGE",
    "POLITE",
    "READ",
    "REQUESTS",
    "SORT",
    "TRANSLATE",
    "UNSPACED",
]

TRANSLATE = (
    r"translat(?:e|ing|ion)|render (?:this|the|it)|übersetz\w*|traduc\w*|tradui\w*|tradu[zç]\w*|"
    r"vertaal\w*|przetłumacz\w*|çevir\w*|tercüme\w*|перевед\w*|переклад\w*|翻译|翻譯|译成|訳して|翻訳\w*|"
    r"번역\w*|ترجم\w*|अनुवाद"
)
"""Translations."""

COPY = (
    r"fix (?:this|these|the|my) (?:sentence|text|paragraph|line|letter|e-?mail|message)|"
    r"check (?:the|my|this|these|its)(?: \w+)? ?(?:spelling|grammar|punctuation|sentence|"
    r"typos?)|remove|delete|drop|"
    r"proof-?read|spell-?check|correct (?:the|any|all|my|this|these|every|its|grammar|spelling)|"
    r"fix (?:the|any|all|my) (?:grammar|spelling|typos?|punctuation|errors?|mistakes?)|"
    r"re-?(?:write|phrase|word|format|arrange|order|capitali[sz]e|number)|paraphras\w+|"
    r"copy(?!right)|repeat (?:the|this|back|after)|quote|transcribe|reverse|capitali[sz]e|"
    r"convert|transform|turn|put (?:this|the|these|it|them)|change|replace|count|alphabeti[sz]e|"
    r"de-?duplicate|trim|strip|indent|format|clean up|lower-?case|upper-?case|anonymi[sz]e|"
    r"redact|polish|"
    r"make (?:this|the|it|my)(?: \w+){0,2} (?:more |less )?(?:formal|polite|friendly|casual|"
    r"shorter|simpler|clearer|concise|readable|professional|warmer)|"
    r"korrigier\w*|verbesser\w*|schreib\w* (?:\S+ ){0,4}um\b|formulier\w*|zähl\w*|corrig\w*|"
    r"corrij\w*|reescrib\w*|reescrev\w*|réécri\w*|reformul\w*|riscriv\w*|riformul\w*|"
    r"cuenta cuánt\w*|cuente cuánt\w*|compte[rz]?|conta(?:re|te)? |corregg\w*|verbeter\w*|"
    r"herschrijf\w*|tel (?:hoe|het|de)|popraw\w*|przepisz\w*|policz\w*|düzelt\w*|yeniden yaz\w*|"
    r"исправ\w*|перепиш\w*|перефразир\w*|посчита\w*|сосчита\w*|виправ\w*|改写|改寫|修改|校对|润色|数一数|统计|"
    r"書き直\w*|言い換え\w*|校正\w*|数えて|고쳐\w*|다시 써\w*|교정\w*"
)
"""Work that leaves every statement as it is, so that a question may be worked on, too."""

SORT = (
    r"sort|order|rank|arrange|group|sortier\w*|ordn\w*|ordena\w*|ordene\w*|trie[rz]?|classe[rz]?|"
    r"ordina\w*|sorteer\w*|posortuj\w*|sırala\w*|отсортир\w*|упорядоч\w*|排序|並べ替え\w*|정렬\w*"
)
"""Orders of what is there."""

JUDGE = (
    r"classif\w+|categori[sz]\w+|label|tag|rate|score|grade|detect|assess|klassifizier\w*|"
    r"clasifi\w+|classifi\w+|классифицир\w*|分类|分類\w*|분류\w*|ordne|wähle"
)
"""Labels and marks."""

READ = (
    r"(?:write|draft|compose|suggest|prepare)(?: me)?(?: an?| the|"
    r" my)?(?: [\w-]+){0,2}? (?:reply|response|e-?mail|letter|note|message|invitation|"
    r"reminder|memo)\b|"
    r"(?:write|make|create|generate)(?: me)?(?: [\w-]+){1,4} (?:based on|from|out of) (?:this|"
    r"these|the (?:following|above|text|notes|story))|"
    r"explain (?:this|the(?: following)?) (?:sentence|phrase|text|paragraph|joke|idiom|word|"
    r"letter)|"
    r"summari[sz]\w+|sum up|condense|shorten|abridge|outline|simplify|extract|pull out|highlight|"
    r"identify (?:the|all|every|any)|list (?:the|all|every|each|any)|"
    r"find (?:the|all|every|any|each)|(?:pick|single|filter) out|filter|select|parse|underline|"
    r"compare (?:the|these|both)|"
    r"(?:analy[sz]e|examine|evaluate|assess) (?:the|this) (?:tone|sentiment|style|grammar|"
    r"structure|wording|register|text|letter|e-?mail|message)|"
    r"review (?:this|the|my|these)|critique|edit|improve|give (?:me )?(?:some )?feedback|"
    r"(?:draft|write|compose|suggest|reply|respond)(?: me)?(?: a| an)?(?: \w+){0,2}? ?(?:reply|"
    r"answer|response) to (?:this|the|it|my|her|his|their)|"
    r"(?:reply|respond) to (?:this|the)|"
    r"(?:give|write|make|provide|create|produce|draft|generate|prepare|build)(?: me)?(?: (?:a|an|"
    r"the|one))?(?: [\w-]+){0,3}? (?:summary|abstract|translation|list|outline|title|headline|"
    r"subject line|table|paraphrase|bullet points?|key points?|version|tl;?dr|timeline|index)\b|"
    r"tl;?dr|"
    r"(?:a |the )?(?:short |brief |one-\w+ )?(?:summary|translation) of (?:the|this|these|my)|"
    r"fass\w* (?:\S+ ){0,6}zusammen|zusammenfass\w*|kürz\w*|extrahier\w*|liste|nenne alle|"
    r"resum\w*|résum\w*|riassum\w*|extra(?:e|iga|iz|is)\w*|extrai\w*|estrai\w*|samenvat\w*|"
    r"vat (?:\S+ ){0,6}samen|streszcz\w*|podsumuj\w*|wypisz\w*|özetle\w*|çıkar\w*|"
    r"кратко излож\w*|резюмир\w*|обобщ\w*|сделай\w* краткое|извлек\w*|выпиши\w*|підсумуй\w*|总结|"
    r"總結|概括|摘要|提取|列出|要約\w*|まとめて|抽出\w*|요약\w*|추출\w*|لخ[ّ]?ص\w*|استخرج\w*|सारांश"
)
"""Extracts and short versions of a text, and replies to it."""

CODE = (
    r"refactor|debug|optimi[sz]e|lint|"
    r"fix (?:the|this|my) (?:bug|code|query|script|function|test)s?|"
    r"(?:write|create|generate|give me|make|add)(?: me)?(?: (?:a|an|the|"
    r"some))?(?: [\w+#-]+){0,3}? (?:function|script|regex|regular expression|query|program|class|"
    r"unit tests?|tests?|code|snippet|macro|formula|docstrings?|type hints?|comments?)\b|"
    r"explain (?:this|the) (?:code|function|query|regex|error|traceback|bug)|implement|"
    r"port (?:this|the)"
)
"""Work on code."""

ASKED_OF_TEXT = (
    r"how many (?:\w+ ){0,2}?(?:words?|lines?|sentences?|letters?|characters?|paragraphs?|times|"
    r"rows?|columns?|items?|entries|names|vowels|syllables|digits|errors?|mistakes?|typos)\b|"
    r"what(?:'s| is| are) (?:the )?(?:overall )?(?:sentiment|tone|mood|language|topics?|subject|"
    r"style|register|genre|main (?:idea|points?|topics?)|key points?|gist|output|time complexity|"
    r"bug)\b|"
    r"what does (?:this|the) (?:code|function|script|program|query|snippet|regex) (?:do|print|"
    r"return|output)|"
    r"(?:in )?(?:what|which) language is|"
    r"is (?:this|the) (?:\w+ )?(?:review|message|e-?mail|text|comment|sentence|tweet|letter|post|"
    r"code|paragraph) |"
    r"why does (?:this|the|my) (?:code|function|test|script) |"
    r"what is wrong with (?:this|the|my) (?:code|function|query|sentence|grammar)"
)
"""Questions that a text alone answers."""

ADDS = (
    r"complete|completing|continue|continuing|finish|fill(?:ing)?(?: in| out)?|expand|elaborate|"
    r"extend|enrich|guess|infer|predict|imagine|invent|fact-?check|factual\w*|blanks?|verify|"
    r"look up|research|"
    r"biograph\w*|background|known (?:about|for|of)|(?:you|we) know|everything about|"
    r"add(?:ing)? (?:the |a |an |any |some |her |his |their |its |more |missing |where|when|who|"
    r"what|facts?|details?)|"
    r"(?:right|correct|true|real|actual|missing) (?:answers?|words?|names?|dates?|numbers?|facts?)|"
    r"answer (?:it|them|the|this|that|each|every|all)|answering|tell (?:me|us)|"
    r"from (?:your|general) knowledge|in (?:more|further) detail|more details?"
)
"""What adds to the text that is given, whatever else is done with it."""

REQUESTS = (
    r"tell|give|name|list|provide|state|describe|explain|write|show|find|say|recall|share|reveal|"
    r"identify|complete|continue|finish|fill|discuss|compare|imagine|pretend|act|role-?play|"
    r"introduce|present|recount|narrate|answer|reply|respond|recite|recommend|suggest|mention|"
    r"disclose|confirm|deny|guess|estimate|predict|solve|prove|define|elaborate|expand|"
    r"analy[sz]e|examine|evaluate|profile|portray|depict|sketch|draw|compose|create|make|"
    r"generate|produce|draft|invent|help|teach|remind|inform|update|brief|spell|search|look|"
    r"research|check|verify|suppose|assume|consider|think|talk|speak|go|let|ignore|forget|"
    r"remember|quote|cite|add|include|insert|print|output|return|echo|repeat|begin|start|end|"
    r"stay|use|take|pick|choose|select|read|do|be|get|put|keep|see|ask|play|join|trace|locate|"
    r"enumerate|detail|outline|specify|indicate"
)
"""Verbs that a request begins with."""

ASKS = (
    r"\b(?:want(?:s|ed)? to (?:know|learn|find|hear)|wonder(?:s|ed|ing)?|curious|need(?:s|"
    r"ed)? to know|(?:like|love|interested|eager|keen|happy|glad|nice) to (?:know|learn|hear)|"
    r"interested in|looking for|(?:information|info|facts?|details?|question|questions) (?:on|"
    r"about|regarding)|ask(?:s|ed|ing)? (?:(?:me|us|him|her|them) )?(?:you|yourself|who|what|"
    r"when|where|why|how|whether|if|"
    r"about)|(?:know|remember|recall|say|said|tell|explain|describe) (?:me |us )?(?:who|what|when|"
    r"where|which|why|how|about|of|more|everything|anything)|tell (?:me|us)|let me know|"
    r"no idea (?:who|what|where|when)|forgot(?:ten)? (?:who|what|where|when)|the answer|is called|"
    r"biograph\w*)\b|"
    r"_{2,}|\.\.\.\s*\Z|…\s*\Z|\[(?:blank|mask|\?)\]|<(?:blank|mask)>"
)
"""Words that make a question of a statement, and blanks to be filled."""

FINITE = (
    r"gave|went|came|took|made|said|told|saw|met|left|sent|bought|brought|got|had|has|have|was|"
    r"were|is|are|am|did|does|do|will|would|can|could|may|might|shall|should|must|knew|thought|"
    r"felt|kept|held|wrote|read|ran|sat|stood|lost|paid|sold|spoke|spent|taught|won|wore|drove|"
    r"ate|drank|began|became|broke|built|caught|chose|cut|drew|fell|found|flew|forgot|gets|gives|"
    r"goes|grew|heard|hid|hit|hurt|led|lent|let|lay|put|quit|rang|rose|set|shook|showed|shut|"
    r"sang|slept|swam|threw|understood|woke"
)
"""Verbs that make a sentence a statement."""

POLITE = (
    r"\[/?[A-Z]+\]\s*|"
    r"[-*•\x22'(]\s*|\d{1,3}[.)]\s*|please\b|kindly\b|now\b|then\b|next\b|first(?:ly)?\b|finally\b|"
    r"and\b|also\b|ok(?:ay)?\b|so\b|just\b|hi\b|hello\b|hey\b|thanks\b|thank you\b|"
    r"(?:can|could|would|will) you\b|(?:i(?:'d| would) like|i (?:want|need|ask)) you to\b|"
    r"help me(?: to)?\b|let(?:'s| us)\b|(?:your|the) (?:task|job) is to\b|you (?:are|have) to\b|"
    r"por favor\b|bitte\b|s'il (?:te|vous) plaît\b|per favore\b|пожалуйста\b|будь ласка\b|"
    r"proszę\b|lütfen\b|请|請|[,:;!.]\s*"
)
"""What stands in front of the verb and asks for nothing."""

UNSPACED = (
    r"翻译|翻譯|译成|翻訳|訳して|要約|まとめて|总结|總結|概括|摘要|提取|抽出|校对|校正|"
    r"改写|改寫|润色|번역|요약|추출|교정|분류|정렬|排序|分类|分類"
)
"""Verbs of work in scripts without spaces, where they stand anywhere."""
