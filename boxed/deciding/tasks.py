"""What a sentence of a client asks for: work on a text, an answer, or nothing.

    kind_of("Please translate this letter into French.")   ->  "work"
    kind_of("Who is Jane Roe?")                            ->  "question"
    kind_of("Jane Roe gave me two more.")                  ->  "statement"

Work is done on what the client gives and calls for no knowledge of whom it speaks of. It must be
recognised by its verb, in sixteen languages; whatever adds to the text ("and complete it") is a
request. A statement must be recognised, too, in English by its verb and elsewhere by what it lacks:
what is neither is "other", and where it names a subject it is taken for a question about it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from boxed.deciding import task_words as words
from boxed.deciding.elsewhere import states
from boxed.deciding.given import ASK_LABEL
from boxed.deciding.preludes import announces, is_small_talk, says_how

__all__ = ["Kind", "copies", "kind_of", "translates", "writes_code"]

Kind = Literal["work", "question", "request", "statement", "courtesy", "given", "other"]
"""What a sentence is; "given" is one that holds nothing but given text."""

_I = re.IGNORECASE
_POLITE = re.compile(rf"\s*(?:{words.POLITE})\s*", _I)
_WORK = re.compile(
    rf"(?:{words.TRANSLATE}|{words.COPY}|{words.SORT}|{words.JUDGE}|{words.READ}|{words.CODE})(?!\w)",
    _I,
)
_ASKED_OF_TEXT = re.compile(rf"\s*(?:{words.ASKED_OF_TEXT})", _I)
# A language to write in, and a colon: "In French, please:".
_INTO = re.compile(
    r"\s*(?:in|to|into) (?:[\w-]+ ){0,2}?[\w-]+(?: please)?\s*,?(?: please)?\s*[:\uff1a]", _I
)
_TRANSLATES = re.compile(rf"(?<!\w)(?:{words.TRANSLATE})(?!\w)", _I)
_UNSPACED = re.compile(words.UNSPACED)
_COPIES = re.compile(rf"(?:{words.TRANSLATE}|{words.COPY})(?!\w)", _I)
_OTHERS = re.compile(rf"(?:{words.SORT}|{words.JUDGE}|{words.READ}|{words.CODE})(?!\w)", _I)
_BY_FORM = re.compile(
    r"\b(?:alphabet\w*|a-z|z-a|alfab\w+|regex|regular expression|sql|json|yaml|xml|csv|html|"
    r"by (?:\w+ )?(?:names?|surnames?|length|letters?|intent|language|topic|tone|sentiment))\b"
    r"|\balphabétique|алфавит|字母|拼音|五十音|가나다",
    _I,
)
_CODES = re.compile(
    rf"(?:{words.CODE})(?!\w)"
    r"|\b(?:code|python|javascript|java|sql|c\+\+|rust|regex|function|script)\b",
    _I,
)
_NEGATED = re.compile(r"\b(?:do not|don't|without|never|no need to|avoid)\b[^.,;:!?\n]{0,60}", _I)
_ADDS = re.compile(rf"\b(?:{words.ADDS})\b", _I)
_QUESTION_MARK = re.compile(r"[?\uff1f\u061f][\s\"'”»)\]*_⟂]*\Z")
_WH = re.compile(
    r"\s*(?:(?:in|on|at|for|by|from|to|with|of|under|about|during|since|until) )?"
    r"(?:who|whom|whose|what|when|where|which|why|how)\b|\s*¿",
    _I,
)
_INVERTED = re.compile(
    r"\s*(?i:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|"
    r"might|must) (?:(?i:you|i|we|he|she|they|it|there|the|a|an|this|that|these|those|any|some|my|"
    r"our|his|her|their|its)\b|[A-Z]\w*)"
)
_REQUESTS = re.compile(rf"\s*(?:{words.REQUESTS})\b", _I)
_ASKS = re.compile(words.ASKS, _I)
_FINITE = re.compile(
    rf"\b(?:{words.FINITE}|(?:i|we) [a-z]{{2,}}|\w{{2,}}ed|\w+n't|"
    r"(?:i|we|you|they|he|she|it)'(?:m|re|s|ve|ll|d))\b",
    _I,
)
# A sentence that stops where its answer would stand.
_CUT_SHORT = re.compile(
    r"\b(?:is|was|are|were|in|at|by|on|of|to|from|for|with|as|and|or|the|a|an|named|called|born|that|"
    r"who|which|whose)\s*(?:[:,]\s*)?\Z",
    _I,
)
_GREETING = re.compile(
    r"\s*(?:dear|hi|hello|hey|good (?:morning|evening|afternoon|day))\b[^.?\n]{0,60}[,!.]?\s*\Z|"
    r"\s*(?:(?:best|kind|warm)(?: wishes| regards)?|regards|sincerely|yours(?: \w+)?|cheers|love|"
    r"thanks|thank you|signed|from|to|cc|subject|attn|sent)\b[^?\n]{0,80}\Z",
    _I,
)
_IDLE = (announces, says_how, is_small_talk)
_LEADS = 8  # words of politeness that are passed over


@lru_cache(maxsize=2048)
def kind_of(sentence: str) -> Kind:
    """What a sentence asks for; given text in it is better left out."""
    bare = _without_politeness(sentence)
    if not re.search(r"\w", bare) or any(idle(sentence) for idle in _IDLE):
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
    return "statement" if states(sentence) else "other"


def translates(sentence: str) -> bool:
    """Is the work a translation?"""
    return _TRANSLATES.search(sentence) is not None or _INTO.match(sentence) is not None


def copies(sentence: str) -> bool:
    """Does the work say what the text says, so that a question in it stays one?"""
    bare = _without_politeness(sentence)
    return (
        _COPIES.match(bare) is not None
        or translates(sentence)
        or (_OTHERS.match(bare) is not None and _BY_FORM.search(sentence) is not None)
        or bare.lower().startswith("how many")
    )


def writes_code(sentence: str) -> bool:
    """Is the work done on code?"""
    return _CODES.search(sentence) is not None


def _is_work(bare: str, sentence: str) -> bool:
    if _WORK.match(bare) or _ASKED_OF_TEXT.match(bare) or _INTO.match(bare):
        return True
    if _UNSPACED.search(sentence):
        return True
    # "Could you give me a French translation", and verbs that stand last.
    return (
        _TRANSLATES.search(bare) is not None and not _WH.match(bare) and not _INVERTED.match(bare)
    )


def _without_politeness(sentence: str) -> str:
    label = ASK_LABEL.match(sentence)
    bare = sentence[label.end() :] if label else sentence
    for _ in range(_LEADS):
        lead = _POLITE.match(bare)
        if lead is None or lead.end() == 0:
            break
        bare = bare[lead.end() :]
    return bare
