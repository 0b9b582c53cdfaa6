"""The questions of a message that asks several: each is compared by its own meaning.

    asked_apart("What is our galaxy called? Who wrote Macbeth?")
    ->  ("What is our galaxy called?", "Who wrote Macbeth?")

The vector of a whole message is a mean over all it says: a question beside two others lies far from
the scope text that it would meet alone.
"""

import re

from guards.reading.wording import sentences_in

__all__ = ["MOST", "asked_apart"]

MOST = 32
"""Questions that are compared singly, the last ones of a message with more."""
_LONGEST = 500
_LETTER = re.compile(r"[^\W\d_]")
# Marks that need no space behind them, and what joins two questions to one sentence.
_BETWEEN = re.compile(
    r"(?<=[?\uff1f\u061f!\uff01\u3002])\s*|;\s+|"
    r",?\s+(?:and|but|then|plus|or|also)\s+(?:also\s+|then\s+)?"
    r"(?=(?:who|whose|whom|what|which|when|where|how|why|name|tell|list|give|explain|describe)\b)",
    re.IGNORECASE,
)


def asked_apart(text: str) -> tuple[str, ...]:
    """The sentences of a text, cut where one asks twice; none where it is one alone.

    Those too long for a question are left out.
    """
    found = dict.fromkeys(
        part.strip()
        for sentence in sentences_in(text)
        for part in _BETWEEN.split(sentence)
        if _LETTER.search(part)
    )
    if len(found) < 2:
        return ()
    return tuple(one for one in found if len(one) <= _LONGEST)[-MOST:]
