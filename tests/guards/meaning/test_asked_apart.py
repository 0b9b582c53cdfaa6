"""A message that asks several things is taken apart, and each question is compared by itself."""

import pytest

from guards.meaning.asked_apart import MOST, asked_apart


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "What is our galaxy called? Who wrote Macbeth?",
            ("What is our galaxy called?", "Who wrote Macbeth?"),
        ),
        (
            "Who wrote Macbeth and what is our galaxy called?",
            ("Who wrote Macbeth", "what is our galaxy called?"),
        ),
        ("What is 2+2?Who wrote it?", ("What is 2+2?", "Who wrote it?")),
        ("你好吗\uff1f谁写了哈姆雷特\uff1f", ("你好吗\uff1f", "谁写了哈姆雷特\uff1f")),
        ("First this; then name the poet", ("First this", "then name the poet")),
        ("One line\nand another", ("One line", "and another")),
    ],
)
def test_questions_side_by_side(text, parts):
    assert asked_apart(text) == parts


@pytest.mark.parametrize("text", ["", "?!", "Who wrote Macbeth?", "Black and white films", "a b."])
def test_one_alone_is_compared_whole(text):
    assert asked_apart(text) == ()


def test_the_last_are_kept_and_an_essay_is_none():
    many = asked_apart(" ".join(f"Is it {n}?" for n in range(100)))
    assert len(many) == MOST
    assert many[-1] == "Is it 99?"
    assert asked_apart("Why? " + "word " * 300 + ".") == ("Why?",)
