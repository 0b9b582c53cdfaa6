"""Whether a text is about somebody whom it does not name: "this person", "somebody we know", "she".

    speaks_of_somebody("This person wrote Carrie. Where was she born?")    ->  True
    speaks_of_somebody("Who wrote Carrie, and when did he die?")           ->  False

Who asks "who ...?" asks for a name that any clue may have, and a pronoun behind it is the answer's.
"""

import re

__all__ = ["is_referred_to", "leaves_unnamed", "speaks_of_somebody"]

_SOMEBODY = re.compile(
    r"\b(?:this|that|the same|a certain) (?:\w+ )?(?:person|individual|man|woman|guy|lady|"
    r"gentleman|somebody|someone|celebrity|personality|human being|figure|artist|actor|actress|"
    r"star|singer|performer|author|writer|painter|musician|subject|player|politician|scientist)\b"
    r"|\b(?:somebody|someone|some person|a person) (?:\w+ )?(?:we|you|i|who|whom|that|famous|"
    r"known|with|called|born|from|everybody|everyone)\b"
    r"|\b(?:diese|esta|cette|questa|essa) person[ae]?\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|himself|herself)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(
    r"\b(?:who|whose|whom|by whom|which (?:\w+ )?(?:person|man|woman|author|writer|actor|actress|"
    r"director|singer|artist|painter|player|president|king|queen)|(?:what|which) .{0,20}\bname)\b",
    re.IGNORECASE,
)


def leaves_unnamed(text: str) -> bool:
    """Say whether a text says in so many words that it does not name whom it means."""
    return _SOMEBODY.search(text) is not None


def is_referred_to(text: str) -> bool:
    """Say whether "he", "her" and the like stand in a text, or it leaves somebody unnamed."""
    return leaves_unnamed(text) or _PRONOUN.search(text) is not None


def speaks_of_somebody(text: str) -> bool:
    """Say whether somebody is meant who is described, and not asked for."""
    if _SOMEBODY.search(text):
        return True
    return _PRONOUN.search(text) is not None and _ASKS_WHO.search(text) is None
