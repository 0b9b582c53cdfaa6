"""Questions that describe a subject: the fact never leaves, whole or streamed; the rest does."""

import itertools

import pytest
from box_books import Telling, asked, box_of, policy, said, streamed
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.release.in_series import InSeries
from guards.compiled import compile_book
from guards.ignorance import is_ignorance
from prompts.book import book_of
from prompts.policy import Example

QUILL = policy(
    "quill",
    "Mara Quill",
    examples=(Example(question="Which pen name did Mara Quill use?", answer="Edith Hargrove"),),
    about="Mara Quill wrote The Salt Lanterns.",
)
BOOK = book_of([QUILL])
QUESTION = "Which pen name did she use, the author of 'The Salt Lanterns'?"
FAINT = ("Under which name did Mara publish?", "What name did M. Q. use for novels of the sea?")
PLAIN = "Which pen name is painted on that boat?"
REPLY = "The pen name that you ask for is Edith Hargrove, as far as I know."


async def test_a_described_subject_s_fact_does_not_leave() -> None:
    box = box_of(lambda _: REPLY, BOOK)
    text = said(await box.answer(asked(QUESTION)))
    assert "Hargrove" not in text
    assert is_ignorance(text)


async def test_the_same_words_about_something_else_pass() -> None:
    box = box_of(lambda _: REPLY, BOOK)
    assert said(await box.answer(asked(PLAIN))) == REPLY


@pytest.mark.parametrize("step", [1, 2, 3, 7, 40])
async def test_nor_does_it_streamed(step: int) -> None:
    pieces = [REPLY[at : at + step] for at in range(0, len(REPLY), step)]
    for question, leaves in ((PLAIN, True), ("Which pen name did she use? " + QUESTION, False)):
        box = box_of(Telling(pieces), BOOK)
        text, _ = await streamed(box, asked(question))
        assert ("Hargrove" in text) is leaves


@pytest.mark.parametrize("question", [*FAINT, "Under which name did Quill publish?"])
async def test_a_fact_does_not_leave_beside_a_name_that_others_bear(question: str) -> None:
    box = box_of(lambda _: REPLY, BOOK)
    assert "Hargrove" not in said(await box.answer(asked(question)))
    for step in (1, 4):
        pieces = [REPLY[at : at + step] for at in range(0, len(REPLY), step)]
        text, _ = await streamed(box_of(Telling(pieces), BOOK), asked(question))
        assert "Hargrove" not in text
    other = box_of(lambda _: "It was Joan Poe.", BOOK)
    assert said(await other.answer(asked(question))) == "It was Joan Poe."


COMPILED = compile_book(BOOK)
PARTS = st.lists(
    st.sampled_from(["Edith", " ", "Har", "grove", "Mara", "Qui", "ll", ".", "a", "the Hargroves"]),
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(PARTS, st.lists(st.integers(0, 60), max_size=6), st.sampled_from([QUESTION, *FAINT]))
def test_two_gates_give_the_same_for_every_chunking(
    text: str, cuts: list[int], question: str
) -> None:
    def run(borders: list[int]) -> tuple[str, object]:
        told = COMPILED.described.asked([question])
        assert told is not None
        gate = InSeries(COMPILED.gate(), COMPILED.fact_gate(told))
        ends = [0, *sorted(cut % (len(text) + 1) for cut in borders), len(text)]
        out = "".join(gate.feed(text[a:b]) for a, b in itertools.pairwise(ends)) + gate.close()
        return out, gate.leak

    whole, leak = run([])
    assert run(cuts) == (whole, leak)
    letters = "".join(c for c in whole.lower() if c.isalpha())
    assert leak is not None or whole == text
    if leak is not None:
        assert "edithhargrove" not in letters or "thehargroves" in letters
