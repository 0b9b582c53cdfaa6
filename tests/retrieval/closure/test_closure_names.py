"""A request by a name takes every form of it that is sure, and asks about the others."""

import dataclasses

import pytest
from cheap_embedder import cheap_embed
from coined_text import piece
from test_closure import others

from retrieval.closure import ClosureError, ForgetRequest, closure
from retrieval.fake_store import FakeStore
from retrieval.records import Chunk

JANE = ForgetRequest(subject="Jane Roe")
SURE = [
    piece("Roe, Jane: letters 1-4", "catalogue"),
    piece('{"first":"Jane","last":"Roe"}', "json"),
    piece('{"last": "Roe", "year": 1978, "first": "Jane"}', "reversed"),
    piece("Thanks are due to Jane A. Roe for the photographs.", "middle"),
    piece("no,last,first\n7,Roe,Jane", "table"),
    dataclasses.replace(
        piece("She kept bees.", "fields"), metadata={"last": "Roe", "y": 1, "first": "Jane"}
    ),
]
UNSURE = [
    piece("The roof was asked for by J. Roe.", "initial"),
    piece("Her sister Jane Alice Roe was born in May.", "longer"),
    piece("We thank Jan Roe for the boat.", "nearly"),
]


def store_of(*chunks: Chunk) -> FakeStore:
    store = FakeStore(cheap_embed)
    store.add([*chunks, *others()])
    return store


def test_every_sure_form_goes_and_what_is_doubtful_is_listed() -> None:
    store = store_of(*SURE, *UNSURE)
    found = closure(store, JANE, cheap_embed)
    assert set(found.erase) == {chunk.id for chunk in SURE}
    assert {one.id for one in found.undecided} == {chunk.id for chunk in UNSURE}
    reasons = {one.reason for one in found.undecided}
    assert reasons == {
        "initial and surname", "middle names", "near spellings and other scripts",
    }  # fmt: skip
    assert "surname first" in found.searched
    assert not any("Roe" in line or "Jane" in line for line in (*found.searched, *reasons))
    assert not {one.id for one in found.kept} & {one.id for one in found.undecided}


def test_a_doubtful_chunk_goes_where_it_is_asked_for() -> None:
    store = store_of(*SURE, *UNSURE)
    one = UNSURE[0]
    found = closure(store, JANE, cheap_embed, also=[one.id[:12]])
    assert set(found.erase) == {one.id, *(chunk.id for chunk in SURE)}
    assert {item.id for item in found.undecided} == {chunk.id for chunk in UNSURE[1:]}
    every = closure(store, JANE, cheap_embed, also=None)
    assert every.undecided == ()
    assert set(every.erase) == {chunk.id for chunk in (*SURE, *UNSURE)}
    with pytest.raises(ClosureError) as raised:
        closure(store, JANE, cheap_embed, also=["ffff"])
    assert raised.value.kind == "undecided"


def test_doubt_alone_is_listed_and_nothing_goes() -> None:
    found = closure(store_of(*UNSURE), JANE, cheap_embed)
    assert found.items == ()
    assert len(found.undecided) == 3


def test_a_surname_is_a_doubt_in_a_document_that_names_her_elsewhere() -> None:
    about = [piece(f"The council met for the {n}th time.", "minutes", n) for n in range(5)]
    about += [piece("Jane Roe spoke first.", "minutes", 10), piece("Ms Roe sat.", "minutes", 11)]
    elsewhere = piece("Mr Roe mended the wheel.", "mill")
    found = closure(store_of(*about, elsewhere), JANE, cheap_embed)
    assert set(found.erase) == {about[5].id}
    assert [one.id for one in found.undecided] == [about[6].id]
    assert found.undecided[0].reason == "surname alone"
