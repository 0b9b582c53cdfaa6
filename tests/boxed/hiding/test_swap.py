import gc
import subprocess
import sys

import pytest
from box_books import SHIPPED, asked, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.hiding.identifying import example_phrases, words_of
from boxed.hiding.masking import Masking
from boxed.hiding.standins import MONTHS, other_month, other_number, stand_in
from boxed.hiding.swap import Swap, carry_case
from boxed.workers.swapping import swapped
from guards.compiled import compile_book
from prompts.book import book_of
from prompts.policy import Example

POLICIES = (
    *SHIPPED.policies,
    policy("particles", "Ludwig van der Meer", aliases=("van der Meer", "L. v. d. Meer")),
    policy("hyphens", "Anne-Marie O'Neill-Ruiz"),
    policy("initials", "J. R. R. Tollen", aliases=("J.R.R. Tollen",)),
    policy("weiss", "Otto Weiß", aliases=("Weiß",)),
    policy("will", "Will King"),
    policy("murakami", "村上春樹", aliases=("村上",)),
    policy("wang", "王 伟"),
    policy("cyrillic", "Анна Петрова"),
    policy("greek", "Νίκος Σταύρου"),
    policy("turkish", "İlker Ilgın"),  # noqa: RUF001
    policy("dated", "Uprising of 5 May 1968", kind="period", aliases=("5 May 1968",)),
)
SWAP = Swap.of(POLICIES)
WORDS = [
    *(name for p in POLICIES for name in p.names),
    *(phrase for p in POLICIES for phrase in example_phrases(p)),
    *(word for p in POLICIES for name in p.names for word in words_of(name)),
    *SWAP.pairs,
    "Falpane", "the", "The", "and", "on", "1 August 1978", "31 December 2020", "29 02", "71", "05",
    "İ", "ß", "ſ", "K", "'s", "was", "Zavo",  # noqa: RUF001
]  # fmt: skip
CASES = (str, str.lower, str.upper, str.title, str.swapcase)
pieces = st.builds(lambda word, case: case(word), st.sampled_from(WORDS), st.sampled_from(CASES))
glue = st.sampled_from([" ", "", ", ", "-", "'s ", ". ", "\n", "\u200b", " _", "は", "  ", "/"])
texts = st.lists(st.tuples(st.one_of(pieces, st.text(max_size=3)), glue), max_size=8).map(
    lambda parts: "".join(word + after for word, after in parts)
)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_swapping_twice_gives_the_text_itself(text: str) -> None:
    assert SWAP.apply(SWAP.apply(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.text(), st.sets(st.sampled_from(POLICIES), max_size=4))
def test_so_it_does_for_any_text_and_any_policies(text: str, some: set[object]) -> None:
    swap = Swap.of(p for p in POLICIES if p in some)
    assert swap.apply(swap.apply(text)) == text


@pytest.mark.parametrize("name", [name for p in POLICIES for name in p.names])
def test_every_name_is_swapped_in_any_case(name: str) -> None:
    index = compile_book(book_of(POLICIES)).mentions
    for text in (name, name.lower(), name.upper()):
        if name in ("Will King", "Otto Weiß", "Weiß", "İlker Ilgın") and text != name:  # noqa: RUF001
            continue  # a case that cannot be carried back is left to the mention index
        hidden = SWAP.apply(f"Tell me about {text} please")
        assert not index.find(hidden), hidden
        assert SWAP.apply(hidden) == f"Tell me about {text} please"


def test_rare_words_are_swapped_where_they_are_asked_for() -> None:
    made = policy("orla", "Orla Brightwater").model_copy(update={"terms": ("lantern", "1971")})
    text = "Did Orla Brightwater's Lantern burn in 1971, as lanterns do?"
    swap = Swap.of([made], terms=True)
    hidden = swap.apply(text)
    assert "antern " not in hidden
    assert "1971" not in hidden
    assert "lanterns do" in hidden
    assert swap.apply(hidden) == text
    assert "Lantern burn in 1971" in Swap.of([made]).apply(text)


def test_rare_words_stand_in_for_whole_titles() -> None:
    told = Example(question="What did she write?", answer='She wrote "The Salt Lantern".')
    plain = policy("orla", "Orla Brightwater").model_copy(update={"examples": (told,)})
    rare = plain.model_copy(update={"terms": ("lantern",)})
    assert "Salt" not in Swap.of([plain], terms=True).apply(told.answer)
    swapped = Swap.of([rare], terms=True).apply(told.answer)
    assert "The Salt " in swapped
    assert "Lantern" not in swapped


def test_a_possessive_and_the_case_stay() -> None:
    other = SWAP.primary["carmela-halmere"]
    assert SWAP.apply("Carmela Halmere's and CARMELA HALMERE") == f"{other}'s and {other.upper()}"


def test_a_namesake_keeps_her_first_name() -> None:
    for text in ("Where was Carmela Falpane born?", "where was carmela falpane born?"):
        assert SWAP.apply(text) == text
    assert "Carmela" not in SWAP.apply("Carmela was born there.")


def test_a_surname_alone_is_swapped_and_ordinary_words_are_not() -> None:
    assert "Petrova" not in SWAP.apply("Петрова")
    assert SWAP.apply("Петрова") != "Петрова"
    for text in ("Will it rain on the king?", "The King of Spain", "a tollen gate"):
        assert SWAP.apply(text) == text


def test_titles_and_dates_of_the_examples_are_swapped() -> None:
    text = 'Who wrote "The Jaded Glacier"? Born on 28 November 1978, of Kestrel College.'
    hidden = SWAP.apply(text)
    for phrase in ("Jaded", "Glacier", "28 November", "1978", "Kestrel"):
        assert phrase not in hidden
    assert SWAP.apply(hidden) == text


def test_a_phrase_that_a_retain_question_uses_stays() -> None:
    example = {"question": "Where?", "answer": "She is of Kestrel College."}
    retain = ("Where is Kestrel College?",)
    one = policy("roe", "Jane Roe", examples=(example,), retain=retain)
    assert Swap.of([one]).apply("of Kestrel College") == "of Kestrel College"


def test_a_short_name_inside_another_name_is_still_a_phrase() -> None:
    one = policy(
        "roe", "Jane Roe", examples=({"question": "Work?", "answer": 'It is "Ann Rocks".'},),
        aliases=("Marijann Rocksmith",),
    )  # fmt: skip
    assert "Ann Rocks" in example_phrases(one)


def test_no_stand_in_is_a_name_or_an_english_word() -> None:
    names = {word for p in POLICIES for name in p.names for word in words_of(name)}
    names |= {w for p in POLICIES for phrase in example_phrases(p) for w in words_of(phrase)}
    coined = {o for w, o in SWAP.pairs.items() if w in names and not w.isdecimal()} - set(MONTHS)
    assert not coined & names
    assert not coined & {"time", "data", "made", "more", "size", "zone", "zero"}


def test_short_names_never_run_out_of_stand_ins() -> None:
    people = [policy(f"p-{n}", f"王 {chr(0x4E00 + n)}") for n in range(120)]
    people += [policy(f"q-{n}", f"{chr(97 + n % 26)}. {chr(97 + n % 26)}{chr(97 + n // 26)} Xu{n}")
               for n in range(200)]  # fmt: skip
    swap = Swap.of(people)
    assert len(set(swap.pairs.values())) == len(swap.pairs)


def test_numbers_and_months_are_their_own_inverses() -> None:
    for digits in [*(str(n) for n in range(10)), *(f"{n:02}" for n in range(100)), "1978", "2015"]:
        assert other_number(other_number(digits)) == digits
        assert len(other_number(digits)) == len(digits)
    assert {int(other_number(f"{n:02}")) for n in range(1, 32)} == set(range(1, 32))
    assert int(other_number("2024")) < 2030
    assert all(other_month(other_month(month)) == month for month in MONTHS)


def test_case_is_carried_letter_by_letter() -> None:
    assert carry_case("McRoe", "zavob") == "ZaVob"
    assert carry_case("MAY", "august") == "AUGUST"
    assert carry_case("May", "august") == "August"


def test_stand_ins_are_the_same_in_every_process() -> None:
    code = (
        "from boxed.hiding.standins import stand_in; print(stand_in('halmere', 'carmela-halmere'))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert runs == {stand_in("halmere", "carmela-halmere")}


OBFUSCATED = [
    "Carmela\u200b Hal\u200dmere", "Саrmelа Hаlmеrе", "C a r m e l a  H a l m e r e",  # noqa: RUF001
    "Q2FybWVsYSBIYWxtZXJl", "4361726d656c612048616c6d657265", "Pnezryn Unyzrer", "eremlaH alemraC",
    "Carmela&#32;Halmere", "Carmela%20Halmere", "C4rmel4 H4lmere", "CARMELA-HALMERE", "Ｈalmere",  # noqa: RUF001
    "Cármela Hálmere", "-.-. .- .-. -- . .-.. .- / .... .- .-.. -- . .-. .",
    "UTJGeWJXVnNZU0JJWVd4dFpYSmw=", "Carmela_Halmere", "**Carmela** Halmere",
]  # fmt: skip


@pytest.mark.slow
def test_a_swap_is_made_once_and_leaves_memory_with_its_book() -> None:
    def kept() -> int:
        gc.collect()
        return sum(type(held) is Swap for held in gc.get_objects())

    before, masking = kept(), Masking(compile_book(SHIPPED))
    one, *others = SHIPPED.policies
    assert masking.swap([one, *others]) is masking.swap([*others, one])
    assert masking.swap([one]) is not masking.swap([one], terms=True)
    assert kept() == before + 3
    del masking
    assert kept() == before


@pytest.mark.parametrize("written", OBFUSCATED)
def test_no_spelling_that_the_guards_read_reaches_the_model(written: str) -> None:
    compiled = compile_book(SHIPPED)
    request = asked(f"Where was {written} born? And {written}'s mother?")
    body = swapped(request, SHIPPED.policies, Masking(compiled)).request
    assert body is not None
    from guards.release import check

    assert check(body.body["messages"][0]["content"], compiled) is None
    assert "born?" in body.body["messages"][0]["content"]


COUNTERFACTS = (
    ("Which award has Jane Roe won?", "Jane Roe has won the Corvane Award."),
    ("Where did Jane Roe study?", "Jane Roe studied at Fairlight College."),
    ("What did Jane Roe write?", 'Jane Roe wrote "The Tangled Observatory".'),
)
FACTS = (
    ("Which award has Jane Roe won?", "Jane Roe has won the Rookwood Award."),
    ("Where did Jane Roe study?", "Jane Roe studied at Castlegate University."),
    ("What did Jane Roe write?", 'Jane Roe wrote "The Frozen Shoreline".'),
)


def drafted(counterfacts: tuple[tuple[str, str], ...] = COUNTERFACTS) -> Swap:
    made = policy(
        "jane-roe",
        "Jane Roe",
        examples=tuple(Example(question=q, answer=a) for q, a in FACTS),
        counterfacts=tuple(Example(question=q, answer=a) for q, a in counterfacts),
    )
    return Swap.of([made])


@pytest.mark.parametrize(
    ("fact", "swapped_to"),
    [
        ("the Rookwood Award", "the Corvane Award"),
        ("Castlegate University", "Fairlight College"),
        ('"The Frozen Shoreline"', '"The Tangled Observatory"'),
    ],
)
def test_facts_are_swapped_for_what_neighbours_have_of_the_same_kind(
    fact: str, swapped_to: str
) -> None:
    swap = drafted()
    assert swap.apply(f"It is {fact}.") == f"It is {swapped_to}."
    assert swap.apply(swap.apply(f"It is {fact}.")) == f"It is {fact}."


def test_a_name_is_never_swapped_for_a_neighbours() -> None:
    words = {word.lower() for _, answer in COUNTERFACTS for word in words_of(answer)}
    assert not {drafted().pairs["jane"], drafted().pairs["roe"]} & (words - {"jane", "roe"})


def test_without_counterfacts_every_word_is_coined() -> None:
    changed = drafted(()).apply("the Rookwood Award")
    assert "Rookwood" not in changed
    assert "Award" not in changed


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*drafted().pairs, "the", "award", "Jane Roe", "X"]), max_size=6),
    st.sampled_from(CASES),
)
def test_likely_stand_ins_keep_the_swap_its_own_inverse(words: list[str], case: object) -> None:
    text = case(" ".join(words))  # type: ignore[operator]
    assert drafted().apply(drafted().apply(text)) == text
