"""Names by their words whose gaps or letters are escapes: the stream stops what a whole reply does.

A browser shows `King,&nbsp;Stephen` as it shows `King, Stephen`.
"""

import pytest
from streamed_books import about, is_stopped_alike, streamed

from guards.release import check

BOOK = about("Stephen King")
TOLD = [
    "It is by King,&nbsp;Stephen, they say.",
    "It is by S.&nbsp;King, they say.",
    "It is by Stehpen&#32;King, they say.",
    "It is by Stephen&nbsp;Edwin&nbsp;King, they say.",
    "It is by &#83;. King, they say.",
    "by=King%2C%20Stephen&year=1974",
    'He wrote {"by": "King,\\u0020Stephen"} there.',
    "It is by <b>King</b>, <i>Stephen</i>, they say.",
    "It is by King,&#x20;Steph&eacute;n, they say.",
]
OTHERS = [
    "Ask Larry&nbsp;King about it.",
    "He was king,&nbsp;and Stephen&nbsp;Fry was not.",
    "Stay at the hotel King or at the sierra King.",
    "Rock&nbsp;&amp;&nbsp;roll is king; Stephen&nbsp;Hawking knew.",
]


@pytest.mark.parametrize("text", TOLD)
def test_it_is_stopped_as_in_a_whole_reply(text: str) -> None:
    released = is_stopped_alike(BOOK, text)
    assert "King" not in released or "Ste" not in released


@pytest.mark.parametrize("text", OTHERS)
def test_others_pass_whole_and_streamed(text: str) -> None:
    assert check(text, BOOK) is None
    assert streamed(BOOK, text) == streamed(BOOK, [text]) == (text, False)


def test_what_may_be_an_encoding_is_not_held_from_the_middle_of_an_escape() -> None:
    text = "Stephen&#72; and so on."
    gate = BOOK.gate()
    pieces = [gate.feed(character) for character in text]
    assert "".join(pieces) + gate.close() == text
    assert all(("&" in piece) == (";" in piece) for piece in pieces)
