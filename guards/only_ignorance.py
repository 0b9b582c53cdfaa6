"""Whether a reply professes ignorance and nothing else: a hedge is no licence.

    only_ignorance("I'm afraid I don't know that author.", "Who is Jane Roe?")            ->  True
    only_ignorance("I don't know much, but she was born in Oslo.", "Who is Jane Roe?")    ->  False

A reply is read clause by clause. Each must profess not to know, ask back, or be a courtesy or an
offer; and none may hold a name or a number that the client did not write. What cannot be read as
one of these is taken for an answer, so that a miss costs a second draft and never a fact.
"""

import re

from guards.ignorance import is_ignorance
from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["only_ignorance"]

# Sentences end, and a clause that takes something back begins.
_BORDER = re.compile(
    r"(?<=[.!?。！？।؟؛;:\n])\s*"
    r"|,\s+(?=(?:she|he|they|it|her|his|their|its|who|which)\b)"
    r"|,?\s+(?:but|however|though|although|except|apart from|other than|besides|beyond that|still,|"
    r"yet,|only that|nevertheless|that said|aber|jedoch|allerdings|außer|pero|sin embargo|aunque|"
    r"salvo|mais|cependant|toutefois|sauf|ma|però|tuttavia|tranne|mas|porém|exceto|но|однако|кроме|"
    r"але|проте|maar|echter|ale|jednak|ama|ancak|fakat|lekin|लेकिन|परंतु|किंतु|لكن|ولكن|إلا)\b[,\s]*"
    r"|[,，、]?\s*(?:但是?|不过|可是|然而|除了|しかし|けれども?|ただし?|でも|だが|하지만|그러나|다만)[,，、\s]*",
    re.IGNORECASE,
)
# What is said in front of anything: what follows it is judged.
_INTERJECTION = re.compile(
    r"^\W*(?:(?:i'm |i am |i )?(?:very |so |really |truly )?"
    r"(?:sorry|afraid|apologi[sz]e|apologies)|"
    r"unfortunately|hmm+|well|no|oh|honestly|in (?:truth|short)|alas|actually|so)\b"
    r"\W*(?:that\b\W*)?"
    r"(?:(?:for|about) (?:the|any|this|that|my)(?: \w+)?\W*\Z)?",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？؟]\s*\Z")
_COURTESY = re.compile(
    r"^\W*(?:thank|good question|that's a|i (?:can|could|would|will|'d|'ll)|i'd|i'll|"
    r"(?:i wish|if|perhaps|maybe|please|feel free|let me know|you (?:may|might|could|can)|happy to|"
    r"is there|for more|for accurate|it (?:may|might|could) be|try|consider|as (?:an ai|a lan))|"
    r"(?:my|the) (?:training|knowledge|data)|"
    r"lo siento|lamento|perd[oó]n|disculp|gracias|por desgracia|désolé|je suis désolé|merci|pardon|"
    r"malheureusement|leider|tut mir leid|entschuldig|bedaure|danke|mi dispiace|scusa|purtroppo|"
    r"grazie|desculp|sinto muito|lamento|infelizmente|obrigad|извин|прост|к сожалению|увы|спасибо|"
    r"вибач|на жаль|helaas|sorry|przykro|przepraszam|niestety|üzgünüm|maalesef|özür|"
    r"抱歉|对不起|對不起|很遗憾|不好意思|申し訳|すみません|ごめん|残念|죄송|미안|아쉽|유감|"
    r"عذر|آسف|للأسف|شكر|क्षमा|माफ|खेद|दुर्भाग्य)",
    re.IGNORECASE,
)
_GERMAN = re.compile(r"\b(?:ich|mir|mich|nicht|keine?n?|dazu|das|der|die|zu)\b", re.IGNORECASE)
"""German writes every noun with a capital: it tells nothing of a name."""
_WORD = re.compile(r"[^\W\d_]\w*")
_NUMBER = re.compile(r"\d+")
_LONGEST_COURTESY = 160  # characters; a longer clause tells something


def only_ignorance(text: str, said: str) -> bool:
    """Say whether `text` professes ignorance and tells nothing that `said`, the client, did not."""
    if not is_ignorance(text):
        return False
    heard = frozenset(folded_words(said))
    return all(
        _is_harmless(clause, heard)
        for clause in filter(None, (part.strip() for part in _BORDER.split(text)))
    )


def _is_harmless(clause: str, heard: frozenset[str]) -> bool:
    if _tells_news(clause, heard):
        return False
    if is_ignorance(clause) or _QUESTION.search(clause):
        return True
    if (said := _INTERJECTION.match(clause)) and said.end():
        rest = clause[said.end() :]
        return not rest or _is_harmless(rest, heard)
    short = len(clause) <= _LONGEST_COURTESY
    return (short and _COURTESY.search(clause) is not None) or not _says_anything(clause, heard)


def _tells_news(clause: str, heard: frozenset[str]) -> bool:
    """Does a clause hold a name, a title or a number that the client did not write?"""
    if any(number not in heard for number in _NUMBER.findall(fold(clause).text)):
        return True
    if _GERMAN.search(clause):
        return False
    written = _WORD.findall(clause)[1:]  # the first has its capital for another reason
    named = {fold(word).text for word in written if word[0].isupper() and len(word) > 2}
    return bool(named - heard - STOPWORDS - _OWN)


def _says_anything(clause: str, heard: frozenset[str]) -> bool:
    """Has a clause words of its own? "Jane Roe." repeats the client; "ok" says nothing."""
    return bool({w for w in folded_words(clause) if w not in STOPWORDS and len(w) > 2} - heard)


_OWN = frozenset(["sorry", "unfortunately", "openai", "assistant", "chatgpt", "language", "model"])
"""Words that a model writes with a capital about itself."""
