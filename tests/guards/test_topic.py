"""A topic that is learnt from its questions: told from neighbours, the same every time."""

from guard_books import bag_of_words

from guards.background import ORDINARY
from guards.compiled import compile_book
from guards.letter_runs import WIDTH, letter_runs
from guards.topic import FEWEST, learn
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
    learn.cache_clear()
    first = learn(SCOPE, RETAIN, bag_of_words)
    assert learn(SCOPE, RETAIN, bag_of_words) is first
    learn.cache_clear()
    again = learn(SCOPE, RETAIN, bag_of_words)
    assert (again.weights == first.weights).all()
    assert (again.certain, again.grey) == (first.certain, first.grey)
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
