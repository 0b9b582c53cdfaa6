"""Names in the bytes of pictures and sound."""

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.release.binary import BinaryGate, in_base64

NAME = "Jane Roemer"


def named(text: str) -> int:
    found = [name for name in (NAME, "Roe") if name.casefold() in text.casefold()]
    return max(map(len, found), default=0)


def passed(raw: bytes, step: int) -> tuple[bytes, bool]:
    gate = BinaryGate(named)
    out = b"".join(gate.feed(raw[n : n + step]) for n in range(0, len(raw), step))
    return out + gate.close(), gate.leaked


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 400))
def test_bytes_pass_unchanged(raw: bytes, step: int) -> None:
    out, leaked = passed(raw, step)
    assert leaked or out == raw


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 50))
def test_a_name_never_does(encoding: str, before: bytes, behind: bytes, step: int) -> None:
    raw = before + NAME.encode(encoding) + behind
    out, leaked = passed(raw, step)
    assert leaked
    assert NAME.encode(encoding) not in out
    assert in_base64(base64.b64encode(raw).decode(), named) is True


def test_a_short_name_counts_in_words_and_not_by_chance() -> None:
    assert passed(b"\x00\x01Title: a portrait of Roe, in oil\x00", 8)[1]
    assert not passed(b"\x00\x01xRoe\x00\xff", 8)[1]
    noise = random.Random(7).randbytes(300_000)
    out, leaked = passed(noise, 65_536)
    assert not leaked
    assert out == noise


def test_what_is_no_base64_is_told() -> None:
    assert in_base64("not base64!", named) is None
    assert in_base64("abc", named) is None
    assert in_base64("data:image/png;base64,AAAA", named) is False
    assert in_base64("AA-_", named) is False
