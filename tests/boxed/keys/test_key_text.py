import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxed.keys.text import base62, digest, fits, new_key, public_id

ALPHABET = string.digits + string.ascii_letters
KEY = new_key()
"""One for a whole run: what hypothesis draws may not depend on another each time."""


def test_keys_differ_and_show_their_id_alone() -> None:
    keys = {new_key() for _ in range(500)}
    assert len({public_id(key) for key in keys}) == len(keys) == 500
    for key in keys:
        assert re.fullmatch(r"bx-\w{10}-\w{43}", key)
        assert digest(key) not in key
        assert fits(key, digest(key))


@given(st.binary(min_size=32, max_size=32))
def test_every_secret_is_written_whole(secret: bytes) -> None:
    number = 0
    for letter in base62(secret):
        number = number * 62 + ALPHABET.index(letter)
    assert number.to_bytes(32, "big") == secret


@given(st.data())
def test_another_letter_anywhere_is_another_key(data: st.DataObject) -> None:
    at = data.draw(st.integers(3, len(KEY) - 1).filter(lambda n: KEY[n] != "-"))
    letter = data.draw(st.sampled_from(ALPHABET).filter(lambda x: x != KEY[at]))
    assert not fits(KEY[:at] + letter + KEY[at + 1 :], digest(KEY))


@given(st.text() | st.from_regex(r"bx-[0-9A-Za-z]{9,11}-[0-9A-Za-z]{42,44}[\n ]?"))
def test_nothing_else_is_taken_for_a_key(text: str) -> None:
    id = public_id(text)
    assert (id is None) or (len(text) == 57 and text[3:13] == id)


@pytest.mark.parametrize("text", ["", "bx-", "sk-abc", "bx-é" + "a" * 53])
def test_what_is_no_key_has_no_id(text: str) -> None:
    assert public_id(text) is None
