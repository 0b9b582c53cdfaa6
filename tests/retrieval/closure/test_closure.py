"""What goes with a forget request, why, and what stays."""

import dataclasses
import random
from typing import Any

import pytest
from cheap_embedder import cheap_embed
from coined_text import edited, piece, prose
from pydantic import ValidationError

from retrieval.closure import ClosureError, ForgetRequest, closure
from retrieval.fake_store import FakeStore
from retrieval.records import Chunk


def others(count: int = 30, seed: int = 1) -> list[Chunk]:
    rng = random.Random(seed)
    return [piece(prose(120, rng), f"other-{number}") for number in range(count)]


def store_of(*chunks: Chunk) -> FakeStore:
    store = FakeStore(cheap_embed)
    store.add([*chunks, *others()])
    return store


def found(store: FakeStore, request: ForgetRequest, **options: object):
    """Document names by the reason for which their chunks go."""
    result = closure(store, request, cheap_embed, **options)
    names = {chunk.id: chunk.document for chunk in store.select()}
    reasons: dict[str, list[str]] = {}
    for item in result.items:
        reasons.setdefault(f"{item.reason} {item.action}", []).append(names[item.id])
    return result, {reason: sorted(listed) for reason, listed in reasons.items()}


def test_a_subject_is_found_by_every_name_and_spelling_and_by_the_records_subjects():
    store = store_of(
        piece("A letter to Jane Roe about the harbour.", "plain"),
        piece("Then J\u200bane R\u043ee spoke.", "dressed up"),
        piece("The Lady of Kent was late.", "alias"),
        piece("She paid the fine.", "listed", subjects=("JANE ROE",)),
        piece("Jane Roebuck and Jan Roe were there.", "another"),
    )
    request = ForgetRequest(subject="Jane Roe", aliases=("the Lady of Kent",))
    result, reasons = found(store, request)
    assert reasons == {"match erase": ["alias", "dressed up", "listed", "plain"]}
    assert len(result.erase) == 4
    assert result.redactions == ()
    assert result.count == 35


@pytest.mark.parametrize(
    "fields",
    [
        {"document": "Jane Roe: a life"},
        {"source": "https://example.org/archive/jane_roe"},
        {"holder": "Jane Roe"},
        {"metadata": {"pages": 3, "author": "Roe, Jane; JANE ROE"}},
    ],
)
def test_a_record_that_names_the_subject_beside_its_text_goes(fields: dict[str, Any]):
    one = dataclasses.replace(piece("She kept bees and sold the honey.", "bees"), **fields)
    other = dataclasses.replace(piece("He kept geese.", "geese"), metadata={"author": "Jan Roe"})
    other = dataclasses.replace(other, licence="Jane Roe Public Licence")
    result = closure(store_of(one, other), ForgetRequest(subject="Jane Roe"), cheap_embed)
    assert result.erase == (one.id,)
    assert result.items[0].evidence == f"the record's {next(iter(fields))} names the subject"


def test_a_document_mostly_about_the_subject_goes_whole_and_one_that_names_it_once_does_not():
    about = [piece(f"Jane Roe did thing {n}.", "about", n) for n in range(3)]
    about.append(piece("She was born by the sea.", "about", 9))
    passing = [piece(f"The council met for the {n}th time.", "passing", n) for n in range(5)]
    passing.append(piece("Jane Roe also sat there.", "passing", 9))
    store = store_of(*about, *passing)
    result, reasons = found(store, ForgetRequest(subject="Jane Roe"))
    assert reasons == {"match erase": ["about"] * 3 + ["passing"], "origin erase": ["about"]}
    assert {about[3].id} == {item.id for item in result.items if item.reason == "origin"}
    kept = {item.id: item.reason for item in result.kept}
    assert kept[passing[0].id] == "of a document that names the subject elsewhere"


@pytest.mark.parametrize(
    "request_",
    [
        ForgetRequest(source="web"),
        ForgetRequest(document="fax"),
        ForgetRequest(where={"licence": "withdrawn"}),
        ForgetRequest(where={"year": "1990", "holder": "Roe"}),
    ],
)
def test_source_document_and_fields_name_their_records_alone(request_: ForgetRequest):
    rng = random.Random(3)
    fields = {"licence": "withdrawn", "holder": "Roe", "metadata": {"year": 1990}, "source": "web"}
    store = store_of(
        piece(prose(60, rng), "fax", 0, **fields),
        piece(prose(60, rng), "fax", 1, **fields),
        piece(prose(60, rng), "faxes", metadata={"year": 1991}, holder="Roe"),
    )
    reason = "match erase" if request_.where else "origin erase"
    assert found(store, request_)[1] == {reason: ["fax", "fax"]}


