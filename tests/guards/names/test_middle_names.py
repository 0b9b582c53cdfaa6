"""A middle name that no policy tells of hides nothing, in clear, in code or in a handle."""

import codecs

import pytest

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames
from guards.reading.views import views
from guards.stream_gate import StreamGate

NAMES = ["Tovelka Brinasdorn", "Willem van der Quist", "Maren L. Osgood", "Will Smythe", "Ada Kell"]
INDEX = MentionIndex.build(
    enumerate(NAMES), words=WordNames((n, name, True) for n, name in enumerate(NAMES))
)


def named(text: str) -> set[str]:
    texts = (text, *(view.text for view in views(text)))
    return {NAMES[mention.policy] for one in texts for mention in INDEX.find(one)}


def shifted(text: str, by: int) -> str:
    return "".join(
        chr((ord(c) - 97 + by) % 26 + 97) if c.islower() else
        chr((ord(c) - 65 + by) % 26 + 65) if c.isupper() else c
        for c in text
    )  # fmt: skip


WRITTEN = [
    ("Tovelka Marie Brinasdorn", "Tovelka Brinasdorn"),
    ("tovelka marie brinasdorn", "Tovelka Brinasdorn"),
    ("Tovelka Ann Marie Brinasdorn", "Tovelka Brinasdorn"),
    ("Tovelka Marie Brinasdron", "Tovelka Brinasdorn"),
    ("Willem Pieter van der Quist", "Willem van der Quist"),
    ("Maren Louise Osgood", "Maren L. Osgood"),
    ("Did Will Adam Smythe come?", "Will Smythe"),
    ("#TovelkaMarieBrinasdorn", "Tovelka Brinasdorn"),
    ("@tovelka_marie_brinasdorn", "Tovelka Brinasdorn"),
    ("@therealtovelkabrinasdorn2", "Tovelka Brinasdorn"),
    ("tovelkamariebrinasdorn", "Tovelka Brinasdorn"),
    ("@thetovelkamariebrinasdorn", "Tovelka Brinasdorn"),
    (codecs.encode("Tovelka Marie Brinasdorn", "rot13"), "Tovelka Brinasdorn"),
    (shifted("Tovelka Marie Brinasdorn", 5), "Tovelka Brinasdorn"),
    (shifted("Ada Ruth Kell", 23), "Ada Kell"),
    ("akleveT eiraM nrodsanirB".replace("akleveT", "aklevoT"), "Tovelka Brinasdorn"),
    ("nrodsanirB eiraM aklevoT", "Tovelka Brinasdorn"),
    ("ovelkatay ariemay inasdornbray", "Tovelka Brinasdorn"),
]


@pytest.mark.parametrize(("written", "name"), WRITTEN)
def test_it_is_the_name_in_a_question_and_stopped_in_a_stream(written: str, name: str) -> None:
    text = f"I say {written} here." if "?" not in written else written
    assert named(text) == {name}
    for cut in (1, 3, 7):
        gate = StreamGate(INDEX, ids=NAMES)
        released = "".join(gate.feed(text[at : at + cut]) for at in range(0, len(text), cut))
        released += gate.close()
        assert gate.leak is not None
        assert gate.leak.policy == name
        assert named(released) == set()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("T o v e l k a   M a r i e   B r i n a s d o r n", "Tovelka Brinasdorn"),
        ("T/o/v/e/l/k/a M/a/r/i/e B/r/i/n/a/s/d/o/r/n", "Tovelka Brinasdorn"),
        ('{"first": "Tovelka Marie", "last": "Brinasdorn"}', "Tovelka Brinasdorn"),
        ('a = "Tove"; b = "lka Ma"; c = "rie Brinasdorn"', "Tovelka Brinasdorn"),
        ("ovelka-tay arie-may inasdorn-bray", "Tovelka Brinasdorn"),
        ("".join(chr(0xE0000 + ord(c)) for c in "Ada Kell") + " x "
         + "".join(chr(0xE0000 + ord(c)) for c in "Ada Kell"), "Ada Kell"),
    ],
)  # fmt: skip
def test_in_pieces_and_letters_apart_it_is_the_name(written: str, name: str) -> None:
    assert named(f"Who is {written}, then?") == {name}


@pytest.mark.parametrize(
    "text",
    [
        "Will Adam Smythe come?", "Maren Ruth Osgood", "Tovelka and Marie Brinasdorn",
        "Tovelka, Marie, Brinasdorn", "Tovelka met Brinasdorn", "Marie Brinasdorn",
        "Tovelka Ann Marie Louise Brinasdorn", "tovelka told brinasdorn", "@adakelp",
    ],
)  # fmt: skip
def test_somebody_else_is_not(text: str) -> None:
    assert named(text) == set()
