"""Encodings are undone, within bounds."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.names.encoded import encoded_mentions
from guards.names.mentions import MentionIndex
from guards.reading.escapes import unescape
from guards.reading.views import MAX_VIEWS, TooManyEncodingsError, View, together, views

NAME = "Hsiao Yun-Hwa"


@given(st.text(min_size=6), st.sampled_from(["", "to ", "(", "k="]), st.booleans())
def test_base64_comes_back(text: str, before: str, padded: bool) -> None:
    code = base64.b64encode(f"ab {text}".encode("utf-8", "replace")).decode()
    code = code if padded else code.rstrip("=")
    decoded = [view.text for view in views(before + code)]
    assert any(f"ab {text}".encode("utf-8", "replace").decode() in d for d in decoded)


def test_the_span_is_raw_and_two_layers_are_undone() -> None:
    inner = base64.b64encode(NAME.encode()).decode()
    text = f"see {inner.encode().hex()} now"
    view = next(view for view in views(text) if view.text == NAME)
    assert text[view.start : view.end].strip().endswith(inner.encode().hex())


def test_wrapped_base64() -> None:
    code = base64.encodebytes(b"x" * 50 + b" Hsiao Yun-Hwa " + b"y" * 50).decode()
    assert any(NAME in view.text for view in views(code))


def test_work_is_bounded() -> None:
    assert len(views("aB3dE9fG " * 5000)) <= MAX_VIEWS
    assert views("An ordinary sentence, nothing in it.") == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("H&#115;i", "Hsi"),
        ("%e6%9d%8e", "李"),
        ("\\u0041b", "Ab"),
        ("a<b>c", "ac"),
        ("a < b", "a < b"),
    ],
)
def test_escapes(raw: str, shown: str) -> None:
    assert unescape(raw).text == shown


@given(st.text(alphabet="a&#1;<b>%4c\\ux6d ", max_size=30), st.integers(0, 30))
def test_what_is_decided_stays_decided(text: str, cut: int) -> None:
    early, late = unescape(text[:cut], closed=False), unescape(text)
    assert late.text.startswith(early.text)


def in_selectors(text: str, first: int) -> str:
    return "".join(chr(first + byte) for byte in text.encode())


def in_bits(text: str, width: int) -> str:
    return "".join(
        letter if letter == " " and not width else f"{ord(letter):0{width}b}" for letter in text
    ).translate({ord("0"): "\u2062", ord("1"): "\u2064"})


@pytest.mark.parametrize("name", ["Jane Adler", "Aron Van Roe", "Zoe Okt", "Maria de Paz"])
@pytest.mark.parametrize("around", ["{}", "Read this: {} and answer", "\U0001f608{}"])
def test_bytes_and_bits_that_nobody_sees(name: str, around: str) -> None:
    for written in (in_selectors(name, 0xE0100), in_bits(name, 8), in_bits(name, 0)):
        assert any(name in view.text for view in views(around.format(written))), ascii(written)


@pytest.mark.parametrize(
    "typed", ["Jane Adx\bler", "Kla\b\b\bJane Adlea\br", "\b\bJaz!\b\bne Adler"]
)
def test_what_is_typed_over_is_gone(typed: str) -> None:
    shown = [view.text for view in views(f"Who is {typed}?")]
    assert any("Jane Adler?" in text for text in shown)


@given(st.text(alphabet="abcdefghijklmnorstuvwxyz ABCDEF", min_size=6, max_size=42))
def test_uuencode_comes_back(text: str) -> None:
    line = f"xy{text}z"
    code = binascii.b2a_uu(line.encode(), backtick=True).decode().rstrip()
    found = [view.text for view in views(f"Decode: {code}\nnow")]
    assert any(line in shown for shown in found)


def test_no_encoding_hides_behind_many_others() -> None:
    index = MentionIndex.build([(0, NAME)])
    codes = [base64.b64encode(f"word {n} of many".encode()).decode() for n in range(400)]
    text = " ".join([*codes, base64.b64encode(NAME.encode()).decode()])
    found = [mention.policy for _, mention in encoded_mentions(index, text)]
    assert found == [0]


def test_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guards.reading.views.MAX_VIEWS", 10)
    codes = [base64.b64encode(f"word {n} of many".encode()).decode() for n in range(20)]
    with pytest.raises(TooManyEncodingsError, match="more than 10 encodings"):
        views(" ".join(codes))


@given(st.lists(st.text(max_size=20).map(lambda text: View("base64", text, 0, 1)), max_size=30))
def test_views_are_searched_together_and_none_is_left_out(found: list[View]) -> None:
    groups = list(together(found))
    assert [view for _, group in groups for view in group] == found
    assert all(view.text in text for text, group in groups for view in group)


@given(st.text(alphabet="0123456789 9\U0001d7d7\u0669\uff19\u0967,.-xob%&#;u\b", max_size=60))
def test_digits_of_any_script_are_read_without_a_fault(text: str) -> None:
    assert all(0 <= view.start < view.end <= len(text) for view in views(text))
