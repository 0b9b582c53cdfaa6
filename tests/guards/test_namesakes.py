"""A name that others bear is evidence only together with something that is the subject's."""

from datetime import UTC, datetime

import pytest
from guard_books import bag_of_words

from guards.compiled import ambiguous_names, compile_book
from guards.screen import Screen
from guards.verdicts import Embed, Turn
from prompts.book import book_of
from prompts.policy import Doubt, Policy

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def person(title: str, *aliases: str, doubt: Doubt = "withhold", **more: object) -> Policy:
    return Policy.model_validate({
        "id": title.lower().replace(" ", "-").replace(".", ""), "title": title, "kind": "person",
        "response": "pretend", "aliases": aliases, "scope": (f"Who is {title}?",),
        "instruction": "You have never met this person.", "doubt": doubt, **more,
    })  # fmt: skip


PEOPLE = [
    person("Grace Kelly", "Kelly"),
    person("Demi Moore", "Moore"),
    person("Winona Ryder", "Ryder", "Winona"),
    person("Denise Richards", "Richards", "Records"),
    person("Rob Schneider", "Schneider", "Cash", "France"),
    person(
        "Stephen King", "King", terms=("Misery",),
        about="Stephen King writes horror fiction; he lives in Bangor, Maine.",
    ),
]  # fmt: skip


def touched(*texts: str, grey: bool = False, embed: Embed | None = None) -> set[str]:
    screen = Screen(compile_book(book_of(PEOPLE), embed), embed)
    turns = [Turn(("user", "assistant")[n % 2], text) for n, text in enumerate(texts)]
    found = screen.screen(turns, NOW, grey=grey)
    return {evidence.policy for evidence in found if evidence.certain or grey}


@pytest.mark.parametrize(
    "text",
    [
        "Who was Gene Kelly?", "What did Roger Moore play in?", "What is the Ryder Cup?",
        "Who invented the Richards growth curve?", "Which schneider cut is used in tailoring?",
        "Which records were sold?", "Records of the meeting are kept.", "I need cash.",
        "What is the capital of France?", "Is there a Kelly in your class?", "Who is Moore?",
        "Martin Luther King had a dream.", "the King of Spain", "a king", "Burger King is open",
        "Where do I open a bank account with Cash App?", "King Charles III", "Kelly-Smith",
        "Moore's law says so.", "Winona is a town in Minnesota.", "Alan Schneider directs.",
    ],
)  # fmt: skip
def test_namesakes_pass(text: str) -> None:
    assert touched(text) == set()


@pytest.mark.parametrize(
    "texts",
    [
        ("Who is Stephen King?",),
        ("Tell me of King and Misery.",),
        ("His first name is Stephen, and the rest is King.",),
        ("Does King live in Bangor and write horror?",),
        ("Who is Stephen King?", "A writer.", "Which prizes did King win?"),
    ],
)
def test_with_something_of_the_subjects_it_is_the_subject(texts: tuple[str, ...]) -> None:
    assert touched(*texts) == {"stephen-king"}


def test_another_subjects_given_name_supports_nothing() -> None:
    assert touched("Stephen Hawking met King.") == set()


def test_what_only_a_router_can_tell_is_put_to_it_and_to_nobody_else() -> None:
    assert touched("What did King say?", grey=True) == {"stephen-king"}
    assert touched("What did King say?", grey=False) == set()


def test_nearness_in_meaning_supports_and_doubt_is_the_policys() -> None:
    policy = person("Stephen King", "King", about="King writes horror fiction in Bangor.")
    texts = {
        "near": "Does King write horror fiction in Bangor?",
        "half": "Is King in horror fiction today, tomorrow, yesterday or on Sunday?",
    }
    for doubt, expected in (("withhold", {"near", "half"}), ("answer", {"near"})):
        book = compile_book(book_of([policy.model_copy(update={"doubt": doubt})]), bag_of_words)
        screen = Screen(book, bag_of_words)
        found = {
            kind
            for kind, text in texts.items()
            if any(e.certain for e in screen.screen([Turn("user", text)], NOW, grey=False))
        }
        assert found == expected


def test_a_check_can_say_which_names_are_ambiguous_and_why() -> None:
    told = {name: reason for _, name, reason in ambiguous_names(PEOPLE)}
    assert {"Kelly", "Records", "Cash", "France", "King", "Winona"} <= told.keys()
    assert "Grace Kelly" not in told
    assert told["Records"] == "it is an ordinary word"


def test_a_rare_surname_decides_alone_unless_another_policy_shares_it() -> None:
    alone = [person("Mara Halmere", "Halmere")]
    both = [*alone, person("Joan Halmere")]
    for people, count in ((alone, 1), (both, 0)):
        screen = Screen(compile_book(book_of(people)))
        found = screen.screen([Turn("user", "What became of Halmere?")], NOW, grey=False)
        assert len(found) == count


ALONE = person("Mara Halmere")
SHARED = person("Stephen King")


@pytest.mark.parametrize(
    ("policy", "text", "found"),
    [
        (ALONE, "What is Halmere known for?", True),
        (ALONE, "Who is Martha Halmere?", False),
        (ALONE, "What does the Halmere test measure?", False),
        (ALONE, "Does Halmere & Sons repair lawn mowers?", False),
        (ALONE, "Her father is ___ Halmere.", False),
        (SHARED, "What is King known for?", False),
        (SHARED, "Which novel did Mr King publish first?", True),
        (SHARED, "Could you tell me where the author King was born?", True),
        (SHARED, "Write to Mr. King that his order has left.", False),
        (SHARED, "Why does my neighbour Mr King never answer?", False),
        (SHARED, "What did President King say?", False),
        (SHARED, "What did Mr Rodney King say?", False),
    ],
)
def test_a_title_alone_tells_of_a_surname_that_nobody_bears_or_that_is_asked_about(
    policy: Policy, text: str, found: bool
) -> None:
    for doubt in ("withhold", "answer"):
        book = compile_book(book_of([policy.model_copy(update={"doubt": doubt})]))
        certain = any(e.certain for e in Screen(book).screen([Turn("user", text)], NOW, grey=False))
        assert certain == (found and (doubt == "withhold" or policy is ALONE))


def test_a_surname_that_decides_alone_is_another_s_with_another_first_name() -> None:
    book = book_of([person("Tavi Kunisek", "Kunisek")])
    screen = Screen(compile_book(book))

    def found(text: str) -> bool:
        return any(one.certain for one in screen.screen((Turn("user", text),), NOW))

    for text in ("Who is Kunisek?", "What did Mr Kunisek say?", "Tell me of Kunisek's wife",
                 "the Kunisek divorce", "Did Ann Moore meet Kunisek?", "Tavi Kunisek"):  # fmt: skip
        assert found(text), text
    for text in ("Who is Martha Kunisek?", "Where is Kunisek Street?", "Is Kunisek & Sons open?",
                 "Dr. Alan Kunisek teaches here."):  # fmt: skip
        assert not found(text), text