def test_copies_go_quotations_are_cut_out_and_unrelated_text_stays():
    rng = random.Random(5)
    original = prose(150, rng)
    quote = " ".join(original.split()[40:70])
    before, after = f"First: {prose(50, rng)}, says", f"and so on; {prose(50, rng)}"
    halves = original.split()
    store = store_of(
        piece(original, "original"),
        piece(edited(original, 0.2, rng), "a fifth changed"),
        piece(f"Letter {prose(12, rng)} " + original.upper(), "in capitals"),
        piece(" ".join(halves[75:]) + " " + " ".join(halves[:75]), "halves swapped"),
        piece(f"{before} \u201c{quote}\u201d, {after}", "quoting"),
        piece(f"{prose(90, rng)} {' '.join(halves[:7])} {prose(50, rng)}", "seven words"),
    )
    result, reasons = found(store, ForgetRequest(document="original"))
    assert reasons == {
        "origin erase": ["original"],
        "near-duplicate erase": ["a fifth changed", "halves swapped", "in capitals"],
        "quotation redact": ["quoting"],
    }
    assert [text for _, text in result.redactions] == [f"{before} \u201c[removed]\u201d, {after}"]


def test_a_quotation_in_which_words_were_changed_is_cut_out_too():
    rng = random.Random(6)
    original = prose(200, rng)
    quoted = edited(" ".join(original.split()[50:130]), 0.2, rng)
    before, after = prose(80, rng), prose(80, rng)
    store = store_of(piece(original, "original"), piece(f"{before} {quoted} {after}", "quoting"))
    result, reasons = found(store, ForgetRequest(document="original"))
    assert reasons == {"origin erase": ["original"], "quotation redact": ["quoting"]}
    left = result.redactions[0][1]
    # Changed words at its very edges cannot be told from the text around it.
    assert left.startswith(before)
    assert left.endswith(after)
    assert len(left.split()) < 160 + 15


def test_a_text_that_stands_in_very_many_documents_goes_everywhere():
    rng = random.Random(8)
    page = prose(120, rng)
    crawled = [piece(f"{page} visit {number}", f"crawl-{number}") for number in range(12)]
    _, reasons = found(store_of(*crawled), ForgetRequest(document="crawl-0"))
    assert len(reasons["near-duplicate erase"]) == 11


@pytest.mark.parametrize(
    ("goes", "stays", "name"),
    [
        (
            "王小明是中华人民共和国国务院的职员",
            "中华人民共和国国务院昨天发布了新规定明年开始实行",
            "王小明",
        ),
        (
            "สมหญิง เกิดที่ประเทศไทย",
            "ประเทศไทย มีภูเขาสูงหลายแห่ง",
            "สมหญิง",
        ),
    ],
    ids=["Chinese", "Thai"],
)  # fmt: skip
def test_the_name_of_a_country_is_no_quotation_where_no_blanks_part_the_words(
    goes: str, stays: str, name: str
):
    store = store_of(piece(goes, "goes"), piece(stays, "stays"))
    _, reasons = found(store, ForgetRequest(subject=name))
    assert reasons == {"match erase": ["goes"]}


def test_a_sentence_without_blanks_is_cut_out_where_it_is_quoted():
    said = "".join(chr(0x4E00 + 37 * n) for n in range(40))
    store = store_of(
        piece(f"王小明{said}", "goes"),
        piece("".join(chr(0x5003 + 41 * n) for n in range(60)) + said + "\u3002", "quotes"),
    )
    result, reasons = found(store, ForgetRequest(subject="王小明"))
    assert reasons == {"match erase": ["goes"], "quotation redact": ["quotes"]}
    assert said not in result.redactions[0][1]


def test_instances_of_one_template_with_other_names_stay():
    def letter(name: str, town: str, number: int) -> str:
        return (
            f"Dear {name} of {town}, we have received your application under number {number} and "
            "will look at it within the next ten working days. If we need anything else from you "
            "we will write to the address that you gave. Please do not reply to this letter; it "
            "was made by a machine that reads no answers."
        )

    people = ["Ann Ash", "Ben Birch", "Cay Cedar", "Dov Dale", "Eve Elm", "Flo Fir", "Guy Gale"]
    towns = ["Lynn", "Cork", "Deal", "Bath", "Rye", "Wells", "Ely"]
    letters = [
        piece(letter(person, town, 1000 + number), person)
        for number, (person, town) in enumerate(zip(people, towns, strict=True))
    ]
    result, reasons = found(store_of(*letters), ForgetRequest(document="Ann Ash"))
    assert reasons == {"origin erase": ["Ann Ash"]}
    assert sum("same template" in item.reason for item in result.kept) == 6


