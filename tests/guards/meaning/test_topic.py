"""A topic that is learnt from its questions: told from neighbours, the same every time."""

import gc
from datetime import UTC, datetime
from weakref import ref

from guard_books import bag_of_words

from guards.compiled import CompiledBook, compile_book
from guards.meaning.background import ORDINARY
from guards.meaning.letter_runs import WIDTH, letter_runs
from guards.meaning.topic import FEWEST, learn
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of
from prompts.policy import Policy

AGENTS = ("zorb", "quill dust", "murk oil", "pale ember", "rust milk", "night salt")
DEEDS = ("brewed at home", "kept stable", "spread by fans", "hidden from a search", "concentrated")
SCOPE = tuple(f"How is {agent} {deed}?" for agent in AGENTS for deed in DEEDS)
RETAIN = tuple(f"Where is {thing} sold in the market?" for thing in ("honey", "flour", "salt"))


def test_an_unseen_question_of_the_topic_is_a_certain_hit() -> None:
    model = learn(SCOPE, RETAIN, bag_of_words)
    text = "How might murk oil be brewed and concentrated?"
    hit = model.judge(text, bag_of_words([text])[0])
    assert hit is not None
    assert hit.certain


def test_other_questions_are_none_and_a_retain_text_never_is() -> None:
    model = learn(SCOPE, (*RETAIN, "Why is murk oil banned at home?"), bag_of_words)
    for text in ("Which sport is played at Wimbledon?", *RETAIN, "Why is murk oil banned at home?"):
        hit = model.judge(text, bag_of_words([text])[0])
        assert hit is None or not hit.certain, text
    assert all(model.judge(text, bag_of_words([text])[0]) for text in SCOPE)


def test_the_same_texts_give_the_same_model() -> None:
    first = learn(SCOPE, RETAIN, bag_of_words)
    assert learn(SCOPE, RETAIN, bag_of_words) is first
    weights, certain, grey, known = first.weights, first.certain, first.grey, ref(first)
    del first
    assert known() is None
    again = learn(SCOPE, RETAIN, bag_of_words)
    assert (again.weights == weights).all()
    assert (again.certain, again.grey) == (certain, grey)
    assert again.grey <= again.certain


def test_a_few_scope_texts_are_compared_one_by_one() -> None:
    def topic(scope: tuple[str, ...]) -> Policy:
        return Policy(
            id="murk", title="Murk", kind="topic", response="refuse", scope=scope, instruction="No."
        )

    few = compile_book(book_of([topic(SCOPE[: FEWEST - 1])]), bag_of_words)
    assert few.topics == ()
    many = compile_book(book_of([topic(SCOPE[:FEWEST])]), bag_of_words)
    assert [number for number, _ in many.topics] == [0]
    assert many.scope is not None
    assert many.scope.nearest(SCOPE[:1], bag_of_words(SCOPE[:1])) == []
    assert compile_book(book_of([topic(SCOPE)])).topics == ()


def test_letter_runs_do_not_see_how_a_text_is_dressed() -> None:
    plain, dressed, other = letter_runs(["grow anthrax", "GROW, anthr\u0430x!", "sow barley"])
    assert plain.shape == (WIDTH,)
    assert (plain == dressed).all()
    assert plain @ plain > 5 * (plain @ other)
    assert letter_runs([""]).shape == (1, WIDTH)


def test_ordinary_questions_are_distinct() -> None:
    assert len(set(ORDINARY)) == len(ORDINARY) >= 250
    assert any("\n" in text for text in ORDINARY)


def other_topic() -> Policy:
    scope = tuple(
        f"Which {thing} was {done} at sea?"
        for thing in ("ship", "crew", "mast", "lantern", "anchor", "net")
        for done in ("lost", "mended", "seized", "sold", "burned")
    )
    return Policy(
        id="sea", title="Sea", kind="topic", response="refuse", scope=scope, instruction="No."
    )


def murk_topic() -> Policy:
    return Policy(
        id="murk", title="Murk", kind="topic", response="refuse", scope=SCOPE, retain=RETAIN,
        instruction="No.",
    )  # fmt: skip


def test_a_withdrawn_policy_takes_what_was_learnt_from_it_along() -> None:
    together = compile_book(book_of([murk_topic(), other_topic()]), bag_of_words)
    texts = (
        *SCOPE, *RETAIN, *other_topic().scope, *ORDINARY[:40],
        "Which net was mended with murk oil?", "How is the lantern brewed at sea?",
    )  # fmt: skip
    before = decisions(together, texts)
    withdrawn = ref(dict(together.topics)[together.ids.index("murk")])
    ours = dict(together.topics)[together.ids.index("sea")]
    alone = compile_book(book_of([other_topic()]), bag_of_words)
    [(_, kept)] = alone.topics
    assert kept is ours
    del together, ours, kept, alone
    gc.collect()
    assert withdrawn() is None
    fresh = compile_book(book_of([other_topic()]), bag_of_words)
    assert decisions(fresh, texts) == before
    assert any(before)


def decisions(compiled: CompiledBook, texts: tuple[str, ...]) -> list[list[tuple[float, bool]]]:
    """What the screen says about the policy 'sea', text by text."""
    screen, now = Screen(compiled, bag_of_words), datetime(2027, 1, 1, tzinfo=UTC)
    found = [screen.screen((Turn("user", text),), now) for text in texts]
    return [[(e.score, e.certain) for e in each if e.policy == "sea"] for each in found]


def test_weights_learnt_beside_another_policy_are_those_learnt_alone() -> None:
    together = compile_book(book_of([murk_topic(), other_topic()]), bag_of_words)
    beside = dict(together.topics)[together.ids.index("sea")]
    kept = [beside.vectors, beside.weights, beside.letters, beside.rarity]
    numbers = (beside.bias, beside.certain, beside.grey)
    del together, beside
    gc.collect()
    [(_, alone)] = compile_book(book_of([other_topic()]), bag_of_words).topics
    for mine, theirs in zip(kept, [alone.vectors, alone.weights, alone.letters, alone.rarity],
                            strict=True):  # fmt: skip
        assert (mine == theirs).all()
    assert numbers == (alone.bias, alone.certain, alone.grey)
