"""What a gate for streams has to do, in the plainest words: slow, over whole texts, without state.

A name is out as soon as some beginning of the text shows it and what follows it can be seen, for
then no letter can turn it into another word; at the end of the text nothing has to follow.
"""

from guards.names.encoded import encoded_mentions
from guards.names.mentions import MentionIndex
from guards.reading.canonical import fold

__all__ = ["given_away"]


def given_away(text: str, index: MentionIndex) -> tuple[int, set[int]] | None:
    """How much of `text` shows a name, at the least, and the policies shown; None if it shows none.

    A number beyond the text's length says that only its end does.
    """
    for length in range(1, len(text) + 1):
        if found := _shown(text[:length], index, closed=False):
            return length, found
    found = _shown(text, index, closed=True)
    return (len(text) + 1, found) if found else None


def _shown(text: str, index: MentionIndex, *, closed: bool) -> set[int]:
    ends = {(one.policy, one.end) for one in index.find(text)}
    ends |= {(one.policy, view.end) for view, one in encoded_mentions(index, text)}
    return {policy for policy, end in ends if closed or fold(text[end:]).text}
