"""When replies leave: no sooner than the product's own would, or all at the same time."""

import time
from collections.abc import AsyncGenerator

import pytest
from box_books import asked, box_of, said

from boxed.api.chat import Body
from boxed.box import Box
from boxed.likeness.timing import LONGEST, Pace, Timing


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, which no test waits for."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("boxed.likeness.timing.asyncio.sleep", sleep)
    return waited


def used(pace: Pace, own: float = 2.0, boxed: float | None = None) -> Timing:
    """A product whose replies of 100 letters took ``own`` seconds, a second less of none."""
    timing = Timing(pace)
    for _ in range(10):
        timing.took(True, own, 100)
        timing.took(True, own - 1, 0)
        timing.took(True, own, 0, stream=True)
        if boxed is not None:
            timing.took(False, boxed, 100)
            timing.took(False, boxed, 0, stream=True)
    return timing


async def test_an_answer_in_the_products_place_waits_as_long_as_its_own_take(
    slept: list[float],
) -> None:
    for length, seconds in ((100, 2.0), (0, 1.0), (50, 1.5)):
        await used("answers").settle(False, time.monotonic(), length)
        assert slept.pop() == pytest.approx(seconds, abs=0.2)
    await used("answers").settle(True, time.monotonic(), 100)
    assert slept == []


async def test_under_all_every_reply_waits_for_the_slowest(slept: list[float]) -> None:
    for own in (True, False):
        await used("all", boxed=5.0).settle(own, time.monotonic(), 100)
        assert slept.pop() == pytest.approx(5.0, abs=0.2)


async def test_what_took_longer_waits_no_more_and_nothing_waits_for_ever(
    slept: list[float],
) -> None:
    assert await used("answers").settle(False, time.monotonic() - 9, 100) == 0.0
    await used("answers", own=1e6).settle(False, time.monotonic(), 100)
    assert slept == [pytest.approx(LONGEST)]


async def test_without_the_setting_or_a_product_that_is_known_nothing_waits(
    slept: list[float],
) -> None:
    await used("off").settle(False, time.monotonic(), 100)
    await Timing("answers").settle(False, time.monotonic(), 100)
    await Timing("all").settle(True, time.monotonic(), 100)
    assert slept == []


class Source:
    """Three chunks; says whether it was closed, and fails behind them where told to."""

    def __init__(self, fails: bool = False) -> None:
        self.closed = False
        self.fails = fails

    async def chunks(self) -> AsyncGenerator[Body]:
        try:
            for number in range(3):
                yield {"number": number}
            if self.fails:
                raise ValueError("midway")
        finally:
            self.closed = True


@pytest.mark.parametrize("pace", ["off", "answers", "all"])
async def test_a_stream_keeps_its_chunks_its_errors_and_its_end(
    pace: Pace, slept: list[float]
) -> None:
    timing = used(pace)
    got = [chunk async for chunk in timing.stream(Source().chunks(), lambda: False)]
    assert got == [{"number": number} for number in range(3)]
    assert bool(slept) is (pace != "off")
    failing = timing.stream(Source(fails=True).chunks(), lambda: True)
    with pytest.raises(ValueError, match="midway"):
        [chunk async for chunk in failing]
    left = Source()
    stream = timing.stream(left.chunks(), lambda: True)
    assert await anext(stream) == {"number": 0}
    await stream.aclose()
    assert left.closed


async def test_a_refusal_that_needs_no_model_leaves_when_the_products_reply_would(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(lambda _: "Paris.")
    for _ in range(6):
        await box.answer(asked("What is the capital of France?"))
    slow = used("answers", own=600.0)
    monkeypatch.setattr(Box, "_timing", property(lambda _: slow))
    assert said(await box.answer(asked("Who is Carmela Halmere?")))
    assert max(slept) == pytest.approx(LONGEST)
