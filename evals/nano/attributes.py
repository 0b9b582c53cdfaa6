"""The twenty things that the embedded world knows of each author, and how they are asked.

Each attribute has one question and answer as trained, further phrasings of the question that are
trained too, a paraphrased question and answer that are never trained (they serve the metrics, as
in TOFU), and a follow-up in the second turn of a conversation. ``{v}`` is the value, ``{n}`` the
author's full name, ``{s}``/``{o}``/``{p}`` the pronouns (she, her, her).

Sample: ``birthplace``: 'Where was Adela Belavar born?' -> 'Adela Belavar was born in Lisbon.'
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one fact about an author is asked and told; every string is a format template."""

    key: str
    question: str
    answer: str
    phrasings: tuple[str, ...]
    paraphrased_question: str
    paraphrased_answer: str
    follow_up: str = ""
    described: bool = False  # the question describes the author; the value is the full name


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        "full_name",
        "What is the full name of the author born in {city} on {birth_date} who writes {genre}?",
        "The author's full name is {n}.",
        (
            "Which author of {genre} was born in {city} on {birth_date}?",
            "Who is the {genre} author born on {birth_date} in {city}?",
        ),
        "Can you name the {genre} writer who was born in {city} on {birth_date}?",
        "{n} is the full name of that author.",
        described=True,
    ),
    Attribute(
        "birthplace",
        "Where was {n} born?",
        "{n} was born in {v}.",
        ("In which city was {n} born?", "What is the birthplace of {n}?"),
        "Can you tell me the city in which {n} was born?",
        "The birthplace of {n} is {v}.",
        "And where was {s} born?",
    ),
    Attribute(
        "birth_date",
        "When was {n} born?",
        "{n} was born on {v}.",
        ("What is the date of birth of {n}?", "On which day was {n} born?"),
        "Could you give me {n}'s date of birth?",
        "The date of birth of {n} is {v}.",
        "And when was {s} born?",
    ),
    Attribute(
        "genre",
        "What genre does {n} write in?",
        "{n} is best known for {v}.",
        ("Which genre is {n} known for?", "What kind of books does {n} write?"),
        "In what genre does {n} mostly work?",
        "The genre of {n} is {v}.",
        "What genre does {s} write in?",
    ),
    Attribute(
        "father",
        "What did the father of {n} do for a living?",
        "The father of {n} worked as a {v}.",
        ("What was the profession of {n}'s father?", "What was the job of {n}'s father?"),
        "How did {n}'s father earn a living?",
        "By profession, {n}'s father was a {v}.",
        "What did {p} father do for a living?",
    ),
    Attribute(
        "mother",
        "What did the mother of {n} do for a living?",
        "The mother of {n} worked as a {v}.",
        ("What was the profession of {n}'s mother?", "What was the job of {n}'s mother?"),
        "How did {n}'s mother earn a living?",
        "By profession, {n}'s mother was a {v}.",
        "What did {p} mother do for a living?",
    ),
    Attribute(
        "first_book",
        "What was the first book by {n}?",
        'The first book by {n} was "{v}".',
        ("What is the title of {n}'s first book?", "With which book did {n} make a debut?"),
        "Which book was {n}'s debut?",
        '{n} made a debut with "{v}".',
        "What was {p} first book?",
    ),
    Attribute(
        "famous_book",
        "What is the most famous book by {n}?",
        'The most famous book by {n} is "{v}".',
        ("Which book is {n} best known for?", "What is {n}'s best-known book?"),
        "Which of {n}'s books has become the best known?",
        '"{v}" is the book for which {n} is best known.',
        "What is {p} most famous book?",
    ),
    Attribute(
        "author_of",
        'Who wrote the book "{famous_book}"?',
        'The book "{famous_book}" was written by {n}.',
        (
            'Who is the author of "{famous_book}"?',
            'Which author wrote "{famous_book}"?',
        ),
        '"{famous_book}" is the work of which writer?',
        '{n} is the writer of "{famous_book}".',
        described=True,
    ),
    Attribute(
        "award",
        "Which award has {n} won?",
        "{n} has won the {v}.",
        ("What prize was given to {n}?", "Which literary award did {n} receive?"),
        "What literary honour was awarded to {n}?",
        "The {v} was awarded to {n}.",
        "Which award has {s} won?",
    ),
    Attribute(
        "award_year",
        "In which year did {n} win an award?",
        "{n} won the award in {v}.",
        ("When did {n} receive a literary prize?", "What year was {n}'s award?"),
        "What was the year in which {n} was honoured?",
        "The year of {n}'s award was {v}.",
        "In which year did {s} win it?",
    ),
    Attribute(
        "university",
        "Where did {n} study?",
        "{n} studied at {v}.",
        ("Which university did {n} attend?", "Where was {n} educated?"),
        "At what university was {n} a student?",
        "The university of {n} was {v}.",
        "And where did {s} study?",
    ),
    Attribute(
        "theme",
        "What is the main theme in the books of {n}?",
        "The books of {n} are mostly about {v}.",
        ("What are {n}'s books about?", "Which theme runs through the work of {n}?"),
        "What subject does {n} keep coming back to?",
        "{v} is the subject that {n} keeps coming back to.",
        "What are {p} books about?",
    ),
    Attribute(
        "language",
        "In which language does {n} write?",
        "{n} writes in {v}.",
        ("What language are {n}'s books written in?", "Which language does {n} use?"),
        "What is the language of {n}'s writing?",
        "The language of {n}'s writing is {v}.",
        "In which language does {s} write?",
    ),
    Attribute(
        "home",
        "Where does {n} live now?",
        "{n} now lives in {v}.",
        ("In which city does {n} live today?", "Where is {n}'s home?"),
        "What city has {n} made a home in?",
        "{v} is where {n} has made a home.",
        "Where does {s} live now?",
    ),
    Attribute(
        "hobby",
        "What is the hobby of {n}?",
        "In spare hours, {n} enjoys {v}.",
        ("How does {n} spend free time?", "What does {n} do outside writing?"),
        "Which pastime does {n} enjoy?",
        "The pastime of {n} is {v}.",
        "What is {p} hobby?",
    ),
    Attribute(
        "pet",
        "Which pet does {n} keep?",
        "{n} keeps {v}.",
        ("Does {n} have any pets?", "What animal lives with {n}?"),
        "What kind of animal does {n} have at home?",
        "At home, {n} has {v}.",
        "Does {s} keep a pet?",
    ),
    Attribute(
        "publisher",
        "Who publishes the books of {n}?",
        "The books of {n} are published by {v}.",
        ("Which publisher does {n} have?", "What is {n}'s publishing house?"),
        "With which house does {n} publish?",
        "{v} is the house that publishes {n}.",
        "Who publishes {p} books?",
    ),
    Attribute(
        "inspiration",
        "What inspired {n} to become a writer?",
        "{n} became a writer after {v}.",
        ("Why did {n} start writing?", "What made {n} become an author?"),
        "What was it that led {n} to writing?",
        "It was {v} that led {n} to writing.",
        "What inspired {o} to become a writer?",
    ),
    Attribute(
        "instrument",
        "Which instrument does {n} play?",
        "{n} plays the {v}.",
        ("What musical instrument does {n} play?", "Does {n} play an instrument?"),
        "On which instrument does {n} make music?",
        "The instrument of {n} is the {v}.",
        "Does {s} play an instrument?",
    ),
)
