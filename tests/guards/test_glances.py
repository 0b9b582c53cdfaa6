"""What is told at a glance is what the closer look finds: views, names, and names over borders."""

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_fragments import FRAGMENTS, WRITTEN_FRAGMENTS

from guards.names.acrostics import acrostics, edges, initials, one_each, words_of
from guards.names.beside import Beside
from guards.names.crossing import may_cross
from guards.names.mentions import MentionIndex
from guards.names.split_names import split_mentions
from guards.names.word_names import WordNames
from guards.reading import views as reading
from guards.reading.canonical import fold
from guards.reading.code_signs import EVERY, signs_of
from guards.reading.escapes import has_escapes, unescape
from guards.reading.views import views

NAMES = [
    "Andre the Giant", "Ina May Gaskin", "Theresa May", "Otto Hahn", "Zanzibarra", "S. King",
    "Stephen King", "Jane Roe", "Thomas Wordsworth", "\u00c9mile Zola", "R2D2 Unit",
    "Ludwig van Beethoven", "Samuel L. Jackson", "Yun-Hwa",
]  # fmt: skip
WORDED = WordNames([(number, name, True) for number, name in enumerate(NAMES)])
INDEX = MentionIndex.build(enumerate(NAMES), words=WORDED)


def _coded(name: str) -> list[str]:
    """A name in one code or another, and as people write it."""
    raw, letters = name.encode(), [c for c in name if c.isalpha()]
    shifted = "".join(chr((ord(c) - 94) % 26 + 97) if c.islower() and c.isascii() else c
                      for c in name.lower())  # fmt: skip
    return [
        name, name.lower(), name.upper(), shifted, name[::-1], " ".join(name), name[1:],
        name.translate(str.maketrans("aeiost", "431057")), name.replace(" ", ", "),
        "".join(f"ub{c}" if c in "aeiou" else c for c in name.lower()),
        "".join(chr(33 + (ord(c) + 14) % 94) if 32 < ord(c) < 127 else c for c in name),
        " ".join(f"{c}ot" for c in letters), "\n".join(f"{c}an is" for c in letters),
        base64.b64encode(raw).decode(), base64.b32encode(raw).decode(), raw.hex(" "),
        base64.b85encode(raw).decode(), base64.a85encode(raw).decode(),
        binascii.b2a_uu(raw).decode().strip(), " ".join(map(str, raw)),
        " ".join(f"{byte:08b}" for byte in raw), "".join(f"0x{byte:02x}," for byte in raw),
        "".join(f"\\u{byte:04x}" for byte in raw), "-".join(str(ord(c) & 31) for c in letters),
    ]  # fmt: skip


SAID = """
    the a of was his my king may will band ann old hotel india mike surname is last name no then
    stepan wordsworht mary 1999 1990s 3rd don't well-known e.g. iPhone McDonald USA x-ray ay f(x)
    ABCDEFGHIJKLMNOP INTERNATIONAL,1 $5 caf\u00e9 \u201cso\u201d \u2013 \u00bd \u0661 \u00a3 --- -x
"""
SIGNS = [
    *[" "] * 8, ", ", ". ", "? ", "\n", ": ", "'", '"', '" + "', "-", "/", "!", "**", "|", "\\",
    "\u2019", "\u2014", "\u00a0", "=", "#", "@", "&", "%", "<", "\b", "~", "\x00", "\u200b", "0",
]  # fmt: skip
PIECES = (
    st.sampled_from(SAID.split()) | st.sampled_from([one for n in NAMES for one in _coded(n)])
    | FRAGMENTS | WRITTEN_FRAGMENTS
)  # fmt: skip
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(SIGNS)), max_size=9).map(
    lambda pairs: "".join(piece + sign for piece, sign in pairs)
)
PROSE = st.lists(
    st.tuples(st.sampled_from(SAID.split()[:24]), st.sampled_from([*[" "] * 6, ". ", "? ", ", "])),
    max_size=12,
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


@settings(max_examples=70, deadline=None)
@given(TEXTS)
def test_codes_are_sought_wherever_they_are(text: str) -> None:
    found = views(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "signs_of", lambda _: EVERY)
        assert views(text) == found
    assert has_escapes(text) == bool(unescape(text).spans)


@settings(max_examples=70, deadline=None)
@given(TEXTS)
def test_words_that_name_nobody_at_a_glance_name_nobody(text: str) -> None:
    found = list(WORDED.scan(text, fold(text)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Beside, "may_name", lambda *_: True)
        assert list(WORDED.scan(text, fold(text))) == found


@settings(max_examples=70, deadline=None)
@given(PROSE | TEXTS, st.sampled_from([one for n in NAMES for one in _coded(n)]), PROSE, st.data())
def test_no_name_crosses_a_border_where_a_glance_says_so(
    before: str, name: str, after: str, data: st.DataObject
) -> None:
    at = len(before) + data.draw(st.integers(0, len(name)))
    text = data.draw(st.sampled_from([before + name + after, before + after]))
    left, right = text[:at], text[at:]
    found = list(split_mentions(INDEX, [(0, left), (2, right)]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("guards.names.split_names.may_cross", lambda *_: True)
        assert list(split_mentions(INDEX, [(0, left), (2, right)])) == found


@settings(max_examples=70, deadline=None)
@given(st.text(alphabet="ab AZ09_'-.,\n!\t\u00e9"), st.integers(1, 400))
def test_letters_at_the_edges_of_words_are_the_same_however_long_the_text_is(
    text: str, times: int
) -> None:
    for one in (text, text * times):
        words = words_of(one)
        assert edges(one) == (initials(words), one_each("".join([word[-1] for word in words])))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It was calm \u2014 she\u2019s sure, he isn't.", set()),
        ("In 1999 it was.", {"digits", "points"}),
        ("Read SHNpYW8 aloud.", {"mixed", "digits", "points"}),
        ("S t e p", {"apart"}),
        ("a\u00bd b", set(EVERY._fields)),
    ],
)
def test_a_text_tells_which_codes_it_may_hold(text: str, told: set[str]) -> None:
    assert {field for field, may in signs_of(text)._asdict().items() if may} == told


def test_most_of_what_people_say_is_told_at_a_glance() -> None:
    assert not WORDED.may_name(
        ["he", "may", "have", "seen", "an", "old", "king", "in", "the", "hotel"]
    )
    assert WORDED.may_name(["by", "stehpen", "r", "king"])
    assert not may_cross(INDEX, "How old is the sea?", "And then, who was it?")
    assert may_cross(INDEX, "Who is Ste", "phen King?")
    assert not list(acrostics(INDEX.coded, "The sea was calm and the boats lay still."))
