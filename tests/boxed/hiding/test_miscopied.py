"""Stand-ins that a small model has copied with a slip still become the client's own words."""

import json

import pytest
from box_books import asked, box_of, policy, said

from boxed.api.chat import Body, last_user_text
from boxed.hiding.miscopied import miscopied
from boxed.hiding.placeholders import Placeholders
from boxed.models.fake import FakeModel
from prompts.book import book_of

NAME = "Kwame Osei-Bediako"
BOOK = book_of([policy("kwame", NAME)])
NOTE = f'Summarise: "{NAME} sold the boat to Fontaine in March."'


def slipped(body: Body) -> str:
    """Copies the note and drops a letter of each word of the stand-in."""
    text = last_user_text(body).split('"')[1]
    given, family = text.split(" sold")[0].split(" ", 1)
    first, second = family.split("-")
    wrong = f"{given[0]}{given[1]}{given[1:]} {first}-{second[:-2]}{second[-1]}"
    return text.replace(f"{given} {family}", wrong)


async def test_a_slip_of_the_model_shows_no_stand_in_to_the_client() -> None:
    model = FakeModel(slipped)
    reply = said(await box_of(model, BOOK).answer(asked(NOTE)))
    assert reply == f"{NAME} sold the boat to Fontaine in March."
    assert NAME not in str(model.requests[0].body)


@pytest.mark.parametrize("word", ["Bofunakadu", "BOFUNAKAFUDDI", "Bofunimagu", "Bofunakafudi"])
def test_words_near_a_stand_in_are_meant_for_it(word: str) -> None:
    assert miscopied(word, {"bofunakafudi", "ululogut"}, frozenset()) == "bofunakafudi"


@pytest.mark.parametrize("word", ["bofunakadu", "Bo", "Boat", "Function", "Amaranta", "x" * 50])
def test_other_words_are_let_be(word: str) -> None:
    assert miscopied(word, {"bofunakafudi", "ululogut"}, frozenset()) is None


def test_the_clients_own_words_are_let_be() -> None:
    assert miscopied("Bofunakadu", {"bofunakafudi"}, frozenset({"bofunakadu"})) is None


async def test_a_reply_that_is_cut_off_within_a_stand_in_ends_within_the_name() -> None:
    def cut(body: Body) -> str:
        text = last_user_text(body).split('"')[1].split(" sold")[0]
        return f"The seller was {text[:-3]}"

    reply = said(await box_of(cut, BOOK).answer(asked(NOTE)))
    assert reply == f"The seller was {NAME[:-3]}"


async def test_a_coined_name_that_leads_astray_is_followed_by_a_placeholder() -> None:
    """Of a stand-in the model invents; of a placeholder in brackets it does not."""

    def say(body: Body) -> str:
        text = last_user_text(body)
        note = text.split('"')[1]
        if "[name " in note:
            return note
        return f"{note.split(' sold')[0]} is a sailor from Atlantis in Turkey."

    reply = said(await box_of(say, BOOK).answer(asked(NOTE)))
    assert reply == f"{NAME} sold the boat to Fontaine in March."


REDACTED = book_of(
    [policy("kwame", NAME, "redact"), policy("rosa", "Rosa Lindqvist-Amadi", "redact")]
)


@pytest.mark.parametrize("copied", ["[name 1]", "[Name 1]", "[name 73051826]", "[name 12]"])
async def test_a_placeholder_that_is_nobody_s_is_the_only_subject_s(copied: str) -> None:
    model = FakeModel(lambda body: f"I have never met {copied}, nor the friends of {copied}.")
    reply = said(await box_of(model, REDACTED).answer(asked(f"Where was {NAME} born?")))
    assert reply == f"I have never met {NAME}, nor the friends of {NAME}."
    assert "[name 1]" not in last_user_text(model.requests[0].body)


async def test_a_name_that_was_written_with_its_s_has_one_only() -> None:
    model = FakeModel(lambda body: "I have never met [name 1]'s friends, nor [name 1].")
    reply = said(await box_of(model, REDACTED).answer(asked(f"What is {NAME}'s trade?")))
    assert reply == f"I have never met {NAME}'s friends, nor {NAME}."


def test_in_json_the_name_stays_json() -> None:
    marks = Placeholders(b"key", "Who?", "Who?")
    marks.said("kwame", 'Kwame "Kay" Osei')
    assert json.loads(marks.show('{"who": "[name 1]"}')) == {"who": 'Kwame "Kay" Osei'}


async def test_what_the_client_wrote_in_brackets_stays() -> None:
    model = FakeModel(lambda body: "Dear [name 1], I have never met [name 2].")
    ask = f"A letter to [name 1] about where {NAME} was born, please."
    reply = said(await box_of(model, REDACTED).answer(asked(ask)))
    assert reply == f"Dear [name 1], I have never met {NAME}."


async def test_of_two_subjects_nobody_is_guessed() -> None:
    model = FakeModel(lambda body: "I have met neither, be it [name 1] or another.")
    ask = f"Did {NAME} ever meet Rosa Lindqvist-Amadi?"
    reply = said(await box_of(model, REDACTED).answer(asked(ask)))
    assert NAME not in reply
