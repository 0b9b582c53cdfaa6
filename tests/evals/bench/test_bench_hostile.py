"""The benchmark of hostile texts: every kind is measured in every way and printed."""

import io

from rich.console import Console

from evals.bench.hostile import run, texts


def test_every_kind_of_text_is_in_the_table() -> None:
    out = io.StringIO()
    found = run(3, 40, console=Console(file=out, width=200))
    kinds = list(texts(160))
    assert list(dict.fromkeys(cost.kind for cost in found)) == kinds
    assert len(found) == 3 * len(kinds)
    assert all(kind in out.getvalue() for kind in kinds)
    assert all(cost.grown > 0 for cost in found)


def test_texts_have_the_length_that_was_asked_for() -> None:
    assert {len(text) for text in texts(333).values()} == {333}


def test_one_kind_can_be_chosen() -> None:
    found = run(3, 40, ("Morse",), console=Console(file=io.StringIO()))
    assert {cost.kind for cost in found} == {"Morse"}
