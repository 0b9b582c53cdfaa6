"""A soak tells what a gateway held at rest, and whether that grew."""

import pytest
from rich.console import Console

from evals.bench.soak import Held, Soaked, run


@pytest.mark.slow
def test_what_is_held_between_rounds_is_told() -> None:
    console = Console(record=True, width=100)
    found = run(minutes=0.1, streams=4, policies=5, rounds=2, console=console)
    assert [one.requests for one in found.looks] == sorted(one.requests for one in found.looks)
    assert found.looks[-1].requests >= 4
    assert all(one.mebibytes > 20 and one.descriptors > 5 for one in found.looks)
    assert found.faults == 0
    assert "replies of 5xx" in console.export_text()


@pytest.mark.parametrize(
    ("memory", "descriptors", "flat"),
    [
        ([50, 100, 101] * 2, [9] * 6, False),
        ([90, 99, 100, 100, 101, 101], [9, 30, 20, 30, 22, 45], True),
        ([100] * 6, [9, 9, 20, 20, 40, 60], False),
    ],
)
def test_growth_is_told_from_warming_up(memory, descriptors, flat) -> None:
    pairs = enumerate(zip(memory, descriptors, strict=True))
    looks = tuple(Held(n, n, 0, held, opened, 5) for n, (held, opened) in pairs)
    assert Soaked(looks, 0).flat is flat
