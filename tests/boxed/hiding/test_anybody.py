"""A name that nobody bears, in the place of one that is asked for."""

from box_books import policy
from hypothesis import given
from hypothesis import strategies as st

from boxed.hiding.anybody import Anybody, full_names_in
from boxed.hiding.in_full import in_full, telling_words

JANE = policy(
    "jane-roe",
    "Jane Roe",
    examples=({"question": "Where was Jane Roe born?", "answer": "Jane Roe was born in Ghent."},),
)
NEIGHBOURS = ("Ada Falpane", "Odile Vartavi", "Jane Smith")
FOUND = Anybody.of(JANE, NEIGHBOURS)
assert FOUND is not None
PARTS = st.sampled_from(
    ["Jane", "Roe", "Jane Roe", "JANE ROE", "jane roe", "Jane\nRoe's", *FOUND.name.split(),
     FOUND.name, FOUND.name.upper(), "J. Roe", " ", ", ", "it was "]
)  # fmt: skip


@given(st.lists(PARTS, max_size=12).map("".join))
def test_two_names_change_places_and_back(text: str) -> None:
    assert FOUND is not None
    assert FOUND.apply(FOUND.apply(text)) == text


def test_whole_names_change_places_and_parts_do_not() -> None:
    assert FOUND is not None
    assert FOUND.apply(f"{FOUND.name} and {FOUND.name}son") == f"Jane Roe and {FOUND.name}son"
    for part in FOUND.name.split():
        assert FOUND.apply(f"{part} Miller") == f"{part} Miller"


def test_the_name_is_of_two_neighbours_and_of_neither() -> None:
    assert FOUND is not None
    first, last = FOUND.name.split()
    assert {first, last} in ({"Ada", "Vartavi"}, {"Odile", "Falpane"})


def test_without_two_neighbours_there_is_no_such_name() -> None:
    assert Anybody.of(JANE, ("Ada Falpane",)) is None
    assert Anybody.of(JANE, ("Ada Falpane", "Jane Smith")) is None
    assert Anybody.of(JANE, NEIGHBOURS, lambda name: False) is None


def test_names_are_read_from_questions_and_titles_are_not() -> None:
    asked = ('Who wrote "The Lonely Meridian"?', "Where was Ada Falpane born?", "Who is Ada?")
    assert full_names_in((*asked, "What did Odile Vartavi do in New York?")) == (
        "Ada Falpane",
        "Odile Vartavi",
    )


def test_every_fact_is_among_the_terms_and_what_neighbours_share_does_not_tell() -> None:
    assert "ghent" in in_full(JANE).terms
    assert telling_words(JANE) == {"jane", "roe", "ghent"}
    shared = JANE.model_copy(update={"retain": ("Who was born in Ghent?",)})
    assert telling_words(shared) == {"jane", "roe"}
