"""The benchmark of reading: every kind of text is measured and printed."""

import io

from rich.console import Console

from evals.bench.reading import run, texts


def test_every_kind_of_text_is_in_the_table() -> None:
    out = io.StringIO()
    found = run(names=3, length=60, console=Console(file=out, width=140))
    assert [cost.kind for cost in found] == list(texts(120))
    assert all(kind in out.getvalue() for kind in texts(120))
    assert all(cost.whole > 0 and cost.gate > 0 for cost in found)


def test_texts_have_the_length_that_was_asked_for() -> None:
    assert {len(text) for text in texts(333).values()} == {333}
