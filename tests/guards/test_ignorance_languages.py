"""Replies that profess not to know, in other languages than English."""

from collections import defaultdict
from pathlib import Path

import pytest

from guards.ignorance import is_ignorance
from guards.phrasebook import phrases_of
from prompts.book import load_book, shipped_directory
from prompts.languages import ENGLISH

REPLIES = Path(__file__).parents[1] / "parts" / "ignorance_replies.txt"
SHIPPED = load_book(shipped_directory())


def replies() -> dict[tuple[str, str], list[str]]:
    """The replies by language and by whether they are ignorance ("+") or an answer ("-")."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in REPLIES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, kind, _, reply = line.split("|", 3)
            found[language, kind].append(reply)
    return found


@pytest.mark.parametrize("language", sorted({language for language, _ in replies()}))
def test_ignorance_is_told_from_answers(language: str) -> None:
    told = replies()
    assert [text for text in told[language, "+"] if not is_ignorance(text)] == []
    assert [text for text in told[language, "-"] if is_ignorance(text)] == []


@pytest.mark.parametrize("language", sorted(SHIPPED.languages("workers/ignorance") - {ENGLISH}))
def test_every_shipped_line_is_ignorance(language: str) -> None:
    lines = SHIPPED.template_in("workers/ignorance", language).lines
    assert len(lines) >= 8
    assert [line for line in lines if not is_ignorance(line)] == []
    assert phrases_of(language).fit(lines[0].lower(), 0)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody knew that he was born in Oslo.",
        'Her last novel, "No lo sé", was printed in Lima.',
        "Ella escribió «No lo sé» en 1998.",
        "彼の本は「知りません」という題です。",
        "",
        "Nació en Oslo en 1961 y vivió en Bergen con su hermana; trabajó de profesora, publicó "
        "nueve novelas, tradujo a Ibsen y dirigió una revista. De sus últimos años no sé nada.",
    ],
)
def test_answers_and_titles_are_no_ignorance(text: str) -> None:
    assert not is_ignorance(text)