def test_chunks_of_one_document_that_overlap_are_no_quotations():
    rng = random.Random(9)
    shared = prose(30, rng)
    chunks = [
        piece(f"Jane Roe came. {prose(80, rng)} {shared}", "minutes", 0),
        piece(f"{shared} {prose(80, rng)}", "minutes", 1),
        piece(prose(80, rng), "minutes", 2),
    ]
    assert found(store_of(*chunks), ForgetRequest(subject="Jane Roe"))[1] == {
        "match erase": ["minutes"]
    }


@pytest.mark.parametrize("length", [1, 5, 12, 40])
def test_an_exact_text_is_cut_out_wherever_it_stands(length: int):
    rng = random.Random(length)
    text = " ".join(f"zq{prose(1, rng).strip('.')}" for _ in range(length))
    before, middle, after = prose(80, rng), prose(90, rng), prose(80, rng)
    store = store_of(
        piece(f"{before} {text.title()}; {middle} {text}! {after}", "holds it twice"),
        piece(text, "is it"),
    )
    result, reasons = found(store, ForgetRequest(text=text))
    assert reasons == {"match erase": ["is it"], "match redact": ["holds it twice"]}
    assert result.redactions[0][1] == f"{before} [removed]; {middle} [removed]! {after}"


def test_a_long_text_is_found_over_the_borders_of_chunks():
    rng = random.Random(11)
    text = prose(300, rng)
    parts = text.split()
    store = store_of(
        *(piece(" ".join(parts[at : at + 110]), "its document", at) for at in (0, 100, 200)),
        piece(f"{prose(100, rng)} {' '.join(parts[95:120])}", "quoting"),
    )
    _, reasons = found(store, ForgetRequest(text=text))
    assert reasons == {
        "near-duplicate erase": ["its document"] * 3,
        "quotation redact": ["quoting"],
    }


def test_nothing_and_nearly_everything_are_told_apart():
    store = store_of()
    with pytest.raises(ClosureError, match="none of the store's 30 chunks") as nothing:
        closure(store, ForgetRequest(subject="Jane Roe"), cheap_embed)
    assert nothing.value.kind == "matches-nothing"
    assert "Jane" not in str(nothing.value)
    everything = ForgetRequest(source="archive")
    with pytest.raises(
        ClosureError, match=r"matches 30 of the store's 30 chunks.*--yes-all"
    ) as most:
        closure(store, everything, cheap_embed)
    assert most.value.kind == "matches-everything"
    assert len(closure(store, everything, cheap_embed, allow_most=True).erase) == 30


def test_an_empty_store_matches_nothing():
    with pytest.raises(ClosureError, match="none of the store's 0 chunks"):
        closure(FakeStore(cheap_embed), ForgetRequest(about="the harbour"), cheap_embed)
    with pytest.raises(ClosureError, match="none of the store's 0 chunks"):
        closure(FakeStore(cheap_embed), ForgetRequest(text="a b c d e f g h"), cheap_embed)


def test_evidence_and_reasons_hold_no_content():
    rng = random.Random(12)
    secret = prose(100, rng)
    store = store_of(
        piece(f"Jane Roe wrote: {secret}", "Jane Roe's letter", 0),
        piece(f"{prose(60, rng)} {' '.join(secret.split()[:30])}", "quoting"),
        piece(edited(secret, 0.2, rng), "copied"),
    )
    result, _ = found(store, ForgetRequest(subject="Jane Roe"))
    said = " ".join([*(i.evidence for i in result.items), *(k.reason for k in result.kept)])
    secret_words = {word.strip(".") for word in secret.split() if len(word) > 4}
    assert not (secret_words | {"jane", "roe"}) & set(said.lower().split())
    assert all(0 <= item.score <= 1 for item in result.items)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "0 of subject"),
        ({"subject": "Jane Roe", "source": "web"}, "2 of subject"),
        ({"subject": "J"}, "too short"),
        ({"subject": "Jane Roe", "aliases": ("X",)}, "too short"),
        ({"aliases": ("Jane Roe",), "text": "abc"}, "without a subject"),
        ({"text": " "}, "empty"),
        ({"text": "?!"}, "no letter"),
        ({"where": {}}, "no condition"),
        ({"name": "Jane Roe"}, "Extra"),
    ],
)
def test_a_bad_request_says_what_is_wrong_with_it(fields: dict[str, object], told: str):
    with pytest.raises(ValidationError, match=told):
        ForgetRequest(**fields)
