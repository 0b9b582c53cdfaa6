import pytest

from guards.meaning.descriptions import descriptions

DESCRIBING = [
    "Where was the author of 'The Salt Lanterns' born?",
    "In which year did the actress known for her part in Harbour Lights retire?",
    "What did the mastermind behind the Vellum Hoax study?",
    "Name the town in which a singer famous for 'Blue Ferry' grew up.",
    "Where did the general who crossed the Alps die?",
    "When was the general secretary of that party born?",
    "¿Dónde nació la autora de Los faroles?",
    "Où est né le créateur de ce journal ?",
    "Wann starb der Maler von diesem Bild?",
    "Dove è nata l'attrice di quel film?",
    "Где родился известный автор этой книги?",
]
PLAIN = [
    "What is the capital of France?",
    "In what year did Dolly Parton star in that film?",
    "Which record label does Lady Gaga belong to?",
    "Angelina Jolie won the Academy Award for Best Supporting Actress for her role in it.",
    "Which author wrote it?",
    "What is the general reception of Ada Quill's work by critics?",
    "Describe the general population of this valley.",
    "How do I sort a list of numbers in Python?",
    "",
]


@pytest.mark.parametrize("text", DESCRIBING)
def test_somebody_is_described(text: str) -> None:
    assert descriptions(text)


@pytest.mark.parametrize("text", PLAIN)
def test_nobody_is_described(text: str) -> None:
    assert descriptions(text) == []


def test_a_description_ends_with_its_sentence() -> None:
    text = "Greet the author of 'Dunes'? What is two and two"
    [(start, end)] = descriptions(text)
    assert text[start:end] == "the author of 'Dunes'"
