"""Turns that lean on what was said before them, such as "and where was she born?"."""

import re
from functools import lru_cache

from guards.reading.wording import content_words, distinctive

__all__ = ["is_context_dependent"]

_SHORT = 3
_POINTING = re.compile(
    r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its|himself|herself|themselves|itself|"
    r"these|those|former|latter|same|aforementioned)(?:'\w+)?\b"
    r"|\b(?:this|that)(?=\W*\Z|'s\b| (?:one|person|author|writer|man|woman|poet|guy|book|"
    r"novel|work|name|subject|topic|company|place|year|answer|question|mean|true|happen)\b)"
    r"|\A\W*(?:this|that)\b"
    r"|\b(?:about|of|with|like|for|from|is|was|does|did|do) (?:this|that)\b(?! \w+s\b)"
    r"|\bthe (?:author|writer|person|man|woman|poet|novelist|artist|book|novel|work|company|"
    r"subject|individual|first|second|last|other|above|answer|one)\b"
    r"|\b(?:said|such) (?:author|writer|person|man|woman|book)\b",
    re.IGNORECASE,
)
# "That" and "it" without a referent: "Is it true that ...", "the idea that ...".
_IDLE = re.compile(
    r"\b(?:is|was|does|what is|what's|how is) (?:it|this) (?:true|possible|raining|snowing|okay|ok|"
    r"safe|better|normal|called when|like to)(?: that\b)?|\bit (?:is|takes) (?:raining|\d)|"
    r"\b(?:what|which) (?:day|time|year) is it\b|\b(?:\w+(?:tion|ea|act|ing|ed|s)) that\b|"
    r"\bso that\b|\bthis (?:year|week|month|morning|evening|afternoon)\b",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"\s*(?:and|also|but|so|or|then|what about|how about|what else|anything else|tell me more|more|"
    r"continue|go on|keep going|why|why not|really|please continue|go ahead|elaborate|explain|"
    r"expand|say more|again|repeat|another|next|ok|okay|yes|no|please|sure|right|summari[sz]e|"
    r"translate|rephrase|rewrite|shorter|longer|decode|spell)\b",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"\s*(?:hi|hello|hey|thanks|thank you|good (?:morning|evening|night)|bye|goodbye)[\s!.]*\Z",
    re.IGNORECASE,
)


@lru_cache(16)
def is_context_dependent(text: str) -> bool:
    """Say whether `text` points back, opens as a continuation or is too short to stand alone.

    A short turn with a name of its own ("What about Paris?" aside) stands alone; so does a
    greeting.
    """
    if not text.strip() or _CHATTER.match(text):
        return False
    if _POINTING.search(_IDLE.sub(" ", text)):
        return True
    opener = _OPENER.match(text)
    named = distinctive(text)
    if opener and (not named or len(text.split()) <= 5):
        return True
    return len(text.split()) <= _SHORT and not named and len(content_words(text)) <= _SHORT
