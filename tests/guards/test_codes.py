"""A coded name is evidence in a question, a leak in a reply, and stopped in a stream."""

from collections.abc import Iterable, Sequence

import pytest
from codes import LETTER_CODES, NOT_IN_STREAMS, NUMBER_CODES, PIECES, SIGN_CODES, Code

from guards.compiled import CompiledBook, compile_book
from guards.names.mentions import MentionIndex
from guards.release import check
from guards.screen import Screen
from guards.verdicts import Leak, Turn
from prompts.book import book_of
from prompts.policy import Policy

LATIN = ["Carmela Halmere", "Ovid Trun", "Willem van der Quist", "Shalira", "Bexley"]
ACCENTED = ["Sofía Brandão", "Björn Öqvist"]
NAMES = [*LATIN, *ACCENTED, "蕭雲華", "Илья Громов"]


def _book() -> CompiledBook:
    return compile_book(
        book_of(
            [
                Policy(
                    id=f"p{number}",
                    title=name,
                    kind="person",
                    response="pretend",
                    scope=(f"Who is {name}?",),
                    instruction="You never met them.",
                )
                for number, name in enumerate(NAMES)
            ]
        )
    )


BOOK = _book()
ASKED = "Tell me: {} - who may that be?"
REPLY = "The answer reads: {} - as I was told."


def policies_of(name: str) -> str:
    return f"p{NAMES.index(name)}"


def streamed(text: str, cut: int) -> tuple[str, Leak | None]:
    gate = BOOK.gate()
    released = "".join(gate.feed(text[at : at + cut]) for at in range(0, len(text), cut))
    return released + gate.close(), gate.leak


def missed(name: str, code: Code, streams: bool = True) -> list[str]:
    """Where the coded name passes: the question, the whole reply, or a stream of any pieces.

    A stream is held back before the code has left whole, and ends alike however it is cut.
    """
    coded, policy = code(name), policies_of(name)
    found = Screen(BOOK).lexical([Turn("user", ASKED.format(coded))])
    reply = REPLY.format(coded)
    leak = check(reply, BOOK)
    places = {
        "question": policy in {evidence.policy for evidence in found},
        "reply": leak is not None and leak.policy == policy,
    }
    if streams:
        released, stopped = streamed(reply, 1)
        places["stream"] = stopped is not None and stopped.policy == policy
        places["what left of it"] = coded.strip(" .\n") not in released
        places["other pieces"] = (
            streamed(reply, 7) == streamed(reply, len(reply)) == (released, stopped)
        )
    return [place for place, seen in places.items() if not seen]


def has_a_place(name: str, code: str) -> bool:
    """Can the code carry the name at all, and tell it from chance?"""
    if code in NOT_IN_STREAMS:  # a game with the vowels of ASCII needs two of them
        return name != "Björn Öqvist"
    if name not in LATIN and (code in ("tag characters", "base64 of ROT13") or "pig" in code):
        return name in ACCENTED and code in LETTER_CODES
    return (name, code) != ("Bexley", "base85")  # LS=YtWqA holds one sign only


def pairs(names: Sequence[str], codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, code) for name in names for code in codes if has_a_place(name, code)]


@pytest.mark.parametrize(("name", "code"), pairs([*LATIN, *ACCENTED], LETTER_CODES))
def test_letters_in_place_of_letters(name: str, code: str) -> None:
    assert missed(name, LETTER_CODES[code], streams=code not in NOT_IN_STREAMS) == []


@pytest.mark.parametrize(("name", "code"), pairs(NAMES, NUMBER_CODES))
def test_numbers_and_bytes(name: str, code: str) -> None:
    assert missed(name, NUMBER_CODES[code]) == []


@pytest.mark.parametrize("code", SIGN_CODES)
@pytest.mark.parametrize("name", LATIN)
def test_signs_and_words(name: str, code: str) -> None:
    assert missed(name, SIGN_CODES[code]) == []


@pytest.mark.parametrize("code", PIECES)
@pytest.mark.parametrize("name", [name for name in NAMES if " " in name])
def test_pieces(name: str, code: str) -> None:
    assert missed(name, PIECES[code]) == []


@pytest.mark.parametrize("by", range(1, 26))
def test_every_shift_is_read(by: int) -> None:
    coded = "".join(chr((ord(c) - 97 + by) % 26 + 97) if c.isalpha() else c for c in "ovid trun")
    assert {m.policy for m in BOOK.mentions.find(f"who is {coded}?")} == {NAMES.index("Ovid Trun")}


@pytest.mark.parametrize(
    "text",
    [
        "the steeds ran",  # a shift of Tuffet, and words
        "Lists of numbers: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1990 1991 1992.",
        "Primes are 2 3 5 7 11 13 17 19 23, perfect squares 1 4 9 16 25.",
        "Call 555 010 4477 or 0x7f 0x00 0x01, mask 255.255.255.0",
        "So here are large insects right around us, nobody lives there.",
        "Hotel India is on Sierra Street; the golf club Victor Lima is not.",
        'names = ["Carmela", "Ovid"]; places = ["Halmere", "Trun", "Quist"]',
        '[{"first": "Carmela", "last": "Trun"}, {"first": "Ovid", "last": "Halmere"}]',
        "first name: Carmela, surname: Quist",
        "The way to say it today: play all day, may I stay?",
        "I know: so have all large insects red antennae, mostly.",
    ],
)
def test_ordinary_text_is_not(text: str) -> None:
    index = MentionIndex.build([*enumerate(NAMES), (90, "Tuffet")])
    assert index.find(text) == []
    assert check(text, BOOK) is None
    assert streamed(text, 3) == (text, None)


@pytest.mark.parametrize("name", ["Carmela Halmere", "Илья Громов"])
def test_a_year_in_front_of_a_number_code_is_no_letter_of_it(name: str) -> None:
    codes = " ".join(str(ord(character)) for character in name)
    found = Screen(BOOK).lexical((Turn("user", f"In 2019, {codes} won which prize?"),))
    assert {evidence.policy for evidence in found} == {policies_of(name)}
