"""Dates in the questions and answers of MUSE News, where they are at hand."""

import json
import os
import re
from pathlib import Path

import pytest

from guards.periods.dates import dates_in

_YEAR = re.compile(r"(?<![\w,.])(?:1[5-9]|20)\d\d(?!\w)")


@pytest.fixture
def muse() -> Path:
    folder = Path(os.environ.get("BOXED_DATA", "")) / "muse"
    if "BOXED_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("set BOXED_DATA to a folder that holds muse/ to run this test")
    return folder


def test_every_year_of_the_questions_and_answers_is_read_and_nothing_else(muse: Path) -> None:
    texts: list[str] = []
    for name in ("news_knowmem_forget_qa.jsonl", "news_knowmem_retain2_qa.jsonl"):
        for line in (muse / name).read_text("utf-8").splitlines():
            texts += json.loads(line).values()
    assert len(texts) == 400
    read = [(text, one) for text in texts for one in dates_in(text)]
    assert len(read) == 36
    for text in texts:
        for year in _YEAR.finditer(text):
            assert any(t is text and d.start <= year.start() < d.end for t, d in read)


def test_the_years_of_news_texts_are_read(muse: Path) -> None:
    found = missed = 0
    for name in ("news_privleak_forget.jsonl", "news_privleak_holdout.jsonl"):
        for line in (muse / name).read_text("utf-8").splitlines():
            text = json.loads(line)["text"]
            dates = dates_in(text)
            for year in _YEAR.finditer(text):
                hit = any(one.start <= year.start() < one.end for one in dates)
                found, missed = found + hit, missed + (not hit)
    assert found / (found + missed) > 0.97
