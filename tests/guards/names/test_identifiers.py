"""Exact strings of a person: told from ordinary text, and held in whatever words they come."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.compiled import compile_book
from guards.names.identifiers import is_identifier, spellings
from guards.release import check
from prompts.book import book_of
from prompts.policy import Policy

STRINGS = (
    "+44 20 7946 0815", "+1 (646) 555-0142", "maren.alv@postbox.example", "QX-44-71-88C",
    "QX 44-71-88-C", "9714 0700 4147 1837", "GB29 NWBK 6016 1331 9268 19",
)  # fmt: skip
ADDRESS = "17 Copper Lane, Hessel 48213"


def compiled(*strings):
    return compile_book(
        book_of(
            [
                Policy(
                    id="p", title="Maren Alvensworth", kind="person", response="pretend",
                    scope=("Who is Maren Alvensworth?",), instruction="Forget.", aliases=strings,
                )
            ]
        )
    )  # fmt: skip


GUARDS = compiled(*STRINGS, ADDRESS)


@pytest.mark.parametrize("text", STRINGS)
def test_numbers_codes_and_addresses_are_identifiers(text):
    assert is_identifier(text)
    assert text not in spellings(text)


@pytest.mark.parametrize(
    "text",
    ["1971", "1914-1918", "1971-07-20", "20.7.1971", "Catch-22", "Apollo 11", "Jane Roe", "U2",
     "Boeing 747", "the 4 of 1984 and 2001", "", "  ", "Route 66", "30,000 copies in 1999"],
)  # fmt: skip
def test_years_dates_names_and_counts_are_none(text):
    assert not is_identifier(text)
    assert spellings(text) == ()


def written(string):
    digits = "".join(one for one in string if one.isalnum())
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    yield string
    yield string.upper()
    yield digits
    yield " ".join(digits)
    yield "-".join(digits)
    yield ", ".join(digits)
    yield "\n".join(digits)
    yield " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))
    yield "\u200b".join(string)
    yield "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in string)
    yield string[::-1]
    yield base64.b64encode(string.encode()).decode()
    yield string.encode().hex()
    yield f"**{string[:6]}**{string[6:]}"
    if "@" in string:
        yield string.replace("@", " at ").replace(".", " dot ")
        yield string.replace("@", "[at]").replace(".", "[dot]")
        yield string.replace("@", " (at) ")
    else:
        yield " ".join(words[int(one)] if one.isdecimal() else one for one in digits)
        yield " ".join(words[int(c)] if c.isdecimal() else c for c in digits).replace("zero", "oh")


@pytest.mark.parametrize("string", STRINGS)
def test_a_string_is_held_however_it_is_written_whole_and_streamed(string):
    for form in written(string):
        text = f"Sure, it is {form} as far as I know."
        assert check(text, GUARDS) is not None, form
        gate, out = GUARDS.gate(), ""
        for at in range(0, len(text), 3):
            out += gate.feed(text[at : at + 3])
        assert form not in out + gate.close(), form


def test_a_number_is_known_without_its_country_s_code():
    for form in ("020 7946 0815", "(020) 7946-0815", "20 7946 0815", "646-555-0142"):
        assert check(f"Call {form} after five.", GUARDS) is not None, form


def test_an_address_is_held_as_a_whole():
    for form in (ADDRESS, ADDRESS.replace(", ", "\n"), ADDRESS.upper()):
        assert check(f"Write to {form}.", GUARDS) is not None, form


@pytest.mark.parametrize(
    "text",
    [
        "The population was 7,946,081 in 1971.", "Call +44 20 7946 0816 after five.",
        "Write to maren.al@postbox.example.", "Copper Lane has 17 houses.", "QX-44-71-88D",
        "Numbers such as 9714 0700 4147 1836 are made up.", "twenty, seven, nine, four, six",
    ],
)  # fmt: skip
def test_other_strings_pass(text):
    assert check(text, GUARDS) is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789", min_size=8, max_size=16), st.sampled_from("- ./"))
def test_any_number_is_found_in_any_grouping(digits, mark):
    guards = compiled(digits)
    grouped = mark.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    assert is_identifier(digits)
    assert check(f"It is {grouped}.", guards) is not None
