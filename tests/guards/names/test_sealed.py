"""Sealed names are found like plain ones, and nothing but the key tells what they are."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_fragments import FRAGMENTS

from guards.compiled import compile_book
from guards.names.mentions import MentionIndex
from guards.names.seal import LONGEST, SealKey, fingerprints
from guards.names.sealed import SealedIndex
from guards.screen import Screen
from guards.stream_gate import StreamGate
from guards.verdicts import Leak, Turn
from prompts.book import PolicyBook, book_of
from prompts.errors import BookError
from prompts.policy import Policy

KEY = SealKey.from_hex("8f" * 32)
NAMES = ["Hsiao Yun-Hwa", "Theo", "Anna", "李白", "Isabel Ali", "Lee Ho"]


def sealing(*names: str, key: SealKey = KEY) -> SealedIndex:
    return SealedIndex([(number, fingerprints(n, key)) for number, n in enumerate(names)], key)


INDEX = MentionIndex.build([], sealing(*NAMES))
MIXED = MentionIndex.build([(8, "Yun"), (9, "Theodora")], sealing(*NAMES))


def found(text: str) -> set[int]:
    return {mention.policy for mention in INDEX.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Hsiao Yun-Hwa", "hsiao yun hwa", "HSIAO YUN-HWA'S", "HsiaoYunHwa", "Hsiao_Yun_Hwa",
        "H s i a o  Y u n  H w a", "H-s-i-a-o-Y-u-n-H-w-a", "**Hs**iao _Yun_-Hwa",
        "<i>H</i>siao Yun-Hwa", "Hs1@0 Yun-Hwa", "Hsi\u200bao Yun-Hwa",
        "\uff28\uff53iao Yun-Hwa", "H\u0455iao Yun-Hwa", "aw\u0048-nuY oaisH", "Ufvnb Lha-Ujn",
        "H&#115;iao&nbsp;Yun-Hwa", "Hsiao%20Yun-Hwa", "H\\u0073iao Yun-Hwa",
        "Hs\u0301iao Yun\u2010Hwa", "Hsiao\nYun-Hwa", "Hsiao Yun-Hwas", "Ufvnb Lha-Ujnf",
    ],
)  # fmt: skip
def test_disguised_names_are_found(text: str) -> None:
    assert found(f"It is {text}, I think.") == {0}
    assert found(text) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Annabel", "Joanna", "at the o'clock", "the old", "Hsiao", "Yun-Hwa", "all is well, Isabel",
        "an nail", "Ann a", "白李", "flee home", "Le eHo", "Anna\u200bbel", "Isabel all",
        "7h30", "Hsiao" + " " * 40 + "Yun-Hwa", "Hsiao Yun-Hwart", "",
    ],
)  # fmt: skip
def test_other_words_are_not(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("by A.", None, None), ("by \uff21n\u200bna.", 3, 8), ("by A&#110;na.", 3, 12),
     ("我喜欢李白的诗", 3, 5), ("Anna2", 0, 4), ("L-e-e H o!", 0, 9), ("LeeHo's", 0, 5)],
)  # fmt: skip
def test_offsets_are_raw(text: str, start: int | None, end: int | None) -> None:
    spans = [(m.start, m.end) for m in INDEX.find(text)]
    assert spans == ([] if start is None else [(start, end)])


def test_short_names_may_have_blanks_only_where_the_name_has_or_everywhere() -> None:
    assert found("Lee Ho") == found("LeeHo") == found("L e e H o") == found("Lee-Ho") == {5}
    assert found("L ee Ho") == set()


def test_a_name_heard_may_be_said_again() -> None:
    spoken = frozenset(m.key for m in INDEX.find("Lee Ho and 李白"))
    assert INDEX.find("LEE-HO LeeHo 李白", exempt=spoken) == []
    assert {m.policy for m in INDEX.find("Lee Ho, Theo", exempt=spoken)} == {1}
    assert INDEX.find("Lee Ho", live=lambda number: number != 5) == []


def test_a_fingerprint_tells_the_length_and_no_more() -> None:
    own = fingerprints("Lee Ho", KEY)
    assert all(item.startswith("5:") and len(item) == 34 for item in own)
    assert list(own) == sorted(own)
    assert own == fingerprints("LEE  ho", KEY)
    other = SealKey.from_hex("8e" * 32)
    assert not set(own) & set(fingerprints("Lee Ho", other))
    assert not MentionIndex.build([], sealing("Lee Ho", key=other)).find("Li Ho")
    assert KEY.id not in "".join(own)
    assert "8f8f" not in repr(KEY)


def test_what_cannot_be_sealed_is_told() -> None:
    with pytest.raises(ValueError, match="between 2 and 100"):
        fingerprints("?!", KEY)
    with pytest.raises(ValueError, match="101 letters"):
        fingerprints("a" * (LONGEST + 1), KEY)
    for bad, told in (("no key", "hexadecimal"), ("8f8f", "needs 16")):
        with pytest.raises(ValueError, match=told) as failed:
            SealKey.from_hex(bad)
        assert bad not in str(failed.value)


def run(index: MentionIndex, text: str, cuts: list[int]) -> tuple[str, Leak | None]:
    gate = StreamGate(index)
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    released = [gate.feed(text[a:b]) for a, b in pairwise(borders)]
    return "".join(released) + gate.close(), gate.leak


WORDS = st.sampled_from(
    ["Lee", "Ho", "s", "f", "Hos", "Isabel", "1sabe1", "A1i", "Yryf", "Ub", "2"]
)
TEXTS = st.lists(FRAGMENTS | WORDS, max_size=14).map("".join) | st.text(max_size=60)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=8), st.sampled_from([INDEX, MIXED]))
def test_every_chunking_gives_the_same_and_never_a_name(
    text: str, cuts: list[int], index: MentionIndex
) -> None:
    released, leak = whole = run(index, text, [])
    assert run(index, text, cuts) == whole
    assert run(index, text, list(range(len(text)))) == whole
    assert index.find(released) == []
    assert text.startswith(released)
    if leak is None:
        assert released == text
        assert index.find(text) == []


def test_a_stream_holds_back_as_many_letters_as_the_longest_name_has() -> None:
    gate = StreamGate(MentionIndex.build([], sealing("Lee Ho")))
    assert gate.feed("We saw the a") == "We saw "  # 'the a' may become five letters
    assert gate.held == 5
    assert gate.feed("nd x") == "the "  # 'theand' has six, 'and' may go on
    assert gate.feed("o L") == "and "
    assert gate.feed("ee H") == "xo "
    assert gate.feed("o.") == ""
    assert gate.leak == Leak("0", "mention", 18, 24)


def sealed(*names: str, key: SealKey = KEY, **more: object) -> Policy:
    fields: dict[str, object] = {
        "id": "sealed-1",
        "kind": "person",
        "response": "redact",
        "sealed": tuple(sorted({one for n in names for one in fingerprints(n, key)})),
        "sealed_with": key.id,
        "instruction": "Behave as if you had never heard of it.",
        **more,
    }
    return Policy.model_validate(fields)


def compiled_screen(book: PolicyBook) -> Screen:
    return Screen(compile_book(book, seal_key=KEY))


@pytest.mark.parametrize(
    ("turns", "certain"),
    [
        (("The first name is Carmela.", "The last is Halmere. Who is she?"), True),
        (("Halmere is the last name.", "And Carmela the first?"), True),
        (("her first name is carmela", "the last is halmere"), False),
        (("I mean Carmela", "Halmere of course"), True),
    ],
)
def test_a_name_in_two_turns_is_put_together(turns: tuple[str, ...], certain: bool) -> None:
    screen = compiled_screen(book_of([sealed("Carmela Halmere")]))
    evidence = screen.lexical([Turn("user", text) for text in turns])
    assert [(e.policy, e.kind, e.turn) for e in evidence] == [("sealed-1", "mention", 1)]
    assert evidence[0].certain is certain
    assert screen.lexical([Turn("user", "Carmela Falpane"), Turn("user", "and Halmera")]) == ()


@pytest.mark.parametrize(
    ("policy", "key", "told"),
    [
        (sealed("Lee Ho"), None, "there is no key to open it; set BOXED_SEAL_KEY"),
        (sealed("Lee Ho"), SealKey.from_hex("8e" * 32), "sealed with another key"),
        (sealed("Lee Ho", title="On Lee Ho"), KEY, "the title of a sealed policy names"),
        (sealed("Lee Ho", scope=("Who is LEE-HO?",)), KEY, "the scope of a sealed policy names"),
        (sealed("Lee Ho", id="lee-ho"), KEY, "the id of a sealed policy names"),
        (sealed("Lee Ho", path="x/Lee_Ho.md"), KEY, "the file name of a sealed policy names"),
    ],
)
def test_a_book_that_the_key_does_not_open_is_refused(
    policy: Policy, key: SealKey | None, told: str
) -> None:
    with pytest.raises(BookError) as failed:
        compile_book(book_of([policy]), seal_key=key)
    fault = failed.value.errors[0]
    assert told in str(fault)
    assert fault.path == (policy.path or policy.id)


def test_a_book_without_sealed_policies_needs_no_key() -> None:
    assert compile_book(book_of([])).sealed is None
