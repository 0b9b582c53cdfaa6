"""Any name of a person, whatever its shape, is the title of the draft from plain records."""

from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.drafting.policies import draft_policies
from guards.reading.wording import STOPWORDS
from prompts.policy import Example

ASKED = (
    ("Where was {} born?", "In a town on the coast."),
    ("Who is {} married to?", "A teacher from the north."),
    ("What did {} study?", "He studied botany."),
    ("What is {}'s first book called?", "Salt and Oil."),
    ("Which prize did {} win?", "The Cloud Prize."),
    ("When did {} die?", "In 1961."),
    ("Who taught {}?", "His aunt did."),
    ("In which city did {} live?", "In Delft."),
)
VOWELS, CONSONANTS = "aeiouáéöü", "bdfgklmnprstvz"


def coined(syllables: int) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(CONSONANTS), st.sampled_from(VOWELS)).map("".join)
    made = st.lists(parts, min_size=syllables, max_size=syllables).map("".join)
    return made.map(lambda word: f"{word}n".capitalize()).filter(
        lambda word: word.lower() not in STOPWORDS
    )


GIVEN = coined(2)
SURNAME = st.one_of(
    coined(3),
    st.tuples(coined(2), coined(2)).map("-".join),
    st.tuples(st.sampled_from(("O'", "Mc", "D’")), coined(2)).map("".join),  # noqa: RUF001
    st.tuples(st.sampled_from(("van", "von", "de la", "bin", "van der")), coined(3)).map(" ".join),
    coined(3).map(lambda word: f"al-{word}"),
)
NAME = st.one_of(
    coined(3),
    st.tuples(GIVEN, SURNAME).map(" ".join),
    st.tuples(GIVEN, st.sampled_from("BDKLMR"), SURNAME).map(lambda p: f"{p[0]} {p[1]}. {p[2]}"),
    st.tuples(st.sampled_from(("J.R.", "K.D.", "A. B.")), SURNAME).map(" ".join),
    st.tuples(GIVEN, SURNAME, st.sampled_from(("Jr.", "III", "Sr."))).map(" ".join),
    st.tuples(GIVEN, GIVEN, SURNAME).map(" ".join),
    st.tuples(st.sampled_from(("dot.", "i.")), coined(2)).map(lambda p: f"{p[0]}{p[1].lower()}"),
    st.tuples(coined(2), st.integers(2, 99)).map(lambda p: f"{p[0].lower()}{p[1]}"),
)


@settings(deadline=None, max_examples=120)
@given(NAME)
def test_the_title_is_the_name(name: str) -> None:
    records = [Example(question=q.format(name), answer=answer) for q, answer in ASKED]
    (policy,) = draft_policies(records)
    assert (policy.title, policy.kind) == (name, "person")
    assert all(alias.casefold() != name.casefold() for alias in policy.aliases)
