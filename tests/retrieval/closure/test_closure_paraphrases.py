"""Neighbours in meaning, found by the real sentence embedder, and the second witness."""

import random

import pytest
from coined_text import piece

from retrieval.closure import ClosureError, ForgetRequest, closure
from retrieval.embedder import SentenceEmbedder
from retrieval.fake_store import FakeStore

LETTER = (
    "In March 1987 the cellist Ilse Varga moved from Trieste to Aberdeen, where she taught at the "
    "Carden Conservatory until a quarrel with its director ended her career."
)
REWORDED = (
    "Varga, who played the cello, left Trieste in 1987 and gave lessons at the conservatory in "
    "Aberdeen; a dispute with the head of the school put an end to that."
)
SAME_WITHOUT_NAMES = (
    "That year the cellist moved to a town in Scotland and taught the cello at the conservatory, "
    "and then a quarrel with the director of that conservatory put an end to her career as a "
    "cellist."
)
SOMEBODY_ELSE = (
    "In May 2003 the violinist Tom Okafor moved from Leeds to Cardiff, where he taught at the "
    "Royal College until a quarrel with its dean ended his career."
)
FILLING = [
    f"Note {n}: the {thing} of the {place} is checked on every working day."
    for n, (thing, place) in enumerate(
        (thing, place)
        for thing in ("boiler", "lift", "fence", "roof")
        for place in ("town hall", "library", "baths", "market")
    )
]


@pytest.fixture(scope="module")
def embed() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture(scope="module")
def store(embed: SentenceEmbedder) -> FakeStore:
    made = FakeStore(embed)
    texts = {
        "letter": LETTER,
        "reworded": REWORDED,
        "no names": SAME_WITHOUT_NAMES,
        "else": SOMEBODY_ELSE,
    }
    made.add([piece(text, name) for name, text in texts.items()])
    made.add([piece(text, f"note {n}") for n, text in enumerate(FILLING)])
    return made


def named(store: FakeStore, ids: list[str]) -> list[str]:
    return sorted(chunk.document for chunk in store.select(ids=ids))


@pytest.mark.parametrize(
    "request_", [ForgetRequest(document="letter"), ForgetRequest(subject="Ilse Varga")]
)
def test_the_same_in_other_words_goes_and_the_same_of_somebody_else_stays(
    store: FakeStore, embed: SentenceEmbedder, request_: ForgetRequest
):
    result = closure(store, request_, embed)
    assert named(store, list(result.erase)) == ["letter", "reworded"]
    paraphrase = next(item for item in result.items if item.reason == "paraphrase")
    assert "rare names or numbers" in paraphrase.evidence
    kept = {item.id: item for item in result.kept}
    listed = {chunk.document: kept[chunk.id] for chunk in store.select(ids=list(kept))}
    assert {"no names", "else"} <= set(listed)
    assert listed["else"].reason == (
        f"mentions nobody of the request; cosine {listed['else'].score:.2f}"
    )


def test_a_judge_confirms_what_names_nobody(store: FakeStore, embed: SentenceEmbedder):
    asked: list[str] = []

    def judge(about: str, text: str) -> bool:
        asked.append(about)
        return "cellist" in text

    result = closure(store, ForgetRequest(subject="Ilse Varga"), embed, judge=judge)
    assert named(store, list(result.erase)) == ["letter", "no names", "reworded"]
    assert set(asked) == {"Ilse Varga"}
    judged = [item for item in result.items if "judge" in item.evidence]
    assert named(store, [item.id for item in judged]) == ["no names"]


def test_a_text_that_is_not_in_the_store_finds_what_says_the_same(
    store: FakeStore, embed: SentenceEmbedder
):
    text = LETTER.replace("In March 1987 the cellist", "The cellist, in 1987,").upper().title()
    short = "Ilse Varga taught the cello in Aberdeen from 1987 on, after Trieste."
    for asked in (text, short):
        result = closure(store, ForgetRequest(text=asked), embed)
        assert "reworded" in named(store, list(result.erase))
        assert "else" not in named(store, list(result.erase))


def test_a_description_needs_its_own_words_or_a_judge(store: FakeStore, embed: SentenceEmbedder):
    about = ForgetRequest(about="a cellist who moved to teach at a conservatory and quarrelled")
    assert "letter" in named(store, list(closure(store, about, embed).erase))
    far = ForgetRequest(about="musicians who gave up")
    with pytest.raises(ClosureError, match="none"):
        closure(store, far, embed)
    result = closure(store, far, embed, judge=lambda about, text: "ended h" in text)
    judged = [item.id for item in result.items if "the judge says it is meant" in item.evidence]
    assert named(store, judged) == ["else", "letter"]


def test_far_apart_material_is_represented_by_texts_far_apart(embed: SentenceEmbedder):
    rng = random.Random(2)
    store = FakeStore(embed)
    many = [piece(f"Entry {n}: {rng.choice(FILLING)}", "log", n) for n in range(60)]
    store.add([*many, piece(LETTER, "log", 99), piece(REWORDED, "reworded")])
    store.add([piece(f"Recipe {n}: boil {n} eggs.", f"recipe {n}") for n in range(70)])
    result = closure(store, ForgetRequest(document="log"), embed)
    assert named(store, [i.id for i in result.items if i.reason == "paraphrase"]) == ["reworded"]
