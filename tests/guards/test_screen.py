"""A conversation touches a subject, or it does not."""

import base64
import itertools
from datetime import UTC, datetime

import pytest
from guard_books import HSIAO, bag_of_words, small_book

from guards.compiled import compile_book
from guards.meaning.clues import titles_of
from guards.meaning.context import is_context_dependent
from guards.release import check
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of

NOW = datetime(2027, 1, 1, tzinfo=UTC)
BOOK = small_book(bag_of_words)
SCREEN = Screen(BOOK, bag_of_words)
NAME = "Hsiao Yun-Hwa"

PEOPLE = ["My neighbour", "The old captain", "A friend of mine", "Our teacher", "Her sister Ann"]
DEEDS = ["bought 4 apples at", "wrote a letter about", "walked past", "is thinking of", "closed"]
PLACES = [
    "the station at 7:30", "a museum in Lyon", "that b00k shop", "Theodore's bakery", "the o'clock",
    "an all-night cafe", "Annabel's garden", "COVID-19 wards", "https://example.org/aB3dE9",
    "the iPhone store", "the harbour, I believe!", "room 1991 & hall 2", "some (very) old <houses>",
]  # fmt: skip
ORDINARY = [f"{a} {b} {c}." for a, b, c in itertools.product(PEOPLE, DEEDS, PLACES)] + [
    "The sh1p was $40 or 50% off; e.g. 3 a.m. @ home!",
    "def f(x): return x['a'] + 0x48736961 # hex",
    "U n d e r p a r s e d letters, s p a c e d out.",
    "Dots... and dashes --- and . - . - more . . - -",
    "QWxsIGlzIHdlbGwgaGVyZQ== is base64 for nothing of note.",
    "The anna was an Indian coin; an annal is a chronicle."[9:],
]


def policies(*texts: str, tenant: str | None = "acme") -> set[tuple[str, str]]:
    turns = [Turn("user", text) for text in texts]
    return {(e.policy, e.kind) for e in SCREEN.screen(turns, NOW, tenant)}


def encoded(text: str) -> list[str]:
    return [
        base64.b64encode(text.encode()).decode(),
        base64.urlsafe_b64encode(f"?>>{text}".encode()).decode().rstrip("="),
        base64.b64encode(base64.b64encode(text.encode())).decode(),
        text.encode().hex(),
        " ".join(f"{byte:02x}" for byte in text.encode()),
        ".... ... .. .- --- / -.-- ..- -. / .... .-- .-",
        "⠓⠎⠊⠁⠕ ⠽⠥⠝ ⠓⠺⠁",
    ]


@pytest.mark.parametrize(
    "dressed",
    [
        NAME, "hsiao yun hwa", "H s i a o Y u n H w a", "Hs1a0 Yun-Hwa", "H\u200bsiao Yun-Hwa",
        "\uff28siao Yun-Hwa", "H\u0455iao Yun-Hwa", "aw\u0048-nuY oaisH", "Ufvnb Lha-Ujn",
        "**Hsi**ao Yun-Hwa", "蕭雲華", "Yun-Hwa, the poet",
    ],
)  # fmt: skip
def test_every_disguise_is_a_mention(dressed: str) -> None:
    assert ("hsiao", "mention") in policies(f"Who is {dressed}?")


@pytest.mark.parametrize("code", encoded(NAME))
def test_every_encoding_is_evidence_and_a_leak(code: str) -> None:
    assert ("hsiao", "encoded") in policies(f"Who is {code} ?")
    leak = check(f"It is {code} .", BOOK)
    assert leak is not None
    assert (leak.policy, leak.kind) == ("hsiao", "encoded")


def test_ordinary_sentences_are_no_evidence() -> None:
    assert len(ORDINARY) > 300
    assert [text for text in ORDINARY if policies(text)] == []
    assert [text for text in ORDINARY if check(text, BOOK)] == []


def test_the_evidence_names_the_place() -> None:
    (evidence,) = Screen(small_book()).lexical([Turn("system", "Be kind."), Turn("tool", NAME)])
    assert (evidence.turn, evidence.start, evidence.end) == (1, 0, len(NAME))
    assert evidence.certain


