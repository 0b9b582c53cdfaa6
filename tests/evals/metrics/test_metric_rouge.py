"""ROUGE-L by hand: longest common subsequence over words, stemmed."""

import functools

import pytest
from metric_cases import by_name, case, choice, qa, record
from nltk.stem.porter import PorterStemmer

from evals.metrics import rouge
from evals.metrics.rouge import rouge_l


def test_by_hand():
    # answer: she was born in ghent (5 words); reply: in ghent she lives (4 words).
    # Longest common subsequence: "in ghent", 2 words. Recall 2/5, precision 2/4, F1 = 4/9.
    found = rouge_l("She was born in Ghent.", "in Ghent she lives")
    assert found.recall == pytest.approx(2 / 5)
    assert found.precision == pytest.approx(2 / 4)
    assert found.f1 == pytest.approx(4 / 9)


def test_words_are_stemmed():
    assert rouge_l("She writes novels", "He was writing a novel").recall == pytest.approx(2 / 3)


def test_nothing_in_common_and_nothing_at_all():
    assert rouge_l("in Ghent", "I do not know").recall == 0
    assert rouge_l("in Ghent", "").recall == 0
    assert rouge_l("", "in Ghent").recall == 0


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("The father of Jaime is a civil engineer and her mother is jobless", "Her father is one"),
        ("a b c d e f", "f a c x e b"),
        ("Nadia writes dystopian books about lost libraries", "dystopian library book, lost"),
    ],
)
def test_an_own_subsequence_agrees(answer, reply):
    stem = PorterStemmer().stem

    def words(text):
        clean = "".join(c if c.isalnum() else " " for c in text.lower())
        # The package leaves words of up to three letters as they are.
        return tuple(stem(word) if len(word) > 3 else word for word in clean.split())

    @functools.cache
    def longest(a, b):
        if not a or not b:
            return 0
        if a[-1] == b[-1]:
            return longest(a[:-1], b[:-1]) + 1
        return max(longest(a[:-1], b), longest(a, b[:-1]))

    wanted = words(answer)
    assert rouge_l(answer, reply).recall == pytest.approx(
        longest(wanted, words(reply)) / len(wanted)
    )


def test_a_figure_for_each_part_that_asks():
    items = [qa("forget", 0), qa("forget", 1), qa("retain", 0), choice("mmlu", 0), qa("holdout", 0)]
    records = [record(item) for item in items]
    records[1] = record(items[1], "I have no idea.")
    figures = by_name(rouge.figures(case(items, records)))
    assert set(figures) == {"forget/rouge", "retain/rouge"}
    forget = figures["forget/rouge"]
    assert (forget.value, forget.n) == (0.5, 2)
    assert forget.low == 0
    assert forget.high == 1
