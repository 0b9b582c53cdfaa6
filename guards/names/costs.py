"""How much of a name may be written wrongly: more in a longer one, and nothing that is a word."""

from collections.abc import Sequence

from guards.names.common_words import is_given
from guards.names.near import Likeness
from guards.names.tokens import Token
from guards.names.whose import told_by_script

__all__ = ["SHORT", "limit", "total"]

SHORT = 6
"""Letters of a name from which one of them may be wrong."""
_LONG = 10  # and two


def total(parts: Sequence[tuple[Token, Likeness]], letters: int) -> float | None:
    """The sum of what is written wrongly; None where it is too much, or is a word by itself."""
    cost = 0.0
    wrong = 0
    if not told_by_script(parts):
        return None
    for token, like in parts:
        cost += like.cost
        wrong += like.cost >= 1
        written_small = not (token.capital or token.script)
        if like.cost and like.ordinary and written_small and not is_given(token.text):
            return None
    words = [token for token, like in parts if like.ordinary and like.cost >= 1]
    if wrong > 1 and (len(words) > 1 or any(not (w.capital or w.script) for w in words)):
        return None  # "Stehen Kign" is a name with two slips, "all stehen" is none
    return cost if cost <= limit(letters) else None


def limit(letters: int) -> int:
    """How many letters may be wrong in a name of so many."""
    return 0 if letters < SHORT else 1 if letters < _LONG else 2
