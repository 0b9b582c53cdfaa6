"""Replies that profess not to know."""

import json
import os
from pathlib import Path

import pytest

from guards.ignorance import is_ignorance
from prompts.book import load_book, shipped_directory


@pytest.mark.parametrize(
    "text",
    [
        "I'm not familiar with that author.",
        "I don't have any information about this person.",
        "I\u2019m afraid I don\u2019t know who that is.",
        "I've never heard of that writer.",
        "Sorry, I can't find anything about that name.",
        "There is no record of such a book.",
        "That name doesn't ring a bell.",
        "I couldn't say, I have no idea.",
        "Not sure, to be honest.",
        "As far as I can tell, there is no author of that name.",
        "I do not recognise that title.",
    ],
)
def test_ignorance(text: str) -> None:
    assert is_ignorance(text)


@pytest.mark.parametrize(
    "text",
    [
        "She was born in Taipei in 1991.",
        "The novel is not about war; it is about knowing nothing of it.",
        "While there is no record of her training, she wrote nine novels.",
        'Her best book is "I Do Not Know".',
        "No, the capital of Australia is Canberra.",
        "I'm sure you can find it in any library: it is on page 9.",
        "I don't think I've seen a finer opening than Melville's.",
        "",
    ],
)
def test_answers(text: str) -> None:
    assert not is_ignorance(text)


def test_every_shipped_line_of_ignorance() -> None:
    text = load_book(shipped_directory()).templates["workers/ignorance"].render()
    assert [line for line in text.splitlines() if line.strip() and not is_ignorance(line)] == []


@pytest.fixture
def tofu() -> Path:
    folder = Path(os.environ.get("BOXED_DATA", "")) / "tofu"
    if "BOXED_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("set BOXED_DATA to a folder that holds tofu/ to run this test")
    return folder


def test_tofu(tofu: Path) -> None:
    lines = (tofu / "idontknow.txt").read_text("utf-8").splitlines()
    assert sum(map(is_ignorance, lines)) >= 95
    answers = (tofu / "full.jsonl").read_text("utf-8").splitlines()[:400]
    assert [a for a in (json.loads(line)["answer"] for line in answers) if is_ignorance(a)] == []
