"""Names as people write them: other orders, initials, misspellings; and whose they are not."""

import random

import pytest

from guards.names.mentions import MentionIndex
from guards.names.whose import is_exempt
from guards.names.word_names import WordNames

NAMES = [
    "Stephen King", "Grace Kelly", "Demi Moore", "Vincent van Gogh", "Samuel L. Jackson",
    "Tovelka Brinasdorn", "J.R. Ewing", "Sinéad O'Connor", "Mary Tyler Moore", "Hsiao Yun-Hwa",
    "Ludwig von Beethoven Jr.", "Osama Karim bin Rashid", "Zebulon Kraxby", "Halmere",
]  # fmt: skip


def index(names: list[str], person: bool = True) -> MentionIndex:
    entries = list(enumerate(names))
    return MentionIndex.build(entries, words=WordNames((n, name, person) for n, name in entries))


INDEX = index(NAMES)


def named(text: str) -> set[str]:
    return {NAMES[mention.policy] for mention in INDEX.find(text)}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("King, Stephen", "Stephen King"), ("S. King", "Stephen King"), ("S King", "Stephen King"),
        ("King, S.", "Stephen King"), ("Stephen E. King", "Stephen King"),
        ("Kelly, Grace", "Grace Kelly"), ("kelly, grace", "Grace Kelly"),
        ("Kelly Grace", "Grace Kelly"), ("G. Kelly's", "Grace Kelly"),
        ("van Gogh, Vincent", "Vincent van Gogh"), ("V. van Gogh", "Vincent van Gogh"),
        ("Gogh, Vincent van", "Vincent van Gogh"), ("Vincent Gogh", "Vincent van Gogh"),
        ("Samuel Jackson", "Samuel L. Jackson"), ("S. L. Jackson", "Samuel L. Jackson"),
        ("Jackson, Samuel L.", "Samuel L. Jackson"), ("J. Ewing", "J.R. Ewing"),
        ("Ewing, J.R.", "J.R. Ewing"), ("Sinead O'Connor", "Sinéad O'Connor"),
        ("O'Connor, Sinéad", "Sinéad O'Connor"), ("Mary T. Moore", "Mary Tyler Moore"),
        ("Mary Moore", "Mary Tyler Moore"), ("Ludwig von Beethoven", "Ludwig von Beethoven Jr."),
        ("Yun-Hwa, Hsiao", "Hsiao Yun-Hwa"), ("bin Rashid, Osama", "Osama Karim bin Rashid"),
        ("Brinasdorn Tovelka", "Tovelka Brinasdorn"), ("T. Brinasdorn", "Tovelka Brinasdorn"),
        ("**S. King**", "Stephen King"), ("TovelkaBrinasdorn", "Tovelka Brinasdorn"),
    ],
)  # fmt: skip
def test_every_form_of_a_name_is_the_name(written: str, name: str) -> None:
    assert named(f"Please tell me what {written} did.") == {name}
    assert named(written) == {name}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Stephen Knig", "Stephen King"), ("Stphen King", "Stephen King"),
        ("stepphen king", "Stephen King"), ("Stefen Kinge", "Stephen King"),
        ("Steven King", "Stephen King"), ("Stephen Kin", "Stephen King"),
        ("Sephen King's", "Stephen King"), ("Knig, Stephen", "Stephen King"),
        ("Garce Kelly", "Grace Kelly"), ("Grace Kelley", "Grace Kelly"),
        ("Grace Kely", "Grace Kelly"), ("Demi Moor", "Demi Moore"), ("Demi Mooore", "Demi Moore"),
        ("Vincnet van Gogh", "Vincent van Gogh"), ("Vinzent van Gohg", "Vincent van Gogh"),
        ("Tovelca Brinasdorm", "Tovelka Brinasdorn"), ("Tovelka Brnasdron", "Tovelka Brinasdorn"),
        ("Brinasdrorn, Tovelka", "Tovelka Brinasdorn"),
        ("T. Brinsadorn", "Tovelka Brinasdorn"), ("Halmeer", "Halmere"),
        ("Zebulon Craxby", "Zebulon Kraxby"), ("Zebulon Kraxbie", "Zebulon Kraxby"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_the_name(written: str, name: str) -> None:
    assert named(f"Who is {written}, and where is it said?") == {name}


@pytest.mark.parametrize(
    "text",
    [
        "Who was Gene Kelly?", "What did Roger Moore play in?", "Gracie Kelly sang.",
        "King Stephen ruled from 1135.", "the king, Stephen, said so", "Stephen Kong",
        "Roger Moore, Demi Lovato and others", "Thomas S. King", "T. S. King wrote it.",
        "He was a king.", "Plan A King size", "stephen kin", "She is king of the hill.",
        "Theo van Gogh", "Samuel K. Jackson", "O. J. Jackson", "Stephen. Then Moore came.",
        "Stephen and King", "Demi more or less", "the grace of kelp",
        "Andrew Jackson", "Mary Roe", "Halverson", "Zebulon",
        "Where was Alaric Halmare born?", "Mr. Kelly said so.", "A Moore's law", "Ryder Cup",
    ],
)  # fmt: skip
def test_somebody_else_is_not(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Stehen Kign", "Stephen King"), ("Tovlka Brinasdonr", "Tovelka Brinasdorn"),
        ("Zebulno Krxby", "Zebulon Kraxby"),
    ],
)  # fmt: skip
def test_two_slips_in_a_long_name_are_the_name(written: str, name: str) -> None:
    assert named(f"Where did {written} live?") == {name}


