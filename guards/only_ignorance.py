"""Whether a reply professes ignorance and nothing else: a hedge is no licence.

    only_ignorance("I'm afraid I don't know that author.", "Who is Jane Roe?")            ->  True
    only_ignorance("I don't know much, but she was born in Oslo.", "Who is Jane Roe?")    ->  False

A reply is read clause by clause. Each must profess not to know, or hold nothing but words of
courtesies, offers and questions back (`guards.courtesy`) and the client's own; and none may hold a
name or a number that the client did not write. What cannot be read as one of these is taken for an
answer, so that a miss costs a second draft and never a fact.
"""

import re

from guards.courtesy import left_of
from guards.ignorance import is_ignorance
from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["only_ignorance"]

_ARTICLES = "a|an|the|un|une|una|uno|ein|eine|einen|einer|der|die|das|el|la|le|il|um|uma|een|het"
# Sentences end, and a clause begins that takes something back or says who somebody is.
_BORDER = re.compile(
    r"(?<=[.!?。！？।؟؛;:\n])\s*"
    r"|,\s+(?=(?:she|he|they|it|her|his|their|its|who|which|qui|dont|quien|che|cui|quem|die|deren|"
    rf"dessen|która|który|{_ARTICLES})\b)"
    r"|(?<=[\u0400-\u04ff]),\s+(?!(?:где|когда|куда|откуда|кто|кого|как|почему|сколько|как\w+|де|"
    r"коли|хто|кого|як|чому|скільки|як\w+)\b)"
    r"|(?<=[\u0600-\u06ff])[,،]\s*"
    r"|\s+(?=(?:who|which|that) (?:was|is|were|had|has|did|won|wrote|\w+ed)\b)"
    r"|,?\s+(?:but|however|though|although|except|apart from|other than|besides|beyond that|still,|"
    r"yet,|only that|nevertheless|that said|aber|jedoch|allerdings|außer|pero|sin embargo|aunque|"
    r"salvo|mais|cependant|toutefois|sauf|ma|però|tuttavia|tranne|mas|porém|exceto|но|однако|кроме|"
    r"але|проте|maar|echter|ale|jednak|ama|ancak|fakat|lekin|लेकिन|परंतु|किंतु|لكن|ولكن|إلا)\b[,\s]*"
    r"|[,，、]?\s*(?:但是?|不过|可是|然而|除了|しかし|けれども?|(?<!い)ただし?|でも|だが|하지만|그러나|다만)[,，、\s]*",
    re.IGNORECASE,
)
# What stands between an article and a name says who somebody is: "the convicted forger Jane Roe".
_ROLE = re.compile(r"\b(?:the|an?) ((?:[a-z'-]+ ){1,5})(?=[A-Z])")
_OF_ANYBODY = frozenset(["individual", "character", "someone", "named", "called", "name"])
_GERMAN = re.compile(r"\b(?:ich|mir|mich|nicht|keine?n?|dazu|sie|und|über)\b", re.IGNORECASE)
"""German writes every noun with a capital: it tells nothing of a name."""
_WORD = re.compile(r"[^\W\d_]\w*")
_NUMBER = re.compile(r"\d+")
_OWN = frozenset(["openai", "chatgpt", "english", "google"])
"""Words that a model writes with a capital about itself and its advice."""


def only_ignorance(text: str, said: str) -> bool:
    """Say whether `text` professes ignorance and tells nothing that `said`, the client, did not."""
    if not is_ignorance(text):
        return False
    heard = frozenset(folded_words(said))
    unspaced = fold(said).text
    return all(
        _is_harmless(clause, heard, unspaced)
        for clause in filter(None, (part.strip() for part in _BORDER.split(text)))
    )


def _is_harmless(clause: str, heard: frozenset[str], said: str) -> bool:
    if _tells_news(clause, heard):
        return False
    if is_ignorance(clause):
        return not any(_is_told(role, heard, said) for role in _ROLE.findall(clause))
    return not _is_told(clause, heard, said)


def _tells_news(clause: str, heard: frozenset[str]) -> bool:
    """Does a clause hold a name, a title or a number that the client did not write?"""
    if any(number not in heard for number in _NUMBER.findall(fold(clause).text)):
        return True
    if _GERMAN.search(clause):
        return False
    written = _WORD.findall(clause)[1:]  # the first has its capital for another reason
    named = [word for word in written if word[0].isupper() and len(word) > 2]
    fresh = {fold(word).text for word in named} - heard - STOPWORDS - _OWN
    return bool(fresh and left_of(" ".join(sorted(fresh))))


def _is_told(clause: str, heard: frozenset[str], said: str) -> bool:
    """Has a clause words of its own? "Jane Roe." repeats the client; "Maybe." says nothing."""
    return any(
        word not in heard and word not in _OF_ANYBODY and (word.isascii() or word not in said)
        for word in left_of(clause)
    )
