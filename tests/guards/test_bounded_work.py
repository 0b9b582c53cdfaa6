"""Whatever a text is made of, four times of it cost about four times the work.

Work is counted, not timed: the characters that are handed to the readers, which are linear in what
they are handed.
"""

import base64
import random
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames
from guards.reading import views as decoded
from guards.reading.runs import Run
from guards.stream_gate import StreamGate

NAMES = ["Hsiao Yun-Hwa", "Stephen King", "Anna", "Isabel Ali"]
INDEX = MentionIndex.build(
    enumerate(NAMES), words=WordNames((n, name, True) for n, name in enumerate(NAMES))
)
DRAW = random.Random(4)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def drawn(alphabet: str, count: int = 400) -> str:
    return "".join(DRAW.choice(alphabet) for _ in range(count))


SHAPES = st.sampled_from([
    drawn(LETTERS), drawn(LETTERS.upper()), drawn("0123456789"), drawn("01"), drawn(LETTERS + " "),
    drawn("".join(map(chr, range(33, 127)))), drawn(".- /"), drawn("\u200b\u200c\ufe01\u0301"),
    drawn("".join(map(chr, range(0x2800, 0x2840)))), drawn("&#x;1"), drawn("<>b "), drawn("%\\u0x"),
    base64.b64encode(DRAW.randbytes(300)).decode(), DRAW.randbytes(200).hex(),
    DRAW.randbytes(130).hex(" "), "a" * 400, " " * 400, "." * 400, "\n" * 40, "李" * 200,
    "Hsia\u200b", "Stephen ", "a\n", "J. ", '"x", ', "S" + "\u200b" * 300, "Hsiao &#",
])  # fmt: skip
TEXTS = st.lists(SHAPES, min_size=1, max_size=3).map("".join).filter(lambda text: len(text) > 300)


@pytest.fixture(scope="module")
def work() -> Iterator[Callable[[Callable[[], None]], int]]:
    """Counts the characters that everything which reads is handed while a function runs."""
    counted = [0]
    patch = pytest.MonkeyPatch()

    def count(owner: object, name: str) -> None:
        read = getattr(owner, name)

        def reading(*args: object, **options: object) -> object:
            counted[0] += sum(len(arg) for arg in args if isinstance(arg, str))
            return read(*args, **options)

        patch.setattr(owner, name, reading)

    for owner, name in (
        (MentionIndex, "scan"),
        (MentionIndex, "hold"),
        (MentionIndex, "find"),
        (WordNames, "scan"),
        (WordNames, "hold"),
        (Run, "gives_away"),
        (decoded, "byte_codes"),
        (decoded, "sign_codes"),
        (decoded, "number_codes"),
        (decoded, "unescape"),
    ):
        count(owner, name)

    def counting(act: Callable[[], None]) -> int:
        counted[0] = 0
        act()
        return counted[0]

    yield counting
    patch.undo()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.integers(1, 9))
def test_a_stream_costs_no_more_than_its_length(
    work: Callable[[Callable[[], None]], int], text: str, piece: int
) -> None:
    def gated(times: int) -> None:
        gate, whole = StreamGate(INDEX), text * times
        for at, end in pairwise([*range(0, len(whole), piece), len(whole)]):
            gate.feed(whole[at:end])
        gate.close()

    # The held end of a run grows up to two blocks, so a short text is a little cheaper a character.
    once, longer = work(lambda: gated(4)), work(lambda: gated(16))
    assert longer <= 9 * once + 50_000
    assert longer <= 1_000 * 16 * len(text)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_a_request_costs_no_more_than_its_length(
    work: Callable[[Callable[[], None]], int], text: str
) -> None:
    def read(times: int) -> None:
        INDEX.find(text * times)
        for view in decoded.views(text * times):
            INDEX.find(view.text)

    # What stands at the borders of the repeated text is new to the first few of them.
    once, longer = work(lambda: read(4)), work(lambda: read(16))
    assert longer <= 6 * once + 20_000