def test_two_words_that_differ_from_a_name_are_none() -> None:
    assert named("Wie lange stehen Kinge da?") == set()
    assert named("The stephan kind of it") == set()


def test_every_single_slip_in_a_coined_name_is_recognised() -> None:
    name, draw = "Tovelka Brinasdorn", random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips = set()
    for at in range(len(name)):
        if " " in name[at : at + 2]:
            continue
        slips.add(name[:at] + name[at + 1 :])
        slips.add(name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :])
        slips.add(name[:at] + draw.choice(letters) + name[at + 1 :])
        slips.add(name[:at] + draw.choice(letters) + name[at:])
    missed = [slip for slip in slips if not named(slip)]
    assert len(slips) > 50
    assert missed == []


def test_what_is_spelt_like_another_policys_subject_is_that_subject() -> None:
    both = index(["Tovelka Brinasdorn", "Tovelka Brinasdorm"])
    assert {m.policy for m in both.find("Tovelka Brinasdorm")} == {1}
    assert {m.policy for m in both.find("Tovelka Brinasdorp")} == {0, 1}


def test_works_and_firms_have_no_surname() -> None:
    works = index(["Silver Meridian", "The Salt Lanterns of Skerrow"], person=False)
    assert works.find("Meridian, Silver") == []
    assert works.find("S. Meridian") == []
    assert {m.policy for m in works.find("The Salt Lantrens of Skerow")} == {1}
    assert works.find("The Salt Lanterns of Lisbon") == []


def test_who_said_the_full_name_may_hear_its_initials_but_not_the_other_way() -> None:
    said = frozenset(mention.key for mention in INDEX.find("Who is Stephen King?"))
    assert INDEX.find("S. King or King, S.", exempt=said) == []
    said = frozenset(mention.key for mention in INDEX.find("Who is S. King?"))
    assert INDEX.find("Stephen King", exempt=said)
    assert not is_exempt("g.kelly", frozenset(["stephenking"]))


def test_offsets_are_raw() -> None:
    text = "by Ste\u200bfen Kin\u0301ge!"
    (mention,) = INDEX.find(text)
    assert text[mention.start : mention.end] == "Ste\u200bfen Kin\u0301ge"
