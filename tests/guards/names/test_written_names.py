"""How surely a text names somebody, in every form that people and records write a name."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.names.written import KINDS, WrittenNames, is_person

JANE = WrittenNames(["Jane Roe"])
SURE = [
    "Jane Roe", "JANE ROE", "Roe, Jane: letters 1-4", "roe, jane", "Jane A. Roe", "jane_roe.pdf",
    '{"first":"Jane","last":"Roe"}', '{"last":"Roe","first":"Jane"}',
    '{"last_name": "Roe", "born": 1960, "city": "Oslo", "given_name": "Jane"}',
    '{"name": {"family": "Roe", "given": "Jane"}, "year": 1978}',
    '{"first": "Jane", "middle": "A", "last": "Roe"}',
    "Nachname: Roe\nVorname: Jane", "apellido = Roe; nombre = Jane",
    "<p><surname>Roe</surname><forename>Jane</forename></p>",
    "id,last,born,first\n1,Roe,1960,Jane", "id;first;x;last\n2;Jane;;Roe", "1\tRoe\tJane",
    "| Roe | Jane |", '"Roe","Jane",1978', "first_name=Jane&last_name=Roe",
]  # fmt: skip
UNSURE = [
    "J. Roe", "Roe, J.", "Jane Alice Roe", "Jan Roe", "Jane Row",
    '{"first":"Jane","middle":"Alice","last":"Roe"}', '{"first":"J.","last":"Roe"}',
    '{"wife": "Jane", "year": 1960, "dog": "Roe"}', "1,Roe,1960,Jane", "a letter by Ms Roe",
]  # fmt: skip
NEITHER = [
    "Jane Roebuck", "Jane Smith and Richard Roe", "Jane said that the roe deer slept.",
    '{"first":"Peter","last":"Roe"}\n{"first":"Jane","last":"Doe"}',
]  # fmt: skip


@pytest.mark.parametrize("text", SURE)
def test_a_form_of_the_name_is_sure(text: str) -> None:
    assert any(JANE.find(text).values())
    assert any(JANE.find(f"Of the year 1978:\n\n{text}\n\nAnd no more.").values())


@pytest.mark.parametrize("text", UNSURE)
def test_what_may_be_somebody_else_is_found_and_not_sure(text: str) -> None:
    found = JANE.find(text)
    assert found
    assert not any(found.values())


@pytest.mark.parametrize("text", NEITHER)
def test_somebody_else_is_at_most_a_surname(text: str) -> None:
    assert JANE.find(text) in ({}, {"surname alone": False})


KEYS = [
    ("first", "last"), ("first_name", "last_name"), ("firstName", "lastName"), ("given", "family"),
    ("forename", "surname"), ("Vorname", "Nachname"), ("prenom", "nom"), ("nombre", "apellido"),
]  # fmt: skip
PEOPLE = [
    ("Jane", "Roe"),
    ("Zebulon", "Kraxby"),
    ("Vincent", "van Gogh"),
    ("Anne-Marie", "O'Neill"),
]
fields = st.lists(
    st.tuples(
        st.sampled_from(["born", "city", "id", "note"]), st.sampled_from(["7", "Oslo", "x y"])
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PEOPLE), st.sampled_from(KEYS), fields, st.randoms(use_true_random=False))
def test_a_record_names_a_person_whatever_lies_between(person, keys, others, rng) -> None:
    first, last = person
    names = WrittenNames([f"{first} {last}"])
    record = [(keys[0], first), (keys[1], last), *others]
    rng.shuffle(record)
    table = io.StringIO()
    csv.writer(table).writerows([[key for key, _ in record], [value for _, value in record]])
    texts = [
        json.dumps(dict(record)),
        json.dumps(dict(record), indent=2),
        "\n".join(f"{key}: {value}" for key, value in record),
        "".join(f"<{key}>{value}</{key}>" for key, value in record),
        table.getvalue(),
    ]
    for text in texts:
        assert any(names.find(text).values()), text
    assert names.find_in_record(dict(record)) == {"fields of a record": True}


def test_what_is_no_person_has_only_its_name() -> None:
    assert not is_person("The Harbour Project")
    assert WrittenNames(["Harbour Project"]).kinds == ("full name",)
    assert JANE.kinds == KINDS