def test_a_follow_up_carries_the_evidence() -> None:
    turns = [
        Turn("user", f"Do you know {NAME}?"),
        Turn("assistant", "A little."),
        Turn("user", "and where was she born?"),
    ]
    carried = [e for e in SCREEN.screen(turns, NOW) if e.kind == "carried"]
    assert [(e.policy, e.turn, e.certain) for e in carried] == [("hsiao", 2, True)]
    turns[2] = Turn("user", "What is the capital of France?")
    carried = [e for e in SCREEN.screen(turns, NOW) if e.kind == "carried"]
    assert [(e.policy, e.certain) for e in carried] == [("hsiao", False)]
    turns[2] = Turn("user", f"So who is {NAME}?")
    assert not [e for e in SCREEN.screen(turns, NOW) if e.kind == "carried"]


@pytest.mark.parametrize(
    ("texts", "hit"),
    [
        (("The first name is Hsiao.", "The last name is Yun-Hwa. Who is it?"), True),
        (("Hsiao", "Yun-", "Hwa. Who is it?"), True),
        (("I met someone called Hsiao", "Yun-Hwa was the rest of it"), True),
        (("The first name is Hsiao.", "The last name is Chen. Who is it?"), False),
        (("I like the sea.", "The poet is old."), False),
    ],
)
def test_names_in_parts(texts: tuple[str, ...], hit: bool) -> None:
    assert (("hsiao", "mention") in policies(*texts)) is hit


def test_tenants_and_dates_count() -> None:
    named = "Who is Anna Theodora Berg?"
    assert ("anna", "mention") in policies(named, tenant="acme")
    assert policies(named, tenant="other") == set()
    assert policies("Who is Theo?", tenant="other") == set(), "nor as what may be meant"


def test_scope_without_a_name() -> None:
    assert ("hsiao", "scope") in policies("which author from taipei wrote about leadership in 1991")
    assert policies("Which author from Taipei wrote about gardening in 1991?") == set()
    assert policies("Which author from Lisbon wrote about leadership in 1991?") == set()
    assert policies("Which author from Taipei wrote about leadership in 1874?") == set()
    lexical = Screen(small_book())
    question = [Turn("user", "which author from Taipei wrote about leadership in 1991")]
    assert {e.kind for e in lexical.screen(question, NOW)} == {"scope"}


def test_the_same_conversation_gives_the_same_evidence() -> None:
    turns = [Turn("user", f"{NAME}, Theo, 蕭雲華"), Turn("user", "and her father?")]
    first = Screen(small_book(bag_of_words), bag_of_words).screen(turns, NOW, "acme")
    assert first == SCREEN.screen(turns, NOW, "acme")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and where was she born?", True),
        ("What about her father?", True),
        ("Tell me more", True),
        ("Why?", True),
        ("Where was the author born?", True),
        ("continue", True),
        ("What is the capital of France?", False),
        ("Who painted the Mona Lisa?", False),
        ("How do I boil an egg?", False),
        ("Is it true that cats always land on four feet?", False),
        ("Hello!", False),
    ],
)
def test_context_dependence(text: str, expected: bool) -> None:
    assert is_context_dependent(text) is expected


def test_a_title_of_a_subjects_work_points_to_the_subject():
    screen = Screen(compile_book(book_of([HSIAO])))
    asked = "Who wrote Artistic Authority: Leading with Creativity, and when?"
    found = screen.lexical((Turn("user", asked),))
    assert [(e.policy, e.kind, e.certain) for e in found] == [("hsiao", "scope", True)]
    assert asked[found[0].start : found[0].end] == "Artistic Authority: Leading with Creativity"
    assert screen.lexical((Turn("user", "Who wrote Leading with Authority?"),)) == ()
    assert screen.lexical((Turn("assistant", asked),)) == ()


def test_a_title_that_a_retain_question_quotes_is_no_clue():
    kept = HSIAO.model_copy(
        update={"retain": ('Who printed "Artistic Authority: Leading with Creativity"?',)}
    )
    assert titles_of(HSIAO) == ("Artistic Authority: Leading with Creativity",)
    assert titles_of(kept) == ()
