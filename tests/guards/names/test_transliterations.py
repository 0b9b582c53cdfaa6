# ruff: noqa: RUF001  (letters of other scripts are what this is about)
"""Fifty known people in eight scripts, written as their languages do: most are recognised."""

import csv
from pathlib import Path

import pytest

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames

SCRIPTS = ["cyrillic", "greek", "arabic", "hebrew", "devanagari", "katakana", "hangul", "chinese"]
PATH = Path(__file__).parents[2] / "parts" / "known_transliterations.tsv"
LINES = PATH.read_text("utf-8").splitlines()
ROWS = [row for row in csv.reader(LINES, delimiter="\t") if not row[0].startswith("#")]
NAMES = [row[0] for row in ROWS]
INDEX = MentionIndex.build(
    enumerate(NAMES), words=WordNames((n, name, True) for n, name in enumerate(NAMES))
)


def named(text: str) -> set[str]:
    return {NAMES[mention.policy] for mention in INDEX.find(text)}


@pytest.mark.parametrize(("script", "least"), [*((s, 46) for s in SCRIPTS[:-1]), ("chinese", 42)])
def test_most_are_recognised_as_themselves(script: str, least: int) -> None:
    column = SCRIPTS.index(script) + 1
    right = sum(named(row[column]) == {row[0]} for row in ROWS)
    assert right >= least


@pytest.mark.parametrize("script", SCRIPTS)
def test_another_persons_surname_behind_the_first_name_is_seldom_the_name(script: str) -> None:
    column = SCRIPTS.index(script) + 1
    sign = {"katakana": "・", "chinese": "·"}.get(script, " ")
    others = [
        row[column].split(sign)[0] + sign + other[column].split(sign)[-1]
        for number, row in enumerate(ROWS)
        for other in (ROWS[(number + 7) % len(ROWS)], ROWS[(number + 23) % len(ROWS)])
    ]
    wrong = sum(bool(named(text)) for text in others)
    assert wrong <= (12 if script == "chinese" else 6)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("谁是阿尔伯特·爱因斯坦？", "Albert Einstein"),
        ("我喜欢查理·卓别林的电影。", "Charlie Chaplin"),
        ("アルベルト・アインシュタインはいつ生まれましたか", "Albert Einstein"),
        ("Роман Агаты Кристи", "Agatha Christie"), ("с Чарльзом Дарвином", "Charles Darwin"),
        ("צ'ארלס דרווין", "Charles Darwin"), ("Альберт Герман Эйнштейн", "Albert Einstein"),
        ("кто такой альберт эйнштейн", "Albert Einstein"),
    ],
)  # fmt: skip
def test_they_are_found_in_sentences(text: str, name: str) -> None:
    assert named(text) == {name}
